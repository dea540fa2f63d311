# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What `weipsec pair' says of random pairs of WeOS files, against what two charons make of them (drawn.py).

load lab

PAIRS=${PAIRS:-20}
SEED=${SEED:-1}

setup_file() {
	# what nobody answers is to be known soon
	export LAB_CHARON='retransmit_timeout = 2.0
		retransmit_tries = 1
		retransmit_base = 1.0'
	lab_setup_file
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

@test "pair: drawn pairs of files come to what was said of them" {
	local drawn=$BATS_TEST_TMPDIR/drawn i
	mkdir "$BATS_TEST_TMPDIR/said"
	python3 "$LAB_ROOT/tests/lab/drawn.py" draw "$PAIRS" "$SEED" "$drawn"
	for ((i = 0; i < PAIRS; i++)); do
		printf '%s\tpair\t--format\tjson\t--as\t%s\ta.cfg\tb.cfg\n' "$drawn/$i" "$(cat "$drawn/$i/as")"
	done | "${WEIPSEC_BUILD:-$LAB_ROOT/build}/tests/each" "$BATS_TEST_TMPDIR/said" >/dev/null
	for ((i = 0; i < PAIRS; i++)); do
		mv "$BATS_TEST_TMPDIR/said/$((i + 1)).out" "$drawn/$i/said.json"
	done
	WEIPSEC=$WEIPSEC python3 "$LAB_ROOT/tests/lab/drawn.py" try "$drawn" >"$BATS_TEST_TMPDIR/out" || {
		cat "$BATS_TEST_TMPDIR/out"
		cp -r "$drawn" "${KEEP:-$BATS_TEST_TMPDIR/kept}"
		return 1
	}
	cat "$BATS_TEST_TMPDIR/out" >&3
}
