# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2034 # lab.bash and guest.bash read them
# A peer that falls silent: what each dpd-action does then. The gateways are cut off from each other, and joined
# again when the one that initiates has given up.

dead_begin() {
	# WeOS leaves these alone: a peer is dead after 165 s.
	LAB_CHARON='retransmit_tries = 3
		retransmit_timeout = 1.5'
	gateways
	daemons
}

dead_promises() {
	promise 'restart: the initiator asks again, and is up when the peer is back' dead_restart
	whole_promise 'trap: the initiator waits for traffic' dead_waits 'dpd-action trap'
	whole_promise 'clear: the initiator waits for traffic too, since both roles have a trap' dead_waits 'dpd-action clear'
}

# Both have the tunnel. A machine that is busy may take longer for it than these charons wait: then bob is told again.
dead_up() {
	lab_until 40 lab_is_installed bob tunnel1 ||
		lab_swanctl bob --initiate --child tunnel1 --timeout 60 || true
	lab_installed tunnel1 alice bob
}

# Brings the tunnel up with bob's dpd-action $1, or his default, and cuts it off until bob has given up.
dead_cut() {
	lab_reset
	A_HAS=('local-id name alice' 'remote-id name bob' 'dpd-delay 1')
	B_HAS=('local-id name bob' 'remote-id name alice' 'dpd-delay 1' "$@")
	lab_pair
	dead_up
	through bob 10.2.0.1 10.1.0.1
	forget
	cut
	lab_logged bob 'giving up after 3 retransmits'
}

# Alice, who responds, clears: of what was up before the cut nothing is left.
dead_cleared() {
	lab_logged alice 'giving up after 3 retransmits'
	lab_until "$LAB_DEADLINE" dead_has_sas "$1"
	lab_not lab_log_has alice 'initiating IKE_SA'
}

dead_restart() {
	dead_cut
	join
	lab_installed tunnel1 alice bob
	dead_cleared 2
	nothing_clear
	through bob 10.2.0.1 10.1.0.1
}

dead_waits() {
	dead_cut "$1"
	dead_cleared 0
	lab_until "$LAB_DEADLINE" dead_gone bob
	join
	lab_until "$LAB_DEADLINE" answers bob 10.2.0.1 10.1.0.1
	nothing_clear
	[ "$(lab_log bob | grep -c 'initiating IKE_SA')" -eq 2 ]
	through bob 10.2.0.1 10.1.0.1
}

dead_has_sas() {
	[ "$(sas alice | wc -l)" -eq "$1" ]
}

dead_gone() {
	[ -z "$(lab_swanctl "$1" --list-sas)" ]
}
