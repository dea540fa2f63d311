# SPDX-License-Identifier: ISC
# What `make test' and `make check-one' run.

bats_require_minimum_version 1.5.0
load ../trace

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	root=$PWD
	build=${WEIPSEC_BUILD:-$root/build}
}

# A run that knows nothing of the one that it is in: bats has a bats of its own before all others.
quick() {
	env -i PATH="${PATH#*bats-core:}" HOME="$HOME" VALGRIND="${VALGRIND:-}" tests/quick.sh "${build#"$root/"}" "$@"
}

@test "quick: a pattern means golden tests by name" {
	run -0 quick 'accept/(dpd|durations)\.cfg'
	[ "$output" = "$(printf '%s\n' 1..2 "ok 1 golden: testdata/accept/dpd.cfg" \
		"ok 2 golden: testdata/accept/durations.cfg" "2 passed, 0 failed, 0 skipped")" ]
}

@test "quick: a pattern means Bats tests by name, line and file, marks in their names included" {
	run -0 quick 'test_identity|are no UTF-8'
	[[ $output == *"ok 1 cli: tabs are repeated"*"ok 2 unit: identities"*"2 passed, 0 failed"* ]]
	run -0 quick 'bats/house'
	[[ $output == *"ok 1 house: "*" passed, 0 failed, 0 skipped" ]]
}

@test "quick: what matches nothing fails, and says what a pattern is for" {
	run -1 quick 'no such thing'
	[[ $output == "nothing matches 'no such thing': "* ]]
	run ! make -s check-one
	[[ $output == *"which tests? make check-one T=PATTERN"* ]]
}

@test "quick: a failure is counted, and one that does not come" {
	run -1 awk -f tests/count.awk <<< $'1..4\nok 1 a\nnot ok 2 b\n# why\nok 3 c # skip no d'
	[ "$output" = "1 passed, 2 failed, 1 skipped" ]
	run -1 awk -f tests/count.awk < /dev/null
	run -0 awk -f tests/count.awk <<< $'1..1\nok 1 a\n1..2\nok 1 b\nok 2 c'
	[ "$output" = "3 passed, 0 failed, 0 skipped" ]
}

@test "quick: what docs/hacking.md tells to type is there" {
	sed -nE 's/^    make( T=[^ ]*)?( +#.*| ([a-z_.-]+).*)$/\3/p' docs/hacking.md | sort -u > "$BATS_TEST_TMPDIR/targets"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/targets")" -ge 6 ]
	make -pnq : > "$BATS_TEST_TMPDIR/rules" 2> /dev/null || true
	while read -r target; do
		grep -q "^${target:-all}:" "$BATS_TEST_TMPDIR/rules" || { echo "$target"; return 1; }
	done < "$BATS_TEST_TMPDIR/targets"
	git ls-files > "$BATS_TEST_TMPDIR/files"
	sed -nE 's/^    make T=([^ ]+) check-one .*/\1/p' docs/hacking.md | grep -vx PATTERN |
		while read -r pattern; do
			grep -q "$pattern" "$BATS_TEST_TMPDIR/files" || { echo "$pattern"; return 1; }
		done
}
