# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a process of its own; lab_pair reads A_HAS and B_HAS
# Method cert: a PKI made on the spot, identities in the certificate, the CA, and revocation.
#
# One root signs a certificate for each gateway: plain ones (without a CRL distribution point), listed ones (with
# one) and a revoked one. The CRL is fetched from a file: URL, so nothing leaves the machine.

load lab
load certificates

setup_file() {
	lab_setup_file
	[ -n "${LAB_WHY:-}" ] || make_pki
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

ALICE='C=SE, O=Ex, CN=alice'
BOB='C=SE, O=Ex, CN=bob'

make_pki() {
	local pki=$LAB_DIR/pki

	mkdir -p "$pki"
	make_ca root "$pki"
	make_ca other "$pki"
	cert alice /C=SE/O=Ex/CN=alice root 'DNS:alice.example.com,email:alice@example.com,IP:192.168.0.1'
	cert bob /C=SE/O=Ex/CN=bob root 'DNS:bob.example.com,email:bob@example.com,IP:192.168.0.2'
	cert alice-rsa /C=SE/O=Ex/CN=alice root DNS:alice.example.com
	cert second-rsa /C=SE/O=Ex/CN=second root DNS:second.example.com
	cert bob-listed /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:file://$pki/root.crl"
	cert bob-revoked /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:file://$pki/root.crl"
	cert bob-unfetched /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:file://$pki/none.crl"
	cert bob-odd /C=SE/O=Ex/CN=odd root 'DNS:odd.example.com,DNS:*.star.example.com,dirName:folder' '' \
		'subjectKeyIdentifier = hash' '[folder]' 'C = SE' 'CN = folder'
	cert bob-other /C=SE/O=Ex/CN=bob other DNS:bob.example.com
	openssl ca -config "$pki/root.cnf" -revoke "$pki/bob-revoked.crt" 2>/dev/null
	openssl ca -config "$pki/root.cnf" -gencrl -crldays 2 -out "$pki/root.pem.crl" 2>/dev/null
	openssl crl -in "$pki/root.pem.crl" -outform DER -out "$pki/root.crl"
}

# Puts the certificate $2 with its key into gateway $1's folders under the label `gateway`, and the CAs $3...
install_pki() {
	local gw=$1 ca

	install_cert "$gw" "$2" gateway
	shift 2
	for ca in "${@:-root}"; do
		cp "$LAB_DIR/pki/$ca.crt" "$LAB_DIR/$gw/x509ca/$ca.pem"
	done
}

# install_cert GATEWAY CERTIFICATE LABEL
install_cert() {
	cp "$LAB_DIR/pki/$2.crt" "$LAB_DIR/$1/x509/$3.pem"
	cp "$LAB_DIR/pki/$2.key" "$LAB_DIR/$1/private/$3.pem"
}

# Both ends with certificates: $A_HAS and $B_HAS of lab_pair, and settings of both.
cert_pair() {
	lab_pair 'method cert' 'certificate gateway' 'ca root' 'no secret' "$@"
}

@test "local-id Auto is the subject of the certificate" {
	install_pki alice alice
	install_pki bob bob
	A_HAS=("remote-id $BOB")
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_works
	lab_swanctl alice --list-sas | grep -qxF "  remote '$BOB' @ 192.168.0.2[4500]"
	lab_swanctl alice --list-conns | grep -qx '  local public key authentication:'
}

@test "a responder with remote-id Auto takes any certificate of its CA" {
	install_pki alice alice
	install_pki bob bob
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_works
}

@test "RSA against ECDSA" {
	install_pki alice alice-rsa
	install_pki bob bob
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_works
	lab_log bob | grep -q "authentication of '$ALICE' with RSA_EMSA"
}

@test "an identity that is a subjectAltName: name, email, inet" {
	for kind in name:alice.example.com:bob.example.com email:alice@example.com:bob@example.com \
		inet:192.168.0.1:192.168.0.2; do
		IFS=: read -r type a b <<<"$kind"
		install_pki alice alice
		install_pki bob bob
		A_HAS=("local-id $type $a" "remote-id $type $b")
		B_HAS=("local-id $type $b" "remote-id $type $a")
		cert_pair
		lab_works
		lab_swanctl alice --list-sas | grep -qxF "  remote '$b' @ 192.168.0.2[4500]"
		lab_reset
	done
}

@test "an initiator with remote-id Auto expects the peer's address, as a subjectAltName" {
	install_pki alice alice
	install_pki bob bob
	A_HAS=('local-id inet 192.168.0.1')
	cert_pair
	lab_works
	lab_reset
	install_pki alice alice
	install_pki bob bob
	A_HAS=()
	cert_pair
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "the DER of the subject is the same identity as its text" {
	install_pki alice alice
	install_pki bob bob
	der=$(openssl x509 -in "$LAB_DIR/pki/bob.crt" -outform DER | openssl asn1parse -inform DER |
		awk -F: '/d=2 .*SEQUENCE/ && ++n == 4 { print $1 + 0 }')
	openssl x509 -in "$LAB_DIR/pki/bob.crt" -outform DER |
		openssl asn1parse -inform DER -strparse "$der" -noout -out "$LAB_DIR/subject.der"
	A_HAS=("remote-id dn 0x$(od -An -v -tx1 "$LAB_DIR/subject.der" | tr -d ' \n')")
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_works
}

@test "a wildcard in a DN, and in a name, on a responder" {
	for ids in "C=SE, O=Ex, CN=*|$BOB" 'name *.example.com|name bob.example.com'; do
		install_pki alice alice
		install_pki bob bob
		A_HAS=("remote-id ${ids%|*}")
		B_HAS=("local-id ${ids#*|}" "remote-id $ALICE")
		cert_pair
		lab_works
		lab_reset
	done
	install_pki alice alice
	install_pki bob bob
	A_HAS=('remote-id C=SE, O=Another, CN=*')
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "an identity that is not in the certificate is refused" {
	install_pki alice alice
	install_pki bob bob
	A_HAS=('remote-id name mallory.example.com')
	B_HAS=('local-id name mallory.example.com' "remote-id $ALICE")
	cert_pair
	lab_logged alice "no trusted ECDSA public key found for 'mallory.example.com'"
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

# Whether `check --pki' has nothing against bob's certificate: his folders are as --pki takes them.
is_accepted() {
	lab_weos bob 'method cert' 'certificate gateway' 'ca root' 'no secret' "${B_HAS[@]}" >"$LAB_DIR/bob.cfg"
	"$WEIPSEC" check --no WI420 --pki "$LAB_DIR/bob" "$LAB_DIR/bob.cfg"
}

@test "check --pki finds an identity in a certificate where charon does" {
	local ski works
	ski=$(openssl x509 -in "$LAB_DIR/pki/bob-odd.crt" -noout -ext subjectKeyIdentifier | tail -1 | tr -d ' :')
	while IFS='|' read -r works id; do
		install_pki alice alice
		install_pki bob bob-odd
		A_HAS=("remote-id $id")
		B_HAS=("local-id $id" "remote-id $ALICE")
		cert_pair
		if [ "$works" = yes ]; then
			is_accepted || lab_fail "$id is not found"
			lab_works || lab_fail "$id does not work"
		else
			! is_accepted || lab_fail "$id is found"
			lab_logged alice 'no trusted ECDSA public key found for' || lab_fail "$id works"
		fi
		lab_reset
	done <<-END
		yes|C=SE, O=Ex, CN=odd
		yes|C=se, O=Ex, CN=odd
		no|C=SE, O=Ex, CN=Odd
		yes|C=SE, CN=folder
		yes|name ODD.example.com
		no|name a.star.example.com
		no|key odd.example.com
		yes|'@#$ski'
	END
}

@test "check --pki refuses the files that charon does not load, and no others" {
	local pki=$LAB_DIR/pki works path command
	B_HAS=("remote-id $ALICE")
	while IFS='|' read -r works path command; do
		install_pki alice alice
		install_pki bob bob
		(cd "$pki" && eval "$command") >"$LAB_DIR/bob/$path"
		if [ "$works" = yes ]; then
			is_accepted || lab_fail "$command: refused"
			cert_pair
			lab_works || lab_fail "$command: does not work"
		else
			! is_accepted || lab_fail "$command: accepted"
			! (cert_pair >"$LAB_DIR/said" 2>&1) || lab_fail "$command: works"
			grep -q "$LAB_DIR/bob/$path.*failed\|exceeds size limit" "$LAB_DIR/said"
		fi
		lab_reset
	done <<-'END'
		yes|x509/gateway.pem|cat bob.crt other.crt
		yes|x509/gateway.pem|openssl x509 -in bob.crt -text
		yes|x509/gateway.pem|openssl x509 -in bob.crt -outform DER
		yes|private/gateway.pem|openssl pkey -in bob.key -outform DER
		yes|private/gateway.pem|sed 's/$/\r/' bob.key
		no|x509/gateway.pem|cat bob.key bob.crt
		no|x509/gateway.pem|head -c 65000 /dev/zero | tr '\0' '\n'; cat bob.crt
		no|private/gateway.pem|cat bob.crt bob.key
		no|private/gateway.pem|openssl ecparam -name prime256v1; cat bob.key
		no|private/gateway.pem|openssl pkey -in bob.key -aes128 -passout pass:x
	END
}

@test "a certificate of another CA is refused, even when another tunnel trusts that CA" {
	install_pki bob bob-other root other
	install_pki alice alice root other
	lab_compile alice < <(
		lab_weos alice 'method cert' 'certificate gateway' 'ca root' 'no secret' "remote-id $BOB"
		lab_weos alice 'method cert' 'certificate gateway' 'ca other' 'no secret' 'remote-id name x.example.com' |
			sed 's/ipsec 1$/ipsec 2/; s/\(remote-subnet 10\)\.2/\1.9/'
	)
	lab_load alice 2
	lab_weos bob 'method cert' 'certificate gateway' 'ca root' 'no secret' "remote-id $ALICE" | lab_compile bob
	lab_load bob
	lab_logged alice 'constraint check failed: peer not authenticated by CA'
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "relaxed: without a CRL distribution point the tunnel comes up" {
	install_pki alice alice
	install_pki bob bob
	B_HAS=("remote-id $ALICE")
	cert_pair 'revocation relaxed'
	lab_works
}

@test "relaxed: an unreachable CRL does not keep the tunnel down" {
	install_pki alice alice
	install_pki bob bob-unfetched
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_works
	lab_log alice | grep -q 'fetching crl from .*none.crl'
}

@test "relaxed: a revoked certificate is refused" {
	install_pki alice alice
	install_pki bob bob-revoked
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_logged alice 'certificate was revoked'
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "strict: without a CRL distribution point the tunnel is refused" {
	install_pki alice alice
	install_pki bob bob
	A_HAS=('revocation strict')
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_logged alice 'RULE_CRL_VALIDATION is SKIPPED, but requires at least GOOD'
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "strict: an unreachable CRL keeps the tunnel down" {
	install_pki alice alice
	install_pki bob bob-unfetched
	A_HAS=('revocation strict')
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_logged alice 'RULE_CRL_VALIDATION is FAILED, but requires at least GOOD'
	lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

@test "strict: with a good CRL the tunnel comes up" {
	install_pki alice alice
	install_pki bob bob-listed
	A_HAS=('revocation strict')
	B_HAS=("remote-id $ALICE")
	cert_pair
	lab_works
	lab_log alice | grep -q 'certificate status is good'
}

@test "two tunnels, each with a certificate of its own" {
	install_pki alice alice
	install_cert alice second-rsa second
	install_pki bob bob
	for id in 1 2; do
		label=gateway
		[ $id -eq 1 ] || label=second
		lab_weos alice 'method cert' "certificate $label" 'ca root' 'no secret' "remote-id $BOB" |
			sed "s/ipsec 1$/ipsec $id/; s/\(subnet 10\.2\.\)0/\1$((id - 1))/"
	done | lab_compile alice
	lab_load alice 2
	for id in 1 2; do
		dn=$ALICE
		[ $id -eq 1 ] || dn='C=SE, O=Ex, CN=second'
		lab_weos bob 'method cert' 'certificate gateway' 'ca root' 'no secret' "remote-id $dn" |
			sed "s/ipsec 1$/ipsec $id/; s/\(subnet 10\.2\.\)0/\1$((id - 1))/"
	done | lab_compile bob
	lab_ip bob addr replace 10.2.1.1/24 dev lo
	lab_load bob 2
	lab_installed tunnel1 alice bob
	lab_installed tunnel2 alice bob
	lab_traffic bob tunnel1 tunnel1
	lab_swanctl bob --list-sas --ike ipsec2 | grep -qxF "  remote 'C=SE, O=Ex, CN=second' @ 192.168.0.1[4500]"
}

@test "version 1 with certificates" {
	# Main Mode names the kind of key before it sees a certificate: both ends need the same kind.
	install_pki alice alice
	install_pki bob bob
	A_HAS=("remote-id $BOB")
	B_HAS=("remote-id $ALICE")
	cert_pair 'version 1'
	lab_works
}
