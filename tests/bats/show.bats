#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec show' and `weipsec rules'.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helper.bash sets root

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	sound > sound.cfg
}

# What $output says of setting $1 in its first tunnel.
shown() {
	sed -n "/^    $1 /{ s/^    $1  *//p; q }" <<< "$output"
}

# One tunnel with the lines of standard input.
tunnel_of() {
	printf 'tunnel\nipsec 1\n'
	cat
	printf 'end\nend\n'
}

# Every accepted file in the files `text' and `json' of the folder $all, with what was said in `errors';
# `file NAME' stands before each.  It is made once.
show_all() {
	all=$BATS_FILE_TMPDIR/all
	[ ! -d "$all" ] || return 0
	mkdir "$all.new"
	for file in $(accepted); do
		printf '/\tshow\t%s\n/\tshow\t--json\t%s\n' "$file" "$file"
	done | each "$all.new/each"
	# some are without an error only by options that `show' does not have
	grep -v $'^0\t' "$all.new/each/status" | sed 's/.*\t//' | while read -r file; do
		[ -e "${file%.*}.args" ]
	done
	awk -F'\t' -v all="$all.new/" '
		function copy(from, to, line) {
			while ((getline line < from) > 0)
				print line > to
			close(from)
		}
		{
			to = all ($4 == "--json" ? "json" : "text")
			if (to ~ /text$/)
				print "file " $NF > to
			print "file " $NF > (all "errors")
			copy(all "each/" NR ".out", to)
			copy(all "each/" NR ".err", all "errors")
		}' "$all.new/each/status"
	rm -r "$all.new/each"
	mv "$all.new" "$all"
}

# --- text

@test "show: identities say what they are and what they come to" {
	run -0 "$WEIPSEC" show sound.cfg
	[ "$(shown local-id)" = "name alice1" ]
	sed '/-id /d' sound.cfg > auto.cfg
	run -0 "$WEIPSEC" show auto.cfg
	[ "$(shown local-id)" = "auto (198.51.100.1)  (default)" ]
	[ "$(shown remote-id)" = "auto (any)  (default)" ]
	sed '/-id /d; s/^ *peer.*/&\n initiator/' sound.cfg > initiator.cfg
	run -0 "$WEIPSEC" show initiator.cfg
	[ "$(shown remote-id)" = "auto (192.0.2.2)  (default)" ]
	sed 's/local-id .*/local-id gateway.example.com/' sound.cfg > deduced.cfg
	run -0 "$WEIPSEC" show deduced.cfg
	[ "$(shown local-id)" = "autodetect (name) gateway.example.com" ]
	tunnel_of <<< 'local-id inet %any' > any.cfg
	run "$WEIPSEC" show any.cfg
	[ "$(shown local-id)" = "inet %any" ]
}

@test "show: IKEv1 reauthenticates every 4 hours, and that is said" {
	tunnel_of <<< 'version 1' > one.cfg
	run "$WEIPSEC" show one.cfg
	[ "$(shown reauth-time)" = "off  (default; IKEv1 has a built-in reauthentication every 4h)" ]
	tunnel_of <<< $'version 1\nreauth-time 90m' > one.cfg
	run "$WEIPSEC" show one.cfg
	[ "$(shown reauth-time)" = "1h 30m  (IKEv1 has a built-in reauthentication every 4h)" ]
	run -0 "$WEIPSEC" show sound.cfg
	[ "$(shown reauth-time)" = "off  (default)" ]
}

@test "show: a disabled tunnel is said to be so, and what is not in use" {
	tunnel_of <<< $'no enable\nno dpd-action\nmethod cert' > off.cfg
	run --separate-stderr "$WEIPSEC" show off.cfg
	[ "${lines[0]}" = "ipsec 1 (disabled)" ]
	[ "$(shown enable)" = no ]
	[ "$(shown dpd-action)" = off ]
	[ "$(shown dpd-delay)" = "30s  (default; not in use: dead peer detection is off)" ]
	[ "$(shown secret)" = "none  (default; not in use: for method psk)" ]
}

@test "show: what could not be read says so, and what rests on it" {
	tunnel_of > bad.cfg <<-'EOT'
		peer x
		initiator maybe
		method both
		secret abc
		ike cipher des dh x25519
	EOT
	printf 'tunnel\nipsec x\nend\nend\n' >> bad.cfg
	run --separate-stderr -1 "$WEIPSEC" show bad.cfg
	[[ $stderr =~ ^"weipsec: bad.cfg: "[0-9]+" errors: see 'weipsec check'"$ ]]
	[ "$(shown peer)" = "?  (could not be read, line 3)" ]
	[ "$(shown ike)" = "?  (could not be read, line 7)" ]
	[[ "$(shown secret)" == "?  (could not be read, line 6)"* ]]
	[[ "$(shown remote-id)" == "?  (default, but 'initiator' could not be read)"* ]]
	[[ "$(shown remote-subnet)" == "?  (default, but 'peer' could not be read)"* ]]
	[[ "$(shown local-id)" == "?  (default, but 'method' could not be read)"* ]]
	[[ $output == *"ipsec ? (its number could not be read, line 11)"* ]]
	run --separate-stderr -1 "$WEIPSEC" show --json bad.cfg
	jq -e '.tunnels[0].settings.peer == {value: null, known: false, default: false,
		remark: "could not be read, line 3", line: 3, column: 1}
		and .tunnels[1].id == null and .file.errors > 0' <<< "$output"
}

# --- one tunnel, statuses

@test "show: an ID shows one tunnel, and one that is not there is 1" {
	for id in 1 2 30; do sound "$id"; done > three.cfg
	run --separate-stderr -0 "$WEIPSEC" show three.cfg 2
	[ "$(grep -c ^ipsec <<< "$output")" = 1 ]
	[ "${lines[0]}" = "ipsec 2" ]
	run --separate-stderr -1 "$WEIPSEC" show three.cfg 3
	[ -z "$output" ]
	[ "$stderr" = "weipsec: three.cfg: there is no 'ipsec 3'" ]
	run --separate-stderr -1 "$WEIPSEC" show --json three.cfg 3
	jq -e '.tunnels == []' <<< "$output"
	run --separate-stderr -0 "$WEIPSEC" show three.cfg 30 --json
	jq -e '[.tunnels[].id] == [30]' <<< "$output"
}

@test "show: exit statuses" {
	with_error > error.cfg
	run --separate-stderr -1 "$WEIPSEC" show error.cfg
	[ "${lines[0]}" = "ipsec 1" ]
	[ "$stderr" = "weipsec: error.cfg: 1 error: see 'weipsec check'" ]
	with_warning > warning.cfg
	run --separate-stderr -0 "$WEIPSEC" show warning.cfg
	[ -z "$stderr" ]
	run --separate-stderr -2 "$WEIPSEC" show absent.cfg
	[ "$stderr" = "weipsec: absent.cfg: No such file or directory" ]
	run -2 "$WEIPSEC" show .
	run -0 "$WEIPSEC" show - < sound.cfg
	run --separate-stderr -0 "$WEIPSEC" show /dev/null
	[ "$stderr" = "weipsec: /dev/null: there is no tunnel" ]
	echo '{ "meta": { "os": "WeOS" } }' > backup.cfg
	run --separate-stderr -1 "$WEIPSEC" show --json backup.cfg
	jq -e '.tunnels == [] and .file.errors == 1' <<< "$output"
}

@test "show: wrong usage is 64 with a hint" {
	for words in show "show --json" "show sound.cfg x" "show sound.cfg 65536" "show sound.cfg -1" \
		"show sound.cfg 01" "show sound.cfg 1 2" "show --jsn sound.cfg" "rules x" "rules -x"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 "$WEIPSEC" $words
		[ -z "$output" ]
		[[ $stderr == "weipsec: "*"see 'weipsec "*"--help'" ]]
	done
}

@test "show: a full disk is 2, a closed pipe is quiet" {
	for id in $(seq 500); do sound "$id"; done > many.cfg
	for words in "show many.cfg" "show --json many.cfg" rules "rules --json"; do
		if [ -e /dev/full ]; then
			run --separate-stderr -2 bash -c "'$WEIPSEC' $words > /dev/full"
			[ "$stderr" = "weipsec: standard output: No space left on device" ]
		fi
		set +e
		# shellcheck disable=SC2086 # words
		"$WEIPSEC" $words 2> err | head -1 > /dev/null
		set -e
		[ "$(grep -vc 'errors: see' err)" = 0 ]
	done
}

# --- secrets and hostile text

@test "show: no secret of any accepted file, nor its length" {
	show_all
	for file in $(accepted); do
		echo "file $file"
		cat "$file"
		echo
	done | tr -d '\r' | sed -n "/^file /p; s/.*\<secret  *[\"']*\([^ \"']\{8,\}\).*/secret \1/p" > secrets
	[ "$(grep -c '^secret ' secrets)" -gt 100 ]
	# a secret may be a word of another file
	awk '/^file / { file = $2; next }
		/^\{"schema_version"/ { split($0, part, "\""); file = part[8] }
		FILENAME == "secrets" { secrets[file, ++count[file]] = $2; next }
		/^    secret/ && !/ (\*\*\*\*|none)( |$)/ { print file ": " $0 }
		{
			for (i = 1; i <= count[file]; i++)
				if (index($0, secrets[file, i]))
					print file ": " $0
		}' secrets "$all"/* | diff /dev/null -
}

@test "show: text behind what may be a secret is not shown" {
	tunnel_of > leak.cfg <<-'EOT'
		description the secret is Xq7vTtuZ9KfWm3
		local-id name secret=Xq7vTtuZ9KfWm3
		certificate secret-Xq7vTtuZ9KfWm3
	EOT
	for words in "" --json; do
		# shellcheck disable=SC2086 # or none
		run --separate-stderr "$WEIPSEC" show $words leak.cfg
		refute_output Xq7vTtuZ9KfWm3
	done
	jq -e '.tunnels[0].settings | .description.value == "****" and
		.["local-id"].value.value == "****" and .certificate.value == "****"' <<< "$output"
}

@test "show: hostile text is harmless" {
	tunnel_of > hostile.cfg <<-'EOT'
		remote-id name %s%n%d
		description %s%s%n
	EOT
	printf 'ipsec 2\ndescription a\033[31mred\nlocal-id x\377\nend\n' >> hostile.cfg
	name=$(printf 'a\033[31m\377b.cfg')
	cp hostile.cfg "$name"
	for words in "" --json; do
		# shellcheck disable=SC2086 # or none
		run --separate-stderr -1 "$WEIPSEC" show $words "$name"
		refute_output $'\033' $'\377'
		[[ $output == *'name %s%n%d'* && $output == *'%s%s%n'* ]]
	done
	jq -e '.file.path | test("xFF")' <<< "$output"
}

@test "show: CRLF and a pasted session show the same as the file" {
	"$WEIPSEC" show sound.cfg > expected
	sed 's/$/\r/' sound.cfg > crlf.cfg
	"$WEIPSEC" show crlf.cfg | diff expected -
	{
		echo 'gw:/#> show running-config'
		cat sound.cfg
		echo 'gw:/#> '
	} > session.cfg
	"$WEIPSEC" show session.cfg | diff expected -
	sed '/ipsec\|tunnel\|end/d; s,^ *,gw:/config/tunnel/ipsec-1/#> ,' sound.cfg > typed.cfg
	"$WEIPSEC" show typed.cfg | diff expected -
}

# --- json

@test "show: json has every setting, where it was set and whether it is a default" {
	run --separate-stderr -0 "$WEIPSEC" show --json sound.cfg
	jq -e 'keys_unsorted == ["schema_version", "file", "tunnels"] and .schema_version == 1
		and .file == {path: "sound.cfg", dialect: "weos5", errors: 0}
		and (.tunnels[0] | .id == 1 and .enabled and .line == 2 and .column == 5)' <<< "$output"
	jq -e '.tunnels[0].settings | .peer == {value: "192.0.2.2", known: true, shown: "192.0.2.2",
			default: false, line: 3, column: 9}
		and .ike.value == {cipher: "aes256", auth: "sha256", dh: "x25519"}
		and .["local-id"].value == {form: "typed", type: "name", value: "alice1"}
		and .["sa-rekey-time"].value == 3600 and .["sa-rekey-time"].default
		and all(.[]; .default or (has("line") and has("column")))' <<< "$output"
	jq -r '.tunnels[0].settings | keys[]' <<< "$output" > words
	sed -n 's/^SETTING([A-Z_0-9]*, "\([^"]*\)".*/\1/p' "$root/schemas/settings.def" | diff words -
}

@test "show: a reset setting is a default that was set somewhere" {
	sed 's/^ *peer.*/&\n version 1\n no version/' sound.cfg > reset.cfg
	run -0 --separate-stderr "$WEIPSEC" show --json reset.cfg
	jq -e '.tunnels[0].settings.version | .default and .value == "2" and .line == 5' <<< "$output"
}

@test "show: text and json say the same of every accepted file" {
	show_all
	sed '/^$/d; s/^  *//; s/  */ /g' "$all/text" > said
	[ "$(wc -l < said)" -gt 5000 ]
	jq -r '"file \(.file.path)", (.tunnels[] |
		"ipsec \(.id)" + (if .enabled then "" else " (disabled)" end),
		(.settings | to_entries[] | "\(.key) \(.value.shown)"
			+ if .value.remark then " (\(.value.remark))" else "" end))' "$all/json" |
		sed 's/  */ /g' | diff said -
}

# What settings.def says of a default in words is what the model has.
@test "show: the defaults are those of settings.def" {
	tunnel_of < /dev/null > empty.cfg
	tunnel_of <<< initiator > initiator.cfg
	"$WEIPSEC" show --json empty.cfg > empty.json || true
	"$WEIPSEC" show --json initiator.cfg > initiator.json || true
	sed -n 's/^SETTING([A-Z_0-9]*, "\([^"]*\)", \([A-Z_]*\), [a-z_]*, [0-9]*, [0-9]*, "\([^"]*\)".*/\1|\2|\3/p' \
		"$root/schemas/settings.def" > rows
	[ "$(wc -l < rows)" = "$(grep -c '^SETTING(' "$root/schemas/settings.def")" ]
	# each by name, as `WORD.default true'
	for file in empty initiator; do
		jq -r '.tunnels[0].settings | to_entries[] | .key as $word | .value |
			("default", "value", "shown") as $of | "\($word).\($of) \(.[$of])",
			"\($word).value.form \(.value | if type == "object" then .form else null end)"' \
			$file.json | sort -u > $file.settings
	done
	while IFS='|' read -r word type standard; do
		get() { sed -n "s/^$word\.$1 //p" "${2:-empty}.settings"; }
		[ "$(get default)" = true ]
		case $type/$standard in
		NUMBER/*) [ "$(get value)" = "$standard" ] ;;
		SUITE/automatic) [ "$(get value)/$(get shown)" = null/Auto ] ;;
		IDENTITY/automatic) [ "$(get value.form)" = auto ] ;;
		TEXT/*) [ "$(get value)" = "${standard/<ID>/1}" ] ;;
		CHOICE/*responder*)
			[ "$(get value) for a responder, $(get value initiator) for an initiator" = \
				"$standard" ] ;;
		DURATION/off) [ "$(get value)/$(get shown)" = 0/off ] ;;
		ADDRESS/* | SUBNET/* | LABEL/* | SECRET_TEXT/*)
			[ "$(get value)/$(get shown)" = "null/$standard" ] ;;
		*) [ "$(get shown)" = "$standard" ] ;;
		esac || { echo "$word: '$standard', but $(get shown)"; return 1; }
	done < rows
}

# --- rules

@test "rules: every rule of the catalogue, in text and json" {
	run --separate-stderr -0 "$WEIPSEC" rules
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^"WI101  error    syntax-error  "\ *"a line that cannot be read"$ ]]
	grep -oE '^(FORM|TUNNEL|MODEL|PAIR|FLEET)\([0-9]+, "[^"]*"' "$root/schemas/rules.def" |
		sed 's/.*(\([0-9]*\), "\(.*\)"/WI\1 \2/' > expected
	awk '{ print $1, $3 }' <<< "$output" | diff expected -
	tr -s ' ' <<< "$output" > text
	run --separate-stderr -0 "$WEIPSEC" rules --json
	jq -e '.schema_version == 1 and (.rules[0] | keys_unsorted ==
		["rule", "severity", "name", "description"])' <<< "$output"
	jq -r '.rules[] | "\(.rule) \(.severity) \(.name) \(.description)"' <<< "$output" |
		sed 's/  */ /g' | diff text -
}
