# SPDX-License-Identifier: ISC
# What the inputs that fuzz targets begin with reach of the language, the compiler and the backends.
# shellcheck disable=SC2154 # root and build are the helper's

load helper

@test "reached: what no input of the fuzz targets reaches is in the list, each with its reason" {
	cd "$root"
	make -s fuzz-reached > "$BATS_TEST_TMPDIR/said" || { cat "$BATS_TEST_TMPDIR/said"; return 1; }
	figure "$(tail -n 1 "$BATS_TEST_TMPDIR/said")"
}
