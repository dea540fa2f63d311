#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The bytes of the page that `weipsec fleet --html' writes; tests/more/page.bats has it in a browser.
# shellcheck disable=SC2154 # root, output and stderr are set elsewhere

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
}

# Network $1 of $2 gateways with further options, below net/.
network() {
	"$root/tests/fleet/network.py" "$1" "$2" net "${@:3}" > truth
}

page() {
	"$root/tests/bats/page.py" "$@"
}

# The page and a report in JSON of the words: page.html and report.
fleet() {
	"$WEIPSEC" fleet --html page.html --format json "$@" > report 2> said || [ $? = 1 ]
}

# The same of facts | sort | join: join.html.
join() {
	"$WEIPSEC" facts "$@" 2> said | LC_ALL=C sort | "$WEIPSEC" join --html join.html > joined 2> said || [ $? = 1 ]
}

@test "page: it has the pairs and findings of the report, and nothing that a browser would ask for" {
	network hub 40 --hubs 3 --faults 2
	with_error > net/wrong.cfg
	echo '{ "backup": 1 }' > net/backup.cfg
	fleet net
	run -0 page closed page.html
	run -0 page same page.html report
	[[ $output =~ ^([1-9][0-9]*)" findings, "[1-9][0-9]*" pairs" ]]
	all=${BASH_REMATCH[1]}
	run -1 grep -E 'https?:' page.html
	# what the command line leaves out is left out
	cp report before
	fleet --no WI1103 -E WI1104 --baseline before net
	run -0 page same page.html report
	[[ $output =~ ^([0-9]+)" findings" && ${BASH_REMATCH[1]} -lt $all ]]
	fleet --no WI1103 -W WI1003 -E WI1104 net
	run -0 page same page.html report
	[ "$(page data page.html | jq -c '[.findings[] | select(.rule == "WI1104").severity] | unique')" = '["error"]' ]
}

@test "page: a project file counts for it, and is told of once" {
	network hub 24 --faults 1
	printf 'no WI1103 WI1104\n' > net/.weipsec
	"$WEIPSEC" fleet --format json net > plain 2> once || [ $? = 1 ]
	[ -s once ]
	fleet net
	cmp once said
	cmp plain report
	run -0 page same page.html report
	run -1 grep -E 'WI110[34]' page.html
}

@test "page: all that anybody wrote down, the same for any number of jobs, and of facts" {
	fleet --jobs 1 "$root/testdata/pair" "$root/testdata/accept" "$root/testdata/reject"
	run -0 page same page.html report
	run -0 page closed page.html
	mv page.html one.html
	fleet --jobs 3 "$root/testdata/reject" "$root/testdata/pair" "$root/testdata/accept"
	cmp one.html page.html
	join "$root/testdata/pair" "$root/testdata/accept" "$root/testdata/reject"
	cmp one.html join.html
}

@test "page: without scripts it has its totals and the table" {
	network hub 24 --faults 1
	fleet net
	"$WEIPSEC" fleet net > text || [ $? = 1 ]
	sed -n '/<tbody>$/,/<\/tbody>/{s/<td>/\t/g;s/<tr>\t//p}' page.html > rows
	sed -nE '2,/^$/{s/^([^ ]+) +([^ ]+) +(.*) - (.*)$/\1\t\2\t\3\t\4/p}' text > table
	[ -s table ]
	diff table rows
	grep -qF "<p id=\"totals\">$(tail -n 1 text)" page.html
}

@test "page: what calls itself markup stays text" {
	mkdir net
	hostile='</script><img/src=x/onerror=alert(1)>&amp;<!--'
	name='net/"><script>alert(2)</script>'
	mkdir -p "$name"
	{ printf 'system\n hostname %s\n end\n' "$hostile"; with_error; } > "$name/.cfg" 2> said || true
	{ printf 'system\n hostname %s\n end\n' "$hostile"; with_error; } > "$name/a.cfg"
	sound | sed 's/name bob1/name <\/script>/' > 'net/<b>b.cfg'
	printf '%b' 'system\n hostname \xe2\x80\xae\xff\xe2\x80\xa8x\n end\n' > net/c.cfg
	sound 2 >> net/c.cfg
	fleet net
	run -0 page closed page.html
	page data page.html > data.json
	[ "$(jq -r '.sites[] | select(.file | endswith("/a.cfg")).hostname' data.json)" = "$hostile" ]
	[ "$(jq -r '.sites[] | select(.file | endswith("/c.cfg")).hostname' data.json)" = '\xE2\x80\xAE\xFF\xE2\x80\xA8x' ]
	[ "$(jq -r '[.sites[].file | select(contains("<b>"))][0]' data.json)" = 'net/<b>b.cfg' ]
	# in markup as well
	grep -qF '<td>net/&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;/a.cfg ipsec 1' page.html
	join net
	cmp page.html join.html
}

@test "page: no secret is in it, wherever else it stands" {
	mkdir net
	word=Kj3hVq9mTzR4wX
	{ printf 'system\n hostname %s\n end\n' "$word"; sound | sed "s/secret .*/secret $word/; s/bob1/x$word/; s/peer/description $word\n&/"; } > net/a.cfg
	{ printf '# %s\n' "$word"; with_error 2 | sed "s/secret .*/secret \"$word\"/"; } > net/b.cfg
	sound 3 | sed "s/ike .*/ike $word/; s/secret .*/secret $word/" > net/c.cfg
	fleet net
	run -0 page same page.html report
	run -1 grep -iF "$word" page.html report
	join net
	run -1 grep -iF "$word" join.html
	network mesh 12
	fleet net
	grep -ohE 'secret .*' net/*.cfg | sed 's/secret //' | sort -u > secrets
	[ "$(wc -l < secrets)" -gt 20 ]
	run -1 grep -F -f secrets page.html
}

@test "page: it is written whole or not at all, and over no input" {
	mkdir net
	sound > net/a.cfg
	cp net/a.cfg kept
	run -2 --separate-stderr "$WEIPSEC" fleet --html none/page.html net
	[[ $stderr == *"none/page.html: No such file or directory"* && $output == *"1 gateway"* ]]
	run -2 --separate-stderr "$WEIPSEC" fleet --html /dev/full net
	[[ $stderr == *"/dev/full: No space left on device" ]]
	echo before > page.html
	# shellcheck disable=SC2016 # the inner shell expands
	run -2 bash -c 'trap "" XFSZ; ulimit -f 16; "$1" fleet --html page.html net' - "$WEIPSEC"
	[ "$(cat page.html)" = before ]
	[ "$(find . -newer kept ! -type d | LC_ALL=C sort)" = ./page.html ]
	run -64 "$WEIPSEC" fleet --html - net
	run -64 "$WEIPSEC" fleet --html net/a.cfg net
	run -64 "$WEIPSEC" fleet --html ./net/../net/a.cfg net/a.cfg
	"$WEIPSEC" facts net > lines
	cp lines lines.kept
	run -64 "$WEIPSEC" join --html lines lines
	# shellcheck disable=SC2094 # that is what is tried
	run -64 "$WEIPSEC" join --html lines - < lines
	# shellcheck disable=SC2094 # here, too
	run -64 "$WEIPSEC" join --html lines < lines
	cmp lines lines.kept
	cmp kept net/a.cfg
	# nor over a report that is compared with, nor one output over the other
	"$WEIPSEC" fleet --format json net > base.json || [ $? = 1 ]
	cp base.json base.kept
	run -64 --separate-stderr "$WEIPSEC" fleet --baseline base.json --html ./base.json net
	[[ $stderr == "weipsec: base.json: would be overwritten"* ]]
	run -64 "$WEIPSEC" join --baseline base.json --html base.json lines
	cmp base.json base.kept
	run -64 --separate-stderr "$WEIPSEC" fleet --html both.dot --graph ./both.dot net
	[[ $stderr == "weipsec: --html and --graph are the same file"* ]]
	[ ! -e both.dot ]
}
