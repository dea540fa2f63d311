#!/bin/bash
# SPDX-License-Identifier: ISC
# Makes inputs of fuzz_vici in the folder $1 from the transcripts of testdata/vici: the answers of each
# as a stream, and each message of an event.
set -euo pipefail

# The packet $1, escaped as in transcripts, with its length.
frame() {
	local bare=${1//\\x??/.} length

	printf -v length '\\x%02x' $((${#bare} >> 24)) $((${#bare} >> 16 & 255)) $((${#bare} >> 8 & 255)) \
		$((${#bare} & 255))
	printf '%b%b' "$length" "$1"
}

mkdir -p "$1"
for transcript in testdata/vici/*.vici; do
	name=$1/$(basename "$transcript" .vici)
	count=0
	{
		printf '\0'
		frame '\x05' # what the target listens for is agreed to
		while read -r way packet; do
			[ "$way" = '<' ] || continue
			frame "$packet"
			message=${packet#'\x07\x07list-sa'}
			message=${message#'\x07\x09list-conn'}
			message=${message#'\x07\x03log'}
			[ "$message" != "$packet" ] || continue
			count=$((count + 1))
			printf '\001%b' "$message" >"$name-$count"
		done <"$transcript"
	} >"$name"
done
