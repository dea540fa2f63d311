# SPDX-License-Identifier: ISC
# Gateways that nobody here wrote, as peers of ours: all of tests/vm/matrix, where `make check' has a sample.
# shellcheck disable=SC2154 # root is the helper's

load helper
# shellcheck source=tests/vm/vm.bash disable=SC1091
. "$root/tests/vm/vm.bash"

setup_file() {
	export VM_PROMISES=matrix VM_DEADLINE=7200
	vm_setup_file
}
teardown_file() { vm_down; }

# kept PATTERN: every promise whose name matches
kept() {
	local name

	PROMISES=matrix bash "$root/tests/vm/guest.bash" names | grep "^$1" >"$BATS_TEST_TMPDIR/names"
	[ -s "$BATS_TEST_TMPDIR/names" ]
	while read -r name; do
		vm_promise "$name" || { echo "$name: not kept"; return 1; }
	done <"$BATS_TEST_TMPDIR/names"
	figure "${1%: }: $(wc -l <"$BATS_TEST_TMPDIR/names") promises"
}

@test "peers: Libreswan, each suite and group" { kept 'libreswan: '; }

@test "peers: Libreswan, automatic suites, version 1, certificates, identities" { kept 'libreswan_automatic: '; }

@test "peers: Libreswan, what it refuses is told" { kept 'libreswan_whys: '; }

@test "peers: Libreswan, as weipsec mirror writes it" { kept 'libreswan_mirrored: '; }

@test "peers: OpenIKED" { kept 'openiked'; }
