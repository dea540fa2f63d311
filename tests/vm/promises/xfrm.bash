# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The xfrm backend on a kernel with ESP. Group xfrm has no charon: its scripts hold back, or carry with the keys
# of a lab. Group skeleton has the policies under those of a charon.

# Compiles the file of gateway $1 in its folder to the script there, with more options if any.
xfrm_compile() {
	local dir=$LAB_DIR/$1

	shift
	"$WEIPSEC" compile --to xfrm -o "$dir/script" "$@" "$dir/weos.cfg" 2>"$dir/findings" ||
		lab_fail "the configuration does not compile: $(cat "$dir/findings")"
}

# The script of gateway $1, in a shell that knows no more than POSIX. Busybox's takes its own ip before any other.
xfrm_script() {
	lab_in "$1" dash "$LAB_DIR/$1/script" "$2"
}

# Prints the file of keys of gateway $1 for keys of $2 and $3 bytes.
xfrm_key_file() {
	local out=out in=in

	[ "$1" = alice ] || { out=in in=out; }
	printf "ipsec 1 $out spi 0x1001 enc 0x%0*d auth 0x%0*d\n" $((2 * $2)) 1 $((2 * $3)) 2
	printf "ipsec 1 $in spi 0x1002 enc 0x%0*d auth 0x%0*d\n" $((2 * $2)) 3 $((2 * $3)) 4
}

# --- without charon ----------------------------------------------------------------------------------------

xfrm_begin() {
	gateways
}

xfrm_promises() {
	local cipher auth kept

	promise 'with policies only nothing that is selected leaves, in clear or at all' xfrm_policies
	for cipher in aes128:16 aes256:32; do
		for auth in sha1:20:96 sha256:32:128 sha384:48:192 sha512:64:256; do
			# each cipher with one auth
			kept=whole_promise
			case $cipher$auth in aes128*sha256* | aes256*sha512*) kept=promise ;; esac
			"$kept" "with keys for ${cipher%:*} and ${auth%%:*} pings pass, and both states count them" \
				xfrm_keys "$cipher" "$auth"
		done
	done
	promise 'host-to-host with keys, whose policies select the outer addresses of the ESP too' xfrm_host
	promise 'a state of others in our place is left alone, and nothing is up' xfrm_taken
	promise 'a state that is refused takes everything with it that was added before' xfrm_undone
}

# Makes the scripts of both gateways: the settings $4, keys for cipher $1:BYTES and auth $2:BYTES.
xfrm_keyed() {
	local gw bytes=${2#*:}

	for gw in alice bob; do
		lab_weos "$gw" "local-id name $gw" "esp cipher ${1%:*} auth ${2%%:*} dh x25519" "${@:3}" \
			>"$LAB_DIR/$gw/weos.cfg"
		(umask 077 && xfrm_key_file "$gw" "${1#*:}" "${bytes%:*}" >"$LAB_DIR/$gw/keys")
		xfrm_compile "$gw" --keys "$LAB_DIR/$gw/keys"
	done
}

xfrm_up() {
	local gw

	for gw in alice bob; do
		xfrm_script "$gw" up
	done
}

xfrm_down() {
	local gw

	for gw in alice bob; do
		xfrm_script "$gw" down
		xfrm_empty "$gw"
	done
}

# Gateway $1 has no policy and no state.
xfrm_empty() {
	[ -z "$(lab_ip "$1" xfrm policy)$(lab_ip "$1" xfrm state)" ]
}

xfrm_policies() {
	local gw

	pings alice 10.1.0.1 10.2.0.1 1
	for gw in alice bob; do
		lab_weos "$gw" "local-id name $gw" >"$LAB_DIR/$gw/weos.cfg"
		xfrm_compile "$gw"
	done
	xfrm_script alice up
	forget
	lab_not answers alice 10.1.0.1 10.2.0.1
	[ "$(crossed clear)" -eq 0 ]
	# what bob still sends is not taken
	lab_not answers bob 10.2.0.1 10.1.0.1
	[ "$(crossed clear)" -eq 1 ]
	pings alice 192.168.0.1 192.168.0.2 1
	xfrm_script alice down
	xfrm_empty alice
	pings alice 10.1.0.1 10.2.0.1 1
}

xfrm_keys() {
	local gw

	xfrm_keyed "$1" "$2"
	xfrm_up
	through alice 10.1.0.1 10.2.0.1
	through bob 10.2.0.1 10.1.0.1
	for gw in alice bob; do
		sas "$gw" | grep -q "hmac(${2%%:*}) .* ${2##*:} enc cbc(aes) "
		sas "$gw" | grep -q '^in 1 8 0 '
	done
	xfrm_down
}

xfrm_host() {
	xfrm_keyed aes128:16 sha256:32:128 'no local-subnet' 'no remote-subnet'
	xfrm_up
	xfrm_up
	xfrm_script alice status
	through alice 192.168.0.1 192.168.0.2
	through bob 192.168.0.2 192.168.0.1
	xfrm_down
}

# Adds a state of others on alice, where ours would be, but for its address of origin $1.
xfrm_foreign() {
	lab_ip alice xfrm state add src "$1" dst 192.168.0.2 proto esp spi 0x1001 reqid 1 mode tunnel \
		auth-trunc 'hmac(sha256)' "0x$(printf %064d 9)" 128 enc 'cbc(aes)' "0x$(printf %032d 9)"
}

xfrm_taken() {
	local from

	xfrm_keyed aes128:16 sha256:32:128
	for from in 192.168.0.1 192.168.0.9; do
		xfrm_foreign "$from"
		lab_not xfrm_script alice up
		xfrm_script alice down
		[ -z "$(lab_ip alice xfrm policy)" ]
		[ "$(lab_ip alice xfrm state | grep -c '^src')" -eq 1 ]
		lab_ip alice xfrm state delete src "$from" dst 192.168.0.2 proto esp spi 0x1001
	done
	xfrm_empty alice
}

# An authenticator that no kernel has stands for a kernel that lacks one.
xfrm_undone() {
	xfrm_keyed aes128:16 sha256:32:128
	sed -i '/spi 0x00001002/s/hmac(sha256)/hmac(none)/' "$LAB_DIR/alice/script"
	lab_not xfrm_script alice up
	xfrm_empty alice
}

# --- under a charon ----------------------------------------------------------------------------------------

skeleton_begin() {
	gateways
	daemons
	skeleton_both
}

skeleton_promises() {
	promise 'host-to-host: IKE passes the policies, and charon carries what they hold back' skeleton_carries
	promise 'they are there when charon has unloaded its own, and nothing leaves' skeleton_stays
}

# Both gateways: the policies up, the same configuration for charon.
skeleton_both() {
	local gw other

	for gw in alice bob; do
		[ "$gw" = alice ] && other=bob || other=alice
		lab_weos "$gw" "local-id name $gw" "remote-id name $other" 'no local-subnet' 'no remote-subnet' |
			lab_compile "$gw"
		xfrm_compile "$gw"
		xfrm_script "$gw" up
	done
	forget
	lab_not answers alice 192.168.0.1 192.168.0.2
	nothing_clear
}

skeleton_carries() {
	lab_load alice
	lab_load bob
	lab_installed tunnel1 alice bob
	through alice 192.168.0.1 192.168.0.2
	through bob 192.168.0.2 192.168.0.1
	xfrm_script alice status
	xfrm_script bob status
}

skeleton_stays() {
	lab_reset
	xfrm_script alice status
	xfrm_script bob status
	forget
	lab_not answers alice 192.168.0.1 192.168.0.2
	lab_not answers bob 192.168.0.2 192.168.0.1
	nothing_clear
	xfrm_script alice down
	xfrm_script bob down
	pings alice 192.168.0.1 192.168.0.2 1
}
