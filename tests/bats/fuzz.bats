# SPDX-License-Identifier: ISC
# What each fuzz target begins with, and a few inputs made of it; what fuzzing found once.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	WEIPSEC=${WEIPSEC:-build/weipsec}
}

@test "fuzz: each target reads its corpus and what is made of it, under the sanitizers" {
	make fuzz-some
}

@test "fuzz: each target has a small corpus, without private keys" {
	for target in tests/fuzz/fuzz_*.c; do
		corpus=testdata/fuzz-corpus/$(basename "$target" .c)
		count=$(find "$corpus" -type f | wc -l)
		[ "$count" -gt 0 ] && [ "$count" -le 300 ] || { echo "$corpus: $count"; return 1; }
		wrong=$(grep -rla -e PRIV -e ' KEY' "$corpus" || true; find "$corpus" -type f -size +4096c)
		[ -z "$wrong" ] || { echo "$wrong"; return 1; }
	done
}

@test "fuzz: what was found once is read to its end" {
	for find in testdata/fuzz/*; do
		[ -e "$find" ] || continue
		status=0
		"$WEIPSEC" check "$find" > /dev/null || status=$?
		[ "$status" -le 1 ] || { echo "$find: $status"; return 1; }
	done
}
