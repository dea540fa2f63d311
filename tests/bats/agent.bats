# SPDX-License-Identifier: ISC
# Agent configuration: the module, what is written, and both readers of it (docs/agent.md).
# shellcheck disable=SC2154,SC2030,SC2031 # bats and helper.bash set them

bats_require_minimum_version 1.5.0
load helper

module=$BATS_TEST_DIRNAME/../../schemas/weipsec-agent.yang

setup() {
	enter_folder
	test_agent=${WEIPSEC_BUILD:-$root/build}/tests/test_agent
	WEIPSEC_APPLY=${WEIPSEC_BUILD:-$root/build}/weipsec-apply
}

# Two tunnels, one of them with certificates; every leaf of the module but `octets' is there.
two() {
	cat <<-'EOT'
		tunnel
		    ipsec 1
		        description <both> & "all"
		        initiator
		        peer 192.0.2.2
		        local-address 198.51.100.1
		        local-id name alice
		        remote-id CN=bob, O=Example
		        secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznmk=
		        local-subnet 10.1.0.0/16
		        remote-subnet 10.2.0.0/16
		        ike cipher aes128gcm16 prf prfsha256 dh x25519
		        esp cipher aes256 auth sha256 dh x25519
		        dpd-action trap
		        dpd-delay 20
		        dpd-timeout 90
		        sa-rekey-time 2h
		        reauth-time 1d
		        version 2
		        enable
		    end
		    ipsec 2
		        method cert
		        certificate own
		        ca plant
		        revocation strict
		        local-address 198.51.100.1
		        remote-id name carol
		        no dpd-action
		    end
		end
	EOT
}

# The cases of testdata/accept but those that are sound by the options of their NAME.args alone, which
# compile to nothing.
compiled() {
	local file
	accepted | while read -r file; do
		[ ! -s "${file%.*}.agent" ] || echo "$file"
	done
}

versionless() {
	sed 's/made by weipsec [0-9.]*\.$/made by weipsec VERSION./'
}

@test "agent: the module has no warning" {
	run --separate-stderr yanglint "$module"
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "agent: what is written for every accept file is valid XML" {
	mkdir xml
	compiled | sed 's/\.[^.]*$/.agent/' | tar -cPf - -T - --transform='s|.*/||;s|agent$|xml|' | tar -xf - -C xml
	[ "$(find xml -type f | wc -l)" -gt 300 ]
	yanglint "$module" xml/*.xml
	# and one that is not would have been found among them
	echo '<ipsec xmlns="urn:weipsec:agent"><tunnel/></ipsec>' > xml/zz.xml
	run yanglint "$module" xml/*.xml
	[ "$status" -ne 0 ]
}

# What FOLDER/1.out and so on are to be: the files $3... with the ending $2.
are() {
	local number=0 file
	sed -i '1s/made by weipsec [0-9.]*\.$/made by weipsec VERSION./' "$1"/*.out
	each_is_well "$1" || { cat "$1"/*.err; return 1; }
	[ $# -gt 300 ]
	cmp <(for file in "${@:3}"; do echo "$1/$((number += 1)).out"; done | xargs cat) \
		<(printf "%s$2\n" "${@:3}" | xargs cat) && return
	number=0
	for file in "${@:3}"; do
		cmp "$1/$((number += 1)).out" "$file$2" || { echo "$file: $1"; return 1; }
	done
}

# One pass over all of them: JSON, both readers, and back.
@test "agent: text, XML and JSON of every accept file are one model" {
	mapfile -t files < <(compiled)
	names=("${files[@]##*/}")
	names=("${names[@]%.*}")
	# the name of the file is among what is written
	for file in "${files[@]}"; do
		printf '%s\t' "${file%/*}" compile --to agent --json
		echo "${file##*/}"
	done | each made
	each_is_well made
	mkdir json
	printf '%s\n' "${names[@]}" | awk '{
		while ((getline line < ("made/" NR ".out")) > 0)
			print line > ("json/" $0 ".json")
		close("made/" NR ".out")
		close("json/" $0 ".json")
	}'
	printf ".\tcompile\t--to\tagent\tjson/%s.json\n" "${names[@]}" | each back
	are back .agent "${files[@]%.*}"
	printf ".\tcompile\t--to\tswanctl\tjson/%s.json\n" "${names[@]}" | each of-json
	are of-json .swanctl "${files[@]%.*}"
	printf ".\tcompile\t--to\tswanctl\t%s.agent\n" "${files[@]%.*}" | each of-xml
	are of-xml .swanctl "${files[@]%.*}"
	for number in "${!names[@]}"; do
		base=${files[number]%.*}
		printf '%s\n' "json/${names[number]}.json" "$base.agent" >&3
		printf '%s\n' "$base.swanctl" "$base.swanctl"
	done > wanted 3> given
	# shellcheck disable=SC2086 # a command and its options, or nothing
	xargs ${WEIPSEC_WRAPPER:-} "$test_agent" < given | versionless | cmp - <(xargs cat < wanted)
	yanglint "$module" json/*.json
}

@test "agent: the same input gives the same bytes, and XML gives itself" {
	two > two.cfg
	for form in "" --json; do
		"$WEIPSEC" compile --to agent $form two.cfg > first
		"$WEIPSEC" compile --to agent $form two.cfg | cmp - first
		"$WEIPSEC" compile --to agent $form first | cmp - first
	done
}

@test "agent: the file belongs to its owner where it has a secret" {
	two > two.cfg
	"$WEIPSEC" compile --to agent -o two.xml two.cfg
	[ "$(stat -c %a two.xml)" = 600 ]
	grep -v secret two.cfg | sed 's/ipsec 1/&\n no enable/; s/  enable//' > none.cfg
	umask 022
	"$WEIPSEC" compile --to agent -o none.xml none.cfg 2> /dev/null
	[ "$(stat -c %a none.xml)" = 644 ]
}

@test "agent: file names are made fit for XML" {
	two > $'a&b\x01\xff.cfg'
	"$WEIPSEC" compile --to agent $'a&b\x01\xff.cfg' > out
	grep -x '      <file>a&amp;b??.cfg</file>' out
}

@test "agent: the map has each setting's line" {
	two > two.cfg
	for form in "" --json; do
		"$WEIPSEC" compile --to agent $form -o out --map map two.cfg
		jq -r '.lines[] | select(.setting) | "\(.line) \(.setting) \(.tunnel)"' map > settings
		[ "$(grep -c ' 1$' settings)" -gt 30 ]
		for setting in enable description version initiator method secret revocation local-address \
			peer local-id remote-id local-subnet remote-subnet ike esp dpd-action dpd-delay \
			dpd-timeout sa-rekey-time reauth-time; do
			line=$(awk -v s="$setting" '$2 == s { print $1; exit }' settings)
			sed -n "${line}p" out | grep -qE "^ +[<\"]${setting}[\">]" ||
				{ echo "$setting: line $line"; return 1; }
		done
		[ "$(jq '[.lines[] | select(.setting == "peer" and .tunnel == 1)][0] | .from.line' map)" = 5 ]
		jq -e '.lines[] | select(.setting == "peer" and .tunnel == 2) | .default' map > /dev/null
	done
}

@test "agent: a map from agent configuration names the WeOS file and its lines" {
	two > two.cfg
	"$WEIPSEC" compile --to swanctl --map direct two.cfg > /dev/null
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	"$WEIPSEC" compile --to swanctl --map around two.xml > /dev/null
	for map in direct around; do
		jq -c '.lines[] | [.line, .tunnel, .setting, .default, .file, .from.line]' $map > $map.lines
	done
	diff direct.lines around.lines
	jq -e '.lines[] | select(.from) | .from | .column == 1 and .end_line == .line + 1' around > /dev/null
}

@test "agent: --json is for agent configuration" {
	two > two.cfg
	run --separate-stderr "$WEIPSEC" compile --to swanctl --json two.cfg
	[ "$status" -eq 64 ]
	[ -z "$output" ]
}

# Tunnels 3, 4 and 5 have identities that are too long for charon; 4 is disabled.
long_identities() {
	local id no
	two | sed '$d'
	for id in 3 4 5; do
		[ $id = 4 ] && no=no || no=
		printf ' ipsec %s\n %s enable\n local-address 198.51.100.1\n secret secret-secret-%s\n' $id "$no" $id
		printf ' remote-id key %s%s\n end\n' "$(printf 'k%.0s' {1..254})" $id
	done
	echo end
}

# where FILE ID: the place of that tunnel's remote-id
where() {
	awk -v f="$1" -v id="$2" '$0 ~ "^ ipsec " id "$" || $0 ~ "<id>" id "<" || $0 ~ "\"id\": " id "," { found = 1 }
		found && /remote-id/ { print f ":" NR; exit }' "$1"
}

@test "agent: what a backend cannot express is one refusal in both languages and both programs" {
	local says="this remote-id is too long for charon as owner of a secret: it would be cut off after 255 characters"
	long_identities > long.cfg
	for form in '' --json; do
		"$WEIPSEC" compile --to agent $form long.cfg > "long$form" 2> /dev/null
	done
	for program in "$WEIPSEC compile --to swanctl" "$WEIPSEC_APPLY --dry-run --state-dir $PWD/state --vici unix://$PWD/vici"; do
		for file in long.cfg long long--json; do
			# shellcheck disable=SC2086 # a program and its options
			run --separate-stderr $program $file
			[ "$status" -eq 1 ]
			[ -z "$output" ]
			refute_output secret-secret
			sed -n 's/^\([^:]*:[0-9]*\)\(:[0-9]*\)\?: error: \(.*\) \[WI613\]$/\1 \3/p' <<< "$stderr" > said
			diff said <(for id in 3 5; do echo "$(where $file $id) $says"; done) || { echo "$program"; return 1; }
		done
	done
	[ ! -e state ]
}

@test "agent: bytes of a key that are no text, blanks, and marks of XML survive" {
	two | sed 's/remote-id CN.*/remote-id "keyid:#00ff3c20"/; s/local-id name alice/local-id "keyid:#2020"/' > odd.cfg
	"$WEIPSEC" compile --to swanctl odd.cfg > expected
	for form in "" --json; do
		"$WEIPSEC" compile --to agent $form odd.cfg > odd
		grep -q '00:ff:3c:20' odd
		"$WEIPSEC" compile --to swanctl odd | cmp - expected
		"$test_agent" odd | cmp - expected
	done
}

# at_line FILE LINE: standard error is one line, an error there
at_line() {
	local place="^$1:$2: error: [^"$'\n'"]+$"
	[[ $stderr =~ $place ]]
}

# refused FILE LINE [WORDS]: LINE is a pattern; both readers refuse it, there, in one line, and show no secret
refused() {
	run --separate-stderr "$WEIPSEC" compile --to swanctl "$1"
	[ "$status" -eq 1 ] || { echo "$1: status $status"; return 1; }
	[ -z "$output" ]
	at_line "$1" "$2" || { echo "$stderr"; return 1; }
	[[ $stderr == *"${3:-}"* ]] || { echo "$stderr"; return 1; }
	refute_output p0km74 secret-secret
	# shellcheck disable=SC2086 # a command and its options, or nothing
	run --separate-stderr ${WEIPSEC_WRAPPER:-} "$test_agent" "$1"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	at_line "$1" "$2" || { echo "$stderr"; return 1; }
	[[ $stderr == *"${3:-}"* ]] || { echo "$stderr"; return 1; }
	refute_output p0km74 secret-secret
}

# Line, edit of sed, what is said of it.
@test "agent: damaged and hostile XML is one error with its line" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	while IFS='|' read -r line edit words; do
		sed "$edit" two.xml > bad.xml
		! cmp -s bad.xml two.xml || { echo "no change: $edit"; return 1; }
		refused bad.xml "$line" "$words" || { echo "edit: $edit"; return 1; }
	done <<-'EOT'
		1|1s/^/<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "\&a;\&a;\&a;\&a;\&a;">]>/|document type
		2|1s/^/<?xml version="1.0"?>\n<!DOCTYPE l SYSTEM "file:\/\/\/etc\/passwd">/|document type
		6|6s/<description>/&\&xxe;/|not well-formed
		6|6s/<description>/&\x01/|not UTF-8
		6|6s/<description>/&\xff/|not UTF-8
		6|6s/<description>/&\x00/|not UTF-8
		6|6s/<description>/&\&#0;/|not well-formed
		7|7s/>2</>3</|'version' has a value
		7|7s/>2</>two</|'version' has a value
		7|7s/<version>2/<version xmlns="urn:x">2/|
		7|7s/<version>/<version a="1">/|
		7|7s/.*/&\n&/|twice
		7|7s/.*/&<odd>1<\/odd>/|
		3|7d|lacks its 'version'
		10|10s/>.*</>secret-secret</|'secret' has a value
		10|10s/=</</|'secret' has a value
		10|10s/secret>/a>/g|
		13|13s/>.*</>198.51.100.1</|the peer 198.51.100.1 is the local-address too [WI608]
		8|13s/>.*</>any</|an initiator needs a peer to connect to [WI603]
		13|13s/>.*</>192.0.2.256</|'peer' has a value
		13|13s/>.*</>224.0.0.1</|'peer' has a value
		[12]|s/urn:weipsec:agent/urn:other/|
		[12]|s/ipsec/ipsek/|
		4|4s/>1</>65536</|
		4|4s/>1</><id>1<\/id></|
		[12][09]|20,$d|not well-formed
		[34]|3s/$/text/|
	EOT
}

@test "agent: damaged and hostile JSON is one error with its line" {
	two > two.cfg
	"$WEIPSEC" compile --to agent --json two.cfg > two.json
	while IFS='|' read -r line edit words; do
		sed "$edit" two.json > bad.json
		! cmp -s bad.json two.json || { echo "no change: $edit"; return 1; }
		refused bad.json "$line" "$words" || { echo "edit: $edit"; return 1; }
	done <<-'EOT'
		3|3s/weos5/&\\u0000/|
		8|8s/<both/\xff/|not UTF-8
		9|9s/2/"2"/|'version' has a value
		9|9s/2/3/|'version' has a value
		9|9s/2/1e999999999/|
		9|9s/"version"/"odd"/|
		9|9s/$/"@version": {"x:y": 1},/|
		5|9d|lacks its 'version'
		7|7s/true/"true"/|'enable' has a value
		7|7s/true/null/|'enable' has a value
		12|12s/: ".*"/: 12345678/|'secret' has a value
		12|12s/: ".*"/: "secret-secret"/|'secret' has a value
		[12][09]|20,$d|not well-formed
	EOT
	cp two.json bad.json
	echo x >> bad.json
	refused bad.json "$(wc -l < bad.json)" "follows the end"
	for text in '{"weipsec-agent:ipsec": null}' '{"weipsec-agent:ipsec": []}' \
		'{"weipsec-agent:ipsec": {"tunnel": {}}}' '{"weipsec-agent:ipsec": {"tunnel": [1]}}' \
		'{"weipsec-agent:ipsec": {"tunnel": [[]]}}' '{"weipsec-agent:ipsec": {"tunnel": [{}]}}' \
		'{"weipsec-agent:ipsec": {}, "weipsec-agent:odd": {}}' '{"weipsec-agent:ipsec": {"odd": 1}}'; do
		echo "$text" > bad.json
		refused bad.json 1
	done
}

@test "agent: what stands for a name is told only if it is nearly one of the module" {
	local name
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	"$WEIPSEC" compile --to agent --json two.cfg > two.json
	for name in Zq7vKx9p0km74 secret.Zq7vKx9p0km74 firewall12p0km74; do
		sed "7s/.*/&<$name>1<\/$name>/" two.xml > bad.xml
		refused bad.xml '[0-9]*'
		sed "7s/.*/<$name xmlns=\"urn:x\">2<\/$name>/" two.xml > bad.xml
		refused bad.xml '[0-9]*'
		sed "7s/.*/<$name a=\"$name\">2<\/$name>/" two.xml > bad.xml
		refused bad.xml '[0-9]*'
		sed "9s/\"version\"/\"$name\"/" two.json > bad.json
		refused bad.json '[0-9]*'
		sed "9s/\"version\"/\"secret:$name\"/" two.json > bad.json
		refused bad.json '[0-9]*'
		sed "9s/\"version\"/\"ike\": {\"$name\": 1}, &/" two.json > bad.json
		refused bad.json '[0-9]*'
		echo "{\"weipsec-agent:ipsec\": {\"$name\": 1}}" > bad.json
		refused bad.json 1
		echo "<ipsec xmlns=\"urn:weipsec:agent\"><$name>1</$name></ipsec>" > bad.xml
		refused bad.xml 1
	done
	sed '7s/version/verison/g' two.xml > bad.xml
	# shellcheck disable=SC2086 # a command and its options, or nothing
	run --separate-stderr -1 ${WEIPSEC_WRAPPER:-} "$test_agent" bad.xml
	[[ $stderr == "bad.xml:7: error: there is no 'verison' in a tunnel" ]]
	sed '7s/version/frobnicate/g' two.xml > bad.xml
	# shellcheck disable=SC2086 # a command and its options, or nothing
	run --separate-stderr -1 ${WEIPSEC_WRAPPER:-} "$test_agent" bad.xml
	[[ $stderr == "bad.xml:7: error: there is no such name in a tunnel" ]]
}

@test "agent: large and deep documents are refused in bounded memory" {
	head='<ipsec xmlns="urn:weipsec:agent">'
	{ echo "$head"; head -c 100000000 /dev/zero | tr '\0' ' '; } > large.xml
	{ echo "$head"; yes '<a>' | head -500000 | tr -d '\n'; } > deep.xml
	{ echo '{"weipsec-agent:ipsec":'; yes '[' | head -500000 | tr -d '\n'; } > deep.json
	{ echo "$head"; yes '<tunnel/>' | head -100000; echo '</ipsec>'; } > many.xml
	refused large.xml 1 "over 4 MiB"
	refused deep.xml 2 "nested too deeply"
	refused deep.json 2 "nested too deeply"
	refused many.xml 8193 "more in it"
	case ${WEIPSEC_BUILD:-}${WEIPSEC_WRAPPER:-}$WEIPSEC in
	*san* | *valgrind*) ;;
	*)
		(
			ulimit -v 300000
			refused large.xml 1
			refused many.xml 8193
		)
		;;
	esac
}

# repeated COUNT WORDS: without a line's end
repeated() {
	yes "$2" | head -"$1" | tr -d '\n'
}

# Each is within 4 MiB and took a library minutes: what it does for each is done for each pair.
@test "agent: wide documents are refused before a library takes their square" {
	local head='<ipsec xmlns="urn:weipsec:agent">' tunnel='{"weipsec-agent:ipsec": {"tunnel": [{'
	{ printf '<ipsec\n'; seq -f 'xmlns:a%.0f="x"' 200000; echo '/>'; } > prefixes.xml
	{ printf '<ipsec\n'; seq -f 'a%.0f="x"' 200000; echo '/>'; } > attributes.xml
	{ echo "$head<tunnel>"; repeated 100000 '<default>secret</default>'; } > defaults.xml
	{ echo "$head<tunnel>"; repeated 100000 '<source/>'; } > sources.xml
	{ echo "$head"; repeated 1000000 '<!--'; echo '-->'; } > comment.xml
	{ echo "$head"; repeated 1000000 '&'; } > references.xml
	{ echo "$head"; repeated 20000 '&'; echo '<!-- -->'; } > error.xml
	{ echo "$head"; echo '<!-- that does not end'; } > open.xml
	{ echo "$tunnel\"default\": ["; repeated 100000 '"secret",'; echo '"secret"]}]}}'; } > defaults.json
	{ echo "$tunnel"; seq -f '"k%.0f": 1,' 200000; echo '"z": 1}]}}'; } > names.json
	refused prefixes.xml 1 "a tag is too long"
	refused attributes.xml 1 "a tag is too long"
	refused defaults.xml 2 "more in it"
	refused sources.xml 2 "more in it"
	refused comment.xml 2 "a text or comment is too long"
	refused references.xml 1 "a text or comment is too long"
	refused error.xml 2 "not well-formed"
	refused open.xml 2 "not well-formed"
	refused defaults.json 2 "more in it"
	refused names.json '8[0-9]*' "more in it"
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	sed "2s/^/<!-- $(repeated 60000 x) -->/" two.xml > long.xml
	"$test_agent" long.xml > /dev/null
	"$WEIPSEC" compile --to agent long.xml | cmp - two.xml
}

@test "agent: at most 25 tunnels, each with an id of its own" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	second=$(sed -n '/<id>2</,/<\/tunnel>/p' two.xml | sed 's/ipsec2/ipsec9/; s/carol/&ID/; /<default>desc/d')
	many() {
		local next
		sed '$d' two.xml
		for id in $(seq 3 "$1"); do
			next=${second/>2</>$id<}
			echo "<tunnel>${next/ID/$id}"
		done
		echo '</ipsec>'
	}
	many 25 > 25.xml
	many 26 > 26.xml
	"$WEIPSEC" compile --to swanctl 25.xml | grep -c $'^\tipsec[0-9]* {' | grep -x 25
	"$test_agent" 25.xml > /dev/null
	refused 26.xml "$(grep -n '<id>26<' 26.xml | cut -d: -f1)" "more than 25"
	sed 's/<id>2</<id>1</; s/ipsec2/ipsec1/' two.xml > same.xml
	refused same.xml "$(grep -n '<tunnel>' same.xml | sed -n '2s/:.*//p')" "two tunnels"
}

# Edit of sed, what is said of it: the module refuses it by its must statements, weipsec and the device
# by the rules, with one wording.
@test "agent: rules over several settings hold in the module and in both readers" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	yanglint "$module" two.xml
	while IFS='|' read -r edit words; do
		sed "$edit" two.xml > bad.xml
		! cmp -s bad.xml two.xml || { echo "no change: $edit"; return 1; }
		! yanglint "$module" bad.xml 2> /dev/null || { echo "yanglint: $edit"; return 1; }
		refused bad.xml '[0-9]*' "$words" || { echo "edit: $edit"; return 1; }
	done <<-'EOT'
		/<secret>/d|method psk needs a secret [WI401]
		/<certificate>own/d|method cert needs a certificate [WI410]
		/<ca>plant/d|method cert needs a ca: any CA of the device would be trusted [WI411]
		/<local-address>/d|local-address is not set, and the tunnel cannot work without it [WI601]
		s/<peer>192.*</<peer>any</|an initiator needs a peer to connect to [WI603]
		s/<peer>192.*</<peer>198.51.100.1</|the peer 198.51.100.1 is the local-address too [WI608]
		s/<initiator>true/<initiator>false/|a responder can only clear a tunnel whose peer is dead [WI702]
		s/10.[12].0.0.16/0.0.0.0\/0/|both sides are 0.0.0.0/0: every packet
		s/<prf>.*//|'aes128gcm16' is an AEAD cipher and needs a prf in ike [WI301]
		s/<prf>.*/&<auth>sha256<\/auth>/|'aes128gcm16' is an AEAD cipher and takes a prf, not an auth [WI304]
		s/<cipher>aes256</<cipher>aes128ccm12</|'aes128ccm12' is an AEAD cipher and takes no auth in esp [WI304]
		s/<auth>.*//|'aes256' without auth encrypts what anyone can alter unnoticed [WI306]
		s/<dh>.*//|ike needs a dh group [WI303]
		s/<version>2/<version>1/|version 1 has no 'aes128gcm16' for ike: no peer would agree [WI308]
		s/<prf>.*//; s/<cipher>aes128gcm16/<cipher>aes128/|'aes128' only encrypts, and needs an auth in ike [WI302]
		s/<cipher>aes128gcm16/<cipher>aes128/|'aes128' is no AEAD cipher and takes an auth, not a prf [WI307]
		s/<type>name/<type>any/|'any' matches anyone, and names nobody as local-id [WI416]
		s/<type>name/<type>subject/|
		s/<local-subnet>10.*//|local-subnet is neither there nor listed as default
		s/<default>ike.*//|ike is neither there nor listed as default
		s/<default>secret.*//|secret is neither there nor listed as default
		s/<type>dn/<type>none/|
		s/<cipher>aes128gcm16.*//|a suite needs a cipher
		s/<default>esp.*/&<esp\/>/|a suite needs a cipher
		s/<ike>/&<cipher>aes128<\/cipher><\/ike><ike>/|'ike' 
		s/<dialect>.*/&&/|'dialect' is there twice
	EOT
}

# Edit of sed, the line, what is said of it: no must statement of the module looks at two tunnels.
@test "agent: the rules across tunnels, and a name that stands for anyone, hold in both readers" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	sed '/<tunnel>/,/<\/tunnel>/!d; /<tunnel>/{h;d}; H; /<\/tunnel>/!d; g; q' two.xml |
		sed 's/<id>1</<id>7</' > again
	sed '$d' two.xml | cat - again <(echo '</ipsec>') > three.xml
	second=$(grep -n '<tunnel>' three.xml | sed -n '3s/:.*//p')
	yanglint "$module" three.xml
	refused three.xml "$second" "tunnel 1 has the same local-id and remote-id: the wrong secret may be chosen [WI502]"
	sed 's/<type>name/<type>any/; s/<value>alice/<value>*/; s/<type>any/<type>name/' two.xml > star.xml
	yanglint "$module" star.xml
	refused star.xml "$(grep -n '<local-id>' star.xml | sed -n '1s/:.*//p')" "'*' matches anyone, and names nobody as local-id [WI416]"
	# what the rules only warn of is not said of a document
	sed 's/<dh>x25519/<dh>modp2048/' two.xml > weak.xml
	run --separate-stderr "$WEIPSEC" compile --to agent weak.xml
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# Every line of a document left out, twice there, and with other values: the readers ask no must
# statement of the module, and yet take nothing that it refuses.
@test "agent: what the readers take the module takes" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	mkdir made
	awk '
		function make(name, from, what,	i) {
			for (i = 1; i <= NR; i++)
				printf "%s", i == from ? what : line[i] "\n" > ("made/" from "." name)
			close("made/" from "." name)
		}
		{ line[NR] = $0 }
		END {
			count = split(" any none subject off false cert 1 0.0.0.0/0 198.51.100.1 aes128 peer", values, " ")
			for (from = 2; from < NR; from++) {
				make("left-out", from, "")
				make("twice", from, line[from] "\n" line[from] "\n")
				for (v = 0; v <= count; v++) {
					other = line[from]
					if (sub(/>[^<]+</, ">" values[v] "<", other) && other != line[from])
						make(v, from, other "\n")
				}
			}
		}' two.xml
	"$test_agent" made/* 2>&1 > /dev/null | sed 's/:.*//' > refused || true
	xargs rm < refused
	for file in made/*; do
		"$WEIPSEC" compile --to swanctl "$file" > /dev/null || { echo "$file"; return 1; }
		mv "$file" "$file.xml"
	done
	[ "$(wc -l < refused)" -gt 1000 ]
	[ "$(find made -type f | wc -l)" -gt 100 ]
	yanglint "$module" made/*.xml
}

@test "agent: a value that is no default cannot pass for one" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	sed '0,/<default>/s/<default>/<default>local-subnet<\/default>\n&/' two.xml > subnet.xml
	run "$WEIPSEC" compile --to swanctl subnet.xml
	[ "$status" -eq 1 ]
	run "$test_agent" subnet.xml
	[[ $status -eq 1 && $output == *"'local-subnet' is listed as default"* ]]
	sed '0,/<default>/s/<default>/<default>dpd-delay<\/default>\n&/' two.xml > delay.xml
	refused delay.xml 3 "'dpd-delay' is listed as default"
}

@test "agent: comments, CDATA, prefixes and another order are the same configuration" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	sed 's/<peer>192.0.2.2/<peer><![CDATA[192.0.]]>2<!-- <peer> -->.2/; 1s/^/\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><!-- x > -->/' two.xml > odd.xml
	sed 's/<\(\/\?\)\([a-z]\)/<\1q:\2/g; s/xmlns=/xmlns:q=/' two.xml > prefixed.xml
	sed -n '/<enable>t/{h;d}; /<source>/{x;p;x}; p' two.xml > moved.xml
	for file in prefixed moved; do
		"$WEIPSEC" compile --to agent $file.xml | cmp - two.xml
	done
	"$WEIPSEC" compile --to swanctl two.xml > expected
	for file in odd prefixed moved; do
		"$test_agent" $file.xml | cmp - expected
	done
}

@test "agent: check says that XML is not what it reads" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	run --separate-stderr "$WEIPSEC" check two.xml
	[ "$status" -eq 1 ]
	[[ $output == *"XML"*"[WI119]"* ]]
	refute_output p0km74
}

@test "agent: an encoding that XML declares is of no account, and nothing of a secret is told" {
	two > two.cfg
	"$WEIPSEC" compile --to agent two.cfg > two.xml
	"$WEIPSEC" compile --to swanctl two.cfg | grep -v '^#' > wanted
	for encoding in UTF-7 UTF-16 ISO-8859-1 EBCDIC-US nonsense; do
		{ echo "<?xml version=\"1.0\" encoding=\"$encoding\"?>"; cat two.xml; } > declared.xml
		# shellcheck disable=SC2086 # a command and its options, or nothing
		run --separate-stderr ${WEIPSEC_WRAPPER:-} "$test_agent" declared.xml
		[ -z "$stderr" ] || { echo "$encoding: $stderr"; return 1; }
		grep -v '^#' <<< "$output" | diff - wanted
	done
}

@test "agent: check says of a document of either form what it is for" {
	"$WEIPSEC" compile --to agent --json -o a.json "$root/testdata/accept/site/figure1-alice.weos"
	"$WEIPSEC" compile --to agent -o a.xml "$root/testdata/accept/site/figure1-alice.weos"
	tr -d ' \n' < a.json > b.json
	for file in a.json b.json a.xml; do
		run -1 "$WEIPSEC" check "$file"
		[[ $output == *"document, not CLI text: agent configuration is for 'weipsec compile' and weipsec-apply [WI119]"* ]]
		[[ $output != *--device* ]]
	done
	# another one may be a backup
	sed 's/weipsec-agent/ietf-interfaces/' a.json > c.json
	run -1 "$WEIPSEC" check c.json
	[[ $output == *--device* ]]
}
