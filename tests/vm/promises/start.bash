# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash reads it
# The start policy: a trap on both sides, so traffic starts a tunnel that is down, whoever sends it and whatever
# was wrong before. Until it is up, nothing leaves.

START_WRONG='secret 0sVGhpcyBpcyBhbm90aGVyIHNlY3JldCBvZiB0aGUgbGFiLi4='

start_begin() {
	# The kernel asks charon for an SA, and asks again only when this many seconds have passed (165), unless
	# charon has begun to make one. That is not what is waited for here.
	LAB_CHARON='plugins { kernel-netlink { xfrm_acq_expires = 3 } }'
	gateways
	daemons
}

start_promises() {
	promise 'a responder holds its traffic back, in vain, while the peer is not there' start_held
	promise 'the peer was not ready: then traffic of the initiator starts the tunnel' start_not_ready
	whole_promise "a wrong secret, repaired: then traffic of the initiator starts the tunnel" start_repaired bob alice
	whole_promise "a wrong secret, repaired: then traffic of the responder starts the tunnel" start_repaired alice bob
	promise 'a tunnel that was taken down: traffic of the responder starts it' start_again alice bob
	whole_promise 'a tunnel that was taken down: traffic of the initiator starts it' start_again bob alice
}

declare -A INNER=([alice]=10.1.0.1 [bob]=10.2.0.1)

# Compiles and loads gateway $1, with a different secret if there is a $2.
start_load() {
	local other=bob

	[ "$1" = alice ] || other=alice
	lab_weos "$1" "local-id name $1" "remote-id name $other" ${2:+"$START_WRONG"} | lab_compile "$1"
	lab_load "$1"
}

# Gateway $1 pings gateway $2 until that is answered.
start_by() {
	lab_until "$LAB_DEADLINE" answers "$1" "${INNER[$1]}" "${INNER[$2]}" || lab_fail "no traffic starts the tunnel"
	nothing_clear
	lab_installed tunnel1 alice bob
	through "$1" "${INNER[$1]}" "${INNER[$2]}"
	# The star marks the own side: the one that began.
	lab_swanctl "$1" --list-sas | grep -q '^ipsec1: .*_i\* '
}

start_held() {
	lab_reset
	start_load alice
	forget
	lab_not pings_soon alice 10.1.0.1 10.2.0.1
	nothing_clear
	lab_logged alice 'initiating IKE_SA ipsec1'
	[ "$(crossed ike)" -gt 0 ]
}

start_not_ready() {
	lab_reset
	forget
	start_load bob
	lab_logged bob 'received NO_PROPOSAL_CHOSEN notify error'
	lab_not pings_soon bob 10.2.0.1 10.1.0.1
	start_load alice
	nothing_clear
	start_by bob alice
}

# Gateway $1 has the wrong secret: bob's own attempt fails, traffic from $1 does not help, until it is repaired.
start_repaired() {
	local right=alice

	[ "$1" = bob ] || right=bob
	lab_reset
	forget
	if [ "$1" = alice ]; then start_load alice wrong; else start_load alice; fi
	if [ "$1" = bob ]; then start_load bob wrong; else start_load bob; fi
	lab_logged bob 'received AUTHENTICATION_FAILED notify error'
	lab_not pings_soon "$1" "${INNER[$1]}" "${INNER[$right]}"
	if [ "$1" = alice ]; then
		lab_until "$LAB_DEADLINE" lab_log_has alice 'received AUTHENTICATION_FAILED notify error'
	fi
	nothing_clear
	start_load "$1"
	start_by "$1" "$2"
}

start_again() {
	lab_reset
	start_load alice
	start_load bob
	lab_installed tunnel1 alice bob
	lab_swanctl bob --terminate --ike ipsec1
	lab_until "$LAB_DEADLINE" start_down
	forget
	start_by "$1" "$2"
}

start_down() {
	[ -z "$(lab_swanctl alice --list-sas)$(lab_swanctl bob --list-sas)" ]
}

# Three pings, none of which may be answered; they do not wait long.
pings_soon() {
	lab_in "$1" ping -q -c 3 -i 0.3 -W 1 -I "$2" "$3"
}
