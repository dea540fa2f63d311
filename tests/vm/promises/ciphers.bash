# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash reads it
# Every ESP cipher of WeOS, with every auth where it takes one: twenty tunnels of one file, all up at once; `make
# check' has each cipher with one auth, and each auth with one cipher. What the kernel calls them is a second opinion
# on schemas/algorithms.def.

ciphers_begin() {
	local i

	# Many tunnels from one address at a time: charon would take that for an attack.
	LAB_CHARON='dos_protection = no'
	gateways
	daemons
	mapfile -t SUITES < <(ciphers_list)
	for ((i = 1; i <= ${#SUITES[@]}; i++)); do
		lab_ip bob addr add "10.2.$i.1/24" dev lo
	done
	ciphers_file alice | lab_compile alice
	ciphers_file bob | lab_compile bob
	lab_load alice "${#SUITES[@]}"
	lab_load bob "${#SUITES[@]}"
	lab_until "$LAB_DEADLINE" ciphers_are_up
	ciphers_reqids
	forget
	for ((i = 1; i <= ${#SUITES[@]}; i++)); do
		pings bob "10.2.$i.1" 10.1.0.1 3
	done
	sas alice >"$LAB_DIR/alice/sas"
	sas bob >"$LAB_DIR/bob/sas"
	crossed esp >"$LAB_DIR/esp"
	crossed clear >"$LAB_DIR/clear"
}

# Prints `ESP SETTING|ALGORITHMS` for each: what is written and what the kernel then lists.
ciphers_list() {
	if [ -n "${WHOLE:-}" ]; then
		ciphers_all
	else
		ciphers_all | grep -vE '^aes128 auth sha[235]|^aes128ctr auth sha[135]|^aes256 auth sha[125]|^aes256ctr auth sha[123]'
	fi
}

ciphers_all() {
	local bits auth

	for bits in 128 256; do
		while read -r auth; do
			echo "aes$bits ${auth%|*}|${auth#*|} enc cbc(aes) ($bits bits)"
			echo "aes${bits}ctr ${auth%|*}|${auth#*|} enc rfc3686(ctr(aes)) ($((bits + 32)) bits)"
		done <<-END
		auth sha1|auth-trunc hmac(sha1) (160 bits) 96
		auth sha256|auth-trunc hmac(sha256) (256 bits) 128
		auth sha384|auth-trunc hmac(sha384) (384 bits) 192
		auth sha512|auth-trunc hmac(sha512) (512 bits) 256
		END
	done
	for bits in 12 16; do
		echo "aes128ccm$bits|aead rfc4309(ccm(aes)) (152 bits) $((bits * 8))"
		echo "aes128gcm$bits|aead rfc4106(gcm(aes)) (160 bits) $((bits * 8))"
	done
}

# Prints gateway $1's file.
ciphers_file() {
	local i other=bob

	[ "$1" = alice ] || other=alice
	for ((i = 1; i <= ${#SUITES[@]}; i++)); do
		lab_weos "$1" "local-id name $1$i" "remote-id name $other$i" "esp cipher ${SUITES[i - 1]%|*} dh x25519" |
			sed "s/ipsec 1$/ipsec $i/; s/\(subnet 10\.2\.\)0/\1$i/"
	done
}

ciphers_are_up() {
	local gw

	for gw in alice bob; do
		[ "$(lab_swanctl "$gw" --list-sas | grep -c ' INSTALLED,')" -eq "${#SUITES[@]}" ] || return
	done
}

# Writes down which reqid a tunnel has on each gateway.
ciphers_reqids() {
	local gw

	for gw in alice bob; do
		lab_swanctl "$gw" --list-sas | sed -n 's/^  tunnel\([0-9]*\): #[0-9]*, reqid \([0-9]*\),.*/\1 \2/p' \
			>"$LAB_DIR/$gw/reqids"
	done
}

ciphers_promises() {
	local i=0 suite

	while read -r suite; do
		i=$((i + 1))
		promise "esp cipher ${suite%|*}: the kernel has these algorithms, and the SAs count the pings" \
			ciphers_one "$i" "${suite#*|}"
	done < <(ciphers_list)
	promise 'all of that crosses the wire as ESP, and nothing in clear' ciphers_crossed
	promise 'each of them is rekeyed, and still carries pings' ciphers_rekeyed
}

# Tunnel $1 has one SA each way on each gateway, of the algorithms $2, which counted three packets and refused none.
ciphers_one() {
	local gw reqid

	for gw in alice bob; do
		reqid=$(sed -n "s/^$1 //p" "$LAB_DIR/$gw/reqids")
		[ -n "$reqid" ] || lab_fail "tunnel$1 is not up on $gw"
		awk -v reqid="$reqid" '$2 == reqid' "$LAB_DIR/$gw/sas" | sort | diff - <(printf '%s\n' "in $reqid 3 0 $2" "out $reqid 3 0 $2")
	done
}

ciphers_crossed() {
	[ "$(cat "$LAB_DIR/clear")" -eq 0 ]
	[ "$(cat "$LAB_DIR/esp")" -eq $((2 * 3 * $(ciphers_list | wc -l))) ]
}

# The first CHILD_SA has its keys from the IKE_SA: only a rekeyed one uses the group of `esp`.
ciphers_rekeyed() {
	local i count

	count=$(ciphers_list | wc -l)
	forget
	for ((i = 1; i <= count; i++)); do
		lab_swanctl bob --rekey --child "tunnel$i" >/dev/null
	done
	for ((i = 1; i <= count; i++)); do
		lab_until "$LAB_DEADLINE" ciphers_has_group "$i"
		pings bob "10.2.$i.1" 10.1.0.1 2
	done
	[ "$(crossed esp)" -eq $((2 * 2 * count)) ]
	nothing_clear
}

ciphers_has_group() {
	lab_swanctl bob --list-sas --child "tunnel$1" | grep -q ' INSTALLED,.*/CURVE_25519'
}
