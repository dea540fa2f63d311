#!/bin/bash
# SPDX-License-Identifier: ISC
# What takes seconds: the golden tests, the unit programs and what holds for the house, with neither root
# nor anything to install.  Or, `quick.sh BUILD PATTERN', whatever matches that: golden tests by name, and
# Bats tests by name, line (`unit test_vici') or file.  PATTERN is an extended regular expression.
set -euo pipefail

build=$1
pattern=${2-}
shopt -s nullglob
# shellcheck source=tests/environment.bash
. tests/environment.bash

# Bats tests whose line matches, as what bats takes to run those: marks of any kind match anything.
filter_of() {
	grep -hE "^@test .*($pattern)" "$@" |
		sed -E 's/^@test "(.*)" \{.*/\1/; s/\$\{[^}]*\}/*/g; s/[^A-Za-z0-9 _-]+/.*/g; s/.*/^&$/' |
		paste -sd '|'
}

# The Bats files whose name matches, whole; of the others the tests that match.
bats_matching() {
	local file whole=() some=()
	for file in tests/*/*.bats "$build"/tests/*.bats; do
		if [[ $file =~ $pattern ]]; then
			whole+=("$file")
		elif grep -qE "^@test .*($pattern)" "$file"; then
			some+=("$file")
		fi
	done
	[ ${#whole[@]} = 0 ] || bats --tap "${whole[@]}"
	[ ${#some[@]} = 0 ] || bats --tap -f "$(filter_of "${some[@]}")" "${some[@]}"
}

run_all() {
	bats --tap tests/bats/unit.bats tests/bats/house.bats > "$log.bats" 2>&1 &
	$WEIPSEC_WRAPPER "$build/tests/golden" || true
	wait $! || true
	cat "$log.bats"
}

run_matching() {
	$WEIPSEC_WRAPPER "$build/tests/golden" "$pattern" || true
	bats_matching || true
}

command -v bats > /dev/null || {
	echo "there is no bats: 'make deps' says what to install" >&2
	exit 1
}
log=$(mktemp)
trap 'rm -f "$log" "$log.bats"' EXIT
if [ -z "$pattern" ]; then
	run_all | tee "$log" | grep -v '^ok ' || true
else
	run_matching | grep -vx '1\.\.0' | tee "$log" || true
	[ -s "$log" ] || {
		echo "nothing matches '$pattern': neither a golden test (golden: testdata/accept/dpd.cfg), nor the" \
			"name, line or file of one of Bats (tests/bats/show.bats)" >&2
		exit 1
	}
fi
awk -f tests/count.awk "$log"
