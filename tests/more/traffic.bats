# SPDX-License-Identifier: ISC
# Drawn pairs whose tunnels traffic starts, and whose networks hold the gateways' own addresses: what lab 1 cannot have.
# They are foretold here, and tried in the emulator, whose kernel has ESP.
# shellcheck disable=SC2154 # root and build are the helper's

load helper
load ../lab/oracle
load ../pki
# shellcheck source=tests/vm/vm.bash disable=SC1091
. "$root/tests/vm/vm.bash"

setup_file() {
	local given=$BATS_FILE_TMPDIR/given

	mkdir "$given"
	cd "$given" || return
	oracle_pki pki
	/usr/bin/python3 "$root/tests/lab/drawn.py" "${PAIRS:-50}" "traffic${SEED:-2}" drawn pki >list
	"$build/tests/foretell" <list >"$BATS_FILE_TMPDIR/foretold"
	export VM_PROMISES=drawn VM_GIVEN=$given VM_DEADLINE=7200
	vm_setup_file
}
teardown_file() { vm_down; }

# What the machine saw of the pairs.
seen() {
	sed -n 's/^# \(\(from\|invalid\)	\)/\1/p' "$VM_DIR/results"
}

@test "traffic: 50 drawn pairs whose networks hold the outer addresses come to what was foretold of them" {
	vm_promise 'odd: each of its drawn pairs is tried'
	vm_promise 'even: each of its drawn pairs is tried'
	seen >"$BATS_TEST_TMPDIR/seen"
	[ -z "${KEEP:-}" ] || cp "$BATS_TEST_TMPDIR/seen" "$KEEP"
	cd "$VM_GIVEN"
	[ "$(cut -f2 "$BATS_TEST_TMPDIR/seen" | sort -u | wc -l)" -eq "$(wc -l <list)" ]
	run /usr/bin/python3 "$root/tests/lab/oracle.py" compare list "$BATS_FILE_TMPDIR/foretold" "$BATS_TEST_TMPDIR/seen"
	echo "$output"
	[ "$status" -eq 0 ]
	figure "$(awk '$1 || /disagreements/ { sub(/^ */, ""); printf("%s%s", before, $0); before = ", " }' <<<"$output")"
}
