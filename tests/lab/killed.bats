# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2030,SC2031 # inner shells expand; each test is a process of its own
# weipsec-apply and charon are killed at every instant, and what talks to us is no charon.

bats_require_minimum_version 1.5.0
load lab
load device

setup_file() { device_setup_file; }
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() {
	[ -n "${LAB_WHY:-}" ] || lab_signal "$(lab_ns alice)" CONT
	lab_teardown
}

# own FILE LABEL: a self-signed CA, which is the certificate of that label, too, in file $1's PKI.
own() {
	local pki=$LAB_DIR/alice/$1.pki

	mkdir -p "$pki"/{x509,x509ca,private}
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$pki/private/$2.pem" \
		-out "$pki/x509/$2.pem" -subj "/CN=$2" -days 2 2>/dev/null
	cp "$pki/x509/$2.pem" "$pki/x509ca/$2.pem"
}

# Settings of a tunnel with the certificate of label $1.
cert() {
	printf '%s\n' 'no secret' 'method cert' "certificate $1" "ca $1"
}

# One that is to stay, one that is changed (its suites, which charon does not show, and its secret), one only with
# regard to its secret's owner, one removed, and one added. One whose certificate is another, one that gets one, and
# one removed with its key.
write_files() {
	local same more gone

	own old same && own new same && own new more && own old gone
	mapfile -t same < <(cert same)
	mapfile -t more < <(cert more)
	mapfile -t gone < <(cert gone)
	{
		site 1
		site 2
		site 3
		site 4 'local-id name four'
		site 7 'local-id name seven' "${same[@]}"
		site 8 'local-id name eight'
		site 9 'local-id name nine' "${gone[@]}"
	} | device >"$LAB_DIR/alice/old.cfg"
	{
		site 1
		site 3 "secret $DEVICE_SECRET" 'ike cipher aes256 auth sha256 dh ecp256'
		site 4 'local-id name four'
		site 6 'local-id name six' 'remote-id name site4'
		site 7 'local-id name seven' "${same[@]}"
		site 8 'local-id name eight' "${more[@]}"
	} | device >"$LAB_DIR/alice/new.cfg"
}

# What charon was given, what it has, and what is remembered is that of file $1, after `through' with packet 0.
whole() {
	local file=$1 sas

	sas=$(lab_swanctl alice --list-sas | sed -nE 's/^(ipsec[0-9]+: #[0-9]+), ESTABLISHED.*/\1/p')
	grep -qxF "$stays" <<<"$sas" || lab_fail "$stays is gone: $sas" || return
	[ "$file" = old ] || same "$sas" "$stays" || return
	diff "$LAB_DIR/alice/record.shows" "$LAB_DIR/alice/$file.loaded" || return
	if [[ " $(kept alice)" == *" journal "* || " $(kept alice)" == *" gen/next "* ]]; then
		lab_fail "left behind: $(kept alice)" || return
	fi
	cmp "$LAB_DIR/alice/state/current/agent.xml" "$LAB_DIR/alice/$file.xml"
}

prepare() {
	local file

	write_files
	peer_weos bob | apply bob >/dev/null
	peer_weos carol | apply carol >/dev/null
	for file in new old; do
		through alice "$LAB_DIR/alice/$file.cfg" 0 client >/dev/null
		loaded alice >"$LAB_DIR/alice/$file.loaded"
		cp "$LAB_DIR/alice/state/current/agent.xml" "$LAB_DIR/alice/$file.xml"
	done
	lab_not cmp "$LAB_DIR/alice/new.loaded" "$LAB_DIR/alice/old.loaded"
	peers_up bob carol
	stays="ipsec1: #$(ids alice ipsec1)"
	stays=${stays% }
}

# Kills an apply of the new file over the old one at each of its packets, and requires that an apply of file $1
# then leads there, whole.
kill_at_each() {
	local number=0 status=99

	while [ "$status" -eq 99 ]; do
		number=$((number + 1))
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" client >/dev/null || status=$?
		through alice "$LAB_DIR/alice/$1.cfg" 0 client >/dev/null || { cat "$LAB_DIR/alice/findings"; return 1; }
		whole "$1" || { echo "killed at packet $number"; return 1; }
		[ "$1" = old ] || through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null || return
		[ $((number % 8)) -ne 0 ] || peers_up carol || return # whose SA must go
	done
	[ "$status" -eq 0 ] && [ "$number" -gt 20 ]
}

@test "killed: weipsec-apply at every packet, and the next run of the new file ends in the new one" {
	prepare
	kill_at_each new
	carries bob carol
}

@test "killed: weipsec-apply at every packet, and the next run of the old file ends in the old one" {
	prepare
	kill_at_each old
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
	local number refused=0 status

	prepare
	for number in {8..70}; do
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" refuse >/dev/null || status=$?
		if [ "$status" -eq 1 ]; then
			says alice 'refused: every tunnel is as it was before'
			grep -q -e 'charon: because' -e 'charon does not have what was loaded: ' "$LAB_DIR/alice/findings"
			refused=$((refused + 1))
			loaded alice >"$LAB_DIR/alice/record.shows"
			whole old || { echo "refused packet $number"; return 1; }
		else
			[ "$status" -eq 0 ] || { cat "$LAB_DIR/alice/findings"; echo "refused packet $number"; return 1; }
			loaded alice >"$LAB_DIR/alice/record.shows"
			whole new || { echo "refused packet $number"; return 1; }
			through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null
		fi
	done
	[ "$refused" -gt 10 ]
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

@test "killed: a connection that ends at every packet is told of, and the next run ends in the new one" {
	local number=0 status=2

	prepare
	while [ "$status" -eq 2 ]; do
		number=$((number + 1))
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" close >/dev/null || status=$?
		[ "$status" -ne 2 ] || says alice 'weipsec-apply: charon closed the connection' ||
			{ echo "closed at packet $number"; return 1; }
		# from the first packet that changes something on
		[ "$number" -ne 1 ] || lab_not grep -q 'a run is needed' "$LAB_DIR/alice/findings"
		[ "$number" -ne 20 ] || says alice 'charon may have a part of it: a run is needed to make it whole'
	done
	[ "$status" -eq 0 ] && [ "$number" -gt 20 ] || { echo "$status at packet $number"; return 1; }
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
