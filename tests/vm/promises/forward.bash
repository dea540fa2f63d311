# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The xfrm backend's policies for what gateways forward, between hosts behind them: first alone, then with the keys of
# a lab, then under a charon.

forward_begin() {
	gateways
	host east alice 10.1.0
	host west bob 10.2.0
}

forward_promises() {
	promise 'with policies only nothing of a host behind a gateway leaves, in clear or at all' forward_held
	promise 'with policies only nothing that comes in clear reaches a host behind a gateway' forward_unheard
	promise 'with keys hosts behind the gateways reach each other through ESP' forward_keys
	whole_promise 'under charon they do, and nothing leaves when it has unloaded, and when it has ended' forward_charon
}

# Prints how many pings host $1 has heard.
# shellcheck disable=SC2016 # awk expands it
forward_heard() {
	lab_in "$1" awk '
		/^Icmp:/ && at	{ print $at }
		/^Icmp:/	{ for (i = 1; i <= NF; i++) if ($i == "InEchos") at = i }' /proc/net/snmp
}

forward_policies() {
	local gw

	for gw in alice bob; do
		lab_weos "$gw" "local-id name $gw" >"$LAB_DIR/$gw/weos.cfg"
		xfrm_compile "$gw"
	done
}

forward_held() {
	pings east 10.1.0.10 10.2.0.10 1
	forward_policies
	xfrm_script alice up
	forget
	lab_not answers east 10.1.0.10 10.2.0.10
	nothing_clear
	[ "$(crossed esp)" -eq 0 ]
	# What is not selected passes.
	pings east 10.1.0.10 192.168.0.2 1
	xfrm_script alice down
}

forward_unheard() {
	local before

	forward_policies
	pings west 10.2.0.10 10.1.0.10 1
	xfrm_script alice up
	forget
	before=$(forward_heard east)
	[ "$before" -gt 0 ]
	lab_not answers west 10.2.0.10 10.1.0.10
	[ "$(crossed clear)" -eq 1 ]
	[ "$(forward_heard east)" -eq "$before" ]
	xfrm_script alice down
}

forward_keys() {
	xfrm_keyed aes256:32 sha512:64:256
	xfrm_up
	through east 10.1.0.10 10.2.0.10
	through west 10.2.0.10 10.1.0.10
	xfrm_down
}

forward_charon() {
	local gw

	forward_policies
	daemons
	for gw in alice bob; do
		xfrm_script "$gw" up
	done
	shapes_up
	through east 10.1.0.10 10.2.0.10
	through west 10.2.0.10 10.1.0.10
	lab_reset
	forget
	lab_not answers east 10.1.0.10 10.2.0.10
	nothing_clear
	for gw in alice bob; do
		lab_signal "$(lab_ns "$gw")" TERM
		lab_until "$LAB_DEADLINE" lab_deserted "$(lab_ns "$gw")"
	done
	lab_not answers east 10.1.0.10 10.2.0.10
	lab_not answers west 10.2.0.10 10.1.0.10
	nothing_clear
	for gw in alice bob; do
		xfrm_script "$gw" down
		[ -z "$(lab_ip "$gw" xfrm policy)" ]
	done
	pings east 10.1.0.10 10.2.0.10 1
}
