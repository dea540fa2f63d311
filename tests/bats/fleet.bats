#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec fleet', and `facts' and `join', which are the same in two steps: generated networks with known faults.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # the inner shell expands; each test is a subshell; root, output and stderr are set elsewhere

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	export WEIPSEC
	secret=0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznmA=
}

# Network $1 of $2 gateways with further options, below net/; what is to be said of it in truth.
network() {
	"$root/tests/fleet/network.py" "$1" "$2" net "${@:3}" > truth
}

# The end of a spoke with number $1, to the hub at 203.0.113.1; further words are lines of it, the last wins.
spoke() {
	printf '%s\n' tunnel "ipsec 1" initiator "peer 203.0.113.1" "local-address 198.51.100.$1" \
		"local-id name s$1.example.net" "remote-id name hub.example.net" "local-subnet 10.$1.0.0/24" \
		"remote-subnet 172.16.0.0/16" "secret $secret" "ike cipher aes256 auth sha256 dh ecp256" \
		"esp cipher aes128gcm16 dh ecp256" "${@:2}" end end
}

# A hub with any peer, and a wildcard for all spokes.
hub() {
	printf '%s\n' tunnel "ipsec 1" "local-address 203.0.113.1" "local-id name hub.example.net" \
		"remote-id name *.example.net" "local-subnet 172.16.0.0/16" "remote-subnet 10.0.0.0/8" "secret $secret" \
		"ike cipher aes256 auth sha256 dh ecp256" "esp cipher aes128gcm16 dh ecp256" "$@" end end
}

# Rule and `FILE:LINE' of what is said of net/, notes that are usual left out.
said() {
	"$WEIPSEC" fleet --format json "$@" net |
		jq -r '.diagnostics[] | select(.severity != "note" or .rule > "WI11") | "\(.rule) \(.severity) \(.file):\(.line)"'
}

# fleet and facts | sort | join say the same of the words, in format $1.
same() {
	local one=0 two=0
	"$WEIPSEC" fleet --format "$1" "${@:2}" > one 2> one.err || one=$?
	"$WEIPSEC" facts "${@:2}" 2> two.err | LC_ALL=C sort | "$WEIPSEC" join --format "$1" > two 2>> two.err || two=$?
	cmp one two && [ "$one" = "$two" ] && [ "$one" -lt 2 ]
}

# The same of net/, where join has the further options $2.
same_with() {
	local one=0 two=0
	# shellcheck disable=SC2086 # words
	"$WEIPSEC" fleet --format "$1" $2 net > one 2> one.err || one=$?
	# shellcheck disable=SC2086 # words
	"$WEIPSEC" facts net 2> two.err | LC_ALL=C sort | "$WEIPSEC" join --format "$1" $2 > two 2>> two.err || two=$?
	cmp one two && [ "$one" = "$two" ]
	# all that fleet says of project files one of the two does
	[ "$(grep -c . one.err)" -le "$(grep -c . two.err)" ]
}

@test "fleet: each fault of a network is found at its pair and line, and nothing else is" {
	for seed in 1 2; do
		for shape in "hub 90 --hubs 4 --faults 2" "mesh 40 --faults 3" "train 60 --faults 4" "mesh 12 --degree 10"; do
			rm -rf net
			# shellcheck disable=SC2086 # words
			network $shape --seed $seed
			"$WEIPSEC" fleet --format json --fail-on never net > report || [ $? = 1 ]
			run -0 "$root/tests/fleet/compare.py" report truth
		done
	done
}

@test "fleet: a certificate of another CA is found at its pair and line, and nothing else is" {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	pki_new made
	pki_ca plant
	pki_ca foreign
	network hub 5 --hubs 1 --faults 2 --certified wanted
	while IFS=$'\t' read -r name ca identity; do
		mkdir -p certs/"$name"/{x509,private,x509ca}
		rm -f made/x509/own.pem made/private/own.pem
		pki_certificate own "$ca" "subjectAltName=DNS:$identity"
		cp made/x509/own.pem certs/"$name"/x509
		cp made/private/own.pem certs/"$name"/private
		cp made/x509ca/* certs/"$name"/x509ca
	done < wanted
	SOURCE_DATE_EPOCH=$PKI_NOW "$WEIPSEC" fleet --pki certs --format json --fail-on never net > report || [ $? = 1 ]
	run -0 "$root/tests/fleet/compare.py" report truth
	[ "$(grep -c WI1007 truth)" = 2 ]
	run -1 "$root/tests/fleet/compare.py" report /dev/null
}

@test "fleet: the table has the worst pair first, and pairs of one outcome in the order of their names" {
	network hub 60 --hubs 2 --faults 2
	"$WEIPSEC" fleet net > report || [ $? = 1 ]
	sed -n '2,/^$/{/./p}' report | awk '{ rank = index("no-ike no-child lost-at-rekey invalid unmatched unknown disabled on-traffic up", $1); file = $3; id = $5 + 0
		if (!rank || rank < last || (rank == last && (file < before || (file == before && id < number)))) exit 1
		kinds += rank != last; last = rank; before = file; number = id } END { print kinds, NR }' > order
	[ "$(cat order)" = "8 $(grep -c ' ipsec .* - ' report)" ]
}

@test "fleet: facts, sorted and joined, are the same bytes in each format" {
	network hub 60 --hubs 3 --faults 1
	printf '{ "backup": 1 }\n' > net/backup.cfg
	printf 'hostname x\n' > net/none.cfg
	with_error > net/wrong.cfg
	for format in text gcc json sarif junit github gitlab; do
		same $format net
	done
	rm -rf net
	network train 30 --faults 2
	same json net
	same text net
	# all that anybody wrote down, errors, WeOS 4, sessions, documents, comments
	cd "$root"
	for format in text sarif; do
		(export WEIPSEC; cd "$BATS_TEST_TMPDIR/here" && same $format "$root/testdata/accept" "$root/testdata/reject" \
			"$root/testdata/pair")
	done
}

@test "fleet: what two files come to is what pair says of them" {
	for name in "$root"/testdata/pair/{accept,reject}/*-a.cfg "$root"/testdata/pair/kind/{cut-off,refused-local-id}-a.cfg; do
		[ -e "${name%-a.cfg}-b.cfg" ] && [ ! -e "${name%-a.cfg}.args" ] || continue
		printf '%s\tpair\t--format\tjson\t%s\t%s\n' "$root" "$name" "${name%-a.cfg}-b.cfg"
		printf '%s\tfleet\t--format\tjson\t%s\t%s\n' "$root" "$name" "${name%-a.cfg}-b.cfg"
	done > "$BATS_TEST_TMPDIR/lines"
	each out < "$BATS_TEST_TMPDIR/lines"
	count=$(wc -l < "$BATS_TEST_TMPDIR/lines")
	[ "$count" -gt 60 ]
	# an end without a counterpart is the first there, and may be WI1104
	jq -c '[(.tunnels // .pairs)[] | del(.file_a, .file_b) | if .outcome == "unmatched" then .outcome else . end], [.diagnostics[] | select(.rule != "WI1001" and .rule < "WI11") |
		[.rule, .file, .line, .severity]]' \
		$(seq -f out/%.0f.out 1 2 "$count") > pairs
	jq -c '[(.tunnels // .pairs)[] | del(.file_a, .file_b) | if .outcome == "unmatched" then .outcome else . end], [.diagnostics[] | select(.rule != "WI1001" and .rule < "WI11") |
		[.rule, .file, .line, .severity]]' \
		$(seq -f out/%.0f.out 2 2 "$count") > fleets
	diff pairs fleets
}

@test "fleet: 0 for what is up, 1 for an outcome or a finding, 2 for a file that was named, 64 for wrong usage" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 > net/one.cfg
	run -0 --separate-stderr "$WEIPSEC" fleet net
	[ -z "$stderr" ]
	[[ ${lines[1]} == "up             -                      net/hub.cfg ipsec 1 - net/one.cfg ipsec 1" ]]
	[[ ${lines[-1]} == "2 gateways, 1 pair: 1 up" ]]
	run -1 "$WEIPSEC" fleet --fail-on note net
	spoke 2 "peer 203.0.113.9" "remote-id name other" > net/two.cfg
	run -1 "$WEIPSEC" fleet --fail-on never net
	[[ $output == *"net/two.cfg:13:1: note: no file has the other end, 203.0.113.9 [WI1104]"* ]]
	rm net/two.cfg
	run -2 --separate-stderr "$WEIPSEC" fleet net none.cfg
	[[ $stderr == *"none.cfg: No such file"* && $output == *"1 file that cannot be read"* ]]
	mkdir empty
	run -2 "$WEIPSEC" fleet empty net
	run -64 "$WEIPSEC" fleet
	run -64 "$WEIPSEC" fleet -
	run -64 "$WEIPSEC" fleet --jobs 0 net
	run -64 "$WEIPSEC" fleet --as me net
	run -64 "$WEIPSEC" fleet --no WI9999 net
	run -2 bash -c '"$1" fleet net > /dev/full' - "$WEIPSEC"
	# a file that is named twice is one, and so is one that several paths lead to: what was named counts, then the first
	[ "$("$WEIPSEC" fleet net ./net/hub.cfg net/one.cfg net)" = "$("$WEIPSEC" fleet net)" ]
	[ "$("$WEIPSEC" fleet net "$PWD/net/one.cfg" "$PWD/net" | sed "s,$PWD/,,g")" = "$("$WEIPSEC" fleet net)" ]
	ln net/one.cfg net/also.cfg
	ln -s net/one.cfg way.cfg
	run "$WEIPSEC" fleet --format json net
	[ "$(jq -r '.pairs[] | .file_a, .file_b' <<< "$output" | sort -u | grep -v hub)" = net/also.cfg ]
	run "$WEIPSEC" fleet --format json way.cfg net
	[ "$(jq -r '.pairs[] | .file_a, .file_b' <<< "$output" | sort -u | grep -v hub)" = way.cfg ]
	[[ $("$WEIPSEC" facts net/one.cfg way.cfg net/also.cfg | LC_ALL=C sort | "$WEIPSEC" join | tail -1) == "1 gateway, "* ]]
}

@test "fleet: unreadable files, JSON documents and files without a tunnel are counted and no failure" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 > net/one.cfg
	echo '{ "backup": 1 }' > net/backup.cfg
	echo "hostname x" > net/none.cfg
	hub > net/secret.cfg
	chmod 0 net/secret.cfg
	as=()
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=65534 --clear-groups)
	chmod -R go+rX "$BATS_TEST_TMPDIR/.." "$BATS_TEST_TMPDIR" 2> /dev/null || true
	chmod 0 net/secret.cfg
	cp "$WEIPSEC" weipsec 2> /dev/null || true
	"${as[@]}" test -x ./weipsec || skip "nobody but root can come here"
	run -0 --separate-stderr "${as[@]}" ./weipsec fleet net
	[[ $stderr == *"net/secret.cfg: Permission denied" ]]
	[[ ${lines[-1]} == "2 gateways, 1 pair: 1 up; 1 file without a tunnel, 1 JSON document, 1 file that cannot be read" ]]
	run -0 --separate-stderr "${as[@]}" ./weipsec fleet --format json net
	[ "$(jq -c '.totals | [.without_tunnel, .json_documents, .unreadable]' <<< "$output")" = "[1,1,1]" ]
}

@test "fleet: a host name that has a secret in it is not known, and one that is no UTF-8 can be read" {
	mkdir net
	word=Kj3hVq9mTzR4wX
	{ echo system; echo "hostname x${word}x"; echo end; spoke 1 "secret $word"; } > net/one.cfg
	{ echo system; printf 'hostname \xff\xe2\x80\xaex\n'; echo end; spoke 2; } > net/two.cfg
	run -1 "$WEIPSEC" fleet --format json --fail-on never net
	refute_output "$word"
	[ "$(jq -c '[.gateways[].hostname]' <<< "$output")" = '[null,"\\xFF\\xE2\\x80\\xAEx"]' ]
	same json net
	run -0 "$WEIPSEC" facts net
	refute_output "$word"
}

@test "fleet: a host name that spells a secret in other letters is not known either" {
	local word=Kj3hVq9mTzR4wX name told=0
	mkdir net
	for name in "$word" "$(printf %s "$word" | base64 -w 0 | tr -d =)" "x$(printf %s "$word" | od -An -tx1 | tr -d ' \n')"; do
		{ echo system; echo "hostname $name"; echo end; spoke 1 "secret $word" "secret another-$word"; } > net/one.cfg
		run -1 "$WEIPSEC" fleet --format json --fail-on never net # there is no hub
		[ "$(jq -c '[.gateways[].hostname]' <<< "$output")" = '[null]' ]
		run -0 "$WEIPSEC" facts net
		refute_output "$name"
		told=$((told + 1))
	done
	[ $told = 3 ]
	# one that could not be read
	{ echo system; echo "hostname x$word"; echo end; spoke 1 "secret $word too much"; } > net/one.cfg
	run -0 "$WEIPSEC" facts net
	refute_output "$word"
}

@test "fleet: the number of jobs and the order of the words change nothing" {
	network hub 80 --hubs 4 --faults 1
	"$WEIPSEC" fleet --format json --jobs 1 net > one || [ $? = 1 ]
	"$WEIPSEC" fleet --format json --jobs 7 net > two || [ $? = 1 ]
	cmp one two
	# shellcheck disable=SC2046 # words
	"$WEIPSEC" fleet --format json $(printf '%s\n' net/* | sort -R) > three || [ $? = 1 ]
	cmp one three
}

@test "fleet: a hub that takes all, a copied configuration, one secret and one private address of many" {
	network train 30
	run -0 said
	[ "$output" = "WI1103 warning net/hub.cfg:11
WI1105 note net/train00001.cfg:8" ]
	run -0 "$WEIPSEC" fleet --no WI1105 net
	[[ $output == *"30 pairs have this secret"*"net/train00000.cfg"*"net/train00001.cfg"* && ${lines[-1]} == "31 gateways, 30 pairs: 30 up" ]]
	sed -i 's/t7\.train/t3.train/; s/10\.0\.7\.0/10.0.3.0/' net/train00007.cfg
	run -0 said
	[[ $output == *"WI1101 error net/train00007.cfg:9
WI1102 warning net/train00007.cfg:11"* ]] || [[ $output == *"WI1101 error net/train00007.cfg:9"*"WI1102 warning net/train00007.cfg:11"* ]]
	# nested networks are a note, disabled ends nothing
	sed -i 's/10\.0\.3\.0\/24/10.0.3.128\/25/' net/train00007.cfg
	run -0 said
	[[ $output == *"WI1102 note net/train00007.cfg:11"* ]]
	sed -i 's/initiator/no enable/' net/train00007.cfg
	run -0 said
	[[ $output != *train00007* ]]
}

@test "fleet: several files of one device, two devices on one address, and devices behind NATs" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 > net/one.cfg
	spoke 1 "local-subnet 10.7.0.0/24" > net/one-old.cfg
	run -0 said
	[[ $output == *"WI1105 warning net/one.cfg:5"* && $output != *WI1101* ]]
	spoke 2 "local-address 198.51.100.1" > net/one-old.cfg
	run -0 said
	[[ $output == *"WI1105 error net/one.cfg:5"* ]]
	spoke 1 "local-address 10.0.0.2" > net/one.cfg
	spoke 2 "local-address 10.0.0.2" > net/one-old.cfg
	run -0 said
	[[ $output == *"WI1105 note net/one.cfg:5"* ]] || [[ $output == *"WI1105 note net/one.cfg"* ]]
	{ printf 'system\nhostname same\nend\n'; spoke 1 "local-address 10.0.0.2"; } > net/one.cfg
	{ printf 'system\nhostname same\nend\n'; spoke 2 "local-address 10.0.0.2"; } > net/one-old.cfg
	run -0 said
	[[ $output == *"WI1105 warning net/one.cfg"* ]]
}

@test "fleet: of what two files of one device have in common only WI1105 is said" {
	network hub 4 --hubs 1
	cp net/spoke00001.cfg net/spoke00001-old.cfg
	cp net/hub0.cfg net/hub-old.cfg
	run -0 said
	[ "$output" = "WI1105 warning net/hub0.cfg:7
WI1105 warning net/spoke00001.cfg:8" ] || { echo "$output"; return 1; }
	for format in json text; do same $format net; done
	# one secret of two devices, of which one has two files
	secret=$(grep -h 'secret ' net/spoke00001.cfg)
	awk -v secret="$secret" '/ipsec 3/ { x = 1 } x && /secret / { $0 = secret; x = 0 } 1' net/hub0.cfg > hub
	cp hub net/hub0.cfg
	cp hub net/hub-old.cfg
	sed -i "s|.*secret .*|$secret|" net/spoke00002.cfg
	run -0 "$WEIPSEC" fleet --fail-on never net
	[[ $output == *"2 pairs have this secret"* ]] || { echo "$output"; return 1; }
}

@test "fleet: two WeOS 4 devices whose addresses are not known are not two files of one" {
	mkdir net
	hub "version 1" "ike cipher aes256 auth sha256 dh modp2048" "esp cipher aes256 auth sha256 dh modp2048" > net/hub.cfg
	for i in 1 2; do
		printf '# \\\\/ Westermo WeOS v4.33.1, CLI Format v1.32\n' > net/s$i.cfg
		spoke $i "local-subnet 10.1.0.0/24" "no aggressive" | sed 's/local-address .*/outbound vlan2/; s/^ike .*/ike crypto aes256 auth sha256 dh 2048/
			s/^esp .*/esp cipher aes256 auth sha256 dh 2048/' >> net/s$i.cfg
	done
	"$WEIPSEC" fleet --format json --fail-on never net > report
	jq -e '[.diagnostics[].rule | select(. > "WI11")] == ["WI1103", "WI1102"]' report
}

@test "fleet: one identity on two addresses is a clone, whatever the host names, but not at two identities of the hub" {
	mkdir net
	hub > net/hub.cfg
	{ printf 'system\nhostname pump\nend\n'; spoke 1; } > net/one.cfg
	{ printf 'system\nhostname pump\nend\n'; spoke 1 "local-address 198.51.100.2" "local-subnet 10.2.0.0/24"; } > net/two.cfg
	run -0 said
	[[ $output == *"WI1101 error net/two.cfg:9"* && $output != *WI1105* ]]
	run -1 "$WEIPSEC" fleet --fail-on error net
	[[ $output == *"= help: give each device its own 'local-id' and host name; if the two are files of one device, "* ]]
	# two files of one device: what is said of it is WI1105
	sed -i 's/198.51.100.2/10.0.0.2/' net/two.cfg
	sed -i 's/198.51.100.1/10.0.0.2/' net/one.cfg
	run -0 said
	[[ $output == *"WI1105 warning net/two.cfg:"* && $output != *WI1101* ]]
	# the hub tells who asks for another identity of its own from the others
	{ hub | head -n -1; hub "local-id name hub2.example.net" | sed '1d; s/ipsec 1/ipsec 2/'; } > net/hub.cfg
	spoke 1 > net/one.cfg
	spoke 2 "local-id name s1.example.net" "remote-id name hub2.example.net" > net/two.cfg
	run -0 said
	[[ $output == "WI1103 warning net/hub.cfg:"* && ${#lines[@]} = 1 ]]
}

# The end of spoke $1 at the first hub, and one at the second hub, each with a network of its own.
uplinks() {
	spoke "$1" "local-subnet 10.$1.1.0/24" | head -n -1
	spoke "$1" "peer 203.0.113.2" "remote-id name hub2.example.net" "local-id name s$1b.example.net" |
		sed '1d; s/ipsec 1/ipsec 2/'
}

@test "fleet: one network behind two hubs is a note once two gateways have both, and what check says is not said again" {
	mkdir net
	hub > net/hub.cfg
	hub "local-address 203.0.113.2" "local-id name hub2.example.net" > net/hub2.cfg
	uplinks 1 > net/one.cfg
	run -0 said --no WI1103
	[ -z "$output" ]
	uplinks 2 > net/two.cfg
	run -0 said --no WI1103
	[ "$output" = "WI1102 note net/hub2.cfg:6" ]
	# two tunnels of one hub with equal subnets at both ends are WI506 of its file
	rm net/*
	for i in 1 2; do
		spoke $i "local-subnet 10.7.0.0/24" > net/s$i.cfg
		hub "peer 198.51.100.$i" "remote-id name s$i.example.net" "remote-subnet 10.7.0.0/24" > hub$i
	done
	{ head -n -1 hub1; sed '1d; s/ipsec 1/ipsec 2/' hub2; } > net/hub.cfg
	run "$WEIPSEC" check net/hub.cfg
	[[ $output == *WI506* ]]
	run -0 said --no WI1103
	[ -z "$output" ]
}

@test "fleet: who is in no file is told of once a file and address" {
	mkdir net
	{
		spoke 1 | head -n -1
		for i in 2 3; do
			spoke 1 "local-id name x$i" "local-subnet 10.8.$i.0/24" | sed "1d; \$d; s/ipsec 1/ipsec $i/"
		done
		spoke 1 "peer 203.0.113.7" "local-id name y" "local-subnet 10.9.0.0/24" | sed '1d; s/ipsec 1/ipsec 4/'
	} > net/one.cfg
	spoke 7 > net/two.cfg
	run -0 said --no WI1103
	[ "$output" = "$(printf 'WI1104 note net/%s\n' one.cfg:4 one.cfg:53 two.cfg:4)" ]
	run -1 "$WEIPSEC" fleet net
	[[ $output == *"203.0.113.1, of this tunnel and others here [WI1104]"*"203.0.113.7 [WI1104]"* ]]
}

@test "fleet: two uplinks are two pairs, a hub behind another address is found by its identity" {
	mkdir net
	spoke 1 > net/one.cfg
	{
		spoke 1 | head -n -1
		spoke 1 "local-address 198.51.100.77" "local-id name up.example.net" "local-subnet 10.8.0.0/24" |
			sed '1d; s/ipsec 1/ipsec 2/'
	} > net/one.cfg
	hub > net/hub.cfg
	run -0 "$WEIPSEC" fleet --no WI1103 net
	[[ $output == *"net/hub.cfg ipsec 1 - net/one.cfg ipsec 1"*"net/hub.cfg ipsec 1 - net/one.cfg ipsec 2"* ]]
	# behind a NAT, and on an address that it is not asked at
	hub "local-address 10.9.9.9" > net/hub.cfg
	run -0 "$WEIPSEC" fleet net
	[[ $output == *"WI1015"* && ${lines[-1]} == *"2 up" ]]
	hub "local-address 203.0.113.8" > net/hub.cfg
	run -1 "$WEIPSEC" fleet net
	[[ $output == *"error: peer 203.0.113.1 here, local-address 203.0.113.8 there [WI1015]"* ]]
}

@test "fleet: two ends that nothing brings together are never paired, however alike they are" {
	mkdir net
	hub "local-address 203.0.113.8" "local-id name other.example.org" "remote-id name nobody.example.org" > net/hub.cfg
	spoke 1 > net/one.cfg
	run -0 said
	[[ $output == *"WI1104 note net/hub.cfg:"*"WI1104 note net/one.cfg:4"* ]]
	[ "$("$WEIPSEC" fleet --format json net | jq -c '[.pairs[] | [.outcome, .file_b]]')" = '[["unmatched",null],["unmatched",null]]' ]
}

@test "fleet: comments silence a finding at any place that it names, -E and --no shape it" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 "ike cipher aes256 auth sha384 dh ecp384" > net/one.cfg
	run -0 said
	[[ $output == "WI1003 error net/hub.cfg:"* ]]
	sed -i 's/ecp384/ecp384 # weipsec: ignore WI1003 -- known/' net/one.cfg
	run -0 said
	[[ $output != *WI1003* ]]
	same sarif net
	[[ $(cat one) == *'"justification": "known"'* ]]
	sed -i 's/ #.*//' net/one.cfg
	sed -i '/ipsec 1/i # weipsec: ignore WI1003 -- known' net/hub.cfg
	run -0 said
	[[ $output != *WI1003* ]]
	same json net
	run -1 "$WEIPSEC" fleet --format gcc -E WI1016 --no WI1103 net
	[[ $output != *WI1103* ]]
}

@test "fleet: --baseline silences what an earlier report has, in join too, and what is new is told" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 "ike cipher aes256 auth sha384 dh ecp384" > net/one.cfg
	run -1 "$WEIPSEC" fleet --format json net
	echo "$output" > known.json
	jq -e '[.diagnostics[].rule] | index("WI1003")' known.json
	run --separate-stderr -1 "$WEIPSEC" fleet --baseline known.json net
	[[ $output != *"[WI"* && $output == *"no-ike "* && -z $stderr ]] # an outcome stays what it is
	spoke 2 "ike cipher aes256 auth sha384 dh ecp384" > net/two.cfg
	for format in text json; do
		"$WEIPSEC" fleet --format $format --baseline known.json net > one 2> one.err || [ $? = 1 ]
		"$WEIPSEC" facts net | LC_ALL=C sort | "$WEIPSEC" join --format $format --baseline known.json > two 2> two.err ||
			[ $? = 1 ]
		diff one two
		diff one.err two.err
	done
	jq -e '[.diagnostics[] | select(.rule == "WI1003") | .related[0].file] == ["net/two.cfg"]' one
	[ "$(jq .summary.baselined one)" -gt 0 ]
	rm net/one.cfg
	spoke 2 > net/two.cfg
	run --separate-stderr -0 "$WEIPSEC" fleet --baseline known.json net
	[[ $stderr == "weipsec: known.json: "*"nothing" ]]
	echo '{' > known.json
	run --separate-stderr -2 "$WEIPSEC" fleet --baseline known.json net
	[[ -z $output && $stderr == "weipsec: known.json: "* ]]
	run --separate-stderr -2 "$WEIPSEC" join --baseline absent.json /dev/null
	[[ -z $output && $stderr == "weipsec: absent.json: "* ]]
}

@test "fleet: project files shape what is said of their files, and facts carry that to join" {
	mkdir -p net/a net/b
	hub > net/hub.cfg
	for i in 1 2 3; do
		spoke $i "ike cipher aes256 auth sha384 dh ecp384" > net/a/s$i.cfg
	done
	spoke 4 "ike cipher aes256 auth sha384 dh ecp384" > net/b/s4.cfg
	spoke 9 "ike cipher aes256 auth sha384 dh ecp384" > net/a/old.cfg
	cp net/b/s4.cfg net/b/switch
	run --separate-stderr -1 "$WEIPSEC" fleet --format json net
	plain=$(jq -c '[.diagnostics[] | [.rule, .severity, .file]] | sort' <<< "$output")
	[ -z "$stderr" ]
	# each line of it, in fleet and in facts and join
	while IFS='|' read -r where lines options; do
		rm -f net/.weipsec net/a/.weipsec net/b/.weipsec
		printf %b "$lines" > "net/$where"
		for format in json text; do
			# shellcheck disable=SC2086 # words
			same_with $format "$options"
		done
		# shellcheck disable=SC2086 # words
		"$WEIPSEC" fleet --format json $options net > report 2> err || [ $? = 1 ]
		[ "$(jq -c '[.diagnostics[] | [.rule, .severity, .file]] | sort' report)" != "$plain" ]
		# its words are those of check
		[ "$options" != "" ] || grep -q 'weipsec: net/.*: \(silences or lowers\|excludes\)' err || [[ $lines == error* ]]
		# shellcheck disable=SC2086 # words
		"$WEIPSEC" fleet --format json --no-project $options net > report 2> err || [ $? = 1 ]
		[ "$options" != "" ] || [ "$(jq -c '[.diagnostics[] | [.rule, .severity, .file]] | sort' report)" = "$plain" ]
	done <<-'EOT'
		.weipsec|no WI1003 WI1103\n|
		.weipsec|warning WI1103\nno WI1003\n|-E WI1103
		.weipsec|error WI1103\n[/a/]\nno WI1003\nfail-on never\n|
		a/.weipsec|no WI1003\nexclude old.*\n|
		b/.weipsec|no WI1003\nfiles *\nexclude *.cfg\n|
	EOT
	# a baseline, whose paths are those from the project file's folder; each file's fail-on
	rm net/*/.weipsec
	printf 'fail-on never\n' > net/.weipsec
	(cd net && "$WEIPSEC" fleet --format json . > known.json 2> /dev/null || [ $? = 1 ])
	printf 'baseline known.json\n' > net/.weipsec
	"$WEIPSEC" fleet --format json net > report 2> err || [ $? = 1 ]
	[ "$(jq -c '[.diagnostics, (.summary.baselined > 0)]' report)" = "[[],true]" ]
	same_with sarif ""
	grep -q 'net/.weipsec: silences or lowers' err
	"$WEIPSEC" facts net 2> /dev/null | grep -v '^baseline:' | LC_ALL=C sort > lines.tsv
	run --separate-stderr -2 "$WEIPSEC" join lines.tsv
	[ "$stderr" = "weipsec: some of the facts of net/.weipsec are missing" ]
	# a bad one: nothing is judged
	echo 'nonsense' > net/a/.weipsec
	for command in fleet facts; do
		run --separate-stderr -64 "$WEIPSEC" $command net
		[[ -z $output && $stderr == "weipsec: net/a/.weipsec:1:1: "* ]]
	done
	run -1 "$WEIPSEC" fleet --no-project net
}

# A gateway with certificates: its host name, and lines of its tunnel.
certified() {
	printf 'system\nhostname %s\nend\n' "$1"
	"${@:2}" | sed "s/^secret .*/method cert\ncertificate own\nca plant\nrevocation strict/"
}

@test "fleet: --pki has the certificates of each device by its host name, and facts carry them to join" {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	export SOURCE_DATE_EPOCH=$PKI_NOW
	mkdir net certs
	pki_new made
	pki_ca plant
	pki_ca middle plant
	pki_ca other
	pki_certificate hub plant subjectAltName=DNS:hub.example.net "$PKI_CRL_AT"
	pki_certificate s1 plant subjectAltName=DNS:s1.example.net "$PKI_CRL_AT"
	pki_certificate s2 other subjectAltName=DNS:s2.example.net "$PKI_CRL_AT"
	pki_certificate s3 plant subjectAltName=DNS:s3.example.net "$PKI_CRL_AT"
	pki_certificate s4 plant subjectAltName=DNS:s4.example.net "$PKI_CRL_AT"
	pki_certificate s6 middle subjectAltName=DNS:s6.example.net
	pki_revoke s4 plant
	PKI_KEEPS_INDEX=yes PKI_NAMED=yes pki_crl plant
	for name in hub s1 s2 s4 s6; do
		mkdir -p certs/$name/x509 certs/$name/private
		cp -r made/x509ca made/x509crl certs/$name
		cp made/x509/$name.pem certs/$name/x509/own.pem
		cp made/private/$name.pem certs/$name/private/own.pem
	done
	certified hub hub > net/hub.cfg
	for i in 1 2 3 4 6; do
		certified s$i spoke $i > net/s$i.cfg
	done
	sed -i 's/revocation strict//' net/s6.cfg net/hub.cfg
	# each as pair judges it
	"$WEIPSEC" fleet --pki certs --format json net > report || [ $? = 1 ]
	for i in 1 2 4 6; do
		"$WEIPSEC" pair --format json --pki-a certs/hub --pki-b certs/s$i net/hub.cfg net/s$i.cfg > told || [ $? = 1 ]
		[ "$(jq -c --arg file net/s$i.cfg '.pairs[] | select(.file_b == $file) | del(.file_a, .file_b)' report)" = \
			"$(jq -c '.tunnels[0]' told)" ]
		jq -c '.tunnels[0] | [.outcome, .reason]' told
	done > outcomes
	[ "$(tr '\n' ' ' < outcomes)" = '["up",null] ["no-ike","AUTHENTICATION_FAILED"] ["no-ike","AUTHENTICATION_FAILED"] ["up",null] ' ]
	# whose folder is not there is not known
	[ "$(jq -r '.pairs[] | select(.file_b == "net/s3.cfg") | .outcome, .missing[0]' report)" = $'unknown\ncertificate of b' ]
	for format in text json; do
		"$WEIPSEC" fleet --pki certs --format $format net > one || [ $? = 1 ]
		"$WEIPSEC" facts --pki certs net | LC_ALL=C sort > lines.tsv
		"$WEIPSEC" join --format $format lines.tsv > two || [ $? = 1 ]
		cmp one two
	done
	"$WEIPSEC" fleet --pki certs --jobs 4 --format json net > four || [ $? = 1 ]
	cmp four report
	# certificates that several have are one line, and no key is in any
	[ "$(sort -u lines.tsv | grep -c '^certificate:')" = 9 ]
	for key in made/private/*; do
		openssl pkey -in "$key" -outform DER | od -An -v -tx1 | tr -d ' \n' | cut -c 15-72
	done > keys
	[ "$(grep -cE '^[0-9a-f]{58}$' keys)" = 6 ]
	run -1 grep -F -f keys lines.tsv
	run -1 grep -e PRIVATE lines.tsv
	run -64 env SOURCE_DATE_EPOCH=yesterday "$WEIPSEC" join lines.tsv
	grep -v '^certificate:' lines.tsv > short
	run --separate-stderr -2 "$WEIPSEC" join short
	[[ $stderr == "weipsec: some of the facts of net/"*" are missing" ]]
	# without it, and by a project file
	"$WEIPSEC" fleet --format json net > report || [ $? = 1 ]
	[ "$(jq -r '[.pairs[].outcome] | unique[]' report)" = unknown ]
	for name in hub s1; do
		printf '[%s.cfg]\npki certs/%s\n' $name $name
	done > net/.weipsec
	mv certs net
	"$WEIPSEC" fleet --format json net > report || [ $? = 1 ]
	[ "$(jq -r '.pairs[] | select(.file_b == "net/s1.cfg") | .outcome' report)" = up ]
	same json net
	# a host name that is a path leads nowhere
	sed -i 's,^hostname s1,hostname ../certs/s1,' net/s1.cfg
	mkdir sub
	run ! "$WEIPSEC" fleet --no-project --pki net/certs --format json net
	[ "$(jq -r '.pairs[] | select(.file_b == "net/s1.cfg") | .outcome' <<< "$output")" = unknown ]
	run -2 "$WEIPSEC" fleet --pki missing net
	run -2 "$WEIPSEC" facts --pki missing net
	run -64 "$WEIPSEC" fleet --pki '' net
}

@test "facts: no secret is in them, and what is masked is so whatever its length" {
	network hub 40 --faults 1
	sed -i 's/ike cipher aes256.*/& # the key is hidden below the phone/' net/hub0.cfg
	{ printf 'hostname 0\n'; spoke 1 "description this is $secret"; } > net/telling.cfg
	"$WEIPSEC" facts net > lines
	grep -ohE '(secret|0s)[^ ]* *0s[^ ]+' net/*.cfg | sed 's/.*0s/0s/' | sort -u > secrets
	[ "$(wc -l < secrets)" -gt 30 ]
	run -1 grep -F -f secrets lines
	run -1 grep -F -e phone -e "${secret#0s}" lines
	grep -F 'secret ****"' lines > /dev/null
	run -1 grep -E '\*{5}' lines
}

@test "facts: one key for all, 32 bytes or more, and its fingerprint on each line" {
	network hub 8 --hubs 1
	head -c 32 /dev/urandom > key
	head -c 31 key > short
	head -c 32 /dev/urandom > other
	run -64 "$WEIPSEC" facts --key short net
	run -2 "$WEIPSEC" facts --key none net
	"$WEIPSEC" facts --key key net > all
	"$WEIPSEC" facts --key key -o again net
	cmp all again
	[ "$(stat -c %a again)" = 600 ]
	# each file by itself, in any order
	for file in $(printf '%s\n' net/* | sort -R); do "$WEIPSEC" facts --key key "$file"; done > parts
	sed 's/"named":\(true\|false\)//' all | LC_ALL=C sort > all.sorted
	sed 's/"named":\(true\|false\)//' parts | LC_ALL=C sort | diff all.sorted - > /dev/null
	# without one it is another each time
	run -1 cmp <("$WEIPSEC" facts net) <("$WEIPSEC" facts net)
	"$WEIPSEC" facts --key other net/hub0.cfg > hub
	run -64 --separate-stderr bash -c 'LC_ALL=C sort all hub | "$1" join' - "$WEIPSEC"
	[[ $stderr == *"another key"* ]]
}

@test "facts: nothing is written over what is read" {
	network hub 3 --hubs 1
	head -c 32 /dev/urandom > key
	cp -r net kept
	cp key key.kept
	file=$(find net -name '*1.cfg' | head -n 1)
	ln -s "$file" link
	for words in "-o $file $file" "-o ./$file net" "-o link net" "-o $file net/hub0.cfg $file"; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr "$WEIPSEC" facts $words
		[[ $stderr == "weipsec: $file: would be overwritten"* ]]
	done
	run -64 --separate-stderr "$WEIPSEC" facts --key key -o ./key net
	[[ $stderr == "weipsec: key: would be overwritten"* ]]
	diff -r net kept
	cmp key key.kept
	"$WEIPSEC" facts --key key -o lines net
	"$WEIPSEC" facts --key key -o lines net
	[ -s lines ]
}

@test "facts: the pipelines of docs/fleet.md for jobs and mappers, also of those that get no folder" {
	local mapper
	network hub 12
	mkdir north south west
	mv net/spoke*[0-4].cfg north
	mv net/spoke*[5-9].cfg south
	mv net/* west
	printf '%s\n' north south west > folders.txt
	head -c 32 /dev/urandom > fleet.key
	PATH=$(dirname "$WEIPSEC"):$PATH
	sed -n '/#SBATCH/,/SLURM_ARRAY_TASK_ID$/p' "$root/docs/fleet.md" > array
	[ "$(wc -l < array)" -eq 4 ]
	for task in {0..9}; do
		SLURM_ARRAY_TASK_ID=$task bash array
	done
	[ "$(find . -name 'facts.?' -size 0 | wc -l)" -eq 7 ]
	run -0 "$WEIPSEC" fleet --fail-on never north south west
	sed -n "s/.*--wrap '\(.*\) > fleet.txt'/\1/p" "$root/docs/fleet.md" > wrapped
	bash wrapped | cmp - <(echo "$output")
	for mapper in "$(sed -n 's/^ *-mapper "\(.*\)" .*/\1/p' "$root/docs/fleet.md")" \
		"$(sed -n 's/.*pipe("\(.*\)", checkCode.*/\1/p' "$root/docs/fleet.md" | sed 's/\\\\/\\/')"; do
		mapper=${mapper/\/shared\//}
		cmp <(bash -c "$mapper" < folders.txt | LC_ALL=C sort) <(LC_ALL=C sort facts.?)
		run -0 bash -c "$mapper" < /dev/null
		[ -z "$output" ]
	done
}

@test "join: keys of gateways and of what they ask for, and facts that are not whole" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 > net/one.cfg
	"$WEIPSEC" facts net > lines
	run -0 cut -f1 lines
	for key in address:203.0.113.1 address:198.51.100.1 name:s1.example.net name:hub.example.net file:net/hub.cfg file:net/one.cfg; do
		[[ $output == *"$key"* ]]
	done
	# the key of both ends' secret, and no wildcard
	[ "$(grep -c '^secret:' lines)" = 2 ] && [[ $output != *'*'* ]]
	LC_ALL=C sort lines > sorted
	run -0 "$WEIPSEC" join sorted
	# several files, in any order, and lines that come twice
	run -0 bash -c 'grep "^[^f]" sorted | tac > b; grep "^f" sorted > a; "$1" join b a sorted' - "$WEIPSEC"
	[[ ${lines[-1]} == "2 gateways, 1 pair: 1 up" ]]
	run -2 --separate-stderr bash -c 'grep -v one.cfg.,.end sorted | "$1" join' - "$WEIPSEC"
	[[ $stderr == *"some of the facts of net/one.cfg are missing"* ]]
	run -2 bash -c '(cat sorted; echo nonsense) | "$1" join' - "$WEIPSEC"
	run -2 bash -c '(cat sorted; printf "a\t{}\n") | "$1" join' - "$WEIPSEC"
	run -2 "$WEIPSEC" join none
	run -0 bash -c '"$1" join < /dev/null' - "$WEIPSEC"
	head -c 32 /dev/urandom > key
	"$WEIPSEC" facts --key key net > lines
	spoke 2 > net/one.cfg
	"$WEIPSEC" facts --key key net >> lines
	run -2 --separate-stderr "$WEIPSEC" join lines
	[[ $stderr == *"two different files are called net/one.cfg"* ]]
}

@test "fleet: who waits at a terminal is told how far it is, and nobody else" {
	mkdir net
	hub > net/hub.cfg
	spoke 1 > one
	mkfifo two
	# the second file comes after the second from which on there is a line
	{ sleep 1.2; cat one; } > two &
	run -0 script -qec '"$WEIPSEC" fleet --jobs 1 net/hub.cfg two > said' /dev/null
	[[ $output == *$'\e[Kweipsec: 2 of 2 files\r\e[K'* ]]
	[[ $(tail -n 1 said) == "2 gateways, 1 pair: 1 up" ]]
	{ sleep 1.2; cat one; } > two &
	run -0 --separate-stderr "$WEIPSEC" fleet --jobs 1 net/hub.cfg two
	[ -z "$stderr" ]
}

# The pairs of net/, an end a word of its file and ID.
paired() {
	"$WEIPSEC" fleet --format json net | jq -r '.pairs[] |
		"\(.outcome) \(.file_a | ltrimstr("net/") | rtrimstr(".cfg")) \(.a // "-") \(.file_b // "?" | ltrimstr("net/") | rtrimstr(".cfg")) \(.b // "-")"' |
		LC_ALL=C sort
}

# A hub with the tunnels whose lines are given, a word each, with ; between.
hub_of() {
	local lines number=0

	echo tunnel
	for lines; do
		number=$((number + 1))
		hub "$(tr ';' '\n' <<< "$lines")" | sed "1d; \$d; s/ipsec 1/ipsec $number/"
	done
	echo end
}

@test "fleet: a tunnel that is for a stranger, or dormant, is nobody's while another one takes them" {
	mkdir net
	other=$(printf 'plant-of-another-supplier-%s' 1 | base64)
	# nobody comes from the north, and the supplier has no file
	hub_of "remote-id name *.example.org;secret 0s$other" "peer 192.0.2.77;remote-id name supplier;secret 0s$other" "" > net/hub.cfg
	for number in 1 2 3; do
		spoke $number > net/s$number.cfg
	done
	run -0 paired
	[ "$output" = $'unmatched hub 1 ? -\nunmatched hub 2 ? -\nup hub 3 s1 1\nup hub 3 s2 1\nup hub 3 s3 1' ] || { echo "$output"; return 1; }
	# a draft of one of them, and its secret mistyped: the tunnel that it comes to is the living one
	hub_of "remote-id name s1.example.net;no enable" "" > net/hub.cfg
	spoke 1 "secret 0s$other" > net/s1.cfg
	run -0 paired
	[ "$output" = $'disabled hub 1 ? -\nno-ike hub 2 s1 1\nup hub 2 s2 1\nup hub 2 s3 1' ] || { echo "$output"; return 1; }
	# where there is no other one that is what it is
	hub_of "remote-id name s1.example.net;no enable" "remote-id name s2.example.net" > net/hub.cfg
	rm net/s3.cfg
	run -0 paired
	[ "$output" = $'disabled hub 1 s1 1\nup hub 2 s2 1' ] || { echo "$output"; return 1; }
}

@test "fleet: of customers whose files are equal but for the secret each has its own, also if one is mistyped or missing" {
	for customer in a b c; do
		mkdir -p net/$customer
		mine=$(printf 'plant-of-the-customer-%s' $customer | base64)
		spoke 1 "secret 0s$mine" > net/$customer/branch.cfg
		hub "peer 198.51.100.1" "remote-id name s1.example.net" "secret 0s$mine" > net/$customer/hub.cfg
	done
	run -0 paired
	[ "$output" = $'up a/branch 1 a/hub 1\nup b/branch 1 b/hub 1\nup c/branch 1 c/hub 1' ] || { echo "$output"; return 1; }
	sed -i 's/remote-id name s1/remote-id name s11/' net/a/hub.cfg
	run -0 paired
	[ "$output" = $'no-ike a/branch 1 a/hub 1\nup b/branch 1 b/hub 1\nup c/branch 1 c/hub 1' ] || { echo "$output"; return 1; }
	same json net
}
