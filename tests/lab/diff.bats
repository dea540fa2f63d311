# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# What `weipsec diff' and the dry run say of a change is what charon does; every row of changes.bash is for
# tests/more/diff.bats.

bats_require_minimum_version 1.5.0
load lab
load device
load ../pki
load changes

setup_file() { changes_setup_file; }
teardown_file() { lab_down; }
setup() {
	device_setup
	alice=$LAB_DIR/alice
}
teardown() { lab_teardown; }

@test "diff: what goes on untouched, restarts, or needs both ends is what was said" {
	changes_rows | grep -E \
		'^(description|sa-rekey-time|remote-id\|restart\|yes.*second|ike\|restart\|no\|\||local-subnet\|restart\|no\|\|\|)' \
		>"$alice/rows"
	[ "$(wc -l <"$alice/rows")" -eq 5 ]
	changes_all <"$alice/rows"
}

# Bob's end, and alice's text of it and of what is on standard input.
pair_with() {
	changes_text alice "$@" | sed '$d'
	cat
	echo end
}

@test "diff: a default that is spelled out, and the end of another tunnel, touch nothing" {
	site 3 | pair_with 'no local-subnet;no remote-subnet' >"$alice/old.cfg"
	pair_with "local-subnet 192.168.0.1/32;remote-subnet 192.168.0.2/32;enable;version 2;description ipsec1
		dpd-action clear;dpd-delay 30;sa-rekey-time 60m;no reauth-time;no ike;no esp" </dev/null >"$alice/new.cfg"
	changes_text bob 'no local-subnet;no remote-subnet' >"$LAB_DIR/bob/old.cfg"
	for gw in alice bob; do
		changes_apply "$gw" "$LAB_DIR/$gw/old.cfg"
	done
	run -1 "$WEIPSEC" diff "$alice/old.cfg" "$alice/new.cfg"
	same "$output" $'ipsec1: unchanged\nipsec3: removed: it ends'
	# kernel-libipsec takes no subnet that holds an outer address: the IKE_SA alone is looked at
	lab_swanctl bob --initiate --ike ipsec1 --timeout 2 >/dev/null 2>&1 || true # it may be there already
	lab_until "$LAB_DEADLINE" ike_is_up alice ipsec1
	before=$(ids alice ipsec1)
	run -0 apply_file alice "$alice/new.cfg"
	same "$output" $'ipsec1: unchanged\nipsec3: removed'
	same "$(ids alice ipsec1)" "$before"
}

@test "diff: whose a secret is changes at the next authentication, with no packet lost" {
	local bobs

	pair_with </dev/null >"$alice/old.cfg"
	site 3 'local-id name third' 'remote-id name bob' "secret $DEVICE_SECRET" | pair_with >"$alice/new.cfg"
	changes_text bob >"$LAB_DIR/bob/old.cfg"
	changes_begin
	run -1 "$WEIPSEC" diff "$alice/old.cfg" "$alice/new.cfg"
	same "$output" "$(cat <<-'END'
		ipsec1: changed: it goes on, and the next authentication is by what is new
		    secret          next-auth           **** -> ****  (whose it is changes)
		ipsec3: added
	END
	)"
	said=$output
	run -0 apply_file alice "$alice/new.cfg" --dry-run
	same "$output" "$said"
	changes_leave_alone
	same "$(cat "$alice/said")" $'ipsec1: changed\nipsec3: added'
	lab_swanctl alice --terminate --ike ipsec1 >/dev/null
	bobs=$(ids bob)
	lab_until "$LAB_DEADLINE" lab_not lab_is_installed bob tunnel1
	changes_start bob
	lab_installed tunnel1 alice bob
	[ "$(ids bob)" != "$bobs" ]
}

@test "dry run: what only charon can tell stands beside" {
	local shown before

	changes_text alice >"$alice/old.cfg"
	changes_text alice 'description Depot' >"$alice/new.cfg"
	changes_text bob >"$LAB_DIR/bob/old.cfg"
	changes_begin
	before=$(changes_spis)
	vici call "$alice/vici" unload-shared id=ike-ipsec1
	run -0 apply_file alice "$alice/old.cfg" --dry-run
	same "$output" "ipsec1: changed: it goes on, and the next authentication is by what is new (its secret, certificate or key is loaded again)"
	changes_apply alice "$alice/old.cfg"
	same "$(changes_spis)" "$before"
	# what it is now is as if nobody knew it
	mv "$alice/state" "$alice/state.was"
	shown='    description     none                ipsec1 -> Depot'
	run -0 apply_file alice "$alice/new.cfg" --dry-run
	same "$output" 'ipsec1: changed: it restarts (nobody knows what it was)'
	echo 'no tunnel' >"$alice/none.cfg"
	run -0 apply_file alice "$alice/none.cfg" --dry-run
	same "$output" 'ipsec1: removed: it ends (nobody knows what it was)'
	mv "$alice/state.was" "$alice/state"
	vici call "$alice/vici" unload-conn name=ipsec1
	run -0 apply_file alice "$alice/new.cfg" --dry-run
	same "$output" $'ipsec1: changed: it restarts (charon has not what was applied, or the files of --pki changed)\n'"$shown"
	vici call "$alice/vici" terminate ike=ipsec1 force=yes
	run -0 apply_file alice "$alice/new.cfg" --dry-run
	same "$output" 'ipsec1: added (charon has nothing of it)'
}
