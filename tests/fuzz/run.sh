#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs each fuzz target given for FUZZ_SECONDS, from its corpus in testdata/ and from what earlier runs
# in this build folder found; then its replay, under the sanitizers, over all that.  A find stays in
# build/fuzz/NAME.finds/ and fails the run, and later ones until the replay survives it.
set -euo pipefail
# shellcheck source=tests/fuzz/seeds.bash
. tests/fuzz/seeds.bash

options=(-timeout=10 -rss_limit_mb=2048 -max_len=4096 -verbosity=0 -print_final_stats=1)

dictionary_of() {
	local own=tests/fuzz/${1#fuzz_}.dict
	[ -e "$own" ] || own=tests/fuzz/weos.dict
	echo "$own"
}

# search TARGET NAME
search() {
	"$1" "${options[@]}" -max_total_time="${FUZZ_SECONDS:-4}" -dict="$(dictionary_of "$2")" \
		-entropic_scale_per_exec_time=1 \
		-artifact_prefix="build/fuzz/$2.finds/" "build/fuzz/$2.corpus" "testdata/fuzz-corpus/$2"
}

replay() {
	"$1.replay" "${options[@]}" -runs=0 -artifact_prefix="build/fuzz/$2.finds/" \
		"build/fuzz/$2.corpus" "build/fuzz/$2.finds" "testdata/fuzz-corpus/$2"
}

fuzz() {
	mkdir -p "build/fuzz/$2.corpus" "build/fuzz/$2.finds"
	[ "$2" != fuzz_certificate ] || seeds_of "$2" "build/fuzz/$2.corpus"
	search "$@"
	replay "$@"
	echo "$2: ${FUZZ_SECONDS:-4} s without a find"
}

for target in "$@"; do
	fuzz "$target" "${target##*/}"
done
