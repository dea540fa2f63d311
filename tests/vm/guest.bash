# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# guest.bash - what must hold on a kernel with ESP
#
#     guest.bash         in the VM: keeps every promise, or tells why not
#     guest.bash bats    on the host: prints a Bats test for each
#     guest.bash names   on the host: prints the name of each
#
# They are those of the files in the folder PROMISES of tests/vm: `promises', or `matrix' or `drawn', which `make check-more'
# keeps.
# With WHOLE set, which `make check-more' does too, all of them; else those alone of which none is the like of another.
#
#     10.1.0.10 [ east ] --- [ alice ] 192.168.0.1 --- [ net ] --- 192.168.0.2 [ bob   ] --- [ west ] 10.2.0.10
#                            10.1.0.1                                          10.2.0.1
#
# Promises come in groups, each with namespaces of its own, so that they run at the same time. A group has two
# functions: GROUP_begin makes what it needs, GROUP_promises has a line `promise NAME COMMAND...` for each. Where a
# third, GROUP_missing, prints a reason, they are skipped.
#
# The gateways are those of lab.bash, but each other's default route, so that whatever IPsec does not hold back
# goes out in clear; and what joins them is a switch, net, that counts what crosses it. A promise about traffic
# believes these counters and the kernel's of each SA, nobody's word.

LAB_ESP=kernel-netlink
LAB_SLACK=1
LAB_PAUSES='0.6 1 2' # to look costs more than elsewhere
LAB_DEADLINE=120
# shellcheck source=tests/lab/lab.bash disable=SC1091 # shellcheck follows it only with -x
. "$(dirname "${BASH_SOURCE[0]}")/../lab/lab.bash"
# shellcheck source=tests/vm/peers.bash disable=SC1091
. "$LAB_ROOT/tests/vm/peers.bash"
PEERS_PKI=$LAB_ROOT/pki
for file in "$LAB_ROOT/tests/vm/${PROMISES:-promises}"/*.bash; do
	# shellcheck disable=SC1090 # each is checked by itself
	. "$file"
done

declare -A OUTER=([alice]=192.168.0.1 [bob]=192.168.0.2)

# --- promises ----------------------------------------------------------------------------------------------

# Keeps the promise $1 by the rest of the command line, and tells how it went.
promise() {
	local name="$GROUP: $1" said=$LAB_DIR/said since=$SECONDS

	shift
	if [ -n "${LISTING:-}" ]; then
		# shellcheck disable=SC2059 # it is one
		printf "$LISTING" "$name" "$name"
		return
	fi
	if [ -n "${MISSING:-}" ]; then
		echo "$MISSING" | tell "skip $name"
		return
	fi
	if [ -n "${BROKEN:-}" ]; then
		tell "not ok $name" <"$LAB_DIR/begin"
		echo "see the first failure of this group" >"$LAB_DIR/begin"
		return
	fi
	strictly "$@" >"$said" 2>&1
	# shellcheck disable=SC2181 # within a condition set -e would mean nothing
	if [ $? -eq 0 ]; then
		echo "$((SECONDS - since)) s" | tell "ok $name"
	else
		report >>"$said" 2>&1
		tell "not ok $name" <"$said"
	fi
}

# A promise like others, for `make check-more'.
whole_promise() {
	[ -z "${WHOLE:-}" ] || promise "$@"
}

# Runs a command in a shell of its own that ends where the first of its commands fails, and says where that was.
# Not for a condition: within one nothing ends.
strictly() (
	set -eE
	trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR
	"$@"
)

# Writes standard input as comments, and behind it the line $1, to the host, in one piece.
tell() {
	until mkdir "$TELLING" 2>/dev/null; do
		sleep 0.05
	done
	{
		sed 's/^/# /'
		echo "$1"
	} >&9
	rmdir "$TELLING"
}

# Makes what group $1 needs, and keeps its promises.
run_group() {
	# shellcheck disable=SC2034 # lab.bash reads LAB_NS
	GROUP=$1 LAB_NS=$1 LAB_DIR=$WORK/$1 BROKEN=
	MISSING=$(if declare -F "$1_missing" >/dev/null; then "$1_missing"; fi)
	if [ -n "$MISSING" ]; then
		"$1_promises"
		return
	fi
	mkdir "$LAB_DIR"
	strictly "$1_begin" >"$LAB_DIR/begin" 2>&1
	# shellcheck disable=SC2181
	if [ $? -ne 0 ]; then
		report >>"$LAB_DIR/begin" 2>&1
		BROKEN=yes
	fi
	"$1_promises"
}

report() {
	local gw

	lab_report
	if declare -F "${GROUP}_report" >/dev/null; then "${GROUP}_report"; fi
	for gw in alice bob; do
		echo "--- $gw: what charon printed, and the kernel"
		cat "$LAB_DIR/$gw/out"
		lab_ip "$gw" -s xfrm state
		lab_ip "$gw" xfrm policy
	done
	lab_in net nft list counters
}

# Prints each promise by the format LISTING.
list() {
	for GROUP in $(groups); do
		"${GROUP}_promises"
	done
}

# Those that have a promise to keep: to begin one takes long.
groups() {
	declare -F | sed -n 's/^declare -f \(.*\)_promises$/\1/p' | while read -r GROUP; do
		[ -z "$(LISTING='%s%.0s\n' "${GROUP}_promises")" ] || echo "$GROUP"
	done
}

# --- gateways and hosts ------------------------------------------------------------------------------------

# Makes alice and bob and the switch between them.
gateways() {
	lab_gateway alice 10.1.0.1
	lab_gateway bob 10.2.0.1
	switch
	plug alice 192.168.0.1
	plug bob 192.168.0.2
	lab_ip alice route add default via 192.168.0.2
	lab_ip bob route add default via 192.168.0.1
	observe alice bob
}

daemons() {
	lab_start alice
	lab_start bob
	lab_wait_daemons
}

switch() {
	ip netns add "$(lab_ns net)"
	lab_ip net link add switch type bridge
	lab_ip net link set switch up
}

# Joins namespace $1, with the address $2, to the switch.
plug() {
	lab_ip net link add "$1" type veth peer name wan netns "$(lab_ns "$1")"
	lab_ip net link set "$1" master switch up
	lab_ip "$1" addr add "$2/24" dev wan
	lab_ip "$1" link set wan up
}

# Makes host $1 in the network $3.0/24 of gateway $2, whose inner address moves to that network's interface.
host() {
	ip netns add "$(lab_ns "$1")"
	lab_ip "$1" link add wan type veth peer name lan netns "$(lab_ns "$2")"
	lab_ip "$1" addr add "$3.10/24" dev wan
	lab_ip "$1" link set wan up
	lab_ip "$2" addr del "$3.1/24" dev lo
	lab_ip "$2" addr add "$3.1/24" dev lan
	lab_ip "$2" link set lan up
	lab_ip "$1" route add default via "$3.1"
	lab_in "$2" sysctl -q -w net.ipv4.ip_forward=1
}

# --- what crosses the switch -------------------------------------------------------------------------------

# Counts the IPv4 packets that come in at the given ports of the switch. On port 4500 IKE begins with four bytes
# of zero, and one byte alone only keeps a NAT awake.
observe() {
	local ports=$*

	lab_in net nft -f - <<-END
	table netdev wire {
		counter wire_esp { }
		counter wire_ike { }
		counter wire_natt { }
		counter wire_clear { }
		chain count {
			ip protocol esp counter name wire_esp return
			udp dport 500 counter name wire_ike return
			udp dport 4500 udp length 9 counter name wire_ike return
			udp dport 4500 @th,64,32 0 counter name wire_ike return
			udp dport 4500 counter name wire_natt return
			counter name wire_clear
		}
		chain lost {
		}
		chain in {
			type filter hook ingress devices = { ${ports// /, } } priority 0
			meta protocol ip jump count
			jump lost
		}
	}
	END
}

crossed() {
	lab_in net nft list counters | awk -v name="wire_$1" '$1 == "counter" { ours = $2 == name } ours && $1 == "packets" { print $2 }'
}

# Requires that since forget() nothing has crossed the switch that was not IPsec.
nothing_clear() {
	local clear

	clear=$(crossed clear)
	[ "$clear" -eq 0 ] || lab_fail "$clear packets in clear"
}

forget() {
	lab_in net nft reset counters >/dev/null
}

# Lets nothing pass the switch, behind its counters, and again everything.
cut() {
	lab_in net nft add rule netdev wire lost drop
}

join() {
	lab_in net nft flush chain netdev wire lost
}

# --- traffic -----------------------------------------------------------------------------------------------

# Pings $3 from namespace $1 and its address $2, $4 times, each of which must be answered. The answer may take
# its time.
pings() {
	lab_in "$1" ping -q -c "$4" -i 0.05 -W 60 -I "$2" "$3"
}

# Succeeds when one ping from namespace $1 and its address $2 to $3 is answered soon.
answers() {
	lab_in "$1" ping -q -c 1 -W 1 -I "$2" "$3" >/dev/null
}

# Prints the SAs of gateway $1, one a line: direction, reqid, packets counted, packets refused, algorithms.
sas() {
	lab_ip "$1" -s xfrm state | awk -v self="${OUTER[$1]}" '
		function flush() { if (way) print way, reqid, packets, lost algorithms }
		/^src/		{ flush(); way = $2 == self ? "out" : "in"; lost = 0; algorithms = "" }
		/ reqid /	{ reqid = $0; sub(/.* reqid /, "", reqid); sub(/\(.*/, "", reqid) }
		/^\t(enc|aead|auth-trunc) /	{ sub(/^\t/, ""); sub(/0x[0-9a-f]+ /, ""); algorithms = algorithms " " $0 }
		/^\tencap /	{ algorithms = algorithms " " $0; gsub(/\t/, "", algorithms) }
		/\(bytes\), /	{ if (!limits) { packets = $0; sub(/.*, /, "", packets); sub(/\(.*/, "", packets) } }
		/replay-window .* failed/	{ lost = $4 + $6 }
		END		{ flush() }'
}

# Prints the packets that the SAs of alice, then of bob have counted, out and in.
all_packets() {
	{ sas alice; echo; sas bob; } | awk '
		NF == 0	{ bobs = 2 }
		NF > 0	{ sum[bobs + ($1 == "in")] += $3 }
		END	{ print sum[0] + 0, sum[1] + 0, sum[2] + 0, sum[3] + 0 }'
}

# Pings $3 from namespace $1 and its address $2, and requires that the SAs of both gateways count each packet both
# ways, and that it crosses the switch as ESP, or as $4.
through() {
	local count=4 before after i

	forget
	before=$(all_packets)
	pings "$1" "$2" "$3" "$count" || return
	after=$(all_packets)
	nothing_clear || return
	[ "$(crossed "${4:-esp}")" -eq $((2 * count)) ] || lab_fail "no ESP" || return
	read -r -a before <<<"$before"
	read -r -a after <<<"$after"
	for i in 0 1 2 3; do
		[ $((after[i] - before[i])) -eq "$count" ] ||
			lab_fail "the SAs count ${before[*]} before and ${after[*]} after $count pings" || return
	done
}

# --- weipsec-apply -----------------------------------------------------------------------------------------

# Applies the settings $2... of gateway $1 as its file.
apply_file() {
	lab_weos "$@" >"$LAB_DIR/$1/weos.cfg"
	apply_again "$1"
}

# A charon that the emulator leaves waiting may be silent for longer than apply waits; then it says to run it again.
apply_again() {
	local tries=5

	until apply_run "$1" apply "$LAB_DIR/$1/weos.cfg" 2>"$LAB_DIR/$1/findings"; do
		grep -q 'charon does not answer' "$LAB_DIR/$1/findings" && ((tries-- > 0)) || return
	done
}

apply_run() {
	lab_in "$1" "$LAB_ROOT/build/weipsec-apply" "$2" --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" \
		"${@:3}"
}

apply_is_up() {
	apply_run "$1" status | grep -q '^1 .* Up(Installed) '
}

# --- main --------------------------------------------------------------------------------------------------

if [ "${1:-}" = bats ]; then
	LISTING='@test "vm: %s" { vm_promise "%s"; }\n'
	# shellcheck disable=SC2016 # expanded by Bats
	printf '%s\n' '. "$WEIPSEC_ROOT/tests/vm/vm.bash"' 'setup_file() { vm_setup_file; }' 'teardown_file() { vm_down; }'
	list
	exit
fi
if [ "${1:-}" = names ]; then
	LISTING='%s%.0s\n'
	list
	exit
fi

WORK=/run/weipsec
TELLING=/run/telling
mkdir "$WORK"
exec 9>/dev/ttyS1
# Other people's gateways come behind: beside them the machine would be slow for a service that has deadlines.
for kind in -v -e; do
	for group in $(groups | grep "$kind" '^libreswan\|^openiked'); do
		run_group "$group" &
	done
	wait
done
echo end >&9
