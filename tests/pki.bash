# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# A PKI as `--pki' takes it, made by the tests that look at it.  Its dates are fixed, and so is the
# time to look at it, PKI_NOW: SOURCE_DATE_EPOCH.
#
#   pki_new DIR                        an empty folder, where all of the following is made
#   pki_ca NAME [SIGNER [EXT...]]      x509ca/NAME.pem, signed by itself or by the CA SIGNER
#   pki_certificate LABEL CA [EXT...]  x509/LABEL.pem and private/LABEL.pem
#   pki_crl CA [DER|PEM]               x509crl/CA.crl; PKI_KEEPS_INDEX: with what was revoked,
#                                      PKI_NAMED: with the key of CA named, by which charon finds it
#
# EXT is a line of openssl's extensions.  What can be set before the call: PKI_KEY (ec, rsaBITS, ed25519),
# PKI_DIGEST (sha256), PKI_SUBJECT (/C=SE/O=Example/CN=NAME), PKI_STRINGS (utf8only), PKI_FROM and PKI_TO
# (2020 to 2099), PKI_NEXT (the next CRL: a day after the one of noon before PKI_NOW).

# shellcheck disable=SC2034 # the tests'
PKI_NOW=1767225600 # 2026-01-01
# shellcheck disable=SC2034
PKI_CRL_AT=crlDistributionPoints=URI:http://crl.example.com/plant.crl

pki_new() {
	PKI=$1
	PKI_MADE=$1.made
	mkdir -p "$PKI"/{x509,x509ca,private} "$PKI_MADE"
}

pki_quiet() {
	"$@" > "$PKI_MADE/log" 2>&1 || { cat "$PKI_MADE/log" >&2; return 1; }
}

# pki_key NAME: a key, unless there is one.
pki_key() {
	local kind=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256)
	case ${PKI_KEY:-ec} in
	rsa*) kind=(-algorithm RSA -pkeyopt "rsa_keygen_bits:${PKI_KEY#rsa}") ;;
	ed*) kind=(-algorithm "$PKI_KEY") ;;
	esac
	[ -e "$PKI_MADE/$1.key" ] || pki_quiet openssl genpkey "${kind[@]}" -out "$PKI_MADE/$1.key"
}

# pki_sign NAME CA EXT...: NAME.crt for NAME.key, by CA.
pki_sign() {
	local base=$PKI_MADE/$1 ca=$PKI_MADE/$2 name=$1 by=(-cert "$PKI_MADE/$2.crt")
	[ "$1" != "$2" ] || by=(-selfsign)
	shift 2
	: > "$ca.index"
	cat > "$base.cnf" <<-END
		[ca]
		default_ca = this
		[this]
		database = $ca.index
		new_certs_dir = $PKI_MADE
		rand_serial = yes
		email_in_dn = yes
		preserve = yes
		policy = any
		x509_extensions = ext
		[any]
		$(printf '%s = optional\n' countryName organizationName organizationalUnitName commonName \
			emailAddress)
		[req]
		distinguished_name = none
		string_mask = ${PKI_STRINGS:-utf8only}
		[none]
		[ext]
		subjectKeyIdentifier = hash
		$(printf '%s\n' "$@")
	END
	pki_quiet openssl req -new -utf8 -config "$base.cnf" -key "$base.key" \
		-subj "${PKI_SUBJECT-/C=SE/O=Example/CN=$name}" -out "$base.csr" &&
		pki_quiet openssl ca -batch -notext -config "$base.cnf" -md "${PKI_DIGEST:-sha256}" \
			-in "$base.csr" -keyfile "$ca.key" "${by[@]}" -out "$base.crt" \
			-startdate "${PKI_FROM:-20200101000000Z}" -enddate "${PKI_TO:-20990101000000Z}"
}

pki_ca() {
	local name=$1 signer=${2:-$1}
	shift $(($# < 2 ? $# : 2))
	pki_key "$name" &&
		pki_sign "$name" "$signer" basicConstraints=critical,CA:TRUE \
			keyUsage=critical,keyCertSign,cRLSign "$@" &&
		cp "$PKI_MADE/$name.crt" "$PKI/x509ca/$name.pem"
}

pki_certificate() {
	pki_key "$1" &&
		pki_sign "$1" "$2" basicConstraints=CA:FALSE "${@:3}" &&
		cp "$PKI_MADE/$1.crt" "$PKI/x509/$1.pem" &&
		cp "$PKI_MADE/$1.key" "$PKI/private/$1.pem"
}

pki_crl() {
	local ca=$PKI_MADE/$1
	mkdir -p "$PKI/x509crl"
	[ -n "${PKI_KEEPS_INDEX:-}" ] || : > "$ca.index"
	[ -z "${PKI_NAMED:-}" ] || printf '[named]\nauthorityKeyIdentifier = keyid\n' >> "$ca.cnf"
	pki_quiet openssl ca -gencrl -config "$ca.cnf" -md sha256 -keyfile "$ca.key" -cert "$ca.crt" \
		-crl_lastupdate 20251231120000Z -crl_nextupdate "${PKI_NEXT:-20260101120000Z}" \
		${PKI_NAMED:+-crlexts named} -out "$ca.crl" &&
		openssl crl -in "$ca.crl" -outform "${2:-PEM}" -out "$PKI/x509crl/$1.crl"
}

# pki_revoke NAME CA: it is in the next CRL of CA, if PKI_KEEPS_INDEX is set then.
pki_revoke() {
	local ca=$PKI_MADE/$2
	[ -e "$ca.index" ] || : > "$ca.index"
	pki_quiet openssl ca -config "$ca.cnf" -md sha256 -keyfile "$ca.key" -cert "$ca.crt" -revoke "$PKI_MADE/$1.crt"
}

# What the examples in docs/rules stand on; their pages say what is special about a label.
pki_for_pages() {
	local name=subjectAltName=DNS:plant.example.com
	pki_new "$1"
	pki_ca PlantCA
	pki_ca OtherCA
	cat "$PKI_MADE"/{PlantCA,OtherCA}.crt > "$PKI/x509ca/Bundle.pem"
	pki_certificate plant PlantCA "$name" "$PKI_CRL_AT"
	pki_certificate branch PlantCA subjectAltName=DNS:branch.example.com "$PKI_CRL_AT"
	pki_certificate spare PlantCA "$name"
	cp "$PKI/private/plant.pem" "$PKI/private/spare.pem"
	PKI_TO=20251231000000Z pki_certificate old PlantCA "$name"
	pki_certificate unlisted PlantCA "$name"
	PKI_KEY=rsa1024 pki_certificate small PlantCA "$name"
	PKI_KEY=ed25519 pki_certificate edwards PlantCA "$name"
}
