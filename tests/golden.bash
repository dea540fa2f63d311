# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What a case of testdata/ is compared with: NAME.ids, written by hand, has the line and rule of every
# finding; NAME.text and NAME.swanctl, written by `make golden', have the whole output.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WEIPSEC=${WEIPSEC:-$root/build/weipsec}

golden_ids() {
	"$WEIPSEC" check --format json --fail-on never "$1" |
		jq -r '.diagnostics[] | "\(.line) \(.rule)"' | sort -k1,1n -k2
}

golden_text() {
	"$WEIPSEC" check --fail-on never "$1"
}

golden_swanctl() {
	"$WEIPSEC" compile --to swanctl "$1" 2> /dev/null
}

# The case as it is named in the golden files: relative to the project.
golden_write() {
	local base=${1%.*}
	golden_text "$1" > "$base.text"
	case $1 in
	testdata/accept/*) golden_swanctl "$1" > "$base.swanctl" ;;
	esac
}

golden() {
	local base=${1%.*}
	cd "$root" || return 1
	diff -u "$base.ids" <(golden_ids "$1")
	diff -u "$base.text" <(golden_text "$1")
	case $1 in
	testdata/accept/*)
		"$WEIPSEC" check "$1" > /dev/null
		diff -u "$base.swanctl" <(golden_swanctl "$1")
		;;
	*)
		golden_reject "$1"
		;;
	esac
}

# A case with an error compiles to nothing at all; one with warnings compiles.
golden_reject() {
	local status=0 output
	"$WEIPSEC" check "$1" > /dev/null || status=$?
	output=$("$WEIPSEC" compile --to swanctl "$1" 2> /dev/null) || true
	case $status in
	0) [ -n "$output" ] ;;
	1) [ -z "$output" ] ;;
	*) return 1 ;;
	esac
}
