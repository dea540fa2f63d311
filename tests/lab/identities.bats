# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a process of its own; lab_pair reads A_HAS and B_HAS
# Identities: each type as a foreign gateway writes it, wildcards, Auto, and whose secret opens which tunnel.

load lab

setup_file() {
	lab_setup_file
	[ -n "${LAB_WHY:-}" ] || lab_carol
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

# The bytes of LAB_SECRET, in the other notation.
secret_hex() {
	base64 -d <<<"${LAB_SECRET#0s}" | od -An -v -tx1 | tr -d ' \n'
}

# A gateway that weipsec did not write: name, local identity, remote identity (empty: any), and its secret in
# hexadecimal. alice responds to anybody, the others initiate.
foreign() {
	local gw=$1 me=$2 you=${3:+id = '"'$3'"'} number=1 start=none

	case $gw in
	bob) number=2 start=start ;;
	carol) number=3 start=start ;;
	esac
	lab_foreign "$gw" <<-END
	connections {
		theirs {
			version = 2
			local_addrs = 192.168.0.$number
			${FOREIGN_PEER:+remote_addrs = $FOREIGN_PEER}
			local {
				auth = psk
				id = "$me"
			}
			remote {
				auth = psk
				$you
			}
			children {
				tunnel1 {
					local_ts = 10.$number.0.0/24
					remote_ts = ${FOREIGN_TS:-10.1.0.0/24}
					start_action = $start
				}
			}
		}
	}
	secrets {
		ike-theirs {
			$you
			secret = 0x${4:-$(secret_hex)}
		}
	}
	END
}

# Bob, ours, says that he is $1; the foreign alice wants $2, and charon must call it $3. Then the same for a
# remote-id: bob wants alice to be $1, and she says $2.
check_type() {
	FOREIGN_TS=10.2.0.0/24 foreign alice fqdn:alice "$2"
	lab_load alice
	lab_weos bob "local-id $1" 'remote-id name alice' | lab_compile bob
	lab_load bob
	lab_works || lab_fail "local-id $1" || return
	lab_swanctl alice --list-sas | grep -qxF "  remote '$3' @ 192.168.0.2[4500]" || lab_fail "local-id $1 is not $3" ||
		return
	lab_reset
	FOREIGN_TS=10.2.0.0/24 foreign alice "$2" fqdn:bob
	lab_load alice
	lab_weos bob "remote-id $1" 'local-id name bob' | lab_compile bob
	lab_load bob
	lab_works || lab_fail "remote-id $1"
}

# The DER of the DN C=SE, O=Ex, CN=alice, which openssl wrote into a request.
dn_hex() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null -subj "$1" \
		-outform DER -out "$LAB_DIR/request.der" 2>/dev/null
	openssl asn1parse -inform DER -in "$LAB_DIR/request.der" -strparse "$(openssl asn1parse -inform DER \
		-in "$LAB_DIR/request.der" | awk -F: '/d=2/ && /SEQUENCE/ { print $1 + 0; exit }')" \
		-noout -out "$LAB_DIR/name.der"
	od -An -v -tx1 "$LAB_DIR/name.der" | tr -d ' \n'
}

@test "inet" {
	check_type 'inet 172.16.5.4' 'ipv4:#ac100504' 172.16.5.4
}

@test "name" {
	check_type 'name gateway-7' fqdn:gateway-7 gateway-7
}

@test "name that looks like an address, or like a mail address" {
	check_type 'name 10.11.12.13' fqdn:10.11.12.13 10.11.12.13
	lab_reset
	check_type 'name u@example.com' fqdn:u@example.com u@example.com
}

@test "email" {
	check_type 'email bob@example.com' email:bob@example.com bob@example.com
}

@test "key" {
	check_type 'key my_vpn_key' keyid:my_vpn_key my_vpn_key
}

@test "dn in DER" {
	dn=$(dn_hex '/C=SE/O=Ex/CN=bob')
	check_type "dn 0x$dn" "asn1dn:#$dn" 'C=SE, O=Ex, CN=bob'
}

@test "untyped: the type is deduced as charon would" {
	dn=$(dn_hex '/C=SE/O=Ex/CN=bob')
	check_type 'C=SE, O=Ex, CN=bob' "asn1dn:#$dn" 'C=SE, O=Ex, CN=bob'
	lab_reset
	check_type 'autodetect C=SE,O=Ex,CN=bob' "asn1dn:#$dn" 'C=SE, O=Ex, CN=bob'
	lab_reset
	check_type gateway.example.com fqdn:gateway.example.com gateway.example.com
	lab_reset
	check_type 'autodetect gateway.example.com' fqdn:gateway.example.com gateway.example.com
	lab_reset
	check_type 172.16.5.4 'ipv4:#ac100504' 172.16.5.4
	lab_reset
	check_type bob@example.com email:bob@example.com bob@example.com
	lab_reset
	check_type @gateway fqdn:gateway gateway
	lab_reset
	check_type foo=bar keyid:foo=bar foo=bar
	lab_reset
	check_type site:7 keyid:site:7 site:7
}

@test "identities with characters and prefixes that mean something to charon" {
	# The foreign side has the bytes in hexadecimal, so that no quoting of ours vouches for itself.
	# shellcheck disable=SC2016 # characters, not expansions
	for id in 'key|a"b\c$d{e}' 'key|%any' 'key|0x1234' 'key|fqdn:x' 'key|a=b,c' 'name|{2}:x' 'name|keyid:x' 'name|a=b' \
		'name|@x' 'name|q"\r' 'email|%s@%n' 'email|a=b@example.com'; do
		type=${id%%|*} value=${id#*|}
		case $type in
		key) foreign_type=keyid ;;
		name) foreign_type=fqdn ;;
		email) foreign_type=email ;;
		esac
		check_type "$type $value" "$foreign_type:#$(printf %s "$value" | od -An -v -tx1 | tr -d ' \n')" "$value"
		lab_reset
	done
}

@test "identities of different types do not match" {
	FOREIGN_TS=10.2.0.0/24 foreign alice fqdn:alice keyid:bob
	lab_load alice
	lab_weos bob 'local-id name bob' 'remote-id name alice' | lab_compile bob
	lab_load bob
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "a wildcard remote-id of a responder: the suffix is taken, another is not" {
	A_HAS=('local-id name alice' 'remote-id name *.example.com')
	B_HAS=('local-id name bob.example.com' 'remote-id name alice')
	lab_pair
	lab_works
	lab_reset
	B_HAS[0]='local-id name bob.example.org'
	lab_pair
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "a wildcard remote-id of an initiator: the suffix is taken, another is not" {
	A_HAS=('local-id name alice.example.com' 'remote-id name bob')
	B_HAS=('local-id name bob' 'remote-id name *.example.com')
	lab_pair
	lab_works
	lab_reset
	A_HAS[0]='local-id name alice.example.org'
	lab_pair
	lab_logged bob "constraint check failed: identity '*.example.com' " # and more, by charon's version
	lab_not lab_is_installed bob tunnel1
}

@test "a wildcard e-mail remote-id, beside a tunnel with an exact one, which is preferred" {
	lab_compile alice < <(
		lab_weos alice 'no peer' 'local-id name alice' 'remote-id email *@example.com' 'remote-subnet 10.3.0.0/24' \
			'secret a-secret-of-all-others'
		lab_weos alice 'no peer' 'local-id name alice' 'remote-id email bob@example.com' \
			'secret the-secret-of-bob-alone' | sed 's/ipsec 1$/ipsec 2/'
	)
	lab_load alice 2
	lab_weos bob 'local-id email bob@example.com' 'remote-id name alice' 'secret the-secret-of-bob-alone' |
		lab_compile bob
	lab_load bob
	lab_weos carol 'local-id email carol@example.com' 'remote-id name alice' 'secret a-secret-of-all-others' |
		lab_compile carol
	lab_load carol
	lab_installed tunnel2 alice
	lab_installed tunnel1 alice bob carol
	lab_traffic bob tunnel1 tunnel2
	lab_traffic carol tunnel1 tunnel1
}

# Alice with two tunnels for bob and carol that accept any identity; $1 and $2 are her settings of the peers.
two_auto() {
	lab_compile alice < <(
		lab_weos alice "$1" 'local-id name alice1' 'secret the-secret-of-bob-alone'
		lab_weos alice "$2" 'local-id name alice2' 'secret the-secret-of-carol' 'remote-subnet 10.3.0.0/24' |
			sed 's/ipsec 1$/ipsec 2/'
	)
	lab_load alice 2
	lab_weos bob 'local-id name bob' 'remote-id name alice1' 'secret the-secret-of-bob-alone' | lab_compile bob
	lab_load bob
	lab_weos carol 'local-id name carol' 'remote-id name alice2' 'secret the-secret-of-carol' | lab_compile carol
	lab_load carol
	lab_installed tunnel1 alice bob carol
	lab_installed tunnel2 alice
	lab_traffic bob tunnel1 tunnel1
	lab_traffic carol tunnel1 tunnel2
}

@test "two responders with remote-id Auto and distinct peers: both come up" {
	two_auto 'peer 192.168.0.2' 'peer 192.168.0.3'
}

@test "two responders with remote-id Auto and any peer: both come up" {
	two_auto 'no peer' 'no peer'
}

@test "two responders with remote-id Auto: the secret of the one does not open the other" {
	two_auto 'no peer' 'no peer'
	lab_until 5 lab_emptied bob
	FOREIGN_PEER=192.168.0.1 foreign bob fqdn:bob fqdn:alice1 "$(printf the-secret-of-carol | od -An -tx1 | tr -d ' \n')"
	lab_load bob
	lab_logged bob 'received AUTHENTICATION_FAILED notify error'
	lab_not lab_is_installed bob tunnel1
}

@test "a single responder with remote-id Auto takes any identity" {
	for id in 'name bob' 'key 4711' 'email b@example.com' 'C=SE, CN=bob'; do
		A_HAS=('local-id name alice')
		B_HAS=("local-id $id" 'remote-id name alice')
		lab_pair
		lab_works
		lab_reset
	done
}

@test "a single responder with remote-id Auto takes a peer that does not ask for an identity" {
	lab_weos alice 'local-id name alice' | lab_compile alice
	lab_load alice
	FOREIGN_PEER=192.168.0.1 foreign bob fqdn:bob ''
	lab_load bob
	lab_works
}

@test "a peer cannot use its own secret to claim another's identity" {
	lab_compile alice < <(
		lab_weos alice 'no peer' 'local-id name alice' 'remote-id name bob' 'secret the-secret-of-bob-alone'
		lab_weos alice 'no peer' 'local-id name alice' 'remote-id name carol' 'secret the-secret-of-carol' \
			'remote-subnet 10.3.0.0/24' | sed 's/ipsec 1$/ipsec 2/'
	)
	lab_load alice 2
	carols=$(printf the-secret-of-carol | od -An -tx1 | tr -d ' \n')
	FOREIGN_PEER=192.168.0.1 foreign carol fqdn:carol fqdn:alice "$carols"
	lab_load carol
	lab_installed tunnel1 carol
	lab_until 5 lab_emptied carol
	: >"$LAB_DIR/carol/swanctl.conf"
	lab_load carol 0
	FOREIGN_PEER=192.168.0.1 foreign carol fqdn:bob fqdn:alice "$carols"
	lab_load carol
	lab_logged carol 'received AUTHENTICATION_FAILED notify error'
	lab_logged alice 'MAC mismatched'
	lab_not lab_is_installed carol tunnel1
}

@test "two tunnels that share the remote-id are told apart by the local-id" {
	for gw in alice bob; do
		for id in 1 2; do
			[ "$gw" = alice ] && ids=("local-id name alice$id" 'remote-id name bob')
			[ "$gw" = bob ] && ids=('local-id name bob' "remote-id name alice$id")
			lab_weos "$gw" "${ids[@]}" "secret the-secret-number-$id" |
				sed "s/ipsec 1$/ipsec $id/; s/\(subnet 10\.2\.\)0/\1$((id - 1))/"
		done | lab_compile "$gw"
	done
	lab_ip bob addr replace 10.2.1.1/24 dev lo
	lab_load alice 2
	lab_load bob 2
	lab_installed tunnel1 alice bob
	lab_installed tunnel2 alice bob
	lab_traffic bob tunnel1 tunnel1
}
