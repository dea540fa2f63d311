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
	[ -n "${LAB_WHY:-}" ] || for id in 1 2 3 4 5 6 8; do
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

# Loads alice's ends, whose ESP has no group but for 5 and 8, with the sed command $@ on what swanctl loads. Beside 8
# there is its twin, whose IKE_SA is a second one of the same two ends.
load_alice() {
	for id in 1 2 3 4 5 6 8; do
		end_of alice "$id" 'sa-rekey-time 1h'
	done | lab_compile alice
	twin >>"$LAB_DIR/alice/swanctl.conf"
	sed -i -e '/^\tipsec[58] {/,/^\t}/!s/\(esp_proposals = aes128-sha256\)-ecp256/\1/' "$@" "$LAB_DIR/alice/swanctl.conf"
	lab_load alice 8
}

twin() {
	cat <<-END
		connections {
			twin8 {
				version = 2
				local_addrs = 192.168.0.1
				remote_addrs = 192.168.0.2
				local {
					auth = psk
					id = alice8
				}
				remote {
					auth = psk
					id = bob8
				}
				children {
					twin8 {
						local_ts = 10.1.0.0/24
						remote_ts = 10.2.8.0/24
					}
				}
			}
		}
	END
}

# Succeeds when bob's supervisor has seen all of them up.
all_are_seen_up() {
	control bob status --json | jq -e '.tunnels | length == 7 and all(.state == "Up(Installed)")' >/dev/null
}

# Has bob's tunnels $@ refused three new CHILD_SAs: one that is up is rekeyed, by either end, and others are asked for.
refuse() {
	local id count

	for id in "$@" "$@" "$@"; do
		count=$(refusals "$id")
		case $id in
		3 | 4 | 5) lab_swanctl bob --initiate --ike "ipsec$id" --child "tunnel$id" ;;
		2) lab_swanctl alice --rekey --child "tunnel$id" ;;
		*) lab_swanctl bob --rekey --child "tunnel$id" ;;
		esac >/dev/null 2>&1 || true
		lab_until "$LAB_DEADLINE" is_refused "$id" "$count" || lab_fail "tunnel$id is not refused" || return
	done
}

# How often tunnel $1 was: 5 by itself, since nothing else is refused its subnets.
refusals() {
	local words='failed to establish CHILD_SA, keeping IKE_SA'

	[ "$1" != 5 ] || words='received TS_UNACCEPTABLE notify, no CHILD_SA built'
	lab_log bob | grep -c "$words" || true
}

is_refused() {
	[ "$(refusals "$1")" -gt "$2" ]
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

# Bob tells that his tunnel $1 is refused new CHILD_SAs, and what for, be it a warning or, when it is down, its why.
is_told_why() {
	local settings=esp

	[ "$1" != 5 ] || settings='local-subnet and remote-subnet'
	control bob status "$1" --json | jq -r '.tunnels[0] | "\(.reason)|\(.why)", (.warnings[] | "\(.reason)|\(.text)")' |
		grep -q "^\(rekey-refused\|esp-suites\|selectors\)|.*: compare $settings at both ends"
}

tells_why() {
	lab_until "$LAB_DEADLINE" is_told_why "$1" || lab_fail "bob does not tell why tunnel $1 is refused: $(control bob status "$1" --json)"
}

pings() {
	lab_in bob ping -c 3 -i 0.02 -W 2 -I "10.2.$1.1" 10.1.0.1 >/dev/null
}

# Pings through tunnel 1 until it is asked how many were lost: its CHILD_SA is to stay until there is another one.
keep_pinging() {
	nsenter --net="/run/netns/$(lab_ns bob)" ping -i 0.1 -I 10.2.1.1 10.1.0.1 >"$LAB_DIR/bob/pings" 3>&- &
	pinging=$!
}

few_are_lost() {
	local sent received

	kill -INT "$pinging"
	wait "$pinging" || true
	read -r sent received < <(sed -nE 's/^([0-9]+) packets transmitted, ([0-9]+) received.*/\1 \2/p' "$LAB_DIR/bob/pings")
	echo "$((sent - received)) of $sent packets were lost"
	[ "$sent" -gt 100 ] && [ $((25 * (sent - received))) -lt "$sent" ]
}

# 1 and 2 stay up, 3, 4 and 5 lose their CHILD_SA; of the first two pairs, one was started by bob and one by alice. No new
# IKE_SA would heal 5, whose subnets no longer fit, and none could be had for 6, where bob has no peer. It is said of each
# for as long as it is so; and of 8, which nothing is refused, that for over a minute it has two IKE_SAs.
@test "a new CHILD_SA that is refused, again and again, is healed by a new IKE_SA" {
	load_alice
	for id in 1 2 3 4 5 8; do
		end_of bob "$id"
	done >"$LAB_DIR/bob/weos.cfg"
	end_of bob 6 'no peer' >>"$LAB_DIR/bob/weos.cfg"
	supervise bob
	hears bob 'ipsec6: added'
	for id in 2 4 6 8; do
		lab_swanctl alice --initiate --child "tunnel$id" >/dev/null
	done
	lab_until "$LAB_DEADLINE" all_are_seen_up
	keep_pinging
	load_alice -e '/^\tipsec5 {/,/^\t}/s/remote_ts = .*/remote_ts = 10.9.5.0\/24/'
	lab_swanctl alice --initiate --ike twin8 >/dev/null # charon 6 ends an IKE_SA without a CHILD_SA when it is loaded again
	for id in 1 2 3 4 5 6; do
		BEFORE[id]=$(sas_of "$id")
	done
	for id in 3 4 5; do
		lab_swanctl bob --terminate --child "tunnel$id" >/dev/null
	done
	refuse 1 2 3 4 5 6
	for id in 1 2 3 4 5 6; do
		tells_why "$id"
	done
	lab_until 40 are_healed 1 2
	few_are_lost
	lab_until 40 are_healed 3 4
	for id in 1 2 3 4; do
		pings "$id"
		said bob "ipsec$id: no new CHILD_SA in"
		lab_until "$LAB_DEADLINE" lab_not is_warned bob "$id" rekey-refused ''
	done
	for id in 5 6; do
		[ "$(sas_of "$id")" = "${BEFORE[id]}" ]
		lab_not said bob "ipsec$id: no new CHILD_SA in"
		tells_why "$id"
	done
	lab_until 40 is_warned bob 8 duplicate-ike-sa 'for over a minute there are two IKE SAs with the same identity and address.*: see initiator at one of both ends'
	run -0 control bob status 8
	[[ ${lines[1]} == 'for over a minute there are two IKE SAs'* ]]
	grep -q 'ipsec1: .* authenticating anew' "$LAB_DIR/bob/said"
	grep -q 'ipsec2: .* authenticating anew' "$LAB_DIR/bob/said"
	grep -q 'ipsec[34]: .* beginning anew' "$LAB_DIR/bob/said"
}
