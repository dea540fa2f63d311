# SPDX-License-Identifier: ISC
# What holds for the code as a whole.

load ../trace

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
	objdump -t "$build/libweipsec.a" "$build/libweipsec-runtime.a" > "$BATS_TEST_TMPDIR/symbols"
	grep -q weos_parse "$BATS_TEST_TMPDIR/symbols"
	grep -q agent_json_read "$BATS_TEST_TMPDIR/symbols"
	# what the sanitizers add is not ours
	awk 'NF >= 5 && $(NF - 2) ~ /^\.t?(data|bss)(\.|$)/ && $(NF - 2) !~ /rel\.ro/ &&
			$(NF - 1) !~ /^0+$/ && $NF !~ /^__|^\.L|asan|ubsan/' \
		"$BATS_TEST_TMPDIR/symbols" | none
}

@test "house: nothing below main prints or ends the program" {
	{ grep -nE '\b(exit|abort|_exit|perror|printf|puts|putchar)\(|\b(stderr|stdout)[,)]' \
		grammar/*.[chly] backends/*.c compiler/*/*.c runtime/*/*.c || true; } |
		grep -vE '^((compiler|runtime)/command/(main|cmd_.*)|compiler/base/cli|compiler/command/cli_value|runtime/monitor/monitor)\.c:' | none
}

@test "house: each folder includes only what it may" {
	{ grep -nE '#include "(compiler|backends|runtime)/' grammar/* || true; } |
		grep -vE '"compiler/(base/text|base/arena|finding/finding)\.h"' | none
	{ grep -nE '#include "(compiler|grammar|runtime)/' backends/*.[ch] || true; } |
		grep -v '"compiler/model/model.h"' | none
	{ grep -nE '#include "backends/' compiler/*/*.[ch] || true; } |
		grep -vE '^compiler/(command/cmd_compile.c|yang/yang\.c|command/map\.[ch]):' | none
	{ grep -nE '#include "(grammar|backends)/' runtime/*/*.[ch] || true; } |
		grep -vE '"backends/(swanctl|output|agent_walk|agent_write)\.h"' | none
}

@test "house: libyang stays on the host, libxml2 on the device" {
	{ grep -nE '#include <libyang/' grammar/* runtime/*/* compiler/*/* || true; } | none
	{ grep -nE '#include <libxml/' grammar/* backends/* compiler/*/* || true; } |
		grep -v '^compiler/agent/xml.c:' | none
	ldd "$build/weipsec" > "$BATS_TEST_TMPDIR/host"
	grep -q libyang "$BATS_TEST_TMPDIR/host"
	! grep libxml2 "$BATS_TEST_TMPDIR/host" || false
	ldd "$build/weipsec-apply" > "$BATS_TEST_TMPDIR/device"
	grep -q libxml2 "$BATS_TEST_TMPDIR/device"
	! grep -E 'libyang|libpcap' "$BATS_TEST_TMPDIR/device" || false
}

@test "house: every rule of the catalogue has a reject and an accept case" {
	grep -oE '^(FORM|TUNNEL|MODEL)\([0-9]+' schemas/rules.def | grep -oE '[0-9]+' |
		while read -r rule; do
			[ "$rule" = 613 ] && continue # of a backend: tests/bats/swanctl.bats, xfrm.bats
			# with --pki a case needs certificates, which that file makes
			grep -q "^@test \"pki: WI$rule reject" tests/bats/pki.bats &&
				grep -q "^@test \"pki: WI$rule accept" tests/bats/pki.bats && continue
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
