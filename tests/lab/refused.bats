# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# A supervisor to which the system says no, at some of its calls; tests/more/system.bats has it at each.

bats_require_minimum_version 1.5.0
load lab
load device
load refusing

setup_file() {
	device_build
	lab_setup_file
}
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() { lab_teardown; }

@test "refused: a supervisor to which the system says no keeps its tunnels, and says why it ends" {
	only_plain
	refuse_supervisor 600
}
