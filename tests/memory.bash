# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Commands whose memory fails (tests/faults/starve.c): of each command, format, backend and reader one.
# shellcheck disable=SC2154 # root is helper.bash's

# lsp_message JSON: as it comes from an editor
lsp_message() {
	printf 'Content-Length: %d\r\n\r\n%s' "${#1}" "$1"
}

# What an editor says that opens the text of file $1 and asks for this and that.
lsp_session() {
	local uri='"textDocument":{"uri":"file:///tmp/a.cfg"' id=1 method
	lsp_message '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}}'
	lsp_message '{"jsonrpc":"2.0","method":"initialized","params":{}}'
	lsp_message '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{'"$uri"',"languageId":"weos","version":1,"text":'"$(jq -Rs . "$1")"'}}}'
	for method in hover completion definition; do
		lsp_message '{"jsonrpc":"2.0","id":'$((id++))',"method":"textDocument/'$method'","params":{'"$uri"'},"position":{"line":3,"character":12}}}'
	done
	for method in documentSymbol formatting; do
		lsp_message '{"jsonrpc":"2.0","id":'$((id++))',"method":"textDocument/'$method'","params":{'"$uri"'},"options":{"tabSize":8,"insertSpaces":true}}}'
	done
	lsp_message '{"jsonrpc":"2.0","id":9,"method":"shutdown"}'
	lsp_message '{"jsonrpc":"2.0","method":"exit"}'
}

# The inputs, in folders of folder $1, which is left open for `pki'.
memory_inputs() {
	local key=00112233445566778899aabbccddeeff
	mkdir -p "$1"/{text,pair,weos4,agent,project,lsp,facts,fix}
	with_warning > "$1/text/a.cfg"
	with_error 2 | sed 's/^ *peer/frobnicate 7\npeeer 192.0.2.9\n&/' > "$1/text/bad.cfg"
	sound > "$1/text/sound.cfg"
	echo '{ "iface": [ { "id": "vlan2", "inet": [ { "type": "static", "address": "198.51.100.7/24" } ] } ] }' \
		> "$1/text/device.json"
	"$WEIPSEC" check --format json "$1/text/a.cfg" > "$1/text/base.json"
	sed 's/aes256 auth sha256/aes128 auth sha256/; s/ike cipher/& /; s/esp cipher .*/esp cipher aes128 auth sha256 dh x25519/' \
		"$1/text/sound.cfg" > "$1/text/keyed.cfg"
	{
		echo "ipsec 1 out spi 0x1001 enc 0x$key auth 0x$key$key"
		echo "ipsec 1 in spi 0x2001 enc 0x${key/00/01} auth 0x$key${key/00/01}"
	} > "$1/text/keys"
	chmod 600 "$1/text/keys"
	cp "$root"/testdata/{alice,bob}.cfg "$1/pair"
	with_warning 3 > "$1/pair/third.cfg"
	"$root/tests/fleet/network.py" train 4 "$1/many" > "$1/truth"
	cp "$1/many/train00001.cfg" "$1/many/twin.cfg"
	cp "$root"/testdata/migrate/{many,certificate,identities}.cfg "$1/weos4"
	sound | sed 's/^ *peer/        peeer/; s/secret/secrt/' > "$1/fix/a.cfg"
	for form in '' --json; do
		# shellcheck disable=SC2086 # an option, or nothing
		"$WEIPSEC" compile --to agent $form "$1/text/a.cfg" > "$1/agent/a.${form:-xml}"
	done
	mv "$1/agent/a.--json" "$1/agent/a.json"
	with_warning > "$1/project/a.cfg"
	printf 'no WI309\nprofile rfc\n' > "$1/project/.weipsec"
	lsp_session "$1/text/bad.cfg" > "$1/lsp/stdin"
	cp "$1/text/keys" "$1/pair/key"
	"$WEIPSEC" facts -o "$1/facts/facts" --key "$1/pair/key" "$1/pair/alice.cfg" "$1/pair/bob.cfg"
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	pki_new "$1/pki"
	pki_ca plant
	pki_certificate alice plant
	pki_crl plant PEM
	export SOURCE_DATE_EPOCH=$PKI_NOW
	mkdir "$1/certificate"
	cp -r "$1/pki" "$1/certificate/pki"
	sound | sed 's/ *secret.*/method cert\ncertificate alice\nca plant/; s/local-id.*/local-id CN=alice, O=Example, C=SE/' \
		> "$1/certificate/a.cfg"
}

# Lines for starve; the inputs are in folder $1.
memory_commands() {
	sed "s,^,$1/,; s/ /\t/g; s,PKI,pki,g" <<-'EOT'
		text check a.cfg bad.cfg
		text check --format gcc bad.cfg
		text check --format json bad.cfg
		text check --format sarif bad.cfg
		text check --format junit bad.cfg
		text check --format github bad.cfg
		text check --format gitlab bad.cfg
		text check --statistics bad.cfg
		text check --profile bsi --device device.json a.cfg
		text check --baseline base.json --format json a.cfg bad.cfg
		text check --diff bad.cfg
		fix check --fix a.cfg
		project check .
		certificate check --pki PKI a.cfg
		certificate compile --pki PKI --to swanctl a.cfg
		text compile --to swanctl a.cfg
		text compile --to swanctl -o out --map map a.cfg
		text compile --to xfrm -o out a.cfg
		text compile --to xfrm --keys keys -o out keyed.cfg
		text compile --to swanctl bad.cfg
		text show a.cfg
		text show --json a.cfg
		text fmt a.cfg
		text fmt --check a.cfg
		text fmt --diff a.cfg
		text fmt --write a.cfg
		text diff a.cfg sound.cfg
		text diff --format json a.cfg sound.cfg
		weos4 migrate many.cfg
		weos4 migrate -o out --report report certificate.cfg
		weos4 migrate --out-dir out many.cfg certificate.cfg identities.cfg
		pair pair alice.cfg bob.cfg
		pair pair --format json alice.cfg third.cfg
		pair mirror alice.cfg
		pair mirror --to swanctl alice.cfg
		pair mirror --to libreswan alice.cfg
		pair fleet .
		pair fleet --format json .
		many fleet --format json .
		pair facts -o out --key key alice.cfg bob.cfg
		facts join facts
		lsp lsp
		text explain WI309
		text rules --json
		text settings --json
		text compile --to agent a.cfg
		text compile --to agent --json -o out a.cfg
		agent compile --to swanctl -o out a.xml
		agent compile --to swanctl -o out a.json
	EOT
}

# The same for weipsec-apply, which finds no charon.
memory_apply() {
	sed "s,^,$1/,; s/ /\t/g; s,$,\t--state-dir\tstate\t--vici\tunix://none," <<-'EOT'
		agent apply a.xml
		agent apply a.json
		text apply a.cfg
		text apply bad.cfg
		text apply --dry-run a.cfg
		certificate apply --pki pki a.cfg
	EOT
}

# starved PLACES [PROGRAM LIBRARY]: the lines on standard input, at so many places of each
starved() {
	local build=${WEIPSEC_BUILD:-$root/build}
	mkdir -p work
	"$build/tests/starve" work "$@" > said || { cat said; return 1; }
	# each was refused at some place, so that something was tested
	[ -s said ] || return 1
	awk -F'\t' '$1 && !$3 { print; bad = 1 } END { exit bad }' said
	awk -F'\t' '{ runs += $2; refused += $3 } END { print runs " faults, " refused " refused" }' said > figures
}
