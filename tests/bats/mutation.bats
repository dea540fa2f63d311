#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# No misses: the files of testdata/accept are broken, rule by rule, and each rule must be reported at the
# right line and column.  And no false alarms: what changes their form only must change nothing.
# MUTATION_STRIDE=1 does all mutants, 150,000 of them.

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	export PYTHONDONTWRITEBYTECODE=1
	# a program under valgrind takes its time
	[[ $WEIPSEC != *-valgrind ]] || export MUTATION_STRIDE=${MUTATION_STRIDE:-400}
}

mutate() {
	/usr/bin/python3 "$root/tests/bats/mutation.py" "$1" "$WEIPSEC" "$root" .
}

@test "mutation: a broken condition is reported at its place, and nothing that does not come with it" {
	mutate broken
}

@test "mutation: another form changes no finding and no output" {
	mutate neutral
}
