#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec-apply', as far as it takes no charon; tests/lab has the rest.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # inner shells expand; each test is a subshell; Bats sets some

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	WEIPSEC_APPLY=${WEIPSEC_BUILD:-$root/build}/weipsec-apply
	sound > sound.cfg
	with_error > wrong.cfg
}

# weipsec-apply where no charon is, with a state directory of its own.
nowhere() {
	local command=$1

	shift
	"$WEIPSEC_APPLY" "$command" --vici "unix://$PWD/vici" --state-dir "$PWD/state" "$@"
}

@test "apply: options may stand before the command, and a word that is near one is no file" {
	run --separate-stderr -2 "$WEIPSEC_APPLY" --vici "unix://$PWD/vici" --state-dir "$PWD/state" sound.cfg
	[[ $stderr == *"is charon running?"* ]]
	rm -rf state
	run --separate-stderr -1 "$WEIPSEC_APPLY" --vici "unix://$PWD/vici" --state-dir "$PWD/state" rollback
	[[ $stderr == *"nothing"* ]]
	run --separate-stderr -64 "$WEIPSEC_APPLY" stauts
	[[ $stderr == *"unknown command 'stauts', did you mean 'status'?"* ]]
	cp sound.cfg stauts
	run --separate-stderr -2 "$WEIPSEC_APPLY" --vici "unix://$PWD/vici" --state-dir "$PWD/state" stauts
	[[ $stderr == *"is charon running?"* ]]
}

@test "apply: wrong usage is 64, says what is wrong, and touches nothing" {
	while IFS='|' read -r words says; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr -64 nowhere $words
		[ -z "$output" ]
		[[ ${stderr_lines[0]} == "weipsec-apply"*"$says"* ]] || { echo "$words: $stderr"; return 1; }
	done <<-'EOT'
		apply|no file to apply
		apply sound.cfg wrong.cfg|one file at a time: 'wrong.cfg' is too much
		apply --confirm 0 sound.cfg|--confirm takes 1 to 86400 seconds, not '0'
		apply --confirm 86401 sound.cfg|--confirm takes 1 to 86400 seconds, not '86401'
		apply --confirm soon sound.cfg|--confirm takes 1 to 86400 seconds, not 'soon'
		apply --vici tcp://127.0.0.1:4502 sound.cfg|of up to 107 bytes, not 'tcp://127.0.0.1:4502'
		apply --vici unix:// sound.cfg|--vici takes unix://PATH, a path of up to 107 bytes, not 'unix://'
		supervise --vici /run/charon.vici sound.cfg|--vici takes unix://PATH, a path of up to 107 bytes
		status --vici /run/charon.vici|--vici takes unix://PATH, a path of up to 107 bytes
		confirm --vici /run/charon.vici|--vici takes unix://PATH, a path of up to 107 bytes
		restart --vici /run/charon.vici|--vici takes unix://PATH, a path of up to 107 bytes
		monitor --vici /run/charon.vici|--vici takes unix://PATH, a path of up to 107 bytes
		supervise|no file to supervise
		supervise -|supervise cannot keep to standard input
		supervise --metrics - sound.cfg|--metrics takes a file; 'status --metrics' prints
		supervise --metrics= sound.cfg|--metrics takes a file
		supervise --metrics ./sound.cfg sound.cfg|'./sound.cfg' is another file already
		supervise sound.cfg wrong.cfg|one file at a time: 'wrong.cfg' is too much
		apply --nothing sound.cfg|--nothing
		apply sound.cfg --pki|--pki
		confirm sound.cfg|'sound.cfg' is too much
		rollback 3|'3' is too much
	EOT
	run --separate-stderr -64 nowhere apply --vici "unix:///$(printf %0107d 0)" sound.cfg
	[ ! -e state ]
}

@test "apply: FILE alone is a file to apply, and --help says so" {
	run --separate-stderr -1 "$WEIPSEC_APPLY" --vici "unix://$PWD/vici" --state-dir "$PWD/state" wrong.cfg
	[[ $stderr == *'wrong.cfg:10:'*'[WI304]'* ]]
	run -0 "$WEIPSEC_APPLY" --help
	[[ $output == *"The word 'apply' may be left out."* ]]
}

@test "apply: errors are findings: 1, before charon is asked and anything is written" {
	run --separate-stderr -1 nowhere apply wrong.cfg
	[ -z "$output" ]
	[[ $stderr == *'wrong.cfg:10:'*'error: '*'[WI304]'* ]]
	run --separate-stderr -1 nowhere apply - < wrong.cfg
	[[ $stderr == '-:10:'* ]]
	"$WEIPSEC" compile --to agent -o agent.xml sound.cfg
	line=$(grep -n '<peer>[^0-9]*[0-9.]*<' agent.xml | head -1 | cut -d: -f1)
	sed "$line"'s/<peer>[^<]*/<peer>nowhere/' agent.xml > wrong.xml
	run --separate-stderr -1 nowhere apply wrong.xml
	[ "$stderr" = "wrong.xml:$line: error: 'peer' has a value that is not valid" ]
	[ ! -e state ]
}

# DOCUMENT, whose peer is the local-address too, as wrong.xml; SAYS is what is said of it.
against_a_rule() {
	local own line

	"$WEIPSEC" compile --to agent -o agent.xml sound.cfg
	own=$(sed -n 's/.*<local-address>\([0-9.]*\)<.*/\1/p' agent.xml | head -1)
	line=$(grep -n '<peer>[0-9.]*</peer>' agent.xml | grep -v '<source>' | head -1 | cut -d: -f1)
	sed "${line}s/<peer>.*</<peer>$own</" agent.xml > wrong.xml
	says=":$line: error: the peer $own is the local-address too [WI608]"
}

@test "apply: a document against a rule is refused with its ID and the line, as a whole" {
	against_a_rule
	for command in apply 'apply --dry-run' supervise; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr -1 nowhere $command wrong.xml
		[ -z "$output" ]
		[ "${stderr_lines[0]}" = "wrong.xml$says" ] || [[ ${stderr_lines[0]} == *": wrong.xml$says" ]]
	done
	run --separate-stderr -1 nowhere apply - < wrong.xml
	[ "$stderr" = "-$says" ]
	[ ! -e state/current ]
}

@test "apply: where nothing is applied status says so, and is a document for programs" {
	mkdir -m 700 state
	run --separate-stderr -1 nowhere status
	[ -z "$output" ]
	[[ $stderr == *': nothing is applied' ]]
	run --separate-stderr -1 nowhere status 1 --metrics
	[ -z "$output" ]
	run --separate-stderr -1 nowhere status --json
	[ -n "$output" ]
	jq -e '.charon == null and .config.generation == 0 and .tunnels == []' <<< "$output"
	[[ $stderr == *': nothing is applied' ]]
	run --separate-stderr -1 nowhere status --metrics
	[[ $output == *weipsec_build_info*'weipsec_charon_up 0'*'weipsec_config_generation 0'* ]]
	[[ $output != *weipsec_tunnel* ]]
	[[ $stderr == *': nothing is applied' ]]
}

@test "apply: what is kept is read like any document" {
	against_a_rule
	mkdir -p state/gen/0001
	chmod 700 state
	ln -s gen/0001 state/current
	for file in agent wrong; do
		cp $file.xml state/gen/0001/agent.xml
		run --separate-stderr -2 nowhere status
		if [ $file = agent ]; then
			[[ $stderr == *"is charon running?"* ]]
		else
			[ "$stderr" = "weipsec-apply: $PWD/state: agent.xml$says" ]
		fi
	done
}

@test "apply: without charon it is 2, and says so; no secret is shown" {
	with_warning > warns.cfg
	for command in 'apply warns.cfg' 'apply --dry-run warns.cfg' 'apply -'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr -2 nowhere $command < warns.cfg
		[ -z "$output" ]
		[[ $stderr == *'warning: '*'[WI309]'* ]]
		[[ $stderr == *"unix://$PWD/vici: No such file or directory: is charon running?"* ]]
		refute_output 0sp0km74n
	done
	[ -z "$(ls state/gen)" ]
	[ ! -e state/journal ]
}

@test "apply: what cannot be read, or is no folder, is 2" {
	run --separate-stderr -2 nowhere apply none.cfg
	[ "$stderr" = 'weipsec-apply: none.cfg: No such file or directory' ]
	run --separate-stderr -2 nowhere apply .
	[ ! -e state ]
	echo > state
	run --separate-stderr -2 nowhere apply sound.cfg
	[[ $stderr == *"$PWD/state: Not a directory" ]]
	run --separate-stderr -2 nowhere apply --state-dir none/state sound.cfg
	[[ $stderr == *'none/state: No such file or directory' ]]
}

# Without the power of root over files.
powerless() {
	if [ "$(id -u)" -eq 0 ]; then setpriv --bounding-set=-all --inh-caps=-all "$@"; else "$@"; fi
}

@test "apply: where permission is missing it is 2, and tells who may" {
	mkdir -m 0 state
	export -f nowhere
	export WEIPSEC_APPLY
	for command in 'apply sound.cfg' status confirm rollback restart monitor; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr -2 powerless bash -c 'nowhere "$@"' bash $command
		[ "$stderr" = "weipsec-apply: $PWD/state: Permission denied: run it as root, or name a folder of yours with --state-dir" ]
	done
	rmdir state
	/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("vici")'
	chmod 0 vici
	run --separate-stderr -2 powerless bash -c 'nowhere apply sound.cfg'
	[ "$stderr" = "weipsec-apply: unix://$PWD/vici: Permission denied: run it as root, or as the owner of this socket" ]
}

@test "apply: a certificate that is not there is 2, and names the file" {
	sed 's/^ *secret .*/method cert\ncertificate alice\nca ca/' sound.cfg > cert.cfg
	run --separate-stderr -2 nowhere apply cert.cfg
	[[ $stderr == *'x509/alice.pem: No such file or directory' ]]
	run --separate-stderr -2 nowhere apply --pki "$PWD" cert.cfg
	[[ $stderr == *"$PWD/x509/alice.pem: No such file or directory" ]]
	[ ! -e state ]
}

@test "confirm, rollback: with nothing applied there is nothing to do: 1" {
	run -1 nowhere confirm
	[ "$output" = 'weipsec-apply: nothing waits to be confirmed' ]
	run -1 nowhere rollback
	[ "$output" = 'weipsec-apply: there is nothing to go back to' ]
}

@test "apply: a standard output that takes nothing is 2" {
	for command in apply confirm rollback; do
		run --separate-stderr -2 bash -c '"$0" "$1" --help > /dev/full' "$WEIPSEC_APPLY" "$command"
		[[ $stderr == *'No space left on device'* ]]
	done
}
