# SPDX-License-Identifier: ISC
# The page of `weipsec fleet --html' in Chromium (tests/more/page.py): each test is a browser of its own.
# shellcheck disable=SC2154 # root and build are the helper's

bats_require_minimum_version 1.5.0
load helper

WEIPSEC=$build/weipsec
pictures=$root/build/page

setup() {
	mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here" || return 1
	export HOME=$PWD XDG_RUNTIME_DIR=$PWD
	mkdir -p "$pictures"
}

# page.html and report of network $1 with $2 gateways and further options, below net/.
network() {
	"$root/tests/fleet/network.py" "$1" "$2" net "${@:3}" > truth
	fleet net
}

fleet() {
	"$WEIPSEC" fleet --html page.html --format json "$@" > report || [ $? = 1 ]
}

browser() {
	timeout 600 "$root/tests/more/page.py" "$1" page.html report "$PWD"
}

@test "page: it opens with all pairs, findings and gateways, and each control has a name" {
	network hub 60 --hubs 3 --faults 1
	browser opens
}

@test "page: it sorts" {
	network hub 60 --hubs 3 --faults 1
	browser sorts
}

@test "page: it filters by outcome, site, rule and text" {
	network hub 60 --hubs 3 --faults 1
	browser filters
}

@test "page: a pair shows its exchanges, findings and both files' lines" {
	network hub 60 --hubs 3 --faults 1
	browser follows
}

@test "page: its address is what it shows" {
	network hub 60 --hubs 3 --faults 1
	browser links
}

@test "page: a keyboard is enough" {
	network hub 60 --hubs 3 --faults 1
	browser keyboard
}

@test "page: it can be read in both schemes" {
	network hub 60 --hubs 3 --faults 1
	browser contrast
}

@test "page: a screen reader hears headings, heads of columns, and what a filter leaves" {
	network hub 60 --hubs 3 --faults 1
	browser heard
}

@test "page: narrow and wide it is as wide as the screen" {
	network hub 60 --hubs 3 --faults 1
	browser pictures
	cp ./*.png "$pictures"
}

@test "page: on paper there is all of it, and no control" {
	network hub 1000 --hubs 42 --faults 3
	browser printed
	cp paper.pdf "$pictures"
}

@test "page: names that are markup run nothing" {
	mkdir net
	name='net/<b class=x>b'
	mkdir "$name"
	for end in 1 2; do
		printf 'system\n hostname %s\n end\n' "</script><img/src=x/onerror=alert(1)>"
		printf 'tunnel\n ipsec 1\n  peer 192.0.2.%s\n  local-address 192.0.2.%s\n  secret abcdefgh%s\n  local-id name <script>window.harmed=1</script>\n end\nend\n' \
			$((3 - end)) "$end" "$end"
	done | split -l 10 - "$name/x"
	for file in "$name"/x*; do mv "$file" "$file.cfg"; done
	fleet net
	browser hostile
}

@test "page: a thousand gateways" {
	network hub 1000 --hubs 42 --faults 3
	run -0 browser many
	figure "$output"
}

@test "page: the picture in docs/fleet.md" {
	network hub 24 --hubs 2 --faults 1 --seed 3
	browser docs
	cp fleet.webp "$pictures"
	[ "$(stat -c %s fleet.webp)" -lt 100000 ]
}
