#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs each fuzz target given for FUZZ_SECONDS, from the corpus in testdata/ and from what earlier
# runs in this build folder found.  A find stays in build/fuzz/NAME.finds/ and fails the run.
set -euo pipefail

for target in "$@"; do
	name=${target##*/}
	corpus=build/fuzz/$name.corpus
	finds=build/fuzz/$name.finds
	seeds=(-dict=tests/fuzz/weos.dict testdata/accept testdata/reject)
	if [ "$name" = fuzz_vici ]; then
		tests/fuzz/seeds.sh build/fuzz/fuzz_vici.seeds
		seeds=(build/fuzz/fuzz_vici.seeds)
	fi
	mkdir -p "$corpus" "$finds"
	"$target" -max_total_time="${FUZZ_SECONDS:-30}" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
		-print_final_stats=1 -verbosity=0 -artifact_prefix="$finds/" "$corpus" "${seeds[@]}"
	echo "$name: ${FUZZ_SECONDS:-30} s without a find"
done
