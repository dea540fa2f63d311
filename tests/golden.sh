#!/bin/bash
# SPDX-License-Identifier: ISC
# The golden files: `golden.sh bats CASE...' prints one Bats test a case, `golden.sh write CASE...'
# rewrites what the cases are compared with, `golden.sh show TEXT...' the texts of testdata/show.
set -euo pipefail

case $1 in
bats)
	# shellcheck disable=SC2016 # expanded by Bats
	echo 'load "$WEIPSEC_ROOT/tests/golden.bash"'
	for case in "${@:2}"; do
		printf '@test "golden: %s" { golden %s; }\n' "$case" "$case"
	done
	;;
write)
	# shellcheck source=tests/golden.bash
	. tests/golden.bash
	for case in "${@:2}"; do
		golden_write "$case"
	done
	;;
show)
	# shellcheck source=tests/golden.bash
	. tests/golden.bash
	for text in "${@:2}"; do
		input=$(golden_show_input "$text")
		"$WEIPSEC" show "$input" > "$text"
	done
	;;
esac
