# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash and guest.bash read them
# Bob behind a NAT: 10.1.0.1 [ alice ] 192.168.0.1 --- 192.168.0.9 [ router ] 10.9.0.1 --- 10.9.0.2 [ bob ] 10.2.0.1

nat_begin() {
	lab_gateway alice 10.1.0.1
	lab_gateway bob 10.2.0.1
	switch
	plug alice 192.168.0.1
	ip netns add "$(lab_ns router)"
	plug router 192.168.0.9
	lab_ip router link add lan type veth peer name wan netns "$(lab_ns bob)"
	lab_ip router addr add 10.9.0.1/24 dev lan
	lab_ip router link set lan up
	lab_ip bob addr add 10.9.0.2/24 dev wan
	lab_ip bob link set wan up
	lab_ip bob route add default via 10.9.0.1
	lab_ip alice route add default via 192.168.0.9
	lab_in router sysctl -q -w net.ipv4.ip_forward=1
	lab_in router nft -f - <<-END
	table ip nat {
		chain out {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
	END
	observe alice router
	daemons
	nat_load
}

nat_load() {
	A_HAS=('no peer' 'local-id name alice' 'remote-id name bob')
	B_HAS=('local-address 10.9.0.2' 'local-id name bob' 'remote-id name alice')
	lab_pair
}

nat_promises() {
	promise 'the tunnel is up on port 4500 of both sides, and the identities are those of the file' nat_up
	promise 'both kernels put ESP into UDP, from port 4500 to port 4500' nat_encap
	promise 'its SAs count the pings, which cross the wire as ESP in UDP' nat_through
	whole_promise 'it survives a rekey' nat_rekey
	whole_promise "bob's traffic starts it again" nat_again
}

nat_up() {
	lab_installed tunnel1 alice bob
	lab_swanctl alice --list-sas >"$LAB_DIR/a"
	lab_swanctl bob --list-sas >"$LAB_DIR/b"
	grep -qx "  local  'alice' @ 192.168.0.1\[4500\]" "$LAB_DIR/a"
	grep -qx "  remote 'bob' @ 192.168.0.9\[4500\]" "$LAB_DIR/a"
	grep -qx "  local  'bob' @ 10.9.0.2\[4500\]" "$LAB_DIR/b"
	grep -qx "  remote 'alice' @ 192.168.0.1\[4500\]" "$LAB_DIR/b"
	grep -q '^  tunnel1: .*, INSTALLED, TUNNEL-in-UDP, ESP:' "$LAB_DIR/a"
}

nat_encap() {
	local gw

	for gw in alice bob; do
		[ "$(sas "$gw" | grep -c 'encap type espinudp sport 4500 dport 4500')" -eq 2 ]
	done
}

nat_through() {
	local -A OUTER=([alice]=192.168.0.1 [bob]=10.9.0.2)

	through bob 10.2.0.1 10.1.0.1 natt
	through alice 10.1.0.1 10.2.0.1 natt
	[ "$(crossed esp)" -eq 0 ]
}

nat_rekey() {
	lab_swanctl bob --rekey --child tunnel1
	lab_logged bob 'outbound CHILD_SA tunnel1'
	lab_until "$LAB_DEADLINE" answers bob 10.2.0.1 10.1.0.1
	nothing_clear
}

nat_again() {
	lab_swanctl bob --terminate --ike ipsec1
	lab_until "$LAB_DEADLINE" nat_down
	lab_until "$LAB_DEADLINE" answers bob 10.2.0.1 10.1.0.1
	nat_up
}

nat_down() {
	[ -z "$(lab_state alice tunnel1)$(lab_state bob tunnel1)" ]
}
