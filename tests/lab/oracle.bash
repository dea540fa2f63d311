# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What pairs of drawn.py live on: a lab, and folders of certificates.

# A lab with an inner address for each of five tunnels, and of a network that a wide one is narrowed to (without one
# kernel-libipsec has no route, and no CHILD_SA), and two outer ones of each gateway.
oracle_lab() {
	local n

	# what nobody answers is to be known soon; a subnet may hold the gateways themselves, whose own packets,
	# which have a mark, pass its policy by
	# shellcheck disable=SC2034 # of lab.bash
	LAB_CHARON='retransmit_timeout = 2.0
		retransmit_tries = 0
		retransmit_base = 1.0
		dos_protection = no
		half_open_timeout = 600
		plugins {
			kernel-libipsec {
				allow_peer_ts = yes
			}
			kernel-netlink {
				fwmark = !0x42
			}
			socket-default {
				fwmark = 0x42
			}
		}'
	lab_up || return
	for n in 1 2 3 4 5 77; do
		lab_ip alice addr add "10.1.$n.1/24" dev lo
		lab_ip bob addr add "10.2.$n.1/24" dev lo
	done
	lab_ip alice addr add 192.168.0.11/32 dev bob
	lab_ip alice route add 192.168.0.12/32 dev bob src 192.168.0.1
	lab_ip bob addr add 192.168.0.12/24 dev wan
}

# oracle_pki DIR: DIR/a-KIND and DIR/b-KIND, as `--pki' takes them. All CAs are in `plain'; `short' has no
# intermediate one; `listed' has CRLs, which list what has `-revoked' in its name.
oracle_pki() {
	local side kind

	oracle_authorities "$1/ca"
	for side in a b; do
		oracle_gateway "$1/$side-plain" "$side" "$1/ca"
		for kind in short listed; do
			cp -r "$1/$side-plain" "$1/$side-$kind"
		done
		rm "$1/$side-short/x509ca/sub.pem"
	done
	oracle_lists "$1"
}

oracle_authorities() {
	pki_new "$1"
	pki_ca root
	pki_ca other
	pki_ca sub root
}

# What one gateway has of its own, and all CAs.
oracle_gateway() {
	local name=alice address=192.168.0.1 names i

	[ "$2" = a ] || { name=bob; address=192.168.0.2; }
	names="subjectAltName=IP:$address,DNS:$name.example.com,email:$name@example.com"
	for i in 2 3 4 5; do
		names+=",DNS:$name$i.example.com,email:$name$i@example.com"
	done
	pki_new "$1"
	PKI_MADE=$3.made
	cp "$3"/x509ca/* "$1/x509ca"
	export PKI_SUBJECT=/C=SE/O=Example/CN=$name
	pki_certificate "$name" root "$names"
	pki_certificate "$name-sub" sub "$names"
	pki_certificate "$name-foreign" other "$names"
	pki_certificate "$name-revoked" root "$names"
	pki_certificate "$name-bare" root
	# where there is no CRL to be had, which is soon known
	pki_certificate "$name-pointed" root "$names" crlDistributionPoints=URI:http://127.0.0.1:9/root.crl
	PKI_KEY=rsa2048 pki_certificate "$name-rsa" root "$names"
	PKI_TO=20250101000000Z pki_certificate "$name-old" root "$names"
	PKI_FROM=20980101000000Z pki_certificate "$name-young" root "$names"
	unset PKI_SUBJECT
}

# The CRLs of all three CAs, in the folders `listed'.
oracle_lists() {
	local ca

	PKI_MADE=$1/ca.made
	# shellcheck disable=SC2034 # of tests/pki.bash
	PKI=$1/a-listed
	for ca in root other sub; do
		: >"$PKI_MADE/$ca.index"
	done
	pki_revoke alice-revoked root
	pki_revoke bob-revoked root
	for ca in root other sub; do
		PKI_NEXT=20900101000000Z PKI_KEEPS_INDEX=yes PKI_NAMED=yes pki_crl "$ca"
	done
	cp -r "$1/a-listed/x509crl" "$1/b-listed"
}
