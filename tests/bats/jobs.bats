#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# check --jobs: several files at once, and nothing of it to be seen.  One job does not write aside what it
# reports, so that it is what the others are compared with.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; bats sets stderr

bats_require_minimum_version 1.5.0
load helper
# shellcheck source=tests/jobs.bash
. "$root/tests/jobs.bash"

setup_file() {
	export TREE=$BATS_FILE_TMPDIR/tree
	make_tree "$TREE" "${JOBS_FILES:-3000}"
}

setup() {
	enter_folder
	ln -s "$TREE" tree
	ln -s "$root/testdata" testdata
}

# What cannot be read is named: the walk finds none.  /proc/self/mem can be opened.
operands=(absent tree/f00003.cfg tree/ missing.cfg testdata/accept/ tree/empty /proc/self/mem testdata/reject/ gone)

@test "jobs: each format has the same bytes, whatever --jobs is" {
	for format in text gcc json sarif junit github; do
		same_as_one --format "$format" "${operands[@]}"
		[ "$(cat 1.status)" = 2 ]
		[ "$(wc -c < 1.out)" -gt 100000 ]
	done
	[ "$(wc -l < 1.err)" = 5 ]
}

@test "jobs: JSON and SARIF are whole, with what was only counted" {
	for jobs in 1 7; do
		"$WEIPSEC" check --jobs "$jobs" --format json tree > report || [ $? = 1 ]
		jq -e '.summary.truncated == 100 and .summary.suppressed > 0 and .summary.errors > 0 and
			([.files[].path] | . == sort and length > 20) and
			([.diagnostics[] | select(.severity == "error")] | length) == .summary.errors' report
		"$WEIPSEC" check --jobs "$jobs" --format sarif tree > report || [ $? = 1 ]
		jq -e '.runs[0].tool.driver.rules as $rules | all(.runs[0].results[];
			$rules[.ruleIndex].id == .ruleId)' report
	done
}

@test "jobs: standard error has the order of one job" {
	names=()
	for i in {1..300}; do
		names+=("absent$i" tree/f00000.cfg)
	done
	run --separate-stderr -2 "$WEIPSEC" check --jobs 7 "${names[@]}" tree/empty last
	[ "$stderr" = "$(printf 'weipsec: absent%d: No such file or directory\n' {1..300}
		echo "weipsec: tree/empty: no *.cfg or *.weos in this folder"
		echo "weipsec: last: No such file or directory")" ]
}

@test "jobs: the exit status is that of one job" {
	same_as_one tree/f00000.cfg tree/f00002.cfg tree/f00003.cfg
	[ "$(cat 1.status)" = 0 ]
	[ -s 1.out ]
	same_as_one --fail-on note tree/f00000.cfg tree/f00003.cfg
	[ "$(cat 1.status)" = 1 ]
	same_as_one --fail-on never tree
	[ "$(cat 1.status)" = 0 ]
	same_as_one -E WI311 tree/f00000.cfg tree/f00003.cfg
	[ "$(cat 1.status)" = 1 ]
	same_as_one --no WI309 -W WI304 tree
	same_as_one --profile nist tree
}

@test "jobs: a number from 1 to 256, else 64" {
	for number in 0 257 x "" 01 -1 2x 99999999999999999999; do
		run --separate-stderr -64 "$WEIPSEC" check "--jobs=$number" tree
		[ -z "$output" ]
		[[ $stderr == "weipsec: --jobs is a number from 1 to 256"* ]]
	done
	run -64 "$WEIPSEC" check tree --jobs
	check_as 256 tree
	check_as 1 --jobs 256 --jobs 1 tree
	cmp 1.out 256.out
}

@test "jobs: --list-files and --device are as before" {
	same_as_one --list-files "${operands[@]}"
	[ "$(wc -l < 1.out)" -gt "${JOBS_FILES:-3000}" ]
	echo '{}' > device.json
	same_as_one --device device.json tree/f00001.cfg
	run -64 "$WEIPSEC" check --jobs 2 --device device.json tree
}

@test "jobs: --fix and --diff are those of one job" {
	mkdir one several
	for name in a b c d; do
		with_error > one/$name.cfg
	done
	cp one/* several
	check_as 7 --diff one
	check_as 1 --diff one
	cmp 1.out 7.out
	cmp 1.err 7.err
	[ -s 1.out ]
	check_as 1 --fix one one/a.cfg
	check_as 7 --fix several several/a.cfg
	diff -r one several
	cmp 1.out 7.out
	run cmp one/d.cfg <(with_error)
	[ "$status" = 1 ]
}

# threads [ARGUMENT]...: how many check the files; each but the first ends by itself
threads() {
	# the sanitizer's search for leaks is no tracer's friend
	ASAN_OPTIONS=detect_leaks=0 strace -qq -f -e trace=exit -e signal=none -o trace "$WEIPSEC" check "$@" \
		> /dev/null 2>&1 < /dev/null || [ $? -le 1 ]
	echo $((1 + $(grep -c ' exit(0' trace || true)))
}

@test "jobs: as many threads as were asked for, and no more than files" {
	[ -z "${VALGRIND:-}" ] || skip "valgrind is what would be traced"
	cp tree/f0000[0-7].cfg .
	[ "$(threads --jobs 1 f*.cfg)" = 1 ]
	[ "$(threads --jobs 2 f*.cfg)" = 2 ]
	[ "$(threads --jobs 256 f*.cfg)" = 8 ]
	[ "$(threads --jobs 256 f00000.cfg)" = 1 ]
	[ "$(threads f*.cfg)" = 1 ]
	[ "$(threads --jobs 2 --diff f*.cfg)" = 1 ]
	[ "$(threads --jobs 2 f*.cfg -)" = 1 ]
	[ "$(threads --jobs 2 --fix f*.cfg)" = 1 ]
}

@test "jobs: more than 64 files are for all processors of the process" {
	[ -z "${VALGRIND:-}" ] || skip "valgrind is what would be traced"
	local processors
	# nproc may know of a share of them, too
	processors=$(/usr/bin/python3 -c 'import os; print(len(os.sched_getaffinity(0)))')
	[ "$(threads tree/f000[0-5]?.cfg tree/f0006[0-3].cfg)" = 1 ]
	[ "$(threads tree/f000[0-5]?.cfg tree/f0006[0-4].cfg)" = $((processors < 65 ? processors : 65)) ]
	[ "$(threads --jobs 3 tree)" = 3 ]
	taskset -cp "$(taskset -cp $BASHPID | sed 's/.*: \([0-9]*\).*/\1/')" $BASHPID
	[ "$(threads tree)" = 1 ]
	[ "$(threads --jobs 2 tree)" = 2 ]
}

@test "jobs: a second file is read while the first one waits" {
	mkfifo first second
	timeout 60 "$WEIPSEC" check --jobs 2 first second > out 2>&1 4>&- &
	pid=$!
	exec 4> first
	timeout 60 bash -c 'exec 5> second'
	[ ! -s out ]
	exec 4>&-
	wait "$pid" || [ $? = 1 ]
}

@test "jobs: what comes first is waited for, and then is the first to be told" {
	mkfifo slow
	"$WEIPSEC" check --jobs 2 --format gcc slow tree > out 4>&- &
	pid=$!
	exec 4> slow
	# nothing is written before the turn of the first file is over
	[ ! -s out ]
	exec 4>&-
	wait "$pid" || [ $? = 1 ]
	"$WEIPSEC" check --jobs 1 --format gcc tree > expected || [ $? = 1 ]
	grep -v '^slow:' out | cmp - expected
}

@test "jobs: a reader who goes away ends it quietly" {
	for format in text json sarif; do
		set +e
		"$WEIPSEC" check --jobs 7 --format "$format" tree 2> err | head -1 > out
		status=${PIPESTATUS[0]}
		set -e
		[ "$status" = 1 ]
		[ ! -s err ]
	done
}

@test "jobs: a full disk is 2, said once" {
	[ -e /dev/full ] || skip "no /dev/full"
	for format in text json junit; do
		run --separate-stderr -2 bash -c "'$WEIPSEC' check --jobs 7 --format $format tree > /dev/full"
		[ "$stderr" = "weipsec: cannot write the report: No space left on device" ]
	done
}

@test "jobs: threads that cannot be had are done without" {
	user=$((60000 + $$ % 5000)) # nobody's, so that its only process is this
	drop=(setpriv --reuid="$user" --regid=65534 --clear-groups)
	[ "$(id -u)" = 0 ] && (cd / && "${drop[@]}" "$WEIPSEC" --version > /dev/null 2>&1) ||
		skip "cannot drop privileges"
	export ASAN_OPTIONS=detect_leaks=0 # the search for leaks is a process of its own
	# shellcheck disable=SC2016 # expanded by the inner one
	command=(bash -c 'ulimit -u 1; exec "$@"' - "${drop[@]}" "$WEIPSEC" check testdata/accept)
	cd "$root"
	run "${command[@]}" --jobs 1
	expected=$status$output
	[ -n "$output" ]
	run "${command[@]}" --jobs 256
	[ "$status$output" = "$expected" ]
	run strace -f -e trace=clone,clone3 "${command[@]}" --jobs 256
	[[ $output == *"= -1 EAGAIN"* ]]
}

@test "jobs: no memory for a file is 2, and of the others all is said" {
	[ -z "${VALGRIND:-}${SAN:-}" ] || skip "takes more memory itself"
	# More than there is at all, asked for at once: what the other file takes meanwhile makes no difference.
	truncate -s 60M huge.cfg
	(ulimit -v 50000 && check_as 2 --format json tree/f00001.cfg huge.cfg)
	[ "$(cat 2.err)" = "weipsec: huge.cfg: Cannot allocate memory" ]
	[ "$(cat 2.status)" = 2 ]
	jq -e '.files | length == 2 and .[0].tunnels > 0 and .[1].error == "Cannot allocate memory"' 2.out
}

@test "jobs: certificates are read once for all, with the same findings" {
	make_pki
	same_as_one --format json --pki pki of-pki
	jq -e '[.diagnostics[].rule] | unique | length > 4' 1.out
}
