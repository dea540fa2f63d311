#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# No misses: the files of testdata/accept are broken, rule by rule, and each rule must be reported at the
# right line and column.  And no false alarms: what changes their form only must change nothing.
# MUTATION_STRIDE=1 does all mutants, 170,000 of them.
# shellcheck disable=SC2154 # root is the helper's

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

@test "mutation: what is broken has no error to begin with, and 60 files of it are whole sites" {
	cd "$root/testdata/accept"
	sites=$BATS_TEST_TMPDIR/sites
	sed -n '/with whole sites/,/^Those/ s,^| .\([a-z0-9]*\)/. .*,\1,p' ../README.md > "$sites.folders"
	xargs -I {} find {} -name '*.cfg' -o -name '*.weos' < "$sites.folders" > "$sites"
	[ "$(wc -l < "$sites")" -ge 60 ]
	xargs "$WEIPSEC" check --format gcc < "$sites"
}
