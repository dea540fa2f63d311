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
		"$LAB_DIR/alice/swanctl.conf" | sort -u | while read -r label; do
		cp "$LAB_DIR/any.pem" "$LAB_DIR/alice/$label"
	done
}

# A limit of charon's that the compiler knows is an answer too.
is_limit() {
	lab_count 'error: .*\[WI613\]$' "$1" | grep -qx 1 && grep -qx '1 error.*' "$1"
}

# Compiles each of the files to one of numbers in $compiled. Some are without an error only by options that `compile'
# does not have.
compile_each() {
	local file number=0

	rm -rf "$compiled"
	mkdir "$compiled"
	for file; do
		number=$((number + 1))
		"$WEIPSEC" compile --to swanctl -o "$compiled/$number.conf" "$file" 2>"$compiled/findings" ||
			[ -e "${file%.*}.args" ] || is_limit "$compiled/findings" ||
			{ cat "$compiled/findings"; lab_fail "$file does not compile"; } || return
	done
	: >"$compiled/none.conf"
}

# The files are loaded at once, each under names of its own: to charon one is as another.
are_loaded() {
	local compiled=$LAB_DIR/alice/compiled wanted

	compile_each "$@" || return
	awk 'FNR == 1 { number++ } { sub(/ipsec[0-9]+ \{$/, "file" number "-&"); print }' "$compiled"/*.conf \
		>"$LAB_DIR/alice/swanctl.conf" || return
	fill_labels
	wanted=$(lab_count '^[[:blank:]]*file[0-9]*-ipsec[0-9]* {$' "$LAB_DIR/alice/swanctl.conf")
	lab_load alice "$wanted" || return
	loaded=$((loaded + wanted))
	# A trap needs a route here, and the route a local address: the lab's own limit.
	lab_not complains || return
	lab_reset
}

complains() {
	lab_log alice | grep '\[CFG\]' | grep -v 'installing trap failed$' |
		grep -i -e invalid -e error -e unknown -e failed -e ignor -e discard
}

@test "every accepted file of testdata is loaded whole" {
	local bad=0 loaded=0 accepted some file

	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null \
		-out "$LAB_DIR/any.pem" -subj /CN=any -days 2 2>/dev/null
	mapfile -t accepted < <(find "$LAB_ROOT/testdata/accept" -name '*.cfg' -o -name '*.weos')
	[ "${#accepted[@]}" -gt 400 ]
	for ((i = 0; i < ${#accepted[@]}; i += 16)); do
		some=("${accepted[@]:i:16}")
		are_loaded "${some[@]}" >/dev/null 2>&1 || for file in "${some[@]}"; do
			lab_reset
			are_loaded "$file" || { bad=$((bad + 1)); echo "$file"; }
		done
	done
	[ "$bad" -eq 0 ]
	[ "$loaded" -gt 500 ]
}

@test "drawn tunnels are in charon what the file says, or the catalogue explains why not" {
	taken "${TAKEN:-100}" "${SEED:-1}"
}
