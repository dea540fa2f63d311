# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What fuzz targets begin with, made from the other test data.
#
#   seeds_of NAME FOLDER   inputs of the target NAME in FOLDER, which exists

# Texts, each with a last byte that chooses a report and an output: most have a quick pair.
seeds_of_compile() {
	local file count=0 letters='PQRSTUabcde`QRSTUabcdeC'
	while read -r file; do
		{
			cat "$file"
			printf %s "${letters:count % ${#letters}:1}"
		} > "$1/$count"
		count=$((count + 1))
	done < <(find testdata/accept testdata/reject testdata/fuzz -type f \
		\( ! -name '*.*' -o -name '*.cfg' -o -name '*.weos' \) | LC_ALL=C sort)
}

seeds_of_agent() {
	find testdata/accept -name '*.agent' -exec cp -t "$1" {} +
}

seeds_of_device() {
	find testdata/accept testdata/reject -name '*.json' -exec cp --backup=numbered -t "$1" {} +
}

# certificates with their keys: made anew each time, since no private key is kept
seeds_of_certificate() {
	local made certificate
	made=$(mktemp -d)
	# shellcheck source=tests/pki.bash
	. tests/pki.bash
	pki_for_pages "$made/pki"
	for certificate in "$made"/pki/x509/*; do
		cat "$certificate" "$made/pki/private/${certificate##*/}" > "$1/${certificate##*/}"
		openssl x509 -in "$certificate" -outform DER -out "$1/${certificate##*/}.der"
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
	for line in didClose'","params":{'"$uri"'}}' didSave'","params":{'"$uri"'}}' \
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
}

seeds_of() {
	"seeds_of_${1#fuzz_}" "$2"
}
