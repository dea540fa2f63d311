# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# peers.bash - gateways that nobody here wrote in the place of bob: Libreswan's pluto and OpenIKED's iked
#
# Alice is ours: charon under the supervisor of weipsec-apply. What a peer does is functions with a prefix, pluto or
# iked, of which `peer' takes the one that the group, libreswan... or openiked..., is about:
#
#     peer missing        prints why it cannot be had here, nothing when it can
#     peer start          starts it as bob, with nothing configured
#     peer usual          prints the usual settings of its end, as PEER_file takes them
#     peer file SETTING...  prints its configuration of the tunnel ipsec1: the usual settings, and these, each in
#                         the place of the usual one of that name
#     peer load FILE [SECRETS]  takes configuration, whoever wrote it, of one tunnel; pluto also its secrets, else it
#                         has LAB_SECRET for everybody
#     peer initiate       starts the tunnel, or has it started soon
#     peer rekey WHAT     has it make a new child or ike, now or soon
#     peer rekeys WHAT    whether it can do that
#     peer forget         has it forget all that it has loaded, and the SAs
#     peer report         prints what helps to understand a failed promise
#
# A tunnel is up when charon says so, both kernels have its SAs, and all four SAs count each of some pings.

# To look costs seconds in the machine, and what is waited for here takes some.
PEERS_PAUSES='0.3 0.6 1 2'

# --- both ends ---------------------------------------------------------------------------------------------

peer() {
	case $GROUP in
	libreswan*) "pluto_$1" "${@:2}" ;;
	*) "iked_$1" "${@:2}" ;;
	esac
}

# Makes the gateways of a group.
peers_begin() {
	gateways
	lab_start alice
	lab_until "$LAB_DEADLINE" lab_answers alice
	mkdir -p "$LAB_DIR/alice/pki"
	cp -r "$PEERS_PKI/alice/." "$LAB_DIR/alice/pki"
	echo 'no tunnel' >"$LAB_DIR/alice/weos.cfg"
	apply_run alice supervise --pki "$LAB_DIR/alice/pki" "$LAB_DIR/alice/weos.cfg" >"$LAB_DIR/alice/said" 2>&1 &
	peer start
	lab_until "$LAB_DEADLINE" [ -S "$LAB_DIR/alice/state/control" ]
}

peers_report() {
	cat "$LAB_DIR/alice/said"
	apply_run alice status
	peer report
}

# Both ends without a tunnel, and a new page of alice's log.
peers_clear() {
	peer forget
	echo 'no tunnel' >"$LAB_DIR/alice/weos.cfg"
	peers_apply
	lab_until "$LAB_DEADLINE" peers_are_clear
	wc -l <"$LAB_DIR/alice/log" >"$LAB_DIR/alice/page"
}

peers_are_clear() {
	[ -z "$(lab_swanctl alice --list-sas)$(peers_spis alice)$(peers_spis bob)" ]
}

# Configures both ends, the one that is to start it last, which is $1. $2 is the settings of ours and $3 those of
# the peer, with ; between them.
peers_load() {
	local ours=() theirs=() role='no initiator'

	IFS=';' read -ra ours <<<"$2"
	IFS=';' read -ra theirs <<<"$3"
	peers_clear
	[ "$1" = bob ] || role=initiator
	[ "$1" = bob ] || peers_load_bob "${theirs[@]}"
	lab_weos alice 'local-id name alice' 'remote-id name bob' "$role" "${ours[@]}" >"$LAB_DIR/alice/weos.cfg"
	peers_apply
	[ "$1" = alice ] || peers_load_bob "${theirs[@]}"
	[ "$1" = alice ] || peer initiate
}

# The same with settings $3 of ours alone: the peer has what `weipsec mirror' makes of them, or, if $2 is agent, of the
# agent configuration that they are compiled to.
peers_load_mirrored() {
	local ours=() role='no initiator' dir=$LAB_DIR/alice file=mine.cfg

	IFS=';' read -ra ours <<<"$3"
	peers_clear
	[ "$1" = bob ] || role=initiator
	lab_weos alice 'local-id name alice' 'remote-id name bob' "$role" "${ours[@]}" >"$dir/mine.cfg"
	if [ "$2" = agent ]; then
		file=mine.xml
		"$LAB_ROOT/build/weipsec" compile --to agent -o "$dir/$file" "$dir/mine.cfg"
	fi
	"$LAB_ROOT/build/weipsec" mirror --to libreswan "$dir/$file" >"$LAB_DIR/bob/file"
	sed -n 's/^#\([^ ]\)/\1/p' "$LAB_DIR/bob/file" >"$LAB_DIR/bob/psk"
	[ "$1" = bob ] || peer load "$LAB_DIR/bob/file" "$LAB_DIR/bob/psk"
	cp "$dir/mine.cfg" "$dir/weos.cfg"
	peers_apply
	[ "$1" = alice ] || peer load "$LAB_DIR/bob/file" "$LAB_DIR/bob/psk"
	[ "$1" = alice ] || peer initiate
}

peers_apply() {
	apply_run alice apply --pki "$LAB_DIR/alice/pki" "$LAB_DIR/alice/weos.cfg" >"$LAB_DIR/alice/plan" \
		2>"$LAB_DIR/alice/findings"
}

peers_load_bob() {
	peer file "$@" >"$LAB_DIR/bob/file"
	peer load "$LAB_DIR/bob/file"
}

# Prints the SPIs that the kernel of gateway $1 has.
peers_spis() {
	lab_ip "$1" xfrm state | sed -n 's/.* spi \(0x[0-9a-f]*\) .*/\1/p' | sort
}

# Prints those of alice's child that is installed. In version 1 those that it replaced stay until their time is over,
# and stay INSTALLED where they have another suite, which of two automatic lists depends on who asks: the last counts.
peers_child() {
	lab_swanctl alice --list-sas | awk '
		/, IKEv1, /				{ last = 1 }
		$2 ~ /^#/				{ ours = / INSTALLED,/; if (ours && last) spis = "" }
		ours && ($1 == "in" || $1 == "out")	{ sub(/,/, "", $2); spis = spis "0x" $2 "\n" }
		END					{ printf "%s", spis }' | sort
}

# Succeeds when there is one child, both kernels have its SAs, and none of them is in the file `before'.
peers_agree() {
	peers_child >"$LAB_DIR/now"
	[ "$(wc -l <"$LAB_DIR/now")" -eq 2 ] && [ "$(peers_spis alice | grep -cxFf "$LAB_DIR/now")" -eq 2 ] &&
		[ "$(peers_spis bob | grep -cxFf "$LAB_DIR/now")" -eq 2 ] && peers_are_new
}

# For busybox any line is in an empty file of patterns.
peers_are_new() {
	[ ! -s "$LAB_DIR/before" ] || [ "$(grep -cxFf "$LAB_DIR/before" "$LAB_DIR/now")" -eq 0 ]
}

# Waits until the tunnel is up and carries.
peers_are_up() {
	: >"$LAB_DIR/before"
	lab_until "$LAB_DEADLINE" apply_is_up alice
	lab_until "$LAB_DEADLINE" peers_carry
}

# Asked again and again, since an SA may be made anew meanwhile.
peers_carry() {
	peers_agree && through alice 10.1.0.1 10.2.0.1
}

# Prints the SPIs of the IKE_SA at alice's end.
peers_ike() {
	lab_swanctl alice --list-sas | sed -n 's/^ipsec1: #[0-9]*, ESTABLISHED, [^ ]* \([0-9a-f]*\)_.* \([0-9a-f]*\)_.*/\1 \2/p'
}

# Gateway $1 makes a new $2, child or ike, and alice's log shows that it was this end that asked.
peers_rekey() {
	local asked=generating mark ike

	[ "$1" = alice ] || asked=parsed
	mark=$(wc -l <"$LAB_DIR/alice/log")
	ike=$(peers_ike)
	: >"$LAB_DIR/before"
	[ "$2" = ike ] || peers_child >"$LAB_DIR/before"
	if [ "$1" = bob ]; then
		peer rekey "$2"
	elif [ "$2" = child ]; then
		lab_swanctl alice --rekey --child tunnel1 >/dev/null
	else
		lab_swanctl alice --rekey --ike ipsec1 >/dev/null
	fi
	lab_until "$LAB_DEADLINE" peers_are_asked "$asked" "$2" "$mark" || lab_fail "$1 does not ask for a new $2"
	[ "$2" = child ] || lab_until "$LAB_DEADLINE" peers_have_another "$ike" || lab_fail "$1 gets no new $2"
	lab_until "$LAB_DEADLINE" peers_agree || lab_fail "$1 gets no new $2"
	# a pluto that is still busy with the end of the old one may drop a packet of what comes next, and wait for ever
	peers_stay_behind || lab_until "$LAB_DEADLINE" peers_are_alone || lab_fail "the old $2 does not go"
}

# Whether what was replaced stays until its time is over.
peers_stay_behind() {
	lab_swanctl alice --list-sas | grep -q ', IKEv1, '
}

# Both kernels have the SAs of one child alone.
peers_are_alone() {
	[ "$(peers_spis alice | wc -l)" -eq 2 ] && [ "$(peers_spis bob | wc -l)" -eq 2 ]
}

# Alice has $1 (generated or parsed) a request for a new $2 behind line $3 of her log.
peers_are_asked() {
	local exchange='CREATE_CHILD_SA request [0-9]* \[ SA No KE \]'

	[ "$2" = ike ] || exchange='CREATE_CHILD_SA request .* N(REKEY_SA)\|QUICK_MODE request'
	[ "$2" = child ] || exchange+='\|ID_PROT request'
	tail -n "+$(($3 + 1))" "$LAB_DIR/alice/log" | grep -q "$1 \($exchange\)"
}

peers_have_another() {
	local now

	now=$(peers_ike)
	[ -n "$now" ] && [[ $now != *$'\n'* ]] && [ "$now" != "$1" ]
}

# The tunnel that $1 starts, with the settings $2 of ours and $3 of theirs, comes up, and each end makes a new child
# and a new ike, the other one first if there is a $4.
peers_keep_up() {
	peers_load "$1" "$2" "$3"
	peers_last "${4:-}"
}

# The same where the peer has what mirrors our settings $3, in the form $2.
peers_keep_mirrored_up() {
	peers_load_mirrored "$1" "$2" "$3"
	peers_last
}

# What was loaded comes up, and each end makes a new child and a new ike, the other one first if there is a $1.
peers_last() {
	local order='alice bob' gw what
	# shellcheck disable=SC2034 # lab.bash reads it
	local LAB_PAUSES=$PEERS_PAUSES

	[ -z "${1:-}" ] || order='bob alice'
	peers_are_up
	for what in child ike; do
		for gw in $order; do
			if [ "$gw" = alice ] || peer rekeys "$what"; then peers_rekey "$gw" "$what"; fi
		done
	done
	lab_until "$LAB_DEADLINE" peers_carry
}

# Reads rows `STARTER|SETTINGS OF OURS|SETTINGS OF THEIRS' and keeps each up, the other end first in every second
# one; says which cannot be.
peers_keep_all_up() {
	local starter ours theirs count=0 failed=0

	while IFS='|' read -r starter ours theirs <&3; do
		count=$((count + 1))
		# beside, since within a condition set -e would mean nothing
		strictly peers_keep_up "$starter" "$ours" "$theirs" "$([ $((count % 2)) -eq 0 ] || echo first)" \
			>"$LAB_DIR/row" 2>&1 &
		if ! wait $!; then
			failed=$((failed + 1))
			echo "=== not kept up: $starter|$ours|$theirs"
			cat "$LAB_DIR/row"
			report
		fi
	done 3<&0
	echo "$count runs, $failed failed"
	[ "$failed" -eq 0 ] && [ "$count" -gt 0 ]
}

# --- what status says --------------------------------------------------------------------------------------

# The tunnel is down, or not well, for the reason $1, with $2 in what is said.
peers_is_told() {
	local said

	said=$(apply_run alice status --json || true)
	[[ $said == *"\"reason\": \"$1\""* && $said == *"$2"* ]]
}

peers_tell() {
	lab_until "$LAB_DEADLINE" peers_is_told "$1" "$2" ||
		lab_fail "it is not $1 ($2) but: $(apply_run alice status --json)"
}

# Reads rows `STARTER|SETTINGS OF OURS|SETTINGS OF THEIRS|REASON|WORDS', and each is told.
peers_tell_all() {
	local starter ours theirs reason words
	# shellcheck disable=SC2034 # lab.bash reads it
	local LAB_PAUSES=$PEERS_PAUSES

	while IFS='|' read -r starter ours theirs reason words <&3; do
		peers_load "$starter" "$ours" "$theirs"
		peers_tell "$reason" "$words"
	done 3<&0
}

# --- Libreswan ---------------------------------------------------------------------------------------------

pluto_missing() {
	command -v /usr/libexec/ipsec/pluto >/dev/null || echo "there is no pluto (package libreswan)"
}

pluto_start() {
	local dir=$LAB_DIR/bob

	mkdir -p "$dir"/{nss,run,ipsec.d}
	# pluto drops version 1 without a word otherwise
	printf '%s\n' 'config setup' '	ikev1-policy=accept' '	dnssec-enable=no' >"$dir/ipsec.conf"
	echo ": PSK $LAB_SECRET" >"$dir/secrets"
	certutil -N -d "sql:$dir/nss" --empty-password
	certutil -A -d "sql:$dir/nss" -n root -t CT,, -i "$PEERS_PKI/root.crt"
	for p12 in "$PEERS_PKI"/*.p12; do
		pk12util -i "$p12" -d "sql:$dir/nss" -W weipsec -K ''
	done
	lab_in bob /usr/libexec/ipsec/pluto --nofork --config "$dir/ipsec.conf" --secretsfile "$dir/secrets" \
		--ipsecdir "$dir/ipsec.d" --nssdir "$dir/nss" --rundir "$dir/run" --logfile "$dir/pluto.log" &
	lab_until "$LAB_DEADLINE" pluto_answers
}

pluto_whack() {
	lab_in bob /usr/libexec/ipsec/whack --ctlsocket "$LAB_DIR/bob/run/pluto.ctl" "$@"
}

pluto_answers() {
	pluto_whack --status >/dev/null 2>&1
}

pluto_usual() {
	printf '%s\n' left=192.168.0.2 leftid=@bob leftsubnet=10.2.0.0/24 right=192.168.0.1 rightid=@alice \
		rightsubnet=10.1.0.0/24 authby=secret
}

pluto_file() {
	local usual setting

	echo 'conn ipsec1'
	while read -r usual; do
		for setting; do
			[ "${setting%%=*}" != "${usual%%=*}" ] || continue 2
		done
		printf '\t%s\n' "$usual"
	done < <(pluto_usual)
	[ $# -eq 0 ] || printf '\t%s\n' "$@"
}

# Adds the connections of an ipsec.conf, $1, with the secrets of $2, an ipsec.secrets, if there is one.
pluto_load() {
	local dir=$LAB_DIR/bob conn

	if [ -n "${2:-}" ]; then
		cp "$2" "$dir/secrets"
		pluto_whack --rereadsecrets
	fi
	# its script would set routes, which are there
	{ printf '%s\n' 'conn %default' '	leftupdown=%disabled'; cat "$1"; } >"$dir/conns"
	for conn in $(pluto_conns); do
		lab_in bob /usr/libexec/ipsec/addconn --config "$dir/conns" --ctlsocket "$dir/run/pluto.ctl" "$conn"
	done
}

pluto_conns() {
	sed -n 's/^conn \([^% ][^ ]*\).*/\1/p' "$LAB_DIR/bob/conns"
}

# Of what was loaded the first is started, and rekeyed.
pluto_initiate() {
	pluto_whack --initiate --name "$(pluto_conns | head -n 1)" --asynchronous
}

# It is not told to make a new IKE_SA of version 1, and a new child by asking for one.
pluto_rekeys() {
	[ "$1" = child ] || ! pluto_is_old
}

pluto_is_old() {
	grep -q ikev2=no "$LAB_DIR/bob/conns"
}

# Version 4 calls a child ipsec.
pluto_rekey() {
	local what=$1

	if pluto_is_old; then
		pluto_initiate
		return
	fi
	[ "$what" = ike ] || pluto_whack --help 2>&1 | grep -q -e --rekey-child || what=ipsec
	pluto_whack "--rekey-$what" --name "$(pluto_conns | head -n 1)" --asynchronous
}

pluto_forget() {
	local conn

	[ -e "$LAB_DIR/bob/conns" ] || return 0
	for conn in $(pluto_conns); do
		pluto_whack --delete --name "$conn" || true
	done
}

pluto_report() {
	echo '--- pluto'
	cat "$LAB_DIR/bob/conns"
	tail -n 80 "$LAB_DIR/bob/pluto.log"
}

# --- OpenIKED ----------------------------------------------------------------------------------------------

iked_missing() {
	if ! command -v iked >/dev/null; then
		echo "there is no iked (package openiked)"
	elif ! modprobe af_key 2>/dev/null; then
		echo "the kernel's package has no af_key"
	fi
}

# The places of keys are fixed: all in a machine have the same.
iked_start() {
	local dir=$LAB_DIR/bob

	echo '_iked:x:998:998::/var/lib/openiked/empty:/bin/false' >>/etc/passwd
	echo '_iked:x:998:' >>/etc/group
	mkdir -p /var/lib/openiked/empty /etc/iked/{ca,certs,crls,private,pubkeys/{fqdn,ipv4,ipv6,ufqdn}}
	cp "$PEERS_PKI/bob.key" /etc/iked/private/local.key
	cp "$PEERS_PKI/bob.crt" /etc/iked/certs/bob.crt
	cp "$PEERS_PKI/root.crt" /etc/iked/ca/root.crt
	iked_nothing
	lab_in bob iked -d -v -f "$dir/iked.conf" -s "$dir/iked.sock" >"$dir/iked.log" 2>&1 &
	lab_until "$LAB_DEADLINE" iked_answers
}

# A file that asks for nothing: one that is empty is an error.
iked_nothing() {
	(umask 077 && echo 'set active' >"$LAB_DIR/bob/iked.conf")
}

iked_control() {
	lab_in bob ikectl -s "$LAB_DIR/bob/iked.sock" "$@"
}

iked_answers() {
	iked_control show sa >/dev/null 2>&1
}

# In the order of iked's grammar.
iked_usual() {
	printf '%s\n' 'mode passive' 'flow from 10.2.0.0/24 to 10.1.0.0/24' 'local 192.168.0.2' 'peer 192.168.0.1' ikesa \
		childsa 'srcid bob' 'dstid alice' ikelifetime lifetime "auth psk \"$(base64 -d <<<"${LAB_SECRET#0s}")\""
}

iked_file() {
	local usual setting line='ikev2 ipsec1'

	while read -r usual; do
		for setting; do
			[ "${setting%% *}" != "${usual%% *}" ] || usual=$setting
		done
		case $usual in
		'mode '*) usual="${usual#mode } esp" ;;
		'auth '*) usual=${usual#auth } ;;
		'flow '*) usual=${usual#flow } ;;
		ikesa | childsa | lifetime | ikelifetime) continue ;; # not set
		esac
		line+=" $usual"
	done < <(iked_usual)
	echo "$line"
}

iked_load() {
	(umask 077 && cat "$1" >"$LAB_DIR/bob/iked.conf")
	iked_control load "$LAB_DIR/bob/iked.conf"
}

# What is `active' starts by itself.
iked_initiate() {
	grep -q active "$LAB_DIR/bob/iked.conf"
}

# It can only be told when to: by lifetime.
iked_rekey() {
	iked_rekeys "$1"
}

iked_rekeys() {
	local lifetime=' ikelifetime '

	[ "$1" = ike ] || lifetime=' lifetime '
	grep -q "$lifetime" "$LAB_DIR/bob/iked.conf"
}

iked_forget() {
	iked_nothing
	iked_control load "$LAB_DIR/bob/iked.conf"
	iked_control reset sa
}

iked_report() {
	echo '--- iked'
	grep -v psk "$LAB_DIR/bob/iked.conf"
	tail -n 80 "$LAB_DIR/bob/iked.log"
}
