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

# 0 and 1 are what `check' may say of a case: whether it has an error.
golden_text() {
	local status=0
	"$WEIPSEC" check "$1" || status=$?
	[ "$status" -le 1 ] || return 1
	echo "status $status"
}

# The version in the first line is not the case's.
golden_swanctl() {
	"$WEIPSEC" compile --to swanctl "$1" 2> /dev/null | sed '1s/weipsec [0-9.]*\.$/weipsec VERSION./'
}

# The case as it is named in the golden files: relative to the project.
golden_write() {
	local base=${1%.*}
	golden_text "$1" > "$base.text"
	case $1 in
	testdata/accept/*) golden_swanctl "$1" > "$base.swanctl" ;;
	esac
}

# What has an error compiles to nothing at all, everything else compiles.
golden() {
	local base=${1%.*}
	cd "$root" || return 1
	diff -u "$base.ids" <(golden_ids "$1")
	diff -u "$base.text" <(golden_text "$1")
	case $1 in
	testdata/accept/*)
		[ "$(tail -1 "$base.text")" = "status 0" ]
		diff -u "$base.swanctl" <(golden_swanctl "$1")
		;;
	*)
		[ "$(tail -1 "$base.text")" = "status 0" ] || [ -z "$(golden_swanctl "$1")" ]
		;;
	esac
}
