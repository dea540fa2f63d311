# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034,SC2154 # root is the helper's, cross_count the tests'
# What a build for another processor says, under qemu, and what this machine's own says. $1 of a function with STRIDE
# is how many of its inputs there are to one that is tried.

declare -gA emulators=([arm64]=qemu-aarch64 [armhf]=qemu-arm [s390x]=qemu-s390x)
declare -gA compilers=([arm64]=aarch64-linux-gnu-gcc [armhf]=arm-linux-gnueabihf-gcc [s390x]=s390x-linux-gnu-gcc)

# cross_enter ARCH: says where its programs are; a test that cannot have them is skipped.
cross_enter() {
	arch=$1
	native=${WEIPSEC_BUILD:-$root/build}
	foreign=$root/build/cross/$arch
	[ -z "${VALGRIND:-}${SAN:-}" ] || skip "builds for other processors are without sanitizers"
	[ -d "$foreign/sysroot/usr" ] || skip "no libraries for $arch could be fetched"
	for tool in "${emulators[$arch]}" "${compilers[$arch]}"; do
		command -v "$tool" > /dev/null || skip "no $tool"
	done
	emulator=("${emulators[$arch]}" -L "$foreign/sysroot")
	export WEIPSEC_WRAPPER="${emulator[*]}"
	cd "$root" || return 1
}

# cross_make CFLAGS: a warning fails it
cross_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s cross ARCH="$arch" WERROR=1 CFLAGS="$1"
}

# Each unit program as unit.bats runs it: a line of theirs is NAME, and its arguments. What needs a kernel of that
# processor is left out.
cross_units() {
	local units count=0
	mapfile -t units < <(sed -n 's/^@test .* { unit \(.*\); }$/\1/p' tests/bats/unit.bats | grep -v "^\($1\)\b")
	for unit in "${units[@]}"; do
		eval "set -- $unit"
		"$native/tests/$1" "${@:2}" > "$BATS_TEST_TMPDIR/native"
		"${emulator[@]}" "$foreign/tests/$1" "${@:2}" > "$BATS_TEST_TMPDIR/foreign" ||
			{ echo "$1"; grep -A 9 '^not ok' "$BATS_TEST_TMPDIR/foreign"; return 1; }
		# comments may tell the time
		diff <(grep -v '^#' "$BATS_TEST_TMPDIR/native") <(grep -v '^#' "$BATS_TEST_TMPDIR/foreign") ||
			{ echo "$1"; return 1; }
		count=$((count + 1))
	done
	[ "$count" -ge 20 ]
	cross_count=$count
}

# cross_goldens PATTERN: all that the goldens hold of the inputs that it matches.
cross_goldens() {
	"${emulator[@]}" "$foreign/tests/golden" "$1" > "$BATS_TEST_TMPDIR/said" ||
		{ grep -A 20 '^not ok' "$BATS_TEST_TMPDIR/said"; tail -n 3 "$BATS_TEST_TMPDIR/said"; return 1; }
	cross_count=$(grep -c '^ok' "$BATS_TEST_TMPDIR/said")
}

# of STRIDE WORDS...: of standard input every STRIDEth line as an argument behind the words, for `each'
of() {
	awk -v stride="$1" 'NR % stride == 1 % stride' | sed "s|.*|$root\t$2\t&|"
}

# Lines for `each': what is compiled, checked, shown and written of the inputs, in each form.
cross_lines() {
	local words
	for words in compile$'\t'--to$'\t'{swanctl,xfrm,agent} compile$'\t'--to$'\t'agent$'\t'--json \
		check$'\t'--format$'\t'{text,gcc,json,sarif,junit,gitlab,github} show show$'\t'--json fmt; do
		find testdata/accept \( -name '*.cfg' -o -name '*.weos' \) | LC_ALL=C sort | of "$1" "$words"
	done
	for words in check$'\t'--format$'\t'{text,json,sarif}; do
		find testdata/reject testdata/fuzz \( -name '*.cfg' -o -name '*.weos' \) | LC_ALL=C sort | of "$1" "$words"
	done
	find testdata/pair -name '*-a.cfg' | LC_ALL=C sort | of "$1" pair$'\t'--format$'\t'json |
		sed 's/\(\S*\)-a\.cfg$/&\t\1-b.cfg/'
	find testdata/migrate -name '*.cfg' | LC_ALL=C sort | of "$1" migrate
	find testdata/pair/* -maxdepth 0 -type d | LC_ALL=C sort | of "$1" fleet$'\t'--format$'\t'json
	# by libyang
	find testdata/accept -name '*.agent' | LC_ALL=C sort | of "$1" compile$'\t'--to$'\t'swanctl
}

# cross_each STRIDE: what both say in answer, byte for byte.
cross_each() {
	cross_lines "$1" > "$BATS_TEST_TMPDIR/lines"
	mkdir -p "$BATS_TEST_TMPDIR"/each/{native,foreign}
	"$native/tests/each" "$BATS_TEST_TMPDIR/each/native" < "$BATS_TEST_TMPDIR/lines" > "$BATS_TEST_TMPDIR/each/native/status"
	"${emulator[@]}" "$foreign/tests/each" "$BATS_TEST_TMPDIR/each/foreign" < "$BATS_TEST_TMPDIR/lines" \
		> "$BATS_TEST_TMPDIR/each/foreign/status"
	diff -r "$BATS_TEST_TMPDIR/each/native" "$BATS_TEST_TMPDIR/each/foreign" | head -n 40
	[ "${PIPESTATUS[0]}" = 0 ]
	cross_count=$(wc -l < "$BATS_TEST_TMPDIR/lines")
}

# cross_device STRIDE: the device's reader of XML and JSON, and of what both have of a capture.
cross_device() {
	local xml json
	mapfile -t xml < <(find testdata/accept -name '*.agent' -size +0 | LC_ALL=C sort |
		awk -v stride="$1" 'NR % stride == 1 % stride')
	for file in "${xml[@]}"; do
		json=$BATS_TEST_TMPDIR/$(basename "$file").json
		"$native/weipsec" compile --to agent --json -o "$json" "$file" 2> /dev/null || continue
		echo "$json"
	done > "$BATS_TEST_TMPDIR/json"
	xargs "$native/tests/test_agent" "${xml[@]}" < "$BATS_TEST_TMPDIR/json" > "$BATS_TEST_TMPDIR/native.conf" 2>&1 || true
	xargs "${emulator[@]}" "$foreign/tests/test_agent" "${xml[@]}" < "$BATS_TEST_TMPDIR/json" \
		> "$BATS_TEST_TMPDIR/foreign.conf" 2>&1 || true
	cmp "$BATS_TEST_TMPDIR/native.conf" "$BATS_TEST_TMPDIR/foreign.conf"
	[ "$(grep -c '^connections {' "$BATS_TEST_TMPDIR/foreign.conf")" -gt 5 ]
	cross_count=$((${#xml[@]} + $(wc -l < "$BATS_TEST_TMPDIR/json")))
	for file in testdata/monitor/*.pcap; do
		"${emulator[@]}" "$foreign/weipsec-monitor" -r "$file" 192.168.0.1 192.168.0.2 | diff "${file%.pcap}.text" -
	done
	[ "$("${emulator[@]}" "$foreign/weipsec-apply" --version)" = "$("$native/weipsec-apply" --version)" ]
}

# cross_pictures FOLDER...: the page and the graph of a network; each gateway's place in them is computed.
cross_pictures() {
	local made=$BATS_TEST_TMPDIR/pictures

	mkdir "$made"
	"$native/weipsec" fleet --html "$made/native.html" --graph "$made/native.dot" "$@" > /dev/null || [ $? = 1 ]
	"${emulator[@]}" "$foreign/weipsec" fleet --html "$made/foreign.html" --graph "$made/foreign.dot" "$@" > /dev/null ||
		[ $? = 1 ]
	cmp "$made/native.html" "$made/foreign.html"
	cmp "$made/native.dot" "$made/foreign.dot"
}

# cross_dates: certificates that end when a second of 32 bits does not reach.
cross_dates() {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	pki_new "$BATS_TEST_TMPDIR/pki"
	PKI_TO=20380201000000Z pki_ca Near
	PKI_TO=21110101000000Z pki_ca Far
	PKI_TO=20430506000000Z pki_certificate long Near
	PKI_TO=20380119031408Z pki_certificate edge Far
	for label in long:Near edge:Far; do
		printf '%s\n' tunnel 'ipsec 1' enable 'peer 192.0.2.2' 'local-address 192.0.2.1' 'local-subnet 10.1.0.0/24' \
			'remote-subnet 10.2.0.0/24' 'method cert' "certificate ${label%:*}" "ca ${label#*:}" \
			"remote-id CN=peer" end end > "$BATS_TEST_TMPDIR/${label%:*}.cfg"
	done
	for now in 1767225600 2147483647 2147483648 2313100800 4102444800; do
		echo "$now"
		SOURCE_DATE_EPOCH=$now "$@" check --format gcc --pki "$PKI" "$BATS_TEST_TMPDIR"/*.cfg 2>&1 || true
	done
}
