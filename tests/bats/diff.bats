#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec diff': what differs, in what words, and what it ends with.  That charon does what it says is for
# tests/lab/diff.bats and tests/more/diff.bats.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # inner shells expand; each test is a process of its own; what is loaded sets and reads

bats_require_minimum_version 1.5.0
load helper
load symmetry
load ../lab/lab
load ../lab/device
load ../lab/changes

setup() {
	enter_folder
	sound > old.cfg
}

@test "diff: each change is one line, with what it does, and tunnels stand by their ID" {
	{ sound 3; sound 1; sound 7; } > old.cfg
	{ sound 10; sound 1; sound 3; } |
		sed '/ipsec 3$/,/end/s/peer .*/peer 192.0.2.99/; /ipsec 3$/,/end/s/local-address.*/&\n description Central office/' > new.cfg
	run -1 "$WEIPSEC" diff old.cfg new.cfg
	same "$output" "$(cat <<-'EOT'
		ipsec1: unchanged
		ipsec3: changed: it restarts, and both ends must change
		    description     none                ipsec3 -> Central office
		    peer            restart, both ends  192.0.2.4 -> 192.0.2.99
		ipsec7: removed: it ends
		ipsec10: added
	EOT
	)"
	run -1 "$WEIPSEC" diff --format json old.cfg new.cfg
	jq -e '. == {schema_version: 1, tunnels: [
		{id: 1, change: "unchanged", effect: "none", both_ends: false, settings: []},
		{id: 3, change: "changed", effect: "restart", both_ends: true, settings: [
			{setting: "description", old: "ipsec3", new: "Central office", effect: "none", both_ends: false},
			{setting: "peer", old: "192.0.2.4", new: "192.0.2.99", effect: "restart", both_ends: true}]},
		{id: 7, change: "removed", effect: "restart", both_ends: false, settings: []},
		{id: 10, change: "added", effect: "none", both_ends: false, settings: []}]}' <<< "$output"
}

@test "diff: what is said of a tunnel that is disabled, or was" {
	sed 's/peer/no enable\n&/' old.cfg > off.cfg
	run -1 "$WEIPSEC" diff old.cfg off.cfg
	[ "$output" = $'ipsec1: changed: it ends\n    enable          restart             yes -> no' ]
	run -1 "$WEIPSEC" diff off.cfg old.cfg
	[ "$output" = $'ipsec1: changed: it was disabled, and is not\n    enable          none                no -> yes' ]
	sed 's/peer.*/peer 192.0.2.9/' off.cfg > other.cfg
	run -1 "$WEIPSEC" diff off.cfg other.cfg
	[ "$output" = $'ipsec1: changed: it was disabled\n    peer            none                192.0.2.2 -> 192.0.2.9' ]
	sound 2 > two.cfg
	run -1 "$WEIPSEC" diff two.cfg off.cfg
	[ "$output" = $'ipsec1: added: it is disabled\nipsec2: removed: it ends' ]
	run -1 "$WEIPSEC" diff off.cfg two.cfg
	[ "$output" = $'ipsec1: removed: it was disabled\nipsec2: added' ]
}

@test "diff: a secret is **** on both sides, and so is what may be one" {
	sed 's/secret 0s.*/secret 0smMt1zB9sWm3sCtZ1C3y0VKz6dQ9H0vMQ2n7mpQe5WWk=/; s/peer/description psk of the depot is hunter2hunter2\n&/' \
		old.cfg > new.cfg
	for format in text json; do
		run -1 "$WEIPSEC" diff --format "$format" old.cfg new.cfg
		[[ $output == *'secret'*'****'*'****'* ]]
		[[ $output != *km74n* && $output != *Mt1zB* && $output != *hunter2* ]]
		for side in old new; do
			"$WEIPSEC" compile --to agent -o "$side.xml" "$side.cfg"
		done
		said=$output
		run -1 "$WEIPSEC" diff --format "$format" old.xml new.xml
		[ "$output" = "$said" ]
	done
}

@test "diff: a name that has the secret of either side in it is masked on both" {
	sed 's/secret .*/secret QuiteLongWord77/; s/local-id .*/local-id name other/' old.cfg > short.cfg
	sed 's/local-id .*/local-id name quitelongword77.example/; s/peer/description to QUITELONGWORD77\n&/' old.cfg > tells.cfg
	for pair in 'short.cfg tells.cfg' 'tells.cfg short.cfg'; do
		for format in text json; do
			# shellcheck disable=SC2086 # two names
			run -1 "$WEIPSEC" diff --format $format $pair
			[[ $output == *description*local-id*secret* ]]
			[[ ${output,,} != *quitelong* ]]
		done
	done
}

@test "diff: a name that has another tunnel's secret in it is masked, spelled in hexadecimal digits, too" {
	local name

	for name in quitelongword77 51556974654C6F6E67576F72643737; do
		{
			printf 'tunnel\nipsec 1\npeer 192.0.2.2\nlocal-address 192.0.2.1\ndescription a %s\n' "$name"
			printf 'initiator\nsecret 0sp0ks74n/MWpc1KeYiJnTdHOcVA8355/O\nend\nipsec 2\ninitiator\npeer 192.0.2.3\n'
			printf 'local-address 192.0.2.1\nsecret 0x51556974654c6f6e67576f72643737\nend\nend\n'
		} > other.cfg
		sed 's/description .*/description b/' other.cfg > plain.cfg
		run -1 "$WEIPSEC" diff other.cfg plain.cfg
		[[ $output == *"description "*"**** -> b"* ]]
	done
}

@test "diff: a default that is spelled out, another order, form or spelling is no difference" {
	cat > short.cfg <<-'EOT'
		tunnel
		ipsec 1
		peer 192.0.2.2
		local-address 198.51.100.1
		initiator
		secret 0sp0ks74n/MWpc1KeYiJnTdHOcVA8355/O
		end
		end
	EOT
	cat > long.cfg <<-'EOT'
		tunnel
		    ipsec 1
		        version 2
		        secret 0x00112233445566778899aabbccddeeff
		        no secret
		        secret 0xA7492CEF89FF316A5CD4A7988899D374739C540F37E79FCE
		        enable
		        description ipsec1
		        initiator
		        local-address 198.51.100.1
		        peer 192.0.2.2
		        local-id inet 198.51.100.1
		        remote-id 192.0.2.2
		        local-subnet 198.51.100.1/32
		        remote-subnet 192.0.2.2/32
		        method psk
		        no certificate
		        no ca
		        revocation relaxed
		        no ike
		        no esp
		        sa-rekey-time 60m
		        no reauth-time
		        dpd-action restart
		        dpd-delay 30
		        dpd-timeout 120
		    end
		end
	EOT
	# every setting is spelled out in it
	"$WEIPSEC" show long.cfg | sed -n 's/^    \([a-z-]*\) .*/\1/p' | while read -r setting; do
		grep -qE "^ *(no )?$setting( |$)" long.cfg
	done
	run -0 "$WEIPSEC" diff short.cfg long.cfg
	[ "$output" = 'ipsec1: unchanged' ]
	# nor is charon told anything else
	for side in short long; do
		"$WEIPSEC" compile --to swanctl "$side.cfg" 2> /dev/null | grep -v '^#' > "$side.conf"
	done
	diff short.conf long.conf
}

@test "diff: text and agent configuration are one, and either may be standard input" {
	"$WEIPSEC" compile --to agent -o xml old.cfg
	"$WEIPSEC" compile --to agent --json -o json old.cfg
	for pair in 'old.cfg xml' 'xml json' '- old.cfg' 'json -'; do
		# shellcheck disable=SC2086 # two names
		run -0 "$WEIPSEC" diff $pair < xml
		[ "$output" = 'ipsec1: unchanged' ]
	done
}

@test "diff: an identity in other letters is the same to the other end, and another word for charon" {
	sed 's/local-id .*/local-id name Alice1/' old.cfg > new.cfg
	run -1 "$WEIPSEC" diff old.cfg new.cfg
	[ "$output" = $'ipsec1: changed: it restarts\n    local-id        restart             name alice1 -> name Alice1' ]
}

@test "diff: WeOS 4 files are compared as any, also with what they were migrated to" {
	cp "$root/testdata/migrate/"{clean,weak}.cfg .
	run -0 "$WEIPSEC" diff clean.cfg clean.cfg
	[[ $output != *changed* || $output == *unchanged* ]]
	sed 's/dh 2048/dh 4096/' clean.cfg > other.cfg
	run -1 "$WEIPSEC" diff clean.cfg other.cfg
	[[ $output == 'ipsec1: changed: it restarts, and both ends must change'*'ike  '*'dh modp2048 -> '*'dh modp4096'* ]]
	"$WEIPSEC" migrate -o clean.weos clean.cfg 2> said
	run "$WEIPSEC" diff clean.cfg clean.weos
	[[ $output == 'ipsec1: unchanged'* && $status = 0 ]]
	"$WEIPSEC" migrate -o weak.weos weak.cfg 2> said
	run -1 "$WEIPSEC" diff weak.cfg weak.weos
	[[ $output == *'both ends must change'*'cipher 3des auth md5'*' -> cipher aes128 auth sha256'* ]]
}

@test "diff: whose a secret is changes with another tunnel, at the next authentication" {
	{ sound; sound 2; } > old.cfg
	sed 's/remote-id name bob2/remote-id name bob1/' old.cfg > new.cfg
	run -1 "$WEIPSEC" diff old.cfg new.cfg
	[ "${lines[0]}" = 'ipsec1: changed: it goes on, and the next authentication is by what is new' ]
	[ "${lines[1]}" = '    secret          next-auth           **** -> ****  (whose it is changes)' ]
	run -1 "$WEIPSEC" diff --format json old.cfg new.cfg
	jq -e '.tunnels[0] | .change == "changed" and .effect == "next-auth" and (.both_ends | not)
		and .settings == [{setting: "secret", old: "****", new: "****", effect: "next-auth", both_ends: false}]' \
		<<< "$output"
}

@test "diff: what has errors, or cannot be read, is 2, and both are told" {
	with_error > bad.cfg
	with_warning > warns.cfg
	run -1 --separate-stderr "$WEIPSEC" diff old.cfg warns.cfg
	[ "$stderr" = '' ]
	run -2 --separate-stderr "$WEIPSEC" diff old.cfg bad.cfg
	[ "$output" = '' ]
	[[ $stderr == *'bad.cfg:10:'*'[WI304]'* ]]
	run -2 --separate-stderr "$WEIPSEC" diff bad.cfg none.cfg
	[[ $stderr == *'[WI304]'*'none.cfg: No such file or directory' ]]
	sed 's/secret .*/secret ****/' old.cfg > masked.cfg
	run -2 --separate-stderr "$WEIPSEC" diff masked.cfg old.cfg
	[[ $output == '' && $stderr == *'[WI430]'* ]]
	for case in '' 'old.cfg' 'old.cfg old.cfg old.cfg' '- -' '--format xml old.cfg old.cfg'; do
		# shellcheck disable=SC2086 # words
		run -64 "$WEIPSEC" diff $case
	done
	run -2 bash -c '"$1" diff old.cfg warns.cfg > /dev/full' bash "$WEIPSEC"
	[[ $output == *'No space left on device' ]]
}

@test "diff: that weipsec-apply would refuse the new one is said" {
	echo 'root:x:0:0:root:/root:/bin/sh' > foreign.cfg
	sed '$d' old.cfg > cut.cfg
	for name in foreign cut; do
		run --separate-stderr "$WEIPSEC" diff old.cfg $name.cfg
		[ "$stderr" = "weipsec: $name.cfg: is no whole text: weipsec-apply would refuse it" ]
		run --separate-stderr "$WEIPSEC" diff $name.cfg old.cfg
		[ "$stderr" = '' ]
	done
	echo 'no tunnel' > none.cfg
	run -1 --separate-stderr "$WEIPSEC" diff old.cfg none.cfg
	[ "$stderr" = '' ]
}

@test "diff: of each accepted file with itself there is none, and each change is the same from either side" {
	symmetry_all 17
}

@test "diff: each setting has changes, of whose effect is said what the lab has seen" {
	LAB_DIR=$PWD
	mkdir alice
	changes_rows > rows
	same "$(cut -d'|' -f1 rows | sort -u)" "$("$WEIPSEC" show old.cfg | sed -n 's/^    \([a-z-]*\) .*/\1/p' | sort)"
	while IFS= read -r row; do
		echo "$row"
		changes_read "$row"
		changes_diff "$setting" "$effect" "$both"
	done < rows
}
