# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# weipsec-apply supervise on real charons: it keeps charon to the file, whatever happens.

bats_require_minimum_version 1.5.0
load lab

setup_file() {
	export WEIPSEC_APPLY=${WEIPSEC_BUILD:-$LAB_ROOT/build}/weipsec-apply
	lab_setup_file
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	rm -rf "$LAB_DIR"/*/state
}
teardown() {
	end_supervisors
	lab_teardown
}

# Begins to supervise gateway $1 with its weos.cfg; what it says goes to the file `said'.
supervise() {
	lab_in "$1" "$WEIPSEC_APPLY" supervise --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" \
		"$LAB_DIR/$1/weos.cfg" </dev/null >"$LAB_DIR/$1/said" 2>&1 3>&- &
	echo $! >"$LAB_DIR/$1/supervisor"
}

end_supervisors() {
	local file

	for file in "$LAB_DIR"/*/supervisor; do
		[ -s "$file" ] || continue
		kill "$(cat "$file")" 2>/dev/null || true
		lab_until 10 lab_not kill -0 "$(cat "$file")" 2>/dev/null
		rm -f "$file"
	done
}

said() {
	grep -q -- "$2" "$LAB_DIR/$1/said"
}

control() {
	"$WEIPSEC_APPLY" "$2" --vici "unix://$LAB_DIR/$1/vici" --state-dir "$LAB_DIR/$1/state" "${@:3}"
}

@test "supervise: a tunnel comes up, a change of the file is applied, one with errors is not" {
	lab_weos alice >"$LAB_DIR/alice/weos.cfg"
	lab_weos bob >"$LAB_DIR/bob/weos.cfg"
	supervise alice
	supervise bob
	lab_works
	lab_weos bob 'sa-rekey-time 2h' >"$LAB_DIR/bob/weos.cfg"
	lab_until 10 said bob 'ipsec1: changed'
	lab_swanctl bob --list-conns | grep -q 'rekeying every 7200s'
	lab_works
	lab_weos bob 'sa-rekey-time 3x' >"$LAB_DIR/bob/weos.cfg"
	lab_until 10 said bob 'what was applied before stays'
	said bob 'weos.cfg:.*WI202'
	lab_works
	run -0 control bob status
	[[ ${lines[1]} == *"Up(Installed)"* ]]
}
