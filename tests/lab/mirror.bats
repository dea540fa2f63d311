# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What `weipsec mirror' writes is the other end: alice has a file, bob what mirrors it, and the tunnel is up.

load lab

setup_file() { lab_setup_file; }
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

# Alice has the settings $2... beside the usual ones, and bob what mirrors them as $1; who starts is loaded last.
mirrored() {
	local to=$1

	lab_weos alice "${@:2}" | lab_compile alice || return
	if [ "$to" = swanctl ]; then
		"$WEIPSEC" mirror --to swanctl -o "$LAB_DIR/bob/swanctl.conf" "$LAB_DIR/alice/weos.cfg"
	else
		"$WEIPSEC" mirror "$LAB_DIR/alice/weos.cfg" | lab_compile bob
	fi 2>"$LAB_DIR/bob/findings"
	if [ "$2" = initiator ]; then
		lab_load bob && lab_load alice
	else
		lab_load alice && lab_load bob
	fi
}

# Whoever is told to, each end makes a new child.
rekeyed() {
	local gw before

	for gw in alice bob; do
		before=$(lab_swanctl bob --list-sas | grep -o 'tunnel1: #[0-9]*' | tail -n 1)
		lab_swanctl "$gw" --rekey --child tunnel1 >/dev/null
		lab_until "$LAB_DEADLINE" is_other "$before" || lab_fail "$gw gets no new child" || return
	done
	lab_works
}

is_other() {
	[ "$(lab_swanctl bob --list-sas | grep 'tunnel1: .*INSTALLED' | grep -o 'tunnel1: #[0-9]*' | tail -n 1)" != "$1" ]
}

@test "mirror: a hub that takes any peer, by names, with a secret of any bytes" {
	mirrored swanctl 'no peer' 'local-id name alice' 'remote-id key "bob 7"' \
		'secret 0x0001227f80ff5c275c2220303132333435363738' 'ike cipher aes128gcm16 prf prfsha256 dh x25519'
	lab_works
	rekeyed
}

@test "mirror: an initiator of version 1, and automatic identities" {
	mirrored swanctl initiator 'version 1' 'ike cipher aes256 auth sha256 dh ecp384' \
		'esp cipher aes128 auth sha256 dh ecp384'
	lab_works
	lab_reset
	mirrored weos initiator 'version 1' 'dpd-timeout 60'
	lab_works
}

@test "mirror: names of certificates without any, in the words of WeOS and of charon" {
	local to

	for to in weos swanctl; do
		mirrored $to 'local-id C=SE, O=Example, CN=alice' 'remote-id dn 0x300e310c300a06035504030c03626f62' \
			'esp cipher aes128gcm16 dh ecp256'
		lab_works
		lab_reset
	done
}
