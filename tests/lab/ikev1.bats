# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a process of its own; lab_pair reads A_HAS and B_HAS
# Version 1: explicit and auto pairs, and the one suite that a WeOS 4 gateway offers.

load lab

setup_file() {
	lab_setup_file
	[ -n "${LAB_WHY:-}" ] || lab_carol
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

# A gateway of WeOS 4, which offers exactly one suite in each phase: gateway, IKE suite, ESP suite, and its start
# action. Identities are the addresses.
weos4() {
	local me=1 you=2

	[ "$1" = alice ] || { me=2; you=1; }
	lab_foreign "$1" <<-END
	connections {
		weos4 {
			version = 1
			local_addrs = 192.168.0.$me
			remote_addrs = 192.168.0.$you
			proposals = $2
			local {
				auth = psk
				id = 192.168.0.$me
			}
			remote {
				auth = psk
				id = 192.168.0.$you
			}
			children {
				tunnel1 {
					local_ts = 10.$me.0.0/24
					remote_ts = 10.$you.0.0/24
					esp_proposals = $3
					start_action = $4
				}
			}
		}
	}
	secrets {
		ike-weos4 {
			id = 192.168.0.$you
			secret = $LAB_SECRET
		}
	}
	END
}

# Our alice with the settings $3... responds to a WeOS 4 gateway of the IKE suite $1 and the ESP suite $2.
responds_to() {
	local ike=$1 esp=$2

	shift 2
	lab_weos alice 'version 1' "$@" | lab_compile alice && lab_load alice && weos4 bob "$ike" "$esp" start &&
		lab_load bob && lab_works || lab_fail "responder against $ike, $esp" || return
	uses "$esp" && lab_reset
}

# Our bob with the settings $3... initiates to a WeOS 4 gateway of the IKE suite $1 and the ESP suite $2.
initiates_to() {
	local ike=$1 esp=$2

	shift 2
	weos4 alice "$ike" "$esp" none && lab_load alice && lab_weos bob 'version 1' "$@" | lab_compile bob &&
		lab_load bob && lab_works || lab_fail "initiator against $ike, $esp" || return
	uses "$esp" && lab_reset
}

# Checks that the CHILD_SA has a key exchange of its own exactly where the ESP suite $1 has one.
uses() {
	local pfs=0

	[[ $1 != *modp* ]] || pfs=1
	[ "$(lab_swanctl alice --list-sas | grep -c 'INSTALLED.*ESP:.*/MODP_')" -eq "$pfs" ] ||
		lab_fail "$1 and $(lab_swanctl alice --list-sas | grep INSTALLED)"
}

@test "explicit against explicit, and rekeyed" {
	lab_pair 'version 1' 'local-id name x' 'remote-id name x' 'ike cipher aes128 auth sha1 dh modp2048' \
		'esp cipher aes128 auth sha1 dh modp2048'
	lab_works
	lab_swanctl bob --list-sas | grep -qx '  AES_CBC-128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048'
	lab_swanctl bob --list-sas | grep -q 'ESP:AES_CBC-128/HMAC_SHA1_96/MODP_2048$'
	lab_swanctl bob --rekey --child tunnel1
	lab_until 5 rekeyed bob
	lab_works
}

rekeyed() {
	[ "$(lab_swanctl "$1" --list-sas | grep -c 'tunnel1: #')" -eq 2 ] && lab_is_installed "$1" tunnel1
}

@test "an AEAD suite in phase 2, elliptic curves in both" {
	lab_pair 'version 1' 'ike cipher aes256 auth sha512 dh ecp521' 'esp cipher aes128gcm16 dh ecp384'
	lab_works
	lab_swanctl bob --list-sas | grep -q 'ESP:AES_GCM_16-128/ECP_384$'
}

@test "auto against auto" {
	lab_pair 'version 1'
	lab_works
}

@test "auto against each explicit suite that WeOS 4 knows too" {
	for suite in aes128-sha1-modp2048 aes256-sha1-modp2048 aes128-sha256-modp2048 aes256-sha256-modp2048; do
		IFS=- read -r cipher auth dh <<<"$suite"
		explicit=("ike cipher $cipher auth $auth dh $dh" "esp cipher $cipher auth $auth dh $dh")
		A_HAS=()
		B_HAS=("${explicit[@]}")
		lab_pair 'version 1'
		lab_works
		lab_reset
		A_HAS=("${explicit[@]}")
		B_HAS=()
		lab_pair 'version 1'
		lab_works
		lab_reset
	done
}

@test "auto against WeOS 4 with PFS, as responder and as initiator" {
	for suite in aes128-sha1-modp2048 aes256-sha1-modp2048 aes128-sha256-modp2048 aes256-sha256-modp2048; do
		responds_to "$suite" "$suite"
		initiates_to "$suite" "$suite"
	done
}

@test "an initiator whose suites are Auto offers each suite of WeOS 4 that WeOS 5 knows" {
	for dh in modp2048 modp3072 modp4096; do
		for cipher in aes128 aes256; do
			for auth in sha1 sha256 sha384 sha512; do
				initiates_to "$cipher-$auth-$dh" "$cipher-$auth-$dh"
			done
		done
	done
}

@test "auto against WeOS 4 without PFS, as responder" {
	for suite in aes128-sha1-modp2048 aes256-sha1-modp2048 aes128-sha256-modp2048 aes256-sha256-modp2048; do
		responds_to "$suite" "${suite%-*}"
	done
}

@test "auto against WeOS 4 without PFS, as initiator, is refused" {
	# One Quick Mode offers one key exchange: charon sends only the proposals that have the first one's. PFS is
	# WeOS 4's default, so auto offers it; a WeOS 4 gateway without it has to be the initiator.
	weos4 alice aes128-sha1-modp2048 aes128-sha1 none
	lab_load alice
	lab_weos bob 'version 1' | lab_compile bob
	lab_load bob
	lab_refused bob 'received NO_PROPOSAL_CHOSEN error notify'
}

@test "explicit against WeOS 4" {
	for suite in aes128-sha1-modp2048 aes256-sha256-modp2048 aes128-sha512-modp3072 aes256-sha384-modp4096; do
		IFS=- read -r cipher auth dh <<<"$suite"
		explicit=("ike cipher $cipher auth $auth dh $dh" "esp cipher $cipher auth $auth dh $dh")
		responds_to "$suite" "$suite" "${explicit[@]}"
		initiates_to "$suite" "$suite" "${explicit[@]}"
	done
}

@test "explicit with PFS against WeOS 4 without is refused at once" {
	lab_weos alice 'version 1' 'ike cipher aes128 auth sha1 dh modp2048' 'esp cipher aes128 auth sha1 dh modp2048' |
		lab_compile alice
	lab_load alice
	weos4 bob aes128-sha1-modp2048 aes128-sha1 start
	lab_load bob
	lab_refused bob 'received NO_PROPOSAL_CHOSEN error notify'
}

@test "version 1 against version 2 is refused" {
	A_HAS=('version 2')
	B_HAS=('version 1')
	lab_pair
	lab_refused alice 'no IKE config found'
}

@test "two peers with a secret each" {
	lab_compile alice < <(
		lab_weos alice 'version 1' 'local-id name alice' 'remote-id name bob' 'secret the-secret-of-bob-alone'
		lab_weos alice 'version 1' 'local-id name alice' 'remote-id name carol' 'secret the-secret-of-carol' \
			'peer 192.168.0.3' 'remote-subnet 10.3.0.0/24' | sed 's/ipsec 1$/ipsec 2/'
	)
	lab_load alice 2
	for gw in bob carol; do
		secret=the-secret-of-carol
		[ "$gw" = carol ] || secret=the-secret-of-bob-alone
		lab_weos "$gw" 'version 1' "local-id name $gw" 'remote-id name alice' "secret $secret" | lab_compile "$gw"
		lab_load "$gw"
	done
	lab_installed tunnel1 alice bob carol
	lab_installed tunnel2 alice
	lab_traffic bob tunnel1 tunnel1
	lab_traffic carol tunnel1 tunnel2
}

@test "two responders with remote-id Auto and distinct peers" {
	lab_compile alice < <(
		lab_weos alice 'version 1' 'local-id name alice1' 'secret the-secret-of-bob-alone'
		lab_weos alice 'version 1' 'local-id name alice2' 'secret the-secret-of-carol' \
			'peer 192.168.0.3' 'remote-subnet 10.3.0.0/24' | sed 's/ipsec 1$/ipsec 2/'
	)
	lab_load alice 2
	lab_weos bob 'version 1' 'local-id name bob' 'remote-id name alice1' 'secret the-secret-of-bob-alone' |
		lab_compile bob
	lab_load bob
	lab_weos carol 'version 1' 'local-id name carol' 'remote-id name alice2' 'secret the-secret-of-carol' |
		lab_compile carol
	lab_load carol
	lab_installed tunnel1 alice bob carol
	lab_installed tunnel2 alice
	lab_traffic bob tunnel1 tunnel1
	lab_traffic carol tunnel1 tunnel2
}

@test "one peer with an address beside one with any" {
	lab_compile alice < <(
		lab_weos alice 'version 1' 'local-id name alice' 'remote-id name bob' 'secret the-secret-of-bob-alone'
		lab_weos alice 'version 1' 'local-id name alice' 'remote-id name carol' 'secret the-secret-of-carol' \
			'no peer' 'remote-subnet 10.3.0.0/24' | sed 's/ipsec 1$/ipsec 2/'
	)
	lab_load alice 2
	lab_weos bob 'version 1' 'local-id name bob' 'remote-id name alice' 'secret the-secret-of-bob-alone' |
		lab_compile bob
	lab_load bob
	lab_weos carol 'version 1' 'local-id name carol' 'remote-id name alice' 'secret the-secret-of-carol' |
		lab_compile carol
	lab_load carol
	lab_installed tunnel1 alice bob carol
	lab_installed tunnel2 alice
}

@test "a wildcard remote-id of a responder" {
	A_HAS=('local-id name alice' 'remote-id name *.example.com')
	B_HAS=('local-id name bob.example.com' 'remote-id name alice')
	lab_pair 'version 1'
	lab_works
}

@test "a responder with any peer and any identity" {
	A_HAS=('no peer' 'local-id name alice')
	B_HAS=('local-id name bob' 'remote-id name alice')
	lab_pair 'version 1'
	lab_works
}

@test "dead peer detection and reauthentication are what charon lists" {
	lab_weos bob 'version 1' 'dpd-delay 10' 'dpd-timeout 60' 'reauth-time 8h' | lab_compile bob
	lab_load bob
	grep -qx 'ipsec1: IKEv1, reauthentication every 28800s, dpd delay 10s' "$LAB_DIR/bob/conns"
	lab_weos alice 'version 1' | lab_compile alice
	lab_load alice
	grep -qx 'ipsec1: IKEv1, reauthentication every 14400s, dpd delay 30s' "$LAB_DIR/alice/conns"
}
