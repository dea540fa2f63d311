# SPDX-License-Identifier: ISC
# All lines of tests/calls/shown.c, of which `make check' takes one in 61.
# shellcheck disable=SC2154 # build is the helper's

load helper

@test "shown: no part of a secret, in all lines" {
	"$build/tests/shown" > said || { cat said; false; }
	grep -qE '^[0-9]{6,} lines, 0 texts with a leak$' said
	figure "$(cat said)"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}
