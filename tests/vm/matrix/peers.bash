# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Gateways that nobody here wrote, as peers of ours: every group and family of suites, each way to authenticate, and
# what status says of what they refuse. In a group of its own what can be done beside the others.

PEERS_OTHER_SECRET='secret 0sVGhpcyBpcyBhbm90aGVyIHNlY3JldCBvZiB0aGUgbGFiLi4='

# WeOS's words, and those of Libreswan and iked for the same.
PEERS_GROUPS='modp2048:modp2048:modp2048 modp3072:modp3072:modp3072 modp4096:modp4096:modp4096 ecp256:dh19:ecp256
	ecp384:dh20:ecp384 ecp521:dh21:ecp521 x25519:dh31:curve25519'
PEERS_CIPHERS='aes128:aes128 aes256:aes256 aes128ctr:aes_ctr128 aes256ctr:aes_ctr256'
PEERS_AUTHS='sha1:sha1 sha256:sha2_256 sha384:sha2_384 sha512:sha2_512'
PEERS_AEADS='aes128gcm12:aes_gcm_b128 aes128gcm16:aes_gcm128 aes128ccm12:aes_ccm_b128 aes128ccm16:aes_ccm128'

# Prints word number $2 of the list $1, which begins again behind its last.
peers_nth() {
	local words

	read -ra words <<<"${1//[$'\n\t']/ }"
	echo "${words[$2 % ${#words[@]}]}"
}

# --- Libreswan ---------------------------------------------------------------------------------------------

libreswan_missing() { peer missing; }
libreswan_begin() { peers_begin; }
libreswan_report() { peers_report; }

libreswan_promises() {
	promise 'each suite of ESP, each group, whoever starts' libreswan_suites
}

# Each ESP suite of WeOS, with a group after the other for it and for IKE; the IKE suites go round beside them.
libreswan_suites() {
	local cipher auth aead i=0

	{
		for cipher in $PEERS_CIPHERS; do
			for auth in $PEERS_AUTHS; do
				libreswan_row $((i++)) "cipher ${cipher%%:*} auth ${auth%%:*}" \
					"${cipher#*:}-${auth#*:}"
			done
		done
		for aead in $PEERS_AEADS; do
			libreswan_row $((i++)) "cipher ${aead%%:*}" "${aead#*:}-null"
		done
	} | peers_keep_all_up
}

# Prints row number $1, whose ESP is $2 here and $3 there.
libreswan_row() {
	local group cipher auth starter=alice dh

	[ $(($1 / 7 % 2)) -eq 0 ] || starter=bob
	group=$(peers_nth "$PEERS_GROUPS" "$1")
	cipher=$(peers_nth "$PEERS_CIPHERS" $(($1 / 2)))
	auth=$(peers_nth "$PEERS_AUTHS" $(($1 / 3)))
	dh=${group#*:} dh=${dh%:*}
	echo "$starter|ike cipher ${cipher%%:*} auth ${auth%%:*} dh ${group%%:*};esp $2 dh ${group%%:*}|ike=${cipher#*:}-${auth#*:}-$dh;esp=$3-$dh"
}

libreswan_automatic_missing() { peer missing; }
libreswan_automatic_begin() { peers_begin; }
libreswan_automatic_report() { peers_report; }

libreswan_automatic_promises() {
	promise 'its defaults and an automatic esp, with each group for ike' libreswan_defaults
	promise 'automatic suites at both ends: it starts, and both make new children' libreswan_all_automatic
	promise 'automatic suites at both ends: we start, it drops the IKE_SA at our first rekeying, and we begin anew' \
		libreswan_drops
	promise 'version 1, whoever starts' libreswan_version_1
	promise 'certificates: RSA and ECDSA, whoever starts' libreswan_certificates
	promise 'identities of each kind' libreswan_identities
}

libreswan_defaults() {
	local group starter=bob

	for group in $PEERS_GROUPS; do
		echo "$starter|ike cipher aes256 auth sha256 dh ${group%%:*}|"
		starter=$([ "$starter" = bob ] && echo alice || echo bob)
	done | peers_keep_all_up
}

libreswan_all_automatic() {
	peers_load bob '' ''
	peers_are_up
	peers_rekey bob child
	peers_rekey alice child
	peers_rekey bob ike
	peers_rekey bob child
	lab_until "$LAB_DEADLINE" peers_carry
}

libreswan_drops() {
	peers_load alice '' ''
	peers_are_up
	peers_child >"$LAB_DIR/before"
	lab_swanctl alice --rekey --child tunnel1
	lab_logged alice 'received INVALID_SYNTAX notify error, destroying IKE_SA'
	lab_until "$LAB_DEADLINE" peers_carry
}

# in version 1 Libreswan lets no curve be named for ESP, and takes that of IKE where none is
libreswan_version_1() {
	peers_keep_all_up <<-END
		alice|version 1;ike cipher aes256 auth sha256 dh modp2048;esp cipher aes128 auth sha1 dh modp2048|ikev2=no;ike=aes256-sha2_256-modp2048;esp=aes128-sha1-modp2048
		bob|version 1;ike cipher aes128 auth sha1 dh modp3072;esp cipher aes256 auth sha256 dh modp3072|ikev2=no;ike=aes128-sha1-modp3072;esp=aes256-sha2_256-modp3072
		alice|version 1;ike cipher aes256 auth sha512 dh ecp256;esp cipher aes128gcm16 dh ecp256|ikev2=no;ike=aes256-sha2_512-dh19;esp=aes_gcm128-null
		bob|version 1;ike cipher aes256 auth sha256 dh modp2048|ikev2=no;ike=aes256-sha2_256-modp2048
		alice|version 1;ike cipher aes256 auth sha256 dh modp2048|ikev2=no;ike=aes256-sha2_256-modp2048
	END
}

libreswan_certificates() {
	peers_keep_all_up <<-END
		alice|ike cipher aes256 auth sha256 dh ecp256;method cert;certificate alice;ca root;no secret|authby=ecdsa;leftcert=bob
		bob|ike cipher aes256 auth sha256 dh ecp256;method cert;certificate alice;ca root;no secret|authby=ecdsa;leftcert=bob
		alice|ike cipher aes256 auth sha256 dh modp3072;method cert;certificate alice-rsa;ca root;no secret|authby=rsasig;leftcert=bob-rsa
		bob|ike cipher aes256 auth sha256 dh modp3072;method cert;certificate alice-rsa;ca root;no secret|authby=rsasig;leftcert=bob-rsa
		alice|ike cipher aes256 auth sha256 dh ecp256;method cert;certificate alice;ca root;no secret;local-id CN=alice;remote-id CN=bob|authby=ecdsa;leftcert=bob;leftid=%fromcert;rightid=CN=alice
	END
}

libreswan_identities() {
	peers_keep_all_up <<-END
		alice|ike cipher aes256 auth sha256 dh ecp256;no local-id;no remote-id|leftid=192.168.0.2;rightid=192.168.0.1
		bob|ike cipher aes256 auth sha256 dh ecp256;local-id inet 192.168.0.1;remote-id inet 192.168.0.2|leftid=192.168.0.2;rightid=192.168.0.1
		alice|ike cipher aes256 auth sha256 dh ecp256;local-id email alice@example.com;remote-id email bob@example.com|leftid=bob@example.com;rightid=alice@example.com
		bob|ike cipher aes256 auth sha256 dh ecp256;local-id key alice;remote-id key bob|leftid=@[bob];rightid=@[alice]
	END
}

libreswan_whys_missing() { peer missing; }
libreswan_whys_begin() { peers_begin; }
libreswan_whys_report() { peers_report; }

libreswan_whys_promises() {
	promise 'each refusal is told, whoever starts' libreswan_told
	promise 'a refused rekeying is told' libreswan_rekeying_told
}

libreswan_told() {
	local cert='method cert;certificate alice;ca root;no secret'

	peers_tell_all <<-END
		alice|esp cipher aes128ctr auth sha256 dh modp3072||esp-suites|(NO_PROPOSAL_CHOSEN) (ours: esp cipher aes128ctr auth sha256 dh modp3072): compare esp
		bob|esp cipher aes128ctr auth sha256 dh modp3072||esp-suites|(the peer's: AES_GCM_16_256, cipher aes128gcm16, cipher aes256 auth sha512 or sha256, cipher aes128 auth
		alice|$PEERS_OTHER_SECRET||authentication|the peer refused us (AUTHENTICATION_FAILED)
		bob|$PEERS_OTHER_SECRET||authentication|the secrets differ: compare secret at both ends
		alice|ike cipher aes128 auth sha1 dh modp4096|ike=aes256-sha2_256-modp3072|ike-suites|(NO_PROPOSAL_CHOSEN) (ours: ike cipher aes128 auth sha1 dh modp4096)
		bob|ike cipher aes128 auth sha1 dh modp4096|ike=aes256-sha2_256-modp3072|ike-suites|(the peer's: cipher aes256 auth sha256 dh modp3072; ours:
		alice||leftid=@bobby|authentication|no secret fits the identities (the peer is 'bobby'; here are local-id name alice, remote-id name bob): compare local-id
		alice||rightid=@alicia|authentication|the peer refused us (AUTHENTICATION_FAILED)
		bob||leftid=@bobby|authentication|the peer is 'bobby' and asks for 'alice'
		bob||rightid=@alicia|authentication|the peer is 'bob' and asks for 'alicia'
		alice||leftsubnet=10.9.0.0/24|selectors|the peer refused the subnets (TS_UNACCEPTABLE)
		bob||leftsubnet=10.9.0.0/24|selectors|the peer wants 10.1.0.0/24 here, 10.9.0.0/24 there
		alice|version 1||no-answer|or does not speak version 1
		bob|version 1||version|it asks in version 2; here is version 1
		alice||ikev2=no|ike-suites|or does not expect us (NO_PROPOSAL_CHOSEN)
		bob||ikev2=no|version|it asks in version 1; here is version 2
		alice|$cert||certificate-refused|it may not know our CA, or could not check our certificate
		bob|$cert||method-differs|the peer uses a secret: see method
		alice||authby=ecdsa;leftcert=bob|authentication|(AUTHENTICATION_FAILED)
		bob||authby=ecdsa;leftcert=bob|method-differs|the peer uses certificates: see method
	END
}

libreswan_rekeying_told() {
	peers_load bob 'ike cipher aes256 auth sha256 dh modp3072;esp cipher aes256 auth sha256 dh modp3072' \
		'ike=aes256-sha2_256-modp3072;esp=aes256-sha2_256;pfs=no'
	peers_are_up
	lab_swanctl alice --rekey --child tunnel1
	peers_tell rekey-refused 'compare esp at both ends'
}

libreswan_mirrored_missing() { peer missing; }
libreswan_mirrored_begin() { peers_begin; }
libreswan_mirrored_report() { peers_report; }

libreswan_mirrored_promises() {
	local hex=0x0001227f80ff5c275c2220303132333435363738

	promise 'key IDs, a secret of any bytes, an AEAD suite' peers_keep_mirrored_up bob text \
		"local-id key \"a'l b\";remote-id key bob;secret $hex;ike cipher aes128gcm16 prf prfsha256 dh ecp256;esp cipher aes128gcm16 dh ecp256"
	promise 'names of certificates without any, as text and as DER' peers_keep_mirrored_up alice text \
		'local-id C=SE, O=Example, CN=alice;remote-id dn 0x300e310c300a06035504030c03626f62;ike cipher aes256 auth sha384 dh x25519;esp cipher aes256 auth sha256 dh x25519'
	promise 'version 1, addresses as identities' peers_keep_mirrored_up alice text \
		'version 1;no local-id;no remote-id;ike cipher aes256 auth sha256 dh ecp384;esp cipher aes128 auth sha1 dh ecp384'
	promise 'an address that is not told, and no identity' peers_keep_mirrored_up bob text \
		'no peer;no remote-id;ike cipher aes256 auth sha256 dh modp2048;esp cipher aes256 auth sha256 dh modp2048'
	promise 'automatic suites of ours' peers_keep_mirrored_up alice agent \
		'local-id email alice@example.com;remote-id email bob@example.com'
}

# --- OpenIKED ----------------------------------------------------------------------------------------------

openiked_missing() { peer missing; }
openiked_begin() { peers_begin; }
openiked_report() { peers_report; }

openiked_promises() {
	promise 'certificates, whoever starts' openiked_certificates
	promise 'each refusal is told, whoever starts' openiked_told
}

openiked_suites_missing() { peer missing; }
openiked_suites_begin() { peers_begin; }
openiked_suites_report() { peers_report; }

openiked_suites_promises() {
	promise 'automatic and explicit suites, whoever starts' openiked_suites
}

openiked_suites() {
	local life='lifetime 60;ikelifetime 90' group i=0 starter mode ike

	for group in $PEERS_GROUPS; do
		starter=alice mode=
		[ $((i++ % 2)) -eq 0 ] || { starter=bob; mode='mode active;'; }
		ike="ikesa enc aes-256 prf hmac-sha2-256 auth hmac-sha2-256 group ${group##*:}"
		echo "$starter|ike cipher aes256 auth sha256 dh ${group%%:*};esp cipher aes256 auth sha1 dh ${group%%:*}|$mode$ike;childsa enc aes-256 auth hmac-sha1 group ${group##*:};$life"
	done >"$LAB_DIR/rows"
	cat >>"$LAB_DIR/rows" <<-END
		alice||$life
		bob||mode active;$life
		alice|ike cipher aes128 auth sha512 dh ecp384;esp cipher aes128 auth sha512 dh ecp384|ikesa enc aes-128 prf hmac-sha2-512 auth hmac-sha2-512 group ecp384;childsa enc aes-128 auth hmac-sha2-512 group ecp384;$life
		bob|ike cipher aes128gcm16 prf prfsha256 dh ecp256;esp cipher aes256 auth sha384 dh ecp256|mode active;ikesa enc aes-128-gcm prf hmac-sha2-256 group ecp256;childsa enc aes-256 auth hmac-sha2-384 group ecp256;$life
		alice|ike cipher aes256 auth sha256 dh ecp384|ikesa enc aes-256 prf hmac-sha2-256 auth hmac-sha2-256 group ecp384;$life
	END
	peers_keep_all_up <"$LAB_DIR/rows"
}

openiked_certificates() {
	local life='lifetime 60;ikelifetime 90' cert='method cert;certificate alice;ca root;no secret'

	peers_keep_all_up <<-END
		alice|$cert|auth rfc7427;$life
		bob|$cert|mode active;auth rfc7427;$life
	END
}

openiked_told() {
	local ike='ikesa enc aes-256 prf hmac-sha2-256 auth hmac-sha2-256 group modp3072'

	peers_tell_all <<-END
		alice|esp cipher aes128gcm16 dh x25519||esp-suites|(NO_PROPOSAL_CHOSEN) (ours: esp cipher aes128gcm16 dh x25519): compare esp
		bob|esp cipher aes128gcm16 dh x25519|mode active|esp-suites|ours: esp cipher aes128gcm16 dh x25519
		alice|$PEERS_OTHER_SECRET||authentication|the peer refused us (AUTHENTICATION_FAILED)
		bob|$PEERS_OTHER_SECRET|mode active|authentication|the secrets differ: compare secret at both ends
		alice|ike cipher aes128 auth sha1 dh modp4096|$ike|ike-suites|(NO_PROPOSAL_CHOSEN)
		bob|ike cipher aes128 auth sha1 dh modp4096|mode active;$ike|ike-suites|(the peer's: cipher aes256 auth sha256 dh modp3072; ours:
		alice||srcid bobby|authentication|(AUTHENTICATION_FAILED)
		alice||dstid alicia|authentication|(AUTHENTICATION_FAILED)
		alice||flow from 10.9.0.0/24 to 10.1.0.0/24|selectors|here are local-subnet 10.1.0.0/24, remote-subnet 10.2.0.0/24
		bob||mode active;flow from 10.9.0.0/24 to 10.1.0.0/24|selectors|the peer wants 10.1.0.0/24 here, 10.9.0.0/24 there
		alice|version 1||no-answer|or does not speak version 1
		alice|method cert;certificate alice;ca root;no secret||certificate-refused|(AUTHENTICATION_FAILED)
	END
}
