# SPDX-License-Identifier: ISC
# The xfrm backend: the script, what it does to a kernel, and the file of keys (docs/xfrm.md).  The
# kernel is this machine's, in network namespaces that are gone with the test; where it has no ESP,
# what needs keys is left to tests/vm.
# shellcheck disable=SC2154,SC2030,SC2031 # bats sets them; each test is a subshell
# shellcheck disable=SC2016,SC2317 # text is meant to the letter; `inside' calls

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
}

# tunnel ID SETTING...: an instance between the same two addresses, with these settings
tunnel() {
	echo "tunnel ipsec $1 local-address 192.0.2.1"
	echo "tunnel ipsec $1 peer 192.0.2.2"
	echo "tunnel ipsec $1 local-id name a$1"
	echo "tunnel ipsec $1 remote-id name b$1"
	echo "tunnel ipsec $1 secret 0x$(printf '%060x' "$1")"
	for setting in "${@:2}"; do
		echo "tunnel ipsec $1 $setting"
	done
}

subnets() {
	echo "local-subnet $1"
	echo "remote-subnet $2"
}

compiled() {
	"$WEIPSEC" compile --to xfrm - 2> /dev/null
}

CBC='esp cipher aes128 auth sha256 dh x25519'

# key BYTES NUMBER: one that differs from all with another number
key() {
	printf '0x%0*d' "$(($1 * 2))" "$2"
}

# keys_of ID...: a sound file of keys for aes128 and sha256
keys_of() {
	for id in "$@"; do
		echo "ipsec $id out spi 0x10$id enc $(key 16 "${id}1") auth $(key 32 "${id}2")"
		echo "ipsec $id in spi 0x20$id enc $(key 16 "${id}3") auth $(key 32 "${id}4")"
	done
}

# --- the script

@test "xfrm: out, in and fwd for each tunnel, IKE's exceptions once for each pair of ends" {
	mapfile -t nets < <(subnets 10.1.0.0/24 10.2.0.0/24)
	{ tunnel 1 "${nets[@]}"; tunnel 7; } | compiled > out
	grep -c "policy ipsec. .*proto 17 [sd]port 4*500 " out | grep -x 4
	grep -x "	policy ipsec1 'src 10.1.0.0/24 dst 10.2.0.0/24 dir out' 'action allow priority 2000017 tmpl src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x00000000 reqid 1 mode tunnel level required'" out
	for direction in in fwd; do
		grep -x "	policy ipsec1 'src 10.2.0.0/24 dst 10.1.0.0/24 dir $direction' 'action allow priority 2000017 tmpl src 192.0.2.2 dst 192.0.2.1 .* reqid 1 .*" out
		grep -x "	policy ipsec7 'src 192.0.2.2/32 dst 192.0.2.1/32 dir $direction' 'action allow priority 2000001 .* reqid 7 .*" out
	done
	[ "$(grep -c 'policy ipsec[17]' out)" -eq 10 ]
	grep -qx "warning=''" out
}

@test "xfrm: tunnel 0 has reqid 65536, since 0 would be any" {
	tunnel 0 | compiled > out
	grep -q 'reqid 65536 ' out
	! grep -q 'reqid 0 ' out || false
}

@test "xfrm: the narrower selector comes first, and IKE before all" {
	{
		tunnel 1 'remote-subnet 10.0.0.0/8' 'local-subnet 10.1.0.0/16'
		tunnel 2 'remote-subnet 10.2.0.0/16' 'local-subnet 10.1.0.0/16'
		tunnel 3 'remote-subnet 0.0.0.0/0' 'local-subnet 10.1.1.1'
	} | compiled > out
	sed -n "s/.*policy \(ipsec[0-9]*\) .* dir out' .*priority \([0-9]*\).*/\2 \1/p" out |
		sort -n | tr '\n' ' ' > order
	[ "$(cat order)" = "2000000 ipsec1 2000000 ipsec1 2000033 ipsec2 2000033 ipsec3 2000041 ipsec1 " ]
}

@test "xfrm: a disabled tunnel is a comment; with no tunnel there is nothing to do" {
	tunnel 4 'no enable' | compiled > out
	grep -qx '	# ipsec4 is disabled' out
	! grep -qE '^	(policy|state) ' out || false
	dash -n out
	echo tunnel | compiled > out
	dash -n out
	! grep -qE '^	(policy|state) ' out || false
}

@test "xfrm: no text of others gets into the script, and no secret" {
	tunnel 1 "description x'; reboot; \$(reboot) \`reboot\`" | compiled > out
	! grep -q reboot out || false
	! grep -q "$(printf '%060x' 1)" out || false
	grep -q 'policy ipsec1' out
}

@test "xfrm: any peer is WI613, and nothing is written" {
	{ tunnel 1; tunnel 2 'no peer'; } > any.cfg
	"$WEIPSEC" check any.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to xfrm -o out any.cfg
	[[ $stderr == *"any.cfg:"*": error: a policy needs the peer's address: write 'peer ADDRESS' [WI613]"* ]]
	[ ! -e out ]
	sed -i '/ipsec 2/s/no peer/no enable/' any.cfg
	"$WEIPSEC" compile --to xfrm -o out any.cfg
}

@test "xfrm: equal subnets are WI613 at the later tunnel, which names the earlier one" {
	{ tunnel 1; tunnel 2 'no enable'; tunnel 3 'local-subnet 192.0.2.1/32' 'remote-subnet 192.0.2.2'; } > same.cfg
	"$WEIPSEC" check same.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to xfrm same.cfg
	[ -z "$output" ]
	[ "$(grep -c 'WI613' <<< "$stderr")" -eq 1 ]
	[[ $stderr == *"same.cfg:18:30: error: the kernel takes one policy for these subnets, and 'ipsec 1' has the same [WI613]"*"same.cfg:1:8: note: it is here"* ]]
}

@test "xfrm: shellcheck and dash take the script of every accepted input" {
	mkdir own whole
	sed -n '/^# --- the same/,$p' "$root/backends/xfrm.sh" > same
	echo 'policy() { echo "$1 $2 $3 $warning"; }; wanted' > stub
	# the golden tests hold each to what the compiler writes; the common part is looked at once, and
	# for shellcheck, which takes its time, scripts that differ in numbers alone are one
	find "$root/testdata/accept" -name '*.xfrm' -print0 | same=$(cat same) stub=$(cat stub) xargs -0 awk '
		function finish() {
			if (!name)
				return
			gsub(/[0-9]+/, "0", shape)
			if (!seen[shape]++)
				print name > "shapes"
			print ENVIRON["stub"] > "own/" name
			print ENVIRON["same"] > "whole/" name
			close("own/" name)
			close("whole/" name)
		}
		FNR == 1 {
			finish()
			name = ""
			if ($0 != "#!/bin/sh")
				nextfile
			name = FILENAME
			gsub(/.*\/|xfrm$/, "", name)
			name = name "sh"
			shape = ""
		}
		{
			shape = shape $0 "\n"
			print > "own/" name
			print > "whole/" name
		}
		END { finish() }'
	[ "$(find whole -name '*.sh' | wc -l)" -ge 100 ]
	for script in whole/*.sh; do
		dash -n "$script"
	done
	(cd own && xargs shellcheck) < shapes
	tunnel 1 "$CBC" > keyed.cfg
	(umask 077; keys_of 1 > keys)
	"$WEIPSEC" compile --to xfrm --keys keys -o keyed.sh keyed.cfg
	echo tunnel | compiled > empty.sh
	shellcheck keyed.sh empty.sh whole/device-25-tunnels.sh
}

@test "xfrm: what is the same in every script is the same" {
	tunnel 1 | compiled | sed '1,/^# --- the same/d' > one
	[ -s one ]
	{ tunnel 1; tunnel 0 'no enable'; } | compiled | sed '1,/^# --- the same/d' | cmp - one
	sed '1,/^# --- the same/d' "$root/backends/xfrm.sh" | cmp - one
}

@test "xfrm: the same input gives the same bytes" {
	case=$(accepted device-25-tunnels.cfg)
	"$WEIPSEC" compile --to xfrm "$case" 2> /dev/null > first
	"$WEIPSEC" compile --to xfrm "$case" 2> /dev/null | cmp - first
}

@test "xfrm: the map says of each policy which settings it was made of" {
	{ tunnel 1 'remote-subnet 10.2.0.0/24'; tunnel 2 'no enable'; } > a.cfg
	"$WEIPSEC" compile --to xfrm -o out --map map a.cfg
	grep -n "^	policy .*tmpl" out | while IFS=: read -r line _; do
		jq -e --argjson line "$line" '[.lines[] | select(.line == $line)] |
			(map(.setting) == ["local-address", "local-subnet", "peer", "remote-subnet"])
			and all(.tunnel == 1) and (.[1].default) and (.[3].from.line == 6)' map
	done
	jq -e --argjson line "$(grep -n 'dport 4500' out | cut -d: -f1)" '[.lines[] |
		select(.line == $line) | .setting] == ["local-address", "peer"]' map
	jq -e --argjson line "$(grep -n 'ipsec2 is disabled' out | cut -d: -f1)" '[.lines[] |
		select(.line == $line)] | length == 1 and .[0].tunnel == 2 and .[0].setting == "enable"' map
}

@test "xfrm: the script wants one of its three words, and an 'ip'" {
	tunnel 1 | compiled > script
	for words in '' 'start' 'up down' 'up ' '-h'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 dash script ${words/up /up up}
		[ "$stderr" = 'usage: sh script up|down|status' ]
	done
	mkdir empty
	run --separate-stderr -2 env PATH="$PWD/empty" /usr/bin/dash script status
	[ "$stderr" = "script: there is no 'ip': install iproute2" ]
}

# --- the kernel

# inside FUNCTION: in namespaces of its own, in a shell that ends at the first failure
inside() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	unshare -n ip xfrm policy count > /dev/null 2>&1 || skip "this kernel has no XFRM policies, or not for us"
	declare -f > functions
	unshare -n -m bash -euo pipefail -c '. ./functions; mount -t tmpfs none /run; ip link set lo up; "$1"' \
		- "$1"
}

policies() {
	ip xfrm policy | sed 's/ *$//'
}

# foreign SELECTOR...: a policy of somebody else
foreign() {
	ip xfrm policy add "$@" tmpl src 198.51.100.1 dst 198.51.100.2 proto esp reqid 9 mode tunnel
}

# fails STATUS COMMAND...
fails() {
	local status=0
	"${@:2}" || status=$?
	[ "$status" = "$1" ] || { echo "status $status, not $1: ${*:2}"; return 1; }
}

lifecycle() {
	# neighbours that differ from ours in one thing: mark, direction's selector, interface ID
	foreign src 10.1.0.0/24 dst 10.2.0.0/24 dir out priority 2000017
	foreign src 10.1.0.0/24 dst 10.2.0.0/24 dir out mark 5 mask 0xffffffff priority 2000017
	foreign src 10.1.0.0/24 dst 10.2.0.0/25 dir out mark 0 mask 0xffffffff priority 2000017
	foreign src 10.1.0.0/24 dst 10.2.0.0/24 dir out mark 0 mask 0xffffffff priority 2000017 if_id 3
	policies > before
	fails 1 dash script status > out
	[ "$(grep -c missing out)" = 7 ]
	dash script up > out 2>&1
	[ ! -s out ]
	[ "$(dash script status)" = 'all is up' ]
	policies > up
	[ "$(grep -c '^src' up)" = 11 ]
	dash script up
	policies | cmp - up
	# one is gone: that one comes back
	index=$(ip -s xfrm policy list dir fwd | sed -n 's/.* index \([0-9]*\) .*/\1/p' | head -1)
	ip xfrm policy deleteall dir fwd index "$index"
	fails 1 dash script status > out
	[ "$(cat out)" = "ipsec1: 'src 10.2.0.0/24 dst 10.1.0.0/24 dir fwd' is missing" ]
	dash script up
	dash script status
	dash script down
	policies | cmp - before
	dash script down
	policies | cmp - before
}

@test "xfrm: up and up again, status, down; what others have stays" {
	mapfile -t nets < <(subnets 10.1.0.0/24 10.2.0.0/24)
	tunnel 1 "${nets[@]}" | compiled > script
	inside lifecycle
}

in_the_way() {
	ours='src 192.0.2.2/32 dst 192.0.2.1/32 dir in mark 0 mask 0xffffffff'
	for rest in 'priority 2000001 tmpl src 192.0.2.9 dst 192.0.2.1 proto esp reqid 1 mode tunnel' \
		'priority 2000001 tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid 2 mode tunnel' \
		'priority 2000001 tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid 1 mode transport' \
		'priority 2000001 tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid 1 mode tunnel level use' \
		'priority 2000002 tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid 1 mode tunnel' \
		'priority 2000001 action block' 'priority 2000001'; do
		# shellcheck disable=SC2086 # words
		ip xfrm policy add $ours $rest
		policies > before
		fails 1 dash script up > out 2>&1
		[ "$(cat out)" = "script: ipsec1: 'src 192.0.2.2/32 dst 192.0.2.1/32 dir in' is taken by another, which is left alone" ]
		policies | cmp - before
		fails 1 dash script status > out
		grep -qx "ipsec1: 'src 192.0.2.2/32 dst 192.0.2.1/32 dir in' is taken by another" out
		dash script down 2> out
		grep -q "another's, and stays" out
		policies | cmp - before
		ip xfrm policy flush
	done
	# the exceptions are policies too
	ip xfrm policy add src 192.0.2.1/32 dst 192.0.2.2/32 proto udp sport 500 dir out mark 0 mask 0xffffffff \
		priority 2000000 action block
	fails 1 dash script up 2> out
	grep -q "sport 500 dir out' is taken by another" out
}

@test "xfrm: up refuses where another policy has our place, and changes nothing" {
	tunnel 1 | compiled > script
	inside in_the_way
}

# What no real `ip' does at will: somebody else is quicker, or it is killed.
half_way() {
	foreign src 10.0.0.0/24 dst 10.0.1.0/24 dir out priority 3
	ip xfrm policy add src 192.0.2.2/32 dst 192.0.2.1/32 proto udp dport 500 dir in mark 0 mask 0xffffffff \
		priority 2000000
	policies > before
	mkdir bin
	cat > bin/ip <<-'END'
		#!/bin/sh
		[ "$1" != -batch ] || /usr/sbin/ip xfrm policy add src 192.0.2.2/32 dst 192.0.2.1/32 dir in \
			mark 0 mask 0xffffffff priority 7
		exec /usr/sbin/ip "$@"
	END
	chmod +x bin/ip
	PATH=$PWD/bin:$PATH fails 1 dash script up > out 2>&1
	cat out
	diff out - <<-'END'
		script: ipsec1: 'src 192.0.2.2/32 dst 192.0.2.1/32 dir in': RTNETLINK answers: File exists
		script: nothing is up: what had been added is removed again
	END
	# what was there before stays, the quick one's too
	policies | grep -c '^src' | grep -x 3
	ip xfrm policy deleteall priority 7
	policies | cmp - before

	cat > bin/ip <<-'END'
		#!/bin/sh
		[ "$1" = -batch ] || exec /usr/sbin/ip "$@"
		head -6 | /usr/sbin/ip -batch - > /dev/null
		kill -KILL $$
	END
	PATH=$PWD/bin:$PATH fails 1 dash script up > out 2>&1
	grep -qx 'script: nothing is up: what had been added is removed again' out
	policies | cmp - before
	dash script up
	dash script status
}

@test "xfrm: up undoes itself when it fails half-way, and only itself" {
	tunnel 1 | compiled > script
	inside half_way
}

# How many pings came in, past the policies.
pings_in() {
	ip netns exec "$1" awk '/^Icmp: In/ { for (i = 2; i <= NF; i++) at[$i] = i; next }
		/^Icmp:/ { print $at["InEchos"] }' /proc/net/snmp
}

# Two gateways with a network behind each: lan - alice - bob.
topology() {
	for ns in alice bob lan; do
		ip netns add $ns
		ip -n $ns link set lo up
	done
	ip -n alice link add out type veth peer name out netns bob
	ip -n alice link add in type veth peer name in netns lan
	ip -n alice addr add 192.0.2.1/24 dev out
	ip -n bob addr add 192.0.2.2/24 dev out
	ip -n alice addr add 10.1.0.1/24 dev in
	ip -n lan addr add 10.1.0.2/24 dev in
	ip -n bob addr add 10.2.0.1/24 dev lo
	for at in alice:out alice:in bob:out lan:in; do
		ip -n "${at%:*}" link set "${at#*:}" up
	done
	ip -n alice route add 10.2.0.0/24 via 192.0.2.2
	ip -n bob route add 10.1.0.0/24 via 192.0.2.1
	ip -n lan route add default via 10.1.0.1
	ip netns exec alice sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
}

ping_from() {
	ip netns exec "$1" ping -q -n -c 1 -W "${4:-1}" -I "$2" "$3" > /dev/null 2>&1
}

nothing_leaks() {
	topology
	# what is to be stopped works without policies
	ping_from alice 10.1.0.1 10.2.0.1 5
	[ "$(pings_in bob)" = 1 ]
	ping_from lan 10.1.0.2 10.2.0.1 5
	ping_from bob 10.2.0.1 10.1.0.2 5
	ip netns exec alice dash script up
	bob=$(pings_in bob) lan=$(pings_in lan)
	fails 1 ping_from lan 10.1.0.2 10.2.0.1
	fails 2 ping_from alice 10.1.0.1 10.2.0.1 || fails 1 ping_from alice 10.1.0.1 10.2.0.1
	[ "$(pings_in bob)" = "$bob" ]
	# nor does anything come in as it is, to the gateway or through it
	alice=$(pings_in alice)
	fails 1 ping_from bob 10.2.0.1 10.1.0.1
	fails 1 ping_from bob 10.2.0.1 10.1.0.2
	[ "$(pings_in alice)" = "$alice" ]
	[ "$(pings_in lan)" = "$lan" ]
	# what no tunnel selects goes on
	ping_from alice 192.0.2.1 192.0.2.2 5
	ip netns exec alice dash script down
	ping_from lan 10.1.0.2 10.2.0.1 5
}

@test "xfrm: with policies only nothing that the tunnel selects leaves or comes in" {
	mapfile -t nets < <(subnets 10.1.0.0/24 10.2.0.0/24)
	tunnel 1 "${nets[@]}" | compiled > script
	inside nothing_leaks
}

# udp NAMESPACE FROM-PORT TO-PORT: true if a packet between the gateways gets through
udp() {
	local from=$1 to=bob source=192.0.2.1 target=192.0.2.2
	[ "$from" = alice ] || { to=alice source=192.0.2.2 target=192.0.2.1; }
	coproc listener { ip netns exec $to /usr/bin/python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
s.settimeout(float(sys.argv[3]))
print("ready", flush=True)
try:
    s.recv(9)
except TimeoutError:
    sys.exit(1)' $target "$3" "${4:-1}"; }
	local pid=$listener_PID status=0
	read -r _ <&"${listener[0]}"
	ip netns exec "$from" /usr/bin/python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
try:
    s.sendto(b"x", (sys.argv[3], int(sys.argv[4])))
except OSError:
    pass' $source "$2" $target "$3"
	wait "$pid" || status=$?
	return $status
}

ike_passes() {
	topology
	ip netns exec alice dash script up
	for port in 500 4500; do
		udp alice $port $port 10
		udp bob $port $port 10
	done
	udp alice 4500 33333 10 # a peer behind NAT
	udp bob 33333 4500 10
	fails 1 udp alice 501 501
	fails 1 udp bob 501 501
	fails 1 udp bob 500 501
	fails 2 ping_from alice 192.0.2.1 192.0.2.2 || fails 1 ping_from alice 192.0.2.1 192.0.2.2
}

@test "xfrm: IKE between the ends is never caught, all else of host-to-host is" {
	tunnel 1 | compiled > script
	inside ike_passes
}

# --- the file of keys

@test "xfrm: with keys the script has states, is its owner's only, and says what it is for" {
	tunnel 1 'esp cipher aes256 auth sha384 dh x25519' 'sa-rekey-time 2h' > a.cfg
	{
		echo '# of the lab'
		echo
		printf 'ipsec 1 in spi 0xC0000001 enc %s auth %s # here\r\n' "$(key 32 1)" "$(key 48 2)"
		echo "	ipsec	1  out spi 0x100 enc $(key 32 3) auth $(key 48 4)"
	} > keys
	chmod 600 keys
	run --separate-stderr -0 bash -c "umask 0; exec '$WEIPSEC' compile --to xfrm --keys keys -o out a.cfg"
	[[ -z $output && $stderr != *000000* ]]
	[ "$(stat -c %a out)" = 600 ]
	grep -qi 'NOT FOR PRODUCTION' out
	limits="'limit byte-hard 1073741824 limit time-hard 7920'"
	algorithms="reqid 1 mode tunnel replay-window 0 auth-trunc hmac(sha384)"
	grep -qxF "	state ipsec1 'src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x00000100' '$algorithms $(key 48 4) 192 enc cbc(aes) $(key 32 3)' $limits" out
	grep -qxF "	state ipsec1 'src 192.0.2.2 dst 192.0.2.1 proto esp spi 0xc0000001' '$algorithms $(key 48 2) 192 enc cbc(aes) $(key 32 1)' $limits" out
	"$WEIPSEC" compile --to xfrm --keys - a.cfg < keys | cmp - out
}

# refused TEXT: a.cfg and keys do not go together, since...
refused() {
	run --separate-stderr -1 "$WEIPSEC" compile --to xfrm --keys keys -o out a.cfg
	[ ! -e out ]
	[[ $stderr == *"$1"* ]] || { echo "$stderr"; return 1; }
	[[ $output$stderr != *000000000* ]]
}

@test "xfrm: each mistake in a file of keys is named by its place, and no key is shown" {
	{ tunnel 1 "$CBC"; tunnel 2 "$CBC" 'remote-subnet 10.2.0.0/24'; } > a.cfg
	(umask 077; keys_of 1 2 > sound)
	cp -p sound keys
	"$WEIPSEC" compile --to xfrm --keys keys a.cfg > script
	rm script
	while IFS='|' read -r edit message; do
		cp -p sound keys
		sed -i "$edit" keys
		refused "$message" || { echo "$edit"; return 1; }
	done <<-'EOT'
		2d|keys:1:1: error: 'ipsec 1' has no keys for 'in'
		1d|keys:1:1: error: 'ipsec 1' has no keys for 'out'
		1,2d|keys:1:1: error: 'ipsec 1' has no keys for either direction
		2s/in/out/|keys:2:1: error: 'ipsec 1' has keys for 'out' on line 1
		2s/in/up/|keys:2:9: error: a direction is 'out' or 'in'
		3s/ 2/ 3/|keys:3:7: error: the configuration has no 'ipsec 3'
		3s/ 2/ 02/|keys:3:7: error: an ID is a number from 0 to 65535
		3s/ 2/ 65536/|keys:3:7: error: an ID is a number from 0 to 65535
		4s/0x202/0x101/|keys:4:16: error: this SPI is that of line 1 too
		4s/0x202/0x0ff/|keys:4:16: error: an SPI is '0x' and up to 8 hex digits
		4s/0x202/0x100000000/|keys:4:16: error: an SPI is
		4s/0x202/514/|keys:4:16: error: an SPI is
		4s/0x202/0x/|keys:4:16: error: an SPI is
		1s/enc 0x00/enc 0x/|keys:1:27: error: a key of 'aes128' is '0x' and 32 hex digits
		1s/auth 0x00/auth 0x0000/|keys:1:67: error: a key of 'sha256' is '0x' and 64 hex digits
		1s/enc 0x0/enc 0xg/|keys:1:27: error: a key of 'aes128' is
		1s/enc 0x0/enc 00x/|keys:1:27: error: a key of 'aes128' is
		3s/21 auth/11 auth/|keys:3:27: error: this key is in use on line 1 too
		4s/24$/12/|keys:4:66: error: this key is in use on line 1 too
		1s/ auth.*//|keys:1:61: error: a line is 'ipsec ID out spi 0xSPI enc 0xKEY auth 0xKEY', or 'in'
		1s/$/ 0/|keys:1:134: error: a line is
		1s/enc/key/|keys:1:23: error: a line is
		1s/ipsec/0x0000000000/|keys:1:1: error: a line is
		1s/ /\x00/|keys:1:1: error: a line is
		1s/^/\xef\xbb\xbf/|keys:1:1: error: a line is
	EOT
}

@test "xfrm: one key for both purposes is refused" {
	tunnel 1 'esp cipher aes256 auth sha256 dh x25519' > a.cfg
	(umask 077; keys_of 1 | sed "s/enc [^ ]*/enc $(key 32 77)/; 1s/auth .*/auth $(key 32 77)/" > keys)
	refused "keys:1:99: error: one key must not serve both to encrypt and to authenticate"
}

@test "xfrm: static keys with a counter mode, and without an esp line, are WI613" {
	(umask 077; keys_of 1 > keys)
	while IFS='|' read -r cipher rfc; do
		tunnel 1 "esp cipher $cipher dh x25519" > a.cfg
		refused "a.cfg:6:20: error: '${cipher%% *}' must not be used with static keys, which would repeat its counter (RFC $rfc) [WI613]"
	done <<-'EOT'
		aes128ctr auth sha256|3686
		aes256ctr auth sha256|3686
		aes128ccm12|4309
		aes128ccm16|4309
		aes128gcm12|4106
		aes128gcm16|4106
	EOT
	tunnel 1 > a.cfg
	refused "a.cfg:1:8: error: keys need an 'esp' line with a CBC cipher: there is none [WI613]"
}

@test "xfrm: a disabled tunnel needs no keys, and may have some" {
	{ tunnel 1 "$CBC"; tunnel 2 'no enable'; } > a.cfg
	(umask 077; keys_of 1 > keys)
	"$WEIPSEC" compile --to xfrm --keys keys -o one a.cfg
	keys_of 2 >> keys
	"$WEIPSEC" compile --to xfrm --keys keys -o two a.cfg
	cmp one two
}

@test "xfrm: a file of keys that others may open is refused" {
	tunnel 1 "$CBC" > a.cfg
	keys_of 1 > keys
	for mode in 604 640 660 606 610; do
		chmod $mode keys
		refused "weipsec: keys: open to others (mode 0$mode): type 'chmod 600 keys'"
	done
	chmod 400 keys
	"$WEIPSEC" compile --to xfrm --keys keys -o out a.cfg
	# a pipe is nobody else's
	"$WEIPSEC" compile --to xfrm --keys <(cat keys) a.cfg | cmp - out
}

@test "xfrm: keys that cannot be read are 2; with another backend, and over a file, 64" {
	tunnel 1 "$CBC" > a.cfg
	(umask 077; keys_of 1 > keys)
	run --separate-stderr -2 "$WEIPSEC" compile --to xfrm --keys absent a.cfg
	[[ $stderr == "weipsec: absent: No such file or directory"* ]]
	run --separate-stderr -2 "$WEIPSEC" compile --to xfrm --keys . a.cfg
	[ -z "$output" ]
	run --separate-stderr -64 "$WEIPSEC" compile --to swanctl --keys keys a.cfg
	[[ $stderr == "weipsec: --keys is of no use with --to swanctl"* ]]
	run -64 "$WEIPSEC" compile --to xfrm --keys keys -o ./keys a.cfg
	run -64 "$WEIPSEC" compile --to xfrm --keys keys --map keys -o out a.cfg
	run -64 "$WEIPSEC" compile --to xfrm --keys - -
	run -64 "$WEIPSEC" compile --to xfrm --keys a.cfg a.cfg
	keys_of 1 | cmp - keys
	[ ! -e out ]
}

@test "xfrm: hostile files of keys get a few messages in bounded time" {
	tunnel 1 "$CBC" > a.cfg
	(umask 077; yes 'ipsec 1 out' | head -5000 > keys)
	refused 'keys:1:12: error: a line is'
	[ "$(grep -c '^keys:' <<< "$stderr")" -eq 20 ]
	head -c 65537 /dev/zero > keys
	refused 'keys:1:1: error: over 64 KiB: this is no file of keys'
	head -c 65536 /dev/zero > keys
	refused 'keys:1:1: error: a line is'
	head -c 65536 /dev/zero | tr '\0' ' ' > keys
	refused "keys:1:1: error: 'ipsec 1' has no keys for either direction"
	: > keys
	refused "keys:1:1: error: 'ipsec 1' has no keys for either direction"
	printf 'ipsec 1 out spi 0x%s enc 0x%s auth 0x\n' "$(head -c 20000 /dev/zero | tr '\0' 1)" \
		"$(head -c 20000 /dev/zero | tr '\0' 1)" > keys
	refused 'keys:1:17: error: an SPI is'
}

@test "xfrm: an error in the configuration comes before the keys are read" {
	sed 's/auth sha256 dh/dh/' <(tunnel 1 "$CBC") > a.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to xfrm --keys absent a.cfg
	[[ $stderr == *"[WI306]"* ]]
	[[ $stderr != *absent* ]]
}
