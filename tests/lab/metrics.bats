# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a process of its own; Bats sets some
# What is kept for Prometheus beside real charons: what a tunnel is and why, sums that never fall, and what is known
# while charon is away.

bats_require_minimum_version 1.5.0
load lab
load certificates
load supervisor

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
	rm -rf "$LAB_DIR"/*/{state,said,pki,metrics}
}
teardown() {
	end_supervisors
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		tail -n 90 "$LAB_DIR"/*/said
		cat "$LAB_DIR"/*/metrics/w.prom
	fi
	revive
	lab_teardown
}

# Supervises gateway $1, which keeps its metrics in metrics/w.prom.
measure() {
	local gw=$1

	mkdir -p "$LAB_DIR/$gw/metrics"
	supervise "$gw" '' --metrics "$LAB_DIR/$gw/metrics/w.prom" "${@:2}"
}

# The value of the sample weipsec_$2 of gateway $1, named with its labels; nothing without one.
metric() {
	awk -v name="weipsec_$2 " 'index($0, name) == 1 { print $NF }' "$LAB_DIR/$1/metrics/w.prom"
}

metric_is() {
	[ "$(metric "$1" "$2")" = "$3" ]
}

# Waits until that is $3.
measures() {
	lab_until 40 metric_is "$1" "$2" "$3" || lab_fail "$2 of $1 is '$(metric "$1" "$2")', not '$3'"
}

totals() {
	grep -E '^weipsec_tunnel_(received|transmitted)_(bytes|packets)_total' "$LAB_DIR/$1/metrics/w.prom"
}

# Succeeds when each sum of $2, as totals() printed it, is as much or more in $3, and $4 packets or more came.
have_grown() {
	paste -d' ' <(echo "$1") <(echo "$2") | awk -v packets="$3" '
		$1 != $3 || $4 < $2			{ exit bad = 1 }
		$1 ~ /_packets_/ && $4 - $2 < packets	{ exit bad = 1 }
		END					{ exit bad || NR != 4 }'
}

# Waits until the sums of bob are those of $before and $1 packets each way more, and takes them for the next time.
grows() {
	lab_until 40 grown "$1" || lab_fail "from $before to $(totals bob)"
	before=$(totals bob)
}

grown() {
	have_grown "$before" "$(totals bob)" "$1"
}

@test "metrics: up, traffic, a rekeying, another SA, charon's end: the sums never fall" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob 'description "north \"1\""' >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	measure bob
	lab_works
	measures bob 'tunnel_up{tunnel="1"}' 1
	lab_until 40 metric_is bob 'tunnel_received_packets_total{tunnel="1"}' 3
	before=$(totals bob)
	lab_ping bob 10 >/dev/null
	grows 10
	lab_swanctl bob --rekey --child tunnel1 >/dev/null
	measures bob 'tunnel_rekeys_total{tunnel="1"}' 1
	lab_works
	grows 3
	lab_swanctl alice --rekey --child tunnel1 >/dev/null
	measures bob 'tunnel_rekeys_total{tunnel="1"}' 2
	lab_ping bob 5 >/dev/null
	control bob restart >/dev/null
	lab_works
	grows 8
	metric_is bob 'tunnel_rekeys_total{tunnel="1"}' 2
	lab_ping bob 4 >/dev/null
	grows 4
	kill_charon bob
	measures bob charon_up 0
	start_charon bob
	measures bob charon_up 1
	lab_works
	grows 3
	metric_is bob 'tunnel_rekeys_total{tunnel="1"}' 2
}

# Succeeds when promtool has nothing to say of the standard input.
takes() {
	command -v promtool >/dev/null || skip 'there is no promtool here (package prometheus)'
	promtool check metrics
}

# The metrics of gateway $1 without what moves by itself.
still() {
	grep -v -e _total -e _seconds
}

@test "metrics: down and why, a file that is refused, and up; readable by all, and what status prints" {
	local file=$LAB_DIR/bob/metrics/w.prom

	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob 'secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8=' >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	measure bob
	measures bob 'tunnel_down_reason{tunnel="1",reason="authentication"}' 1
	metric_is bob 'tunnel_up{tunnel="1"}' 0
	metric_is bob 'tunnel_enabled{tunnel="1"}' 1
	measures bob 'tunnel_state{tunnel="1",state="unknown"}' 1 # not while it is tried again
	metric_is bob config_last_apply_success 1
	takes <"$file"
	lab_weos bob 'sa-rekey-time 3x' >"$LAB_DIR/bob/weos.cfg"
	measures bob config_last_apply_success 0
	metric_is bob config_generation 1
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	measures bob config_last_apply_success 1
	measures bob 'tunnel_up{tunnel="1"}' 1
	metric_is bob config_generation 2
	metric_is bob 'tunnel_ike_sas{tunnel="1"}' 1
	metric_is bob 'tunnel_state{tunnel="1",state="installed"}' 1
	run ! grep -q '^weipsec_tunnel_down_reason' "$file"
	[ "$(stat -c %a "$file")" = 644 ]
	[ "$(ls -A "$LAB_DIR/bob/metrics")" = w.prom ]
	run ! grep -q -e VGhpcyBpcyBh -e 'This is a secret' "$file"
	takes <"$file"
	lab_until 40 metric_is bob charon_up 1
	run -0 control bob status --metrics
	diff <(still <<<"$output") <(still <"$file")
	takes <<<"$output"
	[[ $output == *'weipsec_tunnel_received_bytes_total{tunnel="1"}'* ]]
	end_supervisor bob TERM
	run -0 control bob status --metrics
	[[ $output == *'weipsec_tunnel_up{tunnel="1"} 1'* ]]
	[[ $output == *weipsec_tunnel_last_rekey_timestamp_seconds* ]]
	[[ $output != *_total* ]]
	[[ $output != *last_apply_success* ]]
	takes <<<"$output"
}

@test "metrics: charon is away from the beginning, comes, and goes; a file that cannot be written" {
	lab_weos bob 'peer 192.168.0.9' >"$LAB_DIR/bob/weos.cfg"
	kill_charon bob
	measure bob
	lab_until 20 metric_is bob charon_up 0
	metric_is bob config_generation 0
	run ! grep -q -e '^weipsec_tunnel' -e '^weipsec_charon_info' "$LAB_DIR/bob/metrics/w.prom"
	# status prints it, from whom there is to ask
	run -1 --separate-stderr control bob status --metrics
	diff "$LAB_DIR/bob/metrics/w.prom" - <<<"$output"
	[[ $stderr == *': nothing is applied' ]]
	end_supervisor bob TERM
	run -1 --separate-stderr control bob status --metrics
	diff "$LAB_DIR/bob/metrics/w.prom" - <<<"$output"
	start_charon bob
	run -1 --separate-stderr control bob status --metrics
	takes <<<"$output"
	[[ $output == *'weipsec_charon_up 1'*'weipsec_charon_info{version='*'weipsec_config_generation 0'* ]]
	measure bob
	measures bob charon_up 1
	measures bob 'tunnel_down_reason{tunnel="1",reason="no-answer"}' 1
	mkdir "$LAB_DIR/bob/metrics/.w.prom.tmp"
	kill_charon bob
	hears bob 'metrics/w.prom: '
	metric_is bob charon_up 1
	rmdir "$LAB_DIR/bob/metrics/.w.prom.tmp"
	hears bob 'w.prom: written again'
	measures bob charon_up 0
	metric_is bob 'tunnel_down_reason{tunnel="1",reason="charon-down"}' 1
	run ! grep -q -e '^weipsec_tunnel_ike_sas' -e '^weipsec_charon_info' "$LAB_DIR/bob/metrics/w.prom"
	takes <"$LAB_DIR/bob/metrics/w.prom"
	run -2 --separate-stderr control bob status --metrics
	[[ $output == *'weipsec_charon_up 0'* ]]
	end_supervisor bob TERM
	ln -sf ../weos.cfg "$LAB_DIR/bob/metrics/w.prom"
	run -64 control bob supervise --metrics "$LAB_DIR/bob/metrics/w.prom" "$LAB_DIR/bob/weos.cfg"
	echo kept >"$LAB_DIR/bob/other"
	ln -sf ../other "$LAB_DIR/bob/metrics/w.prom"
	measure bob
	hears bob 'w.prom: is no regular file'
	[ "$(cat "$LAB_DIR/bob/metrics/w.prom")" = kept ]
}

# The time of the end of certificate $1 in seconds.
ends_at() {
	date -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s
}

# A second or more of the two days of certificate $1 is over: so one whole day is left.
has_begun() {
	[ "$(ends_at "$1")" -lt $(($(date +%s) + 2 * 86400)) ]
}

@test "metrics: when certificates and CAs expire, and status says the days that are left" {
	local pki=$LAB_DIR/pki own=$LAB_DIR/bob/pki/x509/own.pem

	mkdir -p "$pki" "$LAB_DIR"/bob/pki/{x509,x509ca,private}
	make_ca ca "$pki"
	make_ca other "$pki"
	cert bob /CN=bob ca DNS:bob
	cp "$pki/bob.crt" "$own"
	cp "$pki/bob.key" "$LAB_DIR/bob/pki/private/own.pem"
	cp "$pki/ca.crt" "$LAB_DIR/bob/pki/x509ca/ca.pem"
	cp "$pki/other.crt" "$LAB_DIR/bob/pki/x509ca/other.pem"
	lab_weos bob 'no secret' 'method cert' 'certificate own' 'ca ca' 'remote-id CN=alice' >"$LAB_DIR/bob/weos.cfg"
	measure bob --pki "$LAB_DIR/bob/pki"
	measures bob 'certificate_not_after_timestamp_seconds{label="own",kind="own"}' "$(ends_at "$own")"
	metric_is bob 'certificate_not_after_timestamp_seconds{label="ca",kind="ca"}' "$(ends_at "$pki/ca.crt")"
	metric_is bob 'certificate_not_after_timestamp_seconds{label="other",kind="ca"}' "$(ends_at "$pki/other.crt")"
	takes <"$LAB_DIR/bob/metrics/w.prom"
	lab_until 5 has_begun "$own"
	run -1 control bob status
	expiries=$(grep left <<<"$output")
	[ "$(cut -d, -f1 <<<"$expiries")" = "       certificate 'own': 1 day left
       CA 'ca': 1 day left
CA 'other': 1 day left" ]
	run -1 control bob status 1
	[ "$(grep left <<<"$output")" = "$(sed -n 's/^ *//; 1,2p' <<<"$expiries")" ]
	end_supervisor bob TERM
	run -1 control bob status
	[ "$(grep left <<<"$output")" = "$expiries" ]
}
