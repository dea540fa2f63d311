#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# check --fix and --diff: what they change, what they leave, and what they never do.
# shellcheck disable=SC2016,SC2154 # for other shells; the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
}

# Three findings with a fix each: WI304 (line 10), WI205 (9), WI111 (11).
fixable() {
	with_error | sed 's|10.2.1.0/24|10.2.1.5/24|; s/esp cipher aes128gcm16/esp cipher aes128gcm61/'
}

misuse() {
	run --separate-stderr -64 "$WEIPSEC" check "$@"
	[ -z "$output" ]
	[[ $stderr == "weipsec: "*"see 'weipsec check --help'" ]]
}

@test "fix: it edits the file, and only what the fix says" {
	fixable > a.cfg
	cp a.cfg before
	run -0 "$WEIPSEC" check --fix a.cfg
	[ -z "$output" ]
	run diff before a.cfg
	[ "$output" = "9,11c9,11
<         remote-subnet 10.2.1.5/24
<         ike cipher aes128gcm16 auth sha256 dh x25519
<         esp cipher aes128gcm61 dh x25519
---
>         remote-subnet 10.2.1.0/24
>         ike cipher aes128gcm16 prf prfsha256 dh x25519
>         esp cipher aes128gcm16 dh x25519" ]
	[ "$(ls -A)" = $'a.cfg\nbefore' ]
}

@test "fix: CR LF, tabs, blanks at the end and a missing newline stay" {
	fixable | sed 's/^    /\t/; s/$/ \r/' > a.cfg
	printf 'end # no newline' >> a.cfg
	sed 's|2.1.5/24|2.1.0/24|; s/auth sha256/prf prfsha256/; s/gcm61/gcm16/' a.cfg > right
	"$WEIPSEC" check --fix a.cfg > /dev/null
	cmp a.cfg right
}

@test "fix: mode and owner stay, and a symbolic link is one still" {
	mkdir real
	fixable > real/a.cfg
	chmod 664 real/a.cfg
	[ "$(id -u)" -ne 0 ] || chown 12345:23456 real/a.cfg
	before=$(stat -c '%a %u %g' real/a.cfg)
	ln -s real/a.cfg link.cfg
	run -0 "$WEIPSEC" check --fix link.cfg
	[ -L link.cfg ]
	[ "$(stat -c '%a %u %g' real/a.cfg)" = "$before" ]
	[ -z "$(findings real/a.cfg)" ]
}

@test "fix: what has nothing to fix is not touched" {
	with_warning > a.cfg
	touch -d 2001-01-01 a.cfg
	inode=$(stat -c '%i %Y' a.cfg)
	run -0 "$WEIPSEC" check --fix a.cfg
	[[ $output == *WI309* ]]
	[ "$(stat -c '%i %Y' a.cfg)" = "$inode" ]
	echo '{}' > b.cfg
	run "$WEIPSEC" check --fix b.cfg
	[ "$(cat b.cfg)" = '{}' ]
}

@test "fix: what is left is reported as it stands in the fixed file" {
	fixable | sed '/secret/d' > a.cfg
	run -1 "$WEIPSEC" check --fix a.cfg
	[[ $output == *"1 error"* ]]
	run -1 "$WEIPSEC" check --format json a.cfg
	[ "$(jq '[.diagnostics[] | select(.fix)] | length' <<< "$output")" -eq 0 ]
}

@test "fix: what a comment or the command line silences is not fixed" {
	sound | sed 's|remote-subnet 10.2.1.0/24|remote-subnet 10.2.1.5/24 # weipsec: ignore WI205 -- as drawn|' > a.cfg
	cp a.cfg before
	run -0 "$WEIPSEC" check --fix a.cfg
	cmp a.cfg before
	sound | sed 's|10.2.1.0/24|10.2.1.5/24|' > b.cfg
	cp b.cfg before
	run -0 "$WEIPSEC" check --fix --no WI205 b.cfg
	cmp b.cfg before
}

@test "fix: no fix brings what is as severe as what it mends, and the others are applied still" {
	# the right word would be one that version 1 has not
	fixable | sed 's/ike cipher.*/ike cipher aes128ctrr auth sha256 dh ecp256\nversion 1/' > a.cfg
	findings a.cfg | LC_ALL=C sort > before
	grep -q 'WI111' before
	run "$WEIPSEC" check --fix a.cfg
	findings a.cfg | LC_ALL=C sort > after
	[ -z "$(comm -13 before after)" ]
	[ "$(cat after)" = $'10 WI111\n11 WI701\n12 WI312' ]
}

@test "fix: a fix may uncover a note, or what is less severe than what it mends" {
	fixable | sed 's/ike cipher.*/ike cipher aes128 auth shaa1 dh x25519/' > a.cfg
	run "$WEIPSEC" check --fix a.cfg
	[ "$(findings a.cfg)" = "10 WI309" ]
	sound | sed 's/aes128gcm16/aees128gcm12/' > b.cfg
	run -0 "$WEIPSEC" check --fix b.cfg
	[ "$(findings b.cfg)" = "11 WI311" ]
	# a warning is no reason to bring another: without its wrong host bits one subnet holds the other
	sound | sed 's/remote-subnet.*/remote-subnet 10.0.0.9\/8/' > c.cfg
	findings c.cfg > before
	run -0 "$WEIPSEC" check --fix c.cfg
	[ "$(comm -13 before <(findings c.cfg))" = "" ]
}

@test "fix: a setting that is nearly one becomes it, if there is one such setting" {
	sound | sed 's/local-address/local-adress/; s/peer/Peer/; s/  end/  edn/' > a.cfg
	run -1 "$WEIPSEC" check --fix a.cfg
	diff <(sound | sed 's/  end/  edn/') a.cfg
	[ "$(findings a.cfg | grep WI102)" = "12 WI102" ]
	for typed in 'enalbe' 'esp2 cipher aes128gcm16 dh ecp256'; do
		sound | sed "s/esp cipher.*/$typed/" > b.cfg
		run "$WEIPSEC" check --fix b.cfg
		! findings b.cfg | grep -v WI314 || { cat b.cfg; return 1; }
	done
	# two edits are for a person, and so is what would be an error as well
	for typed in 'locl-adress 198.51.100.1' 'quit' 'dpd-delax 30x'; do
		sound | sed "s/esp cipher.*/$typed/" > c.cfg
		cp c.cfg before
		run -1 "$WEIPSEC" check --fix c.cfg
		cmp before c.cfg
	done
}

@test "fix: the number that is glued to ipsec gets its blank" {
	sound | sed 's/ipsec 1/ipsec1/' > a.cfg
	[ "$(findings a.cfg)" = "2 WI102" ]
	run -0 "$WEIPSEC" check --fix a.cfg
	sound | diff - a.cfg
}

@test "fix: wrong usage is 64" {
	fixable > a.cfg
	cp a.cfg before
	misuse --fix -
	misuse --fix a.cfg -
	misuse --fix --diff a.cfg
	misuse --diff --fix a.cfg
	misuse --fix=yes a.cfg
	misuse --fix
	cmp a.cfg before
}

@test "fix: a file that nobody may write is left as it is" {
	fixable > a.cfg
	chmod 444 a.cfg
	cp a.cfg before
	run --separate-stderr -2 "$WEIPSEC" check --fix a.cfg
	[ "$stderr" = "weipsec: a.cfg: not fixed: Permission denied" ]
	[[ $output == *WI304* ]]
	cmp a.cfg before
	[ "$(ls -A)" = $'a.cfg\nbefore' ]
	mkfifo pipe
	fixable > pipe &
	run --separate-stderr -2 "$WEIPSEC" check --fix pipe
	[[ $stderr == *"pipe: not fixed: "* ]]
}

@test "fix: on a full disk the file is left as it is" {
	# a limit on file size stands for it: nothing needs to be mounted
	{ fixable; yes '# a comment that makes it long' | head -2000; } > a.cfg
	cp a.cfg before
	run -2 bash -c 'trap "" XFSZ; ulimit -f 8; exec "$0" check --fix a.cfg > out 2> err' "$WEIPSEC"
	grep -q 'a.cfg: not fixed: ' err
	cmp a.cfg before
	[ "$(ls -A)" = $'a.cfg\nbefore\nerr\nout' ]
	run --separate-stderr -2 bash -c '"$0" check --diff a.cfg > /dev/full' "$WEIPSEC"
	[[ $stderr == *"No space left"* ]]
}

@test "fix: folders and several files, each by itself" {
	mkdir -p plant/line
	fixable > plant/a.cfg
	fixable > plant/line/b.weos
	fixable > plant/c.txt
	run -0 "$WEIPSEC" check --fix plant
	[ -z "$(findings plant/a.cfg)$(findings plant/line/b.weos)" ]
	fixable | cmp - plant/c.txt
}

@test "fix: 3,000 tunnels, more than are kept of a rule, are fixed to the end" {
	"$BATS_TEST_DIRNAME/../bench/generate.sh" 3000 |
		sed 's/ike cipher.*/ike cipher aes128gcm16 auth sha256 dh x25519/' > a.cfg
	"$WEIPSEC" check --fix a.cfg > /dev/null || true
	[ "$(grep -c 'prf prfsha256' a.cfg)" -eq "$(grep -c 'ike cipher' a.cfg)" ]
}

# --- --diff

@test "diff: a patch on standard output, findings on standard error, and no file changes" {
	fixable > a.cfg
	cp a.cfg before
	run --separate-stderr -1 "$WEIPSEC" check --diff a.cfg
	[[ $output == $'--- a/a.cfg\n+++ b/a.cfg\n@@ -6,8 +6,8 @@\n'* ]]
	[[ $stderr == *"[WI304]"* ]]
	[[ $output != *WI304* ]]
	cmp a.cfg before
	sound > b.cfg
	run --separate-stderr -0 "$WEIPSEC" check --diff b.cfg
	[ -z "$output$stderr" ]
}

@test "diff: a file that is named twice, by another name or in a folder, too, is in the patch once" {
	mkdir folder
	fixable > folder/a.cfg
	cp folder/a.cfg b.cfg
	ln -s folder/a.cfg link.cfg
	git init -q .
	for words in "folder/a.cfg folder/a.cfg b.cfg" "folder/a.cfg link.cfg b.cfg" "folder b.cfg ./link.cfg" "b.cfg . ./folder/a.cfg b.cfg"; do
		# shellcheck disable=SC2086 # words
		"$WEIPSEC" check --diff $words > changes.patch 2> /dev/null || [ $? = 1 ]
		[ "$(grep '^---' changes.patch | sort)" = $'--- a/b.cfg\n--- a/folder/a.cfg' ]
		git apply --check changes.patch
	done
	# what they are is told of each, as without it
	run --separate-stderr -1 "$WEIPSEC" check --diff folder/a.cfg link.cfg
	[ "$(grep -c WI304 <<< "$stderr")" = 2 ]
	sound > b.cfg
	cp b.cfg folder/a.cfg
	for words in "b.cfg b.cfg" "folder link.cfg b.cfg"; do
		# shellcheck disable=SC2086 # words
		"$WEIPSEC" fmt --diff $words > changes.patch
		git apply --check changes.patch
	done
}

# Both tools make of the file what --fix makes of it; the name is $1.
same_by_all() {
	local name=$1
	rm -rf git patch fix
	mkdir git patch fix
	for tool in git patch fix; do
		mkdir -p "$tool/$(dirname -- "$name")"
		cp input "$tool/$name"
	done
	(cd fix && "$WEIPSEC" check --diff -- "$name" > ../diff 2> /dev/null) || [ $? -eq 1 ] || return 1
	"$WEIPSEC" check --fix "fix/$name" > /dev/null || [ $? -eq 1 ] || return 1
	if cmp -s input "fix/$name"; then
		[ ! -s diff ]
		return
	fi
	(cd git && GIT_CEILING_DIRECTORIES=$(dirname "$PWD") git apply --whitespace=nowarn ../diff) &&
		cmp "git/$name" "fix/$name" &&
		(cd patch && patch -s -p1 < ../diff) && cmp "patch/$name" "fix/$name"
}

@test "diff: both tools take it: blanks, quotes and other bytes in names, folders, ends of lines" {
	fixable > input
	for name in a.cfg 'a b.cfg' 'plant 1/line/a.cfg' 'a"b.cfg' 'a\b.cfg' 'käse.cfg' $'tab\tin.cfg' ./x//y.cfg -a.cfg; do
		same_by_all "$name" || { echo "$name"; cat diff; return 1; }
	done
	fixable | sed 's/$/\r/' > input
	same_by_all a.cfg
	fixable | sed '12,$d' > input
	truncate -s -1 input
	same_by_all a.cfg
	grep -q '^\\ No newline' diff
	{ fixable; yes '    # far' | head -20; with_error 2; } > input
	same_by_all a.cfg
	[ "$(grep -c '^@@' diff)" -eq 2 ]
}

@test "diff: names are relative to the current folder" {
	mkdir in out
	fixable > in/a.cfg
	fixable > out/b.cfg
	ln -s a.cfg in/link.cfg
	cd in
	for name in a.cfg "$PWD/a.cfg" ../in/a.cfg link.cfg; do
		run --separate-stderr -1 "$WEIPSEC" check --diff "$name"
		[[ $output == "--- a/a.cfg"$'\n'* ]]
	done
	run --separate-stderr -2 "$WEIPSEC" check --diff ../out/b.cfg
	[ -z "$output" ]
	[[ $stderr == *"../out/b.cfg: not fixed: "* ]]
	run --separate-stderr -1 "$WEIPSEC" check --diff - < a.cfg
	[[ $output == "--- a/-"$'\n'* ]]
}

# --- properties, over all of the test data

# places FOLDER FILE...: the findings as `FILE:LINE RULE SEVERITY', sorted
places() {
	(cd "$1" && "$WEIPSEC" check --format gcc --fail-on never "${@:2}") |
		sed -nE 's/:[0-9]+: (error|warning|note): .* \[(WI[0-9]+)\]$/ \2 \1/p' | LC_ALL=C sort
}

# All files at a time, as each is by itself.
@test "fix: over all test data fixing ends, brings nothing new, and the patches say the same" {
	mkdir input
	mapfile -t files < <(cd "$root/testdata" && find . -name '*.cfg' -o -name '*.weos' | sed 's,^\./,,' | sort)
	(cd "$root/testdata" && cp --parents "${files[@]}" "$OLDPWD/input")
	for copy in git patch fix; do
		cp -r input $copy
	done
	(cd fix && "$WEIPSEC" check --diff "${files[@]}" > ../diff 2> /dev/null) || [ $? -eq 1 ]
	(cd fix && "$WEIPSEC" check --fix "${files[@]}" > /dev/null) || [ $? -eq 1 ]
	(cd git && GIT_CEILING_DIRECTORIES=$(dirname "$PWD") git apply --whitespace=nowarn ../diff)
	diff -r git fix
	(cd patch && patch -s -p1 < ../diff)
	diff -r patch fix
	# what is not changed is not in the patch
	{ diff -rq input fix || true; } | sed 's/.* and fix.\(.*\) differ$/\1/' | sort > changed
	[ "$(wc -l < changed)" -gt 10 ]
	sed -n 's,^+++ b/\([^\t]*\).*,\1,p' diff | sort | diff changed -
	places input "${files[@]}" > before
	places fix "${files[@]}" > after
	[ -s after ]
	# new are notes, and warnings where an error was mended on the line
	LC_ALL=C comm -23 before after | sed -n 's/ .* error$/ /p' > mended
	LC_ALL=C comm -13 before after | sed '/ note$/d' > new
	grep -vFf mended new | diff /dev/null -
	run ! grep ' error$' new
	cp -r fix again
	(cd again && "$WEIPSEC" check --fix "${files[@]}" > /dev/null) || [ $? -eq 1 ]
	diff -r again fix
}
