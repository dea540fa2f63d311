# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# A supervisor on alice to which the system says no (refused.py), with tunnel 1 to bob up.

# refuse_supervisor STRIDE: at one of so many of its calls and what each can meet
refuse_supervisor() {
	local built=${WEIPSEC_BUILD:-$LAB_ROOT/build}/tests status=0

	{ site 1; site 2 'sa-rekey-time 3600'; } | device >"$LAB_DIR/alice/old.cfg"
	{ site 1; site 2 'sa-rekey-time 7200'; } | device >"$LAB_DIR/alice/new.cfg"
	apply_file alice "$LAB_DIR/alice/old.cfg" >/dev/null
	peer_weos bob | apply bob >/dev/null
	peers_up bob
	"$LAB_ROOT/tests/lab/refused.py" "$built/hinder" "$built/denied.so" "$1" "$LAB_DIR/alice/old.cfg" \
		"$LAB_DIR/alice/new.cfg" >"$LAB_DIR/alice/refusals" || status=$?
	cat "$LAB_DIR/alice/refusals"
	[ "$status" -eq 0 ] && carries bob
}
