# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# weipsec-apply on the lab's gateways, for Bats: each has a state directory in its folder.
#
# Alice has many tunnels here: tunnel 1 to bob, tunnel 2 to carol, who initiate, and others to peers that are
# not there. Bob and carol have one each, tunnel 1.

export DEVICE_SECRET=0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8=

# For tests with tests/faults/hinder.c: its library comes before a sanitizer's, which wants to be the first.
only_plain() {
	[ -z "${VALGRIND:-}${SAN:-}" ] || skip "its own calls are refused, too"
}

device_build() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
}

# setup_file where alice has many tunnels.
device_setup_file() {
	device_build
	lab_setup_file
	[ -n "${LAB_WHY:-}" ] || lab_carol
}

device_setup() {
	lab_setup
	rm -rf "$LAB_DIR"/*/{state,pki,record}
}

# --- configurations ----------------------------------------------------------------------------------------

# Prints the lines of standard input, but those whose setting is among the arguments, and the arguments.
device_with() {
	local line setting

	while read -r line; do
		for setting; do
			setting=${setting#no }
			[ "${setting%% *}" != "${line%% *}" ] || continue 2
		done
		printf '\t\t%s\n' "$line"
	done
	[ $# -eq 0 ] || printf '\t\t%s\n' "$@"
}

# Prints alice's tunnel $1; each further argument is a setting, in the place of the usual one of that name.
site() {
	local id=$1 peer=192.168.0.$(($1 + 1)) net=10.$(($1 + 1)).0.0/24 name=site$1

	shift
	case $id in
	1) name=bob ;;
	2) name=carol ;;
	esac
	printf '\tipsec %s\n' "$id"
	printf '%s\n' "peer $peer" 'local-address 192.168.0.1' 'local-id name alice' "remote-id name $name" \
		'local-subnet 10.1.0.0/24' "remote-subnet $net" "secret $LAB_SECRET" | device_with "$@"
	printf '\t\tend\n'
}

# Prints the configuration whose tunnels are on standard input.
device() {
	printf 'tunnel\n'
	cat
	printf '\tend\n'
}

# The peers' own ends.
peer_weos() {
	lab_weos "$1" "local-id name $1" 'remote-id name alice' "${@:2}"
}

# --- weipsec-apply -----------------------------------------------------------------------------------------
# None of these stays, not even one that should end and does not.

# Applies the WeOS text on standard input, which stays in a file, on gateway $1; arguments are options.
apply() {
	local gw=$1

	shift
	cat >"$LAB_DIR/$gw/weos.cfg"
	apply_file "$gw" "$LAB_DIR/$gw/weos.cfg" "$@"
}

apply_file() {
	timeout 90 "$WEIPSEC_APPLY" apply --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" "${@:3}" "$2" \
		2>"$LAB_DIR/$1/findings"
}

vici() {
	"$LAB_ROOT/tests/lab/vici.py" "$@"
}

# Applies file $2 on gateway $1 through a proxy that does $4 at packet $3 (vici.py); further arguments are
# options. The PKI is the file's own.
# shellcheck disable=SC2016 # the inner shell expands
through() {
	vici run "$LAB_DIR/$1/vici" "$LAB_DIR/$1/record" "$3" "$4" bash -c 'exec "$0" apply --vici "$VICI" "$@"' \
		"$WEIPSEC_APPLY" --state-dir "$LAB_DIR/$1/state" --pki "${2%.cfg}.pki" "${@:5}" "$2" 2>"$LAB_DIR/$1/findings"
}

# Another command of weipsec-apply on gateway $1.
control() {
	timeout 90 "$WEIPSEC_APPLY" "$2" --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" "${@:3}"
}

says() {
	grep -qF -- "$2" "$LAB_DIR/$1/findings" || {
		echo "it does not say '$2' but:"
		cat "$LAB_DIR/$1/findings"
		return 1
	}
}

# --- what there is -----------------------------------------------------------------------------------------

# The unique IDs of the established IKE_SAs of connection $2 of gateway $1, or of all.
ids() {
	lab_swanctl "$1" --list-sas | sed -n "s/^${2:-[^ ]*}: #\([0-9]*\), ESTABLISHED.*/\1/p" | tr '\n' ' '
}

ike_is_up() {
	[ -n "$(ids "$@")" ]
}

# What charon lists, and, where RECORD is kept, digests of what it was given (vici.py).
loaded() {
	"$LAB_ROOT/tests/lab/vici.py" show "$LAB_DIR/$1/vici" "$LAB_DIR/$1/record"
}

connections() {
	lab_swanctl "$1" --list-conns | sed -n 's/^\([^ ].*\): IKEv.*/\1/p' | sort
}

# Alice's own end stays; the peers come up again by themselves no more once she ended an SA.
peers_up() {
	local gw

	for gw; do
		lab_is_installed "$gw" tunnel1 || lab_swanctl "$gw" --initiate --child tunnel1 >/dev/null 2>&1 || true
		lab_installed tunnel1 "$gw" || return
	done
}

# Nothing is lost: each of the peers comes up, if it is not, and packets cross its tunnel.
carries() {
	local gw number

	for gw; do
		number=1
		[ "$gw" = bob ] || number=2
		peers_up "$gw" && lab_traffic "$gw" tunnel1 "tunnel$number" || return
	done
}

# The names of what is in gateway $1's state directory.
kept() {
	(cd "$LAB_DIR/$1/state" && find . -mindepth 1 | sort | sed 's|^./||' | tr '\n' ' ')
}

same() {
	[ "$1" = "$2" ] || { printf '%s\n--- is not ---\n%s\n' "$1" "$2"; return 1; }
}
