#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `check --device': what it reads, what it refuses, and that nothing of the document gets out.
# shellcheck disable=SC2154 # root and stderr are set by the helper and by Bats

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	sound > sound.cfg
	# the address that the tunnel of sound() has
	echo '{ "iface": [ { "id": "vlan2", "inet": [ { "type": "static",
		"address": "198.51.100.1/24" } ] } ] }' > device.json
}

# refused TEXT: the document on standard input is refused, before anything is checked
refused() {
	cat > refused.json
	run --separate-stderr -2 "$WEIPSEC" check --device refused.json sound.cfg
	[ -z "$output" ]
	[ "$stderr" = "weipsec: refused.json: $1" ] || { echo "$stderr"; return 1; }
}

# nested COUNT: so many lists in each other
nested() {
	printf '{"a":'
	head -c "$1" /dev/zero | tr '\0' '['
	head -c "$1" /dev/zero | tr '\0' ']'
	printf '}'
}

@test "device: the document is used, and other addresses are found missing" {
	run --separate-stderr -0 "$WEIPSEC" check --device device.json sound.cfg
	[ -z "$output$stderr" ]
	sed -i 's/198.51.100.1/198.51.100.7/' device.json
	[ "$(findings --device device.json sound.cfg)" = "4 WI602" ]
	run -1 "$WEIPSEC" check --device device.json sound.cfg
	[[ $output == *"write an address that the device has: 198.51.100.7 (vlan2)"* ]]
}

@test "device: the loopback is no address for a tunnel" {
	lo='{ "id": "lo", "inet": [ { "type": "static", "address": "127.0.0.1/8" } ] }'
	echo "{ \"iface\": [ $lo ] }" > device.json
	[ -z "$(findings --device device.json sound.cfg)" ]
	echo "{ \"iface\": [ $lo, { \"id\": \"vlan2\", \"inet\": [ { \"type\": \"static\",
		\"address\": \"198.51.100.7/24\" } ] } ] }" > device.json
	run -1 "$WEIPSEC" check --device device.json sound.cfg
	[[ $output == *"write an address that the device has: 198.51.100.7 (vlan2)"* ]]
}

@test "device: a byte order mark and blanks before the document are nothing" {
	{ printf '\xef\xbb\xbf\r\n  '; cat device.json; } > marked.json
	run --separate-stderr -0 "$WEIPSEC" check --device marked.json sound.cfg
	[ -z "$output$stderr" ]
}

# Document $1 as captures have it, in *.txt of folder $2.
captures() {
	local banner more left
	banner='Press Ctrl-C or Q(uit) to quit viewer, Space for next page, <CR> for next line.'
	more=$'--More-- (45% of 28118 bytes)\r                             \r'
	left=$'--More--\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b'
	mkdir "$2"
	{ echo '# saved before the upgrade'; echo; cat "$1"; } > "$2/comments.txt"
	{ echo "$banner"; cat "$1"; } > "$2/banner.txt"
	{ echo 'show running-config'; cat "$1"; } > "$2/echo.txt"
	{ echo '$ ssh admin@lynx show running-config'; echo Welcome; cat "$1"; } > "$2/shell.txt"
	{ echo 'gw:/#>show running-config'; cat "$1"; printf 'gw:/#> exit\ngw:/#>'; } > "$2/session.txt"
	{ printf 'gw:/#> '; tr -d '\n' < "$1"; printf 'gw:/#>'; } > "$2/prompts.txt"
	sed "s/^/$more/; s/\$/"$'\033[K/' "$1" > "$2/pager.txt"
	sed "1!s/^/$left/" "$1" > "$2/backspaces.txt"
	{ printf '\xff\xfe'; sed 's/$/\r/' "$2/echo.txt" | iconv -t UTF-16LE; } > "$2/utf16le.txt"
	{ printf '\xfe\xff'; iconv -t UTF-16BE "$1"; } > "$2/utf16be.txt"
	iconv -t UTF-16LE "$1" > "$2/unmarked.txt"
	{ cat "$2/session.txt"; printf '\ngw:/#> configure\ngw:/config/#> tunnel\n'; } > "$2/typed.txt"
}

@test "device: a capture of the document is as good: comments, banner, prompt, echo, pager, UTF-16" {
	captures device.json right
	sed s/198.51.100.1/198.51.100.7/ device.json > other.json
	captures other.json wrong
	for form in right/*.txt; do
		run --separate-stderr "$WEIPSEC" check --device "$form" sound.cfg
		[ "$status$output$stderr" = 0 ] || { echo "$form: $output$stderr"; return 1; }
		[ "$(findings --device "wrong/${form#*/}" sound.cfg)" = "4 WI602" ] || { echo "$form"; return 1; }
	done
}

@test "device: what stands behind a captured document is a prompt or a comment, or it is refused" {
	{ cat device.json; printf '# end\n\ngw:/#> show ipsec\n'; } > a.json
	run --separate-stderr -0 "$WEIPSEC" check --device a.json sound.cfg
	[ -z "$output$stderr" ]
	refused "line 4: something stands behind the document" <<< $'# a\n{ "iface": []\n}\n}'
	refused "line 3: something stands behind the document" <<< $'gw:/#> show run\n{ "iface": [] }\nApplying'
	refused "line 3: the document ends too early" <<< $'show running-config\n{ "iface": ['
}

@test "device: standard input is the document or the file, not both" {
	run --separate-stderr -0 "$WEIPSEC" check --device - sound.cfg < device.json
	[ -z "$output$stderr" ]
	run --separate-stderr -0 "$WEIPSEC" check --device device.json - < sound.cfg
	[ -z "$output$stderr" ]
	run --separate-stderr -64 "$WEIPSEC" check --device - - < device.json
	[ -z "$output" ]
	[[ $stderr == *"not both"* ]]
}

@test "device: it is for one file, and for no folder" {
	mkdir folder
	cp sound.cfg folder
	for operands in 'sound.cfg sound.cfg' folder 'folder sound.cfg'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 "$WEIPSEC" check --device device.json $operands
		[ -z "$output" ]
		[[ $stderr == "weipsec: --device is for one FILE"* ]]
	done
	run --separate-stderr -64 "$WEIPSEC" check --device device.json
	run --separate-stderr -64 "$WEIPSEC" check sound.cfg --device
}

@test "device: a document that cannot be read is exit status 2, and nothing is checked" {
	run --separate-stderr -2 "$WEIPSEC" check --format json --device missing.json sound.cfg
	[ -z "$output" ]
	[ "$stderr" = "weipsec: missing.json: No such file or directory" ]
	run --separate-stderr -2 "$WEIPSEC" check --device . sound.cfg
	[ "$stderr" = "weipsec: .: Is a directory" ]
}

@test "device: damaged JSON is refused, with its line" {
	refused "line 3: the document ends too early" <<< $'{ "iface": [\n'
	printf '' | refused "line 1: the document ends too early"
	refused "line 2: something stands behind the document" <<< $'{\n}}'
	refused "line 2: no JSON: --device takes a WeOS 5 backup, or a part of one" <<< $'{\n]'
	refused "line 1: no JSON: --device takes a WeOS 5 backup, or a part of one" < sound.cfg
	refused "line 2: a key stands twice in one object" <<< $'{ "iface": [],\n"iface": [] }'
	printf '{ "a": "\xff" }' | refused "line 1: bytes that are not UTF-8"
	refused "line 1: a NUL in a string" <<< '{ "a": "\u0000" }'
	refused "line 1: a NUL in a string" <<< '{ "a\u0000": 1 }'
	refused "line 1: a number is too large" <<< '{ "a": 1e999 }'
	printf '{ "a": "x\0y" }' > nul.json
	run --separate-stderr -2 "$WEIPSEC" check --device nul.json sound.cfg
	[ -z "$output" ]
	head -c 4096 /dev/urandom > noise.json
	run --separate-stderr -2 "$WEIPSEC" check --device noise.json sound.cfg
	[ -z "$output" ]
}

@test "device: a document cut short anywhere is refused, and never read in part" {
	size=$(jq -c . device.json | tee whole.json | wc -c)
	for ((length = 0; length < size - 1; length += 5)); do
		head -c "$length" whole.json > part.json
		run --separate-stderr -2 "$WEIPSEC" check --device part.json sound.cfg
		[ -z "$output" ]
	done
}

@test "device: deep and large documents are refused" {
	nested 100000 | refused "line 1: nested too deep"
	{ printf '{ "a": "'; head -c 4194304 /dev/zero | tr '\0' x; printf '" }'; } > large.json
	refused "the file is over 4 MiB: no backup is that large" < large.json
}

@test "device: many interfaces are read" {
	{
		printf '{ "iface": [ '
		seq 30000 | awk '{ printf "{ \"id\": \"v%d\", \"inet\": [ { \"type\": \"static\", \"address\": \"10.%d.%d.%d/30\" } ] },\n",
			$1, $1 / 65536, $1 / 256 % 256, $1 % 256 }'
		echo '{} ] }'
	} > many.json
	[ "$(findings --device many.json sound.cfg)" = "" ] # the last one may have any address
	sed -i 's/{} \]/{ "inet": [] } ]/' many.json
	[ "$(findings --device many.json sound.cfg)" = "4 WI602" ]
	run -1 "$WEIPSEC" check --device many.json sound.cfg
	[[ $output == *"10.0.0.4 (v4) and 29996 more"* ]]
}

@test "device: a known key of another type is refused by its path" {
	refused "the document is not an object" <<< '[]'
	refused "'system' is not an object" <<< '{ "system": "gw" }'
	refused "'system.hostname' is not a string" <<< '{ "system": { "hostname": 5 } }'
	refused "'meta.release' is not a string" <<< '{ "meta": { "release": 5.24 } }'
	refused "'meta.encrypted-secrets.key-source' is not a string" \
		<<< '{ "meta": { "encrypted-secrets": { "key-source": true } } }'
	refused "'iface' is not a list" <<< '{ "iface": {} }'
	refused "'iface[1]' is not an object" <<< '{ "iface": [ {}, "vlan1" ] }'
	refused "'iface[0].enabled' is not true or false" <<< '{ "iface": [ { "enabled": "yes" } ] }'
	refused "'iface[0].inet' is not a list" <<< '{ "iface": [ { "inet": "dhcp" } ] }'
	refused "'iface[0].inet[1].address' is not a string" \
		<<< '{ "iface": [ { "inet": [ {}, { "type": "static", "address": 7 } ] } ] }'
	refused "'ip.firewall.enable' is not true or false" <<< '{ "ip": { "firewall": { "enable": 1 } } }'
	refused "'ip.firewall.input.policy' is not a string" \
		<<< '{ "ip": { "firewall": { "input": { "policy": [] } } } }'
}

@test "device: what is absent, null or unknown is no reason to complain" {
	for document in '{}' '{ "iface": null, "system": null, "meta": null, "ip": null }' \
		'{ "iface": [] }' '{ "iface": [ {} ], "x": { "iface": 1 } }' \
		'{ "system": { "hostname": null }, "tunnel": { "ipsec": [ 1 ] } }' \
		'{ "iface": [ { "inet": [ { "type": "static", "address": "fe80::1/64" } ] } ] }' \
		'{ "iface": [ { "inet": [ { "type": "static", "address": "10.0.0.300/24" } ] } ] }' \
		'{ "iface": [ { "inet": [ { "type": "pppoe" }, { "address": "10.0.0.1/24" } ] } ] }'; do
		run --separate-stderr -0 "$WEIPSEC" check --device /dev/stdin sound.cfg <<< "$document"
		[ -z "$output$stderr" ] || { echo "$document: $output$stderr"; return 1; }
	done
}

@test "device: the last --device counts, and --list-files reads none" {
	echo broken > broken.json
	run --separate-stderr -0 "$WEIPSEC" check --device broken.json --device device.json sound.cfg
	run --separate-stderr -0 "$WEIPSEC" check --list-files --device broken.json sound.cfg
	[ "$output" = sound.cfg ]
}

@test "device: nothing of the document is shown but addresses and plain names of interfaces" {
	local secret=hushHush-4Zq9
	refused "line 1: no JSON: --device takes a WeOS 5 backup, or a part of one" \
		<<< "{ \"secret\": \"x\" $secret }"
	refused "line 1: no JSON: --device takes a WeOS 5 backup, or a part of one" \
		<<< "{ \"secret\": \"$secret\" \"y\" }"
	cat > shown.json <<-EOT
		{ "meta": { "release": "$secret", "encrypted-secrets": { "key-source": "$secret" } },
		  "system": { "hostname": "$secret", "secret": "$secret" },
		  "iface": [ { "id": "a $secret\u001b[31m", "inet": [ { "type": "static",
		    "address": "198.51.100.7/24" } ] } ] }
	EOT
	for format in text gcc json sarif junit github; do
		run --separate-stderr -1 "$WEIPSEC" check --format "$format" --device shown.json sound.cfg
		[[ $output == *198.51.100.7* ]]
		refute_output "$secret" $'\e'
	done
}

@test "device: --fix and --diff know the device" {
	sound | sed 's/aes128gcm16/aes128gcm128/' > sound.cfg
	run --separate-stderr -0 "$WEIPSEC" check --fix --device device.json sound.cfg
	grep -q aes128gcm16 sound.cfg
	sed -i 's/198.51.100.1/198.51.100.7/' device.json
	run --separate-stderr -1 "$WEIPSEC" check --diff --device device.json sound.cfg
	[[ $stderr == *WI602* ]]
}

@test "device: compile and show know what the text tells of it" {
	{ printf 'iface vlan2 inet static\n    address 198.51.100.7/24\n    end\n'; sound; } > told.cfg
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl told.cfg
	[ -z "$output" ]
	[[ $stderr == *WI602* ]]
}

@test "device: hostile text about interfaces is read to its end, and says nothing" {
	{
		seq 20000 | sed 's/.*/iface v& inet static address 10.0.0.1\/24/'
		sound
	} > sound.cfg
	[ "$(findings sound.cfg)" = "" ] # more lines than are kept: not all is known
	{
		printf 'iface\niface \x01 inet\niface vlan1 inet\naddress\naddress \0\n'
		printf 'no iface\nno\nno address\nsystem hostname\niface "a inet static\n'
		printf 'iface vlan1 inet static address 10.0.0.1/33 # x\nend\n'
		sound
	} > sound.cfg
	run findings sound.cfg
	[[ $output != *WI602* && $output != *WI10[1-5]* && $output != *WI2* ]]
}

@test "device: lines of interfaces in whatever order are one device" {
	{
		cat <<-'EOT'
			iface vlan2
			    inet static
			    no address 198.51.100.9/24
			    address 198.51.100.9/24
			    address 198.51.100.1/24 secondary # the tunnels'
			    no address 198.51.100.9/24
			    end
		EOT
		sound
	} > sound.cfg
	[ "$(findings sound.cfg)" = "" ]
	sed -i 's/local-address .*/local-address 198.51.100.9/' sound.cfg
	[ "$(findings sound.cfg)" = "11 WI602" ]
	sed -i 's/^    inet static/    inet dhcp/' sound.cfg
	[ "$(findings sound.cfg)" = "11 WI610" ]
}
