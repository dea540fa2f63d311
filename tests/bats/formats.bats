#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The formats for other programs, each read by a parser that is not ours and compared with JSON.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	sound > sound.cfg
	with_error > error.cfg
	with_warning > warning.cfg
	with_note > note.cfg
}

# Reports $2... in format $1 and compares that with the JSON of the same.  A report is in `report'.  It is
# `check' that reports, or what $command says.
compare() {
	local format=$1 status=0 fail_on=error command=${command:-check}
	shift
	[ "$1" != --fail-on ] || fail_on=${2/never/error}
	"$WEIPSEC" "$command" --format json "$@" > expected.json 2> /dev/null || true
	"$WEIPSEC" "$command" --format "$format" "$@" > report 2> /dev/null || status=$?
	[ "$status" -le 2 ]
	[ "$format" != junit ] || xmllint --noout report
	/usr/bin/python3 "$BATS_TEST_DIRNAME/formats.py" "$format" report expected.json "$fail_on"
}

compare_corpus() {
	ln -s "${BATS_TEST_DIRNAME%/tests/bats}/testdata" testdata
	compare "$1" testdata/accept/ testdata/reject/
	[ "$(jq '.diagnostics | length' expected.json)" -gt 500 ]
}

# --- all that there is to say

@test "formats: sarif says what json says of the whole corpus, and is valid" {
	compare_corpus sarif
}

@test "formats: junit says what json says of the whole corpus, and is well-formed" {
	compare_corpus junit
}

@test "formats: github says what json says of the whole corpus" {
	compare_corpus github
}

@test "formats: gitlab says what json says of the whole corpus, in the fields that GitLab reads" {
	compare_corpus gitlab
	compare gitlab sound.cfg
	[ "$(jq -c . report)" = "[]" ]
}

@test "formats: fingerprints are made of what the excerpts of text show" {
	compare_corpus text
	# none is there twice
	[ "$(jq -r '.diagnostics[].fingerprint' expected.json | sort | uniq -d | wc -l)" = 0 ]
	[ "$(jq '.diagnostics[].fingerprint | select(test("^[0-9a-f]{32}$") | not)' expected.json)" = "" ]
}

@test "formats: a fingerprint outlives other lines, blanks and the secret, and nothing else" {
	prints() {
		"$WEIPSEC" check --format json "$@" | jq -r '.diagnostics[].fingerprint'
	}
	with_warning > a.cfg
	was=$(prints a.cfg)
	[ "${#was}" = 32 ]
	{ printf 'version 5.26\n\n'; sed 's/ike  */ike\t /; s/$/\r/' a.cfg; } > b.cfg && mv b.cfg a.cfg
	[ "$(prints ./a.cfg)" = "$was" ]
	sed -i 's/ipsec 1/ipsec 2/' a.cfg
	[ "$(prints a.cfg)" != "$was" ]
	with_warning > b.cfg
	[ "$(prints b.cfg)" != "$was" ]
	# a secret in the line is no part of it, not even its length; a second one that is equal is another
	sed 's/^ *secret .*/secret Vinterdag77/' a.cfg > c.cfg
	was=$(prints c.cfg)
	[ "$(wc -w <<< "$was")" -ge 2 ]
	sed -i 's/Vinterdag77/Sommarnatt1234/' c.cfg
	[ "$(prints c.cfg)" = "$was" ]
	sed -i 's/^ *peer/frobnicate 7\nfrobnicate  7\n&/' a.cfg
	"$WEIPSEC" check --format json a.cfg | jq -e '[.diagnostics[] | select(.rule == "WI102") | .fingerprint] |
		length == 2 and .[0] != .[1]'
}

@test "formats: gcc says what json says of the whole corpus" {
	compare_corpus gcc
}

# A finding there has a place in the other file, and is seldom of what `check' finds.
@test "formats: of a network and of a pair each says what json says" {
	"$root/tests/fleet/network.py" hub 40 net --hubs 2 --faults 1 > truth
	for format in gcc sarif junit github gitlab; do
		command=fleet compare $format net
		[ "$(jq '.diagnostics | length' expected.json)" -ge 20 ]
		[ "$(jq '[.diagnostics[] | .file as $file | .related[]? | select(.file != $file)] | length' expected.json)" -gt 10 ]
	done
	command=fleet compare junit --fail-on warning net
	cp "$root"/testdata/pair/reject/WI1005-differ-[ab].cfg .
	for format in gcc sarif junit github gitlab; do
		command=pair compare $format WI1005-differ-[ab].cfg
	done
}

@test "formats: sarif has every rule with its level and help" {
	compare sarif sound.cfg
	jq -e --argjson n "$(grep -cE '^(FORM|TUNNEL|MODEL|PAIR|FLEET)\(' "${BATS_TEST_DIRNAME%/tests/bats}/schemas/rules.def")" '
		.runs[0].tool.driver.rules | length == $n and all(.[]; (.help | (.text | length > 200)
			and (.markdown | length > 200)) and (.fullDescription.text | endswith("."))
			and (.defaultConfiguration.level | IN("error", "warning", "note")))' report
	# tags, and a severity where what is sent is less safe
	jq -e '[.runs[0].tool.driver.rules[].properties] | all(.[]; (.tags | length == 1 or
			(length == 3 and .[1] == "security" and (.[2] | IN("confidentiality", "authentication"))))
		and ((.tags | length == 3) == has("security-severity")))
		and ([.[] | select(has("security-severity"))] | length > 10 and
			all(.[]; .["security-severity"] | test("^[0-9]\\.[0-9]$")))' report
	jq -e '[.runs[0].tool.driver.rules[] | select(.id | IN("WI408", "WI101", "WI1003")) | .properties] == [
		{tags: ["text"]}, {tags: ["identities", "security", "authentication"], "security-severity": "8.8"},
		{tags: ["pair"]}]' report
	jq -e '.runs[0].tool.driver.rules[] | select(.id == "WI309") | .name == "sha1-deprecated"
		and .defaultConfiguration.level == "warning" and (.help.text | test("--no WI309"))' report
}

@test "formats: help in sarif is the page, as text and as Markdown" {
	"$WEIPSEC" check --format sarif sound.cfg > report
	rule() {
		jq -r ".runs[0].tool.driver.rules[] | select(.id == \"$1\") | $2" report |
			sed 's/{{/{/g; s/}}/}/g'
	}
	for id in WI101 WI119 WI304 WI504; do
		diff <(rule "$id" .help.markdown) <(cat "$root/docs/rules/$id.md"; echo)
		diff <(rule "$id" .help.text) <("$WEIPSEC" explain "$id" | tail -n +3; echo)
		[[ "$(tr '\n`' " '" < "$root/docs/rules/$id.md")" == *"$(rule "$id" .fullDescription.text)  ## Why"* ]]
	done
}

# --- what comments silence

@test "formats: sarif has what comments silence, with reason and place; nothing else moves" {
	sed 's/sha1 .*/& # weipsec: ignore WI309 -- until spring {0}/' warning.cfg > silenced.cfg
	compare sarif silenced.cfg error.cfg
	jq -e '.summary | .errors == 1 and .warnings == 0 and .suppressed == 1' expected.json
	jq -e '.runs[0].results | length == 2 and .[0].ruleId == "WI309" and .[0].level == "warning"
		and .[0].suppressions == [{kind: "inSource", justification: "until **** {0}",
			location: {physicalLocation: {artifactLocation: {uri: "silenced.cfg"},
				region: {startLine: 10, startColumn: 65, endLine: 10, endColumn: 70}}}}]
		and .[1].suppressions == []' report
	run -0 "$WEIPSEC" check --format sarif --fail-on warning silenced.cfg
	run -0 "$WEIPSEC" check --format sarif --fail-on note -E WI309 silenced.cfg
	jq -e '.runs[0].results[0] | .level == "error" and (.suppressions | length == 1)' <<< "$output"
	for format in junit github gitlab; do
		compare "$format" silenced.cfg
		run ! grep -q WI309 report
	done
}

@test "formats: what --no silences is not in sarif, whatever comments say" {
	sed 's/sha1 .*/& # weipsec: ignore WI309 -- until spring/' warning.cfg > silenced.cfg
	run -0 "$WEIPSEC" check --format sarif --no WI309 silenced.cfg
	jq -e '.runs[0].results == []' <<< "$output"
}

@test "formats: a reason is bounded, and none is shown of a line with a secret" {
	{
		printf '# weipsec: ignore-file WI309 -- %s\n' "$(yes until | head -9000 | tr '\n' ' ')"
		sed 's/secret .*/secret Vinterdag77 # weipsec: ignore WI406 WI407 WI408 -- Vinterdag77 is old/' warning.cfg
	} > silenced.cfg
	"$WEIPSEC" check --format sarif silenced.cfg > report
	run ! grep -E 'Vinterdag77|77 is old' report
	jq -e '[.runs[0].results[] | {(.ruleId): .suppressions[].justification}] | add
		| .WI406 == "****" and (.WI309 | length < 300 and startswith("until until") and endswith("..."))' report
}

@test "formats: in junit a test fails from --fail-on on, the rest is said of its suite" {
	failures=()
	for fail_on in note warning error never; do
		compare junit --fail-on "$fail_on" error.cfg warning.cfg note.cfg sound.cfg
		failures+=("$(xmllint --xpath 'count(//failure)' report)")
	done
	[ "${failures[*]}" = "3 2 1 1" ]
	[ "$(xmllint --xpath 'count(//system-out)' report)" = 2 ]
	[ "$(xmllint --xpath 'string(/testsuites/testsuite[4]/system-out)' report)" = "" ]
	compare junit --fail-on warning -E WI311 -W WI309 warning.cfg note.cfg
	[ "$(xmllint --xpath 'count(//failure[@type="error"])' report)" = 1 ]
	[ "$(xmllint --xpath 'count(//failure[@type="warning"])' report)" = 1 ]
}

@test "formats: a file without findings" {
	for format in sarif junit github; do
		compare "$format" sound.cfg
		run -0 "$WEIPSEC" check --format "$format" sound.cfg
	done
	[ ! -s report ]
	compare junit sound.cfg
	[ "$(xmllint --xpath 'string(/testsuites/testsuite/@tests)' report)" = 1 ]
}

@test "formats: what is unreadable or left alone is told" {
	echo '{"a": 1}' > folder.cfg
	mkdir folder
	mv folder.cfg folder/device.cfg
	for format in sarif junit github; do
		compare "$format" absent.cfg error.cfg folder
		run --separate-stderr -2 "$WEIPSEC" check --format "$format" absent.cfg error.cfg folder
	done
	compare junit absent.cfg folder
	[ "$(xmllint --xpath 'count(//testcase/error)' report)" = 1 ]
	[ "$(xmllint --xpath 'string(//skipped/@message)' report)" = "a JSON document" ]
	compare sarif absent.cfg folder
	jq -e '.runs[0].invocations[0].toolExecutionNotifications | map(.level) == ["error", "note"]' report
}

@test "formats: past a thousand findings of a rule the rest are told" {
	{
		echo tunnel
		echo ipsec 1
		yes 'colour blue' | head -1500
		printf 'end\nend\n'
	} > many.cfg
	for format in junit github sarif; do
		compare "$format" many.cfg
		grep -q '500 more not shown' report
		"$WEIPSEC" check --format "$format" many.cfg sound.cfg > both || true
		[ "$(grep -c '500 more not shown' both)" = 1 ]
	done
	jq -e '.runs[0].invocations[0].toolExecutionNotifications
		| length == 1 and .[0].associatedRule.id == "WI102"' report
}

@test "formats: -W, -E and --no change these too" {
	for format in sarif junit github; do
		compare "$format" -E WI309 -W WI311 warning.cfg note.cfg
		compare "$format" --no WI309 warning.cfg note.cfg
		run -1 "$WEIPSEC" check --format "$format" -E WI309 warning.cfg
		run -0 "$WEIPSEC" check --format "$format" --fail-on never error.cfg
	done
}

# --- places

@test "formats: columns count characters where bytes would lie" {
	printf '\357\273\277tunnel x\n ipsec 1\n description "\303\245\360\235\204\236 \377" w\n end\nend\n' > wide.cfg
	for format in sarif github; do
		compare "$format" wide.cfg
	done
	jq -e 'any(.diagnostics[]; .line == 1 and .column > 4)
		and any(.diagnostics[]; .line == 3 and .column > 20)' expected.json
}

@test "formats: a line that is too long has no columns past the limit" {
	{
		printf 'tunnel\nipsec 1\npeer 192.0.2.1'
		head -c 70000 /dev/zero | tr '\0' ' '
		printf ' x\nend\nend\n'
	} > long.cfg
	for format in sarif github junit; do
		run -1 "$WEIPSEC" check --format "$format" long.cfg
		[[ $output == *WI117* ]]
	done
}

@test "formats: a fix of sarif, applied by its columns, mends the file" {
	"$WEIPSEC" check --format sarif error.cfg > report || [ $? = 1 ]
	/usr/bin/python3 - <<-'EOT'
		import json
		result, = json.load(open("report"))["runs"][0]["results"]
		change, = result["fixes"][0]["artifactChanges"]
		lines = open(change["artifactLocation"]["uri"]).read().split("\n")
		for one in change["replacements"]:
		    at, line = one["deletedRegion"], one["deletedRegion"]["startLine"] - 1
		    lines[line] = (lines[line][:at["startColumn"] - 1] + one["insertedContent"]["text"]
		                   + lines[line][at["endColumn"] - 1:])
		open("error.cfg", "w").write("\n".join(lines))
	EOT
	run -0 "$WEIPSEC" check error.cfg
	[ -z "$output" ]
}

# --- what others wrote

@test "formats: names of any bytes are told and harm nobody" {
	mkdir names
	for name in 'a b%20#?&<>"'\''.cfg' 'c:d,e=f::g.cfg' $'x\n::error::y.cfg' $'\r\001\033[31m\177.cfg' \
		$'\377\303\245.cfg' $'\357\277\276.cfg' ']]>.cfg' '%0A.cfg' '{0}[x](y).cfg'; do
		cp error.cfg "names/$name"
	done
	for format in sarif junit github; do
		run --separate-stderr -1 "$WEIPSEC" check --format "$format" names
		[ -z "$stderr" ]
		refute_output $'\033' $'\377'
		"$WEIPSEC" check --format "$format" names > report || [ $? = 1 ]
		[ "$format" != junit ] || xmllint --noout report
		[ "$format" != github ] || [ "$(wc -l < report)" = 9 ]
		/usr/bin/python3 "$BATS_TEST_DIRNAME/formats.py" "$format" report names
	done
}

@test "formats: a uri is relative where the name is" {
	mkdir -p a/b
	cp error.cfg a/b
	cp error.cfg c:d.cfg
	uri() {
		"$WEIPSEC" check --format sarif "$1" > report || [ $? = 1 ]
		jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' report
	}
	[ "$(uri a/b/error.cfg)" = a/b/error.cfg ]
	[ "$(uri .//./a/b/error.cfg)" = a/b/error.cfg ]
	[ "$(uri a/../error.cfg)" = a/../error.cfg ]
	[ "$(uri c:d.cfg)" = c%3Ad.cfg ]
	[ "$(uri "/$PWD/error.cfg")" = "file://$PWD/error.cfg" ]
	[ "$(uri - < error.cfg)" = - ]
}

@test "formats: an annotation names the file as GitHub does" {
	mkdir -p a/b
	mv error.cfg a/b
	for name in a/b/error.cfg ./a/b .; do
		run -1 "$WEIPSEC" check --format github --no WI309 --no WI311 "$name"
		[[ $output == "::error file=a/b/error.cfg,line=10,"* ]]
	done
}

@test "formats: braces and brackets in sarif are no placeholders and no links" {
	printf 'tunnel\nipsec 1\npeer {0}[x](http://y)\npeer {1}[z\nend\nend\n' > braces.cfg
	"$WEIPSEC" check --format sarif braces.cfg > report || [ $? = 1 ]
	run -0 jq -r '.runs[0].results[].message.text' report
	[[ $output == *"'{{0}}\\[x\\](http://y)'"* ]]
	[[ $output == *"'{{1}}[z'"* ]]
}

@test "formats: bytes that are no text do not spoil a report" {
	for byte in $(seq 1 255); do
		byte=$(printf '\\0%03o' "$byte")
		printf 'peer w%b%bx <&>"]]> y\n' "$byte" "$byte"
	done > bytes
	{
		printf 'tunnel\nipsec 1\n'
		cat bytes
		printf 'peer \357\277\277\355\240\200\364\220\200\200 %%0A::error::x\nend\nend\n'
	} > bytes.cfg
	for format in sarif junit github; do
		compare "$format" bytes.cfg
	done
}

# --- where it runs

@test "formats: github is the format in GitHub Actions, if none was asked for" {
	GITHUB_ACTIONS=true run -1 "$WEIPSEC" check error.cfg
	[ "$output" = "::error file=error.cfg,line=10,col=32,endColumn=43,title=WI304 aead-with-auth::'aes128gcm16' is an AEAD cipher and takes a prf, not an auth%0Ahelp: write 'prf prfsha256'" ]
	GITHUB_ACTIONS=true run -1 "$WEIPSEC" check --format gcc error.cfg
	[[ $output == error.cfg:10:* ]]
	for value in "" false 1; do
		GITHUB_ACTIONS=$value run -1 "$WEIPSEC" check error.cfg
		[[ $output == error.cfg:10:* ]]
	done
	GITHUB_ACTIONS=true run -0 "$WEIPSEC" check --list-files error.cfg
	[ "$output" = error.cfg ]
}

@test "formats: a report that cannot be written is 2, a reader who went away is nothing" {
	[ -e /dev/full ] || skip "no /dev/full"
	for format in sarif junit github; do
		run --separate-stderr -2 bash -c "'$WEIPSEC' check --format $format error.cfg > /dev/full"
		[[ $stderr == "weipsec: cannot write the report: "* ]]
		run --separate-stderr -0 bash -c "'$WEIPSEC' check --format $format error.cfg | true"
		[ -z "$stderr" ]
	done
}

@test "formats: --help and the documents name them all" {
	run -0 "$WEIPSEC" check --help
	for format in text gcc json sarif junit github; do
		[[ $output == *"$format"* ]]
		grep -qw "$format" "${BATS_TEST_DIRNAME%/tests/bats}/docs/formats.md"
	done
}
