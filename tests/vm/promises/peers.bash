# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Gateways that nobody here wrote, as peers of ours: a sample, of which tests/vm/matrix has all.

PEERS_CLASSIC='ike cipher aes256 auth sha256 dh modp3072;esp cipher aes256 auth sha256 dh modp3072'
PEERS_OTHER_SECRET='secret 0sVGhpcyBpcyBhbm90aGVyIHNlY3JldCBvZiB0aGUgbGFiLi4='

libreswan_missing() { peer missing; }
libreswan_begin() { peers_begin; }
libreswan_report() { peers_report; }

libreswan_promises() {
	promise 'a classic suite, started by it: both ends make new children and IKE_SAs' \
		peers_keep_up bob "$PEERS_CLASSIC" 'ike=aes256-sha2_256-modp3072;esp=aes256-sha2_256-modp3072'
	promise 'an AEAD suite, started by us: both ends make new children and IKE_SAs' peers_keep_up alice \
		'ike cipher aes256 auth sha512 dh ecp384;esp cipher aes128gcm16 dh ecp384' \
		'ike=aes256-sha2_512-dh20;esp=aes_gcm128-null-dh20' first
	promise 'what is wrong is told' libreswan_whys
}

libreswan_whys() {
	peers_tell_all <<-END
		alice|$PEERS_CLASSIC|esp=aes128-sha1-modp3072|esp-suites|(ours: esp cipher aes256 auth sha256 dh modp3072): compare esp at both ends
		bob|$PEERS_OTHER_SECRET||authentication|the secrets differ: compare secret at both ends
		alice|version 1||no-answer|the peer does not answer, or does not speak version 1: see peer, version
	END
}

libreswan2_missing() { peer missing; }
libreswan2_begin() { peers_begin; }
libreswan2_report() { peers_report; }

libreswan2_promises() {
	promise 'its defaults and an automatic esp: both ends make new children and IKE_SAs' \
		peers_keep_up alice 'ike cipher aes256 auth sha256 dh ecp256' '' first
	promise 'version 1: both ends make new children and IKE_SAs' peers_keep_up bob \
		'version 1;ike cipher aes256 auth sha256 dh modp2048;esp cipher aes128 auth sha256 dh modp2048' \
		'ikev2=no;ike=aes256-sha2_256-modp2048;esp=aes128-sha2_256-modp2048'
	promise 'certificates: both ends make new children and IKE_SAs' peers_keep_up bob \
		'method cert;certificate alice;ca root;no secret;ike cipher aes128 auth sha256 dh ecp256;esp cipher aes128 auth sha256 dh ecp256' \
		'authby=ecdsa;leftcert=bob' first
}

openiked_missing() { peer missing; }
openiked_begin() { peers_begin; }
openiked_report() { peers_report; }

openiked_promises() {
	promise 'automatic suites, whoever starts: both ends make new children and IKE_SAs' openiked_automatic
	promise 'what is wrong is told' openiked_whys
}

# The lifetimes are long enough for a slow machine to look at what is up before it is made anew.
openiked_automatic() {
	peers_keep_up alice '' 'lifetime 60'
	peers_keep_up bob '' 'mode active;lifetime 60;ikelifetime 90'
}

# It refuses ESP with the notify alone.
openiked_whys() {
	peers_tell_all <<-END
		alice|esp cipher aes128gcm16 dh x25519||esp-suites|(ours: esp cipher aes128gcm16 dh x25519): compare esp at both ends
		alice|$PEERS_OTHER_SECRET||authentication|the peer refused us (AUTHENTICATION_FAILED) (here are local-id name alice, remote-id name bob): compare local-id, method, remote-id and secret
		alice|version 1||no-answer|the peer does not answer, or does not speak version 1
	END
}
