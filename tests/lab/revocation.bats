# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# Revocation as weipsec-apply sets it up: alice asks an HTTP server of the lab about the certificate of bob,
# and the guide's two policies decide. And of two tunnels that fit a peer, the one that names it exactly.
#
# The server is in alice's namespace, on its loopback. It has the files of $LAB_DIR/crl, and never answers
# to what begins with /silent.

bats_require_minimum_version 1.5.0
load lab
load certificates
load supervisor

# What swanctl.conf says that it relies on: the default of charon 5.9, not that of 6.
export LAB_CHARON='make_before_break = no'

setup_file() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
	lab_setup_file
	command -v /usr/bin/python3 >/dev/null || export LAB_WHY='the server of CRLs needs the program python3'
	if [ -z "${LAB_WHY:-}" ]; then
		lab_carol
		make_pki
		serve
	fi
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	rm -rf "$LAB_DIR"/*/state "$LAB_DIR"/*/pki
	lab_swanctl alice --flush-certs
	: >"$LAB_DIR/asked"
}
teardown() {
	end_supervisors
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then tail -n 30 "$LAB_DIR"/*/said || true; fi
	make_before_break no
	lab_teardown
}

# Whether charons make the new IKE_SA first when they authenticate again.
make_before_break() {
	local gw

	for gw in $(lab_gateways); do
		sed -i "s/make_before_break = .*/make_before_break = $1/" "$LAB_DIR/$gw/strongswan.conf"
		lab_swanctl "$gw" --reload-settings >/dev/null
	done
}

URL=http://127.0.0.1:8080

make_pki() {
	local pki=$LAB_DIR/pki word

	mkdir -p "$pki" "$LAB_DIR/crl"
	make_ca root "$pki"
	cert alice /C=SE/O=Ex/CN=alice root DNS:alice.example.com
	cert carol /C=SE/O=Ex/CN=carol root DNS:carol.example.com
	cert bob /C=SE/O=Ex/CN=bob root DNS:bob.example.com
	for word in root gone silent expired; do
		cert "bob-$word" /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:$URL/$word.crl"
	done
	cert bob-revoked /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:$URL/root.crl"
	cert bob-later /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:$URL/later.crl"
	cert bob-kept /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:$URL/kept.crl"
	cert carol-kept /C=SE/O=Ex/CN=carol root DNS:carol.example.com "URI:$URL/kept.crl"
	cert bob-timed /C=SE/O=Ex/CN=bob root DNS:bob.example.com "URI:$URL/later.crl"
	make_sub
	# where nothing listens
	cert bob-down /C=SE/O=Ex/CN=bob root DNS:bob.example.com URI:http://127.0.0.1:8081/root.crl
	make_crl later
	revoke bob-revoked
	make_crl root
	make_crl expired -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
}

# A certificate whose CA has a CA above it: each of the two has a CRL of its own that never comes.
make_sub() {
	cert sub /C=SE/O=Ex/CN=sub root DNS:sub.example.com "URI:$URL/silent-of-root.crl" \
		basicConstraints=critical,CA:true keyUsage=critical,keyCertSign,cRLSign
	cert bob-below /C=SE/O=Ex/CN=bob sub DNS:bob.example.com "URI:$URL/silent-of-sub.crl"
}

revoke() {
	openssl ca -config "$LAB_DIR/pki/root.cnf" -revoke "$LAB_DIR/pki/$1.crt" 2>/dev/null
}

# The CRL $1 of what is revoked now; further arguments are options.
make_crl() {
	openssl ca -config "$LAB_DIR/pki/root.cnf" -gencrl -crldays 2 "${@:2}" 2>/dev/null |
		openssl crl -outform DER -out "$LAB_DIR/crl/$1.new"
	mv "$LAB_DIR/crl/$1.new" "$LAB_DIR/crl/$1.crl"
}

# It ends with everything else in the namespace.
serve() {
	lab_in alice /usr/bin/python3 - "$LAB_DIR/crl" "$LAB_DIR/asked" >/dev/null 2>&1 3>&- <<-'END' &
	import functools, http.server, sys, threading

	class Handler(http.server.SimpleHTTPRequestHandler):
	    def do_GET(self):
	        with open(sys.argv[2], "a") as asked:
	            asked.write(self.path + "\n")
	        if self.path.startswith("/silent"):
	            threading.Event().wait()
	        super().do_GET()

	handler = functools.partial(Handler, directory=sys.argv[1])
	http.server.ThreadingHTTPServer(("127.0.0.1", 8080), handler).serve_forever()
	END
	lab_until 10 lab_in alice bash -c ': </dev/tcp/127.0.0.1/8080' 2>/dev/null
}

# Gateway $1 has closed a CHILD_SA.
has_closed() {
	lab_log "$1" | grep -q 'CHILD_SA .*closed'
}

asked() {
	grep -qx "/$1" "$LAB_DIR/asked"
}

# Gives gateway $1 the certificate $2 under the label `gateway'.
give() {
	local pki=$LAB_DIR/$1/pki

	mkdir -p "$pki"/{x509,x509ca,private}
	cp "$LAB_DIR/pki/$2.crt" "$pki/x509/gateway.pem"
	cp "$LAB_DIR/pki/$2.key" "$pki/private/gateway.pem"
	cp "$LAB_DIR/pki/root.crt" "$pki/x509ca/root.pem"
}

# Applies the WeOS text on standard input on gateway $1, with the certificate $2 under the label `gateway'.
apply() {
	local pki=$LAB_DIR/$1/pki

	give "$1" "$2"
	[ "$2" != bob-below ] || cp "$LAB_DIR/pki/sub.crt" "$pki/x509ca/sub.pem"
	cat >"$LAB_DIR/$1/weos.cfg"
	"$WEIPSEC_APPLY" apply --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" --pki "$pki" \
		"$LAB_DIR/$1/weos.cfg" 2>"$LAB_DIR/$1/findings"
}

status() {
	"$WEIPSEC_APPLY" status --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state"
}

CERT=('method cert' 'certificate gateway' 'ca root' 'no secret')

# pair POLICY CERTIFICATE: alice looks at bob's certificate with the policy.
pair() {
	lab_weos alice "${CERT[@]}" 'remote-id name bob.example.com' "revocation $1" | apply alice alice
	lab_weos bob "${CERT[@]}" 'local-id name bob.example.com' 'remote-id C=SE, O=Ex, CN=alice' | apply bob "$2"
}

# alice logs $1 about bob's certificate and refuses it.
refuses() {
	lab_logged alice "$1" && lab_refused bob 'received AUTHENTICATION_FAILED notify error'
}

# Succeeds when each of the texts $2... is in the log of gateway $1 behind the one before it.
logged_in_order() {
	lab_log "$1" | awk 'BEGIN { for (at = 1; at < ARGC; at++) wanted[at] = ARGV[at]; ARGC = 1; at = 1 }
		at in wanted && index($0, wanted[at]) { at++ }
		END { exit at in wanted }' "${@:2}"
}

@test "revocation: a good certificate is taken, relaxed and strict" {
	for policy in relaxed strict; do
		pair $policy bob-root
		lab_works
		lab_log_has alice 'certificate status is good'
		asked root.crl
		lab_reset
		lab_swanctl alice --flush-certs
		: >"$LAB_DIR/asked"
	done
}

@test "revocation: a revoked certificate is refused, relaxed" {
	pair relaxed bob-revoked
	refuses 'certificate was revoked'
	asked root.crl
}

@test "revocation: a revoked certificate is refused, strict" {
	pair strict bob-revoked
	refuses 'certificate was revoked'
}

@test "revocation: relaxed takes what no CRL speaks of: none named, none there, no server, an old one" {
	for word in '' -gone -down -expired; do
		echo "# bob$word"
		pair relaxed "bob$word"
		lab_works
		[ "$word" != -gone ] || asked gone.crl
		[ "$word" != -down ] || lab_log_has alice 'crl fetching failed'
		[ "$word" != -expired ] || lab_log_has alice 'crl is stale'
		lab_reset
		lab_swanctl alice --flush-certs
	done
}

@test "revocation: strict refuses without a CRL distribution point" {
	pair strict bob
	refuses 'RULE_CRL_VALIDATION is SKIPPED, but requires at least GOOD'
}

@test "revocation: strict refuses when the server has no such CRL" {
	pair strict bob-gone
	refuses 'RULE_CRL_VALIDATION is FAILED, but requires at least GOOD'
	asked gone.crl
}

@test "revocation: strict refuses when there is no server" {
	pair strict bob-down
	refuses 'RULE_CRL_VALIDATION is FAILED, but requires at least GOOD'
}

@test "revocation: strict refuses with an expired CRL" {
	pair strict bob-expired
	refuses 'RULE_CRL_VALIDATION is STALE, but requires at least GOOD'
	asked expired.crl
}

@test "revocation: a server that never answers is given up, and relaxed goes on without" {
	pair relaxed bob-silent
	lab_until "$LAB_DEADLINE" asked silent.crl
	lab_not lab_is_installed bob tunnel1 # it waits, and so does whoever asks alice
	run status alice
	[[ ${lines[1]} =~ ^1\ +ipsec1\ +(Up|Down) ]]
	LAB_DEADLINE=40 lab_works
	logged_in_order alice silent.crl 'crl fetching failed' 'certificate status is not available' \
		"authentication of 'bob.example.com' with ECDSA"
}

@test "revocation: a server that never answers is given up, and strict refuses" {
	pair strict bob-silent
	lab_until "$LAB_DEADLINE" asked silent.crl
	LAB_DEADLINE=40 refuses 'RULE_CRL_VALIDATION is FAILED, but requires at least GOOD'
	logged_in_order alice silent.crl 'crl fetching failed' 'RULE_CRL_VALIDATION is FAILED'
}

@test "revocation: two CRLs of one chain that never come, and nobody who asks charon meanwhile gives it up" {
	pair relaxed bob-below
	lab_until "$LAB_DEADLINE" asked silent-of-sub.crl
	lab_not asked silent-of-root.crl # the second wait is still to come
	run status alice
	[[ ${lines[1]} =~ ^1\ +ipsec1\ +(Up|Down) ]]
	run -0 apply alice alice < <(lab_weos alice "${CERT[@]}" 'remote-id name bob.example.com' 'revocation relaxed')
	[ "$output" = "ipsec1: unchanged" ]
	asked silent-of-root.crl
	LAB_DEADLINE=40 lab_works
	[ "$(lab_log alice | grep -c 'crl fetching failed')" -eq 2 ]
}

@test "revocation: at reauth-time charon looks by itself, and finds what was revoked meanwhile" {
	local dir=$LAB_DIR/bob

	lab_weos alice "${CERT[@]}" 'remote-id name bob.example.com' 'revocation relaxed' | apply alice alice
	cp "$LAB_DIR/pki/bob-timed.crt" "$dir/x509/gateway.pem"
	cp "$LAB_DIR/pki/bob-timed.key" "$dir/private/gateway.pem"
	cp "$LAB_DIR/pki/root.crt" "$dir/x509ca/root.pem"
	make_crl later
	lab_weos bob "${CERT[@]}" 'local-id name bob.example.com' 'remote-id C=SE, O=Ex, CN=alice' 'reauth-time 10m' |
		lab_compile bob
	grep -q 'reauth_time = 600s' "$dir/swanctl.conf"
	sed -i 's/reauth_time = 600s/reauth_time = 4s/' "$dir/swanctl.conf"
	lab_load bob
	lab_installed tunnel1 alice bob
	lab_logged alice 'certificate status is good'
	lab_logged bob 'reauthenticating IKE_SA'
	lab_installed tunnel1 alice bob
	revoke bob-timed
	make_crl later
	lab_swanctl alice --flush-certs
	refuses 'certificate was revoked'
}

@test "revocation: what is revoked later is found when the peer authenticates again, and not before" {
	lab_weos alice "${CERT[@]}" 'remote-id name bob.example.com' 'revocation relaxed' | apply alice alice
	lab_weos bob "${CERT[@]}" 'local-id name bob.example.com' 'remote-id C=SE, O=Ex, CN=alice' 'reauth-time 10m' |
		apply bob bob-later
	lab_works
	lab_swanctl bob --list-conns | grep -q 'IKEv2, reauthentication every 600s'
	revoke bob-later
	make_crl later
	lab_swanctl alice --flush-certs
	: >"$LAB_DIR/asked"

	# neither new keys of the CHILD_SA nor of the IKE_SA look at the certificate
	lab_swanctl bob --rekey --child tunnel1
	lab_until "$LAB_DEADLINE" has_closed alice
	lab_swanctl bob --rekey --ike ipsec1
	lab_logged alice 'IKE_SA deleted'
	lab_works
	lab_not asked later.crl

	lab_swanctl bob --rekey --ike ipsec1 --reauth
	refuses 'certificate was revoked'
	asked later.crl
}

# Alice with tunnel 1 for bob, whom she asks again herself, and tunnel 2 for carol, who does so by herself.
keep_both() {
	give alice alice
	give bob bob-kept
	give carol carol-kept
	{
		echo tunnel
		lab_weos alice "${CERT[@]}" 'remote-id name bob.example.com' 'reauth-time 1m' | sed '1d;$d'
		lab_weos alice "${CERT[@]}" 'remote-id name carol.example.com' 'peer 192.168.0.3' \
			'remote-subnet 10.3.0.0/24' | sed '1d;$d;s/ipsec 1$/ipsec 2/'
		echo end
	} >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob "${CERT[@]}" 'local-id name bob.example.com' 'remote-id C=SE, O=Ex, CN=alice' >"$LAB_DIR/bob/weos.cfg"
	lab_weos carol "${CERT[@]}" 'local-id name carol.example.com' 'remote-id C=SE, O=Ex, CN=alice' 'reauth-time 1m' \
		>"$LAB_DIR/carol/weos.cfg"
	for gw in alice bob carol; do
		supervise "$gw" '' --pki "$LAB_DIR/$gw/pki"
	done
	lab_installed tunnel1 alice bob carol && lab_installed tunnel2 alice
}

nothing_is_up() {
	local gw

	for gw in alice bob carol; do
		! lab_swanctl "$gw" --list-sas | grep -q INSTALLED || return
	done
}

# charon 6 does so by default. Who asks the peer again ends both when it has looked at the certificate; who is asked
# refuses the new one and leaves the old one to the peer, whose supervisor ends that.
@test "revocation: who fails to authenticate again loses the tunnel, though charon makes the new IKE_SA first" {
	make_before_break yes
	make_crl kept
	keep_both
	revoke bob-kept
	revoke carol-kept
	make_crl kept
	lab_swanctl alice --flush-certs
	LAB_DEADLINE=40 hears carol 'ipsec1: did not authenticate anew in time: ending it'
	lab_until 40 nothing_is_up
	lab_log_has bob 'received DELETE for IKE_SA'
	lab_until "$LAB_DEADLINE" knows alice "the peer's certificate is revoked"
}

# Alice with tunnel $1 for *.example.com and tunnel $2 for bob.example.com, in the order of their IDs; the rest
# are settings. Both fit bob; the subnets, and the secrets if there are some, fail whoever takes the wrong one.
wildcard_and_exact() {
	{
		echo tunnel
		{
			lab_weos alice 'no peer' 'remote-id name *.example.com' 'remote-subnet 10.3.0.0/24' \
				'secret a-secret-of-all-others' "${@:3}" | sed "1d;\$d;s/ipsec 1\$/ipsec $1/"
			lab_weos alice 'no peer' 'remote-id name bob.example.com' 'secret the-secret-of-bob-alone' "${@:3}" |
				sed "1d;\$d;s/ipsec 1\$/ipsec $2/"
		} | in_order "$1" "$2"
		echo end
	} | apply alice alice
}

# The two blocks on standard input, the second one first when $1 is the greater.
in_order() {
	if [ "$1" -lt "$2" ]; then cat; else awk -v RS='\t\tend\n' -v ORS='\t\tend\n' '
		NR == 1 { first = $0; next } { print } END { print first }'; fi
}

# $1 and $2 as above: each peer is in the tunnel that is for it.
chosen() {
	lab_installed tunnel1 bob carol && lab_installed "tunnel$1" alice && lab_installed "tunnel$2" alice || return
	lab_swanctl alice --list-sas --ike "ipsec$1" | grep -q "remote 'carol.example.com'" &&
		lab_swanctl alice --list-sas --ike "ipsec$2" | grep -q "remote 'bob.example.com'" || return
	lab_traffic bob tunnel1 "tunnel$2" && lab_traffic carol tunnel1 "tunnel$1"
}

@test "preference: the tunnel of a peer's certificate identity before the one of a wildcard, in both orders" {
	for ids in '1 2' '2 1'; do
		read -r wild exact <<<"$ids"
		wildcard_and_exact "$wild" "$exact" 'method cert' 'certificate gateway' 'ca root'
		for gw in bob carol; do
			lab_weos $gw "${CERT[@]}" "local-id name $gw.example.com" 'remote-id C=SE, O=Ex, CN=alice' | apply $gw $gw
		done
		chosen "$wild" "$exact"
		lab_reset
	done
}

@test "preference: the tunnel and the secret of a peer's name before those of a wildcard, in both orders" {
	for ids in '1 2' '2 1'; do
		read -r wild exact <<<"$ids"
		wildcard_and_exact "$wild" "$exact" 'local-id name alice'
		lab_weos bob 'local-id name bob.example.com' 'remote-id name alice' 'secret the-secret-of-bob-alone' |
			apply bob bob
		lab_weos carol 'local-id name carol.example.com' 'remote-id name alice' 'secret a-secret-of-all-others' |
			apply carol carol
		chosen "$wild" "$exact"
		lab_reset
	done
}
