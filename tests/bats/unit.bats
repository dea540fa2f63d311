# SPDX-License-Identifier: ISC
# The unit programs, which print TAP of their own.

load ../trace

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	build=${WEIPSEC_BUILD:-$root/build}
}

# unit NAME [ARGUMENT]...: all of its tests pass, and there are some
unit() {
	# shellcheck disable=SC2086 # a command and its options, or nothing
	run ${WEIPSEC_WRAPPER:-} "$build/tests/$1" "${@:2}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"ok 1 "* && $output != *"not ok"* ]]
}

@test "unit: arenas" { unit test_arena; }

@test "unit: an event loop that ends" { unit test_eventloop; }

@test "unit: what breaks a rule is refused, or there is no memory for it" { unit test_memory; }

@test "unit: identities" { unit test_identity; }

@test "unit: what two charons made of 500 pairs of gateways" { unit test_exchange; }

@test "unit: the fields of a tunnel" { unit test_field; }

@test "unit: what is written as WeOS text reads again as it was" { unit test_write "$root/testdata/accept"; }

@test "unit: the other end of every accept file comes up with it" { unit test_mirror "$root/testdata/accept"; }

@test "unit: why a write failed, when errno has gone" { unit test_sink; }

@test "unit: how far words are from each other" { unit test_distance; }

@test "unit: patterns of files, as git reads them" { unit test_glob; }
@test "unit: where gateways stand in a picture" { unit test_chart; }
@test "unit: what a picture of a network shows" { unit test_topology; }

@test "unit: saving fixed files" { unit test_fix; }

@test "unit: the VICI client" { unit test_vici "$root/testdata/vici"; }

@test "unit: the VICI client where events meet and buffers fill" { unit test_vici_faults; }

@test "unit: what is said of tunnels, in time" { unit test_reasons; }

@test "unit: two devices with one identity" { unit test_takeover; }

@test "unit: a peer's suites in the words of WeOS" { unit test_suites; }

@test "unit: states, layouts and reasons" { unit test_status "$root/testdata/vici"; }

@test "unit: which IKE_SAs wait in vain by charon's log, for a soak" {
	LAB_DIR=. python3 -m doctest "$root/tests/lab/truth.py"
}

@test "unit: the table that the README shows" { unit test_table "$root/README.md"; }

@test "unit: what waits to be confirmed" { unit test_confirm; }

@test "unit: the control socket" { unit test_control; }

@test "unit: what is left of secrets in memory, and what may be dumped" {
	[ -z "${SAN:-}${VALGRIND:-}" ] || skip 'what is freed is kept, and looked into'
	unit test_secrecy
}

@test "unit: packets" { unit test_packet; }

@test "unit: the addresses of the kernel" { unit test_addresses; }

@test "unit: when a tunnel is started again" { unit test_tracker; }

@test "unit: when a tunnel that is refused is begun anew" { unit test_revival; }

@test "unit: a name that is the secret is shown nowhere" { unit test_telling; }

@test "unit: what should have authenticated anew" { unit test_overdue; }

@test "unit: metrics, and what is summed for them" { unit test_metrics; }

@test "unit: some test runs each program" {
	for program in "$root"/tests/unit/test_*.c; do
		program=${program##*/}
		grep -q "\b${program%.c}\b" "$root"/tests/bats/*.bats || { echo "nothing runs $program"; return 1; }
	done
}

@test "unit: several threads" { unit test_workers; }

@test "unit: parts of a report" { unit test_part; }

@test "unit: of a text that is cut at any byte nothing else is made" {
	local accept=$root/testdata/accept

	cd "$BATS_TEST_TMPDIR"
	"$build/weipsec" compile --to agent -o cert.xml "$accept/certificate/certificate-site.cfg" 2>/dev/null
	"$build/weipsec" compile --to agent --json -o cert.json "$accept/certificate/certificate-site.cfg" 2>/dev/null
	unit test_whole "$accept/certificate/certificate-site.cfg" "$accept/certificate/certificate-strict.weos" \
		"$accept"/session/{session-show-run,session-crlf}.cfg "$accept/device/device-words-like-ours.cfg" \
		"$accept/foreign/utf8-in-foreign-and-comments.cfg" "$accept/rule/WI403/WI403-comment-after-blank.cfg" \
		"$accept"/text/{crlf,no-final-newline}.cfg \
		"$accept"/rule/WI124/WI124-{session-answer.weos,session-outside.weos,leave.weos,foreign-last.cfg} \
		cert.xml cert.json
}
