# SPDX-License-Identifier: ISC
# Memory that is not there: each allocation of each command, of which `make check' takes a few.
# shellcheck disable=SC2154 # root and build are the helper's

load helper
load ../bats/helper
# shellcheck source=tests/memory.bash
. "$root/tests/memory.bash"

setup() {
	enter_folder
	memory_inputs "$PWD/in" > log 2>&1
}

@test "memory: each allocation of each command" {
	memory_commands "$PWD/in" | starved 0
	figure "weipsec: $(cat figures)"
}

@test "memory: each allocation of weipsec-apply" {
	memory_apply "$PWD/in" | starved 0 "$build/weipsec-apply" "$build/tests/lacking.so"
	figure "weipsec-apply: $(cat figures)"
}
