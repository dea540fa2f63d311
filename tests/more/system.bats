# SPDX-License-Identifier: ISC
# A system that says no: each call of each command that writes, with each errno, of which `make check' takes a few.
# shellcheck disable=SC2154 # root and build are the helper's

load helper
load ../bats/helper
load ../lab/lab
load ../lab/device
load ../lab/refusing
# shellcheck source=tests/memory.bash
. "$root/tests/memory.bash"
# shellcheck source=tests/system.bash
. "$root/tests/system.bash"

setup() {
	enter_folder
	system_inputs "$PWD/in"
}

@test "system: each call of each command" {
	system_commands "$PWD/in" | denied 1
	figure "weipsec: $(cat figures)"
}

@test "system: each call of weipsec-apply" {
	system_apply "$PWD/in" | denied 1 "$build/weipsec-apply" "$build/tests/denied.so"
	figure "weipsec-apply: $(cat figures)"
}

@test "system: each call of a supervisor" {
	LAB_WHY=''
	lab_require || skip "$LAB_WHY"
	device_build
	lab_up
	refuse_supervisor "${MORE_SUPERVISOR_STRIDE:-1}" || { lab_down; return 1; }
	figure "a supervisor: $(tail -n 1 "$LAB_DIR/alice/refusals")"
	lab_down
}
