#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs Bats files, those given or all and the golden tests, and ends with 'N passed, N failed, N skipped'.  The first
# argument is the folder of the build that is tested; SAN, VALGRIND and FUZZ_SECONDS come from make.
set -euo pipefail

build=$1
shift
golden=
[ $# -gt 0 ] || {
	golden=$build/tests/golden
	set -- tests/bats tests/lab "$build/tests/vm.bats"
}
root=$PWD
export WEIPSEC=$root/$build/weipsec WEIPSEC_BUILD=$root/$build WEIPSEC_ROOT=$root FUZZ_SECONDS
export WEIPSEC_WRAPPER=
unset GITHUB_ACTIONS # it chooses a format
# what is freed is overwritten, so that a use of it shows
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=165
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1

if [ "${VALGRIND:-}" = 1 ]; then
	WEIPSEC_WRAPPER="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=all"
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$WEIPSEC_WRAPPER" "$WEIPSEC" > "$WEIPSEC-valgrind"
	chmod +x "$WEIPSEC-valgrind"
	WEIPSEC=$WEIPSEC-valgrind
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
{
	# shellcheck disable=SC2086 # a command and its options, or nothing
	[ -z "$golden" ] || $WEIPSEC_WRAPPER "$golden"
	bats --tap "$@"
} < /dev/null | tee "$log" || status=$?

awk '
	/^ok .* # skip/ { skipped++; next }
	/^ok /          { passed++ }
	/^not ok /      { failed++ }
	/^1\.\./        { planned += substr($0, 4) }
	END {
		missing = planned - passed - failed - skipped
		if (missing > 0)
			failed += missing
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || passed == 0
	}
' "$log" || status=1
exit $status
