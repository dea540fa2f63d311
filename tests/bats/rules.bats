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
	cut_examples "$BATS_FILE_TMPDIR/examples"
}

# Pages that say why they have no example.
without_example=WI117

setup() {
	enter_folder
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

# All examples of all pages at once, each in a folder of its own below $1, ID.bad or ID.good: the fence that
# it stands behind as `marker', its text as example.cfg, and the page's JSON, if it has one, as device.json.
cut_examples() {
	local page id kind marker folder
	for page in "$root"/docs/rules/*.md; do
		id=${page##*/}
		mkdir -p "$1/${id%.md}".{bad,good}
	done
	awk -v to="$1" '
		function finish() {
			close(out)
			out = ""
		}
		FNR == 1 {
			finish()
			id = FILENAME
			gsub(/.*\/|\.md$/, "", id)
			json = ""
		}
		/^```/ && out { finish(); next }
		/^```json/ { out = to "/" id ".bad/device.json"; next }
		/^```weos (bad|good)/ && !seen[id $2]++ {
			print > (to "/" id "." $2 "/marker")
			close(to "/" id "." $2 "/marker")
			out = to "/" id "." $2 "/example.cfg"
			next
		}
		out { print > out }' "$root"/docs/rules/*.md
	for folder in "$1"/*.{bad,good}; do
		ln -s "$BATS_FILE_TMPDIR/pki" "$folder/pki"
		[ -e "$folder/marker" ] || continue
		read -r marker < "$folder/marker"
		[[ $marker != *" escaped"* ]] || printf '%b\n' "$(cat "$folder/example.cfg")" > "$folder/plain"
		[ ! -e "$folder/plain" ] || mv "$folder/plain" "$folder/example.cfg"
	done
	for page in "$1"/*.bad/device.json; do
		folder=${page%.bad/*}
		cp "$page" "$folder.good"
	done
}

# Goes to the folder of the $2 (bad, good) example of rule $1; what stands behind the fence is in $marker,
# what `check' gets with it, behind the first `--', in $options.
read_example() {
	cd "$BATS_FILE_TMPDIR/examples/$1.$2" || return 1
	read -r marker < ./marker
	options=()
	[[ $marker != *" --"* ]] || read -ra options <<< "--${marker#* --}"
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
	cut -d' ' -f1 rules | sort > wanted
	(cd "$pages" && printf '%s\n' *) | sed 's/\.md$//' | sort | diff wanted -
}

@test "rules: a page has its rule's name and severity, and all its parts" {
	catalogue > rules
	awk -v without="$without_example" '
		function say(what) { print id ": " what; bad = 1 }
		function finish() {
			if (id && parts != (index(without, id) ? few : all))
				say("other parts")
		}
		BEGIN {
			severity["E"] = "Error."
			severity["W"] = "Warning."
			severity["N"] = "Note."
			few = "## Why it matters|## How to silence it|## Sources|"
			all = "## Why it matters|## Bad|## Good|## How to silence it|## Sources|"
		}
		FILENAME == "rules" { title[$1] = "# " $1 " " $2; begin[$1] = severity[$3]; next }
		FNR == 1 {
			finish()
			id = FILENAME
			gsub(/.*\/|\.md$/, "", id)
			parts = ""
			fenced = 0
			looked++
			if ($0 != title[id])
				say("not the title \"" title[id] "\"")
		}
		FNR == 3 && index($0, begin[id]) != 1 { say("not \"" begin[id] "\"") }
		/^## / { parts = parts $0 "|" }
		!fenced && length($0) > 92 { say("too wide") }
		/^```/ { fenced = !fenced }
		END {
			finish()
			exit bad || looked < 100
		}' rules "$pages"/*.md
}

@test "rules: the bad example reports the rule, and is silenced where the page says so" {
	while read -r id _; do
		is_among "$id" "$without_example" && continue
		read_example "$id" bad
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
	while read -r id _; do
		is_among "$id" "$without_example" && continue
		read_example "$id" good
		[ -s example.cfg ]
		judge_example
		[ "$status" = 0 ] || say "$id: an error: $output"
		[[ $output != *"[$id]"* ]] || say "$id: $output"
	done < <(catalogue)
}

@test "rules: the examples of a page are not the same" {
	cd "$BATS_FILE_TMPDIR/examples"
	while read -r id _; do
		is_among "$id" "$without_example" && continue
		run -1 cmp -s "$id.bad/example.cfg" "$id.good/example.cfg"
	done < <(catalogue)
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
