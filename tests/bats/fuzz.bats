# SPDX-License-Identifier: ISC
# Each fuzz target for FUZZ_SECONDS, and what fuzzing found once.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	WEIPSEC=${WEIPSEC:-build/weipsec}
}

@test "fuzz: ${FUZZ_SECONDS:-30} seconds of each target without a find" {
	make fuzz
}

@test "fuzz: what was found once is read to its end" {
	for find in testdata/fuzz/*; do
		[ -e "$find" ] || continue
		status=0
		"$WEIPSEC" check "$find" > /dev/null || status=$?
		[ "$status" -le 1 ] || { echo "$find: $status"; return 1; }
	done
}
