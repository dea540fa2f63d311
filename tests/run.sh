#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs tests, those given or all, and ends with 'N passed, N failed, N skipped'.
#
#     run.sh BUILD [FILE]...
#
# BUILD is the folder of the build that is tested; SAN, VALGRIND and FUZZ_RUNS come from make.  A FILE is of
# Bats, or a program that prints TAP.  One more than there are processors run beside each other, each with a TMPDIR
# and a HOME of its own, but for those that tests/alone names; those that tests/longest names begin.  What one
# prints comes as a whole when it is over.  A file that says nothing, that ends badly without a failed test, or
# that leaves a process behind has failed.
set -euo pipefail
set +m # each file has a session of its own, so that it can be ended with all that it started

build=$1
shift
[ $# -gt 0 ] || set -- "$build/tests/golden" tests/bats/*.bats tests/lab/*.bats "$build/tests/vm.bats"
# shellcheck source=tests/environment.bash
. tests/environment.bash
export FUZZ_RUNS
# what is freed is overwritten, so that a use of it shows
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=165
# Git asks nobody's HOME whether this folder may be its user's
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$PWD

work=$(mktemp -d /tmp/wit.XXXXXX) # a short name: sockets lie in it
declare -A names=() folders=() # of the files that run, by process
count=0
patience=${TEST_PATIENCE:-20} # seconds until what a file left behind must be gone

# --- one file

start() {
	local dir=$work/$((count += 1)) command=(bats --tap)

	# a command and its options, or nothing
	[[ $1 == *.bats ]] || read -ra command <<< "$WEIPSEC_WRAPPER"
	mkdir -p "$dir"/{tmp,home}
	# shellcheck disable=SC2016 # they are that shell's own
	TMPDIR=$dir/tmp HOME=$dir/home setsid bash -c '
		status=0
		"${@:2}" || status=$?
		times > "$1"
		exit $status' bash "$dir/times" "${command[@]}" "$1" < /dev/null > "$dir/tap" 2> "$dir/errors" &
	names[$!]=$1
	folders[$!]=$dir
}

# The processes that file's folder $1 is in the environment of: all that it started, whatever became of their
# parents.
left() {
	grep -lzxF "TMPDIR=$1/tmp" /proc/[0-9]*/environ 2> /dev/null | cut -d/ -f3 || true
}

# Waits until nothing is left of the file with folder $1, but not for ever; what a lab made goes with the last
# process, its guard.
gone() {
	local end=$((SECONDS + $2))

	until [ -z "$(left "$1")" ]; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# User and system time of the children, the last line of what `times` printed into file $1, in seconds.
seconds() {
	tail -n 1 "$1" 2> /dev/null | sed 's/[ms]/ /g' | awk '{ sum = $1 * 60 + $2 + $3 * 60 + $4 } END { printf "%d\n", sum }'
}

# Prints what process $1, which ended with status $2, said, and adds up its tests in $work/sums.
finish() {
	local name=${names[$1]} dir=${folders[$1]} pids

	unset "names[$1]" "folders[$1]"
	echo "# $name: $(seconds "$dir/times") s of the processors"
	cat "$dir/tap"
	sed 's/^/# /' "$dir/errors"
	awk -v name="$name" -v status="$2" -v failures="$work/failures" '
		function fail(what) {
			print "# failed: " name ": " what >> failures
			failed++
		}
		/^ok .* # skip/ { skipped++; next }
		/^ok /          { passed++ }
		/^not ok /      { fail(substr($0, 8)) }
		/^1\.\.[0-9]+/  { planned = substr($0, 4) + 0 }
		END {
			missing = planned - passed - failed - skipped
			if (missing > 0) {
				fail(missing " of " planned " tests did not run")
				failed += missing - 1
			}
			if (!planned || (status && !failed))
				fail("it ended with status " status " after " passed + skipped " of " planned + 0 " tests")
			print passed + 0, failed + 0, skipped + 0
		}' "$dir/tap" >> "$work/sums"
	if ! gone "$dir" "$patience"; then
		pids=$(left "$dir" | xargs)
		echo "# failed: $name: left behind: $(ps -o pid= -o args= -p "${pids// /,}" | xargs)" >> "$work/failures"
		echo "0 1 0" >> "$work/sums"
		# shellcheck disable=SC2086 # numbers
		kill -KILL $pids 2> /dev/null || true
	fi
	rm -rf "$dir"
}

# --- all files

reap() {
	local pid status=0

	wait -n -p pid || status=$?
	finish "$pid" "$status"
}

# Runs the files on standard input, $1 at a time.
beside() {
	local file

	while read -r file; do
		[ "${#names[@]}" -lt "$1" ] || reap
		start "$file"
	done
	while [ "${#names[@]}" -gt 0 ]; do
		reap
	done
}

# Ends what runs, and waits until the labs have cleaned up after themselves.
stop() {
	local pid dir

	trap '' INT TERM HUP
	for pid in "${!names[@]}"; do
		kill -TERM -- "-$pid" 2> /dev/null || true
	done
	for dir in "${folders[@]}"; do
		# shellcheck disable=SC2046 # numbers
		gone "$dir" 60 || kill -KILL $(left "$dir") 2> /dev/null || true
	done
	rm -rf "$work"
}

trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

printf '%s\n' "$@" > "$work/files"
sed 's/[[:space:]].*//; /^#/d; /^$/d' tests/alone > "$work/alone"
sed "/^#/d; /^$/d; s|^build/|$build/|" tests/longest > "$work/longest"
# those of the list, in its order, then the others
{
	grep -xFf "$work/files" "$work/longest" || true
	grep -vxFf "$work/longest" "$work/files" || true
} | grep -vxFf "$work/alone" > "$work/together" || true
beside $(($(nproc) + 1)) < "$work/together" # labs wait more than they work
grep -xFf "$work/alone" "$work/files" > "$work/rest" || true
beside 1 < "$work/rest"

times > "$work/times" # daemons are nobody's children
echo "# $SECONDS s, and $(seconds "$work/times") s of the processors without daemons"
if [ -e "$work/failures" ]; then
	cat "$work/failures"
fi
awk '
	{ passed += $1; failed += $2; skipped += $3 }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || passed == 0
	}' "$work/sums"
