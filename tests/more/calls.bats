# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # killing.bash sets refused
# Each system call of an apply that fails, of which tests/lab/killed.bats has a few.

bats_require_minimum_version 1.5.0
load ../lab/lab
load ../lab/device
load ../lab/killing
load helper

# shellcheck disable=SC2034 # killing.bash reads it
CALL_STRIDE=1

setup_file() { device_setup_file; }
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() { lab_teardown; }

@test "calls: weipsec-apply each of whose system calls fails ends in the new one, or the old one, or says what it could not" {
	prepare
	refuse_each_call
	carries bob carol
	figure "$refused refused system calls"
}
