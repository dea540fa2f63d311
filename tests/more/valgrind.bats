# SPDX-License-Identifier: ISC
# What `make test' runs, under valgrind.
# shellcheck disable=SC2154 # root and build are the helper's

load helper

@test "valgrind: no golden and no unit program reads what is not there, or leaks" {
	cd "$root"
	VALGRIND=1 tests/quick.sh "${build#"$root"/}" > "$BATS_TEST_TMPDIR/said" 2>&1 || { cat "$BATS_TEST_TMPDIR/said"; false; }
	figure "$(tail -n 1 "$BATS_TEST_TMPDIR/said")"
}
