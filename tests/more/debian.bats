# SPDX-License-Identifier: ISC
# From a bare system with nothing but git and make: README's commands, and every test.
# shellcheck disable=SC2154 # root is the helper's

load helper

# works SUITE: README's two commands, in a system that has never seen them
works() {
	tree=$root/build/debian/$1
	rm -rf "$tree"
	mkdir -p "${tree%/*}"
	"$root/tests/more/tree.sh" make "$1" "$tree" make,git
	git clone -q "$root" "$tree/root/weipsec"
	in_tree make demo
	in_tree make check
	figure "$1: $(tail -n 1 "$BATS_TEST_TMPDIR/said")"
	rm -rf "$tree"
}

# in_tree COMMAND...: in the clone; what it prints is shown if it fails
in_tree() {
	"$root/tests/more/tree.sh" run "$tree" sh -c 'cd weipsec && "$@"' sh "$@" > "$BATS_TEST_TMPDIR/said" 2>&1 ||
		{ tail -n 300 "$BATS_TEST_TMPDIR/said"; return 1; }
}

@test "debian: 12 as it comes makes the demo and passes every test" { works bookworm; }

@test "debian: 13 as it comes makes the demo and passes every test" { works trixie; }
