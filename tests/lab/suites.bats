# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a process of its own; lab_pair reads A_HAS and B_HAS
# Every suite that WeOS 5 can write: charon takes them all, and what it then uses is what was written.
#
# There are 196 for IKE and 140 for ESP. The tables here are the guide's, with charon's names as swanctl prints
# them: they are a second opinion on schemas/algorithms.def.

load lab

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

# For each tunnel of a file an inner network of bob, and an outer address: in version 1 alice knows nothing else
# when she has to choose a suite.
many_addresses() {
	for ((i = 1; i <= 25; i++)); do
		lab_ip bob addr add "10.2.$i.1/24" dev lo
		lab_ip bob addr add "192.168.0.$((100 + i))/24" dev wan
		lab_ip alice route add "192.168.0.$((100 + i))/32" dev bob src 192.168.0.1
	done
}

CIPHERS='aes128:AES_CBC-128 aes256:AES_CBC-256 aes128ctr:AES_CTR-128 aes256ctr:AES_CTR-256'
AEADS='aes128ccm12:AES_CCM_12-128 aes128ccm16:AES_CCM_16-128 aes128gcm12:AES_GCM_12-128 aes128gcm16:AES_GCM_16-128'
AUTHS='sha1:HMAC_SHA1_96/PRF_HMAC_SHA1 sha256:HMAC_SHA2_256_128/PRF_HMAC_SHA2_256
	sha384:HMAC_SHA2_384_192/PRF_HMAC_SHA2_384 sha512:HMAC_SHA2_512_256/PRF_HMAC_SHA2_512'
PRFS='prfsha256:PRF_HMAC_SHA2_256 prfsha384:PRF_HMAC_SHA2_384 prfsha512:PRF_HMAC_SHA2_512'
KE_GROUPS='modp2048:MODP_2048 modp3072:MODP_3072 modp4096:MODP_4096 ecp256:ECP_256 ecp384:ECP_384 ecp521:ECP_521
	x25519:CURVE_25519'

# Fills IKE and ESP (all), and IKE1 (those of version 1, which has CBC only), each item `SETTING|CHARON'S NAME`.
list_suites() {
	local c a p g

	IKE=() ESP=() IKE1=()
	for g in $KE_GROUPS; do
		for c in $CIPHERS; do
			for a in $AUTHS; do
				IKE+=("ike cipher ${c%:*} auth ${a%:*} dh ${g%:*}|${c#*:}/${a#*:}/${g#*:}")
				ESP+=("esp cipher ${c%:*} auth ${a%:*} dh ${g%:*}|ESP:${c#*:}/$(cut -d/ -f1 <<<"${a#*:}")/${g#*:}")
				[[ $c == *ctr:* ]] || IKE1+=("${IKE[-1]}")
			done
		done
		for c in $AEADS; do
			for p in $PRFS; do
				IKE+=("ike cipher ${c%:*} prf ${p%:*} dh ${g%:*}|${c#*:}/${p#*:}/${g#*:}")
			done
			ESP+=("esp cipher ${c%:*} dh ${g%:*}|ESP:${c#*:}/${g#*:}")
		done
	done
}

# Prints gateway $1's tunnel ID $2 of version $3 with the suites $4, $5; bob's addresses are number $6.
tunnel() {
	local other=bob outer="peer 192.168.0.$((100 + $6))"

	[ "$1" = alice ] || { other=alice; outer="local-address 192.168.0.$((100 + $6))"; }
	lab_weos "$1" "version $3" "$outer" "local-id name $1$2" "remote-id name $other$2" "${4%|*}" "${5%|*}" |
		sed "s/ipsec 1$/ipsec $2/; s/\(subnet 10\.2\.\)0/\1$6/"
}

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

all_installed() {
	[ "$(lab_swanctl alice --list-sas | grep -c ' INSTALLED,')" -ge "$1" ] &&
		[ "$(lab_swanctl bob --list-sas | grep -c ' INSTALLED,')" -ge "$1" ]
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
