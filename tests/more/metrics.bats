# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# What is kept for Prometheus beside real charons: what a tunnel is and why, sums that never fall, and what is known
# while charon is away.

bats_require_minimum_version 1.5.0
load ../lab/lab
load ../lab/certificates
load ../lab/supervisor

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
