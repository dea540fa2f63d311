# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# weipsec-apply supervise on real charons: it keeps charon to the file, whatever happens.

bats_require_minimum_version 1.5.0
load lab
load certificates
load supervisor

# An hour of waiting in seconds: charon's own settings, never ours.
export LAB_CHARON='retransmit_tries = 3
		retransmit_timeout = 1.0
		retransmit_base = 1.0'

setup_file() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
	lab_setup_file
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	rm -rf "$LAB_DIR"/*/{state,said,pki}
}
teardown() {
	end_supervisors
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -p) 2>/dev/null || true # fakes of a test that failed
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then tail -n 90 "$LAB_DIR"/*/said; fi
	revive
	lab_teardown
}

rekeys_every() {
	lab_swanctl "$1" --list-conns | grep -q "tunnel1: TUNNEL, rekeying every $2"
}

fake() {
	setpriv --pdeathsig KILL /usr/bin/python3 "$BATS_TEST_DIRNAME/fake.py" "$@"
}

# The same behind `&', so that a kill of $! ends it and not a shell around it, and lab_down if nobody does.
fake_beside() {
	exec nsenter --net="/run/netns/$(lab_ns bob)" /usr/bin/python3 "$BATS_TEST_DIRNAME/fake.py" "$@"
}

# Both gateways are supervised and up.
both() {
	lab_weos alice "$@" "${A_HAS[@]}" >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob "$@" "${B_HAS[@]}" >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	supervise bob
	lab_works
}

@test "supervise: a tunnel comes up, a change of the file is applied, one with errors is not" {
	both
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/weos.cfg"
	hears bob 'ipsec1: changed'
	lab_until 10 rekeys_every bob 7200s
	lab_works
	lab_weos bob 'sa-rekey-time 3x' >"$LAB_DIR/bob/weos.cfg"
	hears bob 'what was applied before stays'
	said bob 'weos.cfg:.*WI202'
	lab_works
	run -0 control bob status
	[[ ${lines[1]} == *"Up(Installed)"* ]]
}

@test "supervise: charon is killed and started again: the tunnels are back" {
	both
	kill_charon bob
	hears bob 'waiting for it'
	run -2 control bob status
	start_charon bob
	hears bob 'charon is back'
	lab_works
	kill_charon alice
	start_charon alice
	lab_until 40 lab_is_installed alice tunnel1
	lab_works
}

# Alice and bob with certificates of one CA.
with_certificates() {
	local gw

	mkdir -p "$LAB_DIR/pki" "$LAB_DIR"/{alice,bob}/pki/{x509,x509ca,private}
	make_ca ca "$LAB_DIR/pki"
	for gw in alice bob; do
		cert "$gw" "/CN=$gw" ca "DNS:$gw"
		cp "$LAB_DIR/pki/$gw.crt" "$LAB_DIR/$gw/pki/x509/own.pem"
		cp "$LAB_DIR/pki/$gw.key" "$LAB_DIR/$gw/pki/private/own.pem"
		cp "$LAB_DIR/pki/ca.crt" "$LAB_DIR/$gw/pki/x509ca/ca.pem"
	done
	for gw in alice bob; do
		lab_weos "$gw" 'no secret' 'method cert' 'certificate own' 'ca ca' \
			"remote-id CN=$([ "$gw" = bob ] && echo alice || echo bob)" >"$LAB_DIR/$gw/weos.cfg"
		supervise "$gw" '' --pki "$LAB_DIR/$gw/pki"
	done
}

@test "supervise: charon gets back the certificates that were applied, whatever --pki has become" {
	with_certificates
	lab_works
	cp -r "$LAB_DIR/alice/pki" "$LAB_DIR/alice/was"
	for file in x509/own x509ca/ca private/own; do
		echo garbage >"$LAB_DIR/alice/pki/$file.pem"
	done
	kill_charon alice
	hears alice 'waiting for it'
	start_charon alice
	becomes alice 'Up(Installed)' -
	kill -HUP "$(cat "$LAB_DIR/alice/supervisor")"
	hears alice 'error: x509/own.pem holds no certificate'
	hears alice 'what was applied before stays'
	control alice restart
	becomes alice 'Up(Installed)' -
	cp -r "$LAB_DIR/alice/was/." "$LAB_DIR/alice/pki"
	openssl x509 -in "$LAB_DIR/alice/was/x509/own.pem" -outform DER -out "$LAB_DIR/alice/pki/x509/own.pem"
	rm -r "$LAB_DIR/alice/was"
	kill -HUP "$(cat "$LAB_DIR/alice/supervisor")"
	lab_until "$LAB_DEADLINE" said_times alice 'ipsec1: changed' 2
	becomes alice 'Up(Installed)' -
	lab_works
}

@test "supervise: what others unload, or load over, is brought back" {
	local dir=$LAB_DIR/bob

	both
	: >"$dir/swanctl.conf"
	lab_swanctl bob --load-all --noprompt # as charon's own service does
	lab_until 20 rekeys_every bob 3600s
	lab_works
	lab_swanctl bob --load-creds --noprompt --clear
	lab_until 20 said_times bob 'other than what is applied' 2
	run -0 control bob restart
	lab_works
	lab_weos bob 'sa-rekey-time 2h' >"$dir/over.cfg"
	lab_compile_file "$dir/over.cfg" "$dir/swanctl.conf" 2>/dev/null
	lab_swanctl bob --load-all --noprompt
	lab_until 20 rekeys_every bob 3600s
	lab_works
	: >"$LAB_DIR/alice/swanctl.conf"
	lab_swanctl alice --load-all --noprompt # a responder, whose SAs charon leaves
	lab_until 20 rekeys_every alice 3600s
	lab_works
	rm "$dir/over.cfg"
}

@test "supervise: charon hangs and comes back" {
	both
	kill -STOP "$(charon_pid bob)"
	hears bob 'charon does not answer'
	run -2 control bob status
	kill -CONT "$(charon_pid bob)"
	hears bob 'charon is back'
	lab_works
}

@test "supervise: noise instead of VICI, then charon" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	rm -f "$LAB_DIR/noise"
	fake_beside garbage "$LAB_DIR/noise" 3>&- &
	noise=$!
	lab_until 10 [ -S "$LAB_DIR/noise" ]
	mv "$LAB_DIR/bob/vici" "$LAB_DIR/bob/real"
	ln -s "$LAB_DIR/noise" "$LAB_DIR/bob/vici"
	supervise bob
	hears bob 'charon sent what is not VICI: waiting for it'
	lab_until 15 lab_not lab_is_installed bob tunnel1
	kill $noise
	mv -T "$LAB_DIR/bob/real" "$LAB_DIR/bob/vici"
	hears bob 'charon is back'
	lab_works
}

@test "supervise: the file is written, replaced, gone, back, and reached through another link" {
	local dir=$LAB_DIR/bob

	lab_weos bob >"$dir/one"
	ln -s one "$dir/link"
	supervise bob "$dir/link"
	lab_until 10 rekeys_every bob 3600s
	lab_weos bob 'sa-rekey-time 2h' >"$dir/new"
	mv "$dir/new" "$dir/one"
	lab_until 10 rekeys_every bob 7200s
	lab_weos bob 'sa-rekey-time 3h' >"$dir/two"
	ln -sfn two "$dir/link"
	lab_until 10 rekeys_every bob 10800s
	rm "$dir/two"
	hears bob 'No such file'
	rekeys_every bob 10800s
	lab_weos bob 'sa-rekey-time 4h' >"$dir/two"
	lab_until 10 rekeys_every bob 14400s
	: >"$dir/said"
	kill -HUP "$(cat "$dir/supervisor")"
	hears bob 'reading'
	rm -f "$dir"/{link,one,two}
}

@test "supervise: a file that is still being written is not read" {
	both
	exec 8>"$LAB_DIR/bob/weos.cfg"
	echo tunnel >&8
	LAB_SLACK=1 lab_not lab_until 3 said bob reading
	lab_weos bob 'sa-rekey-time 2h' | tail -n +2 >&8
	exec 8>&-
	lab_until 10 rekeys_every bob 7200s
	lab_not said bob removed
	for _ in $(seq 200); do lab_weos bob >"$LAB_DIR/bob/weos.cfg"; done
	lab_until 10 rekeys_every bob 3600s
	lab_works
}

# Sends the document on standard input to bob's supervisor, and requires that it is refused, and why.
is_refused() {
	/usr/bin/python3 -c 'import json, sys; print(json.dumps({"command": "apply", "document": sys.stdin.read()}))' >"$LAB_DIR/request"
	run -0 fake ask "$LAB_DIR/bob/state/control" - <"$LAB_DIR/request"
	[[ $output == *'"result":"undone"'*"$1"* ]] || lab_fail "not refused with '$1': $output"
}

@test "supervise: what is not whole changes nothing, in FILE or through the socket, in either language" {
	local dir=$LAB_DIR/bob document

	both
	document=$(cat "$dir/state/current/agent.xml")
	is_refused "no line says 'tunnel'" </etc/hostname
	is_refused 'the text ends inside of this context' < <(head -n -1 "$dir/weos.cfg")
	is_refused '[WI124]' < <(head -n -2 "$dir/weos.cfg" | head -c -1)
	is_refused 'document:' < <(head -c -3 <<<"$document")
	is_refused "'abort' discards" < <(cat "$dir/weos.cfg"; echo abort)
	: >"$dir/said"
	head -n -1 "$dir/weos.cfg" >"$dir/cut"
	mv "$dir/cut" "$dir/weos.cfg"
	hears bob 'the text ends inside of this context'
	hears bob 'what was applied before stays'
	lab_not said bob removed
	lab_works
	: >"$dir/said"
	echo 'no tunnel' >"$dir/weos.cfg"
	hears bob 'ipsec1: removed'
}

@test "supervise: it takes what others apply, and keeps to their file" {
	local other=$LAB_DIR/bob/other.cfg

	both
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/one"
	ln -s one "$other"
	cd "$LAB_DIR/bob"
	run -0 control bob apply other.cfg
	[[ $output == *'ipsec1: changed' ]]
	rekeys_every bob 7200s
	lab_weos bob 'sa-rekey-time 3h' >"$LAB_DIR/bob/two"
	ln -sfn two "$other"
	lab_until 10 rekeys_every bob 10800s
	run -0 control bob rollback
	rekeys_every bob 7200s
	lab_weos bob 'sa-rekey-time 3x' >"$LAB_DIR/bob/three"
	run -1 control bob apply "$LAB_DIR/bob/three"
	rekeys_every bob 7200s
	run -0 control bob apply --persist "$LAB_DIR/bob/kept" "$LAB_DIR/bob/one"
	[[ $output == *"--persist $LAB_DIR/bob/kept is not used: a supervisor runs"* ]]
	lab_works
	rm "$other" "$LAB_DIR"/bob/{one,two,three}
}

@test "supervise: a rollback that comes while something is applied goes back from that" {
	local file=$LAB_DIR/bob/weos.cfg pid back

	both
	pid=$(charon_pid bob)
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/two"
	mv "$LAB_DIR/bob/two" "$file"
	hears bob 'ipsec1: changed'
	rekeys_every bob 7200s
	kill -STOP "$pid"
	: >"$LAB_DIR/bob/said"
	lab_weos bob 'sa-rekey-time 3h' >"$LAB_DIR/bob/three"
	mv "$LAB_DIR/bob/three" "$file"
	hears bob 'reading '
	control bob rollback &
	back=$!
	sleep 1 # it waits in the supervisor
	kill -CONT "$pid"
	wait "$back"
	rekeys_every bob 7200s
}

@test "supervise: a file whose apply broke is read again, whatever else breaks meanwhile" {
	local kept=$LAB_DIR/bob/beside/kept

	mkdir "${kept%/*}"
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	supervise bob "$LAB_DIR/bob/weos.cfg" --persist "$kept"
	lab_works
	rm -r "${kept%/*}"
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/weos.cfg"
	hears bob "$kept: No such file"
	run -2 control bob apply - <<<"$(lab_weos bob 'sa-rekey-time 3h')"
	[[ $output == *"$kept: No such file"* ]]
	mkdir "${kept%/*}"
	lab_until 20 rekeys_every bob 7200s
	rm -r "${kept%/*}"
}

@test "supervise: what must be confirmed and is not goes back, and its file with it" {
	local other=$LAB_DIR/bob/other.cfg

	both
	lab_weos bob 'sa-rekey-time 2h' >"$other"
	run -0 control bob apply --confirm 3 "$other"
	rekeys_every bob 7200s
	lab_weos bob 'sa-rekey-time 4h' >"$LAB_DIR/bob/weos.cfg"
	hears bob 'it waits until'
	rekeys_every bob 7200s
	run -2 control bob apply "$other"
	hears bob 'every tunnel is as it was before'
	lab_until 10 rekeys_every bob 14400s
	run -1 control bob confirm
	run -0 control bob apply --confirm 60 "$other"
	run -0 control bob confirm
	lab_weos bob 'sa-rekey-time 3h' >"$other"
	lab_until 10 rekeys_every bob 10800s
	[ ! -e "$LAB_DIR/bob/state/deadline" ]
	rm "$other"
}

@test "supervise: the deadline of a confirmation survives kill -9" {
	local other=$LAB_DIR/bob/other.cfg

	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	lab_until 10 rekeys_every bob 3600s
	lab_weos bob 'sa-rekey-time 2h' >"$other"
	run -0 control bob apply --confirm 60 "$other"
	end_supervisor bob KILL
	supervise bob
	hears bob 'waiting [0-9]* s for'
	lab_until 10 [ -S "$LAB_DIR/bob/state/control" ]
	run -0 control bob confirm
	rekeys_every bob 7200s
	lab_weos bob 'sa-rekey-time 3h' >"$other"
	run -0 control bob apply --confirm 2 "$other"
	end_supervisor bob KILL
	rekeys_every bob 10800s
	supervise bob
	lab_until 15 lab_not rekeys_every bob 10800s
	rm "$other"
}

@test "supervise: a missing local-address is why, and the tunnel starts when it comes" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob 'dpd-action trap' >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	lab_ip bob addr del 192.168.0.2/24 dev wan
	supervise bob
	becomes bob 'Down(Unknown)' 'local-address 192.168.0.2 '
	lab_ip bob addr add 192.168.0.2/24 dev wan
	lab_works
	becomes bob 'Up(Installed)' -
}

@test "supervise: an initiator is brought back when its peer was killed" {
	both 'dpd-delay 2'
	end_supervisor alice KILL
	kill_charon alice
	becomes bob 'Down(Retransmission)' 'does not answer'
	becomes bob 'Down(Connecting)' 'does not answer'
	# charon itself has given up by now
	hears bob 'ipsec1 is down: starting it'
	start_charon alice
	supervise alice
	lab_until 40 lab_is_installed bob tunnel1
	lab_works
}

@test "supervise: an initiator is brought up when its peer was absent at first" {
	kill_charon alice
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	becomes bob 'Down(Connecting)' 'does not answer'
	hears bob 'ipsec1 is down: starting it'
	start_charon alice
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	supervise alice
	lab_until 40 lab_is_installed bob tunnel1
	lab_works
}

@test "supervise: with dpd-action clear or trap nothing is started again" {
	for id in 1 2 3; do
		printf 'tunnel\nipsec %d\ninitiator\npeer 192.168.0.9%d\nlocal-address 192.168.0.2\n' $id $id
		printf 'remote-subnet 10.9.%d.0/24\nsecret %s\n' $id "$LAB_SECRET"
		[ $id = 3 ] || printf 'dpd-action %s\n' "$([ $id = 1 ] && echo clear || echo trap)"
		printf 'end\nend\n'
	done >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	becomes bob 'Down(Connecting)' ''
	becomes bob 'Down(Unknown)' 'does not answer'
	# the third one is the clock: by its second start the others would have had theirs
	lab_until 60 said_times bob 'ipsec3 is down: starting it' 2
	lab_not said bob 'ipsec[12] is down'
}

@test "supervise: the second one is told that there is one" {
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	lab_until 10 rekeys_every bob 3600s
	run -2 control bob supervise "$LAB_DIR/bob/weos.cfg"
	[ -n "$output" ]
	kill -0 "$(cat "$LAB_DIR/bob/supervisor")"
	[ -S "$LAB_DIR/bob/state/control" ]
}

@test "supervise: SIGTERM ends it with 0, and charon keeps the tunnels" {
	both
	before=$(ids bob)
	end_supervisor bob TERM
	[ "$status" -eq 0 ]
	[ ! -e "$LAB_DIR/bob/state/control" ]
	lab_works
	[ "$(ids bob)" = "$before" ]
}

@test "supervise: SIGTERM while something is applied: it is finished first" {
	both
	kill -STOP "$(charon_pid bob)"
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/weos.cfg"
	hears bob reading
	kill "$(cat "$LAB_DIR/bob/supervisor")"
	hears bob 'ending as soon as'
	kill -CONT "$(charon_pid bob)"
	end_supervisor bob CONT
	[ "$status" -eq 0 ]
	rekeys_every bob 7200s
	[ ! -e "$LAB_DIR/bob/state/journal" ]
	lab_works
}

@test "supervise: its state directory goes: it ends, and the next one has all again" {
	both
	rm -r "$LAB_DIR/bob/state"
	hears bob 'has gone: ending'
	end_supervisor bob CONT
	[ "$status" -eq 2 ]
	supervise bob
	lab_until 20 [ -e "$LAB_DIR/bob/state/current" ]
	lab_works
}

@test "supervise: a file with errors and nothing applied before ends it with 1" {
	lab_weos bob 'sa-rekey-time 3x' >"$LAB_DIR/bob/weos.cfg"
	run -1 control bob supervise "$LAB_DIR/bob/weos.cfg"
	run -2 control bob supervise "$LAB_DIR/bob/none.cfg"
}

@test "supervise: what is no regular file is not kept to" {
	local ends=(timeout 120 "$WEIPSEC_APPLY" supervise --state-dir "$LAB_DIR/bob/state")

	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	mkfifo "$LAB_DIR/bob/pipe"
	run -64 "${ends[@]}" -
	run -2 "${ends[@]}" "$LAB_DIR/bob/pipe"
	run -2 "${ends[@]}" "$LAB_DIR/bob"
	supervise bob
	lab_until 10 rekeys_every bob 3600s
	mv "$LAB_DIR/bob/pipe" "$LAB_DIR/bob/weos.cfg"
	hears bob 'is no regular file'
	rekeys_every bob 3600s
	run -0 control bob apply <(lab_weos bob 'sa-rekey-time 2h')
	rekeys_every bob 7200s
	rm "$LAB_DIR/bob/weos.cfg"
	lab_weos bob 'sa-rekey-time 3h' >"$LAB_DIR/bob/weos.cfg"
	lab_until 10 rekeys_every bob 10800s # still its file
}

@test "supervise: rude clients get nothing, and harm nothing" {
	both
	fake rude "$LAB_DIR/bob/state/control"
	kill -0 "$(cat "$LAB_DIR/bob/supervisor")"
	run -0 control bob status
	run -0 fake ask "$LAB_DIR/bob/state/control" '{"command":"status"}'
	jq -e '.tunnels[0].state == "Up(Installed)"' <<<"$output"
	run -0 control bob status
	[ "$(stat -c %a "$LAB_DIR/bob/state/control")" = 600 ]
	lab_works
}

@test "supervise: all places are taken: who asks for the status waits for one" {
	both
	rm "$LAB_DIR/bob/vici" # charon itself cannot be asked; the supervisor has its connection
	fake_beside silent "$LAB_DIR/bob/state/control" 16 >"$LAB_DIR/bob/silent" 3>&- &
	silent=$!
	lab_until 10 grep -q connected "$LAB_DIR/bob/silent"
	run -0 control bob status
	[[ $output == *'Up(Installed)'* ]]
	wait $silent
	kill_charon bob
}

@test "supervise: a large request goes through the socket" {
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	lab_until 10 rekeys_every bob 3600s
	head -c 2000000 /dev/zero | tr '\0' ' ' >"$LAB_DIR/blanks"
	run -0 fake ask "$LAB_DIR/bob/state/control" - < <(printf '{"command":"status"'; cat "$LAB_DIR/blanks"; echo '}')
	jq -e '.tunnels[0].id == 1' <<<"$output"
}

@test "supervise: no capability, no new privileges" {
	local proc

	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	lab_until 10 rekeys_every bob 3600s
	proc=/proc/$(cat "$LAB_DIR/bob/supervisor")/status
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		grep -qE "^$set:.0{16}$" "$proc"
	done
	grep -qE '^NoNewPrivs:.1$' "$proc"
}

@test "supervise: it tells systemd when it is ready, that it lives, and that it ends" {
	local log=$LAB_DIR/notified

	rm -f "$LAB_DIR/notify"
	fake_beside notify "$LAB_DIR/notify" >"$log" 3>&- &
	notifier=$!
	lab_until 10 [ -S "$LAB_DIR/notify" ]
	export NOTIFY_SOCKET=$LAB_DIR/notify WATCHDOG_USEC=400000
	kill_charon bob
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise bob
	hears bob 'waiting for it'
	lab_until 10 grep -q WATCHDOG=1 "$log"
	lab_not grep -q READY=1 "$log"
	(unset NOTIFY_SOCKET && start_charon bob) # it would say so itself
	lab_until 15 grep -q READY=1 "$log"
	rekeys_every bob 3600s
	kill -HUP "$(cat "$LAB_DIR/bob/supervisor")"
	lab_until 10 notified "$log" READY=1 READY=1
	end_supervisor bob TERM
	lab_until 10 grep -q STOPPING=1 "$log"
	kill $notifier
}

@test "supervise: it tells finit, which has a descriptor for that" {
	local log=$LAB_DIR/notified

	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	exec 9>"$log"
	NOTIFY_SOCKET=9 supervise bob
	exec 9>&-
	lab_until 15 notified "$log" READY=1
	rekeys_every bob 3600s
	kill -HUP "$(cat "$LAB_DIR/bob/supervisor")"
	lab_until 10 notified "$log" READY=1 READY=1
	end_supervisor bob TERM
	notified "$log" READY=1 READY=1 STOPPING=1
}

# The file $1 has these lines, beside what may be said beside.
notified() {
	[ "$(grep -vE '^(WATCHDOG|STATUS)=' "$1")" = "$(printf '%s\n' "${@:2}")" ]
}

# --- each state and its why

@test "status: wrong secret" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob 'secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8=' >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	lab_until 10 rekeys_every alice 3600s
	supervise bob
	becomes bob 'Down(Unknown)' AUTHENTICATION_FAILED
	becomes alice 'Down(Unknown)' 'the secrets differ'
}

@test "status: wrong IKE suite" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob 'ike cipher aes256 auth sha512 dh modp4096' >"$LAB_DIR/bob/weos.cfg"
	sed -i '/ipsec 1/a ike cipher aes128 auth sha256 dh x25519' "$LAB_DIR/alice/weos.cfg"
	supervise alice
	lab_until 10 rekeys_every alice 3600s
	supervise bob
	becomes bob 'Down(Unknown)' NO_PROPOSAL_CHOSEN
	becomes alice 'Down(Unknown)' 'none of the peer'
}

@test "status: wrong subnets, and right ones again" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob 'remote-subnet 10.9.0.0/24' >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	lab_until 10 rekeys_every alice 3600s
	supervise bob
	becomes bob 'Down(IKE Established)' TS_UNACCEPTABLE
	becomes alice 'Down(IKE Established)' 'subnet'
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	becomes bob 'Up(Installed)' -
	becomes alice 'Up(Installed)' -
}

@test "status: a dead peer, version 1" {
	A_HAS=('version 1') B_HAS=('version 1' 'dpd-delay 2' 'dpd-timeout 12')
	both
	kill -STOP "$(charon_pid alice)"
	becomes bob 'Down(Retransmission)' 'does not answer'
	kill -CONT "$(charon_pid alice)"
	becomes bob 'Up(Installed)' -
}

@test "status: wrong secret, suite and subnets in version 1" {
	local wrong state_bob why_bob why_alice

	while IFS='|' read -r wrong state_bob why_bob why_alice; do
		lab_weos alice 'version 1' 'ike cipher aes128 auth sha256 dh x25519' >"$LAB_DIR/alice/weos.cfg"
		lab_weos bob 'version 1' "$wrong" >"$LAB_DIR/bob/weos.cfg"
		supervise alice
		lab_until 10 [ -S "$LAB_DIR/alice/state/control" ]
		becomes alice 'Down(Unknown)' ''
		supervise bob
		lab_until 10 [ -S "$LAB_DIR/bob/state/control" ]
		becomes bob "$state_bob" "$why_bob"
		lab_until 20 knows alice "$why_alice"
		end_supervisor bob TERM
		end_supervisor alice TERM
		rm -rf "$LAB_DIR"/*/state
		lab_reset
	done <<-END
		secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8=|Down(Unknown)|cannot be decrypted|cannot be decrypted
		ike cipher aes256 auth sha512 dh modp4096|Down(Unknown)|NO_PROPOSAL_CHOSEN|compare ike at
		remote-subnet 10.9.0.0/24|Down(IKE Established)|INVALID_ID_INFORMATION|the subnets do not fit
	END
}

@test "status: --json is what its schema says, with and without a supervisor" {
	schema() {
		/usr/bin/python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))' "$LAB_ROOT/schemas/status.schema.json"
	}

	both
	control bob status --json | schema
	control alice status 1 --json | schema
	end_supervisor bob TERM
	control bob status --json | schema
	lab_not schema <<<'{"schema_version": 1, "charon": null}'
	kill_charon bob
	{ control bob status --json || true; } | schema
}

@test "status --watch: a line a change, anew on a terminal, and Ctrl-C ends it with 0" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	kill_charon alice
	supervise bob
	lab_until 10 [ -S "$LAB_DIR/bob/state/control" ]
	becomes bob 'Down(Connecting)' 'does not answer'
	(
		exec ip netns exec "$(lab_ns bob)" "$WEIPSEC_APPLY" status --watch \
			--vici "unix://$LAB_DIR/bob/vici" --state-dir "$LAB_DIR/bob/state"
	) >"$LAB_DIR/bob/watched" 3>&- &
	watcher=$!
	lab_until 10 grep -q 'ipsec1: Down(Connecting): the peer does not answer' "$LAB_DIR/bob/watched"
	start_charon alice
	supervise alice
	lab_until 40 grep -qx 'ipsec1: Up(Installed)' "$LAB_DIR/bob/watched"
	kill -INT $watcher
	wait $watcher
	[ "$(uniq -d "$LAB_DIR/bob/watched")" = '' ]
	watch="$WEIPSEC_APPLY status --watch --vici unix://$LAB_DIR/bob/vici --state-dir $LAB_DIR/bob/state"
	TERM=xterm ip netns exec "$(lab_ns bob)" script -qfec "$watch" "$LAB_DIR/bob/screen" </dev/null >/dev/null 3>&- &
	watcher=$!
	lab_until 10 grep -q 'Up(Installed)' "$LAB_DIR/bob/screen"
	grep -qF $'\e[H' "$LAB_DIR/bob/screen"
	kill $watcher
}

# --- restart

@test "restart: all or one, alone and through the supervisor" {
	both
	before=$(ids bob)
	run -0 control bob restart
	said bob 'ipsec1: changed'
	lab_works
	[ "$(ids bob)" != "$before" ]
	before=$(ids bob)
	run -0 control bob restart 1
	lab_works
	[ "$(ids bob)" != "$before" ]
	run -1 control bob restart 7
	[[ $output == *'no tunnel 7 is applied and enabled' ]]
	before=$(ids alice)
	end_supervisor alice TERM
	run -0 control alice restart
	lab_until 10 lab_not lab_is_installed alice tunnel1
	run -0 control bob restart
	lab_works
	run -64 control bob restart 1 2
}

@test "restart --daemon: a command without a shell, whose exit status is passed on" {
	printf '#!/bin/sh\nprintf "[%%s]" "$@"\nexit 7\n' >"$LAB_DIR/service"
	chmod +x "$LAB_DIR/service"
	run -7 control bob restart --daemon "$LAB_DIR/service  one 'two three' \$(id)"
	[ "$output" = "[one]['two][three'][\$(id)]" ]
	run -2 control bob restart --daemon "$LAB_DIR/none"
	run -64 control bob restart --daemon "$LAB_DIR/service" 1
	for nothing in '' $' \t'; do
		run -64 control bob restart --daemon "$nothing"
		[[ $output == *'--daemon takes a command'* ]]
	done
}
