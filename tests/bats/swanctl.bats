# SPDX-License-Identifier: ISC
# The swanctl backend: the traps of charon, one by one (docs/swanctl.md).
# shellcheck disable=SC2154,SC2016 # bats and helper.bash set them; text is meant to the letter

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
}

# tunnel ID SETTING...: an instance with these settings besides its addresses and a secret
tunnel() {
	echo "tunnel ipsec $1 local-address 192.0.2.1"
	echo "tunnel ipsec $1 peer 198.51.100.$1"
	echo "tunnel ipsec $1 secret 0x$(printf '%032x' "$1")"
	for setting in "${@:2}"; do
		echo "tunnel ipsec $1 $setting"
	done
}

compiled() {
	"$WEIPSEC" compile --to swanctl - 2> /dev/null
}

# value KEY: what KEY has in the configuration on standard input, once a line
value() {
	sed -n "s/^[[:blank:]]*$1 = //p"
}

@test "swanctl: times are decimal seconds, and rekey_time stands beside reauth_time" {
	tunnel 1 'sa-rekey-time 2h' 'reauth-time 1d' 'dpd-delay 20' | compiled > out
	[ "$(value reauth_time < out)" = 86400s ]
	[ "$(value rekey_time < out)" = $'14400s\n7200s' ]
	[ "$(value life_time < out)" = 7920s ]
	[ "$(value dpd_delay < out)" = 20s ]
	tunnel 1 | compiled > out
	[ "$(value reauth_time < out)" = 0s ]
	[ "$(value rekey_time < out)" = $'14400s\n3600s' ]
}

@test "swanctl: 'no dpd-action' is no delay, and every other action has one" {
	tunnel 1 'no dpd-action' 'dpd-delay 20' | compiled | value dpd_delay | grep -x 0s
	for action in clear trap restart; do
		tunnel 1 initiator "remote-id name b" "dpd-action $action" | compiled > out
		[ "$(value dpd_action < out)" = "$action" ]
		[ "$(value dpd_delay < out)" = 30s ]
	done
}

@test "swanctl: dpd_timeout is version 1's" {
	tunnel 1 'version 1' 'dpd-timeout 90' | compiled | value dpd_timeout | grep -x 90s
	tunnel 1 'version 1' | compiled | value dpd_timeout | grep -x 120s
	[ -z "$(tunnel 1 | compiled | value dpd_timeout)" ]
}

@test "swanctl: roles and peers" {
	tunnel 1 | compiled | value start_action | grep -x trap
	tunnel 1 initiator | compiled | value start_action | grep -x 'trap|start'
	tunnel 1 'peer ANY' | compiled > out
	grep -x none <(value start_action < out)
	grep -x %any <(value remote_addrs < out)
}

@test "swanctl: identities have their type written out" {
	while IFS='|' read -r written emitted; do
		tunnel 1 "local-id $written" 'remote-id name b' | compiled | sed -n '/local {/,/}/p' |
			value id > out
		[ "$(cat out)" = "$emitted" ] || { echo "$written: $(cat out), not $emitted"; return 1; }
	done <<-'EOT'
		inet 192.0.2.9|192.0.2.9
		name alice|"fqdn:alice"
		email a@example.com|"email:a@example.com"
		key my_vpn_key|"keyid:my_vpn_key"
		alice|"fqdn:alice"
		host:500|"keyid:host:500"
		foo=bar|"keyid:foo=bar"
	EOT
}

@test "swanctl: a secret is hex, whatever was written" {
	printf 'tunnel ipsec 1 %s\n' 'local-address 192.0.2.1' 'peer 192.0.2.2' 'secret a"b\c{}$;%' |
		compiled | value secret | grep -x "0x$(printf 'a"b\\c{}$;%%' | od -An -tx1 | tr -d ' \n')"
	printf 'tunnel ipsec 1 %s\n' 'local-address 192.0.2.1' 'peer 192.0.2.2' 'secret 0sQUJDRA==' |
		compiled | value secret | grep -x 0x41424344
}

@test "swanctl: a secret's owner is the remote identity alone where that is its own" {
	{ tunnel 1 'local-id name a' 'remote-id name bob'
		tunnel 2 'local-id name a' 'remote-id name carol'; } | compiled | sed -n '/^secrets/,$p' > out
	[ "$(grep -c id out)" -eq 2 ]
	grep -q '"fqdn:bob"' out && grep -q '"fqdn:carol"' out
}

@test "swanctl: tunnels that share the remote identity are told apart by the local one" {
	{ tunnel 1 'local-id name a1' 'remote-id name bob'
		tunnel 2 'local-id name a2' 'remote-id name bob'
		tunnel 3 'local-id name a3' 'remote-id name carol'; } | compiled | sed -n '/^secrets/,$p' > out
	[ "$(grep -c '"fqdn:bob"' out)" -eq 2 ]
	grep -q '"fqdn:a1"' out && grep -q '"fqdn:a2"' out
	! grep -q '"fqdn:a3"' out || false
}

@test "swanctl: the only psk tunnel of a device may serve a nameless peer, two may not" {
	tunnel 1 'local-id name a1' | compiled | sed -n '/^secrets/,$p' > out
	! grep -q id out || false
	{ tunnel 1 'local-id name a1'; tunnel 2 'local-id name a2'; } | compiled |
		sed -n '/^secrets/,$p' > out
	[ "$(grep -cE '"fqdn:a[12]"' out)" -eq 2 ]
}

@test "swanctl: a wildcard owns on a responder, the local identity on an initiator" {
	tunnel 1 'local-id name a' 'remote-id name *.example.com' | compiled |
		sed -n '/^secrets/,$p' | grep -q '"fqdn:\*.example.com"'
	tunnel 1 initiator 'local-id name a' 'remote-id name *.example.com' | compiled |
		sed -n '/^secrets/,$p' > out
	grep -q '"fqdn:a"' out
	! grep -q example out || false
}

@test "swanctl: a description cannot leave its comment" {
	tunnel 1 'description } connections { x { secret = \ $(reboot) x"' | compiled > out
	[ "$(grep -c '{$' out)" -eq "$(grep -cE '^[[:blank:]]*}$' out)" ]
	[ "$(grep -c reboot out)" -eq 1 ]
	grep -E '^[[:blank:]]*#.*reboot' out
}

@test "swanctl: a disabled tunnel is a comment, and its secret is nowhere" {
	tunnel 1 'no enable' | compiled > out
	! grep -q 'ipsec1 {' out || false
	! grep -q 'secret =' out || false
	grep -E '^[[:blank:]]*#.*ipsec1' out
}

@test "swanctl: what charon would cut is WI613, and nothing is written" {
	long=$(printf 'k%.0s' {1..255})
	tunnel 1 "remote-id key $long" > long.cfg
	"$WEIPSEC" check long.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl long.cfg
	[ -z "$output" ]
	[[ $stderr == *"[WI613]"* ]]
	tunnel 1 'local-id name *.example.com' 'remote-id name b' > star.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl star.cfg
	[[ $stderr == *"[WI613]"* ]]
}

@test "swanctl: the same input gives the same bytes" {
	for case in $(accepted hub24.cfg) $(accepted device-25-tunnels.cfg); do
		"$WEIPSEC" compile --to swanctl "$case" 2> /dev/null > first
		"$WEIPSEC" compile --to swanctl "$case" 2> /dev/null | diff - first
	done
}

@test "swanctl: nothing rests on what charon has by default but an IKE_SA of version 2 without an ike, whose both ends it fits" {
	find "$root/testdata" -name "*.swanctl" -exec cat {} + > all
	[ "$(grep -c 'esp_proposals = ' all)" -gt 500 ]
	run -1 grep -E 'esp_proposals = .*default' all
	run -0 awk '/version = /{ version = $3 } /[^_]proposals = default/{ print version }' all
	[ "$(sort -u <<< "$output")" = 2 ]
}
