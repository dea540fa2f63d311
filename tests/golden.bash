# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What a case of testdata/ is compared with: NAME.ids, written by hand, has the line and rule of every
# finding; NAME.text, and NAME.BACKEND of each backend, written by `make golden', have the whole output.

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

backends=(swanctl agent)

# What backend $2 makes; the version in the first line is not the case's.
golden_compiled() {
	local status=0
	"$WEIPSEC" compile --to "$2" "$1" 2> /dev/null > "$3.out" || status=$?
	[ "$status" -le 1 ] || return 1
	sed '1s/weipsec [0-9.]*\.$/weipsec VERSION./' "$3.out"
}

# What is the same in every script is left out, and the version with it.  Policies cannot express every
# tunnel: of those the findings that say so.
golden_xfrm() {
	local status=0
	"$WEIPSEC" compile --to xfrm "$1" 2> "$2.err" > "$2.out" || status=$?
	[ "$status" -le 1 ] || return 1
	sed '/^# --- the same in every script$/,$d; 2s/weipsec [0-9.]*\.$/weipsec VERSION./' "$2.out"
	grep -F '[WI613]' "$2.err" || true
}

# The case as it is named in the golden files: relative to the project.
golden_write() {
	local base=${1%.*} backend aside
	aside=$(mktemp)
	golden_text "$1" > "$base.text"
	case $1 in
	testdata/accept/*)
		for backend in "${backends[@]}"; do
			golden_compiled "$1" "$backend" "$aside" > "$base.$backend"
		done
		golden_xfrm "$1" "$aside" > "$base.xfrm"
		;;
	esac
	rm -f "$aside" "$aside".*
}

# What has an error compiles to nothing at all, everything else compiles; options are check's alone, and
# an error that comes with them is none of compile's.
golden() {
	local base=${1%.*} backend here=$BATS_TEST_TMPDIR/case
	cd "$root" || return 1
	golden_ids "$1" "$here" > "$here.ids"
	diff -u "$base.ids" "$here.ids"
	golden_text "$1" > "$here.text"
	diff -u "$base.text" "$here.text"
	for backend in "${backends[@]}"; do
		golden_compiled "$1" "$backend" "$here" > "$here.$backend"
		case $1 in
		testdata/accept/*)
			[ "$(tail -1 "$base.text")" = "status 0" ]
			diff -u "$base.$backend" "$here.$backend"
			;;
		*)
			[ "$(tail -1 "$base.text")" = "status 0" ] || [ -e "$base.args" ] ||
				[ ! -s "$here.$backend" ]
			;;
		esac
	done
	if [[ $1 == testdata/accept/* ]]; then
		golden_xfrm "$1" "$here" > "$here.xfrm"
		diff -u "$base.xfrm" "$here.xfrm"
	fi
}

# The input in testdata/accept that a text of testdata/show was made from.
golden_show_input() {
	compgen -G "testdata/accept/$(basename "$1" .text).[cw]*" | grep -E '\.(cfg|weos)$'
}
