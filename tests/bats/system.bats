#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A system that says no, at some calls of each command that writes; tests/more has it at every one.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/memory.bash
. "$root/tests/memory.bash"
# shellcheck source=tests/system.bash
. "$root/tests/system.bash"

setup() {
	[ -z "${VALGRIND:-}${SAN:-}" ] || skip "its own calls are refused, too"
	enter_folder
	system_inputs "$PWD/in"
}

@test "system: where it says no a command says so, and what it writes is old or new and whole" {
	system_commands "$PWD/in" | denied 59
}

@test "system: where it says no weipsec-apply blames neither the document nor its folder" {
	build=${WEIPSEC_BUILD:-$root/build}
	system_apply "$PWD/in" | denied 17 "$build/weipsec-apply" "$build/tests/denied.so"
}
