#!/bin/bash
# SPDX-License-Identifier: ISC
# Writes testdata/fuzz-corpus/NAME anew for each fuzz target given: of the inputs that are there, of
# seeds from the other test data and of what runs in this build folder found, the few and small ones
# that reach all code that these reach.  What has a name of its own stays: an invariant is about it, which
# no code that it reaches tells.
set -euo pipefail
# shellcheck source=tests/fuzz/seeds.bash
. tests/fuzz/seeds.bash

merge() {
	local corpus=testdata/fuzz-corpus/$2 folder
	folder=$(mktemp -d)
	mkdir -p "$folder"/{seeds,merged} "$corpus" "build/fuzz/$2.corpus"
	seeds_of "$2" "$folder/seeds"
	find "$corpus" -type f -regextype posix-extended ! -regex '.*/[0-9a-f]{40}' -exec cp -t "$folder/merged" {} +
	"$1" -merge=1 -set_cover_merge=1 -use_counters=0 -max_len=4096 -timeout=10 -verbosity=0 \
		"$folder/merged" "$folder/seeds" "$corpus" "build/fuzz/$2.corpus"
	# no private key is kept, not even a spoiled one
	find "$folder/merged" -type f -exec grep -q -e PRIV -e ' KEY' {} \; -delete
	rm -r "$corpus"
	mv "$folder/merged" "$corpus"
	rm -r "$folder"
	echo "$2: $(find "$corpus" -type f | wc -l) inputs"
}

for target in "$@"; do
	merge "$target" "${target##*/}"
done
