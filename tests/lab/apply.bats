# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2030,SC2031 # inner shells expand; each test is a process of its own
# weipsec-apply on real charons: what it leaves alone, what it changes, and what it takes back.

bats_require_minimum_version 1.5.0
load lab
load device

setup_file() {
	device_build
	lab_setup_file
}
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() {
	[ -n "${LAB_WHY:-}" ] || lab_signal "$(lab_ns alice)" CONT
	lab_teardown
}

status() {
	"$WEIPSEC_APPLY" status --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" "${@:2}"
}

# Without the times, which pass between two looks.
settled() {
	sed -E 's/[0-9]+s( ago|,|$)/Ns\1/g'
}

rekeys_every() {
	lab_swanctl "$1" --list-conns | grep -q "tunnel1: TUNNEL, rekeying every $2"
}

@test "apply: a pair comes up, and is not touched when it is applied again" {
	lab_weos alice 'local-id name alice' 'remote-id name bob' | apply alice
	lab_weos bob 'local-id name bob' 'remote-id name alice' >"$LAB_DIR/bob/weos.cfg"
	run -0 apply_file bob "$LAB_DIR/bob/weos.cfg"
	[ "$output" = "ipsec1: added" ]
	lab_works
	before=$(ids bob)
	run -0 apply_file bob "$LAB_DIR/bob/weos.cfg" --dry-run
	[ "$output" = "ipsec1: unchanged" ]
	run -0 apply_file bob "$LAB_DIR/bob/weos.cfg"
	[ "$output" = "ipsec1: unchanged" ]
	[ "$(ids bob)" = "$before" ]
}

@test "apply: a changed secret takes effect at once, at both ends" {
	lab_weos alice | apply alice
	lab_weos bob | apply bob
	lab_works
	lab_weos alice 'secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8=' | apply alice
	lab_until 5 lab_not lab_is_installed bob tunnel1
	lab_weos bob 'secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8=' | apply bob
	lab_works
}

@test "apply: what charon refuses is taken back, and nothing else is touched" {
	lab_weos alice | apply alice
	lab_weos bob | apply bob
	lab_works
	before=$(ids alice)
	mkdir -p "$LAB_DIR"/alice/pki/{x509,x509ca,private}
	# charon takes no certificate with a critical extension that it does not know
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=alice -days 2 \
		-keyout "$LAB_DIR/alice/pki/private/alice.pem" -out "$LAB_DIR/alice/pki/x509/alice.pem" \
		-addext 1.2.3.4=critical,DER:0500 2>/dev/null
	cp "$LAB_DIR/alice/pki/x509/alice.pem" "$LAB_DIR/alice/pki/x509ca/ca.pem"
	{
		lab_weos alice | sed '$d'
		printf '%s\n' 'ipsec 2' 'method cert' 'certificate alice' 'ca ca' 'peer 192.168.0.9' \
			'local-address 192.168.0.1' end end
	} >"$LAB_DIR/alice/weos.cfg"
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$LAB_DIR/alice/pki"
	cat "$LAB_DIR/alice/findings"
	grep -q 'weos.cfg:.*: error: charon: ' "$LAB_DIR/alice/findings"
	[ "$(ids alice)" = "$before" ]
	lab_swanctl alice --list-conns | lab_not grep -q ipsec2
	lab_works
}

@test "rollback: what was applied before is back, and rollback again goes further back" {
	lab_weos bob | apply bob
	lab_weos bob 'sa-rekey-time 2h' | apply bob
	lab_weos bob 'sa-rekey-time 3h' | apply bob
	rekeys_every bob 10800s
	run -0 control bob rollback
	rekeys_every bob 7200s
	[ "$(readlink "$LAB_DIR/bob/state/current")" = gen/0002 ]
	run -0 control bob rollback
	rekeys_every bob 3600s
	run -1 control bob rollback
	[[ $output == *"there is nothing to go back to" ]]
	rekeys_every bob 3600s
}

@test "confirm: in time it keeps what was applied, else that is gone" {
	lab_weos bob | apply bob
	lab_weos bob 'sa-rekey-time 2h' | apply bob --confirm 60 &
	lab_until 10 says bob 'waiting 60 s'
	run -0 control bob confirm
	wait $!
	rekeys_every bob 7200s
	run -1 control bob confirm
	[ "$output" = "weipsec-apply: nothing waits to be confirmed" ]
	lab_weos bob 'sa-rekey-time 3h' >"$LAB_DIR/bob/weos.cfg"
	run -1 apply_file bob "$LAB_DIR/bob/weos.cfg" --confirm 1
	says bob 'not confirmed'
	rekeys_every bob 7200s
}

@test "confirm: whoever waits for it and is killed is made up for by the next run" {
	lab_weos bob | apply bob
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/weos.cfg"
	"$WEIPSEC_APPLY" --vici "unix://$LAB_DIR/bob/vici" --state-dir "$LAB_DIR/bob/state" --confirm 60 \
		"$LAB_DIR/bob/weos.cfg" 2>"$LAB_DIR/bob/findings" &
	lab_until 10 says bob 'waiting 60 s'
	kill -9 $!
	wait $! || true
	rekeys_every bob 7200s
	lab_weos bob 'dpd-delay 10' | apply bob
	says bob 'never confirmed'
	rekeys_every bob 3600s
	[ ! -e "$LAB_DIR/bob/state/deadline" ]
}

@test "status: the guide's table, and the details of a tunnel as swanctl prints them" {
	lab_weos alice 'description Central office' | apply alice
	lab_weos bob | apply bob
	lab_works
	run -0 status bob
	[[ ${lines[0]} =~ ^ID\ +DESCRIPTION\ +STATUS\ +TIME\ \(since\ last\ rekey\)$ ]]
	[[ ${lines[1]} =~ ^1\ +ipsec1\ +Up\(Installed\)\ +0\ Days\ 0\ Hours\ 0\ Mins\ [0-9]+\ Secs$ ]]
	run -0 status alice
	[[ ${lines[1]} =~ ^1\ +Central\ office\ +Up\(Installed\)\ +0\ Days ]]
	run -0 status bob 1
	[ "${lines[0]}" = "Current state for tunnel ipsec1 is UP(Installed)." ]
	diff <(sed -n '/^Security-Association(SA) details:$/,/^Loaded configuration/{//!p}' <<<"$output" | settled) \
		<(lab_swanctl bob --list-sas | settled)
	diff <(sed '1,/^Loaded configuration for the connection:$/d' <<<"$output") <(lab_swanctl bob --list-conns)
	run -0 status bob --json
	jq -e '.tunnels[0] | .id == 1 and .state == "Up(Installed)" and .ike.state == "ESTABLISHED"' <<<"$output"
	run -1 status bob 9
	[ "$output" = "weipsec-apply: there is no 'ipsec 9' in what is applied" ]
}

shows() {
	[[ $(status "$1" | sed -n 2p) == *" $2 "* ]]
}

@test "status: without a supervisor a peer that does not answer is a retransmission, and not for longer" {
	lab_weos alice | apply alice
	lab_weos bob 'dpd-delay 2' | apply bob
	lab_works
	shows bob 'Up(Installed)'
	lab_signal "$(lab_ns alice)" STOP
	lab_until "$LAB_DEADLINE" waits bob
	run -1 status bob
	[[ ${lines[1]} == *" Down(Retransmission) "* ]]
	[[ ${lines[2]} == *"the peer does not answer"* ]]
	lab_signal "$(lab_ns alice)" CONT
	lab_until "$LAB_DEADLINE" shows bob 'Up(Installed)'
}

# Gateway $1 has asked its peer whether it lives.
waits() {
	lab_swanctl "$1" --list-sas | grep -q '^  active: .*IKE_DPD'
}

@test "apply, status: what cannot be written is 2, and why; what was applied is" {
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	export -f apply_file
	run -2 bash -c '"$@" >/dev/full' bash apply_file bob "$LAB_DIR/bob/weos.cfg"
	says bob 'standard output: No space left on device'
	rekeys_every bob 3600s
	run -0 apply_file bob "$LAB_DIR/bob/weos.cfg"
	[ "$output" = "ipsec1: unchanged" ]
	run -2 bash -c '"$@" >/dev/full' bash "$WEIPSEC_APPLY" status --vici "unix://$LAB_DIR/bob/vici" \
		--state-dir "$LAB_DIR/bob/state"
	[ "$output" = "weipsec-apply: standard output: No space left on device" ]
}

# Runs a command whose reader has gone.
unread() {
	# shellcheck disable=SC2016 # the inner shell expands these
	timeout 120 bash -c 'exec 3> >(:); wait $!; exec "$@" >&3 3>&-' bash "$@"
}

@test "apply, status: a reader that has gone ends or disturbs nothing, and nothing is said of it" {
	local common=(--vici "unix://$LAB_DIR/bob/vici" --state-dir "$LAB_DIR/bob/state")

	lab_weos bob "secret $DEVICE_SECRET" >"$LAB_DIR/bob/weos.cfg"
	run -0 unread "$WEIPSEC_APPLY" "${common[@]}" "$LAB_DIR/bob/weos.cfg"
	[ "$output" = '' ]
	run -1 unread "$WEIPSEC_APPLY" status "${common[@]}"
	[ "$output" = '' ]
	run -0 unread "$WEIPSEC_APPLY" status --watch "${common[@]}"
	[ "$output" = '' ]
	lab_weos bob "secret $DEVICE_SECRET" 'sa-rekey-time 2h' >"$LAB_DIR/bob/weos.cfg"
	run -1 unread "$WEIPSEC_APPLY" --confirm 1 "${common[@]}" "$LAB_DIR/bob/weos.cfg"
	[[ $output != *'standard output'* ]]
}

@test "status, restart: a tunnel that is not there is 1" {
	lab_weos bob | apply bob
	run -1 control bob status 7
	[[ $output == *"no 'ipsec 7'"* ]]
	run -1 control bob restart 7
	[[ $output == *"no tunnel 7"* ]]
	run -0 control bob restart 1
}

@test "apply: an empty file, of a copy that failed, takes no tunnel away" {
	lab_weos bob | apply bob
	for empty in '' $'\n \t\n'; do
		run -1 apply bob < <(printf %s "$empty")
		says bob "weos.cfg: error: it is empty; 'no tunnel' stands for no tunnel at all"
		run -1 apply_file bob - < <(printf %s "$empty")
		rekeys_every bob 3600s
	done
	echo 'no tunnel' >"$LAB_DIR/bob/weos.cfg"
	run -0 apply_file bob "$LAB_DIR/bob/weos.cfg"
	[ "$output" = "ipsec1: removed" ]
}

@test "apply: what is done although nobody could be told is told apart from what is not" {
	local dir=$LAB_DIR/bob

	export -f apply_file
	lab_weos bob >"$dir/weos.cfg"
	run -2 bash -c 'apply_file bob "$LAB_DIR/bob/weos.cfg" --dry-run >/dev/full'
	says bob 'standard output: No space left on device'
	lab_not grep -q 'is applied' "$dir/findings"
	run -2 bash -c 'apply_file bob "$LAB_DIR/bob/weos.cfg" >/dev/full'
	says bob 'standard output: No space left on device'
	says bob 'only the list of changes is lost: the configuration is applied'
	rekeys_every bob 3600s
	# what stands where the link to the generation belongs cannot be replaced
	rm "$dir/state/current"
	mkdir -p "$dir/state/current/other"
	lab_weos bob 'sa-rekey-time 2h' >"$dir/weos.cfg"
	run -2 apply_file bob "$dir/weos.cfg"
	says bob "the new configuration is active, but not remembered: $dir/state/current: Is a directory: apply it again"
	rekeys_every bob 7200s
	rm -r "$dir/state/current"
	run -0 apply_file bob "$dir/weos.cfg"
	[ "$output" = 'ipsec1: changed' ]
	run -0 apply_file bob "$dir/weos.cfg"
	[ "$output" = 'ipsec1: unchanged' ]
}
