# SPDX-License-Identifier: ISC
# What holds for the code as a whole.

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$root" || return 1
	WEIPSEC=${WEIPSEC:-$root/build/weipsec}
	build=${WEIPSEC_BUILD:-$root/build}
}

# Nothing may be left of what the pipe before it lists.
none() {
	local found
	found=$(cat)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

@test "house: the library has no mutable globals" {
	objdump -t "$build/libweipsec.a" > "$BATS_TEST_TMPDIR/symbols"
	grep -q weos_parse "$BATS_TEST_TMPDIR/symbols"
	# what the sanitizers add is not ours
	awk 'NF >= 5 && $(NF - 2) ~ /^\.t?(data|bss)(\.|$)/ && $(NF - 2) !~ /rel\.ro/ &&
			$(NF - 1) !~ /^0+$/ && $NF !~ /^__|^\.L|asan|ubsan/' \
		"$BATS_TEST_TMPDIR/symbols" | none
}

@test "house: nothing below main prints or ends the program" {
	{ grep -nE '\b(exit|abort|_exit|perror|printf|puts|putchar)\(|\b(stderr|stdout)[,)]' \
		grammar/*.[chly] backends/*.c compiler/*.c || true; } |
		grep -vE '^compiler/(main|cli|cmd_.*)\.c:' | none
}

@test "house: each folder includes only what it may" {
	{ grep -nE '#include "(compiler|backends|runtime)/' grammar/* || true; } |
		grep -vE '"compiler/(text|arena|finding)\.h"' | none
	{ grep -nE '#include "(compiler|grammar|runtime)/' backends/*.[ch] || true; } |
		grep -v '"compiler/model.h"' | none
	{ grep -nE '#include "backends/' compiler/*.[ch] || true; } |
		grep -vE '^compiler/(cmd_compile.c|map\.[ch]):' | none
}

@test "house: every rule of the catalogue has a reject and an accept case" {
	grep -oE '^(FORM|TUNNEL|MODEL)\([0-9]+' schemas/rules.def | grep -oE '[0-9]+' |
		while read -r rule; do
			[ "$rule" = 613 ] && continue # of a backend: tests/bats/swanctl.bats
			grep -ql "WI$rule" testdata/*/*.ids || { echo "WI$rule: no reject case"; exit 1; }
			compgen -G "testdata/accept/WI$rule-*" > /dev/null ||
				{ echo "WI$rule: no accept case"; exit 1; }
		done
}

@test "house: the settings stand in the order that option_match() searches them in" {
	sed -n 's/^OPTION([A-Z_0-9]*, "\([^"]*\)".*/\1/p' schemas/options.def > "$BATS_TEST_TMPDIR/words"
	[ -s "$BATS_TEST_TMPDIR/words" ]
	LC_ALL=C sort -c "$BATS_TEST_TMPDIR/words"
}

@test "house: every source says its licence" {
	for file in $(git ls-files '*.[chly]' '*.sh' '*.bash' '*.bats' '*.py' '*.mk' '*.def' '*.awk' \
		'*.in' '*.zsh' '*.yaml' Makefile); do
		head -3 "$file" | grep -q 'SPDX-License-Identifier: ISC' || { echo "$file"; return 1; }
	done
}

@test "house: no source has more than 600 lines" {
	for file in $(git ls-files '*.[chly]'); do
		[ "$(wc -l < "$file")" -le 600 ] || { echo "$file"; return 1; }
	done
}
