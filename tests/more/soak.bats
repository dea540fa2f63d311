# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Two minutes of `make soak': two supervised gateways with 25 tunnels in bad weather, of whose tunnels `status' says
# nothing untrue, and which are then as they were.
# shellcheck disable=SC2154 # root and build are the helper's

load helper
load ../lab/lab

setup() {
	lab_require || skip "$LAB_WHY"
}

@test "soak: after bad weather nothing has grown, and no state that was shown was untrue" {
	local status=0

	LOGS=$BATS_TEST_TMPDIR/logs "$root/tests/lab/soak.sh" "${build#"$root/"}" "${MORE_SOAK_SECONDS:-120}" 1 >"$BATS_TEST_TMPDIR/said" 3>&- || status=$?
	cat "$BATS_TEST_TMPDIR/said"
	[ "$status" -eq 0 ] || tail -n 60 "$BATS_TEST_TMPDIR"/logs/*.said
	figure "$(tail -n 2 "$BATS_TEST_TMPDIR/said" | head -n 1)"
	[ "$status" -eq 0 ]
}
