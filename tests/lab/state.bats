# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# What weipsec-apply remembers, when it cannot, and what it keeps beside: the state directory, and --persist.

bats_require_minimum_version 1.5.0
load lab
load device

setup_file() {
	device_setup_file
	export -f apply_file # for whoever runs it in a mount namespace
}
teardown_file() { lab_down; }
setup() {
	device_setup
	state=$LAB_DIR/alice/state
}
teardown() { lab_teardown; }

# Bob is up; alice has one more tunnel, whose sa-rekey-time $1 is.
write() {
	{ site 1; site 2 "sa-rekey-time $1"; } | device >"$LAB_DIR/alice/weos.cfg"
}

bob_up() {
	write 1h
	apply_file alice "$LAB_DIR/alice/weos.cfg"
	peer_weos bob | apply bob
	peers_up bob
	before=$(ids alice)
	[ -n "$before" ]
}

rekeys_every() {
	lab_swanctl alice --list-conns | grep -q "tunnel2: TUNNEL, rekeying every $1" || lab_fail "not every $1"
}

@test "state: the disk is full, or cannot be written: nothing is touched, and it says so" {
	bob_up
	mkdir -p "$LAB_DIR/alice/mount"
	write 2h
	cat >"$LAB_DIR/alice/script" <<-'END'
		set -e
		mount -t tmpfs -o size=48k none "$LAB_DIR/alice/mount"
		cp -a "$LAB_DIR/alice/state" "$LAB_DIR/alice/mount"
		rm -rf "$LAB_DIR/alice/state.was"
		cat /dev/zero >"$LAB_DIR/alice/mount/fill" 2>/dev/null || true
		mount --bind "$LAB_DIR/alice/mount/state" "$LAB_DIR/alice/state"
		ls -AR "$LAB_DIR/alice/state" >"$LAB_DIR/alice/was"
		for pages in 0 1 2; do
			[ "$pages" -eq 0 ] || truncate -s -4096 "$LAB_DIR/alice/mount/fill"
			status=0
			apply_file alice "$LAB_DIR/alice/weos.cfg" || status=$?
			[ "$status" -eq 2 ]
			grep -q 'No space left on device' "$LAB_DIR/alice/findings"
			ls -AR "$LAB_DIR/alice/state" | diff "$LAB_DIR/alice/was" -
		done
		mount -o remount,ro,bind "$LAB_DIR/alice/state"
		status=0
		apply_file alice "$LAB_DIR/alice/weos.cfg" || status=$?
		[ "$status" -eq 2 ]
		grep -q 'Read-only file system' "$LAB_DIR/alice/findings"
		apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run
	END
	run -0 unshare -m bash "$LAB_DIR/alice/script"
	[ "${lines[-2]}" = "ipsec2: changed: it restarts" ]
	[ "${lines[-1]}" = "    sa-rekey-time   restart             1h -> 2h" ]
	rekeys_every 3600s
	same "$(ids alice)" "$before"
	apply_file alice "$LAB_DIR/alice/weos.cfg"
	rekeys_every 7200s
	same "$(ids alice)" "$before"
}

@test "state: the disk is full amid certificates and keys: what was applied stays, and all of it is kept" {
	local pki=$LAB_DIR/alice/pki label

	bob_up
	mkdir -p "$pki"/{x509,x509ca,private}
	for label in one two; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$label" -days 2 \
			-keyout "$pki/private/$label.pem" -out "$pki/x509/$label.pem" 2>/dev/null
		cp "$pki/x509/$label.pem" "$pki/x509ca/$label.pem"
	done
	{
		site 1
		site 2 'no secret' 'method cert' 'certificate one' 'ca two'
		site 3 'no secret' 'method cert' 'certificate two' 'ca one'
	} | device >"$LAB_DIR/alice/weos.cfg"
	mkdir -p "$LAB_DIR/alice/mount"
	cat >"$LAB_DIR/alice/script" <<-'END'
		set -e
		mount -t tmpfs -o size=128k none "$LAB_DIR/alice/mount"
		cp -a "$LAB_DIR/alice/state" "$LAB_DIR/alice/mount"
		cat /dev/zero >"$LAB_DIR/alice/mount/fill" 2>/dev/null || true
		mount --bind "$LAB_DIR/alice/mount/state" "$LAB_DIR/alice/state"
		ls -AR "$LAB_DIR/alice/state" >"$LAB_DIR/alice/was"
		refused=0
		while status=0; apply_file alice "$LAB_DIR/alice/weos.cfg" --pki "$LAB_DIR/alice/pki" || status=$?; [ "$status" -ne 0 ]; do
			[ "$status" -eq 2 ]
			grep -q 'No space left on device' "$LAB_DIR/alice/findings"
			ls -AR "$LAB_DIR/alice/state" | diff "$LAB_DIR/alice/was" -
			refused=$((refused + 1))
			truncate -s -4096 "$LAB_DIR/alice/mount/fill"
		done
		echo "$refused"
		rm "$LAB_DIR/alice/mount/fill"
		cp -a "$LAB_DIR/alice/mount/state/." "$LAB_DIR/alice/kept"
	END
	run -0 unshare -m bash "$LAB_DIR/alice/script"
	[ "${lines[-1]}" -gt 7 ]
	same "$(ids alice)" "$before"
	diff -r "$pki" "$LAB_DIR/alice/kept/current/pki"
}

@test "state: it is closed to others, holds no file they could read, and eight generations" {
	mkdir -m 755 "$state"
	for hours in {1..10}; do
		write "${hours}h"
		apply_file alice "$LAB_DIR/alice/weos.cfg"
	done
	[ "$(stat -c %a "$state")" = 700 ]
	same "$(find "$state" ! -type l -perm /077)" ''
	same "$(ls "$state/gen")" "$(printf '%04d\n' {3..10})"
	for hours in {9..3}; do
		run -0 control alice rollback
		rekeys_every "$((hours * 3600))s"
	done
	run -1 control alice rollback
	write 2h
	apply_file alice "$LAB_DIR/alice/weos.cfg"
	[ "$(readlink "$state/current")" = gen/0011 ]
	rekeys_every 7200s
}

@test "rollback: what was gone back to is kept as long as what was applied after it" {
	for hours in {1..9}; do
		write "${hours}h"
		apply_file alice "$LAB_DIR/alice/weos.cfg"
	done
	for _ in {1..5}; do
		control alice rollback
	done
	rekeys_every 14400s
	for hours in {11..13}; do
		write "${hours}h"
		apply_file alice "$LAB_DIR/alice/weos.cfg"
	done
	for hours in 12 11 4 3; do
		run -0 control alice rollback
		rekeys_every "$((hours * 3600))s"
	done
}

@test "confirm: what was never confirmed is not what a rollback leads to" {
	write 1h
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --confirm 1
	same "$(connections alice)" ''
	run -1 control alice rollback
	[ "$output" = "weipsec-apply: there is nothing to go back to" ]
	same "$(connections alice)" ''
	apply_file alice "$LAB_DIR/alice/weos.cfg"
	write 2h
	run -1 apply_file alice "$LAB_DIR/alice/weos.cfg" --confirm 1
	write 3h
	apply_file alice "$LAB_DIR/alice/weos.cfg"
	run -0 control alice rollback
	rekeys_every 3600s
	run -0 control alice rollback
	same "$(connections alice)" ''
}

@test "state: what cannot be read is made up for: the tunnels are there, and it says what was wrong" {
	for harm in agent generation journal loaded; do
		bob_up
		case $harm in
		agent) echo '<ipsec' >"$state/current/agent.xml" ;;
		generation) rm -r "$(realpath "$state/current")" ;;
		journal) echo '{' >"$state/journal" ;;
		loaded) echo '[]' >"$state/current/loaded.json" ;;
		esac
		run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
		case $harm in
		agent) says alice "$state: generation " ;;
		generation) says alice "$state/gen: No such file or directory" ;;
		journal) says alice "$state/journal: cannot be read: every tunnel is made anew" ;;
		esac
		if [ "$harm" = loaded ]; then
			same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
			same "$(ids alice)" "$before"
		else
			same "$output" "$(printf 'ipsec%d: changed\n' 1 2)"
		fi
		same "$(connections alice)" "$(printf 'ipsec%d\n' 1 2)"
		[ ! -e "$state/journal" ]
		run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
		same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
		lab_not grep '^weipsec-apply: ' "$LAB_DIR/alice/findings"
		peers_up bob
	done
	lab_traffic bob tunnel1 tunnel1
}

@test "state: --dry-run touches nothing, and needs no lock" {
	site 1 | device >"$LAB_DIR/alice/weos.cfg"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run
	[ "$output" = "ipsec1: added" ]
	[ ! -e "$state" ]
	same "$(loaded alice)" ''
	bob_up
	write 2h
	chmod 750 "$state"
	exec 8>"$state/lock"
	flock -n 8
	was=$(cd "$state" && find . -printf '%p %m %T@ %C@\n' | sort; wc -l <"$LAB_DIR/alice/log")
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run
	exec 8>&-
	same "$output" $'ipsec1: unchanged\nipsec2: changed: it restarts\n    sa-rekey-time   restart             1h -> 2h'
	same "$(cd "$state" && find . -printf '%p %m %T@ %C@\n' | sort; wc -l <"$LAB_DIR/alice/log")" "$was"
}

@test "state: --persist keeps a file that swanctl loads without a change to any SA" {
	bob_up
	echo old >"$LAB_DIR/alice/swanctl.conf"
	inode=$(stat -c %i "$LAB_DIR/alice/swanctl.conf")
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --persist "$LAB_DIR/alice/swanctl.conf"
	same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
	[ "$(stat -c %a "$LAB_DIR/alice/swanctl.conf")" = 600 ]
	[ "$(stat -c %i "$LAB_DIR/alice/swanctl.conf")" != "$inode" ]
	lists=$(loaded alice)
	lab_load alice 2
	same "$(ids alice)" "$before"
	same "$(loaded alice)" "$lists"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec%d: unchanged\n' 1 2)"
	lab_traffic bob tunnel1 tunnel1
	write 2h
	run -2 apply_file alice "$LAB_DIR/alice/weos.cfg" --persist "$LAB_DIR/alice/none/swanctl.conf"
	says alice "$LAB_DIR/alice/none/swanctl.conf: No such file or directory"
	run -2 apply_file alice "$LAB_DIR/alice/weos.cfg" --persist -
	same "$output" ''
	says alice '-: Invalid argument'
	same "$(loaded alice)" "$lists"
	same "$(ids alice)" "$before"
}

@test "state: --persist keeps what charon has, also when it is refused, and behind a link" {
	bob_up
	mkdir "$LAB_DIR/alice/conf.d"
	touch "$LAB_DIR/alice/conf.d/real"
	ln -s conf.d/real "$LAB_DIR/alice/link"
	apply_file alice "$LAB_DIR/alice/weos.cfg" --persist "$LAB_DIR/alice/link"
	[ -L "$LAB_DIR/alice/link" ]
	was=$(cat "$LAB_DIR/alice/conf.d/real")
	write 2h
	run -1 through alice "$LAB_DIR/alice/weos.cfg" load-shared refuse --persist "$LAB_DIR/alice/link"
	same "$(cat "$LAB_DIR/alice/conf.d/real")" "$was"
	run -0 through alice "$LAB_DIR/alice/weos.cfg" 0 client --persist "$LAB_DIR/alice/link"
	lab_not same "$(cat "$LAB_DIR/alice/conf.d/real")" "$was"
	same "$(ls -A "$LAB_DIR/alice/conf.d")" real
}

@test "confirm: whoever waits and is told to end goes back, and so does a confirmation that comes too late" {
	bob_up
	"$WEIPSEC_APPLY" --vici "unix://$LAB_DIR/alice/vici" --state-dir "$state" --confirm 60 - \
		< <({ site 1; site 2 'sa-rekey-time 2h'; } | device) >/dev/null 2>"$LAB_DIR/alice/findings" &
	waiting=$!
	lab_until 10 grep -q 'waiting 60 s' "$LAB_DIR/alice/findings"
	rekeys_every 7200s
	run -2 apply_file alice "$LAB_DIR/alice/weos.cfg"
	says alice 'what was applied last waits for its confirmation'
	kill -TERM "$waiting"
	status=0
	wait "$waiting" || status=$?
	[ "$status" -eq 1 ]
	rekeys_every 3600s
	write 3h
	"$WEIPSEC_APPLY" --vici "unix://$LAB_DIR/alice/vici" --state-dir "$state" --confirm 60 "$LAB_DIR/alice/weos.cfg" \
		>/dev/null 2>"$LAB_DIR/alice/findings" &
	waiting=$!
	lab_until 10 grep -q 'waiting 60 s' "$LAB_DIR/alice/findings"
	kill -9 "$waiting"
	wait "$waiting" || true
	rekeys_every 10800s
	sed -i 's/"time": [0-9]*/"time": 1/' "$state/deadline"
	run -1 control alice confirm
	[ "$output" = "weipsec-apply: too late: every tunnel is as it was before" ]
	rekeys_every 3600s
	same "$(ids alice)" "$before"
	[ ! -e "$state/deadline" ]
	run -1 control alice confirm
}

# Applies alice's file and kills who waits for its confirmation.
left_behind() {
	"$WEIPSEC_APPLY" --vici "unix://$LAB_DIR/alice/vici" --state-dir "$state" --confirm 60 "$LAB_DIR/alice/weos.cfg" \
		>/dev/null 2>"$LAB_DIR/alice/findings" &
	lab_until 10 grep -q 'waiting 60 s' "$LAB_DIR/alice/findings"
	kill -9 $!
	wait $! || true
}

@test "confirm: the time is that since boot, which nobody sets, and no reboot prolongs it" {
	write 1h
	apply_file alice "$LAB_DIR/alice/weos.cfg"
	write 2h
	left_behind
	# of a container /proc/uptime may say something else
	boottime=$(/usr/bin/python3 -c 'import time; print(int(time.clock_gettime(time.CLOCK_BOOTTIME)))')
	[ "$(jq .time "$state/deadline")" -le $((boottime + 61)) ]
	jq '.time += 100000000' "$state/deadline" >"$state/deadline.other"
	mv "$state/deadline.other" "$state/deadline"
	nsenter --net="/run/netns/$(lab_ns alice)" "$WEIPSEC_APPLY" supervise --vici "unix://$LAB_DIR/alice/vici" \
		--state-dir "$state" "$LAB_DIR/alice/weos.cfg" \
		>"$LAB_DIR/alice/said" 2>&1 3>&- &
	lab_until 10 grep "waiting 60 s for 'weipsec-apply confirm'" "$LAB_DIR/alice/said"
	kill $!
	wait $! || true
	run -0 control alice confirm
	rekeys_every 7200s
}

@test "state: no secret is shown, and none stands where others could read it" {
	local secret=${DEVICE_SECRET#0s} name=Kd8sLq0pZx7vLmTTq4Rw

	{ site 1 "secret $DEVICE_SECRET"; site 3 "secret $name" "local-id name $name" "description the $name"; site 2 "secret $DEVICE_SECRET" 'ike cipher aes128 auth sha1 dh modp2048'; } |
		device >"$LAB_DIR/alice/weos.cfg"
	{
		apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run
		apply_file alice "$LAB_DIR/alice/weos.cfg" --persist "$LAB_DIR/alice/kept.conf"
		cat "$LAB_DIR/alice/findings"
		control alice status --json
		control alice status
		control alice status 1
		control alice status 3
		write 2h
		apply_file alice "$LAB_DIR/alice/weos.cfg"
		cat "$LAB_DIR/alice/findings"
		control alice rollback
	} >"$LAB_DIR/alice/said" 2>&1 || true
	[ "$(wc -l <"$LAB_DIR/alice/said")" -gt 20 ]
	grep -rqF "$secret" "$state"
	same "$(grep -rlF "$secret" "$state" --include=agent.xml)" "$(grep -rlF "$secret" "$state")"
	hex=$(base64 -d <<<"$secret" | od -An -tx1 -v | tr -d ' \n')
	lab_not grep -qiF -e "$secret" -e "$hex" -e "$name" "$LAB_DIR/alice/said"
	grep -qF 'id: ****' "$LAB_DIR/alice/said"
	same "$(find "$state" "$LAB_DIR/alice/kept.conf" ! -type l -perm /077)" ''
}
