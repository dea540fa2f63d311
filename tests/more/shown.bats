# SPDX-License-Identifier: ISC
# All lines of tests/calls/shown.c: half a minute of CPU.

load ../bats/helper
bats_require_minimum_version 1.5.0

@test "shown: no part of a secret, in all lines" {
	run -0 "${WEIPSEC_BUILD:-$root/build}/tests/shown"
	[[ $output =~ ^1[0-9]{5}" lines, 0 texts with a leak"$ ]]
}
