#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The command line: options, formats, exit statuses, and what becomes of files and streams.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # the inner shell expands; each test is a subshell; root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	sound > sound.cfg
	with_error > error.cfg
	with_warning > warning.cfg
	with_note > note.cfg
}

# --- exit status

@test "cli: nothing to find is 0 and silent" {
	run --separate-stderr -0 "$WEIPSEC" check sound.cfg
	[ -z "$output" ]
	[ -z "$stderr" ]
}

@test "cli: an error is 1, a warning and a note are 0" {
	run -1 "$WEIPSEC" check error.cfg
	run -0 "$WEIPSEC" check warning.cfg
	run -0 "$WEIPSEC" check note.cfg
}

@test "cli: --fail-on moves the threshold" {
	run -1 "$WEIPSEC" check --fail-on warning warning.cfg
	run -0 "$WEIPSEC" check --fail-on warning note.cfg
	run -1 "$WEIPSEC" check --fail-on note note.cfg
	run -0 "$WEIPSEC" check --fail-on note sound.cfg
	run -0 "$WEIPSEC" check --fail-on never error.cfg
	run -1 "$WEIPSEC" check --fail-on never --fail-on=error error.cfg
}

@test "cli: 2 wins, and the other files are still checked" {
	run --separate-stderr -2 "$WEIPSEC" check absent.cfg error.cfg missing.cfg
	[[ $output == *"error.cfg:10:"*"[WI304]"* ]]
	[ "$stderr" = "weipsec: absent.cfg: No such file or directory
weipsec: missing.cfg: No such file or directory" ]
	run -2 "$WEIPSEC" check --fail-on never absent.cfg
}

misuse() {
	run --separate-stderr -64 "$WEIPSEC" "$@"
	[ -z "$output" ]
	[[ $stderr == "weipsec: "*"see 'weipsec"*"--help'" ]]
}

@test "cli: wrong usage is 64 with a hint" {
	misuse
	misuse check
	misuse check --
	misuse chekc sound.cfg
	[[ $stderr == *"did you mean 'check'"* ]]
	misuse sound.cfg
	[[ $stderr == "weipsec: 'sound.cfg' is no command: did you mean 'weipsec check sound.cfg'?"* ]]
	mkdir chekc
	misuse chekc
	[[ $stderr == *"did you mean 'weipsec check chekc'?"* ]]
	for name in 'lynx 1.cfg' "it's.cfg" '$(reboot)'; do
		touch "$name"
		misuse "$name"
		[[ $stderr == "weipsec: '$name' is no command: did you mean 'weipsec check FILE'?"* ]]
	done
	misuse -
	[[ $stderr == *"did you mean 'weipsec check -'?"* ]]
	misuse absent.cfg
	[[ $stderr == "weipsec: unknown command 'absent.cfg'"* ]]
	misuse check --formt json sound.cfg
	[[ $stderr == *"did you mean '--format'"* ]]
	misuse check --format yaml sound.cfg
	[[ $stderr == *"text, gcc, json, sarif, junit, github or gitlab"* ]]
	misuse check --format
	misuse check --f json sound.cfg
	misuse check --fail-on sometimes sound.cfg
	misuse check --dialect weos6 sound.cfg
	misuse check --profile nits sound.cfg
	[[ $stderr == *"rfc, nist, bsi or weos4"* ]]
	misuse check --list-files=yes sound.cfg
	misuse check -x sound.cfg
	misuse check -W
	misuse check -W WI999 sound.cfg
	misuse check --no sha1-depricated sound.cfg
	[[ $stderr == *"did you mean 'sha1-deprecated'"* ]]
	misuse check --pki
	misuse compile --to swanctl --pki
	misuse compile sound.cfg
	misuse compile --to swanctl
	misuse compile --to swanctl sound.cfg error.cfg
	misuse compile --to nothing sound.cfg
	[[ $stderr == *"swanctl, xfrm or agent"* ]]
	misuse compile --to swanctl --keys keys sound.cfg
	misuse compile --to xfrm --keys
	misuse compile --to xfrm --keys sound.cfg sound.cfg
	misuse compile --to swanctl --map out.json -o ./out.json sound.cfg
	misuse compile --to swanctl --map - sound.cfg
	misuse compile --to swanctl -o sound.cfg sound.cfg
	misuse compile --to swanctl --map sound.cfg sound.cfg
	misuse --verbose
}


@test "cli: settings has those of both tables, and of a number its bounds" {
	run --separate-stderr -0 "$WEIPSEC" settings
	[ "${#lines[@]}" = "$(cat "$root"/schemas/settings.def "$root"/schemas/weos4.def | grep -cE '^(SETTING|WEOS4)\(')" ]
	[[ $output == *"weos5  version "*"IKE version"*"weos4  aggressive "* ]]
	"$WEIPSEC" settings --json > settings.json
	jq -e --argjson n "${#lines[@]}" '.schema_version == 1 and (.settings | length == $n) and
		(.settings[] | select(.dialect == "weos5" and .setting == "dpd-delay")) == {dialect: "weos5", setting: "dpd-delay",
			takes: "SECONDS", default: "30", description: "silence before the peer is probed", least: 1, most: 3600}' settings.json
	run --separate-stderr -64 "$WEIPSEC" settings all
	[[ $stderr == *"'all' is too much"* ]]
	run --separate-stderr -2 bash -c '"$1" settings --json > /dev/full' - "$WEIPSEC"
}

@test "cli: --help and --version go to standard output" {
	run --separate-stderr -0 "$WEIPSEC" --version
	[[ $output =~ ^weipsec\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	for command in check compile show rules explain; do
		run --separate-stderr -0 "$WEIPSEC" "$command" --help
		[[ $output == "usage: weipsec $command [OPTION]..."* ]]
		[ -z "$stderr" ]
	done
	run --separate-stderr -0 "$WEIPSEC" --help
	[[ $output == *check*compile*show*rules*explain* ]]
}

@test "cli: help, help COMMAND and -V say what the options say" {
	[ "$("$WEIPSEC" -V)" = "$("$WEIPSEC" --version)" ]
	touch help # a file does not hide it
	[ "$("$WEIPSEC" help)" = "$("$WEIPSEC" --help)" ]
	rm help
	for command in check compile show rules explain secret; do
		[ "$("$WEIPSEC" help $command)" = "$("$WEIPSEC" $command --help)" ]
	done
	run --separate-stderr -64 "$WEIPSEC" help chekc
	[[ $stderr == *"did you mean 'check'?"* ]]
	run --separate-stderr -64 "$WEIPSEC" help check show
	[ "$("${WEIPSEC}-apply" help status)" = "$("${WEIPSEC}-apply" status --help)" ]
}

@test "cli: --list-files prints a line a file, whatever its name" {
	mkdir odd
	for name in $'a\nb' $'c\033[31m' $'d\xff' 'e f'; do
		sound > "odd/$name.cfg"
	done
	run -0 "$WEIPSEC" check --list-files odd
	[ "${#lines[@]}" = 4 ]
	[ "${lines[0]}" = 'odd/a\x0Ab.cfg' ]
	[ "${lines[1]}" = 'odd/c\x1B[31m.cfg' ]
	[ "${lines[2]}" = 'odd/d\xFF.cfg' ]
	[ "${lines[3]}" = 'odd/e f.cfg' ]
}

@test "cli: no line of any help is wider than a terminal" {
	for words in --help "check --help" "compile --help" "show --help" "rules --help" "explain --help"; do
		# shellcheck disable=SC2086 # words
		run -0 "$WEIPSEC" $words
		[ -z "$(awk 'length($0) > 92' <<< "$output")" ]
	done
}

@test "cli: options may follow files, and -- ends them" {
	run -0 "$WEIPSEC" check error.cfg --fail-on never
	cp sound.cfg ./--fix
	run -0 "$WEIPSEC" check -- --fix
}

# --- rules on the command line

@test "cli: -W, -E and --no change what is reported" {
	run -0 "$WEIPSEC" check --no WI309 warning.cfg
	[ -z "$output" ]
	run -1 "$WEIPSEC" check -E WI309 warning.cfg
	[[ $output == *"error: "*"[WI309]"* ]]
	run -1 "$WEIPSEC" check --fail-on warning -W short-icv note.cfg
	[[ $output == *"warning: "*"[WI311]"* ]]
	run -1 "$WEIPSEC" check -Esha1-deprecated warning.cfg
}

@test "cli: the last of -W, -E and --no wins" {
	run -1 "$WEIPSEC" check --no WI309 -W WI309 -E WI309 warning.cfg
	run -0 "$WEIPSEC" check -E WI309 -W sha1-deprecated warning.cfg
	[[ $output == *"warning: "*"[WI309]"* ]]
	run -0 "$WEIPSEC" check -E WI309 --no=sha1-deprecated warning.cfg
	refute_output WI309
}

@test "cli: some errors cannot be silenced or lowered, and that is said" {
	for option in -W --no; do
		run --separate-stderr -1 "$WEIPSEC" check "$option" WI304 error.cfg
		[[ $output == *"error: "*"[WI304]"*"1 error"* ]]
		[ "$stderr" = "weipsec: errors of WI304 cannot be silenced or lowered" ]
	done
	run --separate-stderr -0 "$WEIPSEC" check --no WI309 --no WI502 -E WI304 sound.cfg
	[ -z "$stderr" ]
}

@test "cli: the summary counts what is reported" {
	run -1 "$WEIPSEC" check error.cfg warning.cfg note.cfg
	[ "${lines[-1]}" = "1 error, 1 warning, 1 note" ]
	run -1 "$WEIPSEC" check -E WI309 -E WI311 error.cfg warning.cfg note.cfg
	[ "${lines[-1]}" = "3 errors" ]
	run -0 "$WEIPSEC" check --format json --no WI311 -W WI309 note.cfg warning.cfg
	jq -e '.summary == {errors: 0, warnings: 1, notes: 0, suppressed: 0, truncated: 0}' <<< "$output"
}

# --- formats

@test "cli: text has an excerpt, a caret and help" {
	run -1 "$WEIPSEC" check error.cfg
	[ "${lines[0]}" = "error.cfg:10:32: error: 'aes128gcm16' is an AEAD cipher and takes a prf, not an auth [WI304]" ]
	[ "${lines[1]}" = "   10 |         ike cipher aes128gcm16 auth sha256 dh x25519" ]
	[ "${lines[2]}" = "      |                                ^~~~~~~~~~~" ]
	[ "${lines[3]}" = "      = help: write 'prf prfsha256'" ]
	[ "${lines[4]}" = "1 error" ]
	[ "${#lines[@]}" = 5 ]
}

@test "cli: a related place has a note and an excerpt of its own" {
	sound | sed '/peer /p' > twice.cfg
	run -0 "$WEIPSEC" check twice.cfg
	[[ ${lines[0]} == "twice.cfg:4:9: warning: "*"[WI106]" ]]
	[[ $output == *"twice.cfg:3:9: note: "* ]]
	[[ $output == *"    3 |         peer 192.0.2.2"*"      |         ^"* ]]
}

@test "cli: gcc has one line a finding, and notes" {
	run -1 "$WEIPSEC" check --format gcc error.cfg
	[ "${#lines[@]}" = 2 ]
	[[ ${lines[0]} =~ ^error.cfg:10:32:\ error:\ .*\ \[WI304\]$ ]]
	[ "${lines[1]}" = "error.cfg:10:32: note: write 'prf prfsha256'" ]
}

@test "cli: json is one document with the keys in order" {
	run --separate-stderr -2 "$WEIPSEC" check --format json error.cfg absent.cfg
	jq -e 'keys_unsorted == ["schema_version", "tool", "files", "diagnostics", "summary"]
		and .schema_version == 1 and .tool.name == "weipsec"
		and .files == [{path: "error.cfg", dialect: "weos5", tunnels: 1},
			{path: "absent.cfg", error: "No such file or directory"}]
		and (.files[0] | keys_unsorted) == ["path", "dialect", "tunnels"]' <<< "$output"
	jq -e '.diagnostics | length == 1 and (.[0] | keys_unsorted) == ["rule", "name", "severity",
		"tunnel", "file", "line", "column", "end_line", "end_column", "message", "help", "fix", "fingerprint"]
		and .[0].tunnel == 1 and .[0].line == 10 and .[0].column == 32 and .[0].end_column == 43
		and .[0].fix.edits == [{line: 10, column: 32, end_line: 10, end_column: 43,
			text: "prf prfsha256"}]' <<< "$output"
	jq -e '.summary == {errors: 1, warnings: 0, notes: 0, suppressed: 0, truncated: 0}' <<< "$output"
}

@test "cli: json has no key for what there is not" {
	run -0 "$WEIPSEC" check --format json sound.cfg
	jq -e '.diagnostics == []' <<< "$output"
	printf 'tunnel\n ipsec 1\n' > open.cfg
	run "$WEIPSEC" check --format json open.cfg
	jq -e '[.diagnostics[] | select(has("related") and (.related == []))] == []
		and [.diagnostics[] | select(has("fix") and (.fix.edits == []))] == []
		and [.. | nulls] == []' <<< "$output"
}

@test "cli: a related place in json" {
	sound | sed '/peer /p' > twice.cfg
	run -0 "$WEIPSEC" check --format json twice.cfg
	jq -e '.diagnostics[0].related[0] | keys_unsorted == ["file", "line", "column", "message"]
		and .file == "twice.cfg" and .line == 3 and .column == 9' <<< "$output"
}

@test "cli: findings come by file, place and rule" {
	{
		with_error 1
		with_warning 2
		with_note 3
	} > b.cfg
	cp b.cfg a.cfg
	run "$WEIPSEC" check --format json b.cfg a.cfg
	jq -e '[.diagnostics[].file] | (unique == ["a.cfg", "b.cfg"]) and .[0] == "b.cfg"' <<< "$output"
	jq -e '.diagnostics | map(select(.file == "a.cfg") | [.line, .column, .rule]) | . == sort' \
		<<< "$output"
}

@test "cli: tabs are repeated under the line, bytes that are no UTF-8 are \\xHH" {
	printf 'tunnel\n\tipsec 1\n\t\tpeer\t1.2.3.4\t7\n\t\tcopany \377 \033[31mred\n\tend\nend\n' > t.cfg
	run -1 "$WEIPSEC" check t.cfg
	[[ $output == *$'    3 | \t\tpeer\t1.2.3.4\t7\n      | \t\t    \t       \t^\n'* ]]
	[[ $output == *'\xFF \x1B[31m****'* ]]
	[[ $output != *$'\033'* ]]
	[[ $output != *$'\377'* ]]
}

@test "cli: a long line is cut to the place" {
	{
		echo "tunnel"
		echo "ipsec 1"
		printf 'description %s\n' "$(head -c 60000 /dev/zero | tr '\0' x)"
		printf 'peer %*s192.0.2.300\n' 50000 ''
		printf 'end\nend\n'
	} > long.cfg
	run -1 "$WEIPSEC" check long.cfg
	[[ $output == *"    4 | ..."*"192.0.2.300"* ]]
	[ -z "$(awk 'length($0) > 200' <<< "$output")" ]
}

@test "cli: past a thousand findings of a rule the rest are counted" {
	{
		echo tunnel
		echo ipsec 1
		yes 'colour blue' | head -1500
		printf 'end\nend\n'
	} > many.cfg
	run -1 "$WEIPSEC" check many.cfg
	[ "$(grep -c '\[WI102\]' <<< "$output")" = 1000 ]
	[ "${lines[-2]}" = "many.cfg: WI102: 500 more not shown" ]
	[[ ${lines[-1]} =~ ^150[0-9]\ errors ]]
	run -1 "$WEIPSEC" check --format json many.cfg
	jq -e '.summary.truncated == 500 and .summary.errors >= 1500
		and ([.diagnostics[] | select(.rule == "WI102")] | length) == 1000' <<< "$output"
}

@test "cli: counted findings are silenced and raised like the others" {
	{
		echo tunnel
		for i in $(seq 1200); do
			printf 'ipsec %d\nesp cipher aes128 auth sha1 dh x25519\nend\n' "$i"
		done
		echo end
	} > many.cfg
	run -1 "$WEIPSEC" check --format json many.cfg
	warnings=$(jq .summary.warnings <<< "$output")
	errors=$(jq .summary.errors <<< "$output")
	run -1 "$WEIPSEC" check --format json --no WI309 many.cfg
	jq -e --argjson w "$warnings" '.summary.warnings == $w - 1200' <<< "$output"
	jq -e '[.diagnostics[] | select(.rule == "WI309")] == []' <<< "$output"
	run -1 "$WEIPSEC" check --format json -E WI309 many.cfg
	jq -e --argjson w "$warnings" --argjson e "$errors" \
		'.summary.warnings == $w - 1200 and .summary.errors == $e + 1200' <<< "$output"
}

@test "cli: names that are not UTF-8 or hold control characters are harmless" {
	name=$(printf 'a\033[31m\377b\nc.cfg')
	cp error.cfg "$name"
	for format in text gcc json sarif junit github gitlab; do
		run --separate-stderr -1 "$WEIPSEC" check --format "$format" "$name"
		refute_output $'\033' $'\377'
	done
	run --separate-stderr -1 "$WEIPSEC" check --format json "$name"
	jq -e '.files[0].path | test("xFF")' <<< "$output"
	run --separate-stderr -2 "$WEIPSEC" check "$name.absent"
	refute_output $'\033' $'\377'
	run --separate-stderr -64 "$WEIPSEC" check "--$name"
	refute_output $'\033' $'\377'
}

# --- colour

in_terminal() {
	run env "$@" TERM=xterm script -qec "$WEIPSEC check error.cfg" /dev/null
}

@test "cli: colour on a terminal only, and not with NO_COLOR" {
	in_terminal -u NO_COLOR
	[[ $output == *$'\033[1;31m'* ]]
	in_terminal NO_COLOR=1
	[[ $output == *WI304* ]]
	[[ $output != *$'\033'* ]]
	in_terminal NO_COLOR=
	[[ $output == *$'\033[1;31m'* ]]
	run env -u NO_COLOR TERM=xterm "$WEIPSEC" check error.cfg
	[[ $output != *$'\033'* ]]
	run env -u NO_COLOR TERM=xterm script -qec "$WEIPSEC check --format gcc error.cfg" /dev/null
	[[ $output != *$'\033'* ]]
}

# --- files

make_tree() {
	mkdir -p tree/b tree/.hidden tree/a.d
	cp error.cfg tree/b/two.cfg
	cp error.cfg tree/b.cfg
	cp error.cfg tree/one.weos
	cp error.cfg tree/a.d/x.cfg
	cp error.cfg tree/notes.txt
	cp error.cfg tree/.dot.cfg
	cp error.cfg tree/.hidden/x.cfg
	cp error.cfg outside.cfg
	ln -s ../outside.cfg tree/link.cfg
	ln -s ../tree/b tree/linked
	mkfifo tree/pipe.cfg
	printf '\357\273\277 \n{ "meta": { "os": "WeOS" } }\n' > tree/backup.cfg
}

@test "cli: a folder is walked in byte order, without links and dot-files" {
	make_tree
	run -0 "$WEIPSEC" check --list-files tree
	[ "$output" = "tree/a.d/x.cfg
tree/b.cfg
tree/b/two.cfg
tree/backup.cfg
tree/one.weos" ]
	LC_ALL=C sort -c <<< "$output"
	run -0 "$WEIPSEC" check --list-files tree/ sound.cfg -
	[ "${lines[0]}" = "tree/a.d/x.cfg" ]
	[ "${lines[-1]}" = - ]
}

@test "cli: a folder is checked, JSON documents in it are listed" {
	make_tree
	run --separate-stderr -1 "$WEIPSEC" check --format json tree
	jq -e '[.files[].path] == ["tree/a.d/x.cfg", "tree/b.cfg", "tree/b/two.cfg",
		"tree/backup.cfg", "tree/one.weos"]
		and [.diagnostics[].file] == ["tree/a.d/x.cfg", "tree/b.cfg", "tree/b/two.cfg",
		"tree/one.weos"]
		and (.files[3] | has("dialect") or has("error") | not)' <<< "$output"
	[ -z "$stderr" ]
}

@test "cli: a JSON document that is named is an error" {
	make_tree
	run -1 "$WEIPSEC" check tree/backup.cfg
	[[ $output == *"[WI119]"* ]]
}

@test "cli: a link that is named is followed, to a file and to a folder" {
	make_tree
	run -1 "$WEIPSEC" check tree/link.cfg
	run -0 "$WEIPSEC" check --list-files tree/linked
	[ "$output" = tree/linked/two.cfg ]
	ln -s nowhere dangling.cfg
	run -2 "$WEIPSEC" check dangling.cfg
}

@test "cli: a folder with nothing to check is said to be so" {
	mkdir empty
	for option in --format=text --list-files; do
		run --separate-stderr -2 "$WEIPSEC" check $option empty sound.cfg
		[ -z "${output#sound.cfg}" ]
		[[ $stderr == "weipsec: empty: no *.cfg or *.weos"* ]]
	done
}

@test "cli: a folder in which nothing was checked is 2, whatever else was" {
	mkdir -p backups/deep
	echo '{ "meta": {} }' | tee backups/a.cfg > backups/deep/b.cfg
	for jobs in 1 2; do
		run --separate-stderr -2 "$WEIPSEC" check --jobs "$jobs" sound.cfg backups
		[ -z "$output" ]
		[ "$stderr" = "weipsec: backups: nothing in this folder was checked: there are JSON documents only" ]
	done
	sound > backups/deep/c.cfg
	run --separate-stderr -0 "$WEIPSEC" check backups
	[ -z "$output$stderr" ]
	# one that was named is no folder's: WI119
	run --separate-stderr -1 "$WEIPSEC" check backups/a.cfg
}

@test "cli: that a file has no tunnel is said of one that was named, not of those of a folder" {
	mkdir devices
	printf 'system\n  hostname a\n  end\n' | tee devices/a.cfg > devices/b.cfg
	{ echo '# weipsec: ignore WI122 -- a switch'; cat devices/a.cfg; } > devices/c.cfg
	for options in --jobs=1 --jobs=2 --diff; do
		[ -z "$(findings $options devices)" ]
	done
	[ "$(findings devices devices/b.cfg)" = "1 WI122" ]
	# nearly a tunnel is said of both
	echo tunel >> devices/a.cfg
	[ "$(findings devices)" = "4 WI122" ]
}

@test "cli: --list-files reads nothing, and fails for what is not there" {
	mkfifo named.cfg
	run -0 timeout 60 "$WEIPSEC" check --list-files named.cfg
	run --separate-stderr -2 "$WEIPSEC" check --list-files absent.cfg sound.cfg
	[ "$output" = sound.cfg ]
}

@test "cli: a file and a folder that may not be read are 2" {
	dir=$(mktemp -d)
	chmod 755 "$dir"
	mkdir "$dir/closed"
	cp error.cfg "$dir/closed/x.cfg"
	cp error.cfg "$dir/secret.cfg"
	cp error.cfg "$dir/z.cfg"
	chmod 644 "$dir/z.cfg"
	chmod 0 "$dir/secret.cfg" "$dir/closed"
	drop=()
	if [ "$(id -u)" = 0 ]; then
		drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		if ! (cd / && "${drop[@]}" "$WEIPSEC" --version > /dev/null 2>&1); then
			rm -rf "$dir"
			skip "cannot drop privileges"
		fi
	fi
	cd "$dir"
	run --separate-stderr -2 "${drop[@]}" "$WEIPSEC" check --format json .
	cd "$BATS_TEST_TMPDIR/here"
	chmod 755 "$dir/closed"
	rm -rf "$dir"
	[ "$stderr" = "weipsec: ./closed/: Permission denied
weipsec: ./secret.cfg: Permission denied" ]
	jq -e '[.files[].error] == ["Permission denied", "Permission denied", null]
		and [.diagnostics[].rule] == ["WI304"]' <<< "$output"
}

@test "cli: - is standard input" {
	run -1 "$WEIPSEC" check - < error.cfg
	[[ $output == "-:10:32: error:"* ]]
	run -0 "$WEIPSEC" check --format json - < sound.cfg
	jq -e '.files[0].path == "-"' <<< "$output"
	run -0 "$WEIPSEC" check - < /dev/null
	cat error.cfg > ./-
	run -1 "$WEIPSEC" check ./- < sound.cfg
}

@test "cli: pipes and devices are read" {
	run -1 bash -c "'$WEIPSEC' check <(cat error.cfg)"
	[[ $output == *WI304* ]]
	run -0 "$WEIPSEC" check /dev/null
}

@test "cli: a folder as standard input is 2" {
	run --separate-stderr -2 "$WEIPSEC" check - < .
	[ "$stderr" = "weipsec: -: Is a directory" ]
}

@test "cli: a file over the limit is a finding, not a failure" {
	truncate -s $((64 * 1024 * 1024 + 1)) large.cfg
	run --separate-stderr -1 "$WEIPSEC" check --format json large.cfg sound.cfg
	jq -e '[.diagnostics[] | [.rule, .line, .column]] == [["WI117", 1, 1]]
		and .files[0].path == "large.cfg"' <<< "$output"
	run -1 "$WEIPSEC" compile --to swanctl -o out.conf large.cfg
	[ ! -e out.conf ]
	yes 'system' | run -1 "$WEIPSEC" check -
	[[ $output == *"[WI117]"* ]]
}

@test "cli: --dialect is in the report" {
	run -0 "$WEIPSEC" check --format json sound.cfg
	jq -e '.files[0].dialect == "weos5"' <<< "$output"
	{
		printf '# %s Westermo WeOS v4.32.3, CLI Format v1.32\n' '\\/'
		echo 'no spanning-tree'
	} > four.cfg
	run -0 "$WEIPSEC" check --format json four.cfg
	jq -e '.files[0].dialect == "weos4"' <<< "$output"
	run -0 "$WEIPSEC" check --format json --dialect weos5 four.cfg
	jq -e '.files[0].dialect == "weos5"' <<< "$output"
	run -0 "$WEIPSEC" check --format json --dialect weos5 --dialect auto four.cfg
	jq -e '.files[0].dialect == "weos4"' <<< "$output"
}

@test "cli: the release that a header says is known, whatever a terminal put before it" {
	for file in "$root"/testdata/accept/{device/{header-behind-*,pager-*}.cfg,session/{header-at-prompt,session-pager}.weos}; do
		sed 's/WeOS v5[0-9.]*/WeOS v4.33.0/' "$file" > "${file##*/}"
		grep -q 'WeOS v4' "${file##*/}"
		run "$WEIPSEC" check --fail-on never --format json "${file##*/}"
		[ "$status" -lt 2 ]
		jq -e '.files[0].dialect == "weos4"' <<< "$output"
	done
}

# --- streams

@test "cli: a closed pipe ends the output quietly, the status stays" {
	{
		echo tunnel
		echo ipsec 1
		yes 'colour blue' | head -3000
	} > many.cfg
	for format in text gcc json sarif junit github gitlab; do
		set +e
		"$WEIPSEC" check --format "$format" many.cfg 2> err | head -1 > /dev/null
		status=${PIPESTATUS[0]}
		set -e
		[ "$status" = 1 ]
		[ ! -s err ]
	done
	set +e
	"$WEIPSEC" check --fail-on never many.cfg 2> err | true
	status=${PIPESTATUS[0]}
	set -e
	[ "$status" = 0 ]
	[ ! -s err ]
}

@test "cli: a full disk is 2" {
	[ -e /dev/full ] || skip "no /dev/full"
	for words in "check error.cfg" "check --format json sound.cfg" "check --list-files sound.cfg" \
		"check --help" "explain --help" "--version" "--help" "compile --to swanctl sound.cfg" \
		"compile --to swanctl -o /dev/full sound.cfg"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 bash -c "'$WEIPSEC' $words > /dev/full"
		[[ $stderr == "weipsec: "*"No space left on device" ]]
	done
}

@test "cli: a closed standard output is 2, and hits no other file" {
	[ -z "${VALGRIND:-}" ] || skip "valgrind opens files of its own"
	run --separate-stderr -2 bash -c "'$WEIPSEC' check error.cfg >&-"
	run --separate-stderr -2 bash -c "'$WEIPSEC' compile --to swanctl sound.cfg >&-"
	run --separate-stderr -1 bash -c "'$WEIPSEC' compile --to swanctl -o out error.cfg 2>&- >&-"
	[ "$(sed -n 10p error.cfg)" = "$(with_error | sed -n 10p)" ]
	run --separate-stderr -2 bash -c "'$WEIPSEC' check - <&-"
}

# --- compile

@test "cli: compile writes findings to standard error, the output to standard output" {
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl warning.cfg
	[[ $output == *ipsec1* ]]
	[[ $stderr == *"warning: "*"[WI309]"*"1 warning" ]]
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl - < sound.cfg
	[ -z "$stderr" ]
	before=$output
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl -o - sound.cfg
	[ "${before//$'\n'# */}" = "${output//$'\n'# */}" ]
}

@test "cli: compile writes nothing at all when there is an error" {
	echo old > out.conf
	echo old > out.json
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl -o out.conf --map out.json error.cfg
	[ -z "$output" ]
	[[ $stderr == *"[WI304]"*"1 error" ]]
	[ "$(cat out.conf out.json)" = $'old\nold' ]
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl error.cfg
	[ -z "$output" ]
}

@test "cli: compile of what cannot be read is 2" {
	mkdir folder
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl absent.cfg
	[ "$stderr" = "weipsec: absent.cfg: No such file or directory" ]
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl folder
	[ "$stderr" = "weipsec: folder: Is a directory" ]
}

@test "cli: a compiled file with secrets is its owner's only" {
	run -0 bash -c "umask 0; exec '$WEIPSEC' compile --to swanctl -o out.conf --map out.json sound.cfg"
	[ "$(stat -c %a out.conf)" = 600 ]
	[ "$(stat -c %a out.json)" = 644 ]
	chmod 666 out.conf
	run -0 "$WEIPSEC" compile --to swanctl -o out.conf sound.cfg
	[ "$(stat -c %a out.conf)" = 600 ]
	sound | sed '/secret/d; s/ipsec 1/&\n        no enable/' > dormant.cfg
	run -0 bash -c "umask 027; exec '$WEIPSEC' compile --to swanctl -o dormant.conf dormant.cfg"
	[ "$(stat -c %a dormant.conf)" = 640 ]
}

@test "cli: the same input gives the same bytes" {
	run -0 "$WEIPSEC" compile --to swanctl -o one.conf --map one.json sound.cfg
	run -0 "$WEIPSEC" compile --to swanctl -o two.conf --map two.json sound.cfg
	cmp one.conf two.conf
	cmp one.json two.json
}

@test "cli: a failed write leaves the old files and nothing else" {
	echo old > out.conf
	echo old > out.json
	mkdir folder
	find . | sort > ../before
	[ -e /dev/full ] || skip "no /dev/full"
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl -o out.conf --map /dev/full sound.cfg
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl -o /dev/full --map out.json sound.cfg
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl -o out.conf --map folder sound.cfg
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl -o out.conf --map no/out.json sound.cfg
	run --separate-stderr -2 "$WEIPSEC" compile --to swanctl -o no/out.conf --map out.json sound.cfg
	run --separate-stderr -2 bash -c "'$WEIPSEC' compile --to swanctl --map out.json sound.cfg > /dev/full"
	[ "$(cat out.conf out.json)" = $'old\nold' ]
	find . | sort | diff ../before -
}

@test "cli: a file that may not grow leaves the old one" {
	[ -z "${VALGRIND:-}" ] || skip "valgrind writes files of its own"
	echo old > out.conf
	find . | sort > ../before
	run -2 bash -c "ulimit -f 0; '$WEIPSEC' compile --to swanctl -o out.conf sound.cfg 2>&1"
	[ "$output" = "weipsec: out.conf: File too large" ]
	[ "$(cat out.conf)" = old ]
	find . | sort | diff ../before -
}

@test "cli: killed while it waits, compile leaves the old file and nothing else" {
	echo old > out.conf
	mkfifo pipe
	find . | sort > ../before
	timeout -s KILL 1 "$WEIPSEC" compile --to swanctl -o out.conf --map pipe sound.cfg || true
	[ "$(cat out.conf)" = old ]
	find . | sort | diff ../before -
}

@test "cli: -o through a link replaces what it leads to" {
	mkdir far
	echo old > far/out.conf
	ln -s far/out.conf out.conf
	run -0 "$WEIPSEC" compile --to swanctl -o out.conf sound.cfg
	[ -L out.conf ]
	grep -q ipsec1 far/out.conf
	[ "$(find far | wc -l)" = 2 ]
}

@test "cli: -o to a pipe and to /dev/stdout writes there" {
	mkfifo pipe
	timeout 60 cat pipe > got 3>&- &
	run -0 "$WEIPSEC" compile --to swanctl -o pipe sound.cfg
	wait
	grep -q ipsec1 got
	[ -p pipe ]
	echo first > all
	"$WEIPSEC" compile --to swanctl -o /dev/stdout sound.cfg >> all
	[ "$(head -1 all)" = first ]
	grep -q ipsec1 all
}

@test "cli: --map has every line that comes from a setting" {
	run -0 "$WEIPSEC" compile --to swanctl -o out.conf --map out.json sound.cfg
	jq -e 'keys_unsorted == ["schema_version", "lines"] and .schema_version == 1
		and ([.lines[].line] | . == sort) and (.lines | length > 10)
		and all(.lines[]; .file == "sound.cfg" and .tunnel == 1
			and .default == (has("from") | not))' out.json
	jq -e '[.lines[] | select(.setting == "peer")] | length >= 1
		and all(.[]; .from == {line: 3, column: 9, end_line: 3, end_column: 23})' out.json
	jq -e 'any(.lines[]; .setting == "sa-rekey-time" and .default)' out.json
	count=$(wc -l < out.conf)
	jq -e --argjson n "$count" 'all(.lines[]; .line >= 1 and .line <= $n)' out.json
	line=$(jq '[.lines[] | select(.setting == "secret")][0].line' out.json)
	sed -n "${line}p" out.conf | grep -q 0x
	jq -e 'all(.lines[]; .setting != "secret" or (tostring | test("p0km74n") | not))' out.json
}

# --- secrets

@test "cli: a placeholder for a secret is a note in check, and refused by what uses it" {
	# shellcheck disable=SC2016 # as they are
	for masked in '<secret>' '${PSK}' '{{ psk }}' '****' xxxxxxxx '$PSK'; do
		sound | sed "s/secret .*/secret $masked/" > masked.cfg
		[ "$(findings masked.cfg)" = "7 WI430" ] || { echo "$masked"; return 1; }
		run -0 "$WEIPSEC" check masked.cfg
		run --separate-stderr -1 "$WEIPSEC" compile --to swanctl masked.cfg
		[ -z "$output" ]
		[[ $stderr == *"error: this is a placeholder"*"[WI430]"*"0x"* ]]
		run --separate-stderr -1 "${WEIPSEC}-apply" --dry-run --vici "unix://$PWD/none" --state-dir "$PWD/state" masked.cfg
		[[ $stderr == *WI430* ]]
	done
	sound | sed "s/secret .*/secret \$PLANT_PSK/" > variable.cfg
	run -0 "$WEIPSEC" compile --to swanctl variable.cfg
	[[ $output == *0x24504c414e545f50534b* ]]
	# what the method does not use is none
	sound | sed 's/secret .*/secret ****\nmethod cert\ncertificate a\nca b/' > cert.cfg
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl cert.cfg
}

# Checks leak.cfg in every format, and compiles it: nobody may say the secret.
refute_leak() {
	for format in text gcc json sarif junit github gitlab; do
		run --separate-stderr -1 "$WEIPSEC" check --format "$format" leak.cfg
		refute_output Xq7vTtuZ9KfWm3
	done
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl -o leak.conf leak.cfg
	refute_output Xq7vTtuZ9KfWm3
}

@test "cli: no output shows a secret, however its word is spelled" {
	id=0
	while IFS= read -r line; do
		id=$((id + 1))
		printf 'tunnel\n ipsec %d\n  %b\n end\nend\n' "$id" "${line//HIDDEN/Xq7vTtuZ9KfWm3}"
	done > leak.cfg <<-'EOT'
		secret HIDDEN
		secret HIDDEN extra words
		secret  HIDDEN#x
		secret 'HIDDEN
		secret "HIDDEN"
		secret HIDDEN\0377
		secret HIDDEN\0033[0m
		secret 0xHIDDEN
		secret 0sHIDDEN
		secret HIDDENHIDDENHIDDENHIDDENHIDDENHIDDENHIDDENHIDDENHIDDEN
		secret\tHIDDEN
		secret=HIDDEN
		secret: HIDDEN
		secret\0001HIDDEN
		secretHIDDEN
		"secret" HIDDEN
		sekret=HIDDEN
		sec:HIDDEN
		"sekret" HIDDEN
		'sec' HIDDEN
		sekret\0001HIDDEN
		sec\0302\0240HIDDEN
		secret\n  HIDDEN
		sec HIDDEN
		secre HIDDEN
		SECRET HIDDEN
		Secret HIDDEN
		sekret HIDDEN
		secrret HIDDEN
		sceret HIDDEN
		secert HIDDEN
		secrets HIDDEN
		no secret HIDDEN
		peer 1.2.3.4 secret HIDDEN
		ipsec 1 secret HIDDEN x
		tunnel ipsec 1 sekret HIDDEN
		version 3 secret HIDDEN
		ike secret HIDDEN
		description secret HIDDEN \0377
	EOT
	refute_leak
}

@test "cli: no output shows a secret of a pasted session" {
	sed 's/HIDDEN/Xq7vTtuZ9KfWm3/' > leak.cfg <<-'EOT'
		gw:/config/tunnel/ipsec-1/#> secret HIDDEN x
		gw:/config/tunnel/ipsec-1/#> sekret HIDDEN
		gw:/config/tunnel/ipsec-1/#> secret 'HIDDEN
		gw:/config/tunnel/ipsec-1/#> sec HIDDEN x
		gw:/config/tunnel/#> ipsec 2 secret HIDDEN x
		ipsec 3 secret HIDDEN
		% invalid: secret HIDDEN
	EOT
	refute_leak
}

@test "cli: the caret under a masked word says nothing of its length" {
	printf 'tunnel\n ipsec 1\n  secret abc\n end\nend\n' > short.cfg
	printf 'tunnel\n ipsec 1\n  secret abcdefg\n end\nend\n' > longer.cfg
	"$WEIPSEC" check short.cfg | sed 's/short//' > one || true
	"$WEIPSEC" check longer.cfg | sed 's/longer//' > two || true
	grep -q 'secret \*\*\*\*$' one
	diff <(grep '|' one) <(grep '|' two)
}

@test "cli: no instance is lost behind a word under 'tunnel' that is not known, however it is spelt" {
	local word
	for word in 'ipsec 1' 'ips 1' 'ipse 1 # x' 'i 1' 'ipsce 1' 'IPSEC 1'; do
		printf 'tunnel\nfrob 1\n%s\npeer 192.0.2.1\nend\nend\n' "$word" > a.cfg
		run -1 "$WEIPSEC" check --format gcc a.cfg
		[[ $output == *'a.cfg:2:1: error: no such word under'* ]]
		[[ $output == *'a.cfg:3:1: error: '* ]]
	done
	# what others have is theirs
	printf 'tunnel\n gre 1\n ip 10.0.0.1/24\n ipaddr 1\n end\n end\n' > a.cfg
	run -0 "$WEIPSEC" check --format gcc a.cfg
	[[ $output != *error* ]]
}
