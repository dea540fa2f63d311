# SPDX-License-Identifier: ISC
# Three other processors, of which one has 32 bits and one has the high byte first: unit programs, goldens, every command,
# format, backend and reader, with the bytes that this machine has. docs/building.md has the figures.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper
load ../cross/cross
load ../cross/hardened

# all ARCH: everything that there is
all() {
	cross_enter "$1"
	# what make check left was not optimized
	find "$foreign" -mindepth 1 -maxdepth 1 ! -name sysroot -exec rm -r {} +
	cross_make -O2
	hardened_build "$foreign"
	fortified "$foreign/weipsec"
	cross_units test_addresses
	figures="$1: $cross_count unit programs"
	cross_goldens golden
	figures+=", $cross_count goldens"
	cross_each 1
	figures+=", $cross_count calls"
	cross_device 1
	figures+=", $cross_count documents"
	"$root/tests/fleet/network.py" mesh 60 "$BATS_TEST_TMPDIR/mesh" --faults 1 > /dev/null
	"$root/tests/fleet/network.py" hub 200 "$BATS_TEST_TMPDIR/hub" --hubs 3 --faults 1 > /dev/null
	cross_pictures testdata/pair "$BATS_TEST_TMPDIR"/{mesh,hub}
	cross_dates "$native/weipsec" > "$BATS_TEST_TMPDIR/native.dates"
	cross_dates "${emulator[@]}" "$foreign/weipsec" | diff "$BATS_TEST_TMPDIR/native.dates" -
	figure "$figures"
}

@test "cross: armhf" { all armhf; }

@test "cross: arm64" { all arm64; }

@test "cross: s390x" { all s390x; }
