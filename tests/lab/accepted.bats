# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Whatever weipsec accepts, charon loads: every file of testdata/accept, whole and without a complaint; and of drawn
# tunnels it has what the file says.

load lab
load taken
# shellcheck source=tests/pki.bash
. "$LAB_ROOT/tests/pki.bash"

setup_file() { lab_setup_file; }
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

# One certificate in every place that gateway alice's configuration names, as what it is used for matters here not.
fill_labels() {
	local label

	sed -n 's/^[[:blank:]]*certs = \(.*\)$/x509\/\1/p; s/^[[:blank:]]*cacerts = \(.*\)$/x509ca\/\1/p' \
		"$LAB_DIR/alice/swanctl.conf" | while read -r label; do
		cp "$LAB_DIR/any.pem" "$LAB_DIR/alice/$label"
	done
}

is_loaded() {
	local wanted

	if ! lab_compile alice <"$1" 2>/dev/null; then
		# A limit of charon's that the compiler knows is an answer too.
		lab_count 'error: .*\[WI613\]$' "$LAB_DIR/alice/findings" | grep -qx 1 &&
			grep -qx '1 error.*' "$LAB_DIR/alice/findings"
		return
	fi
	fill_labels
	wanted=$(lab_count '^[[:blank:]]*ipsec[0-9]* {$' "$LAB_DIR/alice/swanctl.conf")
	lab_load alice "$wanted" || return
	# A trap needs a route here, and the route a local address: the lab's own limit.
	lab_not complains
}

complains() {
	lab_log alice | grep '\[CFG\]' | grep -v 'installing trap failed$' |
		grep -i -e invalid -e error -e unknown -e failed -e ignor -e discard
}

# The next file takes the place of this one; what this one started is ended now and then.
next() {
	if [ $((files % 16)) -eq 0 ]; then
		lab_reset
		return
	fi
	wc -l <"$LAB_DIR/alice/log" >"$LAB_DIR/alice/page"
	rm -f "$LAB_DIR/alice"/{weos.cfg,findings,swanctl.conf} "$LAB_DIR/alice"/{x509,x509ca,private}/*
}

@test "every accepted file of testdata is loaded whole" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null \
		-out "$LAB_DIR/any.pem" -subj /CN=any -days 2 2>/dev/null
	files=0 bad=0
	mapfile -t accepted < <(find "$LAB_ROOT/testdata/accept" -name '*.cfg' -o -name '*.weos')
	for file in "${accepted[@]}"; do
		# some are without an error only by options that `compile' does not have
		[ ! -e "${file%.*}.args" ] || "$WEIPSEC" compile --to swanctl "$file" >/dev/null 2>&1 || continue
		files=$((files + 1))
		is_loaded "$file" || { bad=$((bad + 1)); lab_fail "$file" || true; }
		next
	done
	[ "$files" -gt 100 ]
	[ "$bad" -eq 0 ]
}

@test "drawn tunnels are in charon what the file says, or the catalogue explains why not" {
	taken "${TAKEN:-100}" "${SEED:-1}"
}
