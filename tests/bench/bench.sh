#!/bin/bash
# SPDX-License-Identifier: ISC
# How fast `check' is: figures side by side in one run, since machines differ and are noisy.
# `bench.sh WEIPSEC'
set -euo pipefail

weipsec=$1
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C

now() { date +%s%N; }

# best_of N COMMAND...: the least nanoseconds of N runs
best_of() {
	local best='' start took i
	for ((i = 0; i < $1; i++)); do
		start=$(now)
		"${@:2}" > /dev/null 2>&1 || true
		took=$(($(now) - start))
		[ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
	done
	echo "$best"
}

rate() { awk -v bytes="$1" -v ns="$2" 'BEGIN { printf "%.0f MB/s (%.3f s)", bytes * 1000 / ns, ns / 1e9 }'; }

# 60,000 tunnels and as much foreign text as makes 50 MB
"$here/generate.sh" 60000 180000 > "$folder/large.cfg"
size=$(stat -c %s "$folder/large.cfg")
took=$(best_of 5 "$weipsec" check "$folder/large.cfg")
echo "check, $((size / 1000000)) MB, 60,000 tunnels:  $(rate "$size" "$took")"
took=$(best_of 5 cat "$folder/large.cfg")
echo "  cat of the same file:             $(rate "$size" "$took")"
took=$(best_of 5 wc -w "$folder/large.cfg")
echo "  wc -w of the same file:           $(rate "$size" "$took")"

peak=$(command time -f %M "$weipsec" check "$folder/large.cfg" 2>&1 > /dev/null | tail -1 || true)
awk -v kib="$peak" -v bytes="$size" 'BEGIN {
	printf "  memory: %.0f MiB, %.1f times the input\n", kib / 1024, kib * 1024 / bytes }'

for count in 15000 30000 60000; do
	"$here/generate.sh" "$count" > "$folder/grow.cfg"
	took=$(best_of 5 "$weipsec" check "$folder/grow.cfg")
	echo "check, $count tunnels:              $((took / count)) ns a tunnel"
done

# whole processes, one by one in turn
"$here/generate.sh" 25 > "$folder/small.cfg"
"$weipsec" check "$folder/small.cfg" > "$folder/out"
[ ! -s "$folder/out" ] || { cat "$folder/out"; exit 1; }
run() { for ((n = 0; n < 200; n++)); do "$@" > /dev/null; done; }
small=$(best_of 5 run "$weipsec" check "$folder/small.cfg")
nothing=$(best_of 5 run /bin/true)
awk -v small="$small" -v nothing="$nothing" 'BEGIN {
	printf "check, 25 tunnels, the process:     %.2f ms; /bin/true: %.2f ms; difference %.2f ms\n",
		small / 2e8, nothing / 2e8, (small - nothing) / 2e8 }'
