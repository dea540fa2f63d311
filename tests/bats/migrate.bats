#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec migrate': each hazard of a WeOS 4 file (testdata/migrate), and what the script is worth.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; root, output and status are of the helper

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	cp "$root"/testdata/migrate/*.cfg .
}

inputs() {
	printf '%s\n' *.cfg
}

# What is said of a file and its script, as testdata/migrate has it: NAME.said and NAME.script.
migrated() {
	inputs | while read -r name; do
		printf '%s\t' "$PWD" migrate -o "${name%.cfg}.script"
		echo "$name"
	done > lines
	each said < lines
}

@test "migrate: what is said of each hazard, and the script of it" {
	migrated
	number=0
	for name in *.cfg; do
		each_said said $((number += 1))
		{
			echo "status $status"
			printf %s "$stderr"
		} > "${name%.cfg}.said"
		diff -u "$root/testdata/migrate/${name%.cfg}.said" "${name%.cfg}.said"
		diff -u "$root/testdata/migrate/${name%.cfg}.script" "${name%.cfg}.script"
	done
	[ "$number" -gt 15 ]
}

@test "migrate: a script has no error that was not announced, and compiles where none was" {
	migrated
	for name in *.cfg; do
		printf '%s\t' "$PWD" check --format gcc
		echo "${name%.cfg}.script"
		printf '%s\t' "$PWD" compile --to swanctl -o "${name%.cfg}.swanctl"
		echo "${name%.cfg}.script"
	done > checks
	each checked < checks
	number=0 scripts=0
	for name in *.cfg; do
		each_said said $((number + 1))
		announced=$status
		each_said checked $((2 * number + 1))
		judged=$status
		each_said checked $((2 * number + 2))
		number=$((number + 1))
		if [ "$announced" = 0 ]; then
			[ "$judged" = 0 ] && [ "$status" = 0 ] || return 1
			scripts=$((scripts + 1))
		fi
		[ "$judged" = 0 ] || [ "$name" = many.cfg ]
	done
	[ "$scripts" -gt 8 ]
}

@test "migrate: every line of tunnel is named in the report, which has places in the script, and no secret" {
	for name in *.cfg; do
		printf '%s\t' "$PWD" migrate --report "${name%.cfg}.json" -o "${name%.cfg}.script"
		echo "$name"
	done > lines
	each said < lines
	python3 - ./*.cfg <<'END'
import json, re, sys
for name in sys.argv[1:]:
    text = open(name, encoding="utf-8").read().split("\n")
    report = open(name[:-4] + ".json", encoding="utf-8").read()
    script = open(name[:-4] + ".script", encoding="utf-8").read()
    said = {d["line"] for d in json.loads(report)["diagnostics"]}
    inside = other = False
    for number, line in enumerate(text, 1):
        words = line.split()
        if words[:1] == ["tunnel"]:
            inside = True
        elif words[:1] == ["gre"]:
            other = True
        elif words == ["end"]:
            other = False
        elif inside and words and not other:
            assert number in said, (name, number, line)
        if words[:1] in (["secret"], ["psk"]):
            assert words[1] not in report, name
    for d in json.loads(report)["diagnostics"]:
        if "to" in d:
            line = script.split("\n")[d["to"]["line"] - 1]
            assert line[: d["to"]["column"] - 1].strip() == "", (name, d)
END
}

@test "migrate: a secret is carried over byte for byte" {
	"$WEIPSEC" migrate clean.cfg -o script 2> said
	secret=$(sed -n 's/^ *secret //p' clean.cfg)
	grep -qFx "secret $secret" <(sed 's/^ *//' script)
	run -1 grep -qF "$secret" said
	[ "$(stat -c %a script)" = 600 ]
}

@test "migrate: --both-ends moves to version 2, which the other end is told" {
	run -0 --separate-stderr "$WEIPSEC" migrate --both-ends aggressive-any.cfg
	[[ $output == *"version 2"*"version 2"* && $output != *"version 1"* ]]
	[ "$(grep -c 'the other end must be a WeOS 5 device' <<< "$stderr")" = 2 ]
	echo "$output" > script
	run -0 --separate-stderr "$WEIPSEC" check script
}

@test "migrate: --strict writes nothing where something is not possible" {
	run -1 --separate-stderr "$WEIPSEC" migrate --strict peer.cfg -o script
	[ ! -e script ]
	[[ $stderr == *WI905* ]]
	run -0 --separate-stderr "$WEIPSEC" migrate --strict clean.cfg -o script
	[ -s script ]
}

@test "migrate: --device tells of an interface that the text does not have" {
	echo '{"iface": [{"id": "vlan9", "enabled": true, "inet": [{"type": "static", "address": "192.0.2.77/24"}]}]}' > d.json
	run -1 --separate-stderr "$WEIPSEC" migrate --device d.json outbound.cfg
	[[ $output == *"local-address 192.0.2.77"* ]]
}

@test "migrate: --out-dir has a script and a report of each file, and a table; a bad file stops no other" {
	mkdir many
	for i in {1..200}; do
		cp clean.cfg "many/c$i.cfg"
	done
	printf '# \\\\/ Westermo WeOS v5.24.0, CLI Format v1.40\ntunnel\n' > many/c77.cfg
	run -1 --separate-stderr "$WEIPSEC" migrate --out-dir out many
	[ -z "$output" ]
	[ "$(find out -name '*.weos' | wc -l)" = 199 ]
	[ "$(find out -name '*.json' | wc -l)" = 199 ]
	[[ $stderr == *c77.cfg*"WeOS 5 already"* ]]
	[[ $stderr == *"tunnels    kept changed dropped not possible  file"* ]]
	[ "$(tail -1 <<< "$stderr")" = "    199    2388       0     199            0  total" ] || {
		tail -1 <<< "$stderr"
		return 1
	}
}

@test "migrate: --out-dir writes over no other device's script, and over no input" {
	mkdir -p a/one b/two c
	cp clean.cfg a/one/config.cfg
	cp weak.cfg b/two/config.weos
	cp clean.cfg a/other.cfg
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir out a b
	[[ $stderr == *"a/one/config.cfg: its script would be that of b/two/config.weos: "* ]]
	[[ $stderr == *"b/two/config.weos: its script would be that of a/one/config.cfg: "* ]]
	[ "$(cd out && echo *)" = 'other.json other.weos' ]
	cp clean.cfg c/station.weos
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir c c
	[[ $stderr == *"c/station.weos: would be overwritten"* ]]
	cmp clean.cfg c/station.weos
	[ "$(echo c/*)" = c/station.weos ]
}

@test "migrate: --out-dir tells a terminal how far it is, and others nothing of that" {
	local escape=$'\e[K'

	printf '# \\\\/ Westermo WeOS v5.24.0, CLI Format v1.40\ntunnel\n' > five.cfg
	run -1 script -qec "$WEIPSEC migrate --out-dir out clean.cfg five.cfg weak.cfg" /dev/null
	[[ $output == "${escape}1 of 3"$'\r'"${escape}2 of 3"$'\rweipsec: five.cfg: '*"${escape}3 of 3"$'\r'"${escape}tunnels "* ]]
	run -1 "$WEIPSEC" migrate --out-dir out clean.cfg five.cfg weak.cfg
	[[ $output != *' of 3'* && $output != *$'\e'* ]]
}

@test "migrate: a WeOS 5 file is refused, and wrong usage is 64" {
	printf '# \\\\/ Westermo WeOS v5.24.0, CLI Format v1.40\ntunnel\n' > five.cfg
	run -1 --separate-stderr "$WEIPSEC" migrate five.cfg
	[ -z "$output" ]
	run -64 --separate-stderr "$WEIPSEC" migrate
	run -64 --separate-stderr "$WEIPSEC" migrate clean.cfg weak.cfg
	run -64 --separate-stderr "$WEIPSEC" migrate --out-dir x -o y clean.cfg
	run -64 --separate-stderr "$WEIPSEC" migrate --out-dir x --device d.json clean.cfg weak.cfg
	run -64 --separate-stderr "$WEIPSEC" migrate -o clean.cfg clean.cfg
	run -2 --separate-stderr "$WEIPSEC" migrate nowhere.cfg
}
