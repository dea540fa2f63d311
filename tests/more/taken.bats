# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the helper's
# Thousands of drawn tunnels of tests/lab/accepted.bats.

load helper
load ../lab/lab
load ../lab/taken
# shellcheck source=tests/pki.bash
. "$root/tests/pki.bash"

setup_file() { lab_setup_file; }
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

@test "taken: drawn tunnels are in charon what the file says, or the catalogue explains why not" {
	local status=0

	taken "${MORE_TAKEN:-3000}" 1 >"$BATS_TEST_TMPDIR/said" || status=$?
	cat "$BATS_TEST_TMPDIR/said"
	figure "$(tail -n 1 "$BATS_TEST_TMPDIR/said")"
	[ "$status" -eq 0 ]
}
