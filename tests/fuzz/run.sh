#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs each fuzz target given for FUZZ_SECONDS, from the corpus in testdata/ and from what earlier
# runs in this build folder found.  A find stays in build/fuzz/NAME.finds/ and fails the run.
set -euo pipefail

# certificates with their keys, for what reads them
make_seeds() {
	local folder
	folder=$(mktemp -d)
	# shellcheck source=tests/pki.bash
	. tests/pki.bash
	pki_for_pages "$folder/pki"
	for certificate in "$folder"/pki/x509/*; do
		cat "$certificate" "$folder/pki/private/${certificate##*/}" > "$1/${certificate##*/}"
		openssl x509 -in "$certificate" -outform DER -out "$1/${certificate##*/}.der"
	done
	rm -r "$folder"
}

# the keys that the tunnels of fuzz_keys.c want
make_keys() {
	local id way digit=0
	for id in 1 2; do
		for way in out in; do
			printf 'ipsec %d %s spi 0x10%d enc 0x%0*d auth 0x%0*d\n' $id $way $((digit += 1)) \
				$((id * 32)) $digit $((id * 64)) $((digit + 4))
		done
	done > "$1/keys"
}

for target in "$@"; do
	name=${target##*/}
	corpus=build/fuzz/$name.corpus
	finds=build/fuzz/$name.finds
	mkdir -p "$corpus" "$finds"
	[ "$name" != fuzz_certificate ] || make_seeds "$corpus"
	[ "$name" != fuzz_keys ] || make_keys "$corpus"
	[ "$name" != fuzz_vici ] || tests/fuzz/seeds.sh "$corpus"
	dictionary=tests/fuzz/${name#fuzz_}.dict
	[ -e "$dictionary" ] || dictionary=tests/fuzz/weos.dict
	"$target" -max_total_time="${FUZZ_SECONDS:-30}" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
		-print_final_stats=1 -verbosity=0 -dict="$dictionary" \
		-artifact_prefix="$finds/" "$corpus" testdata/accept testdata/reject
	echo "$name: ${FUZZ_SECONDS:-30} s without a find"
done
