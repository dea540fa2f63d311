# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # who sources it sets $build
# What tests are run with: the build in the folder $build, from the project's folder; SAN and VALGRIND
# come from make.

export WEIPSEC=$PWD/$build/weipsec WEIPSEC_BUILD=$PWD/$build WEIPSEC_ROOT=$PWD
export WEIPSEC_WRAPPER=
unset GITHUB_ACTIONS # it chooses a format
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1

if [ "${VALGRIND:-}" = 1 ]; then
	WEIPSEC_WRAPPER="valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all"
	WEIPSEC_WRAPPER+=" --num-callers=40 --suppressions=$PWD/tests/valgrind.supp"
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$WEIPSEC_WRAPPER" "$WEIPSEC" > "$WEIPSEC-valgrind"
	chmod +x "$WEIPSEC-valgrind"
	WEIPSEC=$WEIPSEC-valgrind
fi
