#!/bin/bash
# SPDX-License-Identifier: ISC
# How much of grammar/, compiler/ and backends/ is reached by what the fuzz targets given begin with: a line a room.  The
# functions that none reaches are all to be in tests/fuzz/unreached, each with a reason, and no other.
set -euo pipefail
# shellcheck source=tests/fuzz/seeds.bash
. tests/fuzz/seeds.bash

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# count TARGET NAME: what the inputs of NAME reach
count() {
	local inputs=("testdata/fuzz-corpus/$2")

	[ "$2" != fuzz_certificate ] || { mkdir "$work/seeds"; seeds_of "$2" "$work/seeds"; inputs+=("$work/seeds"); }
	LLVM_PROFILE_FILE=$work/$2.raw "$1.counted" -timeout=60 -verbosity=0 -runs=0 -artifact_prefix="$work/" \
		"${inputs[@]}" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
}

objects=()
for target in "$@"; do
	count "$target" "${target##*/}"
	objects+=(-object "$target.counted")
done
llvm-profdata merge -o "$work/all" "$work"/*.raw
llvm-cov export -format=text "${objects[@]:1}" -instr-profile="$work/all" 2>"$work/said" >"$work/counts" ||
	{ cat "$work/said"; exit 1; }
tests/fuzz/reached.py tests/fuzz/unreached <"$work/counts"
