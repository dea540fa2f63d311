# SPDX-License-Identifier: ISC
# Each fuzz target for five minutes, from a corpus that grows with each run in this folder.
# shellcheck disable=SC2154 # root and build are the helper's

load helper

@test "fuzz: ${MORE_FUZZ_SECONDS:=300} seconds of each target without a find" {
	cd "$root"
	status=0
	make fuzz FUZZ_SECONDS="$MORE_FUZZ_SECONDS" > "$BATS_TEST_TMPDIR/said" 2>&1 || status=$?
	grep -E '^fuzz_|ERROR|SUMMARY' "$BATS_TEST_TMPDIR/said" || true
	[ "$status" = 0 ]
	# the first statistics after each target's search; those of the replay say nothing of searching
	figure "$(awk '
		/number_of_executed_units/ && !counted { runs = $2; counted = 1 }
		/without a find$/ { printf "%s%s %d", (n++ ? ", " : "runs: "), substr($1, 1, length($1) - 1), runs; counted = 0 }
		' "$BATS_TEST_TMPDIR/said")"
}
