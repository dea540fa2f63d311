# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# weipsec-apply with certificates and keys from --pki.

bats_require_minimum_version 1.5.0
load lab
load device

setup_file() {
	device_setup_file
	[ -n "${LAB_WHY:-}" ] || make_pki
}
teardown_file() { lab_down; }
setup() {
	device_setup
	pki=$LAB_DIR/alice/pki
	cp -r "$LAB_DIR/pki" "$pki"
	cp -r "$LAB_DIR/pki" "$LAB_DIR/bob/pki"
}
teardown() { lab_teardown; }

# A CA, and certificates and keys by the names alice and bob, of each type.
make_pki() {
	local gw type

	mkdir -p "$LAB_DIR"/pki/{x509,x509ca,private}
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$LAB_DIR/ca.key" \
		-out "$LAB_DIR/pki/x509ca/ca.pem" -subj /CN=root -days 2 -addext keyUsage=critical,keyCertSign 2>/dev/null
	for gw in alice bob; do
		openssl genrsa -out "$LAB_DIR/pki/private/$gw-rsa.pem" 2048 2>/dev/null
		openssl ecparam -name prime256v1 -genkey -noout -out "$LAB_DIR/pki/private/$gw-ecdsa.pem"
		for type in rsa ecdsa; do
			sign "$gw" "$type" >"$LAB_DIR/pki/x509/$gw-$type.pem"
		done
	done
}

# Prints a certificate for gateway $1 and its key of type $2.
sign() {
	openssl req -new -key "$LAB_DIR/pki/private/$1-$2.pem" -subj "/CN=$1" |
		openssl x509 -req -CA "$LAB_DIR/pki/x509ca/ca.pem" -CAkey "$LAB_DIR/ca.key" -days 2 \
			-extfile <(echo "subjectAltName=DNS:$1") 2>/dev/null
}

# Settings of gateway $1's tunnel with its certificate $2.
cert() {
	printf '%s\n' 'no secret' 'method cert' "certificate $2" 'ca ca'
}

# Alice's tunnel 1 to bob with her certificate $1, in version $2, and by PSK her tunnel 2 to carol.
write() {
	local settings

	mapfile -t settings < <(cert alice "$1")
	{ site 1 "${settings[@]}" "version $2"; site 2; } | device >"$LAB_DIR/alice/weos.cfg"
}

# Both peers come up.
both_up() {
	local settings

	mapfile -t settings < <(cert bob "bob-$1")
	write "alice-$1" "$2"
	apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	peer_weos bob "${settings[@]}" "version $2" | apply bob --pki "$LAB_DIR/bob/pki"
	peer_weos carol | apply carol
	peers_up bob carol
	carols=$(ids alice ipsec2)
	[ -n "$carols" ]
}

@test "pki: RSA and ECDSA, in both versions, come up and are unchanged when applied again" {
	for version in 1 2; do
		for type in rsa ecdsa; do
			both_up "$type" "$version"
			lab_traffic bob tunnel1 tunnel1
			run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
			same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
		done
	done
	lab_traffic carol tunnel1 tunnel2
}

@test "pki: another certificate under the same label is a change of its tunnel" {
	both_up ecdsa 2
	sign alice ecdsa >"$pki/x509/alice-ecdsa.pem"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged\n')"
	same "$(ids alice)" "$carols"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
	peers_up bob
	lab_traffic bob tunnel1 tunnel1
}

@test "pki: a file that is missing, or a key that charon refuses, costs no SA" {
	both_up rsa 2
	before=$(ids alice)
	lists=$(loaded alice)
	for file in x509/alice-ecdsa x509ca/ca private/alice-ecdsa; do
		mv "$pki/$file.pem" "$pki/was"
		write alice-ecdsa 2
		run -2 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
		says alice "$pki/$file.pem: No such file or directory"
		mv "$pki/was" "$pki/$file.pem"
	done
	run -2 apply_file alice "$LAB_DIR/alice/weos.cfg"
	says alice 'No such file or directory'
	echo garbage >"$pki/private/alice-ecdsa.pem"
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	says alice 'error: charon: '
	same "$(ids alice)" "$before"
	same "$(loaded alice)" "$lists"
	[ "$(readlink "$LAB_DIR/alice/state/current")" = gen/0001 ]
}

@test "pki: when the certificates are gone, the tunnels without them still are not touched" {
	both_up rsa 2
	rm -r "$pki"
	site 2 | device >"$LAB_DIR/alice/weos.cfg"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: removed\nipsec2: unchanged')"
	same "$(ids alice)" "$carols"
	run -2 control alice rollback
	[[ $output == *'No such file or directory'* ]]
	same "$(ids alice)" "$carols"
	cp -r "$LAB_DIR/pki" "$pki"
	run -0 control alice rollback --pki "$pki"
	same "$(ids alice)" "$carols"
	peers_up bob
}
