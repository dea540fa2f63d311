# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2030,SC2031 # inner shells expand; each test is a process of its own
# weipsec-apply and charon are killed at any instant, and what talks to us is no charon.

bats_require_minimum_version 1.5.0
load lab
load device
load killing

# shellcheck disable=SC2034 # killing.bash reads it
KILLING_STRIDE=10 CALL_STRIDE=20 # make check-more has all

setup_file() { device_setup_file; }
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() {
	[ -n "${LAB_WHY:-}" ] || lab_signal "$(lab_ns alice)" CONT
	lab_teardown
}

@test "killed: weipsec-apply at a packet, and the next run of the new file ends in the new one" {
	prepare
	kill_at_each new
	carries bob carol
}

@test "killed: weipsec-apply at a packet, and the next run of the old file ends in the old one" {
	prepare
	kill_at_each old
	carries bob carol
}

@test "killed: weipsec-apply at a system call, and the next run, too, and the one after it ends in the new or the old one" {
	only_plain
	prepare
	kill_at_each_call
	carries bob carol
}

@test "killed: weipsec-apply whose system calls fail ends in the new one, or the old one, or says what it could not" {
	only_plain
	prepare
	CALL_STRIDE=241 refuse_each_call
	carries bob carol
}

@test "killed: weipsec-apply while it only tries costs no SA, and nothing is there to be confirmed" {
	prepare
	before=$(ids alice)
	{ site 1 'sa-rekey-time 2h'; site 2 'sa-rekey-time 2h'; } | device >"$LAB_DIR/alice/other.cfg"
	run -99 through alice "$LAB_DIR/alice/other.cfg" load-conn client --confirm 60
	connections alice | grep -q weipsec-trial
	run -1 control alice confirm
	[ "$output" = "weipsec-apply: it was cut short: every tunnel is as it was before" ]
	connections alice | lab_not grep weipsec-trial
	run -99 through alice "$LAB_DIR/alice/other.cfg" load-conn client --confirm 60
	run -0 through alice "$LAB_DIR/alice/old.cfg" 0 client
	lab_not grep 'never confirmed' "$LAB_DIR/alice/findings"
	connections alice | lab_not grep weipsec-trial
	[ ! -e "$LAB_DIR/alice/state/deadline" ]
	same "$(ids alice)" "$before"
}

@test "killed: no peer comes up under the name of a trial" {
	{ site 1; site 2; } | device >"$LAB_DIR/alice/old.cfg"
	{ site 1 'sa-rekey-time 2h'; site 2; } | device >"$LAB_DIR/alice/new.cfg"
	run -0 through alice "$LAB_DIR/alice/old.cfg" 0 client
	peer_weos bob | apply bob
	peers_up bob
	run -99 through alice "$LAB_DIR/alice/new.cfg" load-conn client
	connections alice | grep -q weipsec-trial-ipsec1
	vici call "$LAB_DIR/alice/vici" unload-conn name=ipsec1
	lab_swanctl bob --terminate --ike ipsec1 >/dev/null
	lab_swanctl bob --initiate --child tunnel1 --timeout 10 >/dev/null 2>&1 || true
	lab_logged alice 'no IKE config found' # bob has tried
	lab_swanctl alice --list-sas | lab_not grep weipsec-trial
}

@test "killed: weipsec-apply that is told to end amid a change finishes it, and one that waits for a confirmation goes back" {
	prepare
	run -0 through alice "$LAB_DIR/alice/new.cfg" unload-shared end
	loaded alice >"$LAB_DIR/alice/record.shows"
	whole new
	run -0 through alice "$LAB_DIR/alice/old.cfg" load-shared end
	loaded alice >"$LAB_DIR/alice/record.shows"
	whole old
	run -1 through alice "$LAB_DIR/alice/new.cfg" unload-shared end --confirm 60
	says alice 'not confirmed: every tunnel is as it was before'
	loaded alice >"$LAB_DIR/alice/record.shows"
	whole old
}

@test "killed: whatever charon refuses, and whenever, everything is as before, or as the file says" {
	prepare
	refuse_each
	carries bob carol
}

@test "killed: certificates and keys that charon does not show are loaded again at first, and missed at the end" {
	prepare
	for number in 1 2 3 4; do
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" hide >/dev/null || status=$?
		loaded alice >"$LAB_DIR/alice/record.shows"
		case $number in
		3) says alice 'error: charon does not have what was loaded: private key' ;;
		4) says alice 'error: charon does not have what was loaded: certificate' ;;
		esac
		if [ "$number" -gt 2 ]; then
			[ "$status" -eq 1 ]
			says alice 'refused: every tunnel is as it was before'
			whole old
		else
			[ "$status" -eq 0 ]
			whole new
			through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null
		fi
	done
}

@test "killed: a connection that ends at a packet is told of, and the next run ends in the new one" {
	prepare
	close_at_each
	through alice "$LAB_DIR/alice/new.cfg" 0 client >/dev/null
	whole new
}

# Alice's daemon, and what it had, is gone; a new one has nothing.
restart_charon() {
	lab_start alice
	lab_wait_daemons
	rm -f "$LAB_DIR/alice/record"
}

charon_pid() {
	local pid

	for pid in $(ip netns pids "$(lab_ns alice)"); do
		[ "$(cat "/proc/$pid/comm")" != charon-systemd ] || echo "$pid"
	done
}

@test "killed: charon in the middle of an apply, and the next one, to a new charon, is whole" {
	prepare
	for number in 3 12 24; do
		run -2 through alice "$LAB_DIR/alice/new.cfg" "$number" "$(charon_pid)"
		says alice 'weipsec-apply: charon closed the connection'
		run -2 apply_file alice "$LAB_DIR/alice/new.cfg" --pki "$LAB_DIR/alice/new.pki"
		says alice 'is charon running?'
		restart_charon
		run -0 through alice "$LAB_DIR/alice/new.cfg" 0 client
		same "$(loaded alice)" "$(cat "$LAB_DIR/alice/new.loaded")"
		same "$(ls "$LAB_DIR/alice/state")" "$(printf 'current\ngen\nlock')"
		through alice "$LAB_DIR/alice/old.cfg" 0 client
	done
	lab_swanctl bob --terminate --ike ipsec1 --force >/dev/null
	lab_swanctl carol --terminate --ike ipsec1 --force >/dev/null
	carries bob carol
}

# Applies on alice with a charon that behaves as $1 says.
hostile() {
	vici play "$LAB_DIR/alice/hostile" "$1" bash -c 'exec "$0" apply --vici "$VICI" "$@"' \
		"$WEIPSEC_APPLY" --state-dir "$LAB_DIR/alice/state" "$LAB_DIR/alice/weos.cfg" 2>"$LAB_DIR/alice/findings"
}

@test "killed: a charon that sends garbage, hangs up or is silent, is told of and changes nothing" {
	site 1 | device | apply alice
	before=$(kept alice)
	site 2 | device >"$LAB_DIR/alice/weos.cfg"
	run -2 hostile garbage
	says alice 'weipsec-apply: charon sent what is not VICI'
	run -2 hostile close
	says alice 'weipsec-apply: charon closed the connection'
	run -2 hostile silence
	says alice 'weipsec-apply: charon does not answer'
	same "$(kept alice)" "$before"
}

@test "killed: of several applies at once each does it or says that another does, and there is no mix" {
	local jobs=() job status

	prepare
	for _ in {1..4}; do
		for file in old new; do
			apply_file alice "$LAB_DIR/alice/$file.cfg" --pki "$LAB_DIR/alice/$file.pki" >/dev/null &
			jobs+=($!)
		done
	done
	for job in "${jobs[@]}"; do
		status=0
		wait "$job" || status=$?
		[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	done
	file=old
	cmp -s "$LAB_DIR/alice/state/current/agent.xml" "$LAB_DIR/alice/old.xml" || file=new
	same "$(loaded alice | sed 's/^\([^ ]* [^ ]*\) [^ ]*/\1/')" \
		"$(sed 's/^\([^ ]* [^ ]*\) [^ ]*/\1/' "$LAB_DIR/alice/$file.loaded")"
	run -0 apply_file alice "$LAB_DIR/alice/$file.cfg" --pki "$LAB_DIR/alice/$file.pki"
	lab_not grep -v unchanged <<<"$output"
	exec 8>"$LAB_DIR/alice/state/lock"
	flock -n 8
	run -2 apply_file alice "$LAB_DIR/alice/old.cfg" --pki "$LAB_DIR/alice/old.pki"
	says alice 'another weipsec-apply is at work'
	exec 8>&-
}

@test "killed: a charon that is stopped is given up after one time, at whatever question" {
	local pid at

	site 1 | device | apply alice
	site 2 | device >"$LAB_DIR/alice/weos.cfg"
	pid=$(charon_pid)
	# list-sas alone may take longer, where certificates are checked
	for at in list-conns list-sas load-conn; do
		run -2 timeout 40 "$LAB_ROOT/tests/lab/vici.py" run "$LAB_DIR/alice/vici" "$LAB_DIR/alice/record" "$at" "stop-$pid" \
			bash -c 'exec "$0" apply --vici "$VICI" --state-dir "$1" "$2" 2>"$3"' "$WEIPSEC_APPLY" \
			"$LAB_DIR/alice/state" "$LAB_DIR/alice/weos.cfg" "$LAB_DIR/alice/findings"
		kill -CONT "$pid"
		says alice 'weipsec-apply: charon does not answer'
	done
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$(connections alice)" ipsec2
}
