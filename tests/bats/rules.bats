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
without_example="WI117|WI901|WI902|WI904"

setup() {
	enter_folder
	export SOURCE_DATE_EPOCH=$PKI_NOW
	pages=$root/docs/rules
}

# "WI304 aead-with-auth E" for each rule of the catalogue
catalogue() {
	sed -nE 's/^(FORM|TUNNEL|MODEL|PAIR|FLEET)\(([0-9]+), "([^"]+)", ([EWN]).*/WI\2 \3 \4/p' "$root/schemas/rules.def"
}

# All examples of all pages at once, each in a folder of its own below $1, ID.bad or ID.good: the fence that
# it stands behind as `marker', its text as example.cfg, and the page's JSON, if it has one, as device.json;
# the other end of a pair, or the other files of a network, as other.cfg, other2.cfg and so on.
cut_examples() {
	local page marker folder
	local ids=("$root"/docs/rules/*.md)
	ids=("${ids[@]##*/}")
	ids=("${ids[@]%.md}")
	mkdir "$1"
	(cd "$1" && mkdir "${ids[@]/%/.bad}" "${ids[@]/%/.good}")
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
			others = 0
		}
		/^```/ && out { finish(); next }
		/^```json/ { out = to "/" id ".bad/device.json"; next }
		/^```weos other/ { out = to "/" id ".bad/other" (others++ ? others : "") ".cfg"; next }
		/^```weos (bad|good)/ && !seen[id $2]++ {
			print > (to "/" id "." $2 "/marker")
			close(to "/" id "." $2 "/marker")
			out = to "/" id "." $2 "/example.cfg"
			next
		}
		out { print > out }' "$root"/docs/rules/*.md
	for folder in "$1"/*.{bad,good}; do
		[ -e "$folder/marker" ] || continue
		read -r marker < "$folder/marker"
		[[ $marker != *" --pki"* ]] || ln -s "$BATS_FILE_TMPDIR/pki" "$folder/pki"
		[[ $marker != *" escaped"* ]] || printf '%b\n' "$(cat "$folder/example.cfg")" > "$folder/plain"
		[[ $marker != *" cut"* ]] || printf %s "$(cat "$folder/example.cfg")" > "$folder/plain"
		[ ! -e "$folder/plain" ] || mv "$folder/plain" "$folder/example.cfg"
	done
	for page in "$1"/*.bad/device.json "$1"/*.bad/other*.cfg; do
		folder=${page%.bad/*}
		cp "$page" "$folder.good"
	done
}

# A line for each(): what judges the $2 (bad, good) example of rule $1, and options of check.  Behind the first
# `--' of the fence are others.
judge_example() {
	local folder=$BATS_FILE_TMPDIR/examples/$1.$2 marker options=()
	[ -s "$folder/example.cfg" ] && read -r marker < "$folder/marker" || return 1
	[[ $marker != *" pair"* ]] || {
		[[ $marker != *" --"* ]] || read -ra options <<< "--${marker#* --}"
		printf '%s\t' "$folder" pair --format gcc "${options[@]}" "${@:3}" example.cfg
		echo other.cfg
		return
	}
	[[ $marker != *" fleet"* ]] || { printf '%s\t' "$folder" fleet --format gcc "${@:3}"; echo .; return; }
	[[ $marker != *" --"* ]] || read -ra options <<< "--${marker#* --}"
	if [[ $marker == *" compile"* ]]; then
		printf '%s\t' "$folder" compile --to swanctl -o compiled
	elif [[ $marker == *" migrate"* ]]; then
		printf '%s\t' "$folder" migrate -o made "${options[@]}"
	else
		printf '%s\t' "$folder" check --format gcc "${options[@]}" "${@:3}"
	fi
	echo example.cfg
}

# The rules whose pages have examples.
with_examples() {
	catalogue | cut -d' ' -f1 | grep -vxE "$without_example"
}

say() {
	echo "$@"
	return 1
}

@test "rules: each rule has a page, and each page a rule" {
	catalogue > rules
	[ "$(wc -l < rules)" = "$(grep -cE '^(FORM|TUNNEL|MODEL|PAIR|FLEET)\([0-9]' "$root/schemas/rules.def")" ]
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
			looked++
			if ($0 != title[id])
				say("not the title \"" title[id] "\"")
		}
		FNR == 3 && index($0, begin[id]) != 1 { say("not \"" begin[id] "\"") }
		/^## / { parts = parts $0 "|" }
		END {
			finish()
			exit bad || looked < 100
		}' rules "$pages"/*.md
}

@test "rules: the bad example reports the rule, and is silenced where the page says so" {
	mapfile -t ids < <(with_examples)
	for id in "${ids[@]}"; do
		judge_example "$id" bad
		judge_example "$id" bad --no "$id"
	done > lines
	each said < lines
	cd "$pages"
	always=" $(grep -l 'cannot be silenced' -- * | tr '\n' ' ')"
	cd - > /dev/null
	number=0
	for id in "${ids[@]}"; do
		each_said said $((number += 1))
		[[ $output$stderr == *"[$id]"* ]] || say "$id: not reported: $output"
		each_said said $((number += 1))
		if [[ $always == *" $id.md "* ]]; then
			[[ $output$stderr == *"[$id]"* ]] || say "$id: can be silenced"
		else
			[[ $output$stderr != *"[$id]"* ]] || say "$id: cannot be silenced"
		fi
	done
}

@test "rules: the good example does not report the rule, and has no error" {
	mapfile -t ids < <(with_examples)
	for id in "${ids[@]}"; do
		judge_example "$id" good
	done > lines
	each said < lines
	number=0
	for id in "${ids[@]}"; do
		each_said said $((number += 1))
		[ "$status" = 0 ] || say "$id: an error: $output"
		[[ $output$stderr != *"[$id]"* ]] || say "$id: $output"
	done
}

@test "rules: the page of WI102 lists the settings, and pages tell of the comment before --no" {
	sed -nE 's/^SETTING\([A-Z_]+, "([^"]*)", .*, "([^"]*)", "([^"]*)"\)$/* `\1 \2`: \3/; s/ `:/`:/; /^\*/p' \
		"$root/schemas/settings.def" > wanted
	[ "$(wc -l < wanted)" -gt 20 ]
	grep '^\* `' "$pages/WI102.md" | diff wanted -
	for page in "$pages"/*.md; do
		id=${page##*/} id=${id%.md}
		silence=$(sed '1,/^## How to silence/d' "$page" | tr '\n' ' ')
		[[ $silence != *"leaves it out of"* || $silence == *"\`# weipsec: ignore $id -- REASON\`"*"\`"@(check|pair|fleet)" --no $id\`"* ]] ||
			say "$id: no comment before --no"
	done
}

@test "rules: the examples of a page are not the same" {
	cd "$BATS_FILE_TMPDIR/examples"
	for id in $(with_examples); do
		run -1 cmp -s "$id.bad/example.cfg" "$id.good/example.cfg"
	done
}

@test "rules: explain prints each page, by ID and by name" {
	catalogue > rules
	while read -r id name _; do
		printf '.\texplain\t%s\n' "$id" "${id,,}" "$name"
	done < rules | each said
	each_is_well said
	[ -z "$(find said -name "*.err" -size +0)" ]
	number=0
	while read -r id name _; do
		each_said said $((number += 1))
		[[ $output == "$id $name"$'\n'*"Why it matters"*"How to silence it"*"Sources"* ]] || say "$id: $output"
		[[ $output != *'```'* && $output != *'## '* ]] || say "$id: Markdown: $output"
		cmp said/$number.out said/$((number += 1)).out
		cmp said/$((number - 1)).out said/$((number += 1)).out
	done < rules
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
	catalogue | sed "s,^\(WI[0-9]*\).*,/\texplain\t\1," | each "$BATS_TEST_TMPDIR/all"
	cd "$BATS_TEST_TMPDIR/all"
	each_is_well .
	[ -z "$(awk 'length($0) > 120' -- *.out)" ]
	run ! env LC_ALL=C grep -q '[^ -~]' -- *.out
}

@test "rules: explain of what is no rule is 64 with a suggestion" {
	for words in '' WI304x WI000 'WI304 WI000' '--all WI304' aead; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 "$WEIPSEC" explain $words
		[ -z "$output" ]
		[[ $stderr == "weipsec: "*"see 'weipsec explain --help'" ]]
	done
	run --separate-stderr -64 "$WEIPSEC" explain aead-with-aut
	[[ $stderr == *"did you mean 'aead-with-auth'?"* ]]
}

@test "rules: explain takes several rules, and knows what an ID was meant to be" {
	{ "$WEIPSEC" explain WI304; echo; "$WEIPSEC" explain short-icv; } > expected
	"$WEIPSEC" explain WI304 WI311 | diff expected -
	for typed in 304 wi0304 WI-304 W304; do
		run --separate-stderr -64 "$WEIPSEC" explain WI311 "$typed"
		[ -z "$output" ]
		[[ $stderr == *"did you mean 'WI304'?"* ]] || { echo "$stderr"; return 1; }
		run --separate-stderr -64 "$WEIPSEC" check --no "$typed" x.cfg
		[[ $stderr == *"did you mean 'WI304'?"* ]]
	done
	run --separate-stderr -64 "$WEIPSEC" explain 999
	[[ $stderr != *"did you mean"* ]]
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
