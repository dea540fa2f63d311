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
	# every second piece between backquotes
	awk -F'\140' '/^\| what \| files/ { inside = 1 } !NF { inside = 0 }
		inside { for (i = 2; i <= NF; i += 2) print $i }' ../README.md > "$sites.names"
	while read -r name; do
		find . -name "$name" \( -name '*.cfg' -o -name '*.weos' \) | grep .
	done < "$sites.names" | sort -u > "$sites"
	[ "$(wc -l < "$sites")" -ge 60 ]
	xargs "$WEIPSEC" check --format gcc < "$sites"
}
