# SPDX-License-Identifier: ISC
# All that the machine in the emulator keeps, where `make check' leaves out what is like something else.
# shellcheck disable=SC2154 # root is the helper's

load helper
# shellcheck source=tests/vm/vm.bash disable=SC1091
. "$root/tests/vm/vm.bash"

setup_file() {
	export VM_WHOLE=yes VM_DEADLINE=7200
	vm_setup_file
}
teardown_file() { vm_down; }

@test "vm: every promise" {
	local name count=0

	WHOLE=yes bash "$root/tests/vm/guest.bash" names >"$BATS_TEST_TMPDIR/names"
	while read -r name; do
		vm_promise "$name" || { echo "$name: not kept"; return 1; }
		count=$((count + 1))
	done <"$BATS_TEST_TMPDIR/names"
	[ "$count" -gt "$(bash "$root/tests/vm/guest.bash" names | wc -l)" ]
	figure "$count promises"
}
