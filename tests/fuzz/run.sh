#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs each fuzz target given for FUZZ_SECONDS, from its corpus in testdata/ and from what earlier runs
# in this build folder found; then its replay, under the sanitizers, over all that.  With FUZZ_RUNS the
# replay alone: over the corpus in testdata/, and that many inputs made of it.  A find stays in
# build/fuzz/NAME.finds/ and fails the run, and later ones until the replay survives it.
set -euo pipefail
# shellcheck source=tests/fuzz/seeds.bash
. tests/fuzz/seeds.bash

options=(-timeout=10 -rss_limit_mb=2048 -max_len=4096 -verbosity=0 -print_final_stats=1)
# which of the inputs are taken up again need not be reckoned for each: that takes longer than the target
options+=(-entropic=0 -reload=0)

dictionary_of() {
	local own=tests/fuzz/${1#fuzz_}.dict
	[ -e "$own" ] || own=tests/fuzz/weos.dict
	echo "$own"
}

# search TARGET NAME
search() {
	"$1" "${options[@]}" -max_total_time="${FUZZ_SECONDS:-4}" -dict="$(dictionary_of "$2")" \
		-artifact_prefix="build/fuzz/$2.finds/" "build/fuzz/$2.corpus" "testdata/fuzz-corpus/$2"
}

# replay TARGET NAME OPTION... FOLDER...
replay() {
	"$1.replay" "${options[@]}" -artifact_prefix="build/fuzz/$2.finds/" "${@:3}" \
		"build/fuzz/$2.finds" "testdata/fuzz-corpus/$2"
}

# All that is kept, and FUZZ_RUNS more, the same each time; what these reach for the first time is not kept.
fuzz_some() {
	local some=build/fuzz/$2.some kept
	rm -rf "$some"
	mkdir "$some"
	[ "$2" != fuzz_certificate ] || seeds_of "$2" "$some"
	kept=$(find "$some" "build/fuzz/$2.finds" "testdata/fuzz-corpus/$2" -type f | wc -l)
	# an empty input is one of them
	replay "$@" -seed=1 -runs=$((kept + 1 + FUZZ_RUNS)) -dict="$(dictionary_of "$2")" "$some"
	rm -r "$some"
	echo "$2: $kept inputs, and $FUZZ_RUNS made of them, without a find"
}

fuzz() {
	mkdir -p "build/fuzz/$2.corpus" "build/fuzz/$2.finds"
	if [ -n "${FUZZ_RUNS:-}" ]; then
		fuzz_some "$@"
		return
	fi
	[ "$2" != fuzz_certificate ] || seeds_of "$2" "build/fuzz/$2.corpus"
	search "$@"
	replay "$@" -runs=0 "build/fuzz/$2.corpus"
	echo "$2: ${FUZZ_SECONDS:-4} s without a find"
}

for target in "$@"; do
	fuzz "$target" "${target##*/}"
done
