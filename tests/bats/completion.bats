#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What bash and zsh type behind `weipsec'.
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

# The answers of bash to the last of the words, in one line.
in_bash() {
	# shellcheck disable=SC2016 # for that bash
	bash --norc --noprofile -c '
		. "$0"
		COMP_WORDS=(weipsec "$@")
		COMP_CWORD=$#
		_weipsec
		printf "%s\n" "${COMPREPLY[@]}" | sort | tr "\n" " " | sed "s/^ *//; s/ *$//"' \
		"$documents/weipsec.bash" "$@"
}

same() {
	[ "$1" = "$2" ] || { echo "not '$2' but: $1"; return 1; }
}

words_of() {
	echo "$@" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ *$//'
}

# The options that --help of command $1 lists.
options_of() {
	"$WEIPSEC" "$1" --help | grep -oE '^  (-[A-Za-z], )?(-[A-Za-z]|--[a-z-]+)' | tr -d ' ' |
		tr ',' '\n' | grep -vx -e -h | sort | tr '\n' ' ' | sed 's/ *$//'
}

commands() {
	"$WEIPSEC" --help | sed -n 's/^  \([a-z]\+\) .*/\1/p'
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
