#!/bin/bash
# SPDX-License-Identifier: ISC
# What weipsec-apply costs with 25 tunnels: memory of the supervisor, and an apply side by side with the
# bare exchanges that it consists of, and with swanctl, which loads the same over the same socket and neither
# compares nor remembers.
# `runtime.sh WEIPSEC-APPLY REPLAY', as root.
set -euo pipefail

apply=$(realpath "$1")
replay=$(realpath "$2")
here=$(dirname "$0")
export LC_ALL=C
# shellcheck source=tests/lab/lab.bash disable=SC1091 # shellcheck follows it only with -x
. "$here/../lab/lab.bash"

lab_require || { echo "runtime: left out: $LAB_WHY"; exit 0; }
lab_up > /dev/null
trap lab_down EXIT
charon=unix://$LAB_DIR/alice/vici
state=$LAB_DIR/alice/state

now() { date +%s%N; }

# least NAME BEFORE COMMAND...: the least nanoseconds of all such runs of COMMAND, behind BEFORE, are least[NAME]
declare -A least
least() {
	local start took
	"$2"
	start=$(now)
	"${@:3}" > /dev/null 2>&1
	took=$(($(now) - start))
	[ "${least[$1]:-$took}" -lt "$took" ] || least[$1]=$took
}

empty() {
	rm -rf "$state"
	: > "$LAB_DIR/alice/none.conf"
	lab_swanctl alice --load-all --noprompt --clear --file "$LAB_DIR/alice/none.conf" > /dev/null 2>&1
}

# Responders, since a start that they do not do would be measured with it.
"$here/generate.sh" 25 | grep -v initiator > "$LAB_DIR/alice/weos.cfg"
lab_compile_file "$LAB_DIR/alice/weos.cfg" "$LAB_DIR/alice/swanctl.conf"

apply() {
	"$apply" apply --vici "${VICI:-$charon}" --state-dir "$state" "$LAB_DIR/alice/weos.cfg"
}
export -f apply
export apply charon state
empty
"$here/../lab/vici.py" run "$LAB_DIR/alice/vici" "$LAB_DIR/exchange" 0 keep bash -c apply > /dev/null 2>&1
for _ in {1..15}; do
	least bare empty "$replay" "$LAB_DIR/alice/vici" "$LAB_DIR/exchange.sent"
	least apply empty apply
	least swanctl empty lab_swanctl alice --load-all --noprompt
done
empty
apply > /dev/null 2>&1
for _ in {1..15}; do
	least again : apply
done
awk -v bare="${least[bare]}" -v ours="${least[apply]}" -v swanctl="${least[swanctl]}" -v again="${least[again]}" 'BEGIN {
	printf "apply, 25 tunnels:                  %.1f ms; its bare exchanges: %.1f ms; %.2f times\n",
		ours / 1e6, bare / 1e6, ours / bare
	printf "  swanctl --load-all of the same:   %.1f ms\n", swanctl / 1e6
	printf "  again, nothing to do:             %.1f ms\n", again / 1e6 }'

empty
"$apply" supervise --vici "$charon" --state-dir "$state" "$LAB_DIR/alice/weos.cfg" > "$LAB_DIR/said" 2>&1 &
supervisor=$!
served() {
	[ "$("$apply" status --vici "$charon" --state-dir "$state" --json 2> /dev/null | jq '.tunnels | length')" = 25 ]
}
lab_until 20 served
for _ in 1 2 3 4 5; do # what it costs to have answered, too
	served
done
awk '/^Rss:/ { rss = $2 } /^Anonymous:/ { anonymous = $2 } END {
	printf "supervise, 25 tunnels:              %.2f MiB anonymous, %.2f MiB resident\n",
		anonymous / 1024, rss / 1024 }' "/proc/$supervisor/smaps_rollup"
kill $supervisor
wait $supervisor || true
strip -o "$LAB_DIR/stripped" "$apply"
echo "weipsec-apply, stripped:            $(($(stat -c %s "$LAB_DIR/stripped") / 1024)) KiB"
