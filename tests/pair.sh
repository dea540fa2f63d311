#!/bin/bash
# SPDX-License-Identifier: ISC
# The pairs of testdata/pair: `pair.sh BUILD [PATTERN]' compares what `weipsec pair' says of each with what lies
# beside it, and prints what differs; `pair.sh BUILD --write [PATTERN]' writes NAME.text and NAME.tunnels anew.
# NAME.said, by hand, comes first: outcomes and rules.  PATTERN is an extended regular expression.
set -euo pipefail

build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../testdata/pair"
shift
write=
if [ "${1-}" = --write ]; then
	write=1
	shift
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# NAME-a and NAME-b of case $1, whatever their endings, and its options, as words with TABs between them.
words() {
	local folder=${1%/*} name=${1##*/} args=
	[ ! -e "$1.args" ] || args=$(tr ' ' '\t' < "$1.args")$'\t'
	(cd "$folder" && printf '%s%s\t%s' "$args" "$name"-a.* "$name"-b.*)
}

mapfile -t cases < <(printf '%s\n' */*.said | sed 's/\.said$//' | grep -E -e "${1-.}" | LC_ALL=C sort)
for case in "${cases[@]}"; do
	for format in text json; do
		printf '%s\tpair\t--format\t%s\t%s\n' "$PWD/${case%/*}" $format "$(words "$case")"
	done
done | "$build/tests/each" "$made" > "$made/status"

# NUMBER.said: what each report in JSON says in a few words
cd "$made"
jq -r '(input_filename | rtrimstr(".out")) as $to |
	((.tunnels[] | "\($to)\t\(.a // "-"):\(.b // "-") \(.outcome) \(.reason // "-") \(.starts)"),
	([.diagnostics[] | "\(if (.file | test("-a\\.")) then "a" else "b" end) \(.rule)"] | sort[] | "\($to)\t\(.)"))' \
	$(seq -f %.0f.out 2 2 $((2 * ${#cases[@]}))) | awk -F '\t' '{ print $2 > ($1 ".said") }'
cd - > /dev/null

failed=0
number=0
for case in "${cases[@]}"; do
	text=$made/$((number += 1)).out
	json=$made/$((number += 1))
	touch "$json.said"
	sed -n '/^"tunnels": \[/,/^\]/p' "$json.out" > "$json.tunnels"
	[ ! "$write" ] || { cp "$text" "$case.text"; cp "$json.tunnels" "$case.tunnels"; }
	{
		diff "$case.said" "$json.said" && diff "$case.text" "$text" &&
			diff "$case.tunnels" "$json.tunnels" && [ ! -s "$json.err" ]
	} > "$made/differs" 2>&1 || { echo "$case"; cat "$made/differs"; failed=1; }
done
[ ${#cases[@]} -gt 0 ] && [ $failed = 0 ]
