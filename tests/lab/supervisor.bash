# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # status is for who asked for the end
#
# supervisor.bash - weipsec-apply supervise beside a lab's charons, which may be killed and started again

# --- the supervisor and charon as processes

# Begins to supervise gateway $1 with its weos.cfg, or $2, and further options; what it says goes to the file `said'.
supervise() {
	: >"$LAB_DIR/$1/said"
	(
		exec ip netns exec "$(lab_ns "$1")" "$WEIPSEC_APPLY" supervise --vici "unix://$LAB_DIR/$1/vici" \
			--state-dir "$LAB_DIR/$1/state" "${@:3}" "${2:-$LAB_DIR/$1/weos.cfg}"
	) </dev/null >>"$LAB_DIR/$1/said" 2>&1 3>&- &
	echo $! >"$LAB_DIR/$1/supervisor"
}

# Ends the supervisor of gateway $1 with signal $2; it leaves its exit status in $status.
end_supervisor() {
	local pid

	pid=$(cat "$LAB_DIR/$1/supervisor")
	kill -s "$2" "$pid" 2>/dev/null || true # it may have ended by itself
	status=0
	wait "$pid" || status=$?
	rm -f "$LAB_DIR/$1/supervisor"
}

end_supervisors() {
	local file

	for file in "$LAB_DIR"/*/supervisor; do
		[ -s "$file" ] || continue
		kill "$(cat "$file")" 2>/dev/null || true
		lab_until 10 lab_not kill -0 "$(cat "$file")" 2>/dev/null || kill -9 "$(cat "$file")"
		rm -f "$file"
	done
}

charon_pid() {
	local pid

	for pid in $(ip netns pids "$(lab_ns "$1")"); do
		if [ "$(cat "/proc/$pid/comm")" = charon-systemd ]; then echo "$pid"; fi
	done
}

charon_is_gone() {
	[ -z "$(charon_pid "$1")" ]
}

kill_charon() {
	kill -9 "$(charon_pid "$1")"
	lab_until 10 charon_is_gone "$1"
}

start_charon() {
	: >"$LAB_DIR/$1/log"
	rm -f "$LAB_DIR/$1/page"
	lab_start "$1"
	lab_until 20 lab_answers "$1"
}

# Whatever a test did to the daemons, the next one finds them running.
revive() {
	local gw

	for gw in alice bob; do
		if charon_is_gone "$gw"; then start_charon "$gw"; else kill -CONT "$(charon_pid "$gw")"; fi
	done
	lab_ip bob addr replace 192.168.0.2/24 dev wan
	lab_ip bob link set wan up
}

# --- what they say

said() {
	grep -q -- "$2" "$LAB_DIR/$1/said"
}

# Waits until the supervisor of gateway $1 says $2.
hears() {
	lab_until "$LAB_DEADLINE" said "$1" "$2" || lab_fail "the supervisor of $1 never says '$2'"
}

said_times() {
	[ "$(grep -c -- "$2" "$LAB_DIR/$1/said")" -ge "$3" ]
}

# Another command of weipsec-apply for gateway $1: none of them stays, not even one that should end and does not.
control() {
	timeout 60 "$WEIPSEC_APPLY" "$2" --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" "${@:3}"
}

# Succeeds when tunnel 1 of gateway $1 has the state $2 and a why with $3 in it (-: none at all).
shows() {
	local now

	now=$(control "$1" status --json | jq -r '.tunnels[0] | .state + "|" + (.why // "-")')
	if [ "$3" = - ]; then [ "$now" = "$2|-" ]; else [[ $now == "$2|"*"$3"* ]]; fi
}

# Succeeds when the why of tunnel 1 of gateway $1 has $2 in it.
knows() {
	[[ $(control "$1" status --json | jq -r '.tunnels[0].why') == *"$2"* ]]
}

# Waits until it shows that.
becomes() {
	lab_until 40 shows "$@" || lab_fail "$1 is not $2 for $3: $(control "$1" status)"
}

ids() {
	lab_swanctl "$1" --list-sas | sed -n 's/^[^ ].*: #\([0-9]*\), ESTABLISHED.*/\1/p' | tr '\n' ' '
}

# Prints the warnings of tunnel $2 of gateway $1, one a line: `REASON|TEXT'.
warnings() {
	control "$1" status "$2" --json | jq -r '.tunnels[0].warnings[] | .reason + "|" + .text'
}

is_warned() {
	warnings "$1" "$2" | grep -q -- "^$3|.*$4"
}

# Waits until tunnel $2 of gateway $1 has the warning $3, with $4 (a basic expression) in it.
warns() {
	lab_until 20 is_warned "$@" || lab_fail "tunnel $2 of $1 does not warn of $3 ($4) but: $(warnings "$1" "$2")"
}
