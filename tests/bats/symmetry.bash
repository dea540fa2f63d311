# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034,SC2154 # who loads it uses them; root and each() are of helper.bash
#
# symmetry.bash - what `weipsec diff' says of one file, and of two from either side (symmetry.py)

# Of each accepted file without an error and itself nothing differs, and of every $1th line that it may lack the same
# is said from either side; how much is in symmetry_changes and symmetry_settings. In a folder of the test's own.
symmetry_all() {
	accepted | while read -r file; do
		printf '/\tdiff\t%s\t%s\n' "$file" "$file"
	done | each itself
	run -1 grep -v $'^[02]\t' itself/status
	run -1 bash -c 'cat itself/*.out | grep -v "^ipsec[0-9]*: unchanged$"'
	awk -F'\t' '$1 == 0 { print $NF }' itself/status > files
	[ "$(wc -l < files)" -gt 200 ]
	"$root/tests/bats/symmetry.py" make "$1" files > calls
	each both < calls
	run -0 "$root/tests/bats/symmetry.py" judge both
	echo "$output"
	[[ $output =~ ^([0-9]+)\ changes,\ ([0-9]+)\ settings$ ]]
	symmetry_changes=${BASH_REMATCH[1]} symmetry_settings=${BASH_REMATCH[2]}
	[ "$symmetry_changes" -gt 200 ]
	[ "$symmetry_settings" -gt 15 ]
}
