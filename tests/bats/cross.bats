# SPDX-License-Identifier: ISC
# A processor with 32 bits, of the kind that gateways have: some of what it says, byte for byte. All of it, and two other
# processors, are tests/more/cross.bats.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper
load ../cross/cross
load ../cross/hardened

setup() {
	cross_enter armhf
}

@test "cross: armhf builds without a warning, and with no path of this machine" {
	cross_make -O0 # most of the time would go into more
	file=$foreign/compiler/base/text.d
	[ -s "$file" ]
	run ! grep -E '(^| )/usr/include' "$foreign"/*/*/*.d
	run -0 readelf -h "$foreign/weipsec" "$foreign/weipsec-apply" "$foreign/weipsec-monitor"
	[ "$(grep -c 'Machine: *ARM' <<< "$output")" = 3 ]
	hardened_build "$foreign"
}

@test "cross: armhf: unit programs" {
	# the others take long under qemu
	cross_units 'test_\(addresses\|arena\|chart\|exchange\|mirror\|part\|telling\|workers\|write\)'
}

@test "cross: armhf: some goldens" {
	cross_goldens 'golden: .*(ipt|ce|ns)[.]'
	[ "$cross_count" -gt 20 ]
}

@test "cross: armhf: commands, formats, backends and readers of agent configuration" {
	cross_each 231
	cross_device 61
	cross_pictures testdata/picture/small
}

@test "cross: armhf: dates behind 2038" {
	cross_dates "$native/weipsec" > "$BATS_TEST_TMPDIR/native.dates"
	cross_dates "${emulator[@]}" "$foreign/weipsec" | diff "$BATS_TEST_TMPDIR/native.dates" -
	grep -q 'long.pem expires on 2043-05-06\|long.pem expired on 2043-05-06' "$BATS_TEST_TMPDIR/native.dates"
}
