# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# Each kind of change, of each setting, applied to a live pair: what `weipsec diff' and the dry run say is what charon
# does. And what diff says of each line of each accepted file that is missing, from either side.

bats_require_minimum_version 1.5.0
load ../lab/lab
load ../lab/device
load ../pki
load ../lab/changes
load ../bats/helper
load ../bats/symmetry
load helper

setup_file() { changes_setup_file; }
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() { lab_teardown; }

@test "diff: each change of each setting does to a live pair what is said" {
	changes_rows >"$LAB_DIR/rows"
	changes_all <"$LAB_DIR/rows"
	figure "$(wc -l <"$LAB_DIR/rows") changes of $(cut -d'|' -f1 "$LAB_DIR/rows" | sort -u | wc -l) settings"
}

@test "diff: of each line of each accepted file that is missing the same is said from either side" {
	cd "$BATS_TEST_TMPDIR"
	symmetry_all 1
	# shellcheck disable=SC2154 # of helper.bash
	figure "$symmetry_changes changes of $symmetry_settings settings, from either side"
}
