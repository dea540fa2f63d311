#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec mirror': what the other end is to have. That it comes up with its tunnel, for every accept file, is for
# tests/unit/test_mirror.c; with live daemons for tests/lab/mirror.bats and tests/more/peers.bats.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # inner shells expand; each test is a subshell; root, output and stderr are set elsewhere

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	sound > hub.cfg
	hex=a74926ef89ff316a5cd4a798889d374739c540f37e79fcec56ddfdf35cf39e69
}

# hub.cfg with each further word as a line of its tunnel; the last wins.
hub() {
	sound | sed '/^    end$/d; /^end$/d'
	printf '%s\n' "$@" end end
}

same() {
	diff -u <(cat) - <<< "$1"
}

@test "mirror: role, addresses, identities and subnets are turned round; suites, secret, version and timers are the same" {
	hub 'version 1' 'sa-rekey-time 90m' 'reauth-time 12h' 'dpd-delay 10' 'dpd-timeout 45' 'description to the depot' \
		'ike cipher aes256 auth sha256 dh ecp384' > hub.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror hub.cfg
	[[ $stderr != *"weipsec:"* ]]
	same "$output" <<-'EOT'
		# made by weipsec mirror: the other end, to be pasted into WeOS 5; an ID that has another tunnel there is to be changed first
		configure
		tunnel
		        no ipsec 1
		        ipsec 1
		                version 1
		                dpd-delay 10
		                dpd-timeout 45
		                initiator
		                ike cipher aes256 auth sha256 dh ecp384
		                esp cipher aes128gcm16 dh x25519
		                secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznmk=
		                peer 198.51.100.1
		                local-address 192.0.2.2
		                local-id name bob1
		                remote-id name alice1
		                local-subnet 10.2.1.0/24
		                remote-subnet 10.1.1.0/24
		                sa-rekey-time 90m
		                reauth-time 12h
		                end
		        end
		# behind 'leave', when the tunnels are up: copy run start
		leave
	EOT
	# and back: without what was this end's own
	"$WEIPSEC" mirror -o there hub.cfg 2> said
	"$WEIPSEC" mirror -o here there 2> said
	run -1 "$WEIPSEC" diff hub.cfg here
	[[ $output == "ipsec1: changed"* && $(sed 1d <<< "$output" | tr -s ' ') == *" description "*" -> ipsec1" ]]
	[ "$(wc -l <<< "$output")" = 2 ]
}

@test "mirror: as a conn of Libreswan, with its secret" {
	hub 'reauth-time 12h' 'dpd-delay 10' > hub.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror --to libreswan hub.cfg
	grep -v '^# ' <<< "$output" | tr -d '\t' > conn
	same "$(cat conn)" <<-EOT

		conn ipsec1
		left=192.0.2.2
		leftsubnet=10.2.1.0/24
		leftid=@bob1
		right=198.51.100.1
		rightsubnet=10.1.1.0/24
		rightid=@alice1
		authby=secret
		ikev2=yes
		ike=aes256-sha2_256-dh31
		esp=aes_gcm128-null-dh31
		pfs=yes
		ikelifetime=43560s
		salifetime=3960s
		rekeymargin=360s
		reauth=yes
		dpddelay=10s
		dpdaction=restart
		auto=start

		#@bob1 @alice1 : PSK 0x$hex
	EOT
	# what it says of how to take the secrets out
	run -0 bash -c "$(grep -o "sed -n .*" <<< "$output")" <<< "$output"
	[ "$output" = "@bob1 @alice1 : PSK 0x$hex" ]
}

@test "mirror: what Libreswan has of version 1, roles, timers and identities" {
	conn() {
		hub "$@" > one.cfg
		"$WEIPSEC" mirror --to libreswan one.cfg 2> said
	}
	[[ $(conn initiator 'no dpd-action') == *$'\tauto=ondemand\n'* ]]
	[[ $(conn initiator) == *$'\tdpdaction=clear\n'* && $(conn 'no dpd-action') != *dpd* ]]
	[[ $(conn 'sa-rekey-time 2d' 'reauth-time 7d') == *$'\tikelifetime=86400s\n\tsalifetime=86400s\n'* ]]
	old=$(conn 'version 1' 'ike cipher aes256 auth sha256 dh ecp384' 'esp cipher aes128 auth sha1 dh ecp384' 'dpd-timeout 60')
	[[ $old == *$'\tikev2=no\n\tike=aes256-sha2_256-dh20\n\tesp=aes128-sha1\n\tpfs=yes\n'*$'\tdpdtimeout=60s\n'* ]]
	[[ $old == *"ikev1-policy=accept"* ]]
	ids=$(conn 'local-id key "a b"' 'remote-id key plant-7')
	[[ $ids == *$'\tleftid=@[plant-7]\n'*$'\trightid=@#612062\n'*$'#@[plant-7] @#612062 : PSK '* ]]
	ids=$(conn 'local-id C=SE, O=Example, CN=hub' 'remote-id dn 0x300e310c300a06035504030c03626f62')
	[[ $ids == *$'\tleftid=@~300e310c300a06035504030c03626f62\n'*$'\trightid="C=SE, O=Example, CN=hub"\n'* ]]
	ids=$(conn 'no local-id' 'no remote-id')
	[[ $ids == *$'\tleftid=192.0.2.2\n'*$'\trightid=198.51.100.1\n'*$'#192.0.2.2 198.51.100.1 : PSK '* ]]
	cert=$(conn 'no secret' 'method cert' 'certificate hub' 'ca root' 'no local-id')
	[[ $cert == *$'\trightid=%fromcert\n\tauthby=rsasig,ecdsa\n'* && $cert != *PSK\ 0x* && $cert == *"'leftcert' is to be added"* ]]
	# an automatic esp: without a group for WeOS's own daemon, with x25519 throughout for ours
	auto=$(conn 'no ike' 'no esp')
	[[ $auto == *$'\tpfs=no\n'* && $auto == *weipsec-apply* && $auto != *esp=* ]]
	"$WEIPSEC" compile --to agent -o one.xml one.cfg 2> said
	auto=$("$WEIPSEC" mirror --to libreswan one.xml)
	[[ $auto == *$'-dh31,'*$'\tpfs=yes\n'* && $auto != *weipsec-apply* ]]
}

@test "mirror: what a language cannot say is WI613 at the line that it comes from, and nothing is written" {
	printf '%s\t%s\n' libreswan 'remote-id name a=b' libreswan 'local-id email a%b@example.com' \
		libreswan 'ike cipher aes128ccm16 prf prfsha256 dh x25519' swanctl 'remote-id name x*y' \
		weos 'local-id name *.example' |
		while IFS=$'\t' read -r to line; do
			hub "$line" > one.cfg
			run -1 --separate-stderr "$WEIPSEC" mirror --to "$to" -o out one.cfg
			[[ $stderr == *"one.cfg:12:"*"WI613"* ]] || { echo "$line: $stderr"; return 1; }
			[ ! -e out ]
		done
	hub 'version 1' 'ike cipher aes256 auth sha256 dh ecp384' 'esp cipher aes128 auth sha1 dh ecp256' > one.cfg
	run -1 --separate-stderr "$WEIPSEC" mirror --to libreswan one.cfg
	[[ $stderr == *"use one group for both [WI613]"* ]]
}

@test "mirror: the secret has the same bytes in each language, whatever they are" {
	while IFS=$'\t' read -r bytes words; do
		hub "secret $words" > one.cfg
		"$WEIPSEC" mirror -o there one.cfg 2> said
		"$WEIPSEC" mirror --to swanctl one.cfg 2> said | grep -qF "secret = 0x$bytes"
		"$WEIPSEC" mirror --to libreswan one.cfg 2> said | grep -qF " : PSK 0x$bytes"
		"$WEIPSEC" compile --to swanctl there 2> said | grep -qF "secret = 0x$bytes"
	done <<-'EOT'
		00000000000000000000	0x00000000000000000000
		0001227f80ff5c275c222030	0x0001227f80ff5c275c222030
		61226227635c6422	a"b'c\d"
		2761626364656667	'abcdefg
		242873656372657429	$(secret)
		6162636465666768	0sYWJjZGVmZ2g=
		c3a5c3a4c3b6c3a5c3a4c3b6	0sw6XDpMO2w6XDpMO2
	EOT
}

@test "mirror: what is not told is left out with a comment, and check names what is wanted" {
	hub 'no peer' > any.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror any.cfg
	[[ $output == *$'\n                # local-address: this end\'s own, which the other end does not tell: it takes any peer\n'* ]]
	[[ $output != *"  local-address "* ]]
	[[ $stderr == *"any.cfg: ipsec 1: local-address: this end's own"* ]]
	run -1 "$WEIPSEC" check --format gcc - <<< "$output"
	[[ $output == *WI601* && $output != *WI603* ]]
	run -0 --separate-stderr "$WEIPSEC" mirror --to libreswan any.cfg
	[[ $output == "# ipsec1, local-address: "*$'\tleft=%defaultroute\n'* ]]
	run -0 --separate-stderr "$WEIPSEC" mirror --to swanctl any.cfg
	[[ $output == "# ipsec1, local-address: "*"local_addrs = %any"* ]]

	hub 'no secret' 'method cert' 'certificate hub' 'ca root' 'no local-id' > cert.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror cert.cfg
	[[ $output == *"# certificate: "*"# ca: "*"ca root"*"# remote-id: the subject"* ]]
	run -1 "$WEIPSEC" check --format gcc - <<< "$output"
	[[ $output == *WI410* ]]

	# an end that is one of many, and one behind a NAT, which initiates or is to be reached
	hub 'remote-id name *.example.com' > many.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror many.cfg
	[[ $output == *"# local-id: this end's own, one of those"* && $output != *"  local-id "* ]]
	hub initiator 'local-address 10.9.0.1' > nat.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror nat.cfg
	[[ $output == *"# peer: the other end has 10.9.0.1, which is private, so a NAT stands before it: any peer is taken"* ]]
	[[ $output != *"  peer "* ]]
	echo "$output" > there
	run -0 "$WEIPSEC" pair nat.cfg there
	hub 'local-address 10.9.0.1' > nat.cfg
	run -0 --separate-stderr "$WEIPSEC" mirror nat.cfg
	[[ $output == *"write the public address that leads to it"* ]]
	run -1 "$WEIPSEC" check --format gcc - <<< "$output"
	[[ $output == *WI603* ]]
}

@test "mirror: without an ID all tunnels of one peer, with one that, and a disabled one stays so" {
	{ sound 1; sound 2 | sed 's/192\.0\.2\.3/192.0.2.2/; s/peer/no enable\n&/'; } > two.cfg
	"$WEIPSEC" mirror -o there two.cfg
	run -0 "$WEIPSEC" pair --format json two.cfg there
	[ "$(jq -r '.tunnels[] | "\(.a) \(.b) \(.outcome)"' <<< "$output")" = $'1 1 up\n2 2 disabled' ]
	run -0 "$WEIPSEC" mirror --to libreswan two.cfg
	[[ $output == *"# ipsec2 is disabled"* && $output != *bob2* ]]
	run -0 "$WEIPSEC" mirror two.cfg 2
	[[ $output == *"ipsec 2"*"no enable"* && $output != *"ipsec 1"* ]]
	run -0 "$WEIPSEC" mirror two.cfg 1
	[[ $output != *"ipsec 2"* ]]
	sound 2 >> hub.cfg
	run -64 --separate-stderr "$WEIPSEC" mirror -o out hub.cfg
	[[ $stderr == *"say the ID of one"* && ! -e out ]]
	run -0 "$WEIPSEC" mirror hub.cfg 2
	sed 's/peer .*/no peer/' hub.cfg > any.cfg
	run -64 "$WEIPSEC" mirror any.cfg
	run -1 --separate-stderr "$WEIPSEC" mirror hub.cfg 7
	[[ $stderr == "weipsec: hub.cfg: there is no 'ipsec 7'" ]]
	run -1 "$WEIPSEC" mirror /dev/null
}

@test "mirror: a WeOS 4 file and agent configuration as FILE" {
	"$WEIPSEC" compile --to agent -o hub.xml hub.cfg
	"$WEIPSEC" mirror -o there hub.xml
	run -0 "$WEIPSEC" pair hub.xml there
	[[ $output == *": up, and stays up"* ]]
	four=$root/testdata/accept/weos4/weos4-every-setting.cfg
	"$WEIPSEC" mirror -o there "$four" 1 2> said
	run -0 "$WEIPSEC" pair --tunnel 1:1 "$four" there
	for id in 2 3 4; do
		run -1 --separate-stderr "$WEIPSEC" mirror "$four" $id
		[[ -z $output && $stderr == *WI613* ]]
		run -0 --separate-stderr "$WEIPSEC" mirror --to swanctl "$four" $id
	done
	run -0 --separate-stderr "$WEIPSEC" mirror --to libreswan "$root/testdata/migrate/aggressive.cfg" 1
	[[ $output == *$'\taggressive=yes\n'* ]]
	run -1 --separate-stderr "$WEIPSEC" mirror --to swanctl "$root/testdata/accept/weos4/weos4-stored.cfg"
	[[ $stderr == *"automatic ike are not known of WeOS 4"*WI613* ]]
}

@test "mirror: a WeOS 4 file, and what it is migrated to, come up with its mirror" {
	cp "$root"/testdata/migrate/*.cfg .
	printf '%s\n' aggressive:3 clean:1 device-wide:1 dpd:{1,2,3,4} identities:{1,2,3} lifetimes:1 other-kinds:1 outbound:1 \
		pfs:2 secret:3 sha256:1 station:1 subnets:{1,2} > tunnels
	while IFS=: read -r name id; do
		printf '%s\tmigrate\t-o\t%s.five\t%s.cfg\n' "$PWD" "$name" "$name"
		printf '%s\tmirror\t-o\t%s.there\t%s.cfg\t%s\n' "$PWD" "$name$id" "$name" "$id"
		for here in cfg five; do
			printf '%s\tpair\t--tunnel\t%s:%s\t%s.%s\t%s.there\n' "$PWD" "$id" "$id" "$name" $here "$name$id"
			printf '%s\tpair\t--tunnel\t%s:%s\t%s.there\t%s.%s\n' "$PWD" "$id" "$id" "$name$id" "$name" $here
		done
	done < tunnels > lines
	each said < lines
	[ "$(grep -lE ': up, and stays up$' said/*.out | wc -l)" = $((4 * $(wc -l < tunnels))) ]
}

@test "mirror: an error of check, a placeholder and wrong usage: nothing is written" {
	with_error > bad.cfg
	run -1 --separate-stderr "$WEIPSEC" mirror -o out bad.cfg
	[[ $stderr == *WI304* && ! -e out ]]
	hub 'secret ********' > masked.cfg
	run -1 --separate-stderr "$WEIPSEC" mirror -o out masked.cfg
	[[ $stderr == *WI430* && ! -e out ]]
	for words in "" "hub.cfg 1 2" "hub.cfg x" "hub.cfg 65536" "hub.cfg -1" "--to xfrm hub.cfg" "-o hub.cfg hub.cfg" \
		"-o ./hub.cfg hub.cfg"; do
		# shellcheck disable=SC2086 # words
		run -64 "$WEIPSEC" mirror $words
	done
	run -2 "$WEIPSEC" mirror none.cfg
	run -2 "$WEIPSEC" mirror .
	run -2 "$WEIPSEC" mirror -o none/out hub.cfg
	run -2 bash -c '"$1" mirror hub.cfg > /dev/full' - "$WEIPSEC"
	run -0 bash -c '"$1" mirror - < hub.cfg' - "$WEIPSEC"
	[[ $output == *"remote-id name alice1"* ]]
	run -0 --separate-stderr bash -c 'set -o pipefail; "$1" mirror hub.cfg | :' - "$WEIPSEC"
	[ -z "$stderr" ]
}

@test "mirror: the file appears whole, readable by its owner alone, and standard error shows no secret" {
	umask 022
	for to in weos swanctl libreswan; do
		run -0 --separate-stderr "$WEIPSEC" mirror --to $to -o out.$to hub.cfg
		[ "$(stat -c %a out.$to)" = 600 ]
		refute_output 0sp0km74n "$hex"
	done
	hub 'no secret' 'method cert' 'certificate hub' 'ca root' > cert.cfg
	"$WEIPSEC" mirror -o out.cert cert.cfg 2> said
	[ "$(stat -c %a out.cert)" = 644 ]
	ls -A > now
	run -1 grep -E '^\.|tmp' now
}
