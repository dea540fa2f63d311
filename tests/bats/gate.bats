# SPDX-License-Identifier: ISC
# What `make check' runs its tests with, on files of its own: nothing that goes wrong is lost.
# shellcheck disable=SC2016,SC2154 # tests in quotes; root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	mkdir files
}

# gate FILE...: a shell becomes a run that knows nothing of the one that it is in: bats has a bats of its own before all others
gate() {
	cd "$root" && exec env -i PATH="${PATH#*bats-core:}" TEST_PATIENCE="${TEST_PATIENCE:-20}" \
		tests/run.sh build "${@/#/$OLDPWD/files/}" 3>&-
}

# Process $1 has ended, whether or not somebody has asked how.
ended() {
	[[ "$(ps -o stat= -p "$1")" =~ ^(Z.*)?$ ]]
}

# A file of Bats with the tests on standard input.
tests() {
	sed 's/^/@test /' > "files/$1.bats"
}

# A program with the lines on standard input.
program() {
	{ echo '#!/bin/sh'; cat; } > "files/$1"
	chmod +x "files/$1"
}

@test "gate: what passed, failed and was skipped is counted over all files, and a failure told again at the end" {
	tests one <<-'EOT'
		"good" { :; }
		"left out" { skip "no time"; }
	EOT
	tests two <<< '"bad" { echo why; false; }'
	program three <<< 'printf "1..2\nok 1 a\nok 2 b\n"'
	run -1 gate one.bats two.bats three
	[[ $output == *"ok 2 left out # skip no time"* ]]
	[[ $output == *"# why"* ]]
	[[ ${lines[-2]} == "# failed: $PWD/files/two.bats: 1 bad" ]]
	[ "${lines[-1]}" = "3 passed, 1 failed, 1 skipped" ]
	run -0 gate one.bats three
	[ "${lines[-1]}" = "3 passed, 0 failed, 1 skipped" ]
}

@test "gate: what its lists name is there, and a reason with what runs alone" {
	cd "$root"
	sed '/^#/d; s/[[:space:]].*//' tests/alone tests/longest | while read -r file; do
		[ -e "$file" ] || { echo "$file"; exit 1; }
	done
	run ! grep -vE '^#|^tests/[^[:space:]]+[[:space:]]+[a-z]' tests/alone
}

@test "gate: what one file says stands together, whoever ends first" {
	for name in one two; do
		printf '"%s %d" { sleep 0.%d; }\n' "$name" 1 2 "$name" 2 1 "$name" 3 3 | tests "$name"
	done
	run -0 gate one.bats two.bats
	sed -nE 's/^ok [0-9]+ (one|two) .*/\1/p' <<< "$output" | uniq -c | sort > said
	diff <(awk '{ print $1, $2 }' said) - <<< $'3 one\n3 two'
}

@test "gate: a file that dies, says nothing, or ends badly has failed" {
	tests dies <<-'EOT'
		"first" { :; }
		"second" { kill -KILL $PPID $$; }
		"third" { :; }
	EOT
	program quiet <<< 'exit 0'
	program sad <<< 'printf "1..1\nok 1 a\n"; exit 3'
	program short <<< 'printf "1..4\nok 1 a\nok 2 b # skip no b\n"'
	run -1 gate dies.bats quiet sad short absent.bats
	[[ $output == *"/dies.bats: 2 of 3 tests did not run"* ]]
	[[ $output == *"/quiet: it ended with status 0 after 0 of 0 tests"* ]]
	[[ $output == *"/sad: it ended with status 3 after 1 of 1 tests"* ]]
	[[ $output == *"/short: 2 of 4 tests did not run"* ]]
	[[ $output == *"/absent.bats: it ended with status 1 after 0 of 0 tests"* ]]
	[ "${lines[-1]}" = "3 passed, 7 failed, 1 skipped" ]
}

@test "gate: each file has a folder and a home of its own, which are gone" {
	for name in one two; do
		tests "$name" <<< '"a" { touch "$HOME/mine"; echo "$TMPDIR $HOME $(ls "$HOME")" > "$BATS_TEST_DIRNAME/'$name'.told"; }'
	done
	run -0 gate one.bats two.bats
	read -r one_tmp one_home one_has < files/one.told
	read -r two_tmp two_home two_has < files/two.told
	[ "$one_tmp" != "$two_tmp" ]
	[ "$one_home" != "$two_home" ]
	[ "$one_has $two_has" = "mine mine" ]
	[ ! -e "$one_home" ]
	[ ! -e "$two_tmp" ]
}

@test "gate: a process that is left behind is ended, and a failure" {
	tests leaves <<< '"a" { setsid sleep 1000 < /dev/null > /dev/null 2>&1 3>&- & echo $! > "$BATS_TEST_DIRNAME/pid"; }'
	TEST_PATIENCE=1 run -1 gate leaves.bats
	[[ ${lines[-2]} == *"/leaves.bats: left behind: "*"sleep 1000"* ]]
	[ "${lines[-1]}" = "1 passed, 1 failed, 0 skipped" ]
	ended "$(cat files/pid)"
}

@test "gate: whoever ends it ends all" {
	tests waits <<< '"a" { echo $$ > "$BATS_TEST_DIRNAME/pid"; echo "$TMPDIR" > "$BATS_TEST_DIRNAME/folder"; sleep 1000; }'
	gate waits.bats > said &
	pid=$!
	until [ -s files/folder ]; do
		sleep 0.1
	done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 143 ]
	ended "$(cat files/pid)"
	[ ! -e "$(cat files/folder)" ]
}
