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

@test "migrate: a script formats to itself" {
	migrated
	mkdir scripts
	find . -name '*.script' -size +0 -print0 |
		tar -cf - --null -T - --transform='s|.*/||;s|script$|weos|' | tar -xf - -C scripts
	[ "$(find scripts -type f | wc -l)" -gt 15 ]
	run -0 "$WEIPSEC" fmt --check scripts
	[ -z "$output" ]
	sed -i 's/^\(  *\)peer /\1 peer /' scripts/*.weos
	run -1 "$WEIPSEC" fmt --check scripts
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

# Every WeOS 4 file that the tests have, under a name of its own, beside those of testdata/migrate.
all_weos4() {
	local file

	grep -rlaE '^# .*Westermo WeOS v4' "$root/testdata" --include=*.cfg --include=*.weos | grep -v /migrate/ |
		LC_ALL=C sort | while read -r file; do
		cp "$file" "$(basename "$(dirname "$file")")-$(basename "${file%.*}").cfg"
	done
}

@test "migrate: every line of tunnel is named in the report, which has places in the script, and no secret" {
	all_weos4
	for name in *.cfg; do
		printf '%s\t' "$PWD" migrate --report "${name%.cfg}.json" -o "${name%.cfg}.script"
		echo "$name"
	done > lines
	each said < lines
	/usr/bin/python3 - ./*.cfg <<'END'
import json, os, re, sys
files = 0
for name in sys.argv[1:]:
    if not os.path.exists(name[:-4] + ".json"):
        continue  # what cannot be read has no report
    files += 1
    text = open(name, encoding="utf-8", errors="surrogateescape").read().split("\n")
    report = open(name[:-4] + ".json", encoding="utf-8").read()
    script = ""
    if os.path.exists(name[:-4] + ".script"):
        script = open(name[:-4] + ".script", encoding="utf-8").read()
    diagnostics = json.loads(report)["diagnostics"]
    said = {d["line"] for d in diagnostics}
    others = {d["line"] for d in diagnostics if d["message"].startswith("a tunnel of another kind")}
    inside, instance, other, comments = False, False, None, []
    for number, line in enumerate(text, 1):
        words, depth = line.split(), len(line) - len(line.lstrip())
        if words[:1] == ["tunnel"]:
            inside = True
            continue
        if not inside or not words:
            continue
        if "#" in [word[:1] for word in words]:
            comments.append(number)
        if words[0].startswith("#"):
            continue
        if number in others:
            other = depth
        elif words == ["end"]:
            # a context's own stands a level below its header, or right at it
            if other is not None and depth <= other + 8:
                other = None
            elif other is None:
                inside, instance = instance, False
        elif other is None:
            instance = instance or words[0] == "ipsec"
            assert number in said, (name, number, line)
        if words[0] in ("secret", "psk") and len(words) == 2:
            assert words[1] not in report, name
    assert not comments or comments[0] in said, (name, comments)
    for d in diagnostics:
        if "to" in d:
            line = script.split("\n")[d["to"]["line"] - 1]
            assert line[: d["to"]["column"] - 1].strip() == "", (name, d)
assert files > 22, files
END
}

# The script $1 as a session of somebody who pastes it line by line: behind each prompt what was typed, without a
# blank around it, and between them what a device says.
as_session() {
	/usr/bin/python3 - "$1" <<'END'
import sys
path = []
for line in open(sys.argv[1], encoding="utf-8"):
    typed = line.strip()
    print("lynx:/%s#> %s" % ("".join(part + "/" for part in path), typed))
    words = typed.split()
    if words == ["configure"]:
        path.append("config")
    elif words == ["tunnel"]:
        path.append("tunnel")
    elif words[:1] == ["ipsec"]:
        path.append("ipsec-" + words[1])
    elif words == ["end"]:
        path.pop()
    elif words == ["leave"]:
        path = []
        print("Applying configuration.")
assert not path
print("lynx:/#> ", end="")
END
}

@test "migrate: a script can be pasted line by line, and no line depends on a blank" {
	all_weos4
	for name in *.cfg; do
		printf '%s\tmigrate\t-o\t%s\t%s\n' "$PWD" "${name%.cfg}.one" "$name"
		printf '%s\tmigrate\t--both-ends\t-o\t%s\t%s\n' "$PWD" "${name%.cfg}.both" "$name"
	done > lines
	each said < lines
	for name in *.one *.both; do
		[ "$(tail -1 "$name")" = leave ]
		[[ $(tail -2 "$name" | head -1) == '# '*'copy run start' ]]
		run -1 grep -nE ' $|	' "$name"
		as_session "$name" > "$name.session"
		sed 's/^ *//' "$name" > "$name.bare"
		printf '%s\tshow\t--json\t%s\n' "$PWD" "$name" "$PWD" "$name.session" "$PWD" "$name.bare"
	done > shows
	each shown < shows
	scripts=$(($(wc -l < shows) / 3))
	[ "$scripts" -gt 40 ]
	for ((i = 1; i <= scripts; i++)); do
		for j in 2 1 0; do
			jq -cS 'walk(if type == "object" then del(.line, .column, .file) else . end)' "shown/$((3 * i - j)).out" > "said.$j"
		done
		cmp said.2 said.1 && cmp said.2 said.0 || {
			sed -n "$((3 * i))p" shows
			return 1
		}
		[ -s said.2 ]
	done
}

@test "migrate: the worked example of docs/migration.md has each line's fate" {
	run -1 --separate-stderr "$WEIPSEC" migrate -o station.script --report station.json station.cfg
	/usr/bin/python3 - > table <<'END'
import json, sys
text = open("station.cfg").read().split("\n")
script = open("station.script").read().split("\n")
fates = {}
for d in json.load(open("station.json"))["diagnostics"]:
    to = script[d["to"]["line"] - 1].strip() if "to" in d else ""
    fates.setdefault(d["line"], []).append((d["rule"], to))
for line in sorted(fates):
    rules, tos = [], []
    for rule, to in fates[line]:
        rules += [rule] if rule not in rules else []
        tos += [to] if to and to not in tos else []
    shown = [("secret ..." if word.startswith("secret ") else word) for word in (text[line - 1].strip(), *tos)]
    shown = [word if not word.startswith("#") else "a comment: " + word.split()[1].strip(":") for word in shown]
    became = ", ".join(to if to.startswith("a comment") else "`%s`" % to for to in shown[1:])
    print("| %d | `%s` | %s | %s |" % (line, shown[0], ", ".join(rules), became or "-"))
END
	[ "$(wc -l < table)" -gt 45 ]
	sed -n '/^| line | WeOS 4/,$ { /^| [0-9]/p }' "$root/docs/migration.md" | diff - table
}

@test "migrate: a secret is carried over byte for byte" {
	"$WEIPSEC" migrate clean.cfg -o script 2> said
	secret=$(sed -n 's/^ *secret //p' clean.cfg)
	grep -qFx "secret $secret" <(sed 's/^ *//' script)
	run -1 grep -qF "$secret" said
	[ "$(stat -c %a script)" = 600 ]
}

@test "migrate: what is in the quotes of a secret is carried over, were it quotes, and that they are none of it is said" {
	local written typed

	# what WeOS 4 has, and what the script has to have for it
	while read -r typed written; do
		awk -v typed="$typed" '$1 == "secret" { $0 = "secret " typed } 1' clean.cfg > quoted.cfg
		run -0 --separate-stderr "$WEIPSEC" migrate -o quoted.script quoted.cfg
		grep -qFx "secret $written" <(sed 's/^ *//' quoted.script)
		run -0 "$WEIPSEC" diff quoted.cfg quoted.script
		[ "$output" = 'ipsec1: unchanged' ]
		if [[ $typed = [\'\"]*[\'\"] ]]; then
			[[ $stderr == *'the quotes around the secret are taken to be none of it (not confirmed)'*WI903* ]]
		else
			[[ $stderr != *WI903* ]]
		fi
	done <<- 'EOT'
		'Kd8sLq0pZx7v' Kd8sLq0pZx7v
		"Kd8sLq0'pZx7v" Kd8sLq0'pZx7v
		'"Kd8sLq0pZx7v"' '"Kd8sLq0pZx7v"'
		"'Kd8sLq0pZx7v'" "'Kd8sLq0pZx7v'"
		""Kd8sLq0pZx7v"" ""Kd8sLq0pZx7v""
		"Kd8"sLq0pZx7v "Kd8"sLq0pZx7v
		"Kd8sLq0pZx7v "Kd8sLq0pZx7v
		Kd8s"Lq0pZx7v" Kd8s"Lq0pZx7v"
	EOT
}

@test "migrate: --both-ends moves to version 2, which the other end is told" {
	run -0 --separate-stderr "$WEIPSEC" migrate --both-ends aggressive-any.cfg
	[[ $output == *"version 2"*"version 2"* && $output != *"version 1"* ]]
	[ "$(grep -c 'the other end must be a WeOS 5 device' <<< "$stderr")" = 2 ]
	echo "$output" > script
	run -0 --separate-stderr "$WEIPSEC" check script
}

@test "migrate: --both-ends cures what is wrong in version 1 alone" {
	sed -i '/^        ipsec 2$/a\                outbound vlan2' same-address.cfg
	run -1 --separate-stderr "$WEIPSEC" migrate same-address.cfg
	[[ $stderr == *'in version 1 the addresses alone choose the secret [WI504]'*"help: move both ends to version 2 with '--both-ends', or write 'peer ADDRESS'"* ]]
	[[ $output == *'no enable'* ]]
	run -0 --separate-stderr "$WEIPSEC" migrate --both-ends same-address.cfg
	[[ $stderr != *WI504* && $stderr != *WI905* && $output != *'no enable'* ]]
	echo "$output" > script
	run -0 "$WEIPSEC" check script
}

@test "migrate: a tunnel whose error is only counted is not taken for whole, and one without is" {
	{
		sed '/^tunnel/,$d' clean.cfg
		printf 'tunnel\n  ipsec 1\n'
		yes '    frobnicate' | head -1001
		sed -n '/^        ipsec 1/,/^ *end$/p' clean.cfg | sed 's/ipsec 1/ipsec 2/; s/initiator/initiater/'
		sed -n '/^        ipsec 1/,$p' clean.cfg | sed 's/ipsec 1/ipsec 3/'
	} > worst.cfg
	sed -i '/ipsec 3/,$ { s/ 10\.2\./ 10.3./; s/peer .*/peer 198.51.100.99/; s/site1/site3/ }' worst.cfg
	run -1 --separate-stderr "$WEIPSEC" migrate -o worst.script worst.cfg
	[ "$(sed -n 's/^ *ipsec \([0-9]*\)$/\1/p; s/^ *no enable$/no/p' worst.script | paste -sd ' ')" = "1 no 2 no 3" ]
}

@test "migrate: who has no secret has no other one" {
	sed -i '/^        ipsec 2$/,/^                end/ { s/^ *secret .*/                no secret\n                no enable/ }' aggressive-any.cfg
	[ "$(grep -c 'no secret' aggressive-any.cfg)" = 1 ]
	run -0 --separate-stderr "$WEIPSEC" migrate aggressive-any.cfg
	[[ $stderr == *'the other end must not be in aggressive mode'* && $stderr != *WI905* ]]
}

@test "migrate: drawn texts keep what is promised" {
	mkdir drawn
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$root/tests/bats/moved.py" "${WEIPSEC_BUILD:-$root/build}/tests/each" "$root" drawn gate 15
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

@test "migrate: a firewall that lets nothing in is told of, and where it is not known what to see to" {
	echo '{"ip": {"firewall": {"enable": true, "input": {"policy": "drop"}}}}' > d.json
	run -0 "$WEIPSEC" migrate -o script --device d.json --report r.json clean.cfg
	[[ $output == *'the device'"'"'s firewall drops what no rule lets in'*WI611* ]]
	[ "$(jq -r '.diagnostics[] | select(.rule == "WI611") | .help' r.json)" = 'let in UDP port 500, UDP port 4500 and ESP from the peers, if no rule does' ]
	run -0 "$WEIPSEC" migrate -o script clean.cfg
	[[ $output != *WI611* && $output == *'lets in UDP ports 500 and 4500 and ESP, and lets through what comes out of the tunnels'* ]]
}

# Two tunnels of the interface whose address is known; in version 1 another secret, and another ike, make them one.
two_outbounds() {
	local id

	printf 'iface vlan2 inet static\naddress 192.0.2.1/24\nend\ntunnel\n'
	for id in 1 2; do
		printf 'ipsec %s\nno aggressive\noutbound vlan2\npeer 198.51.100.2\nlocal-id name a%s\nremote-id name b%s\n' $id $id $id
		printf 'local-subnet 10.%s.0.0/24\nremote-subnet 10.%s.1.0/24\nsecret %s\n' $id $id "$("$WEIPSEC" secret)"
		printf 'ike crypto aes256 auth sha%s dh 2048\nesp cipher aes256 auth sha256 dh 2048\nend\n' $((256 * id))
	done
	echo end
}

# A finding on the files $@, of the dialect $1, tells to write version 2.
says_version_2() {
	"$WEIPSEC" check --dialect "$1" --profile rfc --fail-on never --format json "${@:2}" > found.json
	jq -e '[.diagnostics[] | .message, .help | strings | select(test("version 2\u0027"))] | length > 0' found.json
}

@test "migrate: check tells nobody to write version 2 in a WeOS 4 text" {
	local files

	two_outbounds > two.cfg
	mapfile -t files < <(find "$root"/testdata/{accept,reject,fuzz,migrate} -name '*.cfg')
	says_version_2 weos5 "${files[@]}"
	run -1 says_version_2 weos4 "${files[@]}" two.cfg
	jq -e '(.diagnostics | length > 1000) and any(.diagnostics[]; .rule == "WI504")' found.json
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
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir once a/other.cfg a/other.cfg
	[[ $stderr == *"a/other.cfg: is named twice: name it once"* ]]
	[ -z "$(ls once)" ]
	cp clean.cfg c/station.weos
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir c c
	[[ $stderr == *"c/station.weos: would be overwritten"* ]]
	cmp clean.cfg c/station.weos
	[ "$(echo c/*)" = c/station.weos ]
	# nor over the device's backup
	printf '{"ietf-interfaces:interfaces": {"interface": []}}\n' > c/clean.json
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir c --device ./c/clean.json clean.cfg
	[[ $stderr == *"./c/clean.json: would be overwritten"* ]]
	jq -e '.["ietf-interfaces:interfaces"]' c/clean.json
	[ "$(echo c/*)" = 'c/clean.json c/station.weos' ]
}

@test "migrate: --out-dir tells who waits at a terminal how far it is, and nobody else" {
	printf '# \\\\/ Westermo WeOS v5.24.0, CLI Format v1.40\ntunnel\n' > five.cfg
	mkfifo two.cfg
	# the second file comes after the second from which on there is a line
	{ sleep 1.2; cat weak.cfg; } > two.cfg &
	run -1 script -qec "$WEIPSEC migrate --out-dir out clean.cfg two.cfg five.cfg" /dev/null
	[[ $output == $'\e[Kweipsec: 2 of 3 files\rweipsec: five.cfg: '*$'\e[Ktunnels '* ]]
	{ sleep 1.2; cat weak.cfg; } > two.cfg &
	run -1 "$WEIPSEC" migrate --out-dir out clean.cfg two.cfg five.cfg
	[[ $output == 'weipsec: five.cfg: '* && $output != *$'\e'* ]]
}

@test "migrate: a beginning of each spelling is read, and no tunnel is lost behind one" {
	local word
	printf '%s\n' 'nat-trav' 'no nat-tr' 'ipsec-n' 'mtu-over 1400' 'ipsec-mtu 1400' 'mtu 1400' > words
	while IFS= read -r word; do
		printf '# \\\\/ Westermo WeOS v4.28.0\ntunnel\n    %s\n    ips 1\n        peer 198.51.100.1\n        interf vlan1\n        perf\n        ikel 3600\n        secret Kd8sLq0pZx7vLmQwErTy\n        end\n    end\n' "$word" > a.cfg
		run -0 "$WEIPSEC" check a.cfg
		run -1 "$WEIPSEC" migrate -o a.weos a.cfg
		[[ $output == *'a.cfg:3:'*WI904* && $output != *'of another kind'* ]]
		grep -q '^ *ipsec 1$' a.weos
	done < words
	[ "$(wc -l < words)" = 6 ]
}

# One end of a tunnel of WeOS 4: its number, that of the other, and lines of its own.
end_of() {
	printf '# \\\\/ Westermo WeOS v4.28.0\niface vlan1 inet static\n    address 198.51.100.%d/24\n    end\ntunnel\n    ipsec %d\n' "$1" "$1"
	printf '        %s\n' "peer 198.51.100.$2" "outbound vlan1" "local-id name s$1.example.net" "remote-id name s$2.example.net" \
		'ike crypto aes128 auth sha1 dh 2048' 'esp crypto aes128 auth sha1' 'secret Kd8sLq0pZx7vLmQwErTy' "${@:3}" end
	printf '    end\n'
}

@test "migrate: of the files of one --out-dir each end knows whether the other has the same subnets" {
	local name=$'b\nno tunnel.cfg'
	rm -- *.cfg
	end_of 1 2 'local-subnet 10.1.0.0/24' 'remote-subnet 10.2.0.0/24' initiator > a.cfg
	end_of 2 1 'local-subnet 10.2.0.0/24' 'remote-subnet 10.1.0.0/16' > b.cfg
	run -0 "$WEIPSEC" migrate --out-dir out a.cfg b.cfg
	jq -r '.diagnostics[] | select(.rule == "WI906") | "\(.line): \(.message)"' out/a.json > said
	diff - said <<-'EOT'
		14: the other end, 'ipsec 2' of b.cfg, has 'local-subnet 10.2.0.0/24' and 'remote-subnet 10.1.0.0/16': these are not the same subnets, turned round
	EOT
	jq -r '.diagnostics[] | select(.rule == "WI906") | "\(.line): \(.message)"' out/b.json > said
	grep -q "^14: the other end, 'ipsec 1' of a.cfg, has 'local-subnet 10.1.0.0/24' and 'remote-subnet 10.2.0.0/24'" said
	grep -q "^ *# WI906: the other end, 'ipsec 1' of a.cfg" out/b.weos
	# alone, in another folder, or with the same ones nothing is known against them
	run -0 "$WEIPSEC" migrate --out-dir alone a.cfg
	run -4 jq -e '.diagnostics[] | select(.rule == "WI906")' alone/a.json
	end_of 2 1 'local-subnet 10.2.0.0/24' 'remote-subnet 10.1.0.0/24' > b.cfg
	run -0 "$WEIPSEC" migrate --out-dir same a.cfg b.cfg
	run -4 jq -e '.diagnostics[] | select(.rule == "WI906")' same/a.json same/b.json
	# one that is not set is the outer address
	end_of 2 1 'local-subnet 10.2.0.0/24' > b.cfg
	run -0 "$WEIPSEC" migrate --out-dir unset a.cfg b.cfg
	jq -e '.diagnostics[] | select(.rule == "WI906" and (.message | contains("remote-subnet 198.51.100.1/32")))' unset/a.json
	jq -e '.diagnostics[] | select(.rule == "WI906" and (.message | contains("remote-subnet 10.2.0.0/24")))' unset/b.json
	# a name of a file is no line of a script
	mv b.cfg "$name"
	run -0 "$WEIPSEC" migrate --out-dir named a.cfg "$name"
	run -1 grep -x ' *no tunnel.*' named/a.weos
	grep -q 'WI906: the other end' named/a.weos
}

@test "migrate: a text that was cut off anywhere in 'tunnel' makes no script" {
	local size length

	printf '# \\\\/ Westermo WeOS v4.28.0\ntunnel\n    ipsec 1\n        peer 198.51.100.1\n        secret Kd8sLq0pZx7vLmQwErTy\n        end\n    end\n' > whole.cfg
	size=$(wc -c < whole.cfg)
	for ((length = 46; length < size - 1; length += 7)); do
		head -c $length whole.cfg > cut.cfg
		run -1 "$WEIPSEC" migrate -o cut.weos cut.cfg
		[[ $output == *"the text ends inside of 'tunnel'"*WI905* ]]
		[ ! -s cut.weos ]
	done
	run "$WEIPSEC" migrate -o whole.weos whole.cfg
	[ -s whole.weos ]
}

@test "migrate: a text without a tunnel makes no script, and it says so" {
	printf '# \\\\/ Westermo WeOS v4.33.1\nsystem\n    hostname redfox\n    end\n' > none.cfg
	: > empty.cfg
	for name in none empty; do
		run -0 --separate-stderr "$WEIPSEC" migrate $name.cfg
		[ -z "$output" ]
		[[ $stderr == *"there is no 'tunnel' with an 'ipsec' instance"*WI122* ]]
	done
}

@test "migrate: --out-dir follows no link, and waits for no FIFO" {
	mkdir out
	echo precious > precious
	ln -s ../precious out/clean.weos
	mkfifo out/weak.json
	run -2 --separate-stderr timeout 60 "$WEIPSEC" migrate --out-dir out clean.cfg weak.cfg
	[[ $stderr == *'out/clean.weos: is there and is no file of its own: remove it'*'out/weak.json: is there'* ]]
	[ "$(cat precious)" = precious ]
	[ -L out/clean.weos ] && [ ! -e out/weak.weos ]
}

@test "migrate: --out-dir writes the same the second time, and leaves no script of an earlier run unsaid" {
	run -1 --separate-stderr "$WEIPSEC" migrate --out-dir out clean.cfg peer.cfg weak.cfg
	cp -r out before
	first=$stderr
	run -1 --separate-stderr "$WEIPSEC" migrate --out-dir out clean.cfg peer.cfg weak.cfg
	diff -r before out
	[ "$first" = "$stderr" ]
	printf '# \\\\/ Westermo WeOS v5.24.0, CLI Format v1.40\ntunnel\n' > weak.cfg
	head -c 700 clean.cfg > half.cfg
	mv half.cfg clean.cfg
	run -2 --separate-stderr "$WEIPSEC" migrate --strict --out-dir out clean.cfg peer.cfg weak.cfg
	for name in clean peer weak; do
		[[ $stderr == *"out/$name.weos: is of an earlier run, and no script is made of $name.cfg now: remove it"* ]]
	done
	rm out/*.weos
	run -1 --separate-stderr "$WEIPSEC" migrate --strict --out-dir out clean.cfg peer.cfg weak.cfg
	[ "$(ls out)" = $'clean.json\npeer.json\nweak.json' ]
}

@test "migrate: what cannot be written is in no table, and an empty folder is said to be one" {
	mkdir empty
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir out empty
	[[ $stderr == *'empty: no *.cfg or *.weos in this folder'* ]]
	run -2 --separate-stderr "$WEIPSEC" migrate --out-dir peer.cfg clean.cfg
	[[ $stderr == *'peer.cfg/clean.weos: Not a directory'* && $stderr != *'  clean.cfg'* ]]
	[ "$(tail -1 <<< "$stderr")" = '      0       0       0       0            0  total' ]
	"$WEIPSEC" migrate --out-dir out peer.cfg 2>&1 | head -1 > first
	[ "${PIPESTATUS[0]}" = 1 ]
	"$WEIPSEC" migrate clean.cfg 2> said | head -1 > first
	[ "${PIPESTATUS[0]}" = 0 ]
	grep -q '^# made by' first
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

@test "migrate: neither of script and report is written over the other, or over what is read" {
	cp "$root/testdata/migrate/station.cfg" station.cfg
	printf '{"ietf-interfaces:interfaces": {"interface": []}}\n' > device.json
	cp device.json device.kept
	echo before > one
	for words in "-o one --report ./one station.cfg" "-o new --report new station.cfg" "-o - --report - station.cfg"; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr "$WEIPSEC" migrate $words
		[[ $stderr == "weipsec: -o and --report are the same file"* ]]
	done
	[ "$(cat one)" = before ]
	[ ! -e new ]
	for words in "-o ./device.json" "--report device.json"; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr "$WEIPSEC" migrate --device device.json $words station.cfg
		[[ $stderr == "weipsec: device.json: would be overwritten"* ]]
	done
	cmp device.json device.kept
	cmp station.cfg "$root/testdata/migrate/station.cfg"
}
