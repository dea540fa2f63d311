# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # $output is of Bats
#
# changes.bash - what `weipsec diff' says of a change against what charon does when it is applied to a live pair
#
# A row is `SETTING|EFFECT|BOTH ENDS|BOTH HAVE|ALICE HAS|BOB HAS|ALICE CHANGES|BOB FOLLOWS'; the last five are
# settings with `;' between them, in the place of the usual ones of that name. BOTH ENDS: yes, the pair does not come
# up until bob has followed; later, it comes up, and its rekeying is refused until then; no; or -, which is not tried.

CHANGES_CERT='method cert;no secret;ca ca'
CHANGES_IKE='ike cipher aes256 auth sha256 dh x25519'
CHANGES_ESP='esp cipher aes128 auth sha256 dh x25519'

changes_rows() {
	local cert=$CHANGES_CERT ike=$CHANGES_IKE esp=$CHANGES_ESP certs='certificate alice|certificate bob'

	cat <<-END
	ca|restart|yes|$cert|$certs|ca other|certificate bob2
	ca|none|no||||ca ca|
	certificate|restart|no|$cert|$certs|certificate alice2|
	certificate|restart|yes|$cert|certificate alice;no local-id|certificate bob;remote-id "C=SE, CN=alice"|certificate alice2|remote-id "C=SE, CN=second"
	certificate|none|no||||certificate alice|
	description|none|no||||description Central office|
	dpd-action|restart|no||initiator||dpd-action clear|
	dpd-action|restart|no||||no dpd-action|
	dpd-delay|restart|no||||dpd-delay 20|
	dpd-delay|none|no||no dpd-action||dpd-delay 20|
	dpd-timeout|none|no||||dpd-timeout 90|
	dpd-timeout|restart|no|version 1|||dpd-timeout 90|
	enable|restart|-||||no enable|
	esp|restart|yes|$esp|||esp cipher aes256 auth sha512 dh x25519|esp cipher aes256 auth sha512 dh x25519
	esp|restart|later|$esp|||esp cipher aes128 auth sha256 dh ecp256|esp cipher aes128 auth sha256 dh ecp256
	esp|restart|no||||$esp|
	esp|restart|no|$esp|||no esp|
	esp|restart|no|version 1|||esp cipher aes128 auth sha256 dh modp2048|
	esp|restart|yes|version 1|||esp cipher aes128 auth sha256 dh ecp256|esp cipher aes128 auth sha256 dh ecp256
	ike|restart|yes|$ike|||ike cipher aes256 auth sha256 dh ecp256|ike cipher aes256 auth sha256 dh ecp256
	ike|restart|no||||$ike|
	ike|restart|no|$ike|||no ike|
	ike|restart|no|version 1|||$ike|
	ike|restart|yes|version 1|||ike cipher aes256 auth sha384 dh ecp256|ike cipher aes256 auth sha384 dh ecp256
	initiator|restart|no||||initiator|
	initiator|restart|no||initiator||no initiator|
	local-address|restart|yes||||local-address 192.168.0.11|peer 192.168.0.11
	local-id|restart|yes||||local-id name second|remote-id name second
	local-id|restart|no||||local-id name Alice|
	local-id|restart|yes||||no local-id|remote-id inet 192.168.0.1
	local-subnet|restart|yes||||local-subnet 10.9.0.0/24|remote-subnet 10.9.0.0/24
	local-subnet|restart|no||||local-subnet 10.1.0.0/16|
	local-subnet|restart|no|version 1|||local-subnet 10.1.0.0/16|
	local-subnet|restart|no|version 1|||local-subnet 10.1.0.0/25|
	local-subnet|restart|no|version 1|initiator|no initiator|local-subnet 10.1.0.0/16|
	local-subnet|restart|no|version 1|initiator|no initiator|local-subnet 10.1.0.0/25|
	local-subnet|restart|no||initiator|no initiator|local-subnet 10.1.0.0/25|
	method|restart|yes||||$cert;certificate alice|$cert;certificate bob
	peer|restart|yes||||peer 192.168.0.12|local-address 192.168.0.12
	peer|restart|no||||no peer|
	reauth-time|restart|no||||reauth-time 8h|
	remote-id|restart|yes||||remote-id name second|local-id name second
	remote-id|restart|no||||no remote-id|
	remote-id|restart|no||||remote-id name *ob|
	remote-id|restart|yes||||remote-id name *x|local-id name boxx
	remote-subnet|restart|yes||||remote-subnet 10.8.0.0/24|local-subnet 10.8.0.0/24
	remote-subnet|restart|no||||remote-subnet 10.2.0.0/16|
	revocation|restart|-|$cert|$certs|revocation strict|
	revocation|none|no||||revocation strict|
	sa-rekey-time|restart|no||||sa-rekey-time 2h|
	secret|restart|yes||||secret $DEVICE_SECRET|secret $DEVICE_SECRET
	secret|none|no|$cert;secret $LAB_SECRET|$certs|secret $DEVICE_SECRET|
	version|restart|yes||||version 1|version 1
	END
}

# setup_file: what no one answers is given up at once, and each end has the addresses that a row moves to.
changes_setup_file() {
	device_build
	LAB_CHARON='retransmit_timeout = 0.3
		retransmit_base = 1
		retransmit_tries = 3' lab_setup_file
	[ -z "${LAB_WHY:-}" ] || return 0
	lab_ip alice addr add 192.168.0.11/32 dev bob
	lab_ip alice addr add 10.9.0.1/24 dev lo
	lab_ip alice route add 192.168.0.12/32 dev bob src 192.168.0.1
	lab_ip bob addr add 192.168.0.12/24 dev wan
	lab_ip bob addr add 10.8.0.1/24 dev lo
	changes_pki
}

# Certificates of two CAs, as --pki takes them; alice2 and bob2 have the names of the first ones.
changes_pki() {
	pki_new "$LAB_DIR/pki"
	pki_ca ca && pki_ca other &&
		PKI_SUBJECT=/C=SE/CN=alice pki_certificate alice ca subjectAltName=DNS:alice &&
		PKI_SUBJECT=/C=SE/CN=second pki_certificate alice2 ca subjectAltName=DNS:alice &&
		PKI_SUBJECT=/C=SE/CN=bob pki_certificate bob ca subjectAltName=DNS:bob &&
		PKI_SUBJECT=/C=SE/CN=bob pki_certificate bob2 other subjectAltName=DNS:bob
}

# --- texts -------------------------------------------------------------------------------------------------

# Prints the settings of its arguments, each with `;' in it, a line each: a later one in the place of an earlier
# one of its name.
changes_join() {
	printf '%s\n' "$@" | tr ';' '\n' | awk '
		NF	{ name = $1 == "no" ? $2 : $1; if (!(name in at)) at[name] = ++count; line[at[name]] = $0 }
		END	{ for (i = 1; i <= count; i++) print line[i] }'
}

# Prints the text of gateway $1 with those settings.
changes_text() {
	local gw=$1 other=bob settings

	[ "$gw" = alice ] || other=alice
	shift
	mapfile -t settings < <(changes_join "local-id name $gw;remote-id name $other" "$@")
	lab_weos "$gw" "${settings[@]}"
}

# --- what is tried -----------------------------------------------------------------------------------------

changes_apply() {
	apply_file "$1" "$2" --pki "$LAB_DIR/pki" >"$LAB_DIR/$1/said" ||
		lab_fail "$1: $(cat "$LAB_DIR/$1/findings")"
}

# The SPIs of alice's SAs.
changes_spis() {
	lab_swanctl alice --list-sas | sed -nE 's/^ +(in|out) +([0-9a-f]{8}).*/\2/p' | sort
}

# Prints who starts, where alice has text $1: one end alone does.
changes_starter() {
	if grep -qx '[[:blank:]]*initiator' "$1"; then echo alice; else echo bob; fi
}

# Gateway $1 starts, unless they are up; what became of it is for others to see.
changes_start() {
	lab_is_installed "$1" tunnel1 || lab_swanctl "$1" --initiate --child tunnel1 --timeout 20 >/dev/null 2>&1 || true
}

# Nothing of an earlier row is left, and they are up with what they have.
changes_begin() {
	local gw

	for gw in alice bob; do
		echo 'no tunnel' >"$LAB_DIR/$gw/none.cfg"
		changes_apply "$gw" "$LAB_DIR/$gw/none.cfg" || return
	done
	for gw in alice bob; do
		changes_apply "$gw" "$LAB_DIR/$gw/old.cfg" || return
	done
	changes_start "$(changes_starter "$LAB_DIR/alice/old.cfg")"
	lab_installed tunnel1 alice bob
}

# Of a stream of bob's that goes on through the changes and back none is lost, and the SAs are the same.
changes_leave_alone() {
	local spis count=500 ping

	spis=$(changes_spis)
	[ -n "$spis" ] || return
	while true; do
		lab_in bob ping -q -i 0.002 -c "$count" -W 5 -I 10.2.0.1 10.1.0.1 >"$LAB_DIR/bob/ping" 2>&1 3>&- &
		ping=$!
		changes_apply alice "$LAB_DIR/alice/new.cfg" && changes_apply alice "$LAB_DIR/alice/old.cfg" &&
			changes_apply alice "$LAB_DIR/alice/new.cfg" || return
		if kill -0 $ping 2>/dev/null; then break; fi
		wait $ping || true
		count=$((count * 4)) # it was over before
	done
	wait $ping || true
	grep -q "$count packets transmitted, $count received" "$LAB_DIR/bob/ping" ||
		lab_fail "packets are lost: $(cat "$LAB_DIR/bob/ping")" || return
	same "$(changes_spis)" "$spis"
}

# The SAs that there were are gone.
changes_restart() {
	local spis

	spis=$(changes_spis)
	[ -n "$spis" ] && changes_apply alice "$LAB_DIR/alice/new.cfg" || return
	lab_not grep -qxFf <(echo "$spis") <(changes_spis)
}

# The rekeying that bob begins is refused.
changes_refused_later() {
	lab_installed tunnel1 alice bob && lab_swanctl bob --rekey --child tunnel1 >/dev/null &&
		lab_logged bob 'received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built'
}

# Alice has changed, bob has not: $2 starts, and it is as $1 says.
changes_judge_ends() {
	case $1 in
	-) return 0 ;;
	later) changes_start "$2" && changes_refused_later || return ;;
	yes)
		changes_start "$2"
		lab_not lab_is_installed alice tunnel1 && lab_not lab_is_installed bob tunnel1 || return
		;;
	no)
		changes_start "$2"
		lab_installed tunnel1 alice bob
		return
		;;
	esac
	changes_apply bob "$LAB_DIR/bob/new.cfg" || return
	changes_start "$2"
	lab_installed tunnel1 alice bob
}

# The columns of row $1, and alice's two texts as files.
changes_read() {
	IFS='|' read -r setting effect both have alice bob change follow <<<"$1"
	changes_text alice "$have" "$alice" >"$LAB_DIR/alice/old.cfg"
	changes_text alice "$have" "$alice" "$change" >"$LAB_DIR/alice/new.cfg"
}

# `weipsec diff' says effect $2 of setting $1 and of the tunnel, and both ends if $3 has it so.
changes_diff() {
	local said tunnel both='' words=$2

	[[ $3 != yes && $3 != later ]] || { both=', and both ends must change' words+=', both ends'; }
	case $2 in
	none) tunnel='it goes on untouched' ;;
	restart) tunnel="it restarts$both" ;;
	esac
	[ "$1" != enable ] || tunnel='it ends'
	said=$("$WEIPSEC" diff "$LAB_DIR/alice/old.cfg" "$LAB_DIR/alice/new.cfg") || true
	[[ $said == "ipsec1: changed: $tunnel"$'\n'* && $'\n'$said =~ $'\n'"    $1 "\ +"$words  " ]] ||
		lab_fail "it says $said"
}

# The dry run says the same, in the same words.
changes_dry_run() {
	"$WEIPSEC" diff "$LAB_DIR/alice/old.cfg" "$LAB_DIR/alice/new.cfg" >"$LAB_DIR/alice/diff"
	[ $? -eq 1 ] || return
	apply_file alice "$LAB_DIR/alice/new.cfg" --pki "$LAB_DIR/pki" --dry-run >"$LAB_DIR/alice/dry" || return
	diff "$LAB_DIR/alice/diff" "$LAB_DIR/alice/dry" && cat "$LAB_DIR/alice/dry"
}

# One row; says which it is.
changes_row() {
	local setting effect both have alice bob change follow

	echo "--- $1"
	changes_read "$1"
	changes_text bob "$have" "$bob" >"$LAB_DIR/bob/old.cfg"
	changes_text bob "$have" "$bob" "$follow" >"$LAB_DIR/bob/new.cfg"
	changes_begin && changes_diff "$setting" "$effect" "$both" && changes_dry_run || return
	case $effect in
	none) changes_leave_alone ;;
	restart) changes_restart && changes_judge_ends "$both" "$(changes_starter "$LAB_DIR/alice/new.cfg")" ;;
	esac
}

# The rows on standard input.
changes_all() {
	local row failed=0

	while IFS= read -r row <&9; do
		changes_row "$row" || { echo "failed: $row"; failed=1; }
	done 9<&0 </dev/null
	[ "$failed" -eq 0 ]
}
