# SPDX-License-Identifier: ISC
# What a fault in memory cannot be used for, as the built files show it.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper
load ../cross/hardened

setup() {
	build=${WEIPSEC_BUILD:-$root/build}
}

@test "hardened: programs lie anywhere, and have nothing that is both written and run" {
	hardened_build "$build"
}

@test "hardened: calls know how much room there is" {
	[ -z "${SAN:-}" ] || skip "sanitizers know it better"
	fortified "$build/weipsec"
	fortified "$build/weipsec-apply"
}

@test "hardened: a large frame is touched page by page" {
	[ "$(uname -m)" = x86_64 ] || skip "what that looks like is known of x86-64"
	# shellcheck disable=SC2016 # objdump's dollar
	objdump -d "$build/runtime/keep/home.o" | grep -qE 'orq? +\$0x0,(0x[0-9a-f]+)?\(%rsp\)'
}

@test "hardened: what was built without is seen" {
	printf 'int main(void)\n{\n\treturn 0;\n}\n' > "$BATS_TEST_TMPDIR/soft.c"
	gcc -no-pie -o "$BATS_TEST_TMPDIR/soft" "$BATS_TEST_TMPDIR/soft.c"
	run -1 hardened_program "$BATS_TEST_TMPDIR/soft"
	[[ $output == *"no PIE" ]]
	gcc -pie -fPIE -Wl,-z,lazy -o "$BATS_TEST_TMPDIR/soft" "$BATS_TEST_TMPDIR/soft.c"
	run -1 hardened_program "$BATS_TEST_TMPDIR/soft"
	[[ $output == *"no full RELRO" ]]
	gcc -pie -fPIE -Wl,-z,now,-z,execstack -o "$BATS_TEST_TMPDIR/soft" "$BATS_TEST_TMPDIR/soft.c"
	run -1 hardened_program "$BATS_TEST_TMPDIR/soft"
	[[ $output == *"a stack that is run"* ]]
	gcc -pie -fPIE -fno-stack-protector -Wl,-z,now -o "$BATS_TEST_TMPDIR/soft" "$BATS_TEST_TMPDIR/soft.c"
	run -1 hardened_program "$BATS_TEST_TMPDIR/soft"
	[[ $output == *"no stack protector" ]]
	run -1 fortified "$BATS_TEST_TMPDIR/soft"
	[ "$(uname -m)" = x86_64 ] || return 0
	gcc -c -fcf-protection=none -o "$BATS_TEST_TMPDIR/soft1.o" "$BATS_TEST_TMPDIR/soft.c"
	for i in {2..30}; do
		cp "$BATS_TEST_TMPDIR/soft1.o" "$BATS_TEST_TMPDIR/soft$i.o"
	done
	ar rcs "$BATS_TEST_TMPDIR/soft.a" "$BATS_TEST_TMPDIR"/soft*.o
	run -1 branches_are_checked "$BATS_TEST_TMPDIR/soft.a"
	[[ $output == *"0 of 30 objects have IBT, SHSTK" ]]
}
