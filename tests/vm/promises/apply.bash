# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash reads it
# weipsec-apply on both gateways, with the kernel's own ESP.

apply_begin() {
	LAB_CHARON='plugins { kernel-netlink { xfrm_acq_expires = 3 } }'
	gateways
	daemons
}

apply_promises() {
	promise 'site to site comes up, is told so, and is not touched when it is applied again' apply_pair
	whole_promise 'traffic starts what was taken down, from the trap that was applied' apply_traffic
	whole_promise 'host to host comes up: a change of subnets is applied at both ends' apply_host
	promise 'a tunnel that is removed leaves nothing in the kernel' apply_removed
}

apply_pair() {
	forget
	apply_file alice 'local-id name alice' 'remote-id name bob'
	apply_file bob 'local-id name bob' 'remote-id name alice'
	lab_until "$LAB_DEADLINE" apply_is_up alice
	lab_until "$LAB_DEADLINE" apply_is_up bob
	through bob 10.2.0.1 10.1.0.1
	sas bob | awk '{ print $1, $2 }' >"$LAB_DIR/before"
	[ "$(apply_again bob)" = 'ipsec1: unchanged' ]
	sas bob | awk '{ print $1, $2 }' | diff - "$LAB_DIR/before"
	through bob 10.2.0.1 10.1.0.1
}

apply_traffic() {
	lab_swanctl bob --terminate --ike ipsec1 >/dev/null
	lab_until "$LAB_DEADLINE" lab_not apply_is_up alice
	forget
	lab_until "$LAB_DEADLINE" answers alice 10.1.0.1 10.2.0.1
	nothing_clear
	lab_until "$LAB_DEADLINE" apply_is_up alice
	through alice 10.1.0.1 10.2.0.1
}

apply_host() {
	apply_file alice 'no local-subnet' 'no remote-subnet'
	apply_file bob 'no local-subnet' 'no remote-subnet'
	lab_until "$LAB_DEADLINE" apply_is_up bob
	lab_until "$LAB_DEADLINE" answers bob 192.168.0.2 192.168.0.1
	through bob 192.168.0.2 192.168.0.1
}

apply_removed() {
	echo 'no tunnel' >"$LAB_DIR/bob/weos.cfg"
	[ "$(apply_again bob)" = 'ipsec1: removed' ]
	[ -z "$(lab_ip bob xfrm state)" ]
	lab_ip bob xfrm policy >"$LAB_DIR/policies"
	lab_not grep -q tmpl "$LAB_DIR/policies"
}
