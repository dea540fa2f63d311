#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# check --jobs under ThreadSanitizer, in a build of its own.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/jobs.bash
. "$root/tests/jobs.bash"

@test "threads: nothing is touched by two threads at once" {
	[ -z "${VALGRIND:-}${SAN:-}" ] || skip "two sanitizers do not go together"
	make -s -j2 -C "$root" SAN=thread CFLAGS='-O0 -g1' build/tsan/weipsec build/tsan/tests/test_workers
	enter_folder
	ln -s "$root/testdata" testdata
	export TSAN_OPTIONS=exitcode=66 WEIPSEC=$root/build/tsan/weipsec
	# where there is one thread there is nothing to be found
	WEIPSEC_ONE=${WEIPSEC_BUILD:-$root/build}/weipsec
	"$root/build/tsan/tests/test_workers"
	LARGE=300 make_tree few 200
	make_pki
	for format in text json sarif junit; do
		JOBS=4 same_as_one --format "$format" few absent testdata/accept testdata/reject
		[ "$(cat 1.status)" = 2 ]
	done
	JOBS=4 same_as_one --format text --pki pki --profile nist of-pki
	[ "$(cat 1.status)" = 1 ]
}
