#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Memory that is not there, at some places of each command; tests/more has it at every one.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/memory.bash
. "$root/tests/memory.bash"

setup() {
	[ -z "${VALGRIND:-}${SAN:-}" ] || skip "it has an allocator of its own"
	enter_folder
	memory_inputs "$PWD/in" > log 2>&1
}

@test "memory: where it fails every command says so, and ends with 2 and no half of a file" {
	memory_commands "$PWD/in" | starved 4
}

@test "memory: where it fails weipsec-apply does not blame the document" {
	build=${WEIPSEC_BUILD:-$root/build}
	memory_apply "$PWD/in" | starved 6 "$build/weipsec-apply" "$build/tests/lacking.so"
}
