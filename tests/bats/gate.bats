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

@test "gate: what each file cost is told with its name" {
	program busy <<< 'echo 1..1; (ulimit -t 2; while :; do :; done) 2> /dev/null || echo ok 1 a'
	program idle <<< 'echo 1..1; sleep 2; echo ok 1 a'
	run -0 gate busy idle
	[[ $output =~ /busy:\ ([0-9]+)\ s\ of\ the\ processors ]]
	busy=${BASH_REMATCH[1]}
	[ "$busy" -gt 0 ]
	[[ $output =~ /idle:\ ([0-9]+)\ s\ of\ the\ processors ]]
	[ "${BASH_REMATCH[1]}" -lt "$busy" ]
}

@test "gate: what its lists name is there, and a reason with what runs alone" {
	cd "$root"
	sed '/^#/d; s/[[:space:]].*//' tests/alone tests/longest | while read -r file; do
		[ -e "${file/#build\//$WEIPSEC_BUILD/}" ] || { echo "$file"; exit 1; }
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

@test "gate: what was unpacked stands in /usr for the command alone" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	mkdir -p "odd, place: a/tests" "odd, place: a/build/daemons/usr/bin"
	cp "$root/tests/with.sh" "odd, place: a/tests"
	printf '#!/bin/sh\necho "it says $*"\nexit 3\n' > "odd, place: a/build/daemons/usr/bin/unpacked"
	chmod +x "odd, place: a/build/daemons/usr/bin/unpacked"
	run -3 "odd, place: a/tests/with.sh" unpacked "a b" c
	[ "$output" = "it says a b c" ]
	run ! command -v unpacked
	rm -r "odd, place: a/build"
	run -127 "odd, place: a/tests/with.sh" unpacked
}

@test "gate: each file of check-more is in docs/checks.md, and in its last run nothing failed or was left out" {
	cd "$root"
	for file in tests/more/*.bats; do
		row="^\| \`${file##*/}\` \|"
		grep -qE "$row [^|]+ \|$" docs/checks.md || { echo "${file##*/}: what it does"; return 1; }
		grep -qE "$row (not run yet \||[0-9a-f]{7,} \| [1-9][0-9]* passed, 0 failed, 0 skipped \|)" docs/checks.md ||
			{ echo "${file##*/}: how it went"; return 1; }
	done
}

@test "gate: a run of check-more writes the rows of what ran, and no others" {
	mkdir -p docs tests/more
	touch tests/more/{mine,other,new,none}.bats
	cat > docs/checks.md <<-'EOT'
		# Checks
		| `mine.bats` | what it does |
		## The last run
		| file | commit | result | processors | figures |
		| --- | --- | --- | ---: | --- |
		| `gone.bats` | 1234567 | 1 passed, 0 failed, 0 skipped | 1 s | |
		| `mine.bats` | 1234567 | 1 passed, 0 failed, 0 skipped | 1 s | |
		| `other.bats` | 1234567 | 2 passed, 0 failed, 0 skipped | 5 s | 7 runs |
	EOT
	git init -q . && git add . && git -c user.name=a -c user.email=a commit -qm a
	"$root/tests/more/record.sh" <<-'EOT'
		# tests/more/mine.bats: 12 s of the processors
		1..3
		ok 1 one
		# figure: 3 of 4
		# figure: and more
		not ok 2 two
		ok 3 three # skip no time
		# tests/more/new.bats: 0 s of the processors
		1..1
		ok 1 one
		# 13 s, and 12 s of the processors without daemons
		2 passed, 1 failed, 1 skipped
	EOT
	commit=$(git rev-parse --short HEAD)
	diff docs/checks.md - <<-EOT
		# Checks
		| \`mine.bats\` | what it does |
		## The last run
		| file | commit | result | processors | figures |
		| --- | --- | --- | ---: | --- |
		| \`mine.bats\` | $commit | 1 passed, 1 failed, 1 skipped | 12 s | 3 of 4; and more |
		| \`new.bats\` | $commit | 1 passed, 0 failed, 0 skipped | 0 s |  |
		| \`none.bats\` | not run yet | | | |
		| \`other.bats\` | 1234567 | 2 passed, 0 failed, 0 skipped | 5 s | 7 runs |
	EOT
	echo > new
	"$root/tests/more/record.sh" <<< '# tests/more/mine.bats: 12 s of the processors'
	grep -qF "| $commit and changes | 0 passed" docs/checks.md
}
