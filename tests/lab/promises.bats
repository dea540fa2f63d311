# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# What weipsec-apply promises of a running charon: what is the same is not touched, and the rest is as the text says.

bats_require_minimum_version 1.5.0
load lab
load device

setup_file() { device_setup_file; }
teardown_file() { lab_down; }
setup() { device_setup; }
teardown() { lab_teardown; }

# Alice's 25 tunnels; arguments are settings of the third.
many() {
	local id

	site 1
	site 2
	site 3 "$@"
	for id in {4..25}; do
		site "$id"
	done
}

# Alice has tunnels to bob and carol, who are up.
both_up() {
	{ site 1; site 2; } | device | apply alice >/dev/null
	peer_weos bob | apply bob >/dev/null
	peer_weos carol | apply carol >/dev/null
	peers_up bob carol
}

@test "promises: 25 tunnels are applied, and applied again they are unchanged" {
	many | device >"$LAB_DIR/alice/weos.cfg"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg" --dry-run
	same "$output" "$(printf 'ipsec%d: added\n' {1..25})"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec%d: added\n' {1..25})"
	same "$(connections alice)" "$(printf 'ipsec%d\n' {1..25} | sort)"
	peer_weos bob | apply bob
	peer_weos carol | apply carol
	peers_up bob carol
	before=$(ids alice)
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec%d: unchanged\n' {1..25})"
	same "$(ids alice)" "$before"
	same "$(kept alice)" "current gen gen/0001 gen/0001/agent.xml gen/0001/plan.json lock "
}

@test "promises: agent configuration, XML and JSON, is the same as the text" {
	many 'sa-rekey-time 2h' | device | apply alice
	many | device >"$LAB_DIR/alice/other.cfg"
	before=$(loaded alice)
	for form in '' --json; do
		# shellcheck disable=SC2086 # none or one word
		"$WEIPSEC" compile --to agent $form -o "$LAB_DIR/alice/agent" "$LAB_DIR/alice/weos.cfg" 2>/dev/null
		run -0 apply_file alice "$LAB_DIR/alice/agent"
		same "$output" "$(printf 'ipsec%d: unchanged\n' {1..25})"
		apply_file alice "$LAB_DIR/alice/other.cfg"
		run -0 apply_file alice "$LAB_DIR/alice/agent"
		[ "${lines[2]}" = "ipsec3: changed" ]
		same "$(loaded alice)" "$before"
	done
}

@test "promises: a tunnel changes, and a stream through another loses no packet" {
	many | device | apply alice
	peer_weos bob | apply bob
	peer_weos carol | apply carol
	peers_up bob carol
	before=$(ids alice ipsec2)
	read -r -a sent <<<"$(lab_counters carol tunnel1 tunnel2)"
	lab_in carol ping -q -i 0.001 -c 3000 -I 10.3.0.1 10.1.0.1 >"$LAB_DIR/carol/ping" 2>&1 &
	lab_until 5 streaming "${sent[0]}"
	for time in 2h 3h 4h; do
		{ many "sa-rekey-time $time" | sed "/ipsec 1\$/,/end/s/subnet 10.2.0.0.*/&\n\t\tsa-rekey-time $time/"; } |
			device | apply alice >"$LAB_DIR/alice/plan"
		same "$(grep -v unchanged "$LAB_DIR/alice/plan")" "$(printf 'ipsec%d: changed\n' 1 3)"
	done
	kill -0 $! # it still runs: all three were applied under it
	wait $!
	cat "$LAB_DIR/carol/ping"
	grep -q '3000 packets transmitted, 3000 received, 0% packet loss' "$LAB_DIR/carol/ping"
	same "$(ids alice ipsec2)" "$before"
	read -r -a now <<<"$(lab_counters carol tunnel1 tunnel2)"
	for i in 0 1 2 3; do
		[ $((now[i] - sent[i])) -eq 3000 ]
	done
}

# The stream has begun: carol sent more than $1 packets.
streaming() {
	[ "$(lab_packets carol tunnel1 out)" -gt $(($1 + 50)) ]
}

# Applies alice's tunnel 1 with the settings given, and requires that its SA is gone, that carol's is the same, and
# that the next apply of it has nothing to do. The first argument is what list-conns then shows of it, if not ''.
changes() {
	local shows=$1 carols before

	shift
	peers_up bob
	carols=$(ids alice ipsec2)
	before=$(ids alice ipsec1)
	[ -n "$before" ]
	{ site 1 "$@"; site 2; } | device >"$LAB_DIR/alice/weos.cfg"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged')"
	[[ " $(ids alice ipsec1)" != *" $before"* ]]
	same "$(ids alice ipsec2)" "$carols"
	[ -z "$shows" ] || loaded alice | grep 'conn ipsec1' | grep -F -- "$shows" ||
		{ loaded alice; return 1; }
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged')"
	same "$(ids alice ipsec2)" "$carols"
	back
}

# Alice's usual tunnels again.
back() {
	{ site 1; site 2; } | device | apply alice >/dev/null
}

@test "promises: whatever setting changes, the tunnel is as the text says and its old SAs are gone" {
	both_up
	changes "b'192.168.0.77'" 'peer 192.168.0.77'
	changes "'local_addrs': [b'192.168.0.78']" 'local-address 192.168.0.78'
	changes "b'10.1.0.0/25'" 'local-subnet 10.1.0.0/25'
	changes "b'10.2.0.0/25'" 'remote-subnet 10.2.0.0/25'
	changes "'id': b'alice2'" 'local-id name alice2'
	changes "'id': b'bob2'" 'remote-id name bob2'
	changes '' "secret $DEVICE_SECRET"
	changes '' 'ike cipher aes256 auth sha256 dh ecp256'
	changes '' 'esp cipher aes256 auth sha256 dh ecp256'
	changes "'rekey_time': b'7200'" 'sa-rekey-time 2h'
	changes "'dpd_delay': b'17'" 'dpd-delay 17'
	changes '' 'no dpd-action'
	changes "'reauth_time': b'7200'" 'reauth-time 2h'
	changes "'version': b'IKEv1'" 'version 1'
	changes '' initiator
	carries bob carol
}

@test "promises: a changed suite is that of the next SAs, which is all that charon shows of it" {
	both_up
	for suite in 'aes256 auth sha384 dh ecp256' 'aes128 auth sha512 dh modp2048'; do
		{ site 1 "ike cipher $suite" "esp cipher $suite"; site 2; } | device | apply alice >/dev/null
		peers_up bob
		lab_swanctl alice --list-sas --ike ipsec1 >"$LAB_DIR/alice/sas"
		if [[ $suite == aes256* ]]; then
			grep -q '^  AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_256$' "$LAB_DIR/alice/sas"
			grep -q ' INSTALLED, .*, ESP:AES_CBC-256/HMAC_SHA2_384_192$' "$LAB_DIR/alice/sas"
		else
			grep -q '^  AES_CBC-128/HMAC_SHA2_512_256/PRF_HMAC_SHA2_512/MODP_2048$' "$LAB_DIR/alice/sas"
			grep -q ' INSTALLED, .*, ESP:AES_CBC-128/HMAC_SHA2_512_256$' "$LAB_DIR/alice/sas"
		fi
	done
	carries bob carol
}

@test "promises: a description is ours alone: it changes, and no SA does" {
	both_up
	before=$(ids alice)
	{ site 1 'description Branch office'; site 2; } | device >"$LAB_DIR/alice/weos.cfg"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged')"
	same "$(ids alice)" "$before"
	run -0 control alice status
	[[ ${lines[1]} =~ ^1\ +Branch\ office\ +Up\(Installed\) ]]
}

@test "promises: dpd-timeout alone changes, in version 1" {
	both_up
	{ site 1 'version 1'; site 2; } | device | apply alice
	peer_weos bob 'version 1' | apply bob
	peers_up bob
	before=$(ids alice ipsec1)
	[ -n "$before" ]
	run -0 apply alice < <({ site 1 'version 1' 'dpd-timeout 77'; site 2; } | device)
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged')"
	same "$(ids alice ipsec1)" ''
	loaded alice | grep 'conn ipsec1' | grep -F "'dpd_timeout': b'77'"
	carries bob carol
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged')"
}

@test "promises: a tunnel whose peer is dead changes without a wait for it" {
	both_up
	lab_ip bob link set wan down
	{ site 1 'sa-rekey-time 2h'; site 2; } | device >"$LAB_DIR/alice/weos.cfg"
	run -0 through alice "$LAB_DIR/alice/weos.cfg" 0 client
	lab_ip bob link set wan up
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged')"
	same "$(ids alice ipsec1)" ''
	lab_not grep 'waited for' "$LAB_DIR/alice/record"
}

@test "promises: an SA that charon does not end is told of, and the next apply ends it" {
	both_up
	{ site 1 'sa-rekey-time 2h'; site 2; } | device >"$LAB_DIR/alice/weos.cfg"
	run -1 through alice "$LAB_DIR/alice/weos.cfg" terminate refuse
	says alice 'charon does not have what was loaded: an old SA of it is left'
	says alice 'refused: every tunnel is as it was before'
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged')"
	same "$(ids alice ipsec1)" ''
}

@test "promises: a tunnel is added, disabled, enabled, removed, and a responder's SAs go with it" {
	both_up
	carols=$(ids alice ipsec2)
	run -0 apply alice < <({ site 1; site 2; site 9; } | device)
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged\nipsec9: added')"
	for gone in 'no enable' removed; do
		peers_up bob
		before=$(ids alice ipsec1)
		[ -n "$before" ]
		{ [ "$gone" = removed ] || site 1 "$gone"; site 2; } | device >"$LAB_DIR/alice/weos.cfg"
		[ "$gone" = removed ] || run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
		[ "$gone" != removed ] || run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
		[ "${lines[0]}" = "ipsec1: removed" ]
		same "$(ids alice)" "$carols"
		same "$(connections alice)" ipsec2
		loaded alice | lab_not grep -q ike-ipsec1
		run -0 apply alice < <({ site 1; site 2; } | device)
		same "$output" "$(printf 'ipsec1: added\nipsec2: unchanged')"
	done
	carries bob carol
	same "$(ids alice ipsec2)" "$carols"
}

@test "promises: when only whose a secret is changes, the SAs stay" {
	both_up
	before=$(ids alice)
	{ site 1; site 2; site 3 'local-id name other' 'remote-id name bob'; } | device >"$LAB_DIR/alice/weos.cfg"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: changed\nipsec2: unchanged\nipsec3: added')"
	same "$(ids alice)" "$before"
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$output" "$(printf 'ipsec1: unchanged\nipsec2: unchanged\nipsec3: unchanged')"
}

@test "promises: connections and secrets of others stay" {
	lab_foreign alice <<-END
		connections {
			ipsec1x {
				remote_addrs = 192.168.0.50
				local { auth = psk
					id = me }
				remote { auth = psk
					id = you }
				children { tunnel1 { } }
			}
			ipsec01 { remote_addrs = 192.168.0.51 }
			other { remote_addrs = 192.168.0.52 }
		}
		secrets {
			ike-other { id = you
				secret = 0x31323334 }
			ike-ipsec { id = you2
				secret = 0x31323334 }
		}
	END
	lab_swanctl alice --load-all --noprompt >/dev/null
	theirs=$(loaded alice)
	both_up
	same "$(connections alice)" "$(printf '%s\n' ipsec01 ipsec1 ipsec1x ipsec2 other)"
	echo 'no tunnel' | apply alice
	same "$(loaded alice)" "$theirs"
	run -0 control alice rollback
	peers_up bob
	same "$(loaded alice | grep -v 'ipsec[12] ')" "$theirs"
}

@test "promises: what charon refuses costs no SA, whichever tunnel it is" {
	both_up
	before=$(loaded alice)
	sas=$(ids alice)
	for refused in added changed last; do
		case $refused in
		added) site 1; site 2; site 3 ;;
		changed) site 1; site 2 'sa-rekey-time 2h' ;;
		last) site 1 'sa-rekey-time 2h'; site 2; site 7; site 8; site 9 ;;
		esac | device >"$LAB_DIR/alice/weos.cfg"
		run -1 through alice "$LAB_DIR/alice/weos.cfg" load-conn refuse
		says alice 'error: charon: because'
		says alice 'refused: every tunnel is as it was before'
		grep -qE "^ +[0-9]+ \|.*ipsec" "$LAB_DIR/alice/findings"
		same "$(loaded alice)" "$before"
		same "$(ids alice)" "$sas"
		same "$(kept alice)" \
			"current gen gen/0001 gen/0001/agent.xml gen/0001/plan.json lock "
	done
	carries bob carol
	same "$(ids alice)" "$sas"
}

@test "promises: what cannot be brought back, since it is not remembered, is told of" {
	both_up
	rm -rf "$LAB_DIR/alice/state"
	run -2 through alice "$LAB_DIR/alice/weos.cfg" load-shared refuse
	says alice 'error: charon: because; not undone: ipsec1: it is gone: nobody knows what it was'
	says alice 'not every tunnel is as it was before'
	same "$(connections alice)" ''
	run -0 apply_file alice "$LAB_DIR/alice/weos.cfg"
	same "$(connections alice)" "$(printf 'ipsec%d\n' 1 2)"
}
