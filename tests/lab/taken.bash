# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What drawn tunnels live on in the lab (taken.py): a certificate for those that have one.

# taken N SEED: N drawn tunnels, in folder LAB_DIR/drawn.
taken() {
	local pki=$LAB_DIR/taken.pki names

	export WEIPSEC WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
	rm -rf "$LAB_DIR/drawn" "$pki" "$pki.made"
	names=$(printf 'DNS:site%s.example.com,' 0 1 2 3 4 5 6 7)
	pki_new "$pki"
	pki_ca root && pki_certificate own root "subjectAltName=${names}DNS:own.example.com" || return
	/usr/bin/python3 "$LAB_ROOT/tests/lab/taken.py" "$1" "$2" "$LAB_DIR/drawn" "$pki"
}
