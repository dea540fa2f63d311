# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# weipsec-apply monitor beside real charons: what passes is shown, and written as it was.

bats_require_minimum_version 1.5.0
load lab

setup_file() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply TZ=UTC
	lab_setup_file
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	here=$BATS_TEST_TMPDIR
	rm -rf "$LAB_DIR"/alice/state
}
teardown() { lab_teardown; }

# Applies the WeOS text on standard input at alice's.
apply() {
	cat >"$LAB_DIR/alice/weos.cfg"
	"$WEIPSEC_APPLY" apply --vici "unix://$LAB_DIR/alice/vici" --state-dir "$LAB_DIR/alice/state" \
		"$LAB_DIR/alice/weos.cfg" 2>"$LAB_DIR/alice/findings"
}

# Starts a monitor at alice's, its name first: its process is in the file NAME.pid, what it says in NAME.out
# and NAME.err. A shell would let it ignore Ctrl-C, so env gives the signal back.
monitor() {
	local name=$1

	shift
	ip netns exec "$(lab_ns alice)" env --default-signal=INT "$WEIPSEC_APPLY" monitor \
		--state-dir "$LAB_DIR/alice/state" "$@" >"$here/$name.out" 2>"$here/$name.err" 3>&- &
	echo $! >"$here/$name.pid"
	touch "$here/$name.err"
	lab_until 10 grep -q '^weipsec-monitor: listening' "$here/$name.err"
}

# Ends it as Ctrl-C would, and succeeds as it does.
interrupt() {
	kill -INT "$(cat "$here/$1.pid")"
	wait "$(cat "$here/$1.pid")"
}

lines_are() {
	[ "$(grep -c "$3" "$here/$1.out")" -ge "$2" ]
}

shown() {
	lab_until "$LAB_DEADLINE" lines_are "$@" || lab_fail "$1 does not show $2 of '$3'"
}

@test "monitor: a tunnel comes up, and its packets are those that charon and tcpdump know" {
	command -v tcpdump >/dev/null || skip "no tcpdump"
	lab_weos alice | apply
	install -m 666 /dev/null "$here/all.pcap"
	monitor all -w "$here/all.pcap"
	lab_weos bob | lab_compile bob
	lab_load bob
	lab_works
	shown all 6 ESP-in-UDP
	interrupt all
	for message in '< 192.168.0.2:500 IKEv2 IKE_SA_INIT request 0 from initiator' \
		'> 192.168.0.2:500 IKEv2 IKE_SA_INIT response 0 from responder' \
		'< 192.168.0.2:4500 IKEv2 IKE_AUTH request 1 from initiator' \
		'> 192.168.0.2:4500 IKEv2 IKE_AUTH response 1 from responder'; do
		[ "$(grep -cE "^[0-9:.]{15} $message spi [0-9a-f]{16}_i [0-9a-f]{16}_r [0-9]+ bytes$" \
			"$here/all.out")" = 1 ]
	done
	lab_swanctl alice --list-sas | awk '$1 == "in" || $1 == "out" { print $1, $2 }' | tr -d , |
		sort >"$here/spis"
	sed -n 's/^[^ ]* < .* ESP-in-UDP spi \([^ ]*\) .*/in \1/p; s/^[^ ]* > .* ESP-in-UDP spi \([^ ]*\) .*/out \1/p' \
		"$here/all.out" | sort -u | diff "$here/spis" -
	[ "$(stat -c %a "$here/all.pcap")" = 600 ]
	tcpdump -nvr "$here/all.pcap" 2>/dev/null |
		sed -n 's/^\([0-9:.]*\) IP .* length \([0-9]*\))$/\1 \2/p' >"$here/seen"
	awk '{ print $1, $(NF - 1) }' "$here/all.out" | diff "$here/seen" -
	grep -qx "weipsec-monitor: $(wc -l <"$here/all.out") packets, 0 lost since they came too fast" \
		"$here/all.err"
}

@test "monitor: with an ID, the packets of that tunnel only" {
	{
		lab_weos alice | sed '$d'
		printf '%s\n' 'ipsec 2' "secret ${LAB_SECRET/VGhp/VGhq}" 'peer 192.168.0.9' \
			'local-address 192.168.0.1' 'local-id name alice2' 'remote-id name other' \
			'remote-subnet 10.9.0.0/24' end end
	} | apply
	monitor one 1
	monitor two 2
	lab_weos bob | lab_compile bob
	lab_load bob
	lab_works
	shown one 6 ESP-in-UDP
	interrupt one
	interrupt two
	[ ! -s "$here/two.out" ]
	grep -qx "weipsec-monitor: 0 packets, 0 lost since they came too fast" "$here/two.err"
}

@test "monitor: while it listens, it is nobody and may do nothing" {
	lab_weos alice | apply
	monitor all
	grep -qx 'Uid:	65534	65534	65534	65534' "/proc/$(cat "$here/all.pid")/status"
	grep -qx 'Gid:	65534	65534	65534	65534' "/proc/$(cat "$here/all.pid")/status"
	grep -q '^Groups:[[:space:]]*$' "/proc/$(cat "$here/all.pid")/status"
	grep -qx 'NoNewPrivs:	1' "/proc/$(cat "$here/all.pid")/status"
	[ "$(grep -cE '^Cap(Inh|Prm|Eff|Amb):	0{16}$' "/proc/$(cat "$here/all.pid")/status")" = 4 ]
	interrupt all
}

@test "monitor: it ends quietly when its reader goes" {
	lab_weos alice | apply
	# shellcheck disable=SC2016 # the inner shell expands these
	ip netns exec "$(lab_ns alice)" bash -c '
		"$@" 2>"$0.err" | head -1 >"$0.out"
		echo "${PIPESTATUS[0]}" >"$0.status"' "$here/head" \
		"$WEIPSEC_APPLY" monitor --state-dir "$LAB_DIR/alice/state" 3>&- &
	lab_until 10 grep -qs '^weipsec-monitor: listening' "$here/head.err"
	lab_weos bob | lab_compile bob
	lab_load bob
	lab_until "$LAB_DEADLINE" test -s "$here/head.status"
	[ "$(cat "$here/head.status")" = 0 ]
	[ "$(wc -l <"$here/head.out")" = 1 ]
	[ "$(wc -l <"$here/head.err")" = 1 ]
	wait
}

@test "monitor: it ends quietly when who reads its capture goes" {
	lab_weos alice | apply
	mkfifo "$here/fifo"
	head -c 24 "$here/fifo" >"$here/header" &
	monitor fifo -w "$here/fifo"
	lab_weos bob | lab_compile bob
	lab_load bob
	lab_installed tunnel1 bob
	wait "$(cat "$here/fifo.pid")" # and succeeds
	[ "$(wc -l <"$here/fifo.err")" = 1 ]
	[ "$(wc -c <"$here/header")" = 24 ]
}

@test "monitor: an interface that is not there, and a full disk, are 2" {
	lab_weos alice | apply
	run -2 lab_in alice "${WEIPSEC_APPLY%apply}monitor" -i absent 192.168.0.1 any
	[ "$output" = "weipsec-monitor: absent: there is no such interface" ]
	monitor full -w /dev/full
	lab_weos bob | lab_compile bob
	lab_load bob
	lab_until "$LAB_DEADLINE" grep -qx 'weipsec-monitor: /dev/full: No space left on device' "$here/full.err"
	status=0
	wait "$(cat "$here/full.pid")" || status=$?
	[ "$status" = 2 ]
}
