# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# certificates.bash - CAs, certificates and CRLs for a test, made on the spot in $LAB_DIR/pki

# A self-signed CA $1 in the folder $2, with what `openssl ca` needs to issue CRLs.
make_ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$2/$1.key" -out "$2/$1.crt" \
		-subj "/C=SE/O=Ex/CN=$1" -days 2 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
	: >"$2/$1.index"
	cat >"$2/$1.cnf" <<-END
	[ca]
	default_ca = this
	[this]
	database = $2/$1.index
	certificate = $2/$1.crt
	private_key = $2/$1.key
	default_md = sha256
	END
}

# cert NAME SUBJECT CA SUBJECTALTNAME [CRL-DISTRIBUTION-POINT [EXTENSION...]]: a certificate and its key; RSA if
# NAME says so.
cert() {
	local pki=$LAB_DIR/pki key=(ec -pkeyopt ec_paramgen_curve:prime256v1)

	[[ $1 != *-rsa ]] || key=(rsa:2048)
	openssl req -new -newkey "${key[@]}" -nodes -keyout "$pki/$1.key" -out "$pki/$1.csr" -subj "$2" 2>/dev/null
	openssl x509 -req -in "$pki/$1.csr" -CA "$pki/$3.crt" -CAkey "$pki/$3.key" -CAcreateserial -days 2 \
		-out "$pki/$1.crt" -extfile <(
			echo "subjectAltName = $4"
			[ -z "${5:-}" ] || echo "crlDistributionPoints = $5"
			printf '%s\n' "${@:6}"
		) 2>/dev/null
}

# cert_dated NAME FROM TO: the certificate NAME of `cert', by the CA root, with other dates (YYYYMMDDHHMMSSZ).
cert_dated() {
	local pki=$LAB_DIR/pki

	openssl ca -batch -notext -startdate "$2" -enddate "$3" -policy any -extensions names \
		-in "$pki/$1.csr" -out "$pki/$1.crt" -outdir "$pki" -config <(
		cat "$pki/root.cnf"
		printf '%s\n' 'rand_serial = yes' 'unique_subject = no' '[any]' 'countryName = optional' \
			'organizationName = optional' 'commonName = optional' '[names]' \
			"subjectAltName = $(openssl x509 -in "$pki/$1.crt" -noout -ext subjectAltName | sed -n 2p)"
	) 2>/dev/null
}
