# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Tunnels that are refused each new CHILD_SA, since bob has a group for them and alice has none: they come up, and
# bob's supervisor makes their IKE_SAs anew, without which they would end. It takes a minute until it does.

bats_require_minimum_version 1.5.0
load lab
load supervisor

setup_file() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
	lab_setup_file
	[ -n "${LAB_WHY:-}" ] || for id in 1 2 3 4 5 6; do
		lab_ip bob addr add "10.2.$id.1/24" dev lo
	done
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() {
	end_supervisors
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then tail -n 90 "$LAB_DIR"/*/said; fi
	lab_teardown
}

# Prints tunnel $2 of gateway $1; bob starts the odd ones, alice the even ones. Further arguments are settings.
end_of() {
	local other=bob subnet=remote role='no initiator'

	[ "$1" = alice ] || { other=alice; subnet=local; }
	[ "$1 $(($2 % 2))" != 'bob 1' ] && [ "$1 $(($2 % 2))" != 'alice 0' ] || role=initiator
	lab_weos "$1" "local-id name $1$2" "remote-id name $other$2" "$subnet-subnet 10.2.$2.0/24" "$role" \
		'sa-rekey-time 1m' 'esp cipher aes128 auth sha256 dh ecp256' "${@:3}" | sed "s/ipsec 1$/ipsec $2/"
}

# Loads alice's ends, whose ESP has no group but for 5, with the sed command $@ on what swanctl loads.
load_alice() {
	for id in 1 2 3 4 5 6; do
		end_of alice "$id" 'sa-rekey-time 1h'
	done | lab_compile alice
	sed -i -e '/^\tipsec5 {/,/^\t}/!s/\(esp_proposals = aes128-sha256\)-ecp256/\1/' "$@" "$LAB_DIR/alice/swanctl.conf"
	lab_load alice 6
}

# Succeeds when bob's supervisor has seen all of them up.
all_are_seen_up() {
	control bob status --json | jq -e '.tunnels | length == 6 and all(.state == "Up(Installed)")' >/dev/null
}

# Has bob's tunnels $@ refused three new CHILD_SAs: one that is up is rekeyed, by either end, and others are asked for.
refuse() {
	local id count

	for id in "$@" "$@" "$@"; do
		count=$(refusals)
		case $id in
		3 | 4) lab_swanctl bob --initiate --ike "ipsec$id" --child "tunnel$id" ;;
		2) lab_swanctl alice --rekey --child "tunnel$id" ;;
		*) lab_swanctl bob --rekey --child "tunnel$id" ;;
		esac >/dev/null 2>&1 || true
		lab_until "$LAB_DEADLINE" is_refused "$count" || lab_fail "tunnel$id is not refused" || return
	done
}

refusals() {
	lab_log bob | grep -c 'failed to establish CHILD_SA, keeping IKE_SA' || true
}

is_refused() {
	[ "$(refusals)" -gt "$1" ]
}

# The numbers of the IKE_SAs of bob's tunnel $1.
sas_of() {
	lab_swanctl bob --list-sas --ike "ipsec$1" | sed -n 's/^[^ ].*: #\([0-9]*\), .*/\1/p' | xargs
}

# Succeeds when each of bob's tunnels $@ has a CHILD_SA, in another IKE_SA than BEFORE says.
are_healed() {
	local id now

	for id; do
		now=$(sas_of "$id")
		[ -n "$now" ] && [ "$now" != "${BEFORE[id]}" ] && lab_is_installed bob "tunnel$id" || return
	done
}

pings() {
	lab_in bob ping -c 3 -i 0.02 -W 2 -I "10.2.$1.1" 10.1.0.1 >/dev/null
}

# 1 and 2 stay up, 3 and 4 lose their CHILD_SA; of each two, one was started by bob and one by alice. No new
# IKE_SA would heal 5, whose subnets no longer fit, and none could be had for 6, where bob has no peer.
@test "a new CHILD_SA that is refused, again and again, is healed by a new IKE_SA" {
	load_alice
	for id in 1 2 3 4 5; do
		end_of bob "$id"
	done >"$LAB_DIR/bob/weos.cfg"
	end_of bob 6 'no peer' >>"$LAB_DIR/bob/weos.cfg"
	supervise bob
	hears bob 'ipsec6: added'
	for id in 2 4 6; do
		lab_swanctl alice --initiate --child "tunnel$id" >/dev/null
	done
	lab_until "$LAB_DEADLINE" all_are_seen_up
	load_alice -e '/^\tipsec5 {/,/^\t}/s/remote_ts = .*/remote_ts = 10.9.5.0\/24/'
	for id in 1 2 3 4 5 6; do
		BEFORE[id]=$(sas_of "$id")
	done
	lab_swanctl bob --terminate --child tunnel3 >/dev/null
	lab_swanctl bob --terminate --child tunnel4 >/dev/null
	refuse 1 2 3 4 5 6
	lab_until 40 are_healed 1 2
	lab_until 40 are_healed 3 4
	for id in 1 2 3 4; do
		pings "$id"
		said bob "ipsec$id: no new CHILD_SA in"
	done
	for id in 5 6; do
		[ "$(sas_of "$id")" = "${BEFORE[id]}" ]
		lab_not said bob "ipsec$id: no new CHILD_SA in"
	done
	grep -q 'ipsec1: .* authenticating anew' "$LAB_DIR/bob/said"
	grep -q 'ipsec2: .* authenticating anew' "$LAB_DIR/bob/said"
	grep -q 'ipsec[34]: .* beginning anew' "$LAB_DIR/bob/said"
}
