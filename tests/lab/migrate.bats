# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # each test is a process of its own
# A WeOS 4 tunnel and what migrate makes of its other end come up where the report says so, and only there.

load lab
load weos4

setup_file() { lab_setup_file; }
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

@test "the matrix of suites, pfs, identities, subnets and roles: 60 of 216 pairs" {
	each_pair 18 5
	[ $((up + refused)) -eq 60 ]
	[ "$up" -gt 10 ]
	[ "$refused" -gt 10 ]
}

@test "packets pass between a WeOS 4 end and a migrated one" {
	load_pair aes256-sha256-4096 automatic names nets responder
	lab_works
}

@test "aggressive mode does not come up with what it was migrated to" {
	weos4_text alice aes128-sha1-2048 explicit names nets responder | sed 's/pfs/aggressive\n\t\tpfs/' >"$LAB_DIR/four.cfg"
	"$WEIPSEC" migrate -o "$LAB_DIR/five.cfg" "$LAB_DIR/four.cfg" 2>"$LAB_DIR/said"
	grep -q 'main mode only.*WI906' "$LAB_DIR/said"
	lab_compile alice <"$LAB_DIR/five.cfg"
	lab_load alice
	weos4_text bob aes128-sha1-2048 explicit names nets responder | sed 's/pfs/aggressive\n\t\tpfs/' | lab_compile bob
	lab_load bob
	lab_logged bob 'initiating Aggressive Mode'
	lab_logged bob 'received AUTHENTICATION_FAILED'
	lab_not lab_is_installed alice tunnel1
}
