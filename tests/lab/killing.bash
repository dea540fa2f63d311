# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# An apply that is killed, refused or cut off at its packets: of those one in KILLING_STRIDE, from the first one. How many
# there were is left in kills, refused or number.

# own FILE LABEL: a self-signed CA, which is the certificate of that label, too, in file $1's PKI.
own() {
	local pki=$LAB_DIR/alice/$1.pki

	mkdir -p "$pki"/{x509,x509ca,private}
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$pki/private/$2.pem" \
		-out "$pki/x509/$2.pem" -subj "/CN=$2" -days 2 2>/dev/null
	cp "$pki/x509/$2.pem" "$pki/x509ca/$2.pem"
}

# Settings of a tunnel with the certificate of label $1.
cert() {
	printf '%s\n' 'no secret' 'method cert' "certificate $1" "ca $1"
}

# One that is to stay, one that is changed (its suites, which charon does not show, and its secret), one only with
# regard to its secret's owner, one removed, and one added. One whose certificate is another, one that gets one, and
# one removed with its key.
write_files() {
	local same more gone

	own old same && own new same && own new more && own old gone
	mapfile -t same < <(cert same)
	mapfile -t more < <(cert more)
	mapfile -t gone < <(cert gone)
	{
		site 1
		site 2
		site 3
		site 4 'local-id name four'
		site 7 'local-id name seven' "${same[@]}"
		site 8 'local-id name eight'
		site 9 'local-id name nine' "${gone[@]}"
	} | device >"$LAB_DIR/alice/old.cfg"
	{
		site 1
		site 3 "secret $DEVICE_SECRET" 'ike cipher aes256 auth sha256 dh ecp256'
		site 4 'local-id name four'
		site 6 'local-id name six' 'remote-id name site4'
		site 7 'local-id name seven' "${same[@]}"
		site 8 'local-id name eight' "${more[@]}"
	} | device >"$LAB_DIR/alice/new.cfg"
}

# What charon was given, what it has, and what is remembered is that of file $1, after `through' with packet 0.
whole() {
	holds "$1" || return
	if [[ " $(kept alice)" == *" journal "* || " $(kept alice)" == *" gen/next "* ]]; then
		lab_fail "left behind: $(kept alice)"
	fi
}

# The same, whatever is left behind.
holds() {
	local file=$1 sas

	sas=$(lab_swanctl alice --list-sas | sed -nE 's/^(ipsec[0-9]+: #[0-9]+), ESTABLISHED.*/\1/p')
	grep -qxF "$stays" <<<"$sas" || lab_fail "$stays is gone: $sas" || return
	[ "$file" = old ] || same "$sas" "$stays" || return
	diff "$LAB_DIR/alice/record.shows" "$LAB_DIR/alice/$file.loaded" || return
	cmp "$LAB_DIR/alice/state/current/agent.xml" "$LAB_DIR/alice/$file.xml"
}

prepare() {
	local file

	write_files
	peer_weos bob | apply bob >/dev/null
	peer_weos carol | apply carol >/dev/null
	for file in new old; do
		through alice "$LAB_DIR/alice/$file.cfg" 0 client >/dev/null
		loaded alice >"$LAB_DIR/alice/$file.loaded"
		cp "$LAB_DIR/alice/state/current/agent.xml" "$LAB_DIR/alice/$file.xml"
	done
	lab_not cmp "$LAB_DIR/alice/new.loaded" "$LAB_DIR/alice/old.loaded"
	peers_up bob carol
	note_stays
}

note_stays() {
	stays="ipsec1: #$(ids alice ipsec1)"
	stays=${stays% }
}

# The journal could not be read, as on a damaged disk: it says so, and makes every tunnel anew.
forgot() {
	grep -qF '/state/journal: ' "$LAB_DIR/alice/findings" && peers_up bob && note_stays
}

# Kills an apply of the new file over the old one at one of KILLING_STRIDE of its packets, and requires that an apply
# of file $1 then leads there, whole.
kill_at_each() {
	local number=$((1 - KILLING_STRIDE)) status=99

	kills=0
	while [ "$status" -eq 99 ]; do
		number=$((number + KILLING_STRIDE))
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" client >/dev/null || status=$?
		through alice "$LAB_DIR/alice/$1.cfg" 0 client >/dev/null || { cat "$LAB_DIR/alice/findings"; return 1; }
		whole "$1" || { echo "killed at packet $number"; return 1; }
		[ "$1" = old ] || through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null || return
		[ $((kills++ % 8)) -ne 7 ] || peers_up carol || return # whose SA must go
	done
	[ "$status" -eq 0 ] && [ "$number" -gt 20 ]
}

# Has charon refuse one of KILLING_STRIDE of the packets of an apply, and requires that the old file or the new one is
# whole then, as was said.
refuse_each() {
	local number status

	refused=0
	for number in $(seq 8 "$KILLING_STRIDE" 70); do
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" refuse >/dev/null || status=$?
		if [ "$status" -eq 1 ]; then
			says alice 'refused: every tunnel is as it was before'
			grep -q -e 'charon: because' -e 'charon does not have what was loaded: ' "$LAB_DIR/alice/findings"
			refused=$((refused + 1))
			loaded alice >"$LAB_DIR/alice/record.shows"
			whole old || { echo "refused packet $number"; return 1; }
		else
			[ "$status" -eq 0 ] || { cat "$LAB_DIR/alice/findings"; echo "refused packet $number"; return 1; }
			loaded alice >"$LAB_DIR/alice/record.shows"
			whole new || { echo "refused packet $number"; return 1; }
			through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null
		fi
	done
	[ "$refused" -gt $((10 / KILLING_STRIDE)) ]
}

# Ends the connection at one of KILLING_STRIDE of the packets of an apply, and requires that this is told.
close_at_each() {
	local status=2

	number=$((1 - KILLING_STRIDE))
	while [ "$status" -eq 2 ]; do
		number=$((number + KILLING_STRIDE))
		status=0
		through alice "$LAB_DIR/alice/new.cfg" "$number" close >/dev/null || status=$?
		[ "$status" -ne 2 ] || says alice 'weipsec-apply: charon closed the connection' ||
			{ echo "closed at packet $number"; return 1; }
		# from the first packet that changes something on
		[ "$number" -ne 1 ] || lab_not grep -q 'a run is needed' "$LAB_DIR/alice/findings"
		[ "$number" -ne 21 ] || says alice 'charon may have a part of it: a run is needed to make it whole'
	done
	[[ $status -eq 0 && $number -gt 21 ]] || { echo "$status at packet $number"; return 1; }
}

# --- at its system calls

# Applies file $1 on alice; its system call $2 meets $3 (tests/faults/hinder.c).
# shellcheck disable=SC2016 # the inner shell expands
hindered() {
	local build=${WEIPSEC_BUILD:-$LAB_ROOT/build}

	vici run "$LAB_DIR/alice/vici" "$LAB_DIR/alice/record" 0 client \
		bash -c 'exec timeout 60 "$0" "${@:1:5}" apply --vici "$VICI" "${@:6}"' "$build/tests/hinder" \
		"$build/tests/denied.so" "$LAB_DIR/alice/calls" "$2" "$3" "$WEIPSEC_APPLY" \
		--state-dir "$LAB_DIR/alice/state" --pki "$LAB_DIR/alice/$1.pki" "$LAB_DIR/alice/$1.cfg" \
		>/dev/null 2>"$LAB_DIR/alice/findings"
}

# The names of the system calls of an apply of the new file over the old one, in $names, and in $spots which of that
# name each is: the more generations there are, the more calls come before charon is asked, but not the more of those
# that ask it.
count_calls() {
	local -A counts=()
	local name

	hindered new 0 kill || return
	mapfile -t names <"$LAB_DIR/alice/calls"
	for name in "${names[@]}"; do
		counts[$name]=$((${counts[$name]:-0} + 1))
		spots+=("$name:${counts[$name]}")
	done
	through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null && [ "${#names[@]}" -gt 200 ]
}

# An apply of file $1 leads there, whole, and then back to the old one; the peers' tunnels are there.
recovers() {
	through alice "$LAB_DIR/alice/$1.cfg" 0 client >/dev/null || { cat "$LAB_DIR/alice/findings"; return 1; }
	whole "$1" || return
	[ "$1" = old ] || through alice "$LAB_DIR/alice/old.cfg" 0 client >/dev/null || return
	[ $((runs++ % 8)) -ne 7 ] || carries bob carol
}

# How far it is from call $1 to the next one: CALL_STRIDE, but a quarter of that in the 64 calls before the new file is
# the current one, in which charon changes.
stride_from() {
	local at

	for ((at = ${#names[@]} - 1; at > 0; at--)); do
		[ "${names[at]}" != symlinkat ] || break
	done
	if (($1 > at - 64 && $1 < at + 4)); then
		echo $(((CALL_STRIDE + 3) / 4))
	else
		echo "$CALL_STRIDE"
	fi
}

# Kills an apply of the new file over the old one at one of so many of its system calls, and at some the next run
# too, and requires that a run of the new file, or the old one, then leads there, whole.
kill_at_each_call() {
	local at status file names spots=()

	count_calls || return
	kills=0 runs=0
	for ((at = 1; at <= ${#names[@]}; at += $(stride_from "$at"))); do
		status=0 file=new
		[ $((runs % 3)) -eq 0 ] || file=old
		hindered new "${spots[at - 1]}" kill || status=$?
		[ "$status" -ne 99 ] || kills=$((kills + 1))
		[ $((runs % 4)) -ne 0 ] || hindered "$file" "${spots[at * 7 % ${#names[@]}]}" kill || true
		recovers "$file" || { echo "killed at call $at, ${names[at - 1]}"; return 1; }
	done
	echo "$kills kills of ${#names[@]} calls, $runs runs"
	# where charon is quick an apply waits a time less, and ends before its last call of that name
	[ $((kills * CALL_STRIDE * 50)) -ge $((${#names[@]} * 49)) ]
}

# What a call of name $1 may meet, as numbers of errno.
faults_of() {
	case $1 in
	sendto) echo 32 104 11 half ;;
	recvfrom) echo 104 11 half ;;
	read | write) echo 5 28 4 half ;;
	epoll* | timerfd* | socket | connect) echo 24 12 ;;
	*) echo 5 28 24 ;;
	esac
}

# Refuses one of CALL_STRIDE of the pairs of a system call and what it may meet, and requires that the new file is whole
# if that is what was said, and the old one if it was refused; else a run of one of them leads there.
refuse_each_call() {
	local at status file names what requires number=0 spots=()

	count_calls || return
	refused=0 runs=0
	for ((at = 1; at <= ${#names[@]}; at++)); do
		requires=whole
		[ "${names[at - 1]}" != unlinkat ] || requires=holds # the next run removes what this one could not
		for what in $(faults_of "${names[at - 1]}"); do
			[ $((number++ % CALL_STRIDE)) -eq 0 ] || continue
			status=0 file=new
			hindered new "${spots[at - 1]}" "$what" || status=$?
			[ "$status" -eq 0 ] || refused=$((refused + 1))
			lab_not grep -qF "${DEVICE_SECRET#0s}" "$LAB_DIR/alice/findings" || return
			case $status in
			0) forgot || true ;;
			1) loaded alice >"$LAB_DIR/alice/record.shows" && "$requires" old ;;
			2) [ -s "$LAB_DIR/alice/findings" ] ;;
			*) false ;;
			esac || { cat "$LAB_DIR/alice/findings"; echo "$what at call $at, ${names[at - 1]}: $status"; return 1; }
			[ "$status" -ne 0 ] || { loaded alice >"$LAB_DIR/alice/record.shows" && "$requires" new; } ||
				{ echo "$what at call $at, ${names[at - 1]}: it is not the new one"; return 1; }
			[ $((runs % 2)) -eq 0 ] || file=old
			recovers "$file" || { echo "$what at call $at, ${names[at - 1]}"; return 1; }
		done
	done
	echo "$refused refused of $number"
	[ "$refused" -gt 0 ]
}
