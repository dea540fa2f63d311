# SPDX-License-Identifier: ISC
# What is shown of a text (tests/calls/shown.c has the lines): a share of them here, all in tests/more.

load helper
bats_require_minimum_version 1.5.0

shown() {
	${WEIPSEC_WRAPPER:-} "${WEIPSEC_BUILD:-$root/build}/tests/shown" "$@"
}

setup() {
	enter_folder
}

# a prime: each spelling, each place and each value has its turn
@test "shown: no part of a secret, wherever it stands and however its word is spelt" {
	run -0 shown 61
	[[ $output =~ ^[0-9]{4,}" lines, 0 texts with a leak"$ ]]
}

# lines.cfg has $1 in an instance, and is checked
excerpt_of() {
	printf 'tunnel\nipsec 1\n%s\nend\nend\n' "$1" > lines.cfg
	"$WEIPSEC" check --fail-on never lines.cfg | sed -n 's/^ *3 | //p' | sort -u
}

@test "shown: what is harmless stays legible" {
	[ "$(excerpt_of 'ispec 1 peer 192.0.2.1 version 2 0sXq7vTtuZ9KfWm3')" = 'ispec 1 peer 192.0.2.1 version 2 ****' ]
	[ "$(excerpt_of 'ike cipher aes128 auth md5 dh modp1024')" = 'ike cipher aes128 auth md5 dh modp1024' ]
	[ "$(excerpt_of 'peer gw.example.com')" = 'peer gw.example.com' ]
	# set twice, which is a finding
	[ "$(excerpt_of $'remote-id CN=alice, O=Westermo x\nremote-id b')" = 'remote-id CN=alice, O=Westermo x' ]
	[ "$(excerpt_of 'local-adress 192.0.2.1')" = 'local-adress 192.0.2.1' ]
	[ "$(excerpt_of 'local-subnet 10.1.0.0 255.255.0.255')" = 'local-subnet 10.1.0.0 255.255.0.255' ]
	[ "$(excerpt_of 'reauth-time 12 h')" = 'reauth-time 12 h' ]
	[ "$(excerpt_of 'description Pumps of hall 7 # weipsec: ignore unkown-settin -- as it is')" = \
		'description Pumps of hall 7 # weipsec: ignore unkown-settin -- as it is' ]
	[ "$(excerpt_of 'ike aes256-sha256-modp2048')" = 'ike aes256-sha256-modp2048' ]
}

@test "shown: behind what others call a secret nothing is, a number follows names of interfaces alone" {
	[ "$(excerpt_of 'psk firewall')" = 'psk ****' ]
	[ "$(excerpt_of 'pre-shared-key 0 firewall router')" = 'pre-shared-key **** **** ****' ]
	[ "$(excerpt_of 'frob pasword aes128')" = '**** pasword ****' ]
	[ "$(excerpt_of 'frob vlan1 ipsec-12 eth0 firewall12')" = '**** vlan1 ipsec-12 eth0 ****' ]
	[ "$(excerpt_of 'method psk aes128')" = 'method psk aes128' ]
}

@test "shown: a word is harmless as a whole, not piece by piece" {
	[ "$(excerpt_of 'aes128,aes256-sha256-modp2048,sha1 v5.23.0 10.0.0.0/8 192.0.2.1/255.255.0.0 "dh"=14 frob')" = \
		'aes128,aes256-sha256-modp2048,sha1 v5.23.0 10.0.0.0/8 192.0.2.1/255.255.0.0 "dh"=14 ****' ]
	[ "$(excerpt_of 'vlan1,vlan2 --------- ipsec-1: frob')" = 'vlan1,vlan2 --------- ipsec-1: ****' ]
	[ "$(excerpt_of $'esp\u2003cipher\u2003aes128\u2003auth\u2003sha1\u2003dh\u200314')" = \
		$'esp\u2003cipher\u2003aes128\u2003auth\u2003sha1\u2003dh\u200314' ]
	[ "$(excerpt_of 'frob modp2048-sha256 firewall:router:gateway 10.0.0.0/33 10.0.0.256 1.2.3.4.5')" = \
		'**** **** **** **** **** ****' ]
}

@test "shown: a value may be shown, what stands behind it not" {
	[ "$(excerpt_of 'peer 192.0.2.1 s Xq7vTtuZ9')" = 'peer 192.0.2.1 s ****' ]
	[ "$(excerpt_of 'ike cipher aes128 se Xq7vTtuZ9')" = 'ike cipher aes128 se ****' ]
	[ "$(excerpt_of 'tunnle ipsec 1 s Xq7vTtuZ9 aes128')" = 'tunnle ipsec 1 s **** ****' ]
	[ "$(excerpt_of $'\u2003secret Xq7vTtuZ9')" = $'\u2003secret ****' ]
	[ "$(excerpt_of $'peer\u2003192.0.2.1\u2003Xq7vTtuZ9')" = $'peer\u2003192.0.2.1\u2003****' ]
	# behind a word that is not known no other is taken for a misspelling
	[ "$(excerpt_of 'frobnicate peeer peer')" = '**** **** peer' ]
}

@test "shown: a session's next line with a prompt of its own is no wrapped rest of a secret" {
	cat > session.cfg <<-'EOT'
		gw:/config/tunnel/ipsec-1/#> secret 0123456789012345678901234567890123456789
		gw:/config/tunnel/ipsec-1/#> peer 300.1.1.1
		gw:/config/tunnel/ipsec-1/#> secret 0123456789012345678901234567890123456789
		peer3001
	EOT
	"$WEIPSEC" check --fail-on never session.cfg > out
	grep -q 'ipsec-1/#> peer 300.1.1.1$' out
	run -1 grep peer3001 out
}

# lines.cfg has $1, whose last line is found fault with: what is shown of it
rest_of() {
	printf 'tunnel\nipsec 1\n%s' "$1" > lines.cfg
	"$WEIPSEC" check --fail-on never lines.cfg | sed -n "s/^ *$(($(wc -l < lines.cfg) + 1)) | \\(.*\\)/\\1/p" | sort -u
}

@test "shown: a wrapped rest of a secret is none of the words of the language" {
	local before
	for before in $'secret Kd8sLq0pZx7vLm\n' $'secret \n' $'secret\n\n' $'psk Kd8sLq0pZx7vLm\n\n \n' \
		$'secret Kd8sLq0pZx7vLm\nrouter\n1234567\n' $'secret Kd8sLq0pZx7vLm\nrouter # x\n'; do
		[ "$(rest_of "${before}firewall")" = '****' ]
		[ "$(rest_of "${before}peer")" = '****' ]
		[ "$(rest_of "${before}1234567")" = '****' ]
		[ "$(rest_of "${before}firewall more words # x")" = '**** **** **** **** ****' ]
		[ "$(rest_of "${before}peer 192.0.2.1")" = 'peer 192.0.2.1' ]
		[ "$(rest_of "${before}local-adress 192.0.2.1")" = 'local-adress 192.0.2.1' ]
		[ "$(rest_of "${before}no initiator")" = 'no initiator' ]
		[ "$(rest_of "${before}# weipsec")" = '# weipsec' ]
		[ "$(rest_of "${before}initiator"$'\n'"router")" = 'router' ]
	done
}

@test "shown: of a comment of ours the rule is, and of the reason what is harmless" {
	[ "$(excerpt_of 'peer 192.0.2.1 # weipsec: ignore WI309 -- until May: Kd8sLq0pZx7vLm')" = \
		'peer 192.0.2.1 # weipsec: ignore WI309 -- until **** ****' ]
	[ "$(excerpt_of 'peer 192.0.2.1 # weipsec: ignore Kd8sLq0pZx7vLm')" = 'peer 192.0.2.1 # weipsec: ignore ****' ]
	printf 'tunnel\nipsec 1\nesp cipher 3des auth sha1 # weipsec: ignore WI309 -- until May: Kd8sLq0pZx7vLm\nend\nend\n' > a.cfg
	"$WEIPSEC" check --fail-on never --format sarif a.cfg > out
	grep -q '"justification": "until \*\*\*\*"' out
	run -1 grep Kd8 out
}

@test "shown: a flag of WeOS 4 has no value, and a path has contexts only" {
	[ "$(excerpt_of 'pfs Kd8sLq0pZx7vLm')" = 'pfs ****' ]
	[ "$(excerpt_of 'aggressive Kd8sLq0pZx7vLm')" = 'aggressive ****' ]
	[ "$(excerpt_of 'ike-lifetime 3600')" = 'ike-lifetime 3600' ]
	[ "$(excerpt_of 'outbound wan')" = 'outbound wan' ]
	printf '%s\n' 'x:/y#> configure' 'gw:/config/tunnel/ipsec-1/#> peer 300.1.1.1' > session.cfg
	"$WEIPSEC" check --fail-on never session.cfg > out
	grep -q 'gw:/config/tunnel/ipsec-1/#> peer 300.1.1.1$' out
}

@test "shown: a short word for secret ends a value where it stands alone" {
	[ "$(excerpt_of $'local-id a=b se Kd8sLq0pZx7vLm\nlocal-id b')" = 'local-id a=b se ****' ]
	[ "$(excerpt_of $'description x se Kd8sLq0pZx7vLm\ndescription b')" = 'description x se ****' ]
	[ "$(excerpt_of $'description "x s Kd8sLq0pZx7vLm"\ndescription b')" = 'description "x s ****' ]
	[ "$(excerpt_of $'local-id C=SE, O=Westermo, CN=x\nlocal-id b')" = 'local-id C=SE, O=Westermo, CN=x' ]
}

@test "shown: a value that has the secret in it is none to be shown, nor is it quoted" {
	cat > a.cfg <<-'EOT'
		tunnel
		ipsec 1
		local-id Kd8sLq0pZx7vLm
		local-id inet kd8sLq0pZx7vLm
		remote-id bob
		remote-id carol
		description pump xKd8sLq0pZx7vLmy room
		certificate Kd8sLq0pZx7vLm
		secret Kd8sLq0pZx7vLm
		end
		ipsec 2
		description 0sSGlkZGVuVmFsdWVPZjMyQnl0ZXM9PT0= z
		description HiddenValueOf32Bytes===
		local-id kd8sLq0pZx7vLm.example.com
		secret 0sSGlkZGVuVmFsdWVPZjMyQnl0ZXM9PT0=
		end
		end
	EOT
	for format in text json sarif gcc junit github; do
		"$WEIPSEC" check --fail-on never --format $format a.cfg >> out
	done
	"$WEIPSEC" show a.cfg >> out || true
	"$WEIPSEC" show --json a.cfg >> out || true
	run -1 grep -iE 'Kd8sLq0|SGlkZGV|HiddenV' out
	grep -q 'remote-id bob$' out
	grep -q '^ *local-id *autodetect (name) \*\*\*\*$' out
}

@test "shown: a secret that could not be read is one, too, in both languages" {
	local name format kind=0 secrets=(
		short12 grüße-vom-depot 'QuiteLongWord QuiteSo' '"QuiteLongWord QuiteSo'
		QuiteLongWordQuiteLongWordQuiteLongWordQuiteLongWordQuiteLongWord 0x1234567 0xQuiteLong 'QuiteLong#Word' 0sQuit
	)

	for name in "${secrets[@]}"; do
		kind=$((kind + 1))
		printf 'tunnel\nipsec 1\n' > $kind.cfg
		for setting in peer local-address local-id 'remote-id name' description ca certificate secret; do
			printf '%s %s\n' "$setting" "$name"
		done >> $kind.cfg
		printf 'end\nend\n' >> $kind.cfg
		sed '1i # \\\\/ Westermo WeOS v4.32.3, CLI Format v1.32
			s/local-address/outbound/' $kind.cfg > weos4-$kind.cfg
	done
	for name in *.cfg; do
		printf '%s\tshow\t%s\n' "$PWD" "$name" "$PWD" "$name"$'\t--json'
		for format in text json sarif; do
			printf '%s\tcheck\t--format\t%s\t%s\n' "$PWD" $format "$name"
		done
	done > lines
	for name in weos4-*.cfg; do
		printf '%s\tmigrate\t-o\tscript\t--report\t%s\t%s\n' "$PWD" "$name.json" "$name"
	done >> lines
	each said < lines
	[ -s weos4-1.cfg.json ]
	run -1 grep -riE 'short12|grüße|QuiteLong|1234567|0sQuit|QuiteSo' said weos4-*.json --include=*.out --include=*.err --include=*.json
}

@test "shown: past a known number of words nothing is" {
	{ printf 'tunnel\nipsec 1\npeer 192.0.2.1 '; printf 'aes128 %.0s' {1..200}; printf '\001\nend\nend\n'; } > a.cfg
	"$WEIPSEC" check --fail-on never a.cfg > out
	grep -qE '^ +3 \| .*\*\*\*\* \*\*\*\*' out
}

# What is shown of the texts LINE, one a line of standard input with \n in it, in all places: none of it has Kd8sLq0p.
none_is_shown() {
	local text command count=0

	while IFS= read -r text; do
		printf '%b' "$text" > told.cfg
		for command in 'check --fail-on never' 'check --fail-on never --format json' 'check --fail-on never --format sarif' show \
			'show --json'; do
			# shellcheck disable=SC2086 # a command and its options
			"$WEIPSEC" $command told.cfg > out 2>&1 || [ $? = 1 ]
			run ! grep -i kd8slq0p out
			count=$((count + 1))
		done
	done
	[ "$count" -gt 0 ]
}

@test "shown: a secret that no tunnel has any more is not shown as another value either" {
	local own='peer 300.1.1.1\ndescription the Kd8sLq0pZx7vLm pump\nremote-id name kd8slq0pzx7vlm\nremote-id namee Kd8sLq0pZx7vLm\n'

	none_is_shown <<-EOT
		tunnel\nipsec 1\nsecret Kd8sLq0pZx7vLm\nsecret another-secret-1\n${own}end\nend\n
		tunnel\nipsec 1\nsecret Kd8sLq0pZx7vLm\nno secret\n${own}end\nend\n
		tunnel\nipsec 1\nsecret Kd8sLq0pZx7vLm\nend\nno ipsec 1\nipsec 1\n${own}secret another-secret-1\nend\nend\n
		tunnel\nipsec 2\nsecret Kd8sLq0pZx7vLm\nend\nend\nno tunnel\ntunnel\nipsec 1\n${own}secret another-secret-1\nend\nend\n
		configure\ntunnel\nipsec 1\nsecret Kd8sLq0pZx7vLm\nabort\nconfigure\ntunnel\nipsec 1\n${own}secret another-secret-1\nleave\n
		tunnel\nipsec 1\nsecret another-secret-1\nsecert Kd8sLq0pZx7vLm\n${own}end\nend\n
		tunnel\nipsec 1\nsecret another-secret-1\ns Kd8sLq0pZx7vLm\n${own}end\nend\n
		tunnel\nipsec 1\nsecret Kd8sLq0pZx7vLm too much\nsecret another-secret-1\n${own}end\nend\n
		tunnel\nipsec 1\nsecret "Kd8sLq0pZx7vLm"\nsecret another-secret-1\n${own}end\nend\n
		tunnel ipsec 1 secret Kd8sLq0pZx7vLm\ntunnel ipsec 1 secret another-secret-1\ntunnel\nipsec 1\n${own}end\nend\n
		# \\\\\\\\/ Westermo WeOS v4.28.0\ntunnel\nipsec 1\npsk Kd8sLq0pZx7vLm\nsecret another-secret-1\noutbound Kd8sLq0pZx7vLm\n${own}end\nend\n
	EOT
}

# A text with $1 tunnels in each of whose lines that can have text stands the secret of the next one as `$2' makes it.
telling_each_other() {
	local id word
	echo tunnel
	for ((id = 1; id <= $1; id++)); do
		word=$($2 "Kd8sLq0pZx7vL$((id % $1 + 1))")
		printf 'ipsec %d\npeer 300.1.1.1\ndescription pump %s hall\nremote-id namee %s\nfrob %s\nremote-id bob%d\nsecret Kd8sLq0pZx7vL%d\nend\n' \
			"$id" "$word" "x${word}x" "$word" "$id" "$id"
	done
	echo end
}

# What all that is shown of FILE, whose spelling is $1, comes to: none of it has a match of $1, and the rest is legible.
tells_nothing() {
	local format name
	for format in text json sarif gcc junit github gitlab; do
		"$WEIPSEC" check --fail-on never --format $format each.cfg
	done > shown.out 2>&1
	{ "$WEIPSEC" show each.cfg || [ $? = 1 ]; "$WEIPSEC" show --json each.cfg || [ $? = 1 ]; } >> shown.out 2>&1
	# and what differs, of texts without a fault
	for name in before each; do
		sed '/namee\|frob/d; s/300.1.1.1/192.0.2.1\nlocal-address 198.51.100.1/; s/remote-id bob/&.example.com/' $name.cfg > sound-$name.cfg
	done
	if [ "$(grep -c ^ipsec each.cfg)" -le 25 ]; then # WeOS has no more
		"$WEIPSEC" diff sound-before.cfg sound-each.cfg > diff.out || [ $? = 1 ]
		[ "$(grep -c 'old -> \*\*\*\*' diff.out)" -ge 8 ]
		cat diff.out >> shown.out
	fi
	run ! grep -iE "$1" shown.out
	[ "$(grep -c 'peer 300.1.1.1' shown.out)" -ge 8 ]
	grep -q 'remote-id bob7$' shown.out
}

@test "shown: however many secrets stand in other places, what is none stays legible" {
	telling_each_other 50 echo > each.cfg
	sed 's/pump .* hall/old/' each.cfg > before.cfg
	tells_nothing kd8slq0p
}

in_hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }
in_base64() { printf %s "$1" | base64; }
in_longer() { printf 'a%s of it' "$1" | base64; }
in_marked() { printf %s "$1" | od -An -tx1 | tr -d '\n' | tr ' ' :; }

@test "shown: nor is a secret shown that is spelled in hex or base64" {
	telling_each_other 8 in_hex > each.cfg
	sed 's/pump .* hall/old/' each.cfg > before.cfg
	tells_nothing 4b6438734c71
	telling_each_other 8 in_base64 > each.cfg
	tells_nothing S2Q4c0xxMHBaeDd2
	# among other bytes, and with marks
	telling_each_other 8 in_longer > each.cfg
	tells_nothing tkOHNMcTBwWng3
	telling_each_other 8 in_marked > each.cfg
	tells_nothing 4b:64:38:73
	# the other way round: what is written so is not shown in letters, nor without what it begins with
	telling_each_other 8 echo | sed "s/secret Kd8sLq0pZx7vL\(.\)/secret 0x$(in_hex Kd8sLq0pZx7vL)3\1/" > each.cfg
	tells_nothing kd8slq0p
	telling_each_other 8 in_hex | sed "s/secret Kd8sLq0pZx7vL\(.\)/secret 0x$(in_hex Kd8sLq0pZx7vL)3\1/" > each.cfg
	tells_nothing 4b6438734c71
}

@test "shown: nor in hex that goes on in the next line" {
	printf '%s\n' tunnel 'ipsec 1' 'peer 300.1.1.1' 'secret Kd8sLq0pZx7vLm' 'description 4b6438734c71' \
		'# 30705a783776' '# 4c6d' 'peer 300.1.1.2' end end > each.cfg
	"$WEIPSEC" show each.cfg > out || [ $? = 1 ]
	"$WEIPSEC" show --json each.cfg >> out || [ $? = 1 ]
	run ! grep 4b6438 out
	grep -q '\*\*\*\*' out
}

@test "shown: in a text of any size a secret is not shown in another tunnel" {
	for ((i = 1; i <= 2500; i++)); do
		printf 'ipsec %d\npeer 300.1.1.1\nlocal-id name branch-of-this-company-%d.example.com\nsecret plant-of-this-company-%d\nend\n' "$i" "$i" "$i"
	done > many
	{ printf 'tunnel\nipsec 9000\nsecret Kd8sLq0pZx7vLm\nend\n'; cat many
		printf 'ipsec 9001\ndescription xKd8sLq0pZx7vLm\npeer 300.1.1.1\nremote-id namee Kd8sLq0pZx7vLm\nend\nend\n'; } > large.cfg
	"$WEIPSEC" check --fail-on never --format json large.cfg > out
	run ! grep -i kd8slq0p out
	# and what is none is legible all the same
	grep -q "is complete before '\*\*\*\*'" out
	grep -q 300.1.1.1 out
}

@test "shown: nor is one of very many secrets, nor one that is longer than any is" {
	local long
	printf -v long 'Kd8sLq0pZx7vLm%.0s' {1..9}
	{ printf 'tunnel\nipsec 1\npeer 192.0.2.1\nlocal-address 198.51.100.1\nremote-id name bob\nsecret Kd8sLq0pZx7vLm\n'
		printf 'secret plant-of-this-company-%d\n' {1..1010}
		printf 'description xKd8sLq0pZx7vLm\nend\nend\n'; } > each.cfg
	sed 's/xKd8sLq0pZx7vLm/old/' each.cfg > before.cfg
	run -1 "$WEIPSEC" diff before.cfg each.cfg
	[[ $output = *'old -> ****'* ]]
	none_is_shown <<-EOT
		tunnel\nipsec 1\npeer 300.1.1.1\ndescription x4b6438734c7130705a7837764c6d33\nsecret 0x4b6438734c7130705a7837764c6d333\nend\nend\n
		tunnel\nipsec 1\npeer 300.1.1.1\ndescription $long hall\nsecret $long\nend\nend\n
		tunnel\nipsec 1\npeer 300.1.1.1\ndescription x $long Kd8sLq0pB\nremote-id namee $long\nsecret "$long Kd8sLq0pB"\nend\nend\n
	EOT
}
