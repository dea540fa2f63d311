#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs the files of tests/more whose name matches $2, an extended regular expression, on the build in folder $1,
# and records in docs/checks.md how it went.
set -euo pipefail

files=()
for file in tests/more/*.bats; do
	[[ ! ${file##*/} =~ $2 ]] || files+=("$file")
done
[ "${#files[@]}" -gt 0 ] || { echo "no file of tests/more has a name that matches '$2'" >&2; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
tests/run.sh "$1" "${files[@]}" | tee "$log" || status=$?
tests/more/record.sh < "$log"
exit "$status"
