# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# rekeying.bash - an automatic end against whatever a peer has: they come up, and both ends rekey
#
# A peer is `IKE|ESP', two settings of WeOS, of which the automatic end has the former, too. ESP may be what no
# WeOS file can say: `dh none' in it, or `esp default', which is charon's own list. 25 of them are tried at once.

# Fills PEERS with each suite of ESP with each group and with none, charon's default, and another automatic end.
list_peers() {
	local i

	list_suites
	PEERS=()
	for i in "${!ESP[@]}"; do
		PEERS+=("no ike|${ESP[i]%|*}")
		# the first of the groups stands for none, too
		[ $((i / 20)) -gt 0 ] || PEERS+=("no ike|${ESP[i]%dh*}dh none")
	done
	PEERS+=('no ike|esp default' 'no ike|no esp')
}

# Fills PEERS with each pair of a group of `ike' and one of `esp', or none, with a suite after the other.
list_group_pairs() {
	local ike esp i=0

	list_suites
	PEERS=()
	for ike in $KE_GROUPS; do
		for esp in $KE_GROUPS none; do
			PEERS+=("ike cipher aes128 auth sha256 dh ${ike%:*}|${ESP[i++ % 20]%dh*}dh ${esp%:*}")
		done
	done
}

# Fills PEERS with each suite of ESP and each group, with the same group for `ike': what version 1 can rekey.
list_version_1() {
	local esp

	list_suites
	PEERS=()
	for esp in "${ESP[@]%|*}"; do
		PEERS+=("ike cipher aes128 auth sha256 dh ${esp##* }|$esp")
	done
}

# Prints what charon's esp_proposals is for the peer's ESP $1 that WeOS cannot say; fails for one that it can.
foreign_esp() {
	case $1 in
	'esp default') echo default ;;
	*' dh none') sed 's/^esp cipher //; s/ auth /-/; s/ *dh none$//' <<<"$1" ;;
	*) return 1 ;;
	esac
}

# How many are tried at once, from number $1 on.
batch_size() {
	echo $((${#PEERS[@]} - $1 < 25 ? ${#PEERS[@]} - $1 : 25))
}

# Loads gateway $1's end of the peers from number $2 on; it is automatic if it is $3.
load_end() {
	local i esp sections='' foreign

	for ((i = $2; i < $2 + 25 && i < ${#PEERS[@]}; i++)); do
		esp=${PEERS[i]#*|}
		[ "$1" != "$3" ] || esp='no esp'
		if foreign=$(foreign_esp "$esp"); then
			sections+="ipsec$((i + 1))=$foreign "
			esp='esp cipher aes128 auth sha256 dh modp2048'
		fi
		tunnel "$1" $((i + 1)) "${PEER_VERSION:-2}" "${PEERS[i]%|*}" "$esp" $((i - $2 + 1))
		echo "$sections" >"$LAB_DIR/$1/foreign"
	done | lab_compile "$1" || return
	awk -v sections="$(cat "$LAB_DIR/$1/foreign")" '
		BEGIN {
			n = split(sections, part, " ")
			for (i = 1; i <= n; i++)
				esp[substr(part[i], 1, index(part[i], "=") - 1)] = substr(part[i], index(part[i], "=") + 1)
		}
		/^\tipsec/				{ conn = $1 }
		$1 == "esp_proposals" && conn in esp	{ $0 = "\t\t\t\tesp_proposals = " esp[conn] }
		{ print }' "$LAB_DIR/$1/swanctl.conf" >"$LAB_DIR/$1/rewritten"
	mv "$LAB_DIR/$1/rewritten" "$LAB_DIR/$1/swanctl.conf"
	lab_load "$1" "$(batch_size "$2")"
}

# Prints a line `tunnelN OURS THEIRS' of SPIs for each installed SA of gateway $1; those that alice and bob agree
# on are the same where bob's are asked for in the order $2, $3: out, in.
spis() {
	lab_swanctl "$1" --list-sas | awk -v first="$2" '
		$2 ~ /^#/				{ ours = / INSTALLED,/; name = $1 }
		ours && ($1 == "in" || $1 == "out")	{ spi[$1] = $2; sub(/,/, "", spi[$1]) }
		ours && $1 == "out" {
			sub(/:$/, "", name)
			print name, first == "in" ? spi["in"] " " spi["out"] : spi["out"] " " spi["in"]
		}' | sort
}

# Succeeds when each of $1 tunnels has one SA at either end, the same, and none that is in the file `before'.
are_renewed() {
	spis alice in >"$LAB_DIR/now"
	[ "$(cut -d' ' -f1 "$LAB_DIR/now" | uniq -u | wc -l)" -eq "$1" ] &&
		[ "$(wc -l <"$LAB_DIR/now")" -eq "$1" ] &&
		spis bob out | cmp -s - "$LAB_DIR/now" &&
		[ -z "$(comm -12 "$LAB_DIR/before" "$LAB_DIR/now")" ]
}

# Gateway $1 rekeys the $3 tunnels from number $2 on. swanctl says that it could when it was refused.
rekeys_all() {
	local i

	spis alice in >"$LAB_DIR/before"
	for ((i = $2; i < $2 + $3; i++)); do
		lab_swanctl "$1" --rekey --child "tunnel$((i + 1))" >/dev/null
	done
	lab_until "$LAB_DEADLINE" are_renewed "$3" || lab_fail "$1 cannot rekey all: $(not_renewed "$2" "$3")"
}

# Which ones: their peers.
not_renewed() {
	local i

	for ((i = $1; i < $1 + $2; i++)); do
		if ! grep -q "^tunnel$((i + 1)) " <(comm -13 "$LAB_DIR/before" "$LAB_DIR/now"); then
			echo "${PEERS[i]}"
		fi
	done
}

# A ping through each of the tunnels from number $1 on, $2 of them, is answered, and counted.
pings_pass() {
	local i

	for ((i = 1; i <= $2; i++)); do
		lab_in bob ping -c 1 -W 5 -I "10.2.$i.1" 10.1.0.1 >/dev/null || lab_fail "no answer: ${PEERS[$1 + i - 1]}" || return
	done
	[ "$(lab_swanctl bob --list-sas | awk '
		$2 ~ /^#/	{ ours = / INSTALLED,/ }
		ours && $1 == "in" && / 1 packets/ { count++ }
		END		{ print count + 0 }')" -eq "$2" ] || lab_fail 'not all pings were counted'
}

# The peers from number $1 on, 25 at most, come up with an automatic gateway $2, and are rekeyed by $3, then by
# the other end.
are_kept_up() {
	local then=alice count

	count=$(batch_size "$1")
	[ "$3" = bob ] || then=bob
	lab_reset
	load_end alice "$1" "$2" && load_end bob "$1" "$2" || return
	lab_until "$LAB_DEADLINE" all_installed "$count" || lab_fail "not all of $count come up" || return
	rekeys_all "$3" "$1" "$count" && rekeys_all "$then" "$1" "$count" && pings_pass "$1" "$count"
}

# All of PEERS, with the automatic end as responder (alice) and as initiator (bob), each end first to rekey.
all_are_kept_up() {
	local from automatic first failed=0

	for ((from = 0; from < ${#PEERS[@]}; from += 25)); do
		for automatic in alice bob; do
			for first in alice bob; do
				are_kept_up "$from" "$automatic" "$first" ||
					{ lab_fail "peers from $from on, automatic $automatic, first $first"; failed=1; } || true
			done
		done
	done
	[ "$failed" -eq 0 ]
}
