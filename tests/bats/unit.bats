# SPDX-License-Identifier: ISC
# The unit programs, which print TAP of their own.

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	build=${WEIPSEC_BUILD:-$root/build}
}

# unit NAME: all of its tests pass, and there are some
unit() {
	run "$build/tests/$1"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"ok 1 "* && $output != *"not ok"* ]]
}

@test "unit: identities" { unit test_identity; }
