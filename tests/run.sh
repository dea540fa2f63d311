#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs Bats files, those given, or all and the golden tests; ends with 'N passed, N failed, N skipped'.
# The first argument is the folder of the build that is tested; FUZZ_SECONDS comes from make.
set -euo pipefail

build=$1
shift
golden=
[ $# -gt 0 ] || {
	golden=$build/tests/golden
	set -- tests/bats tests/lab "$build/tests/vm.bats"
}
# shellcheck source=tests/environment.bash
. tests/environment.bash
export FUZZ_SECONDS
# what is freed is overwritten, so that a use of it shows
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=165

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
{
	# shellcheck disable=SC2086 # a command and its options, or nothing
	[ -z "$golden" ] || $WEIPSEC_WRAPPER "$golden"
	bats --tap "$@"
} < /dev/null | tee "$log" || status=$?

awk -f tests/count.awk "$log" || status=1
exit $status
