# SPDX-License-Identifier: ISC
# Every mutant of every accept file, of which `make check' takes one in 32.
# shellcheck disable=SC2154 # root and build are the helper's

load helper

@test "mutation: each broken condition of each file is reported at its place" {
	cd "$BATS_TEST_TMPDIR"
	export PYTHONDONTWRITEBYTECODE=1 MUTATION_STRIDE=1
	/usr/bin/python3 "$root/tests/bats/mutation.py" broken "$build/weipsec" "$root" . > said || { cat said; false; }
	figure "$(grep -E '^[0-9]+ mutants of ' said | head -n 1)"
}
