#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What bash and zsh type behind `weipsec' and `weipsec-apply'.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	documents=${WEIPSEC_BUILD:-$root/build}/docs
	sound > alice.cfg
	sound > "two words.weos"
	touch agent.xml
	mkdir configs
}

# The answers of bash to the last of the words of program $1, in one line.
answers() {
	# shellcheck disable=SC2016 # for that bash
	bash --norc --noprofile -c '
		. "$0/$1.bash"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		"_${1//-/_}"
		printf "%s\n" "${COMPREPLY[@]}" | sort -u | tr "\n" " " | sed "s/^ *//; s/ *$//"' \
		"$documents" "$@"
}

in_bash() {
	answers weipsec "$@"
}

same() {
	[ "$1" = "$2" ] || { echo "not '$2' but: $1"; return 1; }
}

words_of() {
	echo "$@" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ *$//'
}

# The options that --help of command $1 lists, of the program $2 (weipsec).
options_of() {
	"${2-$WEIPSEC}" "$1" --help | grep -oE '^  (-[A-Za-z], )?(-[A-Za-z]|--[a-z-]+)' | tr -d ' ' |
		tr ',' '\n' | grep -vx -e -h | sort | tr '\n' ' ' | sed 's/ *$//'
}

# The commands of program $1 (weipsec).
commands() {
	"${1-$WEIPSEC}" --help | sed -n 's/^  \([a-z]\+\) .*/\1/p'
}

# --- bash

@test "completion: bash knows every command and every option that --help lists" {
	[ "$(commands | wc -l)" -ge 6 ]
	# shellcheck disable=SC2046 # words
	same "$(in_bash "")" "$(words_of $(commands) help --version --help)"
	# shellcheck disable=SC2046 # words
	same "$(in_bash help "")" "$(words_of $(commands))"
	for command in $(commands); do
		same "$(in_bash "$command" - | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ *$//')" \
			"$(options_of "$command")"
	done
}

@test "completion: bash knows what stands behind options" {
	same "$(in_bash check --format "")" "gcc github gitlab json junit sarif text"
	same "$(in_bash check --format j)" "json junit"
	same "$(in_bash check alice.cfg --fail-on n)" "never note"
	same "$(in_bash check -W WI30)" "WI301 WI302 WI303 WI304 WI305 WI306 WI307 WI308 WI309"
	same "$(in_bash check --no aead)" "aead-with-auth"
	same "$(in_bash compile --to s)" "swanctl"
	same "$(in_bash compile -o a)" "agent.xml alice.cfg"
	same "$(in_bash secret --bits "")" ""
	same "$(in_bash check --jobs "")" ""
	same "$(in_bash check --no-such-option j)" ""
}

@test "completion: bash knows values behind '=' and behind a letter, however words are divided" {
	same "$(in_bash check --format = s)" "sarif"
	same "$(in_bash check --format =)" "gcc github gitlab json junit sarif text"
	same "$(in_bash check --format = json --fail-on = w)" "warning"
	same "$(in_bash check --format=s)" "--format=sarif"
	same "$(in_bash check -Wshort-icv -Eaead)" "-Eaead-with-auth"
	same "$(in_bash check --fix=x)" ""
}

@test "completion: bash knows operands" {
	same "$(in_bash check "")" "alice.cfg configs two words.weos"
	same "$(in_bash check --format json --no WI309 alice.cfg a)" "alice.cfg"
	same "$(in_bash check -- -)" ""
	same "$(in_bash check agent)" "agent.xml" # as nothing better fits
	same "$(in_bash compile --to swanctl a)" "alice.cfg"
	same "$(in_bash compile --to swanctl alice.cfg a)" ""
	same "$(in_bash show al)" "alice.cfg"
	same "$(in_bash show alice.cfg "")" ""
	same "$(in_bash explain WI30)" "WI301 WI302 WI303 WI304 WI305 WI306 WI307 WI308 WI309"
	same "$(in_bash explain WI304 WI31)" "WI310 WI311 WI312 WI313 WI314"
	same "$(in_bash rules "")" ""
	same "$(in_bash nonsense "")" ""
}

@test "completion: bash knows every command, option and operand of weipsec-apply, whose first may be left out" {
	apply=${WEIPSEC}-apply
	[ "$(commands "$apply" | wc -l)" -ge 7 ]
	files="alice.cfg configs two words.weos"
	# shellcheck disable=SC2046,SC2086 # words
	same "$(answers weipsec-apply "")" "$(words_of $(commands "$apply") help --version --help $files)"
	# shellcheck disable=SC2046 # words
	same "$(answers weipsec-apply help "")" "$(words_of $(commands "$apply"))"
	for command in $(commands "$apply"); do
		same "$(answers weipsec-apply "$command" -)" "$(options_of "$command" "$apply")"
	done
	same "$(answers weipsec-apply -)" "$(words_of "$(options_of apply "$apply")" --version)"
	same "$(answers weipsec-apply --dry-run al)" "alice.cfg"
	same "$(answers weipsec-apply alice.cfg --dry)" "--dry-run"
	same "$(answers weipsec-apply alice.cfg "")" ""
	same "$(answers weipsec-apply --pki con)" "configs"
	same "$(answers weipsec-apply --pki configs st)" "status"
	same "$(answers weipsec-apply --pki = con)" "configs"
	same "$(answers weipsec-apply --pki configs status --js)" "--json"
	same "$(answers weipsec-apply apply alice.cfg "")" ""
	same "$(answers weipsec-apply supervise --metrics al)" "alice.cfg"
	same "$(answers weipsec-apply status "")" ""
	run -0 shellcheck "$documents/weipsec-apply.bash"
}

@test "completion: every rule can be completed, by ID and by name" {
	[ "$(in_bash explain "" | wc -w)" = "$((2 * $("$WEIPSEC" rules | wc -l)))" ]
	"$WEIPSEC" rules --json | jq -r '.rules[] | .rule, .name' | sort > known
	in_bash explain "" | tr ' ' '\n' | grep . | diff - known
	grep -oE "^		'[^:']*:" "$documents/_weipsec" | tr -d "\t':" | sort | comm -13 - known | diff - /dev/null
}

@test "completion: bash at a terminal" {
	cat > begin <<-EOT
		. "$documents/weipsec.bash"
		weipsec() { printf '<%s>' "\$@"; }
		PS1=
	EOT
	printf 'weipsec ch\t--forma\tsa\tal\t\nweipsec check --format=sa\tal\t\nweipsec check two\t\nexit\n' > typed
	run timeout 60 script -qec "bash --noprofile --rcfile begin -i" /dev/null < typed
	[[ $output == *"<check><--format><sarif><alice.cfg>"* ]]
	[[ $output == *"<check><--format=sarif><alice.cfg>"* ]]
	[[ $output == *"<check><two words.weos>"* ]]
}

@test "completion: bash with the options that careful people set" {
	# shellcheck disable=SC2016 # for that bash
	run -0 bash --norc --noprofile -euc '
		. "$0"
		COMP_WORDS=(weipsec check --form) COMP_CWORD=2
		_weipsec
		echo "${COMPREPLY[@]}"
		COMP_WORDS=(weipsec show alice.cfg "") COMP_CWORD=3
		_weipsec' "$documents/weipsec.bash"
	[ "$output" = --format ]
	run -0 shellcheck "$documents/weipsec.bash"
}

# --- zsh

# What zsh types for each of the lines, and what it lists before that.
in_zsh() {
	printf '%s\n' "$@" | timeout 120 zsh -f "$BATS_TEST_DIRNAME/complete.zsh" "$documents" "$PWD"
}

@test "completion: zsh types what fits" {
	command -v zsh > /dev/null || skip "no zsh"
	run -0 zsh -n "$documents/_weipsec"
	run -0 in_zsh 'weipsec ch' 'weipsec check --forma' 'weipsec check --format=sa' 'weipsec check --format sa' \
		'weipsec check --no aead' 'weipsec check -Wshort-i' 'weipsec check --fail-on never al' \
		'weipsec show two' 'weipsec explain WI30' 'weipsec compile --to swanctl con' 'weipsec check ag'
	for line in 'weipsec check ' 'weipsec check --format=' 'weipsec check --format=sarif ' \
		'weipsec check --format sarif ' 'weipsec check --no aead-with-auth ' \
		'weipsec check -Wshort-icv ' 'weipsec check --fail-on never alice.cfg ' \
		'weipsec show two\ words.weos ' 'weipsec compile --to swanctl configs/' \
		'weipsec check agent.xml '; do
		[[ $output == *"<$line>"* ]] || { echo "not <$line> but $output"; return 1; }
	done
	[[ $output == *"WI304  -- a CCM or GCM cipher with auth"* ]]
}

@test "completion: zsh knows weipsec-apply, whose first command may be left out" {
	command -v zsh > /dev/null || skip "no zsh"
	apply=${WEIPSEC}-apply
	run -0 zsh -n "$documents/_weipsec-apply"
	run -0 in_zsh 'weipsec-apply sup' 'weipsec-apply --dry-run al' 'weipsec-apply al' 'weipsec-apply alice.cfg --dry' \
		'weipsec-apply supervise --metrics=al' 'weipsec-apply apply --pki con' 'weipsec-apply help rol'
	for line in 'weipsec-apply supervise ' 'weipsec-apply --dry-run alice.cfg ' 'weipsec-apply alice.cfg ' \
		'weipsec-apply alice.cfg --dry-run ' 'weipsec-apply supervise --metrics=alice.cfg ' \
		'weipsec-apply apply --pki configs/' 'weipsec-apply help rollback '; do
		[[ $output == *"<$line>"* ]] || { echo "not <$line> but $output"; return 1; }
	done
	local lines=()
	for command in $(commands "$apply"); do
		lines+=("weipsec-apply $command -")
	done
	in_zsh 'weipsec-apply ' "${lines[@]}" > listed
	for command in $(commands "$apply"); do
		grep -q "$command  *-- " listed || { echo "no $command"; return 1; }
		output=$(sed -n "/weipsec-apply $command -/,/<weipsec/p" listed)
		for option in $(options_of "$command" "$apply"); do
			[[ $output == *"$option "* ]] || { echo "$command: not $option: $output"; return 1; }
		done
	done
}

@test "completion: zsh knows every command and every option that --help lists" {
	command -v zsh > /dev/null || skip "no zsh"
	run -0 in_zsh 'weipsec '
	for command in $(commands) help; do
		[[ $output == *"$command "*" -- "* ]] || { echo "not $command: $output"; return 1; }
	done
	run -0 in_zsh 'weipsec help expl'
	[[ $output == *"<weipsec help explain >"* ]] || { echo "$output"; return 1; }
	local lines=()
	for command in $(commands); do
		lines+=("weipsec $command -")
	done
	in_zsh "${lines[@]}" > listed
	for command in $(commands); do
		output=$(sed -n "/weipsec $command -/,/<weipsec/p" listed)
		for option in $(options_of "$command"); do
			[[ $output == *"$option "* ]] || { echo "$command: not $option: $output"; return 1; }
		done
	done
}
