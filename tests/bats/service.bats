# SPDX-License-Identifier: ISC
# weipsec-apply as a service: what `make install' leaves for systemd and finit.

bats_require_minimum_version 1.5.0
load ../trace

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	build=${WEIPSEC_BUILD:-build}
	prefix=$BATS_TEST_TMPDIR/usr
	env -u MAKEFLAGS -u MAKELEVEL make -s build="${build#"$PWD"/}" PREFIX="$prefix" SYSCONFDIR="$prefix/etc" install >/dev/null
	unit=$prefix/lib/systemd/system/weipsec-apply.service
}

@test "service: systemd finds nothing wrong with the unit" {
	run -0 systemd-analyze verify --man=no "$unit"
	[ -z "$output" ]
	# it would find something
	sed -i 's,/sbin/weipsec-apply ,/sbin/none ,' "$unit"
	run ! systemd-analyze verify --man=no "$unit"
}

@test "service: systemd takes the unit for well locked up" {
	systemd-analyze security --offline=true --threshold=16 --no-pager "$unit"
	sed -i '/^CapabilityBoundingSet/d' "$unit"
	run ! systemd-analyze security --offline=true --threshold=16 --no-pager "$unit"
}

@test "service: the program that both start is there, and takes the options" {
	local line

	for line in "$(sed -n 's/^ExecStart=//p' "$unit")" \
		"$(sed -n 's/^service .*weipsec-apply \(\/.*\) -- .*/\1/p' "$prefix/etc/finit.d/available/weipsec-apply.conf")"; do
		read -r -a words <<<"$line"
		[ "${words[0]}" = "$prefix/sbin/weipsec-apply" ]
		[ "${words[1]}" = supervise ]
		"${words[@]}" --help | grep -q '^usage: weipsec-apply supervise'
	done
}
