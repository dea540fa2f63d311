#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs each fuzz target given for FUZZ_SECONDS, from the corpus in testdata/ and from what earlier
# runs in this build folder found.  A find stays in build/fuzz/NAME.finds/ and fails the run.
set -euo pipefail

for target in "$@"; do
	name=${target##*/}
	corpus=build/fuzz/$name.corpus
	finds=build/fuzz/$name.finds
	mkdir -p "$corpus" "$finds"
	dictionary=tests/fuzz/${name#fuzz_}.dict
	[ -e "$dictionary" ] || dictionary=tests/fuzz/weos.dict
	"$target" -max_total_time="${FUZZ_SECONDS:-30}" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
		-print_final_stats=1 -verbosity=0 -dict="$dictionary" \
		-artifact_prefix="$finds/" "$corpus" testdata/accept testdata/reject
	echo "$name: ${FUZZ_SECONDS:-30} s without a find"
done
