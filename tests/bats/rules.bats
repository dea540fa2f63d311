#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The pages of docs/rules: one for each rule, its examples, and `weipsec explain'.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # Markdown; each test is a subshell; root is the helper's

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/pki.bash
. "$root/tests/pki.bash"

setup_file() {
	pki_for_pages "$BATS_FILE_TMPDIR/pki"
}

# Pages that say why they have no example.
without_example=WI117

setup() {
	enter_folder
	ln -s "$BATS_FILE_TMPDIR/pki" pki
	export SOURCE_DATE_EPOCH=$PKI_NOW
	pages=$root/docs/rules
}

# "WI304 aead-with-auth E" for each rule of the catalogue
catalogue() {
	sed -nE 's/^(FORM|TUNNEL|MODEL)\(([0-9]+), "([^"]+)", ([EWN]).*/WI\2 \3 \4/p' "$root/schemas/rules.def"
}

is_among() {
	[[ " ${2//$'\n'/ } " == *" $1 "* ]]
}

# The marker of the $2 (bad, good) example of page $1 in $marker, its text in example.cfg, what `check'
# gets with it, behind the first `--', in $options; the page's JSON, if it has one, in device.json.
read_example() {
	marker=$(grep -m 1 "^\`\`\`weos $2" "$1")
	options=()
	[[ $marker != *" --"* ]] || read -ra options <<< "--${marker#* --}"
	# shellcheck disable=SC2016 # Markdown
	sed -n '/^```json/,/^```$/{/^```/!p}' "$1" > device.json
	awk -v begin="$marker" '
		/^```/ { if (inside) exit; inside = $0 == begin; next }
		inside' "$1" > raw
	if [[ $marker == *" escaped"* ]]; then
		printf '%b\n' "$(cat raw)" > example.cfg
	else
		mv raw example.cfg
	fi
}

# What is said of example.cfg in $output; arguments are options of check.
judge_example() {
	if [[ $marker == *" compile"* ]]; then
		run "$WEIPSEC" compile --to swanctl -o compiled example.cfg
	else
		run "$WEIPSEC" check --format gcc "${options[@]}" "$@" example.cfg
	fi
}

say() {
	echo "$@"
	return 1
}

@test "rules: each rule has a page, and each page a rule" {
	catalogue > rules
	[ "$(wc -l < rules)" = "$(grep -cE '^(FORM|TUNNEL|MODEL)\([0-9]' "$root/schemas/rules.def")" ]
	while read -r id _; do
		[ -f "$pages/$id.md" ] || say "$id: no page"
	done < rules
	for page in "$pages"/*; do
		id=$(basename "$page" .md)
		grep -q "^$id " rules || say "$page: no such rule"
	done
}

@test "rules: a page has its rule's name and severity, and all its parts" {
	while read -r id name letter; do
		page=$pages/$id.md
		[ "$(sed -n 1p "$page")" = "# $id $name" ] || say "$id: not the title '# $id $name'"
		case $letter in
		E) severity=Error ;;
		W) severity=Warning ;;
		N) severity=Note ;;
		esac
		[[ $(sed -n 3p "$page") == "$severity."* ]] || say "$id: not '$severity.'"
	done < <(catalogue)
	for page in "$pages"/*.md; do
		parts='## Why it matters|## Bad|## Good|## How to silence it|## Sources|'
		is_among "$(basename "$page" .md)" "$without_example" && parts=${parts/'## Bad|## Good|'/}
		[ "$(grep '^## ' "$page" | tr '\n' '|')" = "$parts" ] || say "$page: other parts"
		[ -z "$(awk '!fenced && length($0) > 92; /^```/ { fenced = !fenced }' "$page")" ] ||
			say "$page: too wide"
	done
}

@test "rules: the bad example reports the rule, and is silenced where the page says so" {
	while read -r id _; do
		is_among "$id" "$without_example" && continue
		read_example "$pages/$id.md" bad
		judge_example
		[[ $output == *"[$id]"* ]] || say "$id: not reported: $output"
		judge_example --no "$id"
		if grep -q 'cannot be silenced' "$pages/$id.md"; then
			[[ $output == *"[$id]"* ]] || say "$id: can be silenced"
		else
			[[ $output != *"[$id]"* ]] || say "$id: cannot be silenced"
		fi
	done < <(catalogue)
}

@test "rules: the good example does not report the rule, and has no error" {
	for page in "$pages"/*.md; do
		id=$(basename "$page" .md)
		is_among "$id" "$without_example" && continue
		read_example "$page" good
		[ -s example.cfg ]
		judge_example
		[ "$status" = 0 ] || say "$id: an error: $output"
		[[ $output != *"[$id]"* ]] || say "$id: $output"
	done
}

@test "rules: the examples of a page are not the same" {
	for page in "$pages"/*.md; do
		is_among "$(basename "$page" .md)" "$without_example" && continue
		read_example "$page" bad
		mv example.cfg bad.cfg
		read_example "$page" good
		run ! cmp -s bad.cfg example.cfg
	done
}

@test "rules: explain prints each page, by ID and by name" {
	while read -r id name _; do
		run --separate-stderr -0 "$WEIPSEC" explain "$id"
		[ -z "$stderr" ]
		[ "${lines[0]}" = "$id $name" ]
		[[ $output == *"Why it matters"*"How to silence it"*"Sources"* ]] || say "$id: $output"
		[[ $output != *'```'* && $output != *'## '* ]] || say "$id: Markdown: $output"
		by_id=$output
		run -0 "$WEIPSEC" explain "${id,,}"
		[ "$output" = "$by_id" ]
		run -0 "$WEIPSEC" explain "$name"
		[ "$output" = "$by_id" ]
	done < <(catalogue)
}

@test "rules: explain prints the words of the page, and its example as it stands" {
	for id in WI304 WI109 WI119 WI416; do
		"$WEIPSEC" explain "$id" > shown
		sed "1s/^# //; s/^## //; /^\`\`\`/d; s/\`/'/g; s/^ *//" "$pages/$id.md" | grep . > expected
		diff <(sed 's/^ *//' shown | grep .) expected
	done
	"$WEIPSEC" explain WI304 | sed -n '/^Good/,/^How/s/^    //p' > example.cfg
	run -0 "$WEIPSEC" check example.cfg
	[ -z "$output" ]
}

@test "rules: explain needs no file, and no line is too wide" {
	cd /
	while read -r id _; do
		"$WEIPSEC" explain "$id"
	done < <(catalogue) > "$BATS_TEST_TMPDIR/all"
	[ -z "$(awk 'length($0) > 120' "$BATS_TEST_TMPDIR/all")" ]
	run ! env LC_ALL=C grep -q '[^ -~]' "$BATS_TEST_TMPDIR/all"
}

@test "rules: explain of what is no rule is 64 with a suggestion" {
	for words in '' WI304x WI000 'WI304 WI305' '--all WI304' aead; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 "$WEIPSEC" explain $words
		[ -z "$output" ]
		[[ $stderr == "weipsec: "*"see 'weipsec explain --help'" ]]
	done
	run --separate-stderr -64 "$WEIPSEC" explain aead-with-aut
	[[ $stderr == *"did you mean 'aead-with-auth'?"* ]]
}

@test "rules: explain and a reader who went away, a full disk, a closed output" {
	set +e
	"$WEIPSEC" explain WI304 2> err | true
	status=${PIPESTATUS[0]}
	set -e
	[ "$status" = 0 ]
	[ ! -s err ]
	run --separate-stderr -2 bash -c "'$WEIPSEC' explain WI304 >&-"
	[ -e /dev/full ] || skip "no /dev/full"
	run --separate-stderr -2 bash -c "'$WEIPSEC' explain WI304 > /dev/full"
	[ "$stderr" = "weipsec: standard output: No space left on device" ]
}
