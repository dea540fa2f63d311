# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash reads it
# What traffic makes of pairs of files that the host drew, and gave as /weipsec/given: `list', as drawn.py prints it. The
# host has foretold it, and compares. While one of the two groups waits for what does not come the other goes on.

odd_begin() { traffic_begin; }
even_begin() { traffic_begin; }
odd_promises() { promise 'each of its drawn pairs is tried' traffic_tried 1; }
even_promises() { promise 'each of its drawn pairs is tried' traffic_tried 0; }

# Two gateways with two outer addresses each. What nobody answers is to be known soon.
traffic_begin() {
	local gw

	LAB_CHARON='retransmit_timeout = 8.0
		retransmit_tries = 0
		retransmit_base = 1.0
		dos_protection = no
		half_open_timeout = 600
		plugins {
			kernel-netlink {
				xfrm_acq_expires = 3
			}
		}'
	gateways
	for gw in alice bob; do
		lab_ip "$gw" addr add "${OUTER[$gw]%.*}.1${OUTER[$gw]##*.}/24" dev wan
	done
	lab_ip alice addr add 10.1.1.1/24 dev lo
	lab_ip alice addr add 10.1.77.1/24 dev lo
	lab_ip bob addr add 10.2.1.1/24 dev lo
	lab_ip bob addr add 10.2.77.1/24 dev lo
	traffic_routes alice bob
	traffic_routes bob alice
	daemons
}

# charon routes all of remote-subnet by way of the peer, answers to others in it, too: what gateway $1 sends to any outer
# address comes to gateway $2, as if a router stood between them, whether or not there is somebody who has that.
traffic_routes() {
	local last mac

	mac=$(lab_ip "$2" -o link show dev wan | sed 's/.*link\/ether \([^ ]*\).*/\1/')
	for last in 1 2 9 11 12; do
		[[ $(lab_ip "$1" -o addr show dev wan) == *" 192.168.0.$last/"* ]] ||
			lab_ip "$1" neigh replace "192.168.0.$last" lladdr "$mac" dev wan nud permanent
	done
}

# Tries each second pair, and tells what was seen of one after the other.
traffic_tried() {
	local line

	set -o pipefail
	export LAB_DIR LAB_NS WEIPSEC
	cd "$LAB_ROOT/given" || return
	awk -v odd="$1" 'NR % 2 == odd' list | python3 -S "$LAB_ROOT/tests/lab/traffic.py" /dev/fd/1 |
		while IFS= read -r line; do
			tell "seen after $SECONDS s" <<<"$line"
		done
}
