# SPDX-License-Identifier: ISC
# What each script of the xfrm backend ends with, from the next line on; `warning' and wanted() stand
# before it.
# --- the same in every script

set -fu
LC_ALL=C
export LC_ALL
name=${0##*/}
nl='
'

say() {
	printf '%s: %s\n' "$name" "$*" >&2
}

# ---- what the kernel has

# Of a policy that is ours by its mark: 'SELECTOR dir DIRECTION: REST #INDEX'.
flush_policy() {
	[ -z "$selector" ] || [ -z "$direction" ] || [ "$mark" != 0/0xffffffff ] ||
		printf '%s dir %s: action %s priority %s%s #%s\n' \
			"$selector" "$direction" "$action" "$priority" "$templates" "$index"
}

# That of the policies on standard input, as `ip -s' lists them, one a line.  An interface ID and
# the type sub are part of what a policy is called, so one with either is another policy.
flatten() {
	selector='' direction=''
	while read -r word rest; do
		case $word in
		src)
			flush_policy
			selector="src ${rest%% uid *}" direction='' mark='' templates=''
			case $selector in # as it is where there is no /etc/protocols
			*' proto udp '*) selector="${selector%% udp *} 17 ${selector#* udp }" ;;
			esac
			;;
		dir)
			direction=${rest%% *}
			action=${rest#*action } action=${action%% *}
			index=${rest#*index } index=${index%% *}
			priority=${rest#*priority } priority=${priority%% *}
			case $rest in *'ptype sub'*) selector='' ;; esac
			;;
		mark) mark=$rest ;;
		tmpl) templates="$templates tmpl $rest" ;;
		proto)
			reqid=${rest#*reqid }
			templates="$templates proto ${rest%%(*} reqid ${reqid%%(*} mode ${rest##*mode }"
			;;
		level) templates="$templates level ${rest%% *}" ;;
		if_id) selector='' ;;
		esac
	done
	flush_policy
}

look() {
	if ! policies=$(ip -s xfrm policy list); then
		say "the kernel's policies cannot be read"
		exit 2
	fi
	policies=$nl$(printf '%s\n' "$policies" | flatten)$nl
}

# ---- what is wanted: wanted() calls policy() and state(), and they what is to be done with it

visit() {
	case $task in
	plan) plan ;;
	take_back) take_back ;;
	take_away) take_away ;;
	report) report ;;
	esac
}

# policy TUNNEL 'SELECTOR dir DIRECTION' 'REST'
policy() {
	tunnel=$1 what=$2
	add="xfrm policy add $2 mark 0 mask 0xffffffff $3"
	found=none
	case $policies in
	*"$nl$2: $3 #"*)
		found=ours
		index=${policies#*"$nl$2: $3 #"} index=${index%%"$nl"*}
		# not by `delete', which forgets the mark; a batch would end after the first one
		remove="xfrm policy deleteall $2 index $index"
		;;
	*"$nl$2: "*) found=other ;;
	esac
	visit
}

# state TUNNEL 'ADDRESSES proto esp spi SPI' 'REST' 'LIMITS'
state() {
	tunnel=$1 what=$2
	add="xfrm state add $2 $3 $4"
	remove="xfrm state delete $2"
	found=none
	# shellcheck disable=SC2086 # words
	if standing=$(ip xfrm state get $2 2>&1); then
		# shellcheck disable=SC2086 # one line, single blanks
		standing=$(printf '%s ' $standing)
		case $standing in
		"$2 $3 "*) found=ours ;;
		*) found=other ;;
		esac
	fi
	visit
}

# ---- up

# `ip' ends at the first line that the kernel refuses and does not say which one that is: the counts
# between the lines tell.
plan() {
	case $found in
	other)
		say "$tunnel: '$what' is taken by another, which is left alone"
		result=1
		;;
	none)
		count=$((count + 1))
		batch="$batch$add${nl}xfrm policy count$nl"
		planned="$planned$tunnel: '$what' #$count$nl"
		;;
	esac
}

# Removes what came before the line that failed.
take_back() {
	case $planned in
	*"$nl$tunnel: '$what' #"*)
		line=${planned#*"$nl$tunnel: '$what' #"} line=${line%%"$nl"*}
		[ "$found" != ours ] || [ "$line" -ge "$failed" ] || take_away
		;;
	esac
}

# fail STATUS ANSWER: of an `ip' that was killed nothing is known; 255 is its own
fail() {
	failed=1 why='' rest=$2$nl
	while [ -n "$rest" ]; do
		line=${rest%%"$nl"*} rest=${rest#*"$nl"}
		case $line in
		*SPD*) failed=$((failed + 1)) ;;
		*0x*) ;; # nothing that might repeat a key is shown
		*) why=${why:-$line} ;;
		esac
	done
	[ "$1" -le 128 ] || [ "$1" = 255 ] || failed=$((count + 1))
	what=${planned%%" #$failed$nl"*}
	[ "$what" = "$planned" ] || say "${what##*"$nl"}: ${why:-refused}"
	look
	task=take_back
	wanted
	say 'nothing is up: what had been added is removed again'
	exit 1
}

up() {
	count=0 batch='' planned=$nl
	look
	task=plan
	wanted
	[ "$result" = 0 ] || exit 1
	[ -z "$warning" ] || say "$warning"
	[ "$count" != 0 ] || return 0
	trap '' HUP INT TERM
	answer=$(printf '%s' "$batch" | ip -batch - 2>&1) || fail $? "$answer"
}

# ---- down and status

take_away() {
	case $found in
	ours)
		# shellcheck disable=SC2086 # words
		if ! ip $remove; then
			say "$tunnel: '$what' cannot be removed"
			result=1
		fi
		;;
	other) say "$tunnel: '$what' is another's, and stays" ;;
	esac
}

down() {
	look
	task=take_away
	wanted
}

report() {
	case $found in
	none) echo "$tunnel: '$what' is missing" ;;
	other) echo "$tunnel: '$what' is taken by another" ;;
	ours) return ;;
	esac
	result=1
}

status() {
	look
	task=report
	wanted
	[ "$result" != 0 ] || echo 'all is up'
}

usage() {
	echo "usage: sh $name up|down|status" >&2
	exit 64
}

result=0
[ $# = 1 ] || usage
case $1 in up | down | status) ;; *) usage ;; esac
if ! command -v ip > /dev/null; then
	say "there is no 'ip': install iproute2"
	exit 2
fi
case $1 in
up) up ;;
down) down ;;
status) status ;;
esac
exit "$result"
