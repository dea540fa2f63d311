# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # killing.bash sets kills, refused and number
# Every packet of tests/lab/killed.bats, and every system call at which an apply is killed.

bats_require_minimum_version 1.5.0
load ../lab/lab
load ../lab/device
load ../lab/killing
load helper

# shellcheck disable=SC2034 # killing.bash reads it
KILLING_STRIDE=1 CALL_STRIDE=1

setup_file() { device_setup_file; }
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() { lab_teardown; }

@test "killed: weipsec-apply at every packet, and the next run of the new file ends in the new one" {
	prepare
	kill_at_each new
	carries bob carol
	figure "$kills kills"
}

@test "killed: weipsec-apply at every packet, and the next run of the old file ends in the old one" {
	prepare
	kill_at_each old
	carries bob carol
	figure "$kills kills"
}

@test "killed: whatever charon refuses, and whenever, everything is as before, or as the file says" {
	prepare
	refuse_each
	carries bob carol
	figure "$refused refusals"
}

@test "killed: a connection that ends at every packet is told of, and the next run ends in the new one" {
	prepare
	close_at_each
	figure "$number ends"
}

@test "killed: weipsec-apply at every system call, and some of the next runs, and the one after ends in the new or the old one" {
	prepare
	kill_at_each_call
	carries bob carol
	figure "$kills kills at system calls"
}
