#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec fleet --graph' and `join --graph': the network as a picture, through the real Graphviz.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # the inner shell expands; each test is a subshell; root, output and stderr are set elsewhere

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	export WEIPSEC
	secret=0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznmA=
	small=$root/testdata/picture/small
}

# The end of a spoke with number $1 whose host name is $2, to a hub that is in no file.
named() {
	printf '%s\n' system "hostname $2" end tunnel "ipsec 1" initiator "peer 203.0.113.1" "local-address 198.51.100.$1" \
		"local-id name s$1.example.net" "remote-id name hub.example.net" "secret $secret" end end
}

# fleet with --graph $1 of the words behind it, whatever becomes of the network.
draw() {
	"$WEIPSEC" fleet --graph "$@" > said || [ $? = 1 ]
}

@test "picture: gateways with their networks, and tunnels in the colour of what becomes of them" {
	cp -r "$small" small
	draw small.dot small
	diff "$root/testdata/picture/small.dot" small.dot
	draw small.svg small
	run -0 "$root/tests/fleet/drawn.py" small.svg
	[ "$(sort <<< "$output")" = "$(printf '%s\n' $'edge\t#0072b2' $'edge\t#b0307a\tunmatched' \
		$'edge\t#b87800\tlost-at-rekey\tNO_PROPOSAL_CHOSEN' $'edge\t#d55e00\tno-ike\tAUTHENTICATION_FAILED' \
		$'node\t? 203.0.113.9' $'node\tcabinet-"7"&<b>\\N\t10.2.0.0/24' $'node\thub\t172.16.0.0/16' \
		$'node\tpump (small/four.cfg)\t10.4.0.0/24' $'node\tpump (small/one.cfg)\t10.1.0.0/24' \
		$'node\tsmall/three.cfg\t10.3.0.0/24' | sort)" ]
	# the report is the same beside it, and the picture that of the facts
	run -1 "$WEIPSEC" fleet --format json small
	[ "$output" = "$("$WEIPSEC" fleet --format json --graph again.dot small)" ]
	cmp small.dot again.dot
	"$WEIPSEC" facts small | LC_ALL=C sort | "$WEIPSEC" join --graph joined.dot > joined || [ $? = 1 ]
	cmp small.dot joined.dot && cmp said joined
	"$WEIPSEC" facts small | LC_ALL=C sort | "$WEIPSEC" join --graph joined.svg > joined || [ $? = 1 ]
	cmp small.svg joined.svg
}

# What the page calls each colour.
@test "picture: each outcome has the colour and the line that docs/fleet.md says" {
	"$root/tests/fleet/network.py" mesh 30 net --faults 1 > truth
	named 250 off | sed 's/initiator/no enable/' > net/off.cfg
	sed -i '0,/esp cipher aes128gcm16 dh/s//esp cipher aes128gcm16 auth sha256 dh/' net/g00029.cfg
	draw net.dot net
	sed -n 's/^\tlabel=<//p' net.dot | grep -o '<font [^/]*</b> ([a-z]*)' |
		sed -E 's/.*"(#[^"]*)"><b>[0-9]+ ([^<]*)<.b> .(.*)./\2 \1 \3/' | sort > drawn
	sed -n 's/^| \([a-z ]*\) | \([a-z]*\) | \(`.*`\) |$/\1|\2|\3/p' "$root/docs/fleet.md" | tr -d '`,' |
		while IFS='|' read -r colour line outcomes; do
			case $colour in
			blue) colour='#0072b2' ;;
			'light blue') colour='#56b4e9' ;;
			orange) colour='#b87800' ;;
			red) colour='#d55e00' ;;
			purple) colour='#b0307a' ;;
			grey) colour='#777777' ;;
			black) colour='#000000' ;;
			esac
			for outcome in $outcomes; do
				echo "$outcome $colour $line"
			done
		done | sort > said
	[ "$(wc -l < said)" = 9 ]
	diff said drawn
	# a line's own is that of its outcome
	grep -o 'color="[^"]*", style=[a-z]*, label="[a-z-]*' net.dot | sed 's/color="//; s/", style=/ /; s/, label="/ /' |
		awk 'NF == 3 { print $3, $1, $2 }' | sort -u > lines
	[ "$(wc -l < lines)" -ge 5 ]
	[ -z "$(comm -23 lines said)" ]
}

@test "picture: hubs go through dot and meshes through sfdp, with a gateway each and all tunnels" {
	for shape in "dot hub 40 net --hubs 3 --faults 1" "dot train 30 net" "dot hub 1 net --hubs 1" \
		"sfdp mesh 20 net --faults 1"; do
		rm -rf net
		# shellcheck disable=SC2086 # words
		"$root/tests/fleet/network.py" ${shape#* } > truth
		draw net.dot net
		grep -q "layout=${shape%% *};" net.dot
		draw net.svg net
		run -0 "$root/tests/fleet/drawn.py" net.svg
		[ "$(grep -c '^node' <<< "$output")" -ge "$(find net -name '*.cfg' | wc -l)" ]
		[ "$(grep -c ' -- ' net.dot)" = "$(grep -c '^edge' <<< "$output")" ]
	done
}

@test "picture: from 2 to 500 gateways each can be read, and none lies on another" {
	for shape in "hub 1 net --hubs 1" "mesh 5 net" "hub 40 net --hubs 2" "mesh 60 net" "hub 497 net --hubs 3" "mesh 500 net"; do
		rm -rf net
		# shellcheck disable=SC2086 # words
		"$root/tests/fleet/network.py" $shape > truth
		draw net.svg net
		run -0 "$root/tests/fleet/legible.py" net.svg "$(find net -name '*.cfg' | wc -l)"
	done
}

@test "picture: several tunnels of two gateways are one line that says how many of them are up" {
	mkdir net
	for n in 1 2 3; do
		printf '%s\n' "ipsec $n" "peer 203.0.113.$n" "local-address 198.51.100.$n" "local-id name a$n" "remote-id name b$n" \
			"secret $secret" initiator "local-subnet 10.$n.0.0/24" "remote-subnet 10.9.$n.0/24" end > a$n
		printf '%s\n' "ipsec $n" "peer 198.51.100.$n" "local-address 203.0.113.$n" "local-id name b$n" "remote-id name a$n" \
			"secret $secret" "remote-subnet 10.$n.0.0/24" "local-subnet 10.9.$n.0/24" end > b$n
	done
	for gateway in a b; do
		{ echo tunnel; cat ${gateway}[123]; echo end; } > net/$gateway.cfg
	done
	draw net.dot net
	grep -F 'label="3 tunnels"' net.dot
	sed -i '0,/secret .*/s//secret something else/; 0,/secret .*/s//secret somethingelse/' net/b.cfg
	draw net.dot net
	grep -F 'label="1 of 3: no-ike\nAUTHENTICATION_FAILED"' net.dot
	[ "$(grep -c ' -- ' net.dot)" = 1 ]
}

@test "picture: names are shown as they are and mean nothing to Graphviz, and what moves a terminal is escaped" {
	mkdir net
	while IFS=$'\t' read -r number name shown; do
		# shellcheck disable=SC2059 # what is to be written
		named "$number" "$(printf -- "$name")" > "net/$number.cfg"
		printf 'node\t%s\n' "$shown"
	done > expected <<-'END'
		1	a\\"];x[label="evil	a\"];x[label="evil
		2	<b>bold</b>	<b>bold</b>
		3	&lt;&quot;&amp;	&lt;&quot;&amp;
		4	\\N\\G\\n\\l	\N\G\n\l
		5	--></svg><script>	--></svg><script>
		6	\xc3\xa5\xc3\xa4\xc3\xb6	åäö
		7	x\x7fy	x\x7Fy
		8	x\xffy\xe2\x80\xaez	x\xFFy\xE2\x80\xAEz
		9	{a|b}->n1	{a|b}->n1
		10	end\\	end\
	END
	draw net.svg net
	"$root/tests/fleet/drawn.py" net.svg | grep '^node' > nodes
	printf 'node\t? 203.0.113.1\n' >> expected
	diff <(LC_ALL=C sort expected) <(LC_ALL=C sort nodes)
	# a file's name, where that is what there is; of what is long the first part is enough
	mkdir odd
	named 1 x | sed 1,3d > $'odd/new\nline "q".cfg'
	named 2 "$(printf '%0200d' 7)" > odd/long.cfg
	draw odd.svg odd
	run -0 "$root/tests/fleet/drawn.py" odd.svg
	[[ $output == *$'node\todd/new\\x0Aline "q".cfg'* && $output =~ 'node'.0{61}'...'$'\n' ]]
	run -1 grep -P '[\x00-\x08\x0b-\x1f]' net.svg odd.svg
}

@test "picture: a name that tells a secret is in no report and in no picture" {
	mkdir net
	named 1 site-opensesame | sed "s|^secret .*|secret opensesame|" > net/one.cfg
	named 2 here > net/two.cfg
	printf 'opensesame:/#> show running-config\n' | cat - net/one.cfg | sed 2,4d > net/three.cfg
	sed -i 's/198.51.100.1/198.51.100.3/; s/s1\./s3./' net/three.cfg
	for format in text json sarif; do
		"$WEIPSEC" fleet --format $format --graph $format.dot net > said.$format || [ $? = 1 ]
	done
	"$WEIPSEC" facts net > lines
	draw net.svg net
	run -1 grep -F -e "${secret#0s}" -e opensesame said.* ./*.dot net.svg lines
	run -0 jq -c '[.gateways[].hostname]' said.json
	[ "$output" = '[null,null,"here"]' ]
	grep -F 'label="net/one.cfg' text.dot
}

@test "picture: one whole file or none, and one line that says why" {
	cp -r "$small" small
	mkdir bin
	echo before > net.svg
	for case in "|there is no 'dot' in PATH: install Graphviz, or write FILE.dot" \
		"echo '<svg>'; echo no >&2; exit 3|'dot' failed with status 3: write FILE.dot and try it by hand" \
		"echo '<svg>'; kill -9 \$\$|'dot' was killed by signal 9"; do
		rm -f bin/dot
		[ -z "${case%%|*}" ] || printf '#!/bin/sh\n%s\n' "${case%%|*}" > bin/dot
		[ ! -e bin/dot ] || chmod +x bin/dot
		run -2 --separate-stderr env "PATH=$PWD/bin" "$WEIPSEC" fleet --graph net.svg small
		[ "$stderr" = "weipsec: ${case#*|}" ]
		[[ $output == *"5 gateways, 4 pairs"* ]]
		[ "$(cat net.svg)" = before ]
		[ "$(find . -maxdepth 1 -name '*net.svg*' | wc -l)" = 1 ]
	done
	run -2 --separate-stderr "$WEIPSEC" fleet --graph none/net.dot small
	[[ $stderr == "weipsec: none/net.dot: No such file or directory" ]]
	for word in net.png net .dot - net.DOT ""; do
		run -64 --separate-stderr "$WEIPSEC" fleet --graph "$word" small
		[[ $stderr == "weipsec: --graph writes FILE.dot or FILE.svg: '$word' is neither"* ]]
		run -64 "$WEIPSEC" join --graph "$word"
	done
	# what is read is not written over
	cp small/hub.cfg hub.dot
	run -64 --separate-stderr "$WEIPSEC" fleet --graph hub.dot hub.dot
	[[ $stderr == *"hub.dot: would be overwritten"* ]]
	cmp small/hub.cfg hub.dot
	"$WEIPSEC" facts small | LC_ALL=C sort > facts.svg
	cp facts.svg facts.copy
	run -64 "$WEIPSEC" join --graph facts.svg facts.svg
	cmp facts.svg facts.copy
	# no tunnel is a picture, too
	printf 'hostname x\n' > none.cfg
	run -0 "$WEIPSEC" fleet --graph none.svg none.cfg
	grep -q '</svg>' none.svg
}
