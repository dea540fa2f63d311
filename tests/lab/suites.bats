# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034,SC2153 # each test is a process of its own; lists come from suites.bash
# Every suite that WeOS 5 can write: charon takes them all, and what it then uses is what was written.
#
# There are 196 for IKE and 140 for ESP.

load lab
load suites

setup_file() {
	# Many tunnels from one address at a time: charon would take that for an attack.
	LAB_CHARON='dos_protection = no' lab_setup_file
	[ -n "${LAB_WHY:-}" ] || many_addresses
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	list_suites
}
teardown() { lab_teardown; }

# Writes gateway $1's 25 tunnels from number $3 on, of version $2, as far as there are pairs $IKES[i], $ESPS[i];
# `auto` as $4: alice's suites are Auto.
batch() {
	local i ike esp

	for ((i = $3; i < $3 + 25 && i < ${#IKES[@]}; i++)); do
		ike=${IKES[i]} esp=${ESPS[i]}
		[ "$1$4" != aliceauto ] || ike='no ike' esp='no esp'
		tunnel "$1" $((i + 1)) "$2" "$ike" "$esp" $((i - $3 + 1))
	done | lab_compile "$1"
}

# Pairs each IKE suite with an ESP suite, starting over with the shorter list: both appear whole in IKES and ESPS.
pair_up() {
	local -n ikes=$1
	local i count=${#ikes[@]}

	[ "$count" -ge ${#ESP[@]} ] || count=${#ESP[@]}
	IKES=() ESPS=()
	for ((i = 0; i < count; i++)); do
		IKES+=("${ikes[i % ${#ikes[@]}]}")
		ESPS+=("${ESP[i % ${#ESP[@]}]}")
	done
}

# Checks that for the tunnels from number $1 on gateway bob lists the suites that were written.
as_written() {
	local i

	for ((i = $1; i < $1 + 25 && i < ${#IKES[@]}; i++)); do
		echo "$((i + 1)) ${IKES[i]#*|} ${ESPS[i]#*|}"
	done >"$LAB_DIR/written"
	lab_swanctl bob --list-sas | awk '
		NR == FNR			{ ike[$1] = $2; esp[$1] = $3; left++; next }
		/^[^ ]/				{ id = $1; gsub(/^ipsec|:$/, "", id) }
		$1 == ike[id]			{ found[id] = 1 }
		$1 == "tunnel" id ":" && / INSTALLED,/ && $NF == esp[id] && found[id] && !twice[id]++ { left-- }
		END				{ exit left != 0 }' "$LAB_DIR/written" -
}

@test "there are 196 IKE suites, 56 of them for version 1, and 140 ESP suites" {
	[ ${#IKE[@]} -eq 196 ]
	[ ${#IKE1[@]} -eq 56 ]
	[ ${#ESP[@]} -eq 140 ]
}

@test "charon takes all of them at once, of both versions" {
	parts=()
	for version in 2 1; do
		list=IKE
		[ "$version" = 2 ] || list=IKE1
		pair_up $list
		for ((from = 0; from < ${#IKES[@]}; from += 25)); do
			for ((i = from; i < from + 25 && i < ${#IKES[@]}; i++)); do
				tunnel alice $((version * 1000 + i)) "$version" "${IKES[i]}" "${ESPS[i]}" 0
			done | lab_compile alice
			parts+=("$LAB_DIR/alice/part$version-$from.conf")
			mv "$LAB_DIR/alice/swanctl.conf" "${parts[-1]}"
		done
	done
	printf 'include %s\n' "${parts[@]}" | lab_foreign alice
	lab_load alice $((196 + 140))
	rm -f "${parts[@]}"
}

# Brings up the tunnels of version $1 from number $2 on; `auto` as $3: alice's suites are Auto.
bring_up() {
	local gw count=$((${#IKES[@]} - $2 < 25 ? ${#IKES[@]} - $2 : 25))

	for gw in alice bob; do
		batch "$gw" "$1" "$2" "${3:-}" && lab_load "$gw" "$count" || return
	done
	lab_until 20 all_installed "$count" || lab_fail "not all of the $count tunnels from $2 on come up"
}

@test "version 2: each suite comes up as written, and is rekeyed as written" {
	pair_up IKE
	for ((from = 0; from < ${#IKES[@]}; from += 25)); do
		bring_up 2 "$from"
		# The first CHILD_SA has its keys from the IKE_SA: only a rekeyed one uses the group of `esp`.
		for ((i = from; i < from + 25 && i < ${#IKES[@]}; i++)); do
			lab_swanctl bob --rekey --child "tunnel$((i + 1))" >/dev/null
		done
		lab_until 20 as_written "$from"
		lab_reset
	done
}

@test "version 1: each suite comes up as written" {
	pair_up IKE1
	for ((from = 0; from < ${#IKES[@]}; from += 25)); do
		bring_up 1 "$from"
		lab_until 20 as_written "$from"
		lab_reset
	done
}

@test "version 1: a responder whose suites are Auto takes each suite" {
	pair_up IKE1
	for ((from = 0; from < ${#IKES[@]}; from += 25)); do
		bring_up 1 "$from" auto
		lab_until 20 as_written "$from"
		lab_reset
	done
}
