# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034 # who loads it uses them
# What the tests of `make check-more' share.

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
build=${WEIPSEC_BUILD:-$root/build}

# A figure for docs/checks.md, which takes all of a file.
figure() {
	echo "# figure: $*" >&3
}
