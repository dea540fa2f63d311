# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What the Bats files share.  Each test runs in a folder of its own, which is gone after it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
WEIPSEC=${WEIPSEC:-$root/build/weipsec}
# where tests run says nothing of what they test
unset GITHUB_ACTIONS
# shellcheck source=tests/trace.bash
. "$root/tests/trace.bash"

enter_folder() {
	mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here" || return 1
}

# Runs `weipsec' for each line of standard input, folder and words with TABs between them, and leaves what it
# says in N.out and N.err of folder $1, and its status in `status' (tests/calls/each.c).
each() {
	mkdir -p "$1"
	# shellcheck disable=SC2086 # a command and its options, or nothing
	${WEIPSEC_WRAPPER:-} "${WEIPSEC_BUILD:-$root/build}/tests/each" "$1" > "$1/status"
}

# What line $2 said, in $output, $stderr and $status.
# shellcheck disable=SC2034 # as Bats has them
each_said() {
	IFS= read -rd '' output < "$1/$2.out" || true
	IFS= read -rd '' stderr < "$1/$2.err" || true
	status=$(sed -n "$2{s/\t.*//p;q}" "$1/status")
}

# Fails unless all in folder $1 ended well.
each_is_well() {
	[ -s "$1/status" ] || return 1
	run -1 grep -v $'^0\t' "$1/status"
}

# The inputs of testdata/accept, whatever their folder, or those with the name $1.
accepted() {
	find "$root/testdata/accept" \( -name '*.cfg' -o -name '*.weos' \) -name "${1:-*}" | LC_ALL=C sort
}

# Configuration in which there is nothing to find: one tunnel, with ID $1 (1).
sound() {
	local id=${1:-1} last=k
	[ "$id" = 1 ] || last=$((id % 10)) # a secret of its own
	cat <<-EOT
		tunnel
		    ipsec $id
		        peer 192.0.2.$((id + 1))
		        local-address 198.51.100.1
		        local-id name alice$id
		        remote-id name bob$id
		        secret 0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznm$last=
		        local-subnet 10.1.$id.0/24
		        remote-subnet 10.2.$id.0/24
		        ike cipher aes256 auth sha256 dh x25519
		        esp cipher aes128gcm16 dh x25519
		    end
		end
	EOT
}

# The same with an error (WI304, on line 10), a warning (WI309) or a note (WI311).
with_error() {
	sound "$@" | sed 's/aes256 auth/aes128gcm16 auth/'
}

with_warning() {
	sound "$@" | sed 's/aes256 auth sha256/aes128 auth sha1/'
}

with_note() {
	sound "$@" | sed 's/aes128gcm16/aes128gcm12/'
}

# What check says of the files, arguments may be options too, as `LINE RULE'.  jq takes 40 ms to start;
# that this format says what JSON says is a test of formats.bats.
findings() {
	local said
	said=$("$WEIPSEC" check --format gcc --fail-on never "$@") || { echo "check: status $?"; return 1; }
	sed -nE 's/^[^:]*:([0-9]+):[0-9]+: (error|warning|note): .* \[(WI[0-9]+)\]$/\1 \3/p' <<< "$said"
}

# Fails unless standard output and error hold none of the words.
refute_output() {
	local word
	for word in "$@"; do
		# shellcheck disable=SC2154 # Bats sets it
		if [[ $output == *"$word"* || ${stderr:-} == *"$word"* ]]; then
			echo "found '$word' in:"
			echo "$output"
			echo "${stderr:-}"
			return 1
		fi
	done
}
