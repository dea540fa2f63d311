# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash reads them
# The scenarios of the guide: host-to-host, site-to-host, host-to-site, site-to-site with hosts behind the gateways.

shapes_begin() {
	gateways
	host east alice 10.1.0
	host west bob 10.2.0
	daemons
}

shapes_promises() {
	promise 'without a tunnel the pings pass, and the switch sees them in clear' shapes_none
	promise 'host-to-host, as in the guide: the outer addresses, in tunnel mode on port 500' shapes_host_host
	whole_promise 'host-to-host with version 1' shapes_host_host_v1
	whole_promise 'site-to-host: the network behind alice with the address of bob' shapes_site_host
	whole_promise 'host-to-site: the address of alice with the network behind bob' shapes_host_site
	promise 'site-to-site: hosts behind the gateways, and nobody else' shapes_site_site
	promise 'a stream goes on, and nothing of it in clear, while both SAs are rekeyed from both sides' shapes_rekey
}

# Loads both gateways, each argument a setting of both, and waits for the tunnel. WITH_A, WITH_B: of one.
shapes_up() {
	lab_reset
	A_HAS=('local-id name alice' 'remote-id name bob' "${WITH_A[@]}")
	B_HAS=('local-id name bob' 'remote-id name alice' "${WITH_B[@]}")
	lab_pair "$@"
	lab_installed tunnel1 alice bob
}

shapes_none() {
	forget
	pings west 10.2.0.10 10.1.0.10 3
	[ "$(crossed clear)" -eq 6 ]
	[ "$(crossed esp)" -eq 0 ]
}

shapes_host_host() {
	shapes_up 'no local-subnet' 'no remote-subnet'
	through bob 192.168.0.2 192.168.0.1
	through alice 192.168.0.1 192.168.0.2
	lab_swanctl bob --list-sas >"$LAB_DIR/sas"
	grep -qx "  local  'bob' @ 192.168.0.2\[500\]" "$LAB_DIR/sas"
	grep -qx "  remote 'alice' @ 192.168.0.1\[500\]" "$LAB_DIR/sas"
	grep -q '^  tunnel1: .*, INSTALLED, TUNNEL, ESP:AES_CBC-128/HMAC_SHA2_256_128$' "$LAB_DIR/sas"
	grep -qx '    local  192.168.0.2/32' "$LAB_DIR/sas"
	grep -qx '    remote 192.168.0.1/32' "$LAB_DIR/sas"
}

shapes_host_host_v1() {
	shapes_up 'version 1' 'no local-subnet' 'no remote-subnet'
	through bob 192.168.0.2 192.168.0.1
}

shapes_site_host() {
	WITH_A=('no remote-subnet') WITH_B=('no local-subnet')
	shapes_up
	through bob 192.168.0.2 10.1.0.10
	through east 10.1.0.10 192.168.0.2
}

shapes_host_site() {
	WITH_A=('no local-subnet') WITH_B=('no remote-subnet')
	shapes_up
	through west 10.2.0.10 192.168.0.1
	through alice 192.168.0.1 10.2.0.10
}

shapes_site_site() {
	shapes_up
	through west 10.2.0.10 10.1.0.10
	through east 10.1.0.10 10.2.0.10
	through bob 10.2.0.1 10.1.0.1
	# Beside the tunnel, not in it.
	forget
	pings bob 192.168.0.2 10.1.0.10 2
	[ "$(crossed esp)" -eq 0 ]
	[ "$(crossed clear)" -eq 4 ]
}

# That not one ping is lost is more than the emulator keeps under load: it was so in three of four runs.
shapes_rekey() {
	local gw stream before

	shapes_up
	forget
	shapes_stream &
	stream=$!
	for gw in bob alice; do
		before=$(shapes_spi)
		lab_swanctl "$gw" --rekey --child tunnel1
		lab_until "$LAB_DEADLINE" shapes_has_other shapes_spi "$before"
		# charon may forget to remove the old one where its IKE_SA is rekeyed meanwhile
		lab_until "$LAB_DEADLINE" shapes_settled
		before=$(shapes_ike)
		lab_swanctl "$gw" --rekey --ike ipsec1
		lab_until "$LAB_DEADLINE" shapes_has_other shapes_ike "$before"
	done
	: >"$LAB_DIR/enough"
	wait "$stream"
	cat "$LAB_DIR/pings"
	[ "$(crossed esp)" -ge 20 ]
	nothing_clear
	lab_until "$LAB_DEADLINE" shapes_settled
	through west 10.2.0.10 10.1.0.10
}

# An SA whose rekeying is done stays for some seconds.
shapes_settled() {
	[ "$(sas alice | wc -l)" -eq 2 ] && [ "$(sas bob | wc -l)" -eq 2 ]
}

# Pings without a break. Of ten one must be answered.
shapes_stream() {
	while [ ! -e "$LAB_DIR/enough" ]; do
		lab_in west ping -q -c 10 -i 0.05 -W 20 -I 10.2.0.10 10.1.0.10
	done >"$LAB_DIR/pings"
}

# Print bob's present outbound SPI, and the number of his IKE_SA.
shapes_spi() {
	lab_swanctl bob --list-sas | awk '/^  tunnel1:/ { up = / INSTALLED,/ } up && $1 == "out" { print $2 }'
}

shapes_ike() {
	lab_swanctl bob --list-sas | sed -n 's/^ipsec1: #\([0-9]*\), ESTABLISHED.*/\1/p'
}

# Succeeds when function $1 prints one thing, which is not $2.
shapes_has_other() {
	local now

	now=$("$1")
	[ -n "$now" ] && [ "$now" != "$2" ]
}
