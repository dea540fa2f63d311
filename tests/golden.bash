# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What a case of testdata/ is compared with: NAME.ids, written by hand, has the line and rule of every
# finding; NAME.text and NAME.swanctl, written by `make golden', have the whole output.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WEIPSEC=${WEIPSEC:-$root/build/weipsec}

# NAME.args, where it stands: options for `check', such as `--device testdata/accept/x.json'.
golden_options() {
	options=()
	[ ! -e "${1%.*}.args" ] || read -ra options < "${1%.*}.args"
}

# 0 and 1 are what `check' may say of a case: whether it has an error.
golden_text() {
	local status=0
	golden_options "$1"
	"$WEIPSEC" check --format text "${options[@]}" "$1" || status=$?
	[ "$status" -le 1 ] || return 1
	echo "status $status"
}

golden_ids() {
	golden_options "$1"
	"$WEIPSEC" check --format json --fail-on never "${options[@]}" "$1" > "$2.json" || return 1
	jq -r '.diagnostics[] | "\(.line) \(.rule)"' "$2.json" | sort -k1,1n -k2
}

# The version in the first line is not the case's.
golden_swanctl() {
	local status=0
	"$WEIPSEC" compile --to swanctl "$1" 2> /dev/null > "$2.out" || status=$?
	[ "$status" -le 1 ] || return 1
	sed '1s/weipsec [0-9.]*\.$/weipsec VERSION./' "$2.out"
}

# The case as it is named in the golden files: relative to the project.
golden_write() {
	local base=${1%.*} aside
	aside=$(mktemp)
	golden_text "$1" > "$base.text"
	case $1 in
	testdata/accept/*) golden_swanctl "$1" "$aside" > "$base.swanctl" ;;
	esac
	rm -f "$aside" "$aside".*
}

# What has an error compiles to nothing at all, everything else compiles; options are check's alone, and
# an error that comes with them is none of compile's.
golden() {
	local base=${1%.*} here=$BATS_TEST_TMPDIR/case
	cd "$root" || return 1
	golden_ids "$1" "$here" > "$here.ids"
	diff -u "$base.ids" "$here.ids"
	golden_text "$1" > "$here.text"
	diff -u "$base.text" "$here.text"
	golden_swanctl "$1" "$here" > "$here.swanctl"
	case $1 in
	testdata/accept/*)
		[ "$(tail -1 "$base.text")" = "status 0" ]
		diff -u "$base.swanctl" "$here.swanctl"
		;;
	*)
		[ "$(tail -1 "$base.text")" = "status 0" ] || [ -e "$base.args" ] || [ ! -s "$here.swanctl" ]
		;;
	esac
}

# The input in testdata/accept that a text of testdata/show was made from.
golden_show_input() {
	compgen -G "testdata/accept/$(basename "$1" .text).[cw]*" | grep -E '\.(cfg|weos)$'
}
