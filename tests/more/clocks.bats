# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # root, build and status are the helpers'
# A supervisor whose clocks jump: the wall clock by tests/faults/jumped.c, the others by a time namespace.

bats_require_minimum_version 1.5.0
load ../lab/lab
load ../lab/supervisor
load ../lab/certificates
load helper

setup_file() { lab_setup_file; }
teardown_file() { lab_down; }
setup() {
	lab_setup
	rm -rf "$LAB_DIR"/*/{state,said}
	WEIPSEC_APPLY=$build/weipsec-apply
	lab_weos alice "${A_HAS[@]}" >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob "${B_HAS[@]}" >"$LAB_DIR/bob/weos.cfg"
}
teardown() {
	end_supervisors
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then tail -n 60 "$LAB_DIR"/*/said; fi
	lab_teardown
}

# Writes alice's `clocked': weipsec-apply by a program $1... of whose environment or namespace its clocks are.
clock() {
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$*" "$WEIPSEC_APPLY" >"$LAB_DIR/alice/clocked"
	chmod +x "$LAB_DIR/alice/clocked"
}

# Alice is supervised by that.
supervise_in() {
	clock "$@"
	WEIPSEC_APPLY=$LAB_DIR/alice/clocked supervise alice
	supervise bob
	lab_works
	lab_until "$LAB_DEADLINE" is_up
}

is_up() {
	[ "$(told '.tunnels[0].state')" = 'Up(Installed)' ]
}

told() {
	control alice status --json | jq -r "$1"
}

jump() {
	echo "$1" >"$LAB_DIR/alice/jump"
}

# Applies a file with the rekeying time $1 that is to be confirmed within $2 seconds.
try() {
	lab_weos alice "${A_HAS[@]}" "sa-rekey-time $1" >"$LAB_DIR/alice/$1.cfg"
	control alice apply --confirm "$2" "$LAB_DIR/alice/$1.cfg" &
	trying=$!
	hears alice "waiting $2 s for 'weipsec-apply confirm'"
}

has_rekeying() {
	lab_swanctl alice --list-conns | grep -q "rekeying every $1s"
}

YEAR=31536000

@test "clocks: a wall clock that is set moves no deadline and costs no tunnel, and what is told is by the one that is set" {
	local rekeyed before

	jump 0
	supervise_in env "LD_PRELOAD=$build/tests/jumped.so" "JUMPED=$LAB_DIR/alice/jump"
	rekeyed=$(told '.tunnels[0].last_rekey')
	try 7200 3600
	lab_until "$LAB_DEADLINE" is_up
	before=$(lab_swanctl alice --list-sas | grep ESTABLISHED)
	[ -n "$before" ]
	for _ in 1 2; do
		jump $YEAR
		[ "$(told '.tunnels[0].last_rekey')" -gt $((rekeyed + YEAR / 2)) ]
		[ "$(told .config.last_apply)" -gt $((rekeyed + YEAR / 2)) ]
		lab_until 10 is_up
		jump -$YEAR
		[ "$(told '.tunnels[0].last_rekey')" -lt $((rekeyed - YEAR / 2)) ]
		[ "$(told .config.last_apply)" -lt $((rekeyed - YEAR / 2)) ]
		lab_until 10 is_up
	done
	control alice confirm
	wait "$trying"
	has_rekeying 7200
	[ "$(lab_swanctl alice --list-sas | grep ESTABLISHED)" = "$before" ]
	jump 0
	try 5400 2
	jump -$YEAR
	hears alice 'every tunnel is as it was before'
	wait "$trying" || true
	has_rekeying 7200
	jump $YEAR
	kill_charon alice
	hears alice 'waiting for it'
	start_charon alice
	jump -$YEAR
	lab_until 40 is_up
}

@test "clocks: one who has just booted keeps its tunnels like another" {
	local ago

	ago=$(($(cut -d. -f1 /proc/uptime) - 3))
	supervise_in unshare -T --monotonic "-$ago" --boottime "-$ago" --fork --kill-child=TERM
	try 7200 2
	hears alice 'every tunnel is as it was before'
	wait "$trying" || true
	has_rekeying 3600
	kill_charon alice
	hears alice 'waiting for it'
	start_charon alice
	lab_until 40 is_up
}

# What status says of certificates.
expiries() {
	control alice status | grep "^ *certificate 'own'" || echo nothing
}

knows_certificates() {
	[ "$(told '.certificates | length')" = 2 ]
}

@test "clocks: how long a certificate is valid yet is by the clock that is set" {
	local pki=$LAB_DIR/alice/pki

	mkdir -p "$LAB_DIR/pki" "$pki"/{x509,x509ca,private}
	make_ca root "$LAB_DIR/pki"
	cert own /CN=alice root DNS:alice
	cp "$LAB_DIR/pki/own.crt" "$pki/x509/own.pem"
	cp "$LAB_DIR/pki/own.key" "$pki/private/own.pem"
	cp "$LAB_DIR/pki/root.crt" "$pki/x509ca/root.pem"
	lab_weos alice "${A_HAS[@]}" 'no secret' 'method cert' 'certificate own' 'ca root' >"$LAB_DIR/alice/weos.cfg"
	jump 0
	clock env "LD_PRELOAD=$build/tests/jumped.so" "JUMPED=$LAB_DIR/alice/jump"
	WEIPSEC_APPLY=$LAB_DIR/alice/clocked supervise alice '' --pki "$pki"
	lab_until "$LAB_DEADLINE" knows_certificates
	for _ in 1 2; do
		jump -1800
		[[ $(expiries) == *"'own': 2 days left, until "* ]]
		jump 90000
		[[ $(expiries) == *"'own': 0 days left, until "* ]]
		jump $YEAR
		[[ $(expiries) == *"'own': expired on "* ]]
		[ "$(told '.certificates[] | select(.label == "own").days_left')" -lt -360 ]
		jump -$YEAR
		[ "$(expiries)" = nothing ]
		[ "$(told '.certificates[] | select(.label == "own").days_left')" -gt 360 ]
	done
}
