# SPDX-License-Identifier: ISC
# The program of the golden tests, on inputs of its own: whether it sees what is wrong.

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	golden=${WEIPSEC_BUILD:-$root/build}/tests/golden
	mkdir -p testdata/accept/kind testdata/reject testdata/show
	sound > testdata/accept/kind/sound.cfg
	with_error > testdata/reject/wrong.cfg
	echo "10 WI304" > testdata/reject/wrong.ids
	touch testdata/accept/kind/sound.ids testdata/show/sound.text
}

@test "golden: what is written anew passes, through the program too" {
	run -0 "$golden" --write
	[ "$(sort <<< "$output")" = "$(printf 'testdata/%s\n' accept/kind/sound.agent accept/kind/sound.swanctl \
		accept/kind/sound.text accept/kind/sound.xfrm reject/wrong.text show/sound.text)" ]
	run -0 "$golden" --write
	[ -z "$output" ]
	run -0 "$golden"
	[ "$output" = "$(printf '%s\n' 1..5 "ok 1 golden: testdata/accept/sound.cfg" \
		"ok 2 golden: testdata/reject/wrong.cfg" \
		"ok 3 golden: the program, too: testdata/accept/sound.cfg" \
		"ok 4 golden: the program, too: testdata/reject/wrong.cfg" \
		"ok 5 golden: every case has a name of its own, every file a case")" ]
	run -1 "$golden" nothing
	[ "$output" = 1..0 ]
}

@test "golden: a difference in any file is seen, and shown" {
	"$golden" --write
	for file in accept/kind/sound.{ids,text,swanctl,agent,xfrm} show/sound.text reject/wrong.{ids,text}; do
		cp "testdata/$file" before
		echo stray >> "testdata/$file"
		run -1 "$golden"
		[ "$(grep -c '^not ok' <<< "$output")" = 1 ]
		grep -qx -- "# --- testdata/$file" <<< "$output"
		grep -qx -- "# -stray" <<< "$output"
		cp before "testdata/$file"
	done
}

@test "golden: an error among what is to be accepted is seen" {
	cp testdata/reject/wrong.cfg testdata/accept/kind/sound.cfg
	cp testdata/reject/wrong.ids testdata/accept/kind/sound.ids
	run -1 "$golden" --write
	[[ $output == "not ok 1 golden: testdata/accept/sound.cfg"* ]]
	run -1 "$golden" accept/sound
	[[ $output == *"there is an error"* ]]
}

@test "golden: options in NAME.args are those of check" {
	with_warning > testdata/accept/kind/sound.cfg
	echo "--no WI309" > testdata/accept/kind/sound.args
	"$golden" --write
	"$golden"
	echo "--nonsense" > testdata/accept/kind/sound.args
	run -1 "$golden" golden:.testdata/accept
	[[ $output == *"exit status 64"*"unknown option"* ]]
}

@test "golden: a name that is there twice, and a file of no input, are seen" {
	mkdir testdata/accept/other
	sound > testdata/accept/other/sound.weos
	touch testdata/reject/stray.ids testdata/show/stray.text testdata/accept/sound.ids
	run -1 "$golden" every
	[[ $output == *"accept/kind/sound.cfg and testdata/accept/other/sound.weos: one name"* ]]
	for file in reject/stray.ids show/stray.text accept/sound.ids; do
		grep -qx "# testdata/$file: belongs to no input" <<< "$output"
	done
}

@test "golden: a program that says something else is seen" {
	"$golden" --write
	mkdir -p built/tests
	cp "$golden" built/tests
	export WEIPSEC_WRAPPER= # valgrind has no say in a script
	printf '#!/bin/sh\necho other >&2; exit 3\n' > built/weipsec
	chmod +x built/weipsec
	run -1 built/tests/golden program.*sound
	[[ $output == *"# +other"*"exit status 0, and of the program 3"* ]]
	# a crash is one that failed, and its end is told
	# shellcheck disable=SC2016 # expanded by sh
	printf '#!/bin/sh\nkill -KILL $PPID\n' > built/weipsec
	run -1 built/tests/golden
	[ "$(grep -c '^not ok' <<< "$output")" = 2 ]
	[[ $output == *"was killed: Killed"* ]]
}
