#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# demo.sh - `make demo`: Figure 1 of the guide, from WeOS text to packets in a tunnel
#
# Checks and compiles testdata/alice.cfg and bob.cfg. As root it then gives each gateway a network namespace and
# a charon of its own, applies the text with weipsec-apply, pings through the tunnel, believes only the packet
# counters of the SAs, and ends with weipsec-apply's status. Exits with 0 when all that was possible here worked.

set -euo pipefail

# shellcheck source=tests/lab/lab.bash disable=SC1091 # shellcheck follows it only with -x
. "$(dirname "${BASH_SOURCE[0]}")/lab.bash"
: "${WEIPSEC_APPLY:=$LAB_ROOT/build/weipsec-apply}"

PINGS=5

bold='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

main() {
	cd "$LAB_ROOT"
	figure
	check
	if lab_require; then
		trap lab_down EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM
		lab_up >/dev/null || die 'the two gateways cannot be set up'
		compile "$LAB_DIR/alice/swanctl.conf" "$LAB_DIR/bob/swanctl.conf"
		connect
		ping_through
		show_status
		lab_down
		conclude 'WeOS text in, a live tunnel out. Namespaces, daemons and files are gone again.'
	else
		work=$(mktemp -d)
		trap 'rm -rf "$work"' EXIT
		compile "$work/alice.conf" "$work/bob.conf"
		conclude "Both compile. The live half was left out: $LAB_WHY."
		[ "$(id -u)" -eq 0 ] || say 'For the tunnel itself: sudo make demo'
	fi
}

figure() {
	cat <<-END

	${bold}weipsec: Figure 1 of the guide, from WeOS text to packets in a tunnel${plain}

	   10.1.0.0/24                                                10.2.0.0/24
	        |                                                          |
	   [  alice  ] 192.168.0.1 ======= IPsec ======= 192.168.0.2 [  bob  ]
	    responder                                                 initiator
	END
}

check() {
	step 'Check the configuration of both'
	command_line weipsec check testdata/alice.cfg testdata/bob.cfg
	"$WEIPSEC" check testdata/alice.cfg testdata/bob.cfg 2>&1 | indent || die 'findings'
	good 'no errors'
	say
	say "What it says when Bob's ESP suite gets one word too many:"
	say
	command_line "sed 's/aes128gcm16 dh/aes128gcm16 auth sha256 dh/' testdata/bob.cfg | weipsec check -"
	sed 's/aes128gcm16 dh/aes128gcm16 auth sha256 dh/' testdata/bob.cfg | "$WEIPSEC" check - 2>&1 | indent ||
		[ $? -eq 1 ] || die 'check failed'
}

compile() {
	step 'Compile to what strongSwan reads'
	local name

	for name in alice bob; do
		command_line weipsec compile --to swanctl -o $name/swanctl.conf testdata/$name.cfg
		"$WEIPSEC" compile --to swanctl -o "$1" testdata/$name.cfg 2>&1 | indent || die 'does not compile'
		good "$(wc -l <testdata/$name.cfg) lines of WeOS, $(wc -l <"$1") lines of swanctl.conf"
		shift
	done
}

# Runs a command of weipsec-apply on a gateway.
on() {
	"$WEIPSEC_APPLY" "$2" --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" "${@:3}"
}

connect() {
	local name

	step 'Give each gateway a charon of its own, and apply the text there'
	say "network namespaces $(lab_ns alice) and $(lab_ns bob), joined by a veth pair"
	for name in alice bob; do
		command_line weipsec-apply testdata/$name.cfg
		on "$name" apply "testdata/$name.cfg" 2>&1 | indent || die "$name refuses"
	done
	good 'both have it, read back and compared'
	lab_installed tunnel1 alice bob || { lab_report; die 'the tunnel does not come up'; }
	good 'Bob initiated, and tunnel1 is up on both'
}

ping_through() {
	local before after i lost='' name=('bob   sent' 'alice received' 'alice sent' 'bob   received')

	step "Ping from network to network: $PINGS times 10.2.0.1 to 10.1.0.1"
	before=$(lab_counters bob tunnel1 tunnel1)
	lab_ping bob "$PINGS" | sed -n '/transmitted/s/, time.*//p' | indent || die 'no answer'
	lab_until "$LAB_DEADLINE" lab_counted bob tunnel1 tunnel1 "$before" "$PINGS" || lost=yes
	read -r -a before <<<"$before"
	read -r -a after < <(lab_counters bob tunnel1 tunnel1)
	say
	say 'encrypted packets, as the SAs count    before  after'
	for i in 0 1 2 3; do
		printf '   %-38s%5d  %5d\n' "${name[i]}" "${before[i]}" "${after[i]}"
	done
	[ -z "$lost" ] || die 'pings that the SAs did not count'
	say
	good 'every ping and every answer went through the tunnel'
}

show_status() {
	local name

	step 'What each gateway says of its tunnel, as show ipsec does'
	for name in alice bob; do
		command_line weipsec-apply status
		on "$name" status | indent || die "$name's tunnel is down"
	done
}

step() {
	printf '\n%s== %s%s\n' "$bold" "$*" "$plain"
}

say() {
	printf '%s\n' "${*:+   $*}"
}

good() {
	printf '   %sok%s  %s\n' "$green" "$plain" "$*"
}

command_line() {
	printf '   $ %s\n' "$*"
}

indent() {
	sed 's/^./   &/'
}

conclude() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

die() {
	printf '\n%sfailed: %s%s\n' "$red" "$*" "$plain" >&2
	exit 1
}

main
