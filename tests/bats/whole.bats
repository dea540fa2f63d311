#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What compile, apply and supervise take is a whole text (tests/unit/test_whole.c cuts some at each byte), and the
# folder that is remembered in is one of ours.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; Bats sets some

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	WEIPSEC_APPLY=${WEIPSEC_BUILD:-$root/build}/weipsec-apply
}

# weipsec-apply where no charon is: whoever takes a text says so.
nowhere() {
	local command=$1

	shift
	"$WEIPSEC_APPLY" "$command" --vici "unix://$PWD/vici" --state-dir "$PWD/state" "$@"
}

# What standard input has is refused as file $1, before charon is asked; behind the name it says $2.
refuses() {
	cat > "$1"
	run --separate-stderr -1 nowhere apply "$1"
	[[ $stderr == *"$1:$2"* && -z $output ]] || { echo "apply $1: $stderr"; return 1; }
	run --separate-stderr -1 nowhere apply - < "$1"
	[[ $stderr == *"-:$2"* ]] || { echo "apply - < $1: $stderr"; return 1; }
	run --separate-stderr -1 nowhere supervise "$1"
	[[ $stderr == *"$1:$2"* ]] || { echo "supervise $1: $stderr"; return 1; }
	[ ! -e state/current ]
}

takes() {
	cat > "$1"
	run --separate-stderr -2 nowhere apply "$1"
	[[ $stderr == *'is charon running?'* ]] || { echo "$1: $stderr"; return 1; }
}

# A session of `sound', with prompts.
session() {
	printf '%s\n' 'gw:/#> configure' 'gw:/config/#> tunnel' 'gw:/config/tunnel/#> ipsec 1'
	sound | sed -n 's|^        |gw:/config/tunnel/ipsec-1/#> |p'
}

@test "whole: what says nothing of tunnels takes none away" {
	refuses passwd " error: no line says 'tunnel'" < /etc/passwd
	refuses makefile " error: no line says 'tunnel'" < "$root/Makefile"
	sound | sed '1d;$d' | refuses snippet.cfg " error: no line says 'tunnel'"
	{ session; echo 'gw:/config/tunnel/ipsec-1/#> leave'; } | sed '1,2d' | refuses late.cfg " error: no line says 'tunnel'"
	printf '\n# tunnel\n' | refuses comment.cfg " error: no line says 'tunnel'"
	printf ' \n\n' | refuses empty.cfg " error: it is empty; 'no tunnel' stands for no tunnel at all"
	printf 'tunnel\nend\n' | refuses none.cfg " error: there is no tunnel in 'tunnel'; 'no tunnel' stands"
	printf 'tunnel\n    gre 1\n        remote 192.0.2.1\n    end\nend\n' | refuses gre.cfg ' error: there is no tunnel in'
}

@test "whole: no tunnel at all is wanted by who says so" {
	echo 'no tunnel' | takes no.cfg
	printf 'tunnel\n    no ipsec 1\nend\n' | takes none.cfg
	echo 'no tunnel ipsec 1' | takes path.cfg
	printf 'gw:/#> configure\ngw:/config/#> no tunnel\ngw:/config/#> leave\n' | takes session.cfg
	printf '<ipsec xmlns="urn:weipsec:agent"><dialect>weos5</dialect></ipsec>' | takes none.xml
	printf '{"weipsec-agent:ipsec": {"dialect": "weos5"}}' | takes none.json
	for text in '<ipsec/>' '{}' '[]' '{"weipsec-agent:ipsec": {' '<ipsec xmlns="urn:weipsec:agent"><dialect>weos5</dialect>'; do
		printf %s "$text" | refuses broken ""
	done
}

@test "whole: a text that ends inside of tunnel or ipsec, or in a line there, is refused" {
	sound | sed '$d' | refuses tunnel.cfg '1: error: the text ends inside of this context'
	sound | sed '/^    end/,$d' | refuses ipsec.cfg '2: error: the text ends inside of this context'
	{ sound | sed '$d'; printf '    gre 1\n        remote 192.0.2.1\n'; } | refuses gre.cfg '14: error: the text ends inside'
	sound | head -c 150 | refuses line.cfg '7:9: error: the text ends in the middle of this line [WI124]'
	printf 'no tunnel' | refuses no.cfg '1:1: error: the text ends in the middle of this line [WI124]'
	{ sound; printf 'tunnel ipsec 2 enable'; } | refuses path.cfg '14:1: error: the text ends in the middle of this line [WI124]'
	session | refuses session.cfg '12: error: the text ends inside of this context'
	{ session; printf 'gw:/config/tunnel/ipsec-1/#>'; } | refuses bare.cfg '13: error: the text ends inside'
	{ session; printf 'gw:/config/tunnel/gre-1/#> remote 192.0.2.1\n'; } | refuses child.cfg '13: error'
	{ echo 'gw:/#> show running-config'; sound | sed '$d'; echo 'gw:/#> '; } | refuses pager.cfg '2: error'
}

@test "whole: what nothing can be missing of is taken" {
	sound | head -c -1 | takes end.cfg
	{ echo configure; sound | sed '/^    end/,$d'; printf leave; } | takes leave.cfg
	{ session; printf 'gw:/config/tunnel/ipsec-1/#> leave\ngw:/#>'; } | takes bare.cfg
	{ session; printf 'gw:/config/tunnel/ipsec-1/#> end\ngw:/config/tunnel/#> end\ngw:/config/#> hostn'; } | takes out.cfg
	{ sound; printf 'system\n    hostname gw'; } | takes foreign.cfg
	{ echo 'gw:/#> show running-config'; sound; echo 'gw:/#> '; } | takes shown.cfg
	{ sound | sed 's/^tunnel/no tunnel\n&/'; } | takes anew.cfg
}

@test "whole: what was aborted is not applied" {
	{ echo configure; sound; echo abort; } | refuses abort.cfg "15: error: 'abort' discards"
	{ sound; echo abort; } | refuses at.cfg "14: error: 'abort' discards"
	{ sound; printf 'leave\nconfigure\ntunnel\nipsec 1\nno enable\nabort\n'; } | refuses last.cfg "19: error: 'abort'"
	{ printf 'configure\ntunnel\nipsec 1\nno enable\nabort\n'; sound; } | takes first.cfg
}

@test "whole: compile refuses half a line, and lets pass what has no end" {
	sound | sed '/^    end/,$d' > open.cfg
	head -c -1 open.cfg > half.cfg
	for to in swanctl xfrm agent; do
		run --separate-stderr -0 "$WEIPSEC" compile --to $to -o out open.cfg
		[[ $stderr == *'warning: '*'[WI107]'* ]]
		rm out
		run --separate-stderr -1 "$WEIPSEC" compile --to $to -o out half.cfg
		[[ $stderr == *'half.cfg:11:9: error: the text ends in the middle of this line [WI124]'* ]]
		[ ! -e out ]
	done
	run -0 "$WEIPSEC" check half.cfg
	[[ $output == *'warning: the text ends in the middle of this line [WI124]'* ]]
	# a comment silences what is said, not what is refused
	sed '1i# weipsec: ignore-file WI124 -- it is so' half.cfg > silent.cfg
	run -0 "$WEIPSEC" check silent.cfg
	[[ $output != *WI124* ]]
	run -1 "$WEIPSEC" compile --to swanctl silent.cfg
}

# `sound', and a second tunnel that begins with the line $1, in the same `tunnel'.
second() {
	sound | sed '$d'
	printf '    %b\n' "$1"
	sound 2 | sed '1,2d'
}

@test "whole: what looks like 'ipsec', and is not, takes no tunnel away" {
	for line in '\u200bipsec 2' '\ufeffipsec 2' 'ips\u200bec 2' '\u0456psec 2' '\u0456p\u0455\u0435\u0441 2' \
		'ipsce-vpn 2' 'ipsec-vpn 2' '"ipsec" 2' 'ipsec\u00a02' 'ips\xffec 2'; do
		second "$line" | refuses second.cfg '13:5: error: no such word here: '
	done
	second 'ipsec 2' | takes second.cfg
	for line in 'gre 2' 'ssl 2' 'gr\u00f6 2' 'l2tp-server 2'; do
		second "$line" | takes second.cfg
	done
}

# `sound', and a second tunnel outside of its `tunnel' that begins with the lines $1.
outside() {
	sound
	printf '%b\n' "$1"
	sound 2 | sed '1,2d'
}

@test "whole: an 'ipsec' line outside of 'tunnel' that cannot be read is refused" {
	for line in 'ipsec2' 'ipsec\u00a02' '\u200bipsec 2' '\u0456p\u0455\u0435\u0441 2' 'IPSEC 2' 'IPSEC2' \
		'Tunnel ipsec 2' '\u200btunnel ipsec 2' 'tunnel\u00a0 ipsec 2'; do
		outside "$line" | refuses outside.cfg '14:1: error: no such word here: '
	done
	outside 'Tunnel\n  IPSEC 2' | refuses outside.cfg "15:3: error: no such word here: 'IPSEC' [WI102]"
	for line in 'ipsec two' 'ipsec -2'; do
		outside "$line" | refuses outside.cfg '14:7: error: '
	done
	outside 'ipsec' | refuses outside.cfg "14:1: error: 'ipsec' lacks its number [WI104]"
	# what is below these is read, and what ends them nobody knows
	for line in '\u200btunnel' 'tunnel\u00a0' 'Tunnel'; do
		outside "$line\n  ipsec 2" | refuses outside.cfg '14: error: this line may be one of ours'
		run -0 "$WEIPSEC" show outside.cfg
		[[ $output == *bob2* ]]
	done
	for line in 'no \u200bipsec 2' 'no tunnel\u00a0' 'no Tunnel' 'no ipsce 2'; do
		{ sound; printf '%b\n' "$line"; } | refuses outside.cfg '14:4: error: no such word here: '
	done
	for line in 'ipsce 2' 'psec 2' 'ipsecc 2' 'ipsee 2 # two'; do
		outside "$line" | refuses outside.cfg '14:1: error: no such word here: '
	done
	for line in 'ipset 2 on' 'ip sec 2' 'ipsce two' 'no iface 2' 'ipsecurity 2' '\u0440\u0443\u0441\u0441\u043a 2' '\u4e2d\u56fd\u4e2d\u56fd\u4e2d 2' 'gr\u00f6\u00dfe 2'; do
		{ sound; printf '%b\n' "$line"; } | takes foreign.cfg
	done
}

@test "whole: 'no tunnel' among the lines of others takes no tunnel away" {
	{ sound; printf 'iface Tunnel0\n  no tunnel\n'; } | refuses others.cfg '15: error: this line may be one of ours'
	run -0 "$WEIPSEC" check others.cfg
	[[ $output == *'15:3: warning: this stands below a line of another context'*'[WI122]'* ]]
	run -0 "$WEIPSEC" show others.cfg
	[[ $output == *bob* ]]
	{ sound; printf 'iface Tunnel0\n  mode gre\n  no tunnel ipsec 1\nend\n'; } | refuses others.cfg '16: error: this line may'
	{ sound; printf 'iface vlan1\n  mtu 1400\nend\nno tunnel\n'; } | takes no.cfg
	{ printf 'configure\n  no tunnel\n'; sound; } | takes anew.cfg
	{ printf 'hostname gw\nno tunnel\n'; sound; } | takes flush.cfg
}

# What there is of $1, and how.
looks() {
	(cd "$1" && find . -printf '%p %m %u %s %l\n' | sort)
}

@test "state-dir: a folder of something else is refused, and stays as it is" {
	sound > sound.cfg
	mkdir -m 755 others
	touch others/{control,deadline.new,current.new,lock}
	looks others > before
	for command in 'apply sound.cfg' 'supervise sound.cfg' confirm rollback restart; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr -2 nowhere $command --state-dir others
		[[ $stderr == *'others: has other things in it: name a folder that is empty, or not there yet'* ]]
		looks others | diff before -
	done
	mkdir -p others/gen # of a folder with other things neither proves that it is ours
	echo 1 > others/lock
	looks others > before
	run --separate-stderr -2 nowhere apply --state-dir others sound.cfg
	[[ $stderr == *'others: has other things in it'* ]]
	looks others | diff before -
}

# What stands in the folder $1, whose files have text, is refused by apply, and stays.
keeps() {
	find "$1" -type f ! -name lock -exec sh -c 'for file; do echo mine > "$file"; done' sh {} +
	chmod 755 "$1"
	looks "$1" > before
	run --separate-stderr -2 nowhere apply --state-dir "$1" sound.cfg
	[[ $stderr == *"$1: has other things in it"* ]] || { echo "$1: $stderr"; return 1; }
	looks "$1" | diff before -
}

@test "state-dir: neither 'gen' nor 'current' nor 'lock' makes others' files ours" {
	sound > sound.cfg
	# 'gen' alone, whatever is in it
	mkdir -p next/gen/next/a report/gen/2011 file/gen pki/gen/0001/pki/x509/a odd/gen/0001/pki/other zero/gen/0000 link/gen
	touch next/gen/next/f report/gen/2011/report.pdf file/gen/0001 pki/gen/0001/{agent.xml,plan.json}
	ln -s /etc link/gen/0001
	for folder in next report file pki odd zero link; do
		keeps $folder
	done
	# 'current' leads to others' files
	mkdir -p years/gen/{2011..2024}
	touch years/gen/{2011..2024}/report.pdf
	ln -s gen/2024 years/current
	keeps years
	touch years/{README,control}
	keeps years
	# the generations are ours, what stands beside them is not
	for name in README control; do
		mkdir -p ours-$name/gen/0001
		touch ours-$name/{lock,$name} ours-$name/gen/0001/agent.xml
		ln -s gen/0001 ours-$name/current
		keeps ours-$name
	done
	# an empty lock
	mkdir -p locked/gen
	touch locked/{lock,notes.txt}
	keeps locked
}

@test "state-dir: one of an earlier version is taken, and its old generations are removed" {
	sound > sound.cfg
	mkdir -p state/gen/{next,00{01..12}}/pki/{x509,x509ca,private}
	touch state/{lock,current.new,journal.next} state/gen/{next,00{01..12}}/{agent.xml,plan.json,loaded.json,pki/x509/gw.pem}
	ln -s gen/0012 state/current
	run --separate-stderr -2 nowhere apply sound.cfg
	[[ $stderr == *'is charon running?'* ]] || { echo "$stderr"; return 1; }
	[ "$(cd state && echo * gen/*)" = "current gen lock $(printf 'gen/%04d ' {5..12} | sed 's/ $//')" ]
}

@test "state-dir: one that is empty, or ours, or that was begun, is taken" {
	sound > sound.cfg
	mkdir -m 755 empty begun
	mkdir -m 700 begun/gen
	for folder in empty begun new; do
		for _ in 1 2; do
			run --separate-stderr -2 nowhere apply --state-dir $folder sound.cfg
			[[ $stderr == *'is charon running?'* ]]
			[ "$(looks $folder | cut -d' ' -f1,2 | tr '\n' ' ')" = '. 700 ./gen 700 ./lock 600 ' ]
			touch $folder/of-the-owner # ours it stays
			[ -e $folder/of-the-owner ] && rm $folder/of-the-owner
		done
	done
}

@test "state-dir: a link is followed if it is ours, and not if somebody else made it" {
	[ "$(id -u)" -eq 0 ] || skip "somebody else's link needs root"
	sound > sound.cfg
	mkdir -m 1777 sticky
	mkdir -m 755 folder
	ln -s ../folder sticky/own
	ln -s ../folder sticky/others
	ln -s others sticky/chain
	chown -h nobody sticky/others
	for name in others others/ others/. others//./ chain; do
		for command in 'apply sound.cfg' 'apply --dry-run sound.cfg' status confirm; do
			# shellcheck disable=SC2086 # several words
			run --separate-stderr -2 nowhere $command --state-dir "sticky/$name"
			[[ $stderr == *"sticky/$name: is a link of somebody else's"* ]] || { echo "$stderr"; return 1; }
			[ "$(looks folder)" = ". 755 $(id -un) $(stat -c %s folder) " ]
		done
	done
	run --separate-stderr -2 nowhere apply --state-dir sticky/own/ sound.cfg
	[[ $stderr == *'is charon running?'* ]]
	[ -e folder/lock ]
	ln -s loop sticky/loop
	run --separate-stderr -2 nowhere apply --state-dir sticky/loop sound.cfg
	[[ $stderr == *'sticky/loop: Too many levels of symbolic links' ]]
}
