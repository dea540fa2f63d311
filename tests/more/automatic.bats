# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# An automatic suite of ESP with every suite of the guide at the other end, with each group and with none, with
# charon's default, and with another automatic end: the tunnel comes up, and both ends rekey it, whoever begins.

load ../lab/lab
load ../lab/suites
load ../lab/rekeying

setup_file() {
	# Many tunnels from one address at a time: charon would take that for an attack.
	LAB_CHARON='dos_protection = no' lab_setup_file
	[ -n "${LAB_WHY:-}" ] || many_addresses
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

@test "automatic esp: with each suite, with each group and none, and whoever begins" {
	list_peers
	[ ${#PEERS[@]} -eq 162 ]
	all_are_kept_up
}

@test "automatic esp beside an explicit ike: with each group of either, and none" {
	list_group_pairs
	[ ${#PEERS[@]} -eq 56 ]
	all_are_kept_up
}

@test "automatic esp of version 1: with each suite in the group of phase 1" {
	list_version_1
	[ ${#PEERS[@]} -eq 140 ]
	PEER_VERSION=1 all_are_kept_up
}
