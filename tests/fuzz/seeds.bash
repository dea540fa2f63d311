# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What fuzz targets begin with, made from the other test data.
#
#   seeds_of NAME FOLDER   inputs of the target NAME in FOLDER, which exists

# The texts that there are of WeOS.
seed_texts() {
	find "$@" -type f \( ! -name '*.*' -o -name '*.cfg' -o -name '*.weos' \) | LC_ALL=C sort
}

# Texts, each with a last byte that chooses a report and an output: most have a quick pair.
seeds_of_compile() {
	local file count=0 letters='@QRSTUabcde`QRSTUabcdeC'
	while read -r file; do
		{
			cat "$file"
			printf %s "${letters:count % ${#letters}:1}"
		} > "$1/$count"
		count=$((count + 1))
	done < <(seed_texts testdata/accept testdata/reject testdata/fuzz)
}

# Each compared in every way but as a document, which takes long.
seeds_of_compare() {
	local file choice count=0
	seeds_of_compile "$1"
	while read -r file; do
		for choice in E S T; do
			{
				cat "$file"
				printf %s "$choice"
			} > "$1/$((count += 1)).more"
		done
	done < <(seed_texts testdata/accept testdata/reject)
}

seeds_of_editor() {
	seeds_of_compile "$1"
}

# A gateway with one tunnel, from the address $1 with the network $2, and with what else is given.
seed_gateway() {
	printf '%s\n' tunnel 'ipsec 1' "local-address 192.0.2.$1" "local-subnet $2" \
		'secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm0=' "${@:3}" end end
}

# Three of them, one of which is the other end of both others, which have the networks $1 and $2, and are $3 and $4.
seed_three() {
	local hub=('peer 192.0.2.1' 'remote-id name hub' 'remote-subnet 10.1.0.0/16' initiator)
	seed_gateway 1 10.1.0.0/16 'local-id name hub' 'remote-id name *.x' 'remote-subnet 10.0.0.0/8'
	echo ====
	seed_gateway 2 "$1" "local-id name $3.x" "${hub[@]}"
	echo ====
	seed_gateway 3 "$2" "local-id name $4.x" "${hub[@]}"
}

# Both ends of pairs, and one end that has two others, with one network, one in the other, and one name.
seeds_of_network() {
	local name count=0 choice
	for name in testdata/pair/*/*-a.cfg; do
		[ -e "${name%-a.cfg}-b.cfg" ] || continue
		{
			cat "$name"
			echo ====
			cat "${name%-a.cfg}-b.cfg"
			printf %s $((count % 7))
		} > "$1/$((count += 1))"
	done
	for choice in 1 5 6; do
		{ seed_three 10.2.0.0/16 10.2.0.0/16 a b; printf %s $choice; } > "$1/equal-$choice"
		{ seed_three 10.2.0.0/16 10.2.3.0/24 a b; printf %s $choice; } > "$1/within-$choice"
		{ seed_three 10.2.0.0/16 10.3.0.0/16 a a; printf %s $choice; } > "$1/clone-$choice"
	done
}

# Texts of both languages, the last byte of which chooses what is made of them, and how.
seeds_of_rewrite() {
	local file choices choice count=0
	while read -r file; do
		choices='0 6'
		[[ $file != */migrate/* && $file != */weos4/* ]] || choices='1 3'
		for choice in $choices; do
			{
				cat "$file"
				printf %s "$choice"
			} > "$1/$((count += 1))"
		done
	done < <(seed_texts testdata/accept testdata/migrate)
}

seeds_of_agent() {
	find testdata/accept -name '*.agent' -exec cp -t "$1" {} +
}

seeds_of_device() {
	find testdata/accept testdata/reject -name '*.json' -exec cp --backup=numbered -t "$1" {} +
}

# Certificates with their keys: made anew each time, since no private key is kept.  Each once more with its CA and a CRL.
seeds_of_certificate() {
	local made certificate label
	made=$(mktemp -d)
	# shellcheck source=tests/pki.bash
	. tests/pki.bash
	pki_for_pages "$made/pki"
	pki_certificate names PlantCA subjectAltName=IP:192.0.2.1,email:plant@example.com
	pki_revoke branch PlantCA
	PKI_NAMED=1 PKI_KEEPS_INDEX=1 pki_crl PlantCA
	for certificate in "$made"/pki/x509/*; do
		label=${certificate##*/}
		cat "$certificate" "$made/pki/private/$label" > "$1/$label"
		openssl x509 -in "$certificate" -outform DER -out "$1/$label.der"
		{
			cat "$1/$label"
			echo ====
			cat "$made/pki/x509ca/PlantCA.pem"
			echo ====
			cat "$made/pki/x509crl/PlantCA.crl"
		} > "$1/$label.chain"
	done
	cp "$made/pki/x509ca/Bundle.pem" "$1/bundle"
	rm -r "$made"
}

# Lists of a CA with the name and the number of the certificate of fuzz_crl.c, and without.
seeds_of_crl() {
	local made form
	made=$(mktemp -d)
	# shellcheck source=tests/pki.bash
	. tests/pki.bash
	pki_new "$made/pki"
	PKI_SUBJECT=/CN=plant PKI_KEY=ed25519 pki_ca plant
	for form in DER PEM; do
		PKI_NAMED=1 pki_crl plant "$form"
		cp "$made/pki/x509crl/plant.crl" "$1/empty-$form"
		printf 'R\t990101000000Z\t250101000000Z\t1000\tunknown\t/CN=plant\n' > "$made/pki.made/plant.index"
		PKI_NAMED=1 PKI_KEEPS_INDEX=1 pki_crl plant "$form"
		cp "$made/pki/x509crl/plant.crl" "$1/listed-$form"
	done
	rm -r "$made"
}

# the keys that the tunnels of fuzz_keys.c want
seeds_of_keys() {
	local id way digit=0
	for id in 1 2; do
		for way in out in; do
			printf 'ipsec %d %s spi 0x10%d enc 0x%0*d auth 0x%0*d\n' $id $way $((digit += 1)) \
				$((id * 32)) $digit $((id * 64)) $((digit + 4))
		done
	done > "$1/keys"
}

# The packet $1, escaped as in transcripts, with its length.
vici_frame() {
	local bare=${1//\\x??/.} length
	printf -v length '\\x%02x' $((${#bare} >> 24)) $((${#bare} >> 16 & 255)) $((${#bare} >> 8 & 255)) \
		$((${#bare} & 255))
	printf '%b%b' "$length" "$1"
}

# The answers in the transcript on stdin, as one stream in $1, and each message of an event, as $1-N.
vici_transcript() {
	local way packet message count=0
	printf '\0' > "$1"
	vici_frame '\x05' >> "$1" # what the target listens for is agreed to
	while read -r way packet; do
		[ "$way" = '<' ] || continue
		vici_frame "$packet" >> "$1"
		message=${packet#'\x07\x07list-sa'}
		message=${message#'\x07\x09list-conn'}
		message=${message#'\x07\x03log'}
		[ "$message" != "$packet" ] || continue
		count=$((count + 1))
		printf '\001%b' "$message" > "$1-$count"
	done
}

seeds_of_vici() {
	local transcript name
	for transcript in testdata/vici/*.vici; do
		name=${transcript##*/}
		vici_transcript "$1/${name%.vici}" < "$transcript"
	done
}

# packets are made of their dictionary
seeds_of_packet() {
	:
}

# Each request of the protocol of the text that fuzz_lsp.c opens, alone and in a session, in frames and as they come.
seeds_of_lsp() {
	local method at='"position":{"line":6,"character":31}' uri='"textDocument":{"uri":"b"' line count=0
	local whole='"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}}'
	for method in hover completion definition codeAction documentSymbol formatting; do
		line='{"jsonrpc":"2.0","id":1,"method":"textDocument/'$method'","params":{'$uri'},'$at','$whole',"context":{}}}'
		printf '%s\nb' "$line" > "$1/$method"
		printf 'Content-Length: %d\r\n\r\n%s\xff' ${#line} "$line" > "$1/$method-frame"
	done
	for line in didClose'","params":{'"$uri"'}}}' didSave'","params":{'"$uri"'}}}' \
		didChange'","params":{'"$uri"',"version":2},"contentChanges":[{"text":"tunnel\n ipsec 1\n no \n ike \n"}]}}' \
		didChange'","params":{'"$uri"'},"contentChanges":[{'"$whole"',"text":"x"}]}}' \
		didOpen'","params":{"textDocument":{"uri":"c","version":1,"text":"# Westermo WeOS v4.33.0\ntunnel\n"}}}'; do
		{
			printf '%s%s\n' '{"jsonrpc":"2.0","method":"textDocument/' "$line"
			printf '%s\n' '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}'
			printf '%s%s\nb' '{"jsonrpc":"2.0","id":2,"method":"textDocument/completion","params":{' \
				"$uri"'},"position":{"line":2,"character":4}}}'
		} > "$1/notice-$((count += 1))"
	done
	printf '%s\n%s\nb' '{"id":1,"method":"shutdown"}' '{"method":"exit"}' > "$1/end"
	seeds_of_client "$1"
}

# Messages of what an editor sends, each a line of stdin, in frames, with the byte that has them taken in pieces.
lsp_frames() {
	local line
	while read -r line; do
		printf 'Content-Length: %d\r\n\r\n%s' ${#line} "$line"
	done
	printf '\xfc'
}

# A session of a client that can do all, and what it asks at the end of each line of a text.
seeds_of_client() {
	local typed=(tunnel 'ipsec 1' 'method ' 'local-id ' 'ike cipher ' 'ike cipher aes128 auth ' 'certificate ' 'no ' 'dpd-action ' '')
	local notice='{"jsonrpc":"2.0","method":' ask='{"jsonrpc":"2.0","id":3,"method":"textDocument/' i method
	local text='{"textDocument":{"uri":"file:///a%20b"' able='{"dynamicRegistration":true}'
	{
		printf '%s' '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{"general":' \
			'{"positionEncodings":["utf-8"]},"workspace":{"workspaceEdit":{"documentChanges":true},"didChangeWatchedFiles":' \
			"$able"'},"textDocument":{"publishDiagnostics":{"relatedInformation":true},"documentSymbol":' \
			'{"hierarchicalDocumentSymbolSupport":true},"hover":{"contentFormat":["markdown"]},"codeAction":' \
			'{"codeActionLiteralSupport":{}}}}}}'
		printf '\n%s\n' "$notice"'"initialized","params":{}}'
	} > "$1/begin"
	{
		cat "$1/begin"
		printf '%s' "$notice"'"textDocument/didOpen","params":'"$text"',"version":1,"text":"'
		printf '%s\\n' "${typed[@]}"
		printf '"}}}\n'
	} > "$1/open"
	{
		cat "$1/open"
		for i in "${!typed[@]}"; do
			printf '%s\n' "$ask"'completion","params":'"$text"'},"position":{"line":'"$i"',"character":'${#typed[i]}'}}}'
		done
		printf '%s\n' "$notice"'"workspace/didChangeWatchedFiles","params":{}}'
	} | lsp_frames > "$1/completions"
	{
		cat "$1/open"
		for i in "${!typed[@]}"; do
			printf '%s\n' "$ask"'hover","params":'"$text"'},"position":{"line":'"$i"',"character":'$((${#typed[i]} / 2))'}}}'
		done
	} | lsp_frames > "$1/hovers"
	i=0
	for text in 'tunnel\nipsec 1\npeer 192.0.2.2\nlocal-id name a\nremote-id name a\nike cipher aes128gcm16 auth sha256 dh x25519\nend\nend\n' \
		'tunnel\n ipsec 1\n  description x\nend\n\n\nend' 'example:/config/#> tunnel\n' 'tunnel\nipsec 1\nsecret \"\nend\n'; do
		i=$((i + 1))
		{
			cat "$1/begin"
			printf '%s\n' "$notice"'"textDocument/didOpen","params":{"textDocument":{"uri":"b","version":1,"text":"'"$text"'"}}}'
			for method in formatting documentSymbol codeAction; do
				printf '%s\n' "$ask$method"'","params":{"textDocument":{"uri":"b"},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}},"context":{"diagnostics":[]}}}'
			done
		} | lsp_frames > "$1/client-$i"
	done
	rm "$1/begin" "$1/open"
}

# Facts of the folder $1 under one key, each line once, with the last byte $2, a format.
facts_of() {
	(
		cd "$1" || exit
		"$OLDPWD/build/weipsec" facts --key ../key . 2> /dev/null | LC_ALL=C sort | sort -u -t "$(printf '\t')" -k 2
		printf %s "$2"
	)
}

# Of pairs of gateways; of one with a project file that knows something, and with certificates, cut to what fits.
seeds_of_facts() {
	local made name count=0
	made=$(mktemp -d)
	head -c 32 /dev/zero > "$made/key"
	for name in testdata/pair/reject/*-a.cfg; do
		[ -e "${name%-a.cfg}-b.cfg" ] || continue
		rm -rf "$made/pair"
		mkdir "$made/pair"
		cp "$name" "$made/pair/a.cfg"
		cp "${name%-a.cfg}-b.cfg" "$made/pair/b.cfg"
		facts_of "$made/pair" $((count % 4)) > "$1/$count"
		count=$((count + 1))
	done
	rm "$made"/pair/*
	printf 'tunnel\nipsec 1\npeer 192.0.2.2\nsecret x\nend\n' > "$made/pair/a.cfg"
	printf '%s\n' 'no WI401 WI1103' 'error WI1104' 'fail-on never' 'baseline b.json' > "$made/pair/.weipsec"
	printf '%s' '{"schema_version":1,"tool":{"name":"weipsec"},"diagnostics":[{"fingerprint":"' \
		'0123456789abcdef0123456789abcdef"}]}' > "$made/pair/b.json"
	facts_of "$made/pair" 1 > "$1/known"
	# shellcheck source=tests/pki.bash
	. tests/pki.bash
	pki_new "$made/pair/pki"
	PKI_KEY=ed25519 pki_ca plant
	PKI_KEY=ed25519 pki_certificate a plant
	printf 'tunnel\nipsec 1\nmethod cert\ncertificate a\nca plant\npeer 192.0.2.2\nend\n' > "$made/pair/a.cfg"
	echo 'pki pki' > "$made/pair/.weipsec"
	SOURCE_DATE_EPOCH=$PKI_NOW facts_of "$made/pair" 1 | sed -E 's/(\{"hex":"[0-9a-f]{200})[0-9a-f]*/\1/' > "$1/certificates"
	rm -r "$made"
}

# Project files, and with a last `b' baselines.
seeds_of_project() {
	printf '%s\n' 'profile nist' 'no WI311 short-icv' 'warning WI309' 'error WI310 # b' 'fail-on note' 'dialect weos4' \
		'pki certs/a' 'baseline known.json' 'files *.cfg site-?' 'exclude /old/ **/x \#y a\ b' 'indent 4' \
		'[a/**/*.cfg]' 'device b.json' 'fail-on never' 'pki ../x' > "$1/all"
	printf '%s\n' '[x' 'no' 'indent 99' > "$1/wrong"
	printf '%s' '{"schema_version":1,"tool":{"name":"weipsec"},"diagnostics":[{"rule":"WI304","fingerprint":"0123456789abcdef0123456789abcdef"}]}b' \
		> "$1/baseline"
	printf '%s' '{"schema_version":1,"tool":{"name":"weipsec"},"diagnostics":[{"fingerprint":"xyz"},{"fingerprint":7},{}]}b' > "$1/baseline-wrong"
}

seeds_of() {
	"seeds_of_${1#fuzz_}" "$2"
}
