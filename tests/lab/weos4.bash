# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # suites and the like are set by each_pair, which calls
#
# weos4.bash - WeOS 4 tunnels and what migrate makes of them, on the two charons of the lab
#
# Two charons prove nothing about WeOS 4's own daemon: what is proven is that a script means the same as the text
# that it was made of, wherever migrate says so, and not where it says that the other end must change.

SUITES='aes128-sha1-2048 aes256-sha256-4096 aes256-sha512-3072 3des-sha1-2048 aes128-md5-2048 aes128-sha1-1536'
PFS='automatic explicit off'
IDS='names addresses automatic'
SUBNETS='nets hosts'
ROLES='responder initiator'

# Prints the WeOS 4 text of gateway $1, one end of the pair of suite $2, pfs $3, IDs $4 and subnets $5; alice is $6.
weos4_text() {
	local me=1 you=2 mine=alice yours=bob cipher auth group

	[ "$1" = alice ] || { me=2 you=1 mine=bob yours=alice; }
	IFS=- read -r cipher auth group <<<"$2"
	printf '# \\\\/ Westermo WeOS v4.33.1, CLI Format v1.32\niface vlan2 inet static\n\taddress 192.168.0.%s/24\n\tend\n' $me
	printf 'tunnel\n\tipsec 1\n\t\tpeer 192.168.0.%s\n\t\toutbound vlan2\n\t\tsecret %s\n' $you "$LAB_SECRET"
	printf '\t\tike crypto %s auth %s dh %s\n' "$cipher" "$auth" "$group"
	case $3 in
	automatic) printf '\t\tesp crypto %s auth %s\n' "$cipher" "$auth" ;;
	explicit) printf '\t\tpfs\n\t\tesp crypto %s auth %s dh %s\n' "$cipher" "$auth" "$group" ;;
	off) printf '\t\tno pfs\n\t\tesp crypto %s auth %s\n' "$cipher" "$auth" ;;
	esac
	case $4 in
	names) printf '\t\tlocal-id name %s\n\t\tremote-id name %s\n' $mine $yours ;;
	addresses) printf '\t\tlocal-id inet 192.168.0.%s\n\t\tremote-id inet 192.168.0.%s\n' $me $you ;;
	esac
	case $5 in
	nets) printf '\t\tlocal-subnet 10.%s.0.0/24\n\t\tremote-subnet 10.%s.0.0/24\n' $me $you ;;
	hosts) printf '\t\tlocal-subnet 10.%s.0.1 255.255.255.255\n\t\tremote-subnet 10.%s.0.1/32\n' $me $you ;;
	esac
	if { [ "$1" = alice ] && [ "$6" = initiator ]; } || { [ "$1" = bob ] && [ "$6" = responder ]; }; then
		printf '\t\tinitiator\n'
	fi
	printf '\t\tend\n\tend\n'
}

# What migrate makes of alice's text is loaded by her, and bob's text as it is by him, the responder first.
load_pair() {
	weos4_text alice "$@" >"$LAB_DIR/four.cfg"
	"$WEIPSEC" migrate --report "$LAB_DIR/report.json" -o "$LAB_DIR/alice/five.cfg" "$LAB_DIR/four.cfg" 2>/dev/null ||
		lab_fail "$* does not migrate" || return
	lab_compile alice <"$LAB_DIR/alice/five.cfg" && weos4_text bob "$@" | lab_compile bob || return
	if [ "$5" = initiator ]; then
		lab_load bob && lab_load alice
	else
		lab_load alice && lab_load bob
	fi
}

# One end says that the other refused.
is_refused() {
	lab_log_has alice 'received NO_PROPOSAL_CHOSEN' || lab_log_has bob 'received NO_PROPOSAL_CHOSEN'
}

# The report says whether the other end must change its suite; what the two do is that.
prove_pair() {
	load_pair "$@" || return
	if grep -q 'for phase\|no pfs' <(tr ',' '\n' <"$LAB_DIR/report.json" | grep message); then
		lab_until "$LAB_DEADLINE" is_refused || lab_fail "$*: nobody refuses" || return
		lab_not lab_is_installed alice tunnel1 || return
		refused=$((refused + 1))
	else
		lab_installed tunnel1 alice bob || lab_fail "$*: is not up" || return
		up=$((up + 1))
	fi
	lab_reset
}

# Proves $2 of each $1 pairs, of 216; counts them in `up' and `refused'.
each_pair() {
	local number=0 suite pfs ids subnets role

	up=0 refused=0
	for suite in $SUITES; do
		for pfs in $PFS; do
			for ids in $IDS; do
				for subnets in $SUBNETS; do
					for role in $ROLES; do
						number=$((number + 1))
						[ $((number % $1)) -ge "$2" ] ||
							prove_pair "$suite" "$pfs" "$ids" "$subnets" "$role" || return
					done
				done
			done
		done
	done
	echo "# figure: $up up, $refused refused" >&3
}
