# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Gateways that nobody here wrote, as peers of ours: a sample, of which tests/vm/matrix has all, and `make check-more' keeps the rest.

PEERS_CLASSIC='ike cipher aes256 auth sha256 dh modp3072;esp cipher aes256 auth sha256 dh modp3072'
PEERS_OTHER_SECRET='secret 0sVGhpcyBpcyBhbm90aGVyIHNlY3JldCBvZiB0aGUgbGFiLi4='

libreswan_missing() { peer missing; }
libreswan_begin() { peers_begin; }
libreswan_report() { peers_report; }

libreswan_promises() {
	whole_promise 'a classic suite, started by it: both ends make new children and IKE_SAs' \
		peers_keep_up bob "$PEERS_CLASSIC" 'ike=aes256-sha2_256-modp3072;esp=aes256-sha2_256-modp3072'
	promise 'its defaults and an automatic esp: both ends make new children and IKE_SAs' \
		peers_keep_up alice 'ike cipher aes256 auth sha256 dh ecp256' '' first
	whole_promise 'what is wrong is told' libreswan_whys
}

libreswan_whys() {
	peers_tell_all <<-END
		alice|$PEERS_CLASSIC|esp=aes128-sha1-modp3072|esp-suites|(ours: esp cipher aes256 auth sha256 dh modp3072): compare esp at both ends
		bob|$PEERS_OTHER_SECRET||authentication|the secrets differ: compare secret at both ends
		alice|version 1||no-answer|the peer does not answer, or does not speak version 1: see peer, version
	END
}

openiked_missing() { peer missing; }
openiked_begin() { peers_begin; }
openiked_report() { peers_report; }

openiked_promises() {
	promise 'automatic suites: it is up, and we make a new child' openiked_up
	whole_promise 'automatic suites: both ends make new children and IKE_SAs' openiked_automatic
}

# It makes its own when their time is over, which is long to wait for.
openiked_up() {
	# shellcheck disable=SC2034 # lab.bash reads it
	local LAB_PAUSES=$PEERS_PAUSES

	peers_load alice '' ''
	peers_are_up
	peers_rekey alice child
	lab_until "$LAB_DEADLINE" peers_carry
}

# The lifetime is long enough for a slow machine to look at what is up before it is made anew.
openiked_automatic() {
	peers_keep_up alice '' 'lifetime 60'
}
