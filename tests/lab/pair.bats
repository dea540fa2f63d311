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

# --- docs/pair.md ----------------------------------------------------------------------------------

# Gateway $1 has the file $2 of testdata/pair, at the addresses of the lab.
has() {
	sed 's/198\.51\.100\./192.168.0./; s/10\.\([12]\)\.1\.0/10.\1.0.0/' "$LAB_ROOT/testdata/pair/$2" | lab_compile "$1" &&
		lab_load "$1"
}

# The lines of the log that the page shows below what $1 matches.
shown() {
	sed -n "/$1/,/^\*\*/s/^    //p" "$LAB_ROOT/docs/pair.md" | sed '/^$/d'
}

# The log of gateway $1 comes to have each of them.
logs_shown() {
	local lines
	lines=$(shown "$2")
	[ -n "$lines" ] || lab_fail "the page shows no line of '$2'" || return
	while read -r line; do
		lab_logged "$1" "$line" || return
	done <<<"$lines"
}

@test "pair: the page: a refused rekeying is logged as it says" {
	has alice field/pfs-other-dh-a.cfg
	has bob field/pfs-other-dh-b.cfg
	lab_installed tunnel1 bob
	lab_swanctl bob --rekey --child tunnel1
	logs_shown bob pfs-other-dh
}

@test "pair: the page: so are subnets of one end alone" {
	has alice field/one-sided-default-a.cfg
	has bob field/one-sided-default-b.cfg
	logs_shown bob one-sided-default
}

@test "pair: the page: so is a hub that starts and knows a wildcard only" {
	has bob accept/WI1006-case-and-wildcard-b.cfg
	has alice accept/WI1006-case-and-wildcard-a.cfg
	lab_swanctl alice --initiate --child tunnel1 --timeout 5 || true
	logs_shown alice case-and-wildcard
}
