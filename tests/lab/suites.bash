# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the tests that load it
#
# suites.bash - every suite of the guide, and room for many tunnels between alice and bob
#
# The tables are the guide's, with charon's names as swanctl prints them: they are a second opinion on
# schemas/algorithms.def.

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

# Succeeds when each end has $1 installed SAs.
all_installed() {
	[ "$(lab_swanctl alice --list-sas | grep -c ' INSTALLED,')" -ge "$1" ] &&
		[ "$(lab_swanctl bob --list-sas | grep -c ' INSTALLED,')" -ge "$1" ]
}
