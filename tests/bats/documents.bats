#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The manual pages, and what `make install' leaves.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	build=${WEIPSEC_BUILD:-$root/build}
	documents=$build/docs
}

commands() {
	"$WEIPSEC" --help | sed -n 's/^  \([a-z]\+\) .*/\1/p'
}

# Page $1 as text, words divided nowhere.
page() {
	mandoc -T utf8 -O width=500 "$1" | sed 's/.\x08//g'
}

# Nobody has a word to say of page $1.
check_page() {
	run --separate-stderr -0 mandoc -T lint -W warning "$1"
	[ -z "$output" ] || { echo "$output"; return 1; }
	MANWIDTH=80 LC_ALL=C.UTF-8 run --separate-stderr -0 man --warnings -l "$1"
	[ -z "$stderr" ] || { echo "$stderr"; return 1; }
	[ -n "$output" ]
}

@test "documents: mandoc and groff find nothing wrong with the manual pages" {
	check_page "$documents/weipsec.1"
	check_page "$documents/weipsec-rules.7"
	check_page "$documents/weipsec-settings.5"
	check_page "$documents/weipsec-apply.8"
}

@test "documents: weipsec(1) has every command and every option that --help lists, and its words" {
	page "$documents/weipsec.1" > text
	[ "$(commands | wc -l)" -ge 6 ]
	for command in $(commands); do
		grep -q "weipsec $command\$" text
		"$WEIPSEC" "$command" --help | grep -oE '^  (-[A-Za-z]|--[a-z-]+)' > options || true
		[ -s options ]
		sed -n "/^ *weipsec $command\$/,/Exit status/p" text > part
		while read -r option; do
			grep -qE "^ +$option( |,|\$)" part || { echo "$command: no $option"; return 1; }
		done < options
		# all that stands behind the options, a line that is broken elsewhere aside
		"$WEIPSEC" "$command" --help | sed '1,/--help/d' | tr -s ' \n' '\n' > said
		sed '1,/print this text/d' part | tr -s ' \n' '\n' > written
		diff <(grep . said) <(grep . written)
	done
	for option in $("$WEIPSEC" --help | grep -oE -- '--[a-z]+'); do
		grep -q -- "$option" text
	done
}

@test "documents: weipsec-apply(8) has every command and every option that --help lists" {
	page "$documents/weipsec-apply.8" > text
	"$build/weipsec-apply" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' > commands
	grep -qx supervise commands
	while read -r command; do
		sed -n "/^ *weipsec-apply $command\$/,/Exit status/p" text > part
		"$build/weipsec-apply" "$command" --help | grep -oE '^  (-[A-Za-z]|--[a-z-]+)' > options
		while read -r option; do
			grep -qE "^ +$option( |,|\$)" part || { echo "$command: no $option"; return 1; }
		done < options
	done < commands
}

@test "documents: weipsec(1) has every exit status and what the environment changes" {
	page "$documents/weipsec.1" > text
	for word in 0 1 2 64 GITHUB_ACTIONS NO_COLOR TERM; do
		grep -qE "^ +$word( |\$)" text
	done
	# nothing else is asked for in the program; runtime/ is weipsec-apply's
	grep -ohE 'getenv\("[A-Z_]+"\)' "$root"/{grammar,compiler,backends,docs}/*.[chly] | grep -oE '[A-Z_]+' | sort -u |
		while read -r name; do
			grep -q "$name" text || { echo "no $name"; exit 1; }
		done
}

@test "documents: weipsec-rules(7) has every rule once, with its severity and words" {
	page "$documents/weipsec-rules.7" > text
	"$WEIPSEC" rules --json | jq -r '.rules[] | "\(.rule) \(.name) (\(.severity))\t\(.description)"' |
		while IFS=$'\t' read -r head line; do
			grep -A1 -xE " +${head//[()]/.}" text > found || { echo "no $head"; exit 1; }
			[ "$(grep -c WI found)" = 1 ]
			grep -qF "$line" found || { echo "$head: no $line"; exit 1; }
		done
}

@test "documents: weipsec-settings(5) has every setting of each release, what it takes, its bounds, its default and its line" {
	page "$documents/weipsec-settings.5" > text
	"$WEIPSEC" settings --json | jq -r '.settings[] | "\(.dialect)\t\(.setting) \(.takes)\t\(.description)\(
		if .most == null then "" elif .least > 0 then ", \(.least) to \(.most)" else ", at most \(.most)" end)\(
		if .most == null then "" elif (.takes | test("TIME")) or (.setting | test("lifetime")) then " seconds"
		elif (.takes | test("SECONDS|BYTES")) then "" else " characters" end
		); by default: \(.default)."' > all
	for release in 5 4; do
		sed -n "/^WEOS $release\$/,/^[A-VX-Z]/p" text | tr -s ' \n' ' ' > section
		sed -n "s/^weos$release\t//p" all > weos
		[ "$(wc -l < weos)" -gt 20 ]
		while IFS=$'\t' read -r head line; do
			grep -qF " $head$([ "${head: -1}" = ' ' ] || echo ' ')$line" section || { echo "WeOS $release: no $head: $line"; return 1; }
		done < weos
	done
	grep -qF ', 1 to 3600; ' section
}

@test "documents: weipsec-settings(5) has every algorithm in its place, of either release" {
	page "$documents/weipsec-settings.5" | sed -n '/^WEOS 5$/,/^WEOS 4$/p' | tr -s ' \n' ' ' | grep -o 'What a suite is made of:.*' > made
	awk -F '[(, ]+' '/^ALGORITHM\(/ { gsub("\"", ""); kind = $4 == "AUTH" ? "auth A" : $4 == "PRF" ? "prf A" : $4 == "DH" ? "dh G" : "cipher C"
		print kind "\t" $3 }' "$root/schemas/algorithms.def" > wanted
	[ "$(wc -l < wanted)" -gt 20 ]
	while IFS=$'\t' read -r place word; do
		grep -oE "$place [^.]*\\." made | grep -qw "$word" || { echo "no $place $word"; return 1; }
	done < wanted
	page "$documents/weipsec-settings.5" | sed -n '/^WEOS 4$/,$p' | tr -s ' \n' ' ' | grep -q 'crypto C [^.]*3des.* auth A [^.]*md5.* dh G [^.]*modp1024'
}

@test "documents: the examples of weipsec(1) run" {
	mkdir configs bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$WEIPSEC" > bin/weipsec
	chmod +x bin/weipsec
	PATH=$PWD/bin:$PATH
	cp "$root/testdata/alice.cfg" configs
	git init -q .
	git add configs
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' "$documents/weipsec.1" > examples
	[ "$(wc -l < examples)" -ge 6 ]
	while IFS= read -r line; do
		run -0 bash -o pipefail -c "$line"
	done < examples
	[ -s ipsec.conf ]
	[ -s ipsec.map ]
	# and where there is something to find
	with_error > configs/alice.cfg
	git add configs
	run -1 bash -c "$(sed -n 1p examples)"
	run -1 bash -o pipefail -c "$(tail -1 examples)"
	run -1 bash -c "$(grep -e --diff examples)"
	[[ $output == *"+++ b/configs/alice.cfg"* ]]
	run -0 bash -c "$(grep -e --fix examples)"
}

@test "documents: the comments of weipsec-rules(7) silence" {
	sed -n '/^\.Bd/,/^\.Ed/{/^\./!p}' "$documents/weipsec-rules.7" > lines
	[ "$(wc -l < lines)" = 3 ]
	{
		sed -n 2p lines
		sound | sed "s|ike cipher.*|$(head -1 lines)|; 2a version 1"
	} > a.cfg
	run -0 "$WEIPSEC" check --format json a.cfg
	jq -e '.summary.suppressed == 2 and all(.diagnostics[]; .rule | IN("WI309", "WI701", "WI116") | not)' \
		<<< "$output"
}

@test "documents: the policy of weipsec-rules(7) is one" {
	sed -n '/^\.Bd/,/^\.Ed/{/^\./!p}' "$documents/weipsec-rules.7" | sed -n 3p > line
	sound | sed "s|ipsec 1$|$(cat line)|" > a.cfg
	grep -qF "ipsec 7 # weipsec: profile weos4 -- its peer is old" a.cfg
	run -1 "$WEIPSEC" check a.cfg
	[[ $output == *WI801* && $output != *WI116* ]]
}

# --- installing

# make as somebody types it, of the build that is tested
make_here() {
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$root" build="${build#"$root"/}" \
		DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/opt/weipsec "$@"
}

@test "documents: make install leaves a program, manual pages and completions that work, and uninstall nothing" {
	touch started
	make_here install
	there=$BATS_TEST_TMPDIR/root/opt/weipsec
	(cd "$BATS_TEST_TMPDIR/root" && find . -type f -printf '%m %P\n') | LC_ALL=C sort -k2 > installed
	diff installed - <<-EOT
		644 etc/finit.d/available/weipsec-apply.conf
		755 opt/weipsec/bin/weipsec
		644 opt/weipsec/lib/systemd/system/weipsec-apply.service
		755 opt/weipsec/libexec/weipsec-monitor
		755 opt/weipsec/sbin/weipsec-apply
		644 opt/weipsec/share/bash-completion/completions/weipsec
		644 opt/weipsec/share/bash-completion/completions/weipsec-apply
		644 opt/weipsec/share/man/man1/weipsec.1
		644 opt/weipsec/share/man/man5/weipsec-settings.5
		644 opt/weipsec/share/man/man7/weipsec-rules.7
		644 opt/weipsec/share/man/man8/weipsec-apply.8
		644 opt/weipsec/share/zsh/site-functions/_weipsec
		644 opt/weipsec/share/zsh/site-functions/_weipsec-apply
	EOT
	# what was built stays: others test it meanwhile
	[ ! "$build/weipsec-apply" -nt started ]
	run -0 "$there/bin/weipsec" --version
	sound > sound.cfg
	run -0 "$there/bin/weipsec" check sound.cfg
	MANWIDTH=80 run --separate-stderr -0 man -M "$there/share/man" weipsec
	[[ $output == *"weipsec explain RULE"* ]]
	MANWIDTH=80 run --separate-stderr -0 man -M "$there/share/man" weipsec-rules
	[[ $output == *WI304* ]]
	cmp "$documents/weipsec.bash" "$there/share/bash-completion/completions/weipsec"
	make_here uninstall
	[ -z "$(find "$BATS_TEST_TMPDIR/root" ! -type d)" ]
}

@test "documents: the README's sample is what the program says, and its links lead somewhere" {
	cd "$root"
	sample=$(sed -n 's/^\$ weipsec \(check .*\)/\1/p' README.md)
	# shellcheck disable=SC2086 # words
	run -1 "$WEIPSEC" $sample
	[ -n "$output" ]
	[ "$output" = "$(sed -n '/^\$ weipsec check/,/^$/p' README.md | sed '1d; $d')" ]
	for page in README.md docs/README.md; do
		grep -oE '\]\([^)#]+' "$page" | cut -c3- | grep -v '^https\?:' | while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || { echo "$page: $link"; exit 1; }
		done
	done
}

@test "documents: what changed is told of the version that is made, and of each before it" {
	versions=$(sed -n 's/^## //p' "$root/docs/changes.md")
	[ "$("$WEIPSEC" --version)" = "weipsec ${versions%%$'\n'*}" ]
	[ "$(sort -rV <<< "$versions")" = "$versions" ]
	[ "${versions##*$'\n'}" = 0.1.0 ]
}
