#!/bin/bash
# SPDX-License-Identifier: ISC
# Draws pairs of WeOS files, foretells what becomes of them, brings them up on live charons, and compares.
#
#   oracle.sh BUILD N SEED FOLDER  all that, on WORKERS labs (2) at once. FOLDER keeps what was drawn, foretold and
#                                  seen: the same call again goes on where one was ended, a larger N adds pairs.
#                                  ONLY='OUTCOME...': of the pairs drawn, those with a tunnel that is foretold so
#   oracle.sh live LIST RESULTS    what is in LIST, on a lab of its own; LOGS: a folder for what both charons logged
set -euo pipefail
self=$(readlink -f "${BASH_SOURCE[0]}")
root=$(cd "$(dirname "$self")/../.." && pwd)
# shellcheck source=tests/lab/lab.bash
. "$root/tests/lab/lab.bash"
# shellcheck source=tests/pki.bash
. "$root/tests/pki.bash"
# shellcheck source=tests/lab/oracle.bash
. "$root/tests/lab/oracle.bash"

live() {
	trap lab_down EXIT
	lab_require || { echo "$LAB_WHY" >&2; return 1; }
	oracle_lab
	/usr/bin/python3 "$root/tests/lab/live.py" "$2" <"$1"
	[ -z "${LOGS:-}" ] || cp "$LAB_DIR/alice/log" "$LOGS/alice.log"
	[ -z "${LOGS:-}" ] || cp "$LAB_DIR/bob/log" "$LOGS/bob.log"
}

# What of list $1 is in none of the results $2...
not_yet() {
	local list=$1

	shift
	{ cat "$@" 2>/dev/null || true; } | cut -f2 | sort -u | awk -F '\t' 'FILENAME == "-" { done[$1]; next } !($1 in done)' - "$list"
}

# The lines of list $1 that are to be tried, by what is foretold of them in $2: all, or those with an outcome of ONLY.
chosen() {
	[ -n "${ONLY:-}" ] || { cat "$1"; return; }
	awk -F '\t' -v only="$ONLY" '
		BEGIN { split(only, words, " "); for (i in words) wanted[words[i]] }
		FNR == NR { if ($1 == "pair" && $5 in wanted) chosen[$2]; next }
		$1 in chosen' "$2" "$1"
}

run() {
	local build=$1 number=$2 seed=$3 folder=$4 workers=${WORKERS:-2} i status=0
	local base=$folder/$seed

	mkdir -p "$folder"
	cp "$root/$build/weipsec" "$folder/weipsec" # which may be built anew meanwhile
	export WEIPSEC=$folder/weipsec
	[ -d "$folder/pki" ] || oracle_pki "$folder/pki"
	/usr/bin/python3 "$root/tests/lab/drawn.py" "$number" "$seed" "$base" "$folder/pki" >"$base.list"
	"$root/$build/tests/foretell" <"$base.list" >"$base.foretold"
	chosen "$base.list" "$base.foretold" >"$base.chosen"
	not_yet "$base.chosen" "$base".seen.* >"$base.left"
	for ((i = 0; i < workers; i++)); do
		awk -v n="$workers" -v i="$i" 'NR % n == i' "$base.left" >"$base.left.$i"
		"$self" live "$base.left.$i" "$base.seen.$i" &
	done
	for ((i = 0; i < workers; i++)); do
		wait -n || status=1
	done
	/usr/bin/python3 "$root/tests/lab/oracle.py" compare "$base.list" "$base.foretold" "$base".seen.* && return "$status"
}

if [ "$1" = live ]; then
	live "${@:2}"
else
	run "$@"
fi
