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
teardown() {
	[ -z "${supervisor:-}" ] || kill "$supervisor" || true
	wait
	lab_teardown
}

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

# Prints a certificate for gateway $1 and its key of type $2, with the extension $3.
sign() {
	openssl req -new -key "$LAB_DIR/pki/private/$1-$2.pem" -subj "/CN=$1" |
		openssl x509 -req -CA "$LAB_DIR/pki/x509ca/ca.pem" -CAkey "$LAB_DIR/ca.key" -days 2 \
			-extfile <(printf '%s\n' "subjectAltName=DNS:$1" "${@:3}") 2>/dev/null
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

@test "pki: a file that is missing, or a certificate that charon refuses, costs no SA" {
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
	sign alice ecdsa 1.2.3.4=critical,DER:0500 >"$pki/x509/alice-ecdsa.pem"
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	says alice 'weos.cfg:2:2: error: charon: '
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
	run -0 control alice rollback
	same "$(ids alice)" "$carols"
	peers_up bob
}

# A CA between the root and bob's certificate, which alice does not have.
@test "pki: a certificate of an intermediate CA comes up, since the CA is shown to the peer" {
	local theirs=$LAB_DIR/bob/pki settings

	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$LAB_DIR/sub.key" \
		-subj /CN=sub 2>/dev/null | openssl x509 -req -CA "$LAB_DIR/pki/x509ca/ca.pem" -CAkey "$LAB_DIR/ca.key" \
		-days 2 -extfile <(printf '%s\n' basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign) \
		>"$theirs/x509ca/sub.pem" 2>/dev/null
	openssl req -new -key "$theirs/private/bob-ecdsa.pem" -subj /CN=bob |
		openssl x509 -req -CA "$theirs/x509ca/sub.pem" -CAkey "$LAB_DIR/sub.key" -days 2 \
			-extfile <(echo subjectAltName=DNS:bob) >"$theirs/x509/bob-ecdsa.pem" 2>/dev/null
	# what is no certificate beside it is nobody's
	echo garbage >"$theirs/x509ca/other.pem"
	mkfifo "$theirs/x509ca/pipe.pem"
	mapfile -t settings < <(cert alice alice-ecdsa)
	site 1 "${settings[@]}" | device >"$LAB_DIR/alice/weos.cfg"
	apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	mapfile -t settings < <(cert bob bob-ecdsa)
	peer_weos bob "${settings[@]}" | apply bob --pki "$theirs"
	peers_up bob
	lab_traffic bob tunnel1 tunnel1
}

# Asks alice's charon something.
give() {
	"$LAB_ROOT/tests/lab/vici.py" call "$LAB_DIR/alice/vici" "$@"
}

# What charon calls the private keys that it has on alice.
keys() {
	give get-keys | sed 's/^keys //' | sort
}

# charon's name of the key of certificate $1.
key_id() {
	openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER |
		openssl asn1parse -inform DER -strparse "${2:-23}" -noout -out - | sha1sum | cut -d' ' -f1
}

# SHA-256 of the certificates that charon has on alice, but for bob's, which it remembers from IKE.
certificates() {
	lab_swanctl alice --list-certs --pem | awk '/BEGIN CERT/ { n++ } n { print > ("'"$LAB_DIR"'/alice/" n ".shown") }'
	for file in "$LAB_DIR"/alice/*.shown; do
		openssl x509 -in "$file" -noout -subject -fingerprint -sha256 | paste -sd' '
	done | grep -vE 'CN ?= ?bob' | sort
	rm -f "$LAB_DIR"/alice/*.shown
}

@test "pki: what of --pki is of no use is told of under the tunnel's line, and touches nothing" {
	both_up rsa 2
	before=$(ids alice)
	lists=$(loaded alice)
	write alice-ecdsa 2
	while IFS='|' read -r status words harm; do
		rm -r "$pki"
		cp -r "$LAB_DIR/pki" "$pki"
		(cd "$pki" && eval "$harm")
		run "-$status" apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
		says alice "$words"
		[ "$status" -eq 2 ] || says alice "weos.cfg:2:2: error: $words"
		same "$(ids alice)" "$before"
		same "$(loaded alice)" "$lists"
		[ "$(readlink "$LAB_DIR/alice/state/current")" = gen/0001 ]
	done <<-'END'
	1|x509/alice-ecdsa.pem holds no certificate|echo garbage >x509/alice-ecdsa.pem
	1|x509/alice-ecdsa.pem is damaged|sed -i 2d x509/alice-ecdsa.pem
	1|x509/alice-ecdsa.pem holds no certificate|: >x509/alice-ecdsa.pem
	1|private/alice-ecdsa.pem does not begin with a private key|cp x509/alice-ecdsa.pem private
	1|private/alice-ecdsa.pem is not the private key of x509/alice-ecdsa.pem|cp private/bob-ecdsa.pem private/alice-ecdsa.pem
	1|private/alice-ecdsa.pem wants a passphrase|openssl ec -aes128 -passout pass:x -in private/bob-ecdsa.pem -out private/alice-ecdsa.pem 2>/dev/null
	1|x509ca/ca.pem is not the certificate of a CA|cp x509/bob-rsa.pem x509ca/ca.pem
	1|x509ca/ca.pem is a bundle of 2 certificates|cat x509/bob-rsa.pem >>x509ca/ca.pem
	2|x509ca/ca.pem: has more than the 65535 bytes that charon takes|head -c 70000 /dev/zero >>x509ca/ca.pem
	2|private/alice-ecdsa.pem: is not a file|rm private/alice-ecdsa.pem; mkfifo private/alice-ecdsa.pem
	2|x509/alice-ecdsa.pem: is not a file|rm x509/alice-ecdsa.pem; mkdir x509/alice-ecdsa.pem
	END
}

@test "pki: DER is as good as PEM, and a chain behind the certificate does no harm" {
	both_up rsa 2
	openssl x509 -in "$LAB_DIR/pki/x509/alice-ecdsa.pem" -outform DER -out "$pki/x509/alice-ecdsa.pem"
	openssl pkey -in "$LAB_DIR/pki/private/alice-ecdsa.pem" -outform DER -out "$pki/private/alice-ecdsa.pem"
	openssl x509 -in "$LAB_DIR/pki/x509ca/ca.pem" -outform DER -out "$pki/x509ca/ca.pem"
	write alice-ecdsa 2
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged\n')"
	same "$(keys)" "$(key_id "$LAB_DIR/pki/x509/alice-ecdsa.pem")"
	peers_up bob
	cat "$LAB_DIR/pki/x509/bob-rsa.pem" >>"$pki/x509/alice-rsa.pem"
	write alice-rsa 2
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	peers_up bob
	lab_traffic bob tunnel1 tunnel1
}

@test "pki: a generation keeps what it was loaded with, whatever --pki has become" {
	both_up ecdsa 2
	was=$(loaded alice)
	openssl ecparam -name prime256v1 -genkey -noout -out "$pki/private/alice-ecdsa.pem"
	openssl req -x509 -key "$pki/private/alice-ecdsa.pem" -subj /CN=alice -days 2 -out "$pki/x509/alice-ecdsa.pem"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged\n')"
	lab_not same "$(loaded alice)" "$was"
	same "$(cd "$LAB_DIR/alice/state/gen" && find . -type f -path '*/pki/*' -perm 600 | sort)" "$(
		printf './000%s\n' 1/pki/private/alice-ecdsa.pem 1/pki/x509/alice-ecdsa.pem 1/pki/x509ca/ca.pem \
			2/pki/private/alice-ecdsa.pem 2/pki/x509/alice-ecdsa.pem 2/pki/x509ca/ca.pem)"
	same "$(find "$LAB_DIR/alice/state" ! -type l -perm /077)" ''
	rm -r "$pki"
	run -0 control alice rollback
	same "$(loaded alice)" "$was"
	same "$(ids alice)" "$carols"
	peers_up bob
	run -0 control alice restart 1
	same "$(loaded alice)" "$was"
	peers_up bob
	lab_traffic bob tunnel1 tunnel1
}

@test "pki: through a supervisor it is its own --pki that counts, whatever apply is given" {
	write alice-ecdsa 2
	{ site 1; site 2; } | device >"$LAB_DIR/alice/psk.cfg"
	(
		exec ip netns exec "$(lab_ns alice)" "$WEIPSEC_APPLY" supervise --vici "unix://$LAB_DIR/alice/vici" \
			--state-dir "$LAB_DIR/alice/state" --pki "$pki" "$LAB_DIR/alice/psk.cfg"
	) </dev/null >"$LAB_DIR/alice/said" 2>&1 3>&- &
	supervisor=$!
	lab_until 30 [ -L "$LAB_DIR/alice/state/current" ]
	mkdir "$LAB_DIR/alice/other"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged\n')"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$LAB_DIR/alice/other"
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged\n')"
	loaded alice | grep -q alice
	write alice-none 2
	cp "$pki/x509/alice-ecdsa.pem" "$LAB_DIR/alice/other/"
	run -2 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$LAB_DIR/alice/other"
	grep -q "$pki/x509/alice-none.pem: " "$LAB_DIR/alice/findings"
	# a dry run asks no supervisor
	write alice-ecdsa 2
	run -2 apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run --pki "$LAB_DIR/alice/other"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run --pki "$pki"
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged\n')"
}

@test "pki: a private key that no tunnel uses any more goes, and those of others stay" {
	both_up ecdsa 2
	give load-key type=any "data=@$LAB_DIR/pki/private/bob-rsa.pem"
	theirs=$(keys | grep -v "$(key_id "$pki/x509/alice-ecdsa.pem")")
	# a second tunnel with the same key, by another label
	cp "$pki/x509/alice-ecdsa.pem" "$pki/x509/also.pem"
	cp "$pki/private/alice-ecdsa.pem" "$pki/private/also.pem"
	mapfile -t settings < <(cert alice alice-ecdsa)
	mapfile -t others < <(cert alice also)
	both=$({ site 1 "${settings[@]}"; site 2; site 3 "${others[@]}"; } | device)
	apply_file alice - --pki "$pki" <<<"$both"
	same "$(keys | wc -l)" 2
	{ site 2; site 3 "${others[@]}"; } | device | apply alice --pki "$pki"
	same "$(keys | wc -l)" 2
	{ site 2; site 3 "${others[@]}" 'certificate alice-rsa'; } | device | apply alice --pki "$pki"
	same "$(keys)" "$({ echo "$theirs"; key_id "$pki/x509/alice-rsa.pem" 24; } | sort)"
	site 2 | device | apply alice
	same "$(keys)" "$theirs"
	# it was theirs before it was ours: taking ours back leaves it
	cp "$pki/private/bob-rsa.pem" "$pki/private/also.pem"
	sign bob rsa 1.2.3.4=critical,DER:0500 >"$pki/x509/also.pem"
	{ site 2; site 3 "${others[@]}"; } | device >"$LAB_DIR/alice/weos.cfg"
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$(keys)" "$theirs"
	# and one that was not, and is refused, goes
	cp "$pki/private/alice-ecdsa.pem" "$pki/private/also.pem"
	sign alice ecdsa 1.2.3.4=critical,DER:0500 >"$pki/x509/also.pem"
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$(keys)" "$theirs"
	same "$(ids alice)" "$carols"
}

@test "pki: what charon has lost of an unchanged tunnel is loaded again, and no SA is touched" {
	both_up ecdsa 2
	before=$(ids alice)
	keys=$(keys)
	certificates=$(certificates)
	for harm in clear-creds "unload-key id=$keys" "unload-shared id=ike-ipsec2"; do
		read -ra words <<<"$harm"
		give "${words[@]}"
		run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
		case $harm in
		clear-creds) same "$output" "$(printf 'ipsec%d: changed\n' 1 2)" ;;
		unload-key*) same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged\n')" ;;
		unload-shared*) same "$output" "$(printf 'ipsec1: unchanged\nipsec2: changed\n')" ;;
		esac
		same "$(ids alice)" "$before"
		same "$(keys)" "$keys"
		same "$(certificates)" "$certificates"
		run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
		same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
	done
	for gw in bob carol; do
		lab_swanctl "$gw" --terminate --ike ipsec1 --force >/dev/null
	done
	peers_up bob carol
	lab_traffic bob tunnel1 tunnel1
}

@test "pki: a CA that appears beside the others is loaded, and one that charon loses comes back" {
	both_up ecdsa 2
	before=$(ids alice)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$LAB_DIR/more.key" \
		-out "$pki/x509ca/more.pem" -subj /CN=more -days 2 2>/dev/null
	# one that charon refuses is not tried again and again
	openssl req -x509 -key "$LAB_DIR/more.key" -out "$pki/x509ca/other.pem" -subj /CN=other -days 2 \
		-addext 1.2.3.4=critical,DER:0500
	was=$(certificates | wc -l)
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
	same "$(certificates | wc -l)" $((was + 1))
	[ "$(readlink "$LAB_DIR/alice/state/current")" = gen/0002 ]
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	[ "$(readlink "$LAB_DIR/alice/state/current")" = gen/0002 ]
	give clear-creds
	give load-cert type=X509 flag=NONE "data=@$pki/x509/alice-ecdsa.pem"
	give load-cert type=X509 flag=CA "data=@$pki/x509ca/ca.pem"
	give load-key type=any "data=@$pki/private/alice-ecdsa.pem"
	give load-shared id=ike-ipsec2 type=ike data=x
	apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$(certificates | wc -l)" $((was + 1))
	same "$(ids alice)" "$before"
	rm "$pki/x509ca/more.pem"
	generation=$(readlink "$LAB_DIR/alice/state/current")
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$pki"
	same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
	lab_not same "$(readlink "$LAB_DIR/alice/state/current")" "$generation"
	[ ! -e "$LAB_DIR/alice/state/current/pki/x509ca/more.pem" ]
}
