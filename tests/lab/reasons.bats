# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# Why a tunnel is down, at both ends, and what is not well with one that is up: what two charons can be made to say.
#
# A test has many tunnels of one pair of charons, so that all fail at the same time. Tunnel N of bob has an outer
# address of its own, 192.168.0.N, and the subnet 10.2.N.0/24, and alice's tunnel N has that address for its peer.

bats_require_minimum_version 1.5.0
load lab
load certificates
load supervisor

# What takes minutes, in seconds: charon's own settings, never ours.
export LAB_CHARON='retransmit_tries = 2
		retransmit_timeout = 1.0
		retransmit_base = 1.0
		half_open_timeout = 3'

setup_file() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
	lab_setup_file
	[ -n "${LAB_WHY:-}" ] || lab_carol
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	rm -rf "$LAB_DIR"/*/{state,said,pki,weos.cfg}
}
teardown() {
	end_supervisors
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then tail -n 90 "$LAB_DIR"/*/said; fi
	lab_in alice nft delete table ip lost 2>/dev/null || true
	lab_teardown
}

OTHER_SECRET='secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm8='
ONE_IKE='ike cipher aes128 auth sha256 dh x25519'
OTHER_IKE='ike cipher aes256 auth sha512 dh modp4096'
ONE_ESP='esp cipher aes128 auth sha256 dh x25519'
OTHER_ESP='esp cipher aes256 auth sha512 dh modp4096'

# Adds tunnel $2 of gateway $1 to what it has; further arguments are settings.
has() {
	local gw=$1 id=$2 own

	shift 2
	if [ "$gw" = alice ]; then
		own=("peer 192.168.0.$id" "remote-subnet 10.2.$id.0/24" "local-id name alice$id" "remote-id name bob$id")
	else
		own=("local-address 192.168.0.$id" "local-subnet 10.2.$id.0/24" "local-id name bob$id" "remote-id name alice$id")
		lab_ip bob addr replace "192.168.0.$id/24" dev wan
		lab_ip bob addr replace "10.2.$id.1/24" dev lo
		lab_ip alice route replace "192.168.0.$id/32" dev bob src 192.168.0.1
	fi
	mapfile -t own < <(printf '%s\n' "${own[@]}" | without "$@")
	lab_weos "$gw" "${own[@]}" "$@" | sed "s/ipsec 1$/ipsec $id/" >>"$LAB_DIR/$gw/weos.cfg"
}

# The lines of standard input, but for those of the settings that the arguments have.
without() {
	local line setting

	while read -r line; do
		for setting; do
			setting=${setting#no }
			[ "${setting%% *}" != "${line%% *}" ] || continue 2
		done
		printf '%s\n' "$line"
	done
}

# Supervises both, with further options: alice first, who waits.
supervise_both() {
	supervise alice '' "$@"
	lab_until 10 [ -S "$LAB_DIR/alice/state/control" ]
	supervise bob '' "${@//alice/bob}"
	lab_until 10 [ -S "$LAB_DIR/bob/state/control" ]
}

# Prints `REASON|WHY' of tunnel $2 of gateway $1.
told() {
	control "$1" status "$2" --json | jq -r '.tunnels[0] | (.reason // "-") + "|" + (.why // "-")'
}

# What is told of tunnel $2 of gateway $1 is of the kind $3, and has $4 in it.
is_told() {
	[[ $(told "$1" "$2") == "$3|"*"$4"* ]]
}

tells() {
	lab_until 20 is_told "$@" || lab_fail "tunnel $2 of $1 is not $3 ($4) but: $(told "$1" "$2")"
}

# Reads rows `TUNNEL|REASON AT ALICE|IN HER WHY|REASON AT BOB|IN HIS WHY'.
tell_all() {
	local id reason_a why_a reason_b why_b failed=0

	while IFS='|' read -r id reason_a why_a reason_b why_b; do
		[ -z "$reason_a" ] || tells alice "$id" "$reason_a" "$why_a" || failed=1
		[ -z "$reason_b" ] || tells bob "$id" "$reason_b" "$why_b" || failed=1
	done
	return $failed
}

# Reads rows `GATEWAY TUNNEL|WORDS': what that gateway has in its why of a tunnel, `pair' with the options $@ has in its
# account of the exchanges, or in a finding.
foretold() {
	local gw id words

	run -1 "$WEIPSEC" pair --format json "$@" "$LAB_DIR"/{alice,bob}/weos.cfg
	printf '%s\n' "$output" >"$LAB_DIR/pair.json"
	run -1 "$WEIPSEC" pair "$@" "$LAB_DIR"/{alice,bob}/weos.cfg
	while IFS='| ' read -r gw id words; do
		[[ $(told "$gw" "$id") == *"$words"* ]] || lab_fail "$gw does not say of $id: $words"
		awk -v id="$id" '/ - .* ipsec [0-9]+: / { own = $2 " " $3 == "ipsec " id } own' <<<"$output" |
			grep -qF -- ": $words" ||
			jq -e --argjson id "$id" --arg words "$words" \
				'any(.diagnostics[]; .tunnel == $id and (.message | contains($words)))' \
				"$LAB_DIR/pair.json" >"$LAB_DIR/found" || lab_fail "pair does not say of $id: $words"
	done
}

# Each why of gateway $1 is a line of the table, too, below its tunnel's own; and nothing else is there.
shows_all() {
	control "$1" status >"$LAB_DIR/$1/table" || true
	{ control "$1" status --json || true; } |
		jq -r '.tunnels[] | select(.enabled and .why) | "\(.id)|\(.why)"' >"$LAB_DIR/$1/whys"
	[ -s "$LAB_DIR/$1/whys" ] || return
	awk '/^[0-9]/ { id = $1; next } /^       / { print id "|" substr($0, 8) }' "$LAB_DIR/$1/table" |
		cmp -s - "$LAB_DIR/$1/whys"
}

@test "reasons: version 2, both ends" {
	command -v nft >/dev/null || skip 'no nft (nftables)'
	lab_in alice nft -f - <<-END
		add table ip lost
		add chain ip lost in { type filter hook input priority 0; }
		add rule ip lost in ip saddr 192.168.0.20 udp dport 4500 drop
	END
	has alice 11; has bob 11 "$OTHER_SECRET"
	has alice 12 "$ONE_IKE"; has bob 12 "$OTHER_IKE"
	has alice 13 "$ONE_ESP"; has bob 13 "$OTHER_ESP"
	has alice 14; has bob 14 'local-id name bobby'
	has alice 15; has bob 15 'remote-subnet 10.9.0.0/24'
	has alice 16; has bob 16 'version 1'
	has alice 17; has bob 17 'no initiator'
	has bob 18 'peer 192.168.0.66'
	has bob 19 'peer 192.168.0.66' 'version 1'
	has alice 20; has bob 20
	has alice 21; has bob 21 'remote-id name alicia'
	has alice 22 'no enable'; has bob 22
	supervise_both
	tell_all <<-END
		11|authentication|the secrets differ: compare secret at both ends|authentication|the peer refused us (AUTHENTICATION_FAILED) (here are local-id name bob11, remote-id name alice11): compare local-id, method, remote-id and secret at both ends
		12|ike-suites|(the peer's: cipher aes256 auth sha512 dh modp4096; ours: $ONE_IKE): compare ike at both ends|ike-suites|(ours: $OTHER_IKE): compare ike, local-address, peer and version at both ends
		13|esp-suites|(the peer's: cipher aes256 auth sha512|esp-suites|(ours: $OTHER_ESP): compare esp at both ends
		14|authentication|the peer is 'bobby' and asks for 'alice14'; here are local-id name alice14, remote-id name bob14|authentication|local-id name bobby, remote-id name alice14
		15|selectors|the peer wants 10.9.0.0/24 here, 10.2.15.0/24 there; here are local-subnet 10.1.0.0/24, remote-subnet 10.2.15.0/24|selectors|(TS_UNACCEPTABLE) (here are local-subnet 10.2.15.0/24, remote-subnet 10.9.0.0/24)
		16|version|it asks in version 1; here is version 2|ike-suites|compare ike, local-address, peer and version
		17|nobody-starts|waiting for the peer to start it: see initiator at one of both ends|nobody-starts|waiting for the peer to start it: see initiator at one of both ends
		18|||no-answer|the peer does not answer: see peer, the route to it, and the firewall
		19|||no-answer|the peer does not answer, or does not speak version 1: see peer, version, the route
		20|peer-tries|the peer tries, but does not go on|auth-unanswered|it drops us, or UDP 4500 is lost on the way
		21|authentication|the peer is 'bob21' and asks for 'alicia'|authentication|remote-id name alicia
		22|other|it is not enabled: see enable|ike-suites|does not expect us
	END
	lab_until 20 shows_all alice
	foretold <<-END
		alice 11|the secrets differ
		alice 12|none of the peer's suites fits
		alice 13|none of the peer's suites fits
		alice 14|no tunnel fits the peer's identities
		alice 15|the subnets do not fit
		alice 16|the peer asks in another version
		alice 17|waiting for the peer to start it
		bob 17|waiting for the peer to start it
		alice 21|no tunnel fits the peer's identities
	END
	lab_until 20 shows_all bob
	# what comes up is well
	end_supervisors
	rm -f "$LAB_DIR"/*/weos.cfg
	for id in 11 12 13 14 15 16 20 21 22; do has alice $id; has bob $id; done
	has alice 17; has bob 17 'dpd-action clear'
	lab_in alice nft delete table ip lost
	supervise_both
	for id in 11 12 13 14 15 16 17 20 21 22; do
		tells bob $id - -
		tells alice $id - -
	done
	run -0 control alice status --json
	jq -e '[.tunnels[].warnings | length] | add == 0' <<<"$output"
	# and what one end has ended is so for the other; who ends it within 3 s never wanted it
	sleep 4
	lab_swanctl bob --terminate --ike ipsec17 >/dev/null
	tells bob 17 nobody-starts 'it is started again by traffic only: see dpd-action'
	tells alice 17 peer-tries 'the peer ended it: see enable and remote-id at its end'
}

@test "reasons: version 1, both ends" {
	local v='version 1'

	has alice 11 "$v"; has bob 11 "$v" "$OTHER_SECRET"
	has alice 12 "$v" "$ONE_IKE"; has bob 12 "$v" "$OTHER_IKE"
	has alice 13 "$v" "$ONE_ESP"; has bob 13 "$v" "$OTHER_ESP"
	has alice 14 "$v"; has bob 14 "$v" 'local-id name bobby'
	has alice 15 "$v"; has bob 15 "$v" 'remote-subnet 10.9.0.0/24'
	has alice 16 "$v"; has bob 16
	has alice 21 "$v"; has bob 21 "$v" 'remote-id name alicia'
	supervise_both
	tell_all <<-END
		11|authentication|cannot be decrypted: compare secret|authentication|cannot be decrypted: compare secret
		12|ike-suites|(the peer's: cipher aes256 auth sha512 dh modp4096; ours: $ONE_IKE): compare ike at both ends|ike-suites|(ours: $OTHER_IKE)
		13|esp-suites|(the peer's: cipher aes256 auth sha512 dh modp4096; ours: $ONE_ESP): compare esp at both ends|esp-suites|(ours: $OTHER_ESP): compare esp at both ends
		14|authentication|the peer is 'bobby'; here are local-id name alice14, remote-id name bob14|authentication|local-id name bobby
		15|selectors|the peer wants 10.9.0.0/24 here, 10.2.15.0/24 there; here are|selectors|INVALID_ID_INFORMATION
		16|version|it asks in version 2; here is version 1|ike-suites|compare ike, local-address, peer and version
		21|peer-tries|ended it as soon as it was up|authentication|the peer is 'alice21'; here is remote-id name alicia
	END
}

# Prints a connection by hand for alice's tunnel 11, which waits: asked for bob11 it says that it is $1, too, since it
# authenticates twice. There is another one for tunnel 16, of version 1, whose secret it does not have.
two_faced() {
	local id

	for id in 11 16; do
		lab_ip bob addr replace 192.168.0.$id/24 dev wan
		lab_ip alice route replace 192.168.0.$id/32 dev bob src 192.168.0.1
	done
	cat <<-END
		connections {
			peer16 {
				version = 1
				local_addrs = 192.168.0.16
				local {
					auth = psk
					id = bob16
				}
				remote {
					auth = psk
					id = alice16
				}
				children {
					peer16 {
						local_ts = 10.2.16.0/24
						remote_ts = 10.1.0.0/24
					}
				}
			}
			peer11 {
				version = 2
				local_addrs = 192.168.0.11
				local-1 {
					auth = psk
					id = bob11
				}
				local-2 {
					auth = psk
					id = $1
				}
				remote {
					auth = psk
				}
				children {
					peer11 {
						local_ts = 10.2.11.0/24
						remote_ts = 10.1.0.0/24
					}
				}
			}
		}
		secrets {
			ike-peer11 {
				id = alice11
				secret = $LAB_SECRET
			}
		}
	END
}

@test "reasons: no secret is found, and what is wrong then" {
	has alice 11 initiator
	has alice 16 initiator 'version 1'
	has alice 14 'no remote-id'; has bob 14 'remote-id name *'
	has alice 15 'remote-id name *.bob'; has bob 15 'no initiator'
	lab_compile_file "$LAB_DIR/bob/weos.cfg" "$LAB_DIR/bob/others"
	two_faced bobby | cat - "$LAB_DIR/bob/others" | lab_foreign bob
	supervise alice
	hears alice 'ipsec15: added' # bob asks once
	lab_load bob 4
	lab_swanctl alice --initiate --child tunnel15 --timeout 1 >/dev/null || true
	# charon's own words; that of version 2, where the peer has said who it is
	lab_until 10 lab_logged alice "no shared key found for 'alice11' - 'bobby'"
	tell_all <<-END
		11|authentication|no secret fits the identities (the peer is 'bobby'; here are local-id name alice11, remote-id name bob11): compare local-id and remote-id at both ends
		14|authentication|the peer does not say whom it asks for (the peer is 'bob14'; here is local-id name alice14): see remote-id at its end
		16|authentication|the peer has no secret for us (INVALID_KE_PAYLOAD) (here are local-id name alice16, remote-id name bob16): compare local-id, method, remote-id and secret at both ends
		15|authentication|this end cannot start it, as remote-id is not one identity (here are local-id name alice15, remote-id name *.bob): see dpd-action, initiator and remote-id
	END
}

@test "reasons: who comes from elsewhere is named when it asks again, and what a scanner asks is not said of others" {
	has alice 11 'peer 192.168.0.99'; has bob 11
	has alice 12; has bob 12
	has alice 13; has bob 13 'peer 192.168.0.51'
	lab_ip alice addr replace 192.168.0.51/32 dev bob
	supervise_both
	tells alice 13 peer-elsewhere 'asks for another address of this device (it asks for 192.168.0.51; here is local-address 192.168.0.1): see local-address'
	tells alice 11 peer-elsewhere '192.168.0.11 asks, and peer is 192.168.0.99: see peer'
	tells alice 12 - -
	tells bob 11 ike-suites 'does not expect us'
}

# Prints what of a line of the log is looked for in the sources, beside what schemas/reasons.def has; of messages, which
# charon puts together, each word.
words_of_sources() {
	sed 's/$/ /' "$LAB_ROOT"/runtime/{status/{attempt,verdict,takeover,tracker_log},supervise/revival}.c | tr -d '\n' | tr -s '\t ' '  ' |
		grep -oE '\b(line_has|line_between|begins_with|has)\(line, "([^"\\]|\\.)*"(, "([^"\\]|\\.)*")?' |
		grep -oE '"([^"\\]|\\.)*"' | sed 's/^"//; s/"$//; s/\\"/"/g' |
		awk '/^parsed |^ (request|response) $|^ \[ |^N\(/ { gsub(/[][()]|N\(/, " "); for (i = 1; i <= NF; i++) print $i; next } { print }'
}

@test "reasons: the words that are read are charon's own" {
	local format

	strings -a /usr/lib/ipsec/lib*.so.* /usr/lib/ipsec/plugins/*.so >"$LAB_DIR/charon"
	"${WEIPSEC_BUILD:-$LAB_ROOT/build}/tests/test_reasons" words >"$LAB_DIR/words"
	[ "$(wc -l <"$LAB_DIR/words")" -gt 20 ]
	words_of_sources | sort -u >"$LAB_DIR/more"
	[ "$(wc -l <"$LAB_DIR/more")" -gt 40 ]
	# a name or a number of charon's comes in through its format
	sed -E 's/(received )(NO|TS|AUTHENTICATION|INVALID)(_[A-Z]+)+/\1%N/; s/^RULE(_[A-Z]+)+/%N/; s/(pre-shared key|public key|signature) auth/%N auth/
		s/(failed: )identity/\1%sidentity/; s/ID 1$/ID %/' "$LAB_DIR/words" "$LAB_DIR/more" >"$LAB_DIR/formats"
	grep -ohE '[A-Z]+(_[A-Z]+)+' "$LAB_DIR/words" >>"$LAB_DIR/formats"
	while read -r format; do
		grep -qF -- "$format" "$LAB_DIR/charon" || lab_fail "charon does not say '$format'"
	done <"$LAB_DIR/formats"
}

# A PKI of gateway $1: its certificate $3 under the label of tunnel $2, and the CA $4 (root) as `ca$2'.
own() {
	local pki=$LAB_DIR/$1/pki

	mkdir -p "$pki"/{x509,x509ca,private}
	cp "$LAB_DIR/pki/$3.crt" "$pki/x509/own$2.pem"
	cp "$LAB_DIR/pki/$3.key" "$pki/private/own$2.pem"
	cp "$LAB_DIR/pki/${4:-root}.crt" "$pki/x509ca/${4:-root}.pem"
}

# Tunnel $2 of gateway $1 has the certificate $3 and takes those of the CA root; further arguments are settings.
has_cert() {
	local gw=$1 id=$2

	own "$gw" "$id" "$3"
	shift 3
	has "$gw" "$id" 'method cert' "certificate own$id" 'ca root' 'no secret' "$@"
}

make_pki() {
	mkdir -p "$LAB_DIR/pki"
	make_ca root "$LAB_DIR/pki"
	make_ca other "$LAB_DIR/pki"
	cert alice /CN=alice root "$(printf 'DNS:alice%s,' {11..20})DNS:alice41"
	cert bob /CN=bob root DNS:bob11,DNS:bob14,DNS:bob19
	cert expired-alice /CN=alice root DNS:alice14
	cert expired-bob /CN=bob root DNS:bob13
	cert early /CN=bob root DNS:bob18
	cert stranger /CN=stranger other DNS:bob15
	cert listed /CN=listed root DNS:bob17,DNS:bob41 "URI:file://$LAB_DIR/none.crl"
	cert_dated expired-alice 20200101000000Z 20210101000000Z
	cert_dated expired-bob 20200101000000Z 20210101000000Z
	cert_dated early 20500101000000Z 20510101000000Z
}

@test "reasons: certificates, both ends" {
	local row id why

	make_pki
	has alice 11; has_cert bob 11 bob
	has_cert alice 12 alice; has bob 12
	has_cert alice 13 alice; has_cert bob 13 expired-bob
	has_cert alice 14 expired-alice; has_cert bob 14 bob
	has_cert alice 15 alice; has_cert bob 15 stranger
	has_cert alice 16 alice; has_cert bob 16 bob
	has_cert alice 17 alice 'revocation strict'; has_cert bob 17 listed
	has_cert alice 18 alice; has_cert bob 18 early
	has alice 19 'version 1'; has_cert bob 19 bob 'version 1'
	has_cert alice 20 alice 'version 1'; has bob 20 'version 1'
	supervise_both --pki "$LAB_DIR/alice/pki"
	tell_all <<-END
		11|method-differs|the peer uses certificates: see method|certificate-refused|the peer refused us (AUTHENTICATION_FAILED): it may not know our CA, or could not check our certificate (here are local-id name bob11, remote-id name alice11): compare ca, certificate, local-id, method, remote-id and revocation at both ends
		12|method-differs|the peer uses a secret: see method|authentication|compare local-id, method, remote-id and secret at both ends
		13|certificate-refused|the peer's certificate has expired, or is not valid yet|own-certificate|our certificate expired on 2021-01-01 00:00:00 UTC: see certificate, the clock
		14|own-certificate|our certificate expired on 2021-01-01|certificate-refused|the peer's certificate has expired
		15|ca-missing|CN=other|certificate-refused|may not know our CA
		16|certificate-refused|no trusted certificate shows that the peer is who it says|own-certificate|our certificate does not have the identity of local-id: see certificate and local-id
		17|revocation|no valid CRL for the peer's certificate: see revocation|certificate-refused|could not check our certificate
		18|certificate-refused|not valid yet|own-certificate|our certificate is not valid before 2050-01-01
		19|method-differs|the peer uses certificates: see method|certificate-refused|(AUTHENTICATION_FAILED)
		20|method-differs|the peer uses a secret: see method|authentication|the peer has no secret for us (INVALID_KE_PAYLOAD) (here are local-id name bob20, remote-id name alice20): compare local-id, method,
	END
	# and `pair' says it in the words of the end that looks, before anything is applied, but for what `check' knows of one
	# end
	foretold --pki-a "$LAB_DIR/alice/pki" --pki-b "$LAB_DIR/bob/pki" <<-END
		alice 11|the peer uses certificates
		alice 12|the peer uses a secret
		alice 15|the CA that signed the peer's certificate is not here
		alice 19|the peer uses certificates
		alice 20|the peer uses a secret
	END
	for row in '13 expired on 2021-01-01' '16 does not have the identity' '18 is not valid before'; do
		id=${row%% *} why=${row#* }
		[ "$(grep -c "^.*ipsec$id: our certificate .*$why" "$LAB_DIR/bob/said")" = 1 ]
	done
	# applied alone it is said, too, and not refused
	end_supervisors
	rm -rf "$LAB_DIR/bob/state"
	run -0 control bob apply --pki "$LAB_DIR/bob/pki" "$LAB_DIR/bob/weos.cfg"
	[[ $output == *'weipsec-apply: ipsec13: warning: our certificate expired on 2021-01-01'* ]]
	[ "$(grep -c 'our certificate' <<<"$output")" = 3 ]
	# nor is a CA that another tunnel has one's own
	rm -rf "$LAB_DIR"/*/{state,weos.cfg}
	has_cert alice 15 alice; has_cert bob 15 stranger
	own alice 18 alice other
	has alice 18 'method cert' 'certificate own18' 'ca other' 'no secret'
	supervise_both --pki "$LAB_DIR/alice/pki"
	tells alice 15 ca-missing "the peer's certificate is not of the ca: see ca"
}

@test "reasons: what is up and not well has a line, a warning and a line of the log" {
	command -v nft >/dev/null || skip 'no nft (nftables)'
	local time='[0-9]*-[0-9]*-[0-9]* [0-9:]* UTC'

	make_pki
	has alice 11; has bob 11 'remote-subnet 10.1.0.0/16'
	has alice 12 'esp cipher aes128 auth sha256 dh x25519'; has bob 12 'esp cipher aes128 auth sha256 dh ecp256'
	has alice 13; has bob 13
	has_cert alice 41 alice 'local-id CN=alice'; has_cert bob 41 listed 'remote-id CN=alice'
	has alice 15 'no peer' 'remote-subnet 10.2.0.0/16'; has bob 15
	supervise_both --pki "$LAB_DIR/alice/pki"
	for id in 11 12 13 15 41; do lab_until 20 lab_is_installed bob tunnel$id; done
	warns bob 11 selectors-narrowed '(10.2.11.0/24 === 10.1.0.0/24): compare local-subnet and remote-subnet at both ends'
	warns alice 41 revocation-unchecked "could not be checked since $time: see revocation, where its CRL lies"
	lab_swanctl bob --rekey --child tunnel12
	warns bob 12 rekey-refused "without a new one it ends at $time: compare esp at both ends"
	warns alice 12 rekey-refused "without a new one it ends at $time: compare esp at both ends"
	lab_in alice nft -f - <<-END
		add table ip lost
		add chain ip lost in { type filter hook input priority 0; }
		add rule ip lost in ip saddr 10.2.13.1 drop
	END
	lab_in bob ping -q -c 110 -i 0.002 -W 1 -I 10.2.13.1 10.1.0.1 || true
	warns bob 13 one-way-traffic "received none since $time"
	hears bob 'ipsec12: its rekeying was refused'
	lab_until 10 said_times bob 'ipsec13: it has sent 100 packets' 1
	[ -z "$(warnings alice 11)$(warnings alice 15)$(warnings bob 41)" ]
	run -0 control bob status
	[[ $output == *'Up(Installed)'*$'\n''       its rekeying was refused'* ]]
	run -0 control bob status 12
	[[ ${lines[1]} == 'its rekeying was refused'* ]]
	# a packet, and a new one
	lab_in alice nft delete table ip lost
	lab_in bob ping -q -c 1 -W 2 -I 10.2.13.1 10.1.0.1
	lab_until 10 lab_not is_warned bob 13 one-way-traffic ''
	[ "$(grep -c 'ipsec12: its rekeying' "$LAB_DIR/bob/said")" = 1 ]
	run -0 control bob restart 12
	lab_until 20 lab_is_installed bob tunnel12
	lab_until 10 lab_not is_warned alice 12 rekey-refused ''
	lab_until 10 lab_not is_warned bob 12 rekey-refused ''
}

@test "reasons: two devices with one identity" {
	local gw

	lab_weos alice 'no peer' 'local-id name alice' 'remote-id name twin' 'remote-subnet 10.2.0.0/15' >"$LAB_DIR/alice/weos.cfg"
	supervise alice
	for gw in bob carol; do
		lab_weos "$gw" 'local-id name twin' 'remote-id name alice' 'dpd-delay 2' >"$LAB_DIR/$gw/weos.cfg"
		supervise "$gw"
		lab_until 20 lab_is_installed "$gw" tunnel1 # at the same instant neither would be forgotten
	done
	for gw in bob carol; do
		comes_taken "$gw" 'the peer forgets us: another device has this identity, or the peer restarts: see local-id'
	done
	comes_taken alice "('twin' is at 192.168.0.[23] and 192.168.0.[23]): see local-id at its end"
}

# An IKE_SA that is made while the one before is still there comes without INITIAL_CONTACT, and from then on nobody is
# forgotten any more: then they begin anew, in turn.
comes_taken() {
	local gw

	lab_until 10 is_taken "$@" && return
	for gw in bob carol bob carol; do
		control "$gw" restart || return
		lab_until 10 is_taken "$@" && return
	done
	lab_fail "$1 does not say: $2"
}

# Whether its tunnel is up or down, gateway $1 says that its identity is taken: $2, a basic expression.
is_taken() {
	control "$1" status --json | jq -r '.tunnels[0] | "\(.reason)|\(.why)", (.warnings[] | "\(.reason)|\(.text)")' |
		grep -q "^identity-taken|.*$2"
}
