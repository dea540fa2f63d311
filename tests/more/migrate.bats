# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # each test is a process of its own
# All pairs of tests/lab/migrate.bats.

load ../lab/lab
load ../lab/weos4

setup_file() { lab_setup_file; }
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

@test "the matrix of suites, pfs, identities, subnets and roles: all" {
	each_pair 1 1
	[ $((up + refused)) -eq 216 ]
}
