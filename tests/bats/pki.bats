#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# --pki: what the certificates of a device say.  A finding is LINE:COLUMN SEVERITY RULE.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; PKI is tests/pki.bash's

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	# shellcheck source=tests/pki.bash
	. "$(dirname "$BATS_TEST_FILENAME")/../pki.bash"
	pki_new "$BATS_FILE_TMPDIR/pki"
	make_authorities
	make_certificates
}

setup() {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	PKI=$BATS_FILE_TMPDIR/pki
	PKI_MADE=$PKI.made
	export SOURCE_DATE_EPOCH=$PKI_NOW
	enter_folder
}

# Labels say what is wrong with them.
make_authorities() {
	pki_ca PlantCA
	pki_ca OtherCA
	pki_ca Inter PlantCA "$PKI_CRL_AT"
	pki_ca InterBare PlantCA
	PKI_TO=20251231000000Z pki_ca OldCA
	PKI_TO=20260120000000Z pki_ca NearCA
	PKI_KEY=rsa1024 pki_ca SmallCA
	PKI_DIGEST=sha1 pki_ca Sha1CA
	PKI_DIGEST=sha1 pki_ca Sha1Inter PlantCA "$PKI_CRL_AT"
	PKI_TO=20251231000000Z pki_ca OldInter PlantCA "$PKI_CRL_AT"
	# renewed: the same name and key; the old one comes first by name
	PKI_SUBJECT=/CN=Renewed PKI_TO=20251231000000Z pki_ca A-old
	cp "$PKI_MADE/A-old.key" "$PKI_MADE/B-new.key"
	PKI_SUBJECT=/CN=Renewed pki_ca B-new
}

make_certificates() {
	local names='DNS:plant.example.com,email:plant@example.com,IP:192.0.2.1,dirName:folder'
	pki_certificate plant PlantCA "$PKI_CRL_AT" "subjectAltName=$names" '[folder]' O=Example CN=other
	PKI_STRINGS=pkix PKI_SUBJECT='/C=SE/O=Example/CN=Press/emailAddress=a@example.com' \
		pki_certificate pressed PlantCA
	pki_certificate bare PlantCA 'subjectAltName=DNS:plant.example.com'
	pki_certificate answered PlantCA authorityInfoAccess=OCSP\;URI:http://ocsp.example.com
	pki_certificate below Inter "$PKI_CRL_AT"
	pki_certificate below-bare InterBare "$PKI_CRL_AT"
	pki_certificate below-sha1 Sha1Inter "$PKI_CRL_AT"
	pki_certificate below-old OldInter "$PKI_CRL_AT"
	pki_certificate of-other OtherCA
	pki_certificate renewed B-new
	PKI_TO=20251231235959Z pki_certificate expired PlantCA
	PKI_TO=20260101000000Z pki_certificate last PlantCA
	PKI_TO=20260131000000Z pki_certificate soon PlantCA
	PKI_TO=20260131000001Z pki_certificate later PlantCA
	PKI_FROM=20260101000001Z pki_certificate early PlantCA
	PKI_FROM=20260101000000Z pki_certificate first PlantCA
	PKI_KEY=rsa1024 pki_certificate rsa1024 PlantCA
	PKI_KEY=rsa2048 pki_certificate rsa2048 PlantCA
	PKI_KEY=rsa3072 pki_certificate rsa3072 PlantCA
	PKI_DIGEST=sha1 pki_certificate sha1 PlantCA
	PKI_DIGEST=md5 PKI_KEY=rsa3072 pki_certificate md5 SmallCA
	PKI_KEY=ed25519 pki_certificate ed25519 PlantCA
	PKI_SUBJECT=/ pki_certificate nameless PlantCA 'subjectAltName=DNS:nameless.example.com'
	pki_certificate starred PlantCA 'subjectAltName=DNS:*.example.com'
}

# A tunnel with certificate $1 and CA $2; the others are settings, from line 10 on.
config() {
	local label=$1 ca=$2
	shift 2
	cat <<-EOT
		tunnel
		    ipsec 1
		        method cert
		        local-address 192.0.2.1
		        peer 198.51.100.7
		        remote-id name office.example.com
		        reauth-time 12h
		        certificate $label
		        ca $ca
	EOT
	printf '        %s\n' "$@" end
	echo end
}

findings() {
	"$WEIPSEC" check --format gcc --fail-on never --pki "$PKI" "$1" > report || return 1
	sed -nE 's/^[^:]*:([0-9]+:[0-9]+): (error|warning|note): .* \[(WI[0-9]+)\]$/\1 \2 \3/p' report
}

# judge EXPECTED CERTIFICATE CA SETTING...: EXPECTED are findings with blanks between.
judge() {
	local expected=$1
	shift
	config "$@" > a.cfg
	findings a.cfg > found
	diff <(xargs -n3 <<< "$expected" | sed '/^$/d') found || { cat report; return 1; }
}

# The message, or the help, of the only finding of the last judge().
says() {
	grep -qF -- "$1" report || { cat report; return 1; }
}

# The help of the first finding, which stands behind it.
first_help() {
	sed -n '2s/^[^ ]* note: //p' report
}

# A PKI of this test's own, to be spoilt.
own_pki() {
	cp -r "$PKI" pki
	PKI=$PWD/pki
}

@test "pki: a sound configuration has no finding, and compiles" {
	judge '' plant PlantCA 'local-id name plant.example.com' 'revocation strict'
	run -0 "$WEIPSEC" compile --to swanctl --pki "$PKI" a.cfg
	[[ $output == *"fqdn:plant.example.com"* ]]
}

@test "pki: a disabled tunnel is judged like others" {
	judge '8:21 error WI419 9:12 error WI421' none None 'no enable'
}

@test "pki: without --pki nothing is looked at" {
	config none None 'local-id name nobody' > a.cfg
	run -0 "$WEIPSEC" check a.cfg
	[ -z "$output" ]
}

@test "pki: with method psk nothing is looked at" {
	sound > a.cfg
	run -0 "$WEIPSEC" check --pki "$PKI" a.cfg
	[ -z "$output" ]
	sed 's/secret .*/&\n        certificate none\n        ca None/' a.cfg > b.cfg
	[ "$(findings b.cfg | cut -d' ' -f3 | sort -u)" = WI412 ]
}

@test "pki: an error blocks compile, a warning does not" {
	config none PlantCA > a.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl --pki "$PKI" a.cfg
	[ -z "$output" ]
	[[ $stderr == *"there is no x509/none.pem [WI419]"* ]]
	config soon PlantCA > a.cfg
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl --pki "$PKI" a.cfg
	[ -n "$output" ]
	[[ $stderr == *"[WI420]"* ]]
}

# ---- WI418

@test "pki: WI418 reject: identities that are not in the certificate" {
	for id in 'name plant' 'name example.com' 'name *.example.com' 'email other@example.com' \
		'inet 192.0.2.2' 'key plant.example.com' 'C=SE, O=Example, CN=somebody' plant \
		'192.0.2.0/24' 'name plant@example.com' 'key plant' 'C=SE, O=Example' 'O=Example, C=SE, CN=plant'; do
		judge '10:18 error WI418' plant PlantCA "local-id $id" || { echo "$id"; return 1; }
	done
	says "'local-id name plant.example.com', 'local-id email plant@example.com', 'local-id inet 192.0.2.1'"
	says "'no local-id' for its subject, C=SE, O=Example, CN=plant"
	says 'x509/plant.pem'
}

@test "pki: WI418 accept: the subject and each kind of subjectAltName" {
	for id in 'name plant.example.com' 'name PLANT.example.com' 'email Plant@Example.com' 'inet 192.0.2.1' \
		192.0.2.1 plant.example.com plant@example.com 'C=SE, O=Example, CN=plant' '/C=SE/O=Example/CN=plant' \
		'O=Example, CN=other' 'autodetect "C=SE,O=Example,CN=plant"'; do
		judge '' plant PlantCA "local-id $id" || { echo "$id"; return 1; }
	done
	judge '' plant PlantCA 'no local-id'
	judge '' plant PlantCA
}

@test "pki: WI418: what the help says to type is right" {
	judge '10:18 error WI418' plant PlantCA 'local-id name x'
	first_help | grep -o "'[^']*local-id[^']*'" | tr -d "'" > offers
	[ "$(wc -l < offers)" = 4 ]
	while read -r offer; do
		judge '' plant PlantCA "$offer"
	done < offers
}

@test "pki: WI418 accept: the DER of the subject" {
	der=$(openssl x509 -in "$PKI/x509/plant.pem" -outform DER | openssl asn1parse -inform DER |
		awk '/SEQUENCE/ && /d=2/ { n++ } n == 4 { sub(/:.*/, ""); print $1; exit }')
	openssl x509 -in "$PKI/x509/plant.pem" -outform DER |
		openssl asn1parse -inform DER -strparse "$der" -noout -out subject.der
	hex=$(od -An -tx1 -v subject.der | tr -d ' \n')
	judge '' plant PlantCA "local-id dn 0x$hex"
	judge '10:18 error WI418' bare PlantCA "local-id dn 0x$hex"
}

@test "pki: WI418: case counts in a UTF8String, and not in a PrintableString or an email address" {
	judge '10:18 error WI418' plant PlantCA 'local-id C=SE, O=Example, CN=Plant'
	judge '' pressed PlantCA 'local-id C=se, O=example, CN=PRESS, E=A@EXAMPLE.com'
	judge '10:18 error WI418' pressed PlantCA 'local-id C=SE, O=Example, CN=Pres, E=a@example.com'
}

@test "pki: WI418: the star of a certificate is no wildcard, charon compares it as it stands" {
	judge '10:18 error WI418' starred PlantCA 'local-id name plant.example.com'
	judge '' starred PlantCA 'local-id name *.example.com'
}

@test "pki: WI418: a key ID that charon finds the certificate by" {
	id=$(openssl x509 -in "$PKI/x509/plant.pem" -noout -ext subjectKeyIdentifier | tail -1 | tr -d ' :')
	judge '' plant PlantCA "local-id '@#$id'"
	judge '10:18 error WI418' plant PlantCA "local-id '@#${id%??}00'"
}

@test "pki: WI418: what cannot be typed is not offered, nor a subject that is empty" {
	judge '10:18 error WI418' starred PlantCA 'local-id name b'
	says "write 'no local-id' for its subject, C=SE, O=Example, CN=starred, or import one"
	judge '10:18 error WI418' nameless PlantCA 'local-id name b'
	[ "$(first_help)" = "write 'local-id name nameless.example.com'" ]
}

@test "pki: WI418: a wildcard remote-id is the peer's matter" {
	config plant PlantCA 'no initiator' | sed 's/office/*/' > a.cfg
	[ -z "$(findings a.cfg)" ]
}

@test "pki: WI418: a local-id for anyone is WI416 alone" {
	judge '10:18 error WI416' plant PlantCA 'local-id %any'
}

# ---- WI419

@test "pki: WI419 reject: no certificate, no key, the key of another" {
	own_pki
	judge '8:21 error WI419' none PlantCA
	says 'there is no x509/none.pem'
	rm "$PKI/private/plant.pem"
	judge '8:21 error WI419' plant PlantCA
	says 'there is no private/plant.pem'
	for other in bare rsa2048 ed25519; do
		cp "$PKI_MADE/$other.key" "$PKI/private/plant.pem"
		judge '8:21 error WI419' plant PlantCA
		says 'private/plant.pem is not the private key of x509/plant.pem'
	done
	rm -r "$PKI/x509" "$PKI/private"
	judge '8:21 error WI419' plant PlantCA
	says 'there is no x509/plant.pem'
}

@test "pki: WI419 accept: RSA, ECDSA and Ed25519 in each form of file" {
	own_pki
	for label in plant rsa3072 ed25519; do
		judge '' "$label" PlantCA
		key=$PKI/private/$label.pem
		openssl pkey -in "$PKI_MADE/$label.key" -outform DER -out "$key"
		judge '' "$label" PlantCA
		[ "$label" = ed25519 ] || openssl pkey -in "$PKI_MADE/$label.key" -traditional -out "$key"
		judge '' "$label" PlantCA
		{ echo 'Bag Attributes: a text'; openssl pkey -in "$PKI_MADE/$label.key"; } | sed 's/$/\r/' > "$key"
		judge '' "$label" PlantCA
		openssl x509 -in "$PKI_MADE/$label.crt" -outform DER -out "$PKI/x509/$label.pem"
		judge '' "$label" PlantCA
		openssl x509 -in "$PKI_MADE/$label.crt" -text | sed 's/$/\r/' > "$PKI/x509/$label.pem"
		judge '' "$label" PlantCA
	done
}

@test "pki: WI419: a key that wants a passphrase, and nobody is asked for it" {
	own_pki
	key=$PKI/private/plant.pem
	for form in '' '-outform DER' -traditional; do
		# shellcheck disable=SC2086 # words
		openssl pkey -in "$PKI_MADE/plant.key" -aes256 -passout pass:x -out "$key" $form ||
			openssl ec -in "$PKI_MADE/plant.key" -aes256 -passout pass:x -out "$key"
		judge '8:21 error WI419' plant PlantCA < /dev/null
		says 'private/plant.pem wants a passphrase'
		says openssl\ pkey
	done
}

@test "pki: WI419: damaged keys, of which nothing is shown" {
	own_pki
	key=$PKI/private/plant.pem
	head -c 150 "$PKI_MADE/plant.key" > "$key"
	judge '8:21 error WI419' plant PlantCA
	says 'private/plant.pem is damaged'
	openssl pkey -in "$PKI_MADE/plant.key" -outform DER | head -c 100 > "$key"
	judge '8:21 error WI419' plant PlantCA
	says 'private/plant.pem is damaged'
	for content in '' 'hello' "$(cat "$PKI/x509/plant.pem" "$PKI_MADE/plant.key")" \
		"$(openssl ecparam -name prime256v1; cat "$PKI_MADE/plant.key")"; do
		printf %s "$content" > "$key"
		judge '8:21 error WI419' plant PlantCA
		says 'private/plant.pem does not begin with a private key'
	done
	# the public half is right, and the private one is not
	openssl ec -in "$PKI_MADE/plant.key" -outform DER -out "$key" 2> /dev/null
	judge '' plant PlantCA
	printf '\x55\xaa\x55' | dd of="$key" bs=1 seek=20 conv=notrunc status=none
	judge '8:21 error WI419' plant PlantCA
	says 'private/plant.pem is damaged'
}

@test "pki: WI419: certificates that are none" {
	own_pki
	file=$PKI/x509/plant.pem
	for content in '' hello "$(cat "$PKI_MADE/plant.csr")" "$(cat "$PKI_MADE/plant.key" "$PKI_MADE/plant.crt")"; do
		printf '%s\n' "$content" > "$file"
		judge '8:21 error WI419' plant PlantCA 'revocation strict' 'local-id name x'
		says x509/plant.pem
	done
	head -c 300 "$PKI_MADE/plant.crt" > "$file"
	judge '8:21 error WI419' plant PlantCA
	says 'x509/plant.pem is damaged'
	tr 'b-y' 'c-yb' < "$PKI_MADE/plant.crt" | sed '1s/.*/-----BEGIN CERTIFICATE-----/;$s/.*/-----END CERTIFICATE-----/' > "$file"
	judge '8:21 error WI419' plant PlantCA
	says 'x509/plant.pem is damaged'
}

@test "pki: WI419: a key of a kind that charon has no signature for" {
	own_pki
	openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -pkeyopt dsa_paramgen_q_bits:160 \
		-out dsa.param 2> /dev/null
	openssl genpkey -paramfile dsa.param -out "$PKI_MADE/dsa.key" 2> /dev/null
	PKI_MADE=$PKI_MADE pki_certificate dsa PlantCA
	judge '8:21 error WI419' dsa PlantCA
	says 'x509/dsa.pem has a key that charon cannot sign with'
}

@test "pki: of several certificates in a file the first counts, as charon has it" {
	own_pki
	cat "$PKI_MADE/plant.crt" "$PKI_MADE/OldCA.crt" > "$PKI/x509/plant.pem"
	judge '' plant PlantCA
	cat "$PKI_MADE/expired.crt" "$PKI_MADE/plant.crt" > "$PKI/x509/expired.pem"
	judge '8:21 error WI420' expired PlantCA
}

# ---- WI420

@test "pki: WI420 reject: expired, not yet valid, soon to expire" {
	judge '8:21 error WI420' expired PlantCA
	says 'x509/expired.pem expired on 2025-12-31'
	judge '8:21 error WI420' early PlantCA
	says 'x509/early.pem is not valid before 2026-01-01'
	judge '8:21 warning WI420' soon PlantCA
	says 'x509/soon.pem expires on 2026-01-31, in 30 days'
	judge '8:21 warning WI420' last PlantCA
	says 'in less than 1 day'
	judge '9:12 error WI420' plant OldCA
	says 'x509ca/OldCA.pem expired on 2025-12-31'
	judge '9:12 warning WI420' plant NearCA
	judge '8:21 error WI420' below-old PlantCA
	says x509ca/OldInter.pem
	judge '9:12 error WI420' below-old OldInter
}

@test "pki: WI420 accept: to the second" {
	judge '' first PlantCA
	judge '' later PlantCA
	SOURCE_DATE_EPOCH=$((PKI_NOW + 1)) judge '8:21 warning WI420' later PlantCA
	SOURCE_DATE_EPOCH=$((PKI_NOW + 1)) judge '8:21 error WI420' last PlantCA
	SOURCE_DATE_EPOCH=$((PKI_NOW + 1)) judge '' early PlantCA
}

@test "pki: WI420: a CA that was renewed lies beside what it was" {
	judge '' renewed B-new
	judge '' renewed PlantCA
	judge '9:12 error WI420' renewed A-old
}

@test "pki: the clock is SOURCE_DATE_EPOCH, or the time" {
	unset SOURCE_DATE_EPOCH
	judge '8:21 error WI420' expired PlantCA
	judge '' plant PlantCA
	SOURCE_DATE_EPOCH='' judge '' plant PlantCA
	SOURCE_DATE_EPOCH=0 judge '8:21 error WI420 9:12 error WI420' plant PlantCA
	SOURCE_DATE_EPOCH=253402300799 judge '8:21 error WI420 9:12 error WI420' plant PlantCA
	for epoch in today -1 1.5 99999999999999999999 ' 1' 0x10 253402300800; do
		SOURCE_DATE_EPOCH=$epoch run --separate-stderr -64 "$WEIPSEC" check --pki "$PKI" a.cfg
		[[ $stderr == "weipsec: SOURCE_DATE_EPOCH is not a number of seconds since 1970: '$epoch'"* ]]
		SOURCE_DATE_EPOCH=$epoch run -64 "$WEIPSEC" compile --to swanctl --pki "$PKI" a.cfg
		SOURCE_DATE_EPOCH=$epoch run -0 "$WEIPSEC" check a.cfg
	done
}

# ---- WI421

@test "pki: WI421 reject: none, no CA, a bundle, unreadable" {
	own_pki
	judge '9:12 error WI421' plant None
	says 'there is no x509ca/None.pem'
	cp "$PKI/x509/plant.pem" "$PKI/x509ca/leaf.pem"
	judge '9:12 error WI421' plant leaf
	says 'x509ca/leaf.pem is not the certificate of a CA'
	cat "$PKI_MADE"/{PlantCA,OtherCA,OldCA}.crt > "$PKI/x509ca/bundle.pem"
	judge '9:12 error WI421' plant bundle
	says 'x509ca/bundle.pem is a bundle of 3 certificates'
	head -c 100 "$PKI_MADE/PlantCA.crt" > "$PKI/x509ca/damaged.pem"
	judge '9:12 error WI421' plant damaged
	says 'x509ca/damaged.pem is damaged'
	rm -r "$PKI/x509ca"
	judge '9:12 error WI421' plant PlantCA
	says 'there is no x509ca/PlantCA.pem'
}

@test "pki: WI421: a self-signed certificate of version 1 is no CA" {
	own_pki
	# of old openssl it comes where nothing more is asked for, of new where it is
	openssl req -x509 -x509v1 -key "$PKI_MADE/OtherCA.key" -subj /CN=one -days 30000 -out "$PKI/x509ca/one.pem" 2> /dev/null || {
		openssl req -new -key "$PKI_MADE/OtherCA.key" -subj /CN=one -out one.csr
		openssl x509 -req -in one.csr -signkey "$PKI_MADE/OtherCA.key" -days 30000 -out "$PKI/x509ca/one.pem" 2> /dev/null
	}
	openssl x509 -in "$PKI/x509ca/one.pem" -noout -text | grep -q 'Version: 1'
	judge '9:12 error WI421' plant one
}

@test "pki: WI421 accept: roots, intermediates, DER, and text around the PEM" {
	own_pki
	judge '' plant PlantCA
	judge '' below Inter
	judge '' plant OtherCA
	openssl x509 -in "$PKI_MADE/PlantCA.crt" -outform DER -out "$PKI/x509ca/PlantCA.pem"
	judge '' plant PlantCA
	{ echo 'the CA of the plant'; cat "$PKI_MADE/PlantCA.crt"; echo 'and that is all'; } > "$PKI/x509ca/PlantCA.pem"
	judge '' plant PlantCA
}

# ---- WI422

@test "pki: WI422 reject: strict, and no CRL distribution point" {
	judge '10:20 error WI422' bare PlantCA 'revocation strict'
	says 'x509/bare.pem of the same ca has none'
	judge '10:20 error WI422' plant InterBare 'revocation strict'
	says 'x509ca/InterBare.pem has none'
	judge '10:20 error WI422' below-bare PlantCA 'revocation strict'
	says 'x509ca/InterBare.pem of the same ca'
	judge '10:20 error WI422' below-bare InterBare 'revocation strict'
}

@test "pki: WI422 accept: relaxed, all of the chain has one, or it is another CA's chain" {
	judge '' bare PlantCA
	judge '' bare PlantCA 'revocation relaxed'
	judge '' plant PlantCA 'revocation strict'
	judge '' below PlantCA 'revocation strict'
	judge '' below Inter 'revocation strict'
	judge '' of-other PlantCA 'revocation strict'
	judge '' answered PlantCA 'revocation strict'
}

# ---- WI423

# The help of WI423 in a PKI of CRLs.
reauth() {
	config plant PlantCA | sed /reauth/d > a.cfg
	[ "$(findings a.cfg)" = '2:5 note WI423' ]
	first_help
}

@test "pki: WI423 suggests half of the time between two CRLs of the CA" {
	own_pki
	[ "$(reauth)" = "write 'reauth-time 12h', or half of the time between two CRLs" ]
	pki_crl OtherCA
	[[ $(reauth) == *"12h', or half"* ]]
	while read -r next expected; do
		PKI_NEXT=$next pki_crl PlantCA
		[ "$(reauth)" = "write 'reauth-time $expected', half of the time between two CRLs of this ca" ]
		sed "s/ca PlantCA/&\n reauth-time $expected/" a.cfg > b.cfg
		run -0 findings b.cfg
		refute_output error WI2 # WI707 is a note
	done <<-END
		20260101120000Z 12h
		20260107120000Z 84h
		20260104120000Z 2d
		20251231120500Z 2m
		20251231120001Z 1m
		20251231153001Z 105m
		20260101130001Z 12h
		20260630120000Z 30d
	END
}

@test "pki: WI423: the latest CRL counts, DER or PEM, whatever else lies there" {
	own_pki
	PKI_NEXT=20260104120000Z pki_crl PlantCA DER
	[[ $(reauth) == *"reauth-time 2d'"* ]]
	mv "$PKI/x509crl/PlantCA.crl" "$PKI/x509crl/a name.bin"
	head -c 100 "$PKI/x509crl/a name.bin" > "$PKI/x509crl/damaged"
	mkdir "$PKI/x509crl/folder"
	mkfifo "$PKI/x509crl/pipe"
	ln -s nowhere "$PKI/x509crl/link"
	: > "$PKI/x509crl/empty"
	[[ $(reauth) == *"reauth-time 2d'"* ]]
	# one that another key signed in the same name
	mkdir forged && (pki_new "$PWD/forged/pki" && pki_ca PlantCA && PKI_NEXT=20251231130000Z pki_crl PlantCA)
	cp forged/pki/x509crl/PlantCA.crl "$PKI/x509crl/forged"
	[[ $(reauth) == *"reauth-time 2d'"* ]]
}

# ---- WI425

@test "pki: WI425 reject: short RSA keys, SHA-1 and MD5" {
	judge '8:21 error WI425' rsa1024 PlantCA
	says 'x509/rsa1024.pem has an RSA key of 1024 bits, which can be broken'
	judge '8:21 warning WI425' rsa2048 PlantCA
	judge '8:21 warning WI425' sha1 PlantCA
	says 'x509/sha1.pem is signed with SHA-1'
	judge '8:21 warning WI425' below-sha1 PlantCA
	says 'x509ca/Sha1Inter.pem is signed with SHA-1'
	judge '9:12 error WI425' plant SmallCA
	judge '8:21 warning WI425 9:12 error WI425' md5 SmallCA
	says 'x509/md5.pem is signed with MD5'
	judge '8:21 warning WI425 8:21 error WI425' md5 PlantCA
}

@test "pki: WI425 accept: RSA of 3072 bits, ECDSA, Ed25519, a root's own SHA-1" {
	judge '' rsa3072 PlantCA
	judge '' ed25519 PlantCA
	judge '' plant Sha1CA
}

# ---- WI428

old_suites=('version 1' 'ike cipher aes256 auth sha256 dh modp3072' 'esp cipher aes256 auth sha256 dh modp3072')

@test "pki: WI428 reject: Ed25519 with version 1" {
	judge '8:21 error WI428 10:9 warning WI701' ed25519 PlantCA "${old_suites[@]}"
	says 'x509/ed25519.pem has an Ed25519 key'
}

@test "pki: WI428 accept: Ed25519 with version 2, ECDSA and RSA with version 1" {
	judge '' ed25519 PlantCA
	judge '10:9 warning WI701' plant PlantCA "${old_suites[@]}"
	judge '10:9 warning WI701' rsa3072 PlantCA "${old_suites[@]}"
}

# ---- chains

@test "pki: chains that end nowhere, and in a circle" {
	own_pki
	rm "$PKI/x509ca/Inter.pem"
	judge '' below PlantCA 'revocation strict'
	# two CAs that signed each other
	cp "$PKI_MADE/OtherCA.key" "$PKI_MADE/Circle.key"
	PKI_SUBJECT=/C=SE/O=Example/CN=OtherCA pki_ca Circle Inter
	PKI_SUBJECT=/C=SE/O=Example/CN=Inter pki_ca Inter OtherCA
	rm "$PKI/x509ca/OtherCA.pem"
	judge '10:20 error WI422' below Circle 'revocation strict'
	judge '' below Circle
}

@test "pki: a CA under the label of another is known again" {
	own_pki
	cp "$PKI/x509ca/OldCA.pem" "$PKI/x509ca/again.pem"
	pki_certificate of-old OldCA
	judge '9:12 error WI420' of-old again
	judge '9:12 error WI420' of-old OldCA
}

# ---- files and folders

@test "pki: what is no file, too large or closed is said with its path" {
	own_pki
	pair() { # of certificate, key and CA
		judge '8:21 error WI419' "$1" PlantCA && says "x509/$1.pem$2"
		judge '8:21 error WI419' "key-$1" PlantCA && says "private/key-$1.pem$2"
		judge '9:12 error WI421' plant "$1" && says "x509ca/$1.pem$2"
	}
	for label in key-folder key-pipe key-huge key-loop key-device; do
		cp "$PKI/x509/plant.pem" "$PKI/x509/$label.pem"
	done
	for file in x509/ private/key- x509ca/; do
		mkdir "$PKI/${file}folder.pem"
		mkfifo "$PKI/${file}pipe.pem"
		head -c 65536 /dev/zero | tr '\0' '\n' > "$PKI/${file}huge.pem"
		ln -s loop.pem "$PKI/${file}loop.pem"
		ln -s /dev/zero "$PKI/${file}device.pem"
	done
	rm "$PKI/private/key-loop.pem" && ln -s key-loop.pem "$PKI/private/key-loop.pem"
	pair folder ' is not a file'
	pair pipe ' is not a file'
	pair device ' is not a file'
	pair huge ' has more than the 65535 bytes'
	pair loop ' cannot be read: Too many'
}

@test "pki: 65535 bytes are a file" {
	own_pki
	size=$(stat -c %s "$PKI/x509/plant.pem")
	{ head -c $((65535 - size)) /dev/zero | tr '\0' '\n'; cat "$PKI_MADE/plant.crt"; } > "$PKI/x509/plant.pem"
	[ "$(stat -c %s "$PKI/x509/plant.pem")" = 65535 ]
	judge '' plant PlantCA
}

@test "pki: labels stay within their folder" {
	own_pki
	mkdir inside && mv pki inside/ && PKI=$PWD/inside/pki
	cp "$PKI/x509/plant.pem" inside/.pem
	for label in .. . ../plant; do
		judge '8:21 error WI210 9:12 error WI210' "$label" "$label"
	done
	for label in ... -; do
		judge '8:21 error WI419 9:12 error WI421' "$label" "$label"
		says "there is no x509/$label.pem"
	done
	cp "$PKI/x509/plant.pem" "$PKI/x509/....pem"
	cp "$PKI/private/plant.pem" "$PKI/private/....pem"
	judge '' ... PlantCA
}

@test "pki: names in certificates and folders cannot move a terminal" {
	own_pki
	PKI_SUBJECT=$'/CN=a\e[31m\u202eb' pki_certificate odd PlantCA $'subjectAltName=DNS:a\x07b'
	judge '10:18 error WI418' odd PlantCA 'local-id name x'
	run -1 "$WEIPSEC" check --pki "$PKI" a.cfg
	[[ $output == *CN=a* && $output != *$'\e'* && $output != *$'\u202e'* && $output != *$'\x07'* ]]
	PKI_TO=20251231000000Z pki_ca Odd PlantCA "$PKI_CRL_AT"
	mv "$PKI/x509ca/Odd.pem" "$PKI/x509ca/"$'Odd\e[31m\n.pem'
	pki_certificate below-odd Odd
	judge '8:21 error WI420' below-odd PlantCA
	run -1 "$WEIPSEC" check --pki "$PKI" a.cfg
	[[ $output == *'x509ca/Odd\x1B[31m\x0A.pem expired'* && $output != *$'\e'* ]]
}

@test "pki: a DIR that is not there, is a file, or is empty" {
	config plant PlantCA > a.cfg
	for command in check 'compile --to swanctl'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 "$WEIPSEC" $command --pki nowhere a.cfg
		[ -z "$output" ]
		[ "$stderr" = 'weipsec: nowhere: No such file or directory' ]
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 "$WEIPSEC" $command --pki a.cfg a.cfg
		[ "$stderr" = 'weipsec: a.cfg: Not a directory' ]
	done
	run --separate-stderr -64 "$WEIPSEC" check --pki '' a.cfg
	mkdir empty
	PKI=empty judge '8:21 error WI419 9:12 error WI421' plant PlantCA
}

@test "pki: a file and a DIR that may not be read" {
	dir=$(mktemp -d)
	cp -r "$PKI" "$dir/pki"
	config plant PlantCA > "$dir/a.cfg"
	chmod -R a+rX "$dir"
	chmod 0 "$dir/pki/private/plant.pem"
	drop=()
	if [ "$(id -u)" = 0 ]; then
		drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		if ! (cd / && "${drop[@]}" "$WEIPSEC" --version > /dev/null 2>&1); then
			rm -rf "$dir"
			skip "cannot drop privileges"
		fi
	fi
	cd "$dir"
	run -1 "${drop[@]}" "$WEIPSEC" check --pki pki a.cfg
	[[ $output == *"private/plant.pem cannot be read: Permission denied [WI419]"* ]]
	chmod 0 pki
	run --separate-stderr -2 "${drop[@]}" "$WEIPSEC" check --pki pki a.cfg
	[ -z "$output" ]
	[ "$stderr" = 'weipsec: pki: Permission denied' ]
	cd /
	chmod -R u+rwX "$dir"
	rm -rf "$dir"
}

@test "pki: the machine's openssl.cnf has no say" {
	printf 'openssl_conf = a\n[a]\nproviders = b\n[b]\nnull = c\n[c]\nactivate = 1\n' > null.cnf
	OPENSSL_CONF=$PWD/null.cnf judge '8:21 warning WI425' sha1 PlantCA
}

# ---- many tunnels

@test "pki: each tunnel of a label has its finding, and each file is read once" {
	for id in 1 2 3; do
		config expired PlantCA 'local-id name x' | sed "s/ipsec 1/ipsec $id/; s/office/office$id/"
	done > a.cfg
	[ "$(findings a.cfg | grep -c WI418)" = 3 ]
	[ "$(findings a.cfg | grep -c WI420)" = 3 ]
	"$WEIPSEC" check --format json --fail-on never --pki "$PKI" a.cfg | jq -r '.diagnostics[].tunnel' | sort -u | diff - <(seq 3)
	strace -f -e trace=openat -o trace "$WEIPSEC" check --pki "$PKI" a.cfg > /dev/null || true
	[ "$(grep -c 'x509/expired.pem' trace)" = 1 ]
}

@test "pki: 60,000 tunnels, of one label and of as many as there are" {
	for labels in plant l; do
		awk -v label="$labels" 'BEGIN {
			print "tunnel"
			for (id = 0; id < 60000; id++)
				printf "ipsec %d\nmethod cert\nlocal-address 192.0.2.1\npeer 10.1.%d.%d\ncertificate %s\n" \
					"ca PlantCA\nreauth-time 12h\nremote-id name r%d\nend\n",
					id, id / 256, id % 256, label (label == "l" ? id : ""), id
			print "end"
		}' > many.cfg
		run -1 timeout 300 "$WEIPSEC" check --format gcc --pki "$PKI" many.cfg
		[[ $output == *"[WI501]"* ]]
	done
	[[ $output == *"WI419"* ]]
}

@test "pki: --fix and --diff look at it too" {
	config plant PlantCA 'local-id name x' 'local-subnet 10.0.0.5/24' 'remote-subnet 10.1.0.0/24' > a.cfg
	run -1 "$WEIPSEC" check --fix --pki "$PKI" a.cfg
	[[ $output == *WI418* && $output != *WI205* ]]
	grep -q 10.0.0.0/24 a.cfg
}

@test "pki: findings can be silenced like others" {
	config none PlantCA > a.cfg
	run -0 "$WEIPSEC" check --pki "$PKI" --no WI419 a.cfg
	sed -i 's/certificate none/& # weipsec: ignore WI419 -- the device has it/' a.cfg
	run -0 "$WEIPSEC" check --pki "$PKI" a.cfg
	[ "$output" = "1 suppressed" ] || [ -z "$output" ]
}
