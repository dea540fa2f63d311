#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What live charons made of drawn pairs of files (testdata/pair/seen.tsv, traffic.tsv), against what is foretold of them
# now: what tests/lab/pair.bats does with charons, for many more pairs, in seconds.
# shellcheck disable=SC2154 # root and output are set elsewhere

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/pki.bash
. "$root/tests/pki.bash"
# shellcheck source=tests/lab/oracle.bash
. "$root/tests/lab/oracle.bash"

setup() {
	enter_folder
	lab=$root/tests/lab
	build=${WEIPSEC_BUILD:-$root/build}
	record=$root/testdata/pair/seen.tsv
}

@test "oracle: all of what was seen of recorded pairs is foretold" {
	local seed count
	read -r seed count < <(/usr/bin/python3 "$lab/oracle.py" seed "$record")
	oracle_pki pki
	/usr/bin/python3 "$lab/drawn.py" "$count" "$seed" drawn pki > list
	"$build/tests/foretell" < list > foretold 2> /dev/null
	run -0 /usr/bin/python3 "$lab/oracle.py" replay foretold "$count" "$record"
	[[ $output =~ ^([0-9]+)\ exchanges,\ 0\ disagreements$ ]]
	[ "${BASH_REMATCH[1]}" -ge 1000 ]
	# a file that was drawn otherwise is not held against what was seen of another
	sed '1s/ [0-9a-f]*$/ 00000000/' "$record" > stale
	run -1 /usr/bin/python3 "$lab/oracle.py" replay foretold "$count" stale
	[[ $output == *"record it anew"* ]]
	# nor is one that differs overlooked
	sed '0,/\tup\t/s/\tup\t/\tno-child\t/' "$record" > wrong
	run -1 /usr/bin/python3 "$lab/oracle.py" replay foretold "$count" wrong
	[[ $output == *", 1 disagreements" ]]
	# and those that traffic started, whose networks hold the outer addresses, in a kernel with ESP
	record=$root/testdata/pair/traffic.tsv
	read -r seed count < <(/usr/bin/python3 "$lab/oracle.py" seed "$record")
	/usr/bin/python3 "$lab/drawn.py" "$count" "$seed" drawn pki > list
	"$build/tests/foretell" < list > foretold 2> /dev/null
	run -0 /usr/bin/python3 "$lab/oracle.py" replay foretold "$count" "$record"
	[[ $output =~ ^([0-9]+)\ exchanges,\ 0\ disagreements$ ]]
	[ "${BASH_REMATCH[1]}" -ge 80 ]
}

@test "oracle: what is foretold to the tests is what weipsec pair says" {
	local i
	/usr/bin/python3 "$lab/drawn.py" 60 said drawn > list
	"$build/tests/foretell" < list > foretold 2> /dev/null
	cut -f1,2 list | sed 's/\t/\tpair\t--format\tjson\t--as\t/; s/$/\ta.cfg\tb.cfg/' | each "$PWD/said"
	for ((i = 0; i < 60; i++)); do
		jq -r --arg folder "drawn/$i" '.tunnels[] | . as $t |
			([ "pair", $folder, .a, .b, .outcome, .reason, .starts ],
			(("a", "b") as $side | $t["from_" + $side] | select(.) |
				[ "from", $folder, $side, $t[$side], .outcome, .reason ])) |
			map(. // "-") | @tsv' "said/$((i + 1)).out"
	done > shown
	cut -f1-7 foretold | awk -F '\t' -v OFS='\t' '$1 == "from" { NF = 6 } { print }' > expected
	diff expected shown
	[ "$(grep -c ^from shown)" -gt 100 ]
}
