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
		grep -vE '^((compiler|runtime)/command/(main|cmd_.*)|compiler/base/(cli|shortage)|compiler/command/(cli_value|checking|complaint|fixing|joining|progress)|runtime/monitor/monitor)\.c:' | none
}

@test "house: each folder includes only what it may" {
	/usr/bin/python3 tests/house.py "$build" arrows rooms
}

@test "house: no two files have one name, no line is too long, and none include or call each other in a circle" {
	/usr/bin/python3 tests/house.py "$build" names headers symbols columns
}

@test "house: no line of a rule's page is too wide" {
	/usr/bin/python3 tests/house.py "$build" pages
}

@test "house: libyang stays on the host, libxml2 on the device" {
	/usr/bin/python3 tests/house.py "$build" libraries
	ldd "$build/weipsec" > "$BATS_TEST_TMPDIR/host"
	grep -q libyang "$BATS_TEST_TMPDIR/host"
	! grep libxml2 "$BATS_TEST_TMPDIR/host" || false
	ldd "$build/weipsec-apply" > "$BATS_TEST_TMPDIR/device"
	grep -q libxml2 "$BATS_TEST_TMPDIR/device"
	! grep -E 'libyang|libpcap' "$BATS_TEST_TMPDIR/device" || false
}

# The numbers of rules that stand in what the pipe before it lists, each once.
rules() {
	grep -oE '[0-9]{3,4}' | sort -u
}

# 613 is of a backend: tests/bats/swanctl.bats, xfrm.bats; 90x are of migrate:
# tests/bats/migrate.bats.  With --pki a case needs certificates, which tests/bats/pki.bats makes,
# and for two gateways pair.bats.
@test "house: every rule of the catalogue has a reject and an accept case" {
	cd "$BATS_TEST_TMPDIR"
	grep -oE '^(FORM|TUNNEL|MODEL|PAIR)\([0-9]+' "$root/schemas/rules.def" | rules | grep -vE "613|^90" > all
	grep -hoE '^@test "(pki|pair): WI[0-9]+ reject' "$root"/tests/bats/{pki,pair}.bats | rules > pki-reject
	grep -hoE '^@test "(pki|pair): WI[0-9]+ accept' "$root"/tests/bats/{pki,pair}.bats | rules > pki-accept
	find "$root/testdata" \( -name '*.ids' -o -name '*.said' \) -exec grep -hoE 'WI[0-9]+' {} + | rules > reject
	find "$root"/testdata/{,pair/}accept -name 'WI*' -printf '%f\n' | grep -oE '^WI[0-9]+-' | rules > accept
	[ "$(wc -l < all)" -gt 80 ]
	sort -u reject <(comm -12 pki-reject pki-accept) | comm -23 all - | none
	sort -u accept <(comm -12 pki-reject pki-accept) | comm -23 all - | none
}

@test "house: each folder of testdata holds what its name and the README say" {
	find testdata/accept testdata/reject -type f -regextype posix-extended \
		-not -regex '.*/rule/(WI[0-9]{3})/\1-[^/]*' -not -regex 'testdata/accept/[a-z0-9]+/[a-z][^/]*' | none
	sed -n 's,^| .\([a-z0-9]*\)/. |.*,\1,p' testdata/README.md | sort > "$BATS_TEST_TMPDIR/named"
	find testdata/accept -mindepth 1 -maxdepth 1 -printf '%f\n' | sort > "$BATS_TEST_TMPDIR/there"
	[ -s "$BATS_TEST_TMPDIR/there" ]
	comm -13 "$BATS_TEST_TMPDIR/named" "$BATS_TEST_TMPDIR/there" | none
}

@test "house: the settings stand in the order that setting_match() searches them in" {
	sed -n 's/^SETTING([A-Z_0-9]*, "\([^"]*\)".*/\1/p' schemas/settings.def > "$BATS_TEST_TMPDIR/words"
	[ -s "$BATS_TEST_TMPDIR/words" ]
	LC_ALL=C sort -c "$BATS_TEST_TMPDIR/words"
}

@test "house: every source says its licence" {
	git ls-files -z '*.[chly]' '*.sh' '*.bash' '*.bats' '*.py' '*.mk' '*.def' '*.awk' '*.in' '*.zsh' \
		'*.yaml' Makefile > "$BATS_TEST_TMPDIR/sources"
	[ -s "$BATS_TEST_TMPDIR/sources" ]
	# Buildroot wants six other lines first
	xargs -0 grep -m 1 -nH 'SPDX-License-Identifier: ISC' < "$BATS_TEST_TMPDIR/sources" |
		sed -n 's/:[1-7]:.*//p' | sort > "$BATS_TEST_TMPDIR/licensed"
	tr '\0' '\n' < "$BATS_TEST_TMPDIR/sources" | sort | comm -23 - "$BATS_TEST_TMPDIR/licensed" | none
}

@test "house: no source has more than 600 lines" {
	git ls-files -z '*.[chly]' | xargs -0 wc -l | awk '$2 != "total" && $1 > 600' | none
}

# The slugs of the rows $1 of schemas/reasons.def, each once.
slugs() {
	tr -d '\n' < schemas/reasons.def | grep -oE "$1\\([A-Z_0-9]+,\\s*\"[a-z-]+\"" | sed 's/.*"\(.*\)"/\1/' | sort -u
}

# The slugs of the table of docs/apply.md whose second title is $1.
table_slugs() {
	sed -n "/| $1 |\$/,/^\$/p" docs/apply.md | tail -n +3 | cut -d'|' -f2 | tr ',' '\n' | tr -dc 'a-z\n-' | sed '/^$/d' | sort
}

@test "house: each reason and warning of status is in its schema and in docs/apply.md, and no other" {
	local kind

	for kind in REASON WARNING; do
		slugs "$kind" > "$BATS_TEST_TMPDIR/$kind"
		[ "$(wc -l < "$BATS_TEST_TMPDIR/$kind")" -ge 6 ]
	done
	jq -r '.definitions.tunnel.properties.reason.enum[] // empty' schemas/status.schema.json | sort |
		diff "$BATS_TEST_TMPDIR/REASON" -
	jq -r '.definitions.warning.properties.reason.enum[]' schemas/status.schema.json | sort |
		diff "$BATS_TEST_TMPDIR/WARNING" -
	table_slugs 'it is down, since' | diff "$BATS_TEST_TMPDIR/REASON" -
	table_slugs 'the tunnel is up, but' | diff "$BATS_TEST_TMPDIR/WARNING" -
}

# A name of several tests, with what a variable has in it, is none.
# shellcheck disable=SC2016 # in a document these mark words
@test "house: docs/security.md names tests that there are" {
	grep -hE '^@test "' tests/*/*.bats | sed -E 's/^@test "(.*)" \{.*/\1/' | sort > "$BATS_TEST_TMPDIR/tests"
	grep -E '^\| .* \| `' docs/security.md | grep -oE '`[a-z]+: [^`]*`' | tr -d '`' | sort -u > "$BATS_TEST_TMPDIR/named"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/named")" -gt 30 ]
	comm -23 "$BATS_TEST_TMPDIR/named" "$BATS_TEST_TMPDIR/tests" | none
	# each promise has one
	grep -E '^\| [^-]' docs/security.md | grep -vE '\| (shown by|`[^|]*`) \|$' | none
}
