# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# lab.bash - real IKE daemons for a test, each gateway in a network namespace of its own
#
#     10.1.0.1 [ alice ] 192.168.0.1 ------------ 192.168.0.2 [ bob   ] 10.2.0.1
#                  |
#                  +------------------------------ 192.168.0.3 [ carol ] 10.3.0.1   (lab_carol)
#
# Every gateway is a namespace, a folder under LAB_DIR and a charon-systemd. ESP is real, but runs in user
# space over a TUN device (plugin kernel-libipsec), so the lab needs no ESP in the kernel. Three properties
# of that plugin matter to whoever writes a test: SAs print as TUNNEL-in-UDP on port 4500, the local subnet
# must hold a local address, and a subnet must not hold the outer address of either gateway.
#
# A ping that passes proves nothing about a tunnel; lab_traffic believes the packet counters of the SA only.
# `swanctl --load-all` exits with 0 even when a syntax error made it unload everything; lab_load believes
# what it printed and what charon then lists.
#
# Names, folder and processes are found through two exported variables, LAB_DIR (the folder) and LAB_NS (the
# prefix of the namespaces), so a Bats file makes its lab in setup_file and each test finds it there. lab_down
# ends whatever runs in these namespaces, which only the lab made, and nothing else. A guard process calls it
# when the owner of the lab dies without having done so.

LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LAB_SELF=$LAB_ROOT/tests/lab/lab.bash
# shellcheck source=tests/trace.bash disable=SC1091 # shellcheck follows it only with -x
. "$LAB_ROOT/tests/trace.bash"
: "${WEIPSEC:=$LAB_ROOT/build/weipsec}"
: "${LAB_DEADLINE:=20}"			# seconds until a condition that must come true has failed
: "${LAB_SLACK:=6}"			# times that on a slow or busy machine; a test that passes never waits for it
: "${LAB_PAUSES:=0.02 0.05 0.1 0.2}"	# between two looks at it: to look costs more than to wait

LAB_PLUGINS=/usr/lib/ipsec/plugins
# What charon loads. On a kernel with ESP a lab gives LAB_ESP.
LAB_LOAD="random nonce aes sha1 sha2 hmac kdf cmac xcbc drbg mgf1 pem pkcs1 pkcs8 pubkey x509 constraints revocation
	openssl gmp curve25519 ctr ccm gcm ${LAB_ESP:-curl kernel-libipsec kernel-netlink} socket-default vici"
LAB_SECRET=0sVGhpcyBpcyBhIHNlY3JldCBvZiB0aGUgdGVzdCBsYWIuLi4=

# --- what the lab needs ------------------------------------------------------------------------------------

# Returns 0 where a lab can be made, otherwise 1 with the reason in LAB_WHY.
lab_require() {
	LAB_WHY=$(lab_missing)
	export LAB_WHY
	[ -z "$LAB_WHY" ]
}

# Prints why no lab can be made here: the first reason only, nothing when it can.
lab_missing() {
	local need

	[ "$(id -u)" -eq 0 ] || { echo "the lab needs root"; return; }
	[ -c /dev/net/tun ] || { echo "the lab needs /dev/net/tun"; return; }
	for need in charon-systemd:charon-systemd swanctl:strongswan-swanctl ip:iproute2 ping:iputils-ping \
		openssl:openssl; do
		command -v "${need%:*}" >/dev/null ||
			{ echo "the lab needs the program ${need%:*} (package ${need#*:})"; return; }
	done
	for need in kernel-libipsec:libcharon-extra-plugins openssl:libstrongswan-standard-plugins \
		curl:libstrongswan-extra-plugins; do
		[ -e "$LAB_PLUGINS/libstrongswan-${need%:*}.so" ] ||
			{ echo "the lab needs the plugin ${need%:*} (package ${need#*:})"; return; }
	done
	if ! ip netns add "wi$$-try" 2>/dev/null; then
		echo "no network namespace can be made here"
		return
	fi
	ip netns exec "wi$$-try" true 2>/dev/null || echo "no network namespace can be entered here"
	ip netns del "wi$$-try"
}

# --- up and down -------------------------------------------------------------------------------------------

# Makes alice and bob and starts their daemons. Lines of strongswan.conf's section charon-systemd may be given
# in LAB_CHARON.
lab_up() {
	LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/wilab.XXXXXX") || return
	LAB_NS=wi$$
	export LAB_DIR LAB_NS
	lab_guard $$
	lab_gateway alice 10.1.0.1 && lab_gateway bob 10.2.0.1 &&
		lab_wire alice bob 192.168.0.2 && lab_start alice && lab_start bob && lab_wait_daemons
}

# Adds the third gateway to a running lab.
lab_carol() {
	lab_gateway carol 10.3.0.1 && lab_wire alice carol 192.168.0.3 && lab_start carol && lab_wait_daemons
}

# Ends everything that runs in the lab's namespaces and removes them and the folder. Idempotent.
lab_down() {
	local ns

	[ -n "${LAB_DIR:-}" ] && [ -d "$LAB_DIR" ] || return 0
	for ns in $(lab_namespaces); do
		lab_signal "$ns" TERM
	done
	for ns in $(lab_namespaces); do
		lab_until 5 lab_deserted "$ns" || lab_signal "$ns" KILL
		ip netns del "$ns"
	done
	if [ -z "${LAB_IS_GUARD:-}" ] && [ -s "$LAB_DIR/guard" ]; then
		kill -- "-$(cat "$LAB_DIR/guard")" 2>/dev/null || true
	fi
	rm -rf "$LAB_DIR"
}

# Waits for the end of process $1 in a session of its own, where neither a Ctrl-C nor a kill of the owner's
# group reaches it, and then takes the lab down.
lab_guard() {
	# shellcheck disable=SC2016 # the inner shell expands these
	setsid bash -c '. "$1"; LAB_IS_GUARD=yes; tail -s 0.2 --pid="$2" -f /dev/null; lab_down' \
		guard "$LAB_SELF" "$1" </dev/null >/dev/null 2>&1 3>&- &
	echo $! >"$LAB_DIR/guard"
}

# By their names: `ip netns list' complains of those of other mount namespaces.
lab_namespaces() {
	find /run/netns -maxdepth 1 -name "$LAB_NS-*" -printf '%f\n' 2>/dev/null
}

lab_signal() {
	local pid

	for pid in $(ip netns pids "$1"); do
		kill -"$2" "$pid" 2>/dev/null || true
	done
}

lab_deserted() {
	[ -z "$(ip netns pids "$1" 2>/dev/null)" ]
}

# --- a gateway ---------------------------------------------------------------------------------------------

lab_ns() {
	echo "$LAB_NS-${1:0:1}"
}

# Runs a command in a gateway's namespace.
lab_in() {
	local gw=$1

	shift
	# cheaper than `ip netns exec', which mounts things
	nsenter --net="/run/netns/$(lab_ns "$gw")" "$@"
}

# Makes the namespace and the folder of gateway $1 with the inner address $2.
lab_gateway() {
	local gw=$1 dir=$LAB_DIR/$1

	# Every folder that swanctl looks into: it complains about each that is missing.
	mkdir -p "$dir"/{x509,x509ca,x509ocsp,x509aa,x509ac,x509crl,pubkey,private,rsa,ecdsa,bliss,pkcs8,pkcs12}
	# A private copy: AppArmor's profile of Debian goes by the path, and lets the real one read only /etc.
	[ -e "$LAB_DIR/swanctl" ] || cp "$(command -v swanctl)" "$LAB_DIR/swanctl" || return
	ip netns add "$(lab_ns "$gw")" && lab_ip "$gw" link set lo up && lab_ip "$gw" addr add "$2/24" dev lo
	cat >"$dir/strongswan.conf" <<-END
	charon-systemd {
		load = ${LAB_LOAD//[$'\n\t']/ }
		plugins {
			vici {
				socket = unix://$dir/vici
			}
		}
		filelog {
			log {
				path = $dir/log
				flush_line = yes
				default = 1
			}
		}
		journal {
			default = -1
		}
		${LAB_CHARON:-}
	}
	swanctl {
		load = random pem pkcs1 pkcs8 pubkey x509 openssl
		socket = unix://$dir/vici
	}
	END
	# what loads no key needs none of these plugins, and starts in half of the time
	printf 'swanctl {\n\tload = random\n\tsocket = unix://%s/vici\n}\n' "$dir" >"$dir/look.conf"
}

lab_ip() {
	local gw=$1

	shift
	ip -n "$(lab_ns "$gw")" "$@"
}

# Joins gateway $1, who is 192.168.0.1 on every wire, with gateway $2 at the address $3.
lab_wire() {
	local hub=$1 gw=$2 wire=$2

	ip link add "$wire" netns "$(lab_ns "$hub")" type veth peer name wan netns "$(lab_ns "$gw")" &&
		lab_ip "$hub" addr add 192.168.0.1/32 dev "$wire" && lab_ip "$hub" link set "$wire" up &&
		lab_ip "$gw" addr add "$3/24" dev wan && lab_ip "$gw" link set wan up &&
		lab_ip "$hub" route add "$3/32" dev "$wire" src 192.168.0.1
}

lab_start() {
	(
		export STRONGSWAN_CONF=$LAB_DIR/$1/strongswan.conf
		exec ip netns exec "$(lab_ns "$1")" charon-systemd
	) </dev/null >"$LAB_DIR/$1/out" 2>&1 3>&- &
	disown # a test may kill it, and the shell is not to tell
}

lab_wait_daemons() {
	local gw

	for gw in $(lab_gateways); do
		lab_until "$LAB_DEADLINE" lab_answers "$gw" || lab_fail "the daemon of $gw does not answer" || return
	done
}

lab_gateways() {
	local gw

	for gw in alice bob carol; do
		if [ -d "$LAB_DIR/$gw" ]; then echo "$gw"; fi
	done
}

lab_answers() {
	lab_swanctl "$1" --stats >/dev/null 2>&1
}

lab_swanctl() {
	local dir=$LAB_DIR/$1 conf=look

	shift
	case $1 in
	--load-*)
		conf=strongswan
		: >"$dir/used"
		;;
	--list-certs) conf=strongswan ;; # to show one is to read it
	esac
	STRONGSWAN_CONF=$dir/$conf.conf SWANCTL_DIR=$dir "$LAB_DIR/swanctl" "$@"
}

# --- waiting and failing -----------------------------------------------------------------------------------

# Runs a command again and again until it succeeds; fails after $1 seconds, times LAB_SLACK.
lab_until() {
	local end=$((SECONDS + $1 * LAB_SLACK + 1)) looks=0 pauses

	shift
	read -ra pauses <<<"$LAB_PAUSES"
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep "${pauses[looks < ${#pauses[@]} ? looks : -1]}"
		looks=$((looks + 1))
	done
}

lab_fail() {
	echo "lab: $*" >&2
	return 1
}

# Succeeds when the command fails. (Bats does not see the failure of a command behind `!`.)
lab_not() {
	if "$@"; then lab_fail "succeeds, but must not: $*"; fi
}

# Prints what helps to understand a failed test.
lab_report() {
	local gw file

	for gw in $(lab_gateways); do
		echo "--- $gw: configuration, findings, SAs, log"
		for file in weos.cfg findings load.err swanctl.conf; do
			if [ -s "$LAB_DIR/$gw/$file" ]; then sed '/^#/d' "$LAB_DIR/$gw/$file" | head -n 80; fi
		done
		lab_swanctl "$gw" --list-sas || true
		lab_log "$gw" | tail -n 40
	done
}

# --- configurations ----------------------------------------------------------------------------------------

# Prints a WeOS file of one gateway in the position of Figure 1, tunnel ID 1: alice responds, bob and carol
# initiate. Each further argument is a setting of the tunnel; it takes the place of the usual one of that name.
lab_weos() {
	local gw=$1 usual setting

	shift
	printf 'tunnel\n\tipsec 1\n'
	while read -r usual; do
		for setting; do
			setting=${setting#no }
			[ "${setting%% *}" != "${usual%% *}" ] || continue 2
		done
		printf '\t\t%s\n' "$usual"
	done < <(lab_usual "$gw")
	[ $# -eq 0 ] || printf '\t\t%s\n' "$@"
	printf '\t\tend\n\tend\n'
}

# The usual settings of a gateway's tunnel, without identities.
lab_usual() {
	case $1 in
	alice) printf '%s\n' 'peer 192.168.0.2' 'local-address 192.168.0.1' 'local-subnet 10.1.0.0/24' \
		'remote-subnet 10.2.0.0/24' ;;
	bob) printf '%s\n' initiator 'peer 192.168.0.1' 'local-address 192.168.0.2' 'local-subnet 10.2.0.0/24' \
		'remote-subnet 10.1.0.0/24' ;;
	carol) printf '%s\n' initiator 'peer 192.168.0.1' 'local-address 192.168.0.3' 'local-subnet 10.3.0.0/24' \
		'remote-subnet 10.1.0.0/24' ;;
	esac
	printf '%s\n' "secret $LAB_SECRET"
}

# Compiles the WeOS text on standard input for gateway $1.
lab_compile() {
	local dir=$LAB_DIR/$1

	cat >"$dir/weos.cfg"
	lab_compile_file "$dir/weos.cfg" "$dir/swanctl.conf" 2>"$dir/findings" ||
		lab_fail "$1's configuration does not compile: $(cat "$dir/findings")"
}

lab_compile_file() {
	rm -f "$2"
	"$WEIPSEC" compile --to swanctl -o "$2" "$1"
}

# Takes the swanctl.conf on standard input for gateway $1: the peer that weipsec did not write.
lab_foreign() {
	rm -f "$LAB_DIR/$1/weos.cfg" "$LAB_DIR/$1/findings"
	cat >"$LAB_DIR/$1/swanctl.conf"
}

# Loads the configuration of gateway $1, which must be $2 (1) connections of one child each, without a complaint.
lab_load() {
	local gw=$1 want=${2:-1} dir=$LAB_DIR/$1

	lab_swanctl "$gw" --load-all --noprompt --clear >"$dir/load.out" 2>"$dir/load.err" ||
		lab_fail "swanctl refuses $gw's file: $(cat "$dir/load.err")" || return
	[ ! -s "$dir/load.err" ] || lab_fail "swanctl complains about $gw's file: $(cat "$dir/load.err")" || return
	lab_swanctl "$gw" --list-conns >"$dir/conns"
	[ "$(lab_count '^[^ ].*: IKEv' "$dir/conns") $(lab_count '^  [^ ]*: TUNNEL' "$dir/conns")" = "$want $want" ] ||
		lab_fail "$gw did not load $want connections: $(cat "$dir/load.out" "$dir/conns")"
}

# Prints how many lines of a file match.
lab_count() {
	grep -c -- "$1" "$2" || true
}

# Brings every gateway back to nothing loaded and nothing up, and opens a new page of its log. One that nothing
# was loaded on is so already; what weipsec-apply loads is not seen here.
lab_reset() {
	local gw

	for gw in $(lab_gateways); do
		[ -n "${WEIPSEC_APPLY:-}" ] || [ -e "$LAB_DIR/$gw/used" ] || continue
		: >"$LAB_DIR/$gw/swanctl.conf"
		lab_swanctl "$gw" --load-all --noprompt --clear >/dev/null 2>&1
	done
	for gw in $(lab_gateways); do
		if [ -e "$LAB_DIR/$gw/used" ]; then
			lab_until "$LAB_DEADLINE" lab_emptied "$gw" || lab_fail "$gw keeps its SAs" || return
		fi
		wc -l <"$LAB_DIR/$gw/log" >"$LAB_DIR/$gw/page"
		rm -f "$LAB_DIR/$gw"/{used,weos.cfg,findings,swanctl.conf} "$LAB_DIR/$gw"/{x509,x509ca,private}/*
	done
}

lab_emptied() {
	local sas id

	sas=$(lab_swanctl "$1" --list-sas --raw | sed -n 's/^list-sa event {[^ ]* {uniqueid=\([0-9]*\).*/\1/p')
	for id in $sas; do
		lab_swanctl "$1" --terminate --ike-id "$id" --force >/dev/null 2>&1
	done
	[ -z "$sas" ]
}

# Compiles and loads both ends, responder first, from the settings that both have and those that $A_HAS and
# $B_HAS (arrays) give to alice and bob alone. Bob starts the tunnel by himself.
lab_pair() {
	lab_weos alice "$@" "${A_HAS[@]}" | lab_compile alice && lab_load alice &&
		lab_weos bob "$@" "${B_HAS[@]}" | lab_compile bob && lab_load bob
}

# --- what charon says --------------------------------------------------------------------------------------

# Prints a gateway's log since lab_reset.
lab_log() {
	tail -n "+$(($(cat "$LAB_DIR/$1/page" 2>/dev/null || echo 0) + 1))" "$LAB_DIR/$1/log"
}

# Waits until the log of gateway $1 holds the text $2.
lab_logged() {
	lab_until "$LAB_DEADLINE" lab_log_has "$1" "$2" || lab_fail "the log of $1 never says '$2'"
}

lab_log_has() {
	lab_log "$1" | grep -qF -- "$2"
}

# Prints the state of child $2 of gateway $1: of the newest when there are several, nothing when there is none.
lab_state() {
	lab_swanctl "$1" --list-sas --child "$2" | sed -n "s/^  $2: #[0-9]*, reqid [0-9]*, \([A-Z]*\),.*/\1/p" | tail -n 1
}

lab_is_installed() {
	[ "$(lab_state "$1" "$2")" = INSTALLED ]
}

# Waits until child $1 is up on each of the gateways $2...
lab_installed() {
	local child=$1 gw

	shift
	for gw; do
		lab_until "$LAB_DEADLINE" lab_is_installed "$gw" "$child" ||
			lab_fail "$child does not come up on $gw" || return
	done
}

# Waits until gateway $1 logs the refusal $2, and checks that no end has a CHILD_SA.
lab_refused() {
	local gw

	lab_logged "$1" "$2" || return
	for gw in $(lab_gateways); do
		! lab_swanctl "$gw" --list-sas | grep -q INSTALLED || lab_fail "$gw has a CHILD_SA" || return
	done
}

# Prints how many packets the installed SAs of child $2 of gateway $1 have counted in directions $3...: in, out.
lab_packets() {
	lab_swanctl "$1" --list-sas --child "$2" | awk -v child="$2:" -v ways="${*:3}" '
		$2 ~ /^#/	{ ours = $1 == child && / INSTALLED,/ }
		ours && ($1 == "in" || $1 == "out") && match($0, /[0-9]+ packets/) {
			sum[$1] += substr($0, RSTART, RLENGTH) + 0
		}
		END {
			n = split(ways, way, " ")
			for (i = 1; i <= n; i++)
				printf "%d%s", sum[way[i]], i < n ? " " : "\n"
		}'
}

# Pings alice through child $2 of gateway $1, which is her child $3, and requires that the SAs of both ends
# count every packet both ways.
lab_traffic() {
	local from=$1 child=$2 count=3 before

	before=$(lab_counters "$from" "$child" "$3")
	lab_ping "$from" "$count" >/dev/null || lab_fail "no answer through $child" || return
	lab_until "$LAB_DEADLINE" lab_counted "$from" "$child" "$3" "$before" "$count" ||
		lab_fail "counters of $child: $before before and $(lab_counters "$from" "$child" "$3") after $count pings"
}

# Succeeds when all counters of lab_counters $1 $2 $3 are $5 more than in $4. A ping that has had an answer gives the
# others up after twice the time of the slowest, so the last packets may still be on their way when it ends.
lab_counted() {
	local before now i

	read -r -a before <<<"$4"
	read -r -a now < <(lab_counters "$1" "$2" "$3")
	for i in 0 1 2 3; do
		[ $((now[i] - before[i])) -eq "$5" ] || return
	done
}

# Sends $2 pings to alice from gateway $1, from inner address to inner address.
lab_ping() {
	local number=2

	[ "$1" = bob ] || number=3
	lab_in "$1" ping -c "$2" -i 0.02 -W 2 -I "10.$number.0.1" 10.1.0.1
}

# Prints what child $2 of gateway $1 sent, alice's child $3 received, the latter sent and the former received.
lab_counters() {
	local ours hers

	read -r -a ours < <(lab_packets "$1" "$2" out in)
	read -r -a hers < <(lab_packets alice "$3" in out)
	echo "${ours[0]} ${hers[*]} ${ours[1]}"
}

# Alice and bob are up, and packets counted: what most tests want to know.
lab_works() {
	lab_installed tunnel1 alice bob && lab_traffic bob tunnel1 tunnel1
}

# --- for Bats ----------------------------------------------------------------------------------------------

# setup_file of a lab test: the lab, or the reason why there is none, which lab_setup gives to each test.
lab_setup_file() {
	if lab_require; then
		[ -x "$WEIPSEC" ] || lab_fail "$WEIPSEC is not built" || return
		lab_up
	fi
}

lab_setup() {
	[ -z "${LAB_WHY:-}" ] || skip "$LAB_WHY"
	A_HAS=() B_HAS=()
	lab_reset
}

lab_teardown() {
	if [ -z "${BATS_TEST_COMPLETED:-}" ] && [ -z "${BATS_TEST_SKIPPED:-}" ] && [ -d "${LAB_DIR:-}" ]; then
		lab_report
	fi
}
