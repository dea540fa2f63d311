#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec pair': two files, what becomes of the tunnels between them, and what is wrong with them.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # the inner shell expands; each test is a subshell; root, output and stderr are set elsewhere

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/pki.bash
. "$root/tests/pki.bash"

setup() {
	enter_folder
	secret=0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznmA=
	end hub > a.cfg
	end branch > b.cfg
}

# One end, hub or branch, of a tunnel that comes up; each further word is a line of it, the last wins.
end() {
	local own=1 other=2 name=hub peer=branch more=
	[ "$1" = hub ] || { own=2; other=1; name=branch; peer=hub; more=initiator; }
	shift
	printf '%s\n' tunnel "ipsec 1" $more "peer 198.51.100.$other" "local-address 198.51.100.$own" \
		"local-id name $name" "remote-id name $peer" "local-subnet 10.$own.1.0/24" "remote-subnet 10.$other.1.0/24" \
		"secret $secret" "ike cipher aes256 auth sha256 dh ecp256" "esp cipher aes128gcm16 dh ecp256" "$@" end end
}

# One end with certificate $2 and CA $3.
certified() {
	local own=hub peer=branch
	[ "$1" = hub ] || { own=branch; peer=hub; }
	end "$1" "no secret" "method cert" "certificate $2" "ca $3" "local-id name $own.example.com" \
		"remote-id name $peer.example.com" "reauth-time 12h" "${@:4}"
}

# A PKI with two CAs, and a certificate of the first for each end.
two_cas() {
	pki_new pki
	pki_ca PlantCA
	pki_ca OtherCA
	pki_certificate plant PlantCA subjectAltName=DNS:hub.example.com
	pki_certificate branch PlantCA subjectAltName=DNS:branch.example.com
}

# Each pair's outcome and reason.
outcomes() {
	"$WEIPSEC" pair --format json "$@" | jq -r '.tunnels[] | "\(.outcome) \(.reason)"'
}

# In $output, of a certificate that is not taken: among the exchanges what `status' says, $1, and in the finding that with $2.
says_of_certificate() {
	[[ $output == *": $1"$'\n'*"the other end does not take this certificate: $1$2 [WI1007]"* ]]
}

@test "pair: the pairs of testdata come to what lies beside them" {
	run -0 "$root/tests/pair.sh" "${WEIPSEC_BUILD:-$root/build}"
	[ -z "$output" ] || { echo "$output"; return 1; }
}

@test "pair: 0 for what is up, 1 for an outcome or a finding, 2 for no file, 64 for wrong usage" {
	run -0 --separate-stderr "$WEIPSEC" pair a.cfg b.cfg
	[ -z "$stderr" ]
	[[ $output == "a.cfg ipsec 1 - b.cfg ipsec 1: up, and stays up"* ]]
	end hub "local-subnet 10.1.0.0/16" > wide.cfg
	run -0 "$WEIPSEC" pair wide.cfg b.cfg
	run -1 "$WEIPSEC" pair --fail-on warning wide.cfg b.cfg
	run -1 "$WEIPSEC" pair -E WI1010 wide.cfg b.cfg
	run -0 "$WEIPSEC" pair --fail-on warning --no WI1010 wide.cfg b.cfg
	end hub "ike cipher aes256 auth sha256 dh modp3072" > other.cfg
	run -1 "$WEIPSEC" pair other.cfg b.cfg
	# the outcome counts, whatever is silenced
	run -1 "$WEIPSEC" pair --no WI1003 --fail-on never other.cfg b.cfg
	run -2 --separate-stderr "$WEIPSEC" pair a.cfg none.cfg
	[[ $stderr == *"none.cfg: No such file"* ]]
	run -2 "$WEIPSEC" pair --format json none.cfg b.cfg
	for words in "" a.cfg "a.cfg b.cfg a.cfg" "- -" "--tunnel x a.cfg b.cfg" "--tunnel 1: a.cfg b.cfg" \
		"--tunnel 65536 a.cfg b.cfg" "--as me a.cfg b.cfg" "--format xml a.cfg b.cfg" "--dialect-a 5 a.cfg b.cfg" \
		"--no WI9999 a.cfg b.cfg"; do
		# shellcheck disable=SC2086 # words
		run -64 "$WEIPSEC" pair $words
	done
	run -1 --separate-stderr "$WEIPSEC" pair --tunnel 7 a.cfg b.cfg
	[[ $stderr == *"there is no 'ipsec 7'" ]]
	run -2 "$WEIPSEC" pair --pki-a none a.cfg b.cfg
}

@test "pair: a file of no tunnel has no counterpart, two of them are no pair, and a file twice is one end" {
	printf 'tunnel\nend\n' > none.cfg
	: > nothing.cfg
	run -1 "$WEIPSEC" pair a.cfg none.cfg
	[[ $output == *"a.cfg ipsec 1 - none.cfg: no counterpart"*"there is no tunnel in none.cfg [WI1001]"* ]]
	run -0 --separate-stderr "$WEIPSEC" pair none.cfg nothing.cfg
	[ "$stderr" = "weipsec: none.cfg and nothing.cfg: there is no tunnel" ]
	run -0 --separate-stderr "$WEIPSEC" pair --format json none.cfg nothing.cfg
	jq -e '.tunnels == []' <<< "$output"
	cp a.cfg copy.cfg
	for file in a.cfg copy.cfg; do
		run -1 "$WEIPSEC" pair a.cfg $file
		[[ $output == *"no tunnel of $file answers this one: 'ipsec 1' there has the same local-address and peer"* ]]
	done
}

@test "pair: a tunnel whose error is only counted is invalid, as in a network" {
	{
		printf 'hostname hub\ntunnel\nipsec 9\nno enable\n'
		yes frobnicate | head -1000
		printf 'end\nend\n'
		end hub
	} > a.cfg
	mkdir net
	cp b.cfg net
	for error in '' frobnicate; do
		sed "s/^local-id name hub/$error\n&/" a.cfg > net/a.cfg
		run "$WEIPSEC" pair --format json --tunnel 1 net/a.cfg b.cfg
		jq -e --arg is "${error:+invalid}" '.tunnels[0].outcome == if $is == "" then "up" else $is end' <<< "$output"
		run "$WEIPSEC" fleet --format json net
		jq -e --arg is "${error:+invalid}" '([.pairs[].outcome] | index("invalid") != null) == ($is != "")' <<< "$output"
	done
}

@test "pair: a tunnel that is disabled is said to be so in one file, or in both" {
	end hub "no enable" > off.cfg
	end branch "no enable" > off-too.cfg
	run -0 "$WEIPSEC" pair off.cfg b.cfg
	[ "${lines[0]}" = "off.cfg ipsec 1 - b.cfg ipsec 1: disabled in off.cfg" ]
	run -0 "$WEIPSEC" pair a.cfg off-too.cfg
	[ "${lines[0]}" = "a.cfg ipsec 1 - off-too.cfg ipsec 1: disabled in off-too.cfg" ]
	run -0 "$WEIPSEC" pair off.cfg off-too.cfg
	[ "${lines[0]}" = "off.cfg ipsec 1 - off-too.cfg ipsec 1: disabled at both ends" ]
}

@test "pair: what is missing to tell is shown where it is to be written" {
	end hub "secret ****" > masked.cfg
	run -0 "$WEIPSEC" pair --format gcc masked.cfg b.cfg
	[[ $output == "masked.cfg:$(grep -n '^secret \*' masked.cfg | cut -d : -f 1):1: note: what becomes of it cannot be told without its secret, which is masked here [WI1017]" ]]
	certified hub plant PlantCA > a.cfg
	certified branch branch PlantCA > b.cfg
	run -0 "$WEIPSEC" pair --format gcc a.cfg b.cfg
	[[ ${lines[0]} == "a.cfg:$(grep -n '^certificate' a.cfg | cut -d : -f 1):1: note: "*"without its certificate"* ]]
}

@test "pair: a full disk is 2, and either end may be standard input" {
	run -2 bash -c '"$1" pair a.cfg b.cfg > /dev/full' - "$WEIPSEC"
	run -0 bash -c '"$1" pair a.cfg - < b.cfg' - "$WEIPSEC"
	[[ $output == "a.cfg ipsec 1 - - ipsec 1: up"* ]]
	run -0 bash -c '"$1" pair - b.cfg < a.cfg' - "$WEIPSEC"
}

@test "pair: what comes up from A to B does so from B to A" {
	end hub "esp cipher aes128gcm16 dh x25519" > c.cfg
	[ "$(outcomes c.cfg b.cfg)" = "lost-at-rekey NO_PROPOSAL_CHOSEN" ]
	[ "$(outcomes b.cfg c.cfg)" = "lost-at-rekey NO_PROPOSAL_CHOSEN" ]
	[ "$("$WEIPSEC" pair --format json b.cfg c.cfg | jq -r '.tunnels[0].starts, .tunnels[0].from_b.outcome')" = \
		$'a\nlost-at-rekey' ]
}

@test "pair: --as says what an automatic suite is, and agent configuration is always ours" {
	end hub "no esp" > auto.cfg
	[ "$(outcomes auto.cfg b.cfg)" = "lost-at-rekey NO_PROPOSAL_CHOSEN" ]
	[ "$(outcomes --as weos auto.cfg b.cfg)" = "lost-at-rekey NO_PROPOSAL_CHOSEN" ]
	[ "$(outcomes --as weipsec auto.cfg b.cfg)" = "up null" ]
	"$WEIPSEC" compile --to agent auto.cfg > auto.xml 2> /dev/null
	"$WEIPSEC" compile --to agent --json auto.cfg > auto.json 2> /dev/null
	[ "$(outcomes auto.xml b.cfg)" = "up null" ]
	[ "$(outcomes b.cfg auto.json)" = "up null" ]
}

@test "pair: agent configuration with a finding shows no secret, and no line of it" {
	end hub "secret 0x$(printf '%048d' 7)" > other.cfg
	"$WEIPSEC" compile --to agent other.cfg > other.xml 2> /dev/null
	run -1 "$WEIPSEC" pair other.xml b.cfg
	[[ $output == *"[WI1005]"* && $output != *"<"* && $output != *"p0km74n"* && $output != *"00000007"* ]]
	echo '<ipsec xmlns="urn:weipsec:agent"><x/></ipsec>' > bad.xml
	run -1 --separate-stderr "$WEIPSEC" pair bad.xml b.cfg
	[[ $stderr == "bad.xml:"* ]]
}

@test "pair: every format has both files, and no secret" {
	secret=0sAnotherSecretThatIsLongEnough0123456789abcd= end hub "remote-id key branch" > other.cfg
	for format in text gcc json sarif junit github; do
		run -1 --separate-stderr "$WEIPSEC" pair --format $format other.cfg b.cfg
		[[ $output == *other.cfg* && $output == *b.cfg* ]] || { echo "$format: $output"; return 1; }
		[[ $output != *p0km74n* && $output != *AnotherSecret* ]]
	done
	"$WEIPSEC" pair --format json other.cfg b.cfg > said.json || true
	jq -e '[.files[].path] == ["other.cfg", "b.cfg"] and .tunnels[0].outcome == "no-ike" and
		all(.diagnostics[]; .related[0].file != .file) and .summary.errors == 2' said.json
	"$WEIPSEC" pair --format sarif other.cfg b.cfg > said.sarif || true
	jq -e 'all(.runs[0].results[];
		.relatedLocations[0].physicalLocation.artifactLocation.uri != .locations[0].physicalLocation.artifactLocation.uri)' said.sarif
}

@test "pair: no format tells how long secrets are that differ" {
	local format digits
	for format in text gcc json sarif junit github gitlab; do
		for digits in 040 060; do
			secret=0x$(printf "%${digits}d" 7) end hub > other.cfg
			run -1 --separate-stderr "$WEIPSEC" pair --format $format other.cfg b.cfg
			[[ $output == *"the secrets differ"* ]]
			echo "$output" > $digits
			# nor that of the other file
			run -1 --separate-stderr "$WEIPSEC" pair --format $format b.cfg other.cfg
			echo "$output" >> $digits
		done
		diff 040 060 || { echo "$format"; return 1; }
	done
}

@test "pair: a comment silences a finding at any place that it names, and check does not miss it" {
	end hub "local-subnet 10.1.0.0/16" > wide.cfg
	for file in wide.cfg b.cfg; do
		sed -E 's/^((local|remote)-subnet 10.1..*)/\1 # weipsec: ignore WI1010 -- meant/' $file > silent.cfg
		files=(wide.cfg b.cfg)
		[ $file = b.cfg ] && files=(wide.cfg silent.cfg) || files=(silent.cfg b.cfg)
		run -0 "$WEIPSEC" pair --fail-on warning "${files[@]}"
		[[ $output != *WI1010* && $output == *"1 suppressed"* ]]
		"$WEIPSEC" pair --format sarif "${files[@]}" |
			jq -e '.runs[0].results[0].suppressions[0] | .justification and
				.location.physicalLocation.artifactLocation.uri == "silent.cfg"'
		run -0 "$WEIPSEC" check silent.cfg
		[[ $output != *WI116* ]]
	done
}

@test "pair: a tunnel with an error of check is not judged, and the error is printed" {
	end hub "ike cipher aes128gcm16 auth sha256 dh x25519" > wrong.cfg
	run -1 "$WEIPSEC" pair wrong.cfg b.cfg
	[[ $output == *"not judged"*"[WI304]"* ]]
	[ "$(outcomes wrong.cfg b.cfg)" = "invalid null" ]
}

@test "pair: a first group that the other end does not take costs a round, and no more" {
	end branch "no ike" > b.cfg
	end hub "ike cipher aes256 auth sha256 dh ecp256" > a.cfg
	run -0 "$WEIPSEC" pair a.cfg b.cfg
	[[ $output == *"IKE_SA_INIT    aes256-sha256-ecp256, after one INVALID_KE_PAYLOAD"* ]]
	# the group of which is asked for first
	end branch "ike cipher aes256 auth sha256 dh ecp256" > b.cfg
	end hub "no ike" > a.cfg
	run -0 "$WEIPSEC" pair a.cfg b.cfg
	[[ $output == *"IKE_SA_INIT    aes256-sha256-ecp256"$'\n'* ]]
}

# 3000 tunnels of gateway $1 to $2; tunnel ID has number $3 + $4 * ID.
many() {
	end "$1" | awk -v own="$1" -v peer="$2" -v first="$3" -v step="$4" '
		/^(end|tunnel|ipsec 1)$/ { next }
		{ text = text $0 "\n" }
		END {
			print "tunnel"
			for (id = 1; id <= 3000; id++) {
				number = first + step * id
				printf "ipsec %d\n%slocal-id name %s-%d\nremote-id name %s-%d\nlocal-subnet 10.%d.%d.0/24\nend\n", id, text, own,
					number, peer, number, number / 250, number % 250
			}
			print "end"
		}'
}

@test "pair: thousands of tunnels find each other, whatever their order" {
	many hub branch 0 1 > x.cfg
	many branch hub 3001 -1 > xx.cfg
	"$WEIPSEC" pair --format json x.cfg xx.cfg > said.json || true
	jq -e '(.tunnels | length) == 3000 and all(.tunnels[]; .a + .b == 3001)' said.json
}

@test "pair: WI1007 reject: a foreign CA, dates, an identity that is not inside, revocation that nothing tells of" {
	two_cas
	pki_certificate foreign OtherCA subjectAltName=DNS:branch.example.com
	certified hub plant PlantCA > a.cfg
	certified branch foreign PlantCA > b.cfg
	export SOURCE_DATE_EPOCH=$PKI_NOW
	run -1 "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg b.cfg
	says_of_certificate "the peer's certificate is not of the ca"
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
	cp -R pki here
	rm here/x509ca/OtherCA.pem
	run -1 "$WEIPSEC" pair --pki-a here --pki-b pki a.cfg b.cfg
	says_of_certificate "the CA that signed the peer's certificate is not here"
	pki_certificate plant PlantCA subjectAltName=DNS:hub.example.com "$PKI_CRL_AT"
	rm -r here/x509/*
	cp pki/x509/plant.pem here/x509
	certified hub plant PlantCA "revocation strict" > a.cfg
	certified branch branch PlantCA > b.cfg
	run -1 "$WEIPSEC" pair --pki-a here --pki-b pki a.cfg b.cfg
	says_of_certificate "no valid CRL for the peer's certificate" ": revocation is strict there"
	# what `check' calls an error of one end is said as that, and not judged
	SOURCE_DATE_EPOCH=$((PKI_NOW + 86400 * 36500)) run -1 "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg b.cfg
	[[ $output == *"not judged"*"x509/branch.pem expired on 2099-01-01 [WI420]"* ]]
	certified branch branch PlantCA 'local-id name other.example.com' > b.cfg
	run -1 "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg b.cfg
	[[ $output == *"not judged"*"is neither the subject nor a subjectAltName of x509/branch.pem [WI418]"* ]]
	certified hub plant PlantCA > a.cfg
	certified branch branch OtherCA > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike REFUSED_BY_STARTER" ]
	certified hub plant OtherCA > a.cfg
	certified branch branch PlantCA > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
}

@test "pair: WI1007 accept: certificates that fit, through an intermediate CA, and by subjects" {
	pki_new pki
	pki_ca PlantCA
	pki_ca MiddleCA PlantCA
	pki_certificate plant PlantCA subjectAltName=DNS:hub.example.com
	pki_certificate branch MiddleCA subjectAltName=DNS:branch.example.com
	export SOURCE_DATE_EPOCH=$PKI_NOW
	certified hub plant PlantCA > a.cfg
	certified branch branch PlantCA > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "up null" ]
	# nobody has it
	mv pki/x509ca/MiddleCA.pem .
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
	mv MiddleCA.pem pki/x509ca
	# without one folder it cannot be told, and says of whom
	[ "$(outcomes --pki-a pki a.cfg b.cfg)" = "unknown null" ]
	"$WEIPSEC" pair --format json --pki-a pki a.cfg b.cfg | jq -e '.tunnels[0].missing == ["certificate of b"]'
	certified hub plant PlantCA "no local-id" 'remote-id "C=SE, O=Example, CN=branch"' > a.cfg
	certified branch branch PlantCA "no local-id" 'remote-id "C=SE, O=Example, CN=plant"' > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "up null" ]
	certified branch branch PlantCA "no local-id" 'remote-id "C=SE, O=Example, CN=plants"' > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
}

@test "pair: WI1007: CRLs in the folder, and strict revocation" {
	pki_new pki
	pki_ca PlantCA
	pki_certificate plant PlantCA subjectAltName=DNS:hub.example.com "$PKI_CRL_AT"
	pki_certificate branch PlantCA subjectAltName=DNS:branch.example.com "$PKI_CRL_AT"
	export SOURCE_DATE_EPOCH=$PKI_NOW
	certified hub plant PlantCA "revocation strict" > a.cfg
	certified branch branch PlantCA > b.cfg
	# what would tell is not here
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "unknown null" ]
	"$WEIPSEC" pair --format json --pki-a pki --pki-b pki a.cfg b.cfg |
		jq -e '.tunnels[0].missing == ["revocation list of b"]'
	run "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg b.cfg
	[[ $output == *"the CRL for its certificate"*"[WI1017]"* ]]
	# charon does not find one that does not name the key of its issuer
	pki_crl PlantCA
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "unknown null" ]
	PKI_NAMED=yes pki_crl PlantCA
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "up null" ]
	# an old one tells nothing of what it does not list
	SOURCE_DATE_EPOCH=$((PKI_NOW + 86400 * 7))
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "unknown null" ]
	pki_revoke branch PlantCA
	PKI_KEEPS_INDEX=yes PKI_NAMED=yes pki_crl PlantCA
	certified hub plant PlantCA > a.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
	run "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg b.cfg
	says_of_certificate "the peer's certificate is revoked"
}

@test "pair: WI1007: keys of two kinds in version 1, and names in another case than the certificate's" {
	pki_new pki
	pki_ca PlantCA
	pki_certificate plant PlantCA subjectAltName=DNS:hub.example.com
	PKI_KEY=rsa2048 pki_certificate branch PlantCA subjectAltName=DNS:branch.example.com
	export SOURCE_DATE_EPOCH=$PKI_NOW
	certified hub plant PlantCA > a.cfg
	certified branch branch PlantCA > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "up null" ]
	certified hub plant PlantCA "version 1" "ike cipher aes256 auth sha256 dh ecp256" > a1.cfg
	certified branch branch PlantCA "version 1" "ike cipher aes256 auth sha256 dh ecp256" > b1.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a1.cfg b1.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
	run "$WEIPSEC" pair --pki-a pki --pki-b pki a1.cfg b1.cfg
	says_of_certificate "the peer proves itself in another way" ": version 1 takes keys of one kind at both ends only, RSA or ECDSA of one length"
	# who answers repeats what it was asked for, and the certificate does not hold that
	certified hub plant PlantCA 'local-id "C=SE, O=Example, CN=plant"' > a.cfg
	certified branch branch PlantCA 'remote-id "C=SE, O=Example, CN=plant"' > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "up null" ]
	certified branch branch PlantCA 'remote-id "C=SE, O=example, CN=plant"' > b.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike REFUSED_BY_STARTER" ]
}

# Two tunnels of one end $1, with its certificate $2; each further word is a line of the second.
two_of() {
	certified "$1" "$2" PlantCA | sed '$d'
	certified "$1" "$2" PlantCA "local-subnet 10.$([ "$1" = hub ] && echo 1 || echo 2).2.0/24" \
		"remote-subnet 10.$([ "$1" = hub ] && echo 2 || echo 1).2.0/24" "${@:3}" | sed '1d; s/ipsec 1/ipsec 2/'
}

@test "pair: two uplinks with one pair of identities: the one that came first is dropped, and shown up until the end looks" {
	two_cas
	export SOURCE_DATE_EPOCH=$PKI_NOW
	two_of hub plant "peer 198.51.100.3" > a.cfg
	two_of branch branch "local-address 198.51.100.3" > b.cfg
	run -0 "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg b.cfg
	[ "$(grep -c "the other end drops the one that came first without a word, and it is shown up here for about 195 s \[WI1016\]" <<< "$output")" -eq 2 ]
	[ "$(grep -c "^    both at once   'ipsec [12]' shows the same identities: the other end may drop this one$" <<< "$output")" -eq 2 ]
	"$WEIPSEC" pair --format json --pki-a pki --pki-b pki a.cfg b.cfg |
		jq -e 'all(.tunnels[]; .outcome == "up" and .later_a == "Down(Unknown)" and .later_b == "Up(Installed)")'
	# in the page of fleet, too
	echo "pki pki" > .weipsec
	"$WEIPSEC" fleet --html page.html a.cfg b.cfg > /dev/null
	[ "$(grep -o "both at once" page.html | wc -l)" -ge 2 ]
	rm .weipsec
	two_of branch branch "local-address 198.51.100.3" "no dpd-action" > blind.cfg
	run -0 "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg blind.cfg
	[[ $output == *"it is shown up here until its next rekeying [WI1016]"* ]]
	# an identity of its own, one that does not start, and one that is refused are no rivals
	two_of branch branch "local-address 198.51.100.3" 'local-id "C=SE, O=Example, CN=branch"' > other.cfg
	two_of branch branch "local-address 198.51.100.3" "no initiator" > waits.cfg
	two_of branch branch "local-address 198.51.100.3" "ike cipher aes128 auth sha256 dh ecp256" > refused.cfg
	for file in other waits refused; do
		run "$WEIPSEC" pair --pki-a pki --pki-b pki a.cfg $file.cfg
		[[ $output != *"drops the one"* ]] || { echo "$file: $output"; return 1; }
	done
}

@test "pair: version 1 with several certificates for one identity is told where all come to the same" {
	local old=("version 1" "ike cipher aes256 auth sha256 dh ecp256")
	two_cas
	pki_certificate foreign OtherCA subjectAltName=DNS:hub.example.com
	pki_certificate second PlantCA subjectAltName=DNS:hub.example.com
	pki_certificate bare PlantCA
	export SOURCE_DATE_EPOCH=$PKI_NOW
	certified branch branch PlantCA "${old[@]}" > b.cfg
	for words in "second up null" "bare up null" "foreign unknown null"; do
		{
			certified hub plant PlantCA "${old[@]}" | sed '$d'
			certified hub "${words%% *}" PlantCA "${old[@]}" "peer 198.51.100.3" | sed '1d; s/ipsec 1/ipsec 2/'
		} > two.cfg
		[ "$(outcomes --tunnel 1:1 --pki-a pki --pki-b pki two.cfg b.cfg)" = "${words#* }" ]
	done
	run "$WEIPSEC" pair --tunnel 1:1 --pki-a pki --pki-b pki two.cfg b.cfg
	[[ $output == *"without the choice among its certificates"*"[WI1017]"* ]]
	# version 2 takes the one that is named
	certified branch branch PlantCA > b.cfg
	{
		certified hub plant PlantCA | sed '$d'
		certified hub foreign PlantCA "peer 198.51.100.3" | sed '1d; s/ipsec 1/ipsec 2/'
	} > two.cfg
	[ "$(outcomes --tunnel 1:1 --pki-a pki --pki-b pki two.cfg b.cfg)" = "up null" ]
}

@test "pair: a certificate that the ca of one tunnel refuses is taken by the next that fits" {
	two_cas
	export SOURCE_DATE_EPOCH=$PKI_NOW
	certified branch branch PlantCA > b.cfg
	certified hub plant OtherCA > a.cfg
	[ "$(outcomes --pki-a pki --pki-b pki a.cfg b.cfg)" = "no-ike AUTHENTICATION_FAILED" ]
	{
		sed '$d' a.cfg
		certified hub plant PlantCA "remote-id name *.example.com" "local-subnet 10.8.0.0/24" "remote-subnet 10.9.0.0/24" |
			sed '1d; s/ipsec 1/ipsec 2/'
	} > two.cfg
	[ "$(outcomes --tunnel 1:1 --pki-a pki --pki-b pki two.cfg b.cfg)" = "no-child TS_UNACCEPTABLE" ]
}
