#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What an earlier report silences, and numbers instead of findings.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	mkdir a
	with_warning > a/old.cfg
	with_note > a/note.cfg
	# two equal lines, and an error that nothing silences
	with_error | sed 's/^ *peer/frobnicate 7\nfrobnicate 7\n&/' > a/locked.cfg
	"$WEIPSEC" check --format json a > base.json 2> /dev/null || true
}

@test "baseline: what it has is silenced, in every format, and what is new is told" {
	rm a/locked.cfg
	"$WEIPSEC" check --format json a > base.json
	printf '.\tcheck\t--fail-on\tnote\t--baseline\tbase.json\t--format\t%s\ta\n' \
		text gcc json sarif junit github gitlab | each said
	each_is_well said
	each_said said 1
	[ "$output" = $'2 baselined\n' ]
	for line in 2 5 6; do
		each_said said $line
		refute_output WI3
	done
	each_said said 3
	jq -e '.diagnostics == [] and .summary == {errors: 0, warnings: 0, notes: 0, suppressed: 0, baselined: 2, truncated: 0}' \
		<<< "$output"
	each_said said 4
	jq -e '[.runs[0].results[] | .suppressions | length == 1 and .[0].kind == "external"] == [true, true]' <<< "$output"
	each_said said 7
	[ "$(jq -c . <<< "$output")" = "[]" ]
	# other lines, other blanks: it is known again; another line of the same kind is not
	sed -i 's/^tunnel/version 5.26\n&/; s/auth sha1/   &/' a/old.cfg
	run --separate-stderr -0 "$WEIPSEC" check --fail-on note --baseline base.json a
	[ "$output$stderr" = "2 baselined" ]
	sed -i 's/aes128 /aes192 /' a/old.cfg
	run --separate-stderr -1 "$WEIPSEC" check --fail-on note --baseline base.json a
	[[ $output == *"[WI309]"* && $output == *"1 warning, 1 baselined" ]]
	[ "$stderr" = "weipsec: base.json: 1 entry matches nothing" ]
	with_warning 2 > a/new.cfg
	run --separate-stderr -1 "$WEIPSEC" check --fail-on note --baseline base.json a --jobs 4
	[[ $output == *"a/new.cfg:10:"*"[WI309]"* && $output == *"2 warnings, 1 baselined" ]]
}

@test "baseline: of equal findings it silences as many as it had" {
	sed '/^frob/,1d; s/auth sha1/auth sha256/; s/^ *peer/local-id name 10.0.0.1\nlocal-id name 10.0.0.1\n&/' a/old.cfg > b.cfg
	sed -i 's/^ *local-id name a.*//' b.cfg
	"$WEIPSEC" check --format json --fail-on never b.cfg > base.json
	[ "$(jq '[.diagnostics[] | select(.rule == "WI106")] | length' base.json)" = 1 ]
	sed -i 's/^local-id name 10.0.0.1/&\n&/' b.cfg
	"$WEIPSEC" check --format json --fail-on never --baseline base.json b.cfg > now.json
	jq -e '[.diagnostics[] | select(.rule == "WI106")] | length == 2' now.json
}

@test "baseline: what cannot be silenced cannot be baselined" {
	run --separate-stderr -1 "$WEIPSEC" check --baseline base.json a
	[[ $output == *"[WI304]"* && $output == *"[WI102]"*"[WI102]"* && $output == *"3 errors, 2 baselined" ]]
	# they are there, so that a new report would have them, too: said of one file as of all, and in a project file
	[ "$stderr" = "weipsec: base.json: 3 entries are errors that cannot be silenced" ]
	rm a/note.cfg
	sed -i '0,/frobnicate/{/frobnicate/d}' a/locked.cfg
	run --separate-stderr -1 "$WEIPSEC" check --baseline base.json a
	[ "$stderr" = "weipsec: base.json: 2 entries are errors that cannot be silenced
weipsec: base.json: 2 entries match nothing" ]
	echo 'baseline base.json' > .weipsec
	run --separate-stderr -1 "$WEIPSEC" check a/locked.cfg
	[ "$stderr" = "weipsec: base.json: 2 entries are errors that cannot be silenced" ]
	"$WEIPSEC" check --format sarif --baseline base.json a > report || true
	jq -e '[.runs[0].results[] | select(.ruleId == "WI304" or .ruleId == "WI102") | .suppressions] == [[], []]' report
}

@test "baseline: --fix leaves what it has, and pair takes it, too" {
	with_error > b.cfg
	sed -i 's,10.1.1.0/24,10.1.1.5/24,' b.cfg
	"$WEIPSEC" check --format json --fail-on never b.cfg > base.json
	"$WEIPSEC" check --diff b.cfg > all 2> /dev/null || true
	"$WEIPSEC" check --diff --baseline base.json b.cfg > some 2> /dev/null || true
	grep -q '^-.*10.1.1.5/24' all
	grep -q '^-.*aes128gcm16 auth' some
	run -1 grep '^-.*10.1.1.5/24' some
	"$WEIPSEC" pair --format json --fail-on never "$root/testdata/alice.cfg" a/old.cfg > pair.json || true
	found=$(jq '.diagnostics | length' pair.json)
	[ "$found" -gt 0 ]
	"$WEIPSEC" pair --format json --baseline pair.json "$root/testdata/alice.cfg" a/old.cfg > again.json || true
	jq -e --argjson n "$found" '.summary.baselined == $n and .diagnostics == []' again.json
}

@test "baseline: an unreadable or foreign one is 2, and nothing is checked" {
	printf '[]' > list.json
	printf '{"schema_version": 1, "tool": {"name": "other"}, "diagnostics": []}' > other.json
	printf '{"schema_version": 2, "tool": {"name": "weipsec"}, "diagnostics": []}' > later.json
	printf '{"schema_version": 1, "tool": {"name": "weipsec"}, "diagnostics": [{"rule": "WI304"}]}' > old.json
	printf '{"schema_version": 1, "tool": {"name": "weipsec"}, "diagnostics": [{"fingerprint": "017B9577428c7acb5c76e7e6d6031e45"}]}' > upper.json
	printf '{"schema_version": 1, "tool": {"name": "weipsec"}, "diagnostics": [7]}' > seven.json
	head -c 200 base.json > cut.json
	printf '\0' > nul.json
	: > empty.json
	head -c 100000 /dev/urandom > binary.json
	"$WEIPSEC" check --format sarif a > sarif.json || true
	mkdir folder.json
	printf '%s\n' [!b]*.json binary.json nowhere.json > names
	sed 's/.*/.\tcheck\t--baseline\t&\ta/' names | each said
	[ "$(wc -l < said/status)" = 13 ]
	run -1 grep -v $'^2\t' said/status
	for line in $(seq "$(wc -l < names)"); do
		each_said said "$line"
		[ -z "$output" ]
		[[ $stderr == "weipsec: "*.json": "* && $(wc -l <<< "$stderr") -le 2 ]]
	done
	grep -l 'before 0.3.0' said/*.err
	# what is said of one is true of every command that takes it, as an option or by a project file
	mkdir -p named/net
	cp a/old.cfg named/net
	cp sarif.json named/known.json
	echo 'baseline known.json' > named/.weipsec
	for words in 'check --baseline sarif.json a' 'pair --baseline sarif.json a/old.cfg a/note.cfg' \
		'fleet --baseline sarif.json a' 'join --baseline sarif.json lines' 'check named/net' 'fleet named/net' \
		'facts named/net' 'pair named/net/old.cfg a/note.cfg'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 "$WEIPSEC" $words
		[[ $stderr =~ ^'weipsec: '(sarif|named/known)".json: no baseline: that is an earlier report of '--format json'"$ ]]
	done
	# a byte order mark, and an empty one, are well; a pipe is, too
	{ printf '\xef\xbb\xbf'; cat base.json; } > bom.json
	printf '{"schema_version": 1, "tool": {"name": "weipsec"}, "diagnostics": []}' > none.json
	run --separate-stderr -1 "$WEIPSEC" check --baseline bom.json a
	[[ $output == *"2 baselined" ]]
	run --separate-stderr -1 "$WEIPSEC" check --baseline none.json a
	[ -z "$stderr" ]
	run --separate-stderr -1 "$WEIPSEC" check --baseline <(cat base.json) a
	[[ $output == *"2 baselined" ]]
	run -64 "$WEIPSEC" check --baseline - - < base.json
}

@test "statistics: how many of each rule, most first, in text only" {
	with_warning 2 > a/two.cfg
	run --separate-stderr -1 "$WEIPSEC" check --statistics a
	[ "$output" = "2 WI102 unknown-setting
2 WI309 sha1-deprecated
1 WI304 aead-with-auth
1 WI311 short-icv
3 errors, 2 warnings, 1 note" ]
	run --separate-stderr -1 "$WEIPSEC" check --statistics --jobs 3 --error WI311 --warning WI309 --no WI102 a
	[[ $output == "2 WI102"*"1 WI311 short-icv"*"4 errors, 2 warnings" ]]
	run --separate-stderr -0 "$WEIPSEC" check --statistics --baseline base.json a/old.cfg
	[ "$output" = "1 baselined" ]
	run --separate-stderr -0 env GITHUB_ACTIONS=true "$WEIPSEC" check --statistics a/old.cfg
	[ "$output" = "1 WI309 sha1-deprecated
1 warning" ]
	for format in json gcc sarif; do
		run -64 "$WEIPSEC" check --statistics --format "$format" a
	done
	# those past the limit of a rule count, too
	{ echo tunnel; seq 1100 | sed 's/.*/ipsec 1\nfrobnicate\nend/'; echo end; } > many.cfg
	run --separate-stderr -1 "$WEIPSEC" check --statistics many.cfg
	[[ $output == *"1100 WI102 unknown-setting"* ]]
}

@test "standard input: it is reported and patched as NAME" {
	run --separate-stderr -1 "$WEIPSEC" check --format json --stdin-filename ./sub/x.cfg - < a/locked.cfg
	jq -e '.files[0].path == "./sub/x.cfg" and all(.diagnostics[]; .file == "./sub/x.cfg")' <<< "$output"
	mkdir sub
	cp a/locked.cfg sub/x.cfg
	"$WEIPSEC" check --format json sub/x.cfg > there || true
	diff <(jq '[.diagnostics[].fingerprint]' there) <(jq '[.diagnostics[].fingerprint]' <<< "$output")
	with_error > sub/x.cfg
	for name in sub/x.cfg ./sub/x.cfg "$PWD/sub/x.cfg"; do
		"$WEIPSEC" check --diff --stdin-filename "$name" - < sub/x.cfg > x.patch 2> said || true
		grep -qx -- '--- a/sub/x.cfg' x.patch
	done
	patch -p1 < x.patch
	grep -q 'prf prfsha256' sub/x.cfg
	with_error > new
	run --separate-stderr -2 "$WEIPSEC" check --diff --stdin-filename ../x.cfg - < new
	[[ $stderr == *"below the current folder"* ]]
	run --separate-stderr -2 "$WEIPSEC" check --diff --stdin-filename "/x.cfg" - < new
	run -64 "$WEIPSEC" check --stdin-filename x.cfg new
	run -64 "$WEIPSEC" check --stdin-filename '' - < new
	run -64 "$WEIPSEC" check --fix --stdin-filename x.cfg - < new
	run --separate-stderr -0 "$WEIPSEC" check --list-files --stdin-filename x.cfg a -
	[[ $output == *x.cfg ]]
}

@test "baseline: one that the project file names is written anew as docs/project.md shows it" {
	rm a/locked.cfg
	"$WEIPSEC" check --format json . > known.json
	echo 'baseline known.json' > .weipsec
	run -0 --separate-stderr "$WEIPSEC" check --fail-on note .
	sed -n '/none.json$/,/^    mv /s/^    //p' "$root/docs/project.md" > commands
	[ "$(wc -l < commands)" = 3 ]
	echo 'profile nist' >> .weipsec
	run -1 --separate-stderr "$WEIPSEC" check --fail-on note .
	sed -i "s|^weipsec|'$WEIPSEC'|" commands
	bash commands
	run -0 --separate-stderr "$WEIPSEC" check --fail-on note .
	[[ $output == *baselined* ]]
}
