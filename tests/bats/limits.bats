# SPDX-License-Identifier: ISC
# The limits of one input, and files with very many tunnels.  Nothing here looks at a clock.

load helper
bats_require_minimum_version 1.5.0

setup() {
	enter_folder
}

# A file whose second line has COUNT bytes, a comment.
line_of() {
	printf 'tunnel\n#'
	head -c $(($1 - 1)) /dev/zero | tr '\0' x
	printf '\n    end\n'
}

@test "limits: a line of 64 KiB is legal, one byte more is WI117" {
	line_of 65536 > a.cfg
	line_of 65537 > b.cfg
	[ "$(findings a.cfg)" = "1 WI122" ]
	[ "$(findings b.cfg)" = $'1 WI122\n2 WI117' ]
}

@test "limits: a line of 64 KiB with CR LF is legal" {
	line_of 65536 | sed 's/$/\r/' > a.cfg
	[ "$(findings a.cfg)" = "1 WI122" ]
}

@test "limits: a foreign line that is too long is WI117 too" {
	{ echo ntp; head -c 70000 /dev/zero | tr '\0' y; echo; } > a.cfg
	[ "$(findings a.cfg)" = $'1 WI122\n2 WI117' ]
}

@test "limits: a line of many megabytes of quotes is one finding, and no more work than it is long" {
	{ echo tunnel; echo ipsec 1; printf 'peer '; yes "'a \"b" | head -c 8000000 | tr '\n' ' '; echo
	echo end; echo end; } > a.cfg
	run findings a.cfg
	[[ $output == *"3 WI117"* ]]
	[[ $output == *"3 WI105"* || $output == *"3 WI115"* ]]
}

@test "limits: a word of megabytes of NUL is one finding a line, and no more work than it is long" {
	nul() { printf '%s' "$1"; head -c 3000000 /dev/zero; echo "$2"; }
	{ printf '# %2000d\n' 0; echo tunnel; nul 'ipsec '; echo 'ipsec 1'; nul peer; nul 'secret "' '"'
	nul "secret 'a " "'"; nul 'peer a' 'a#b'; nul '' ' 1'; echo end; echo end; } > a.cfg
	findings a.cfg > lines
	[ "$(grep -c WI109 lines)" -eq 6 ]
	[ "$(grep -c WI117 lines)" -eq 6 ]
}

@test "limits: a file of 64 MiB is read, one byte more is WI117 and nothing else" {
	{ echo tunnel; yes '# a comment that fills the file up to its limit, line after line' |
		head -c $((64 * 1024 * 1024 - 7)); } > a.cfg
	[ "$(stat -c %s a.cfg)" -eq $((64 * 1024 * 1024)) ]
	findings a.cfg | grep -v WI124 | diff - <(echo 1 WI122)
	echo >> a.cfg
	[ "$(findings a.cfg)" = "1 WI117" ]
	status=0
	"$WEIPSEC" compile --to swanctl a.cfg > out 2> /dev/null || status=$?
	[ "$status" -eq 1 ]
	[ ! -s out ]
}

@test "limits: 60,000 tunnels are checked to the end, and WI501 is said once" {
	"$BATS_TEST_DIRNAME/../bench/generate.sh" 60000 > a.cfg
	sed -i '$!b; s/$/\n/' a.cfg
	printf 'tunnel\n    ipsec 65000\n        local-address 192.0.2.1\n        end\n    end\n' >> a.cfg
	run findings a.cfg
	[ "$(grep -c WI501 <<< "$output")" -eq 1 ]
	[ "$(grep -c WI401 <<< "$output")" -eq 1 ]
	[ "$("$WEIPSEC" check --format json a.cfg | jq '.files[0].tunnels')" -eq 60001 ]
}

@test "limits: 60,000 tunnels that all clash are checked to the end, and findings are bounded" {
	"$BATS_TEST_DIRNAME/../bench/generate.sh" 60000 |
		sed 's/remote-id name .*/remote-id name bob/; s/peer .*/peer 198.51.100.1/' > a.cfg
	"$WEIPSEC" check --format json a.cfg > out.json || [ $? -eq 1 ]
	[ "$(jq '[.diagnostics[] | select(.rule == "WI502")] | length' out.json)" -eq 1000 ]
	[ "$(jq .summary.truncated out.json)" -ge 58999 ]
	[ "$(jq .summary.errors out.json)" -ge 59999 ]
}

# --- what words of a line cost.  Instructions, which are the same each time, and memory.

# Skips where something else than the program counts too.
only_plain() {
	[[ $WEIPSEC != *san* && $WEIPSEC != *valgrind* ]] || skip "sanitizers and valgrind have costs of their own"
}

# The instructions of a check of file $1, with further options.
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$WEIPSEC" check "${@:2}" --fail-on never "$1" \
		2>&1 > /dev/null | sed -n 's/.*Collected : //p'
}

# The peak of its memory, in bytes, without what fills all that is asked for (tests/run.sh): that touches what is not used.
peak() {
	echo $((1024 * $(GLIBC_TUNABLES='' command time -f %M "$WEIPSEC" check --format gcc --fail-on never "$1" 2>&1 > /dev/null)))
}

# A comment behind a setting, with $1 words $2.
comment_of() {
	printf 'tunnel\nipsec 1\npeer 192.0.2.1 # weipsec: ignore '
	yes "$2" | head -n "$1" | tr '\n' ' '
	printf -- '-- x\nend\nend\n'
}

@test "limits: a comment of thousands of rules costs as much as it is long" {
	only_plain
	comment_of 2000 WI309 > part.cfg
	comment_of 8000 WI309 > whole.cfg
	part=$(instructions part.cfg --no WI116) whole=$(instructions whole.cfg --no WI116)
	echo "$part, $whole"
	[ "$whole" -lt $((5 * part)) ]
}

@test "limits: a line of which hundreds of words are found fault with costs less than as many lines" {
	only_plain
	comment_of 300 frob > line.cfg
	{
		printf 'tunnel\nipsec 1\n'
		yes 'peer 192.0.2.1 # weipsec: ignore frob -- x' | head -n 300
		printf 'end\nend\n'
	} > lines.cfg
	for file in line lines; do
		[ "$("$WEIPSEC" check --fail-on never --no WI113 $file.cfg | grep -c 'no rule is called')" -eq 300 ]
	done
	one=$(instructions line.cfg) many=$(instructions lines.cfg --no WI113)
	echo "$one, $many"
	[ "$one" -lt "$many" ]
}

@test "limits: a comment past the limit of a line is WI117, and silences nothing" {
	comment_of 80000 WI609 > a.cfg
	findings a.cfg > lines
	grep -qx '3 WI117' lines
	run -1 grep WI116 lines
	sed 's/peer.*#/no peer\n#/' a.cfg > b.cfg
	findings b.cfg | grep -qx '3 WI609'
	# as the same comment does, where it is shorter
	comment_of 8 WI609 | sed 's/peer.*#/no peer #/' > c.cfg
	run -1 grep WI609 <(findings c.cfg)
}

@test "limits: words of two bytes take no more memory than other junk" {
	only_plain
	words() { yes x | head -n "$1" | tr '\n' ' '; echo; }
	{ echo tunnel; echo ipsec 1; printf 'peer '; words 2100000; echo end; echo end; } > line.cfg
	{ echo tunnel; echo ipsec 1; for _ in {1..60}; do printf 'peer '; words 32000; done; } > lines.cfg
	for file in line.cfg lines.cfg; do
		peak=$(peak "$file")
		echo "$file: $peak"
		[ "$peak" -lt $((10 * $(stat -c %s "$file") + (8 << 20))) ]
	done
	findings line.cfg | grep -qx '3 WI117'
}

@test "limits: a secret on each of very many lines takes no more memory than other junk" {
	only_plain
	for other in '' 'yes'; do
		{ echo tunnel; echo ipsec 1; seq 100000 | sed "s/.*/secret Kd8sLq0pZx7vLmQwErTyUi${other:+&}/"; echo end; echo end; } > a.cfg
		peak=$(peak a.cfg)
		echo "other ones: $other: $peak"
		[ "$peak" -lt $((10 * $(stat -c %s a.cfg) + (8 << 20))) ]
	done
}

# A text with a secret, and $1 letters of $2 that might come to it.
letters_of() {
	printf 'tunnel\nipsec 1\nsecret Kd8sLq0pZx7vLm\n# '
	yes "$2" | tr -d '\n' | head -c "$1"
	printf '\nend\nend\n'
}

@test "limits: letters that may come to a secret cost as much as they are long" {
	only_plain
	for row in a 'ab ' 'a;;;;;' ';' 'S2Q4c0xxMHBaeDd2TG0xMjM=.' '4b:64:38:73:4c:71:30:70:5a:78:37:76:4c:6d:zz '; do
		letters_of 12500 "$row" > part.cfg
		letters_of 50000 "$row" > whole.cfg
		part=$(instructions part.cfg) whole=$(instructions whole.cfg)
		echo "$row: $part, $whole"
		[ "$whole" -lt $((5 * part)) ]
	done
}
