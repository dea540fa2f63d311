# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# An automatic suite of ESP: with peers of any kind the tunnel comes up, and stays up through rekeyings of both
# ends. This is a sample; tests/more/automatic.bats has them all.

load lab
load suites
load rekeying

setup_file() {
	# Many tunnels from one address at a time: charon would take that for an attack.
	LAB_CHARON='dos_protection = no' lab_setup_file
	[ -n "${LAB_WHY:-}" ] || many_addresses
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

# Each group, each suite, with no group at all, with charon's default, with another automatic end.
list_sample() {
	local all i

	list_peers
	all=("${PEERS[@]}")
	PEERS=("${all[@]: -2}")
	for i in 3 5 17 31 39 46 52 66 70 83 91 104 118 123 135 149 156; do
		PEERS+=("${all[i]}")
	done
}

@test "automatic esp: it comes up with any peer, and either end rekeys" {
	list_sample
	are_kept_up 0 alice bob
	are_kept_up 0 bob bob
}
