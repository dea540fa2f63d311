# SPDX-License-Identifier: ISC
# What is made anew for what: in a copy of the tree with its build, where make says what it would do.

bats_require_minimum_version 1.5.0
load ../trace

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	build=${WEIPSEC_BUILD:-$root/build}
	build=${build#"$root/"}
	copy=$BATS_TEST_TMPDIR/copy
	mkdir "$copy"
	cd "$root" || return 1
	git ls-files -z -- ':!testdata' | xargs -0 cp -a --parents -t "$copy"
	find "$build" -maxdepth 1 -type f -print0 | xargs -0 cp -a --parents -t "$copy"
	cp -a --parents "$build"/{backends,compiler,docs,gen,grammar,runtime} "$copy"
	cd "$copy" || return 1
	touch -r "$root/docs/rules" docs/rules # it is as old as its copy, else
	unset MAKEFLAGS MFLAGS MAKELEVEL
	make -s all
	make -q all
}

# What make would do for the targets, a line each: CC compiler/base/cli.c.
would() {
	make -n "$@" > "$BATS_TEST_TMPDIR/commands"
	sed -n "s/^printf '[^']*' //p" "$BATS_TEST_TMPDIR/commands"
}

@test "build: a changed sentence of a rule compiles one file" {
	sed -i 's/"a line that cannot be read"/"a line that no one can read"/' schemas/rules.def
	[ "$(would all | grep '^CC')" = "CC compiler/tables/rule.c" ]
	would all | grep -qx "DOC $build/docs/weipsec-rules.7"
}

@test "build: a new row of the rules compiles all that know them" {
	sed -i 's/^FORM(102,/FORM(199, "new", E, "a row")\n&/' schemas/rules.def
	[ "$(would all | grep -c '^CC')" -gt 50 ]
	would all | grep -qx "PAGES $build/gen/page.c"
}

@test "build: a rule's function makes no document anew, a command's table does" {
	touch compiler/rules/strength.c
	run -0 would all
	[[ $output == *"CC compiler/rules/strength.c"*"LINK $build/weipsec"* && $output != *docs/* ]]
	touch compiler/command/cmd_check.c
	run -0 would all
	[[ $output == *"LINK $build/docs/generate"*"DOC $build/docs/weipsec.1"* ]]
}

@test "build: an archive loses the object of a source that is gone" {
	rm compiler/rules/strength.c
	[ "$(would "$build/libweipsec.a")" = "AR $build/libweipsec.a" ]
	rm runtime/status/layout.c
	make -s "$build/libweipsec.a" "$build/libweipsec-runtime.a"
	run ar t "$build/libweipsec.a"
	[[ $output == *arena.o* && $output != *strength.o* ]]
	run ar t "$build/libweipsec-runtime.a"
	[[ $output == *status_json.o* && $output != *layout.o* ]]
}

@test "build: a header compiles those that include it, in each build" {
	touch compiler/base/region.h
	run -0 would all
	[[ $output == *"CC compiler/report/sarif.c"* && $output != *"CC compiler/rules/"* ]]
	# whatever build this is, the other one
	other=$([ "$build" = build ] && echo 1 || echo 0)
	object=$([ "$build" = build ] && echo build/san || echo build)/compiler/base/region.o
	make -s SAN="$other" "$object"
	[ -z "$(would SAN="$other" "$object")" ]
	touch compiler/base/region.h
	[ "$(would SAN="$other" "$object")" = "CC compiler/base/region.c" ]
}

@test "build: one that is made aside with other switches leaves this one as it was" {
	would static WITH_YANG=0 > /dev/null 2>&1
	would cross ARCH=armhf WITH_YANG=0 > /dev/null 2>&1
	make -q all
	# as the default does not
	would all WITH_YANG=0 > /dev/null
	run -1 make -q all
}

@test "build: clang-tidy looks at those that include a header" {
	mkdir bin
	printf '#!/bin/sh\n' > bin/clang-tidy
	chmod +x bin/clang-tidy
	PATH=$PWD/bin:$PATH
	make -s lint-tidy
	touch compiler/base/region.h tests/unit/test_glob.c
	would tidied > looked
	grep -qx "CC compiler/base/region.c" looked
	grep -qx "TIDY 'tests/unit/test_glob.c'" looked
	grep -qx "TIDY '[0-9]* sources'" looked
	# a finding is a failure, and is found again
	printf '#!/bin/sh\nexit 1\n' > bin/clang-tidy
	run ! make -s lint-tidy
	run ! make -s lint-tidy
	printf '#!/bin/sh\n' > bin/clang-tidy
	make -s lint-tidy
	make -q tidied
}

@test "build: compile_commands.json has each source, with what compiles it" {
	make -s compile_commands.json
	git -C "$root" check-ignore -q "$root/compile_commands.json"
	diff <(jq -r '.[].file' compile_commands.json | sort) \
		<(git -C "$root" ls-files '*.c' | grep -v '^\(.*/\)\?testdata/' | sort)
	jq -e --arg here "$PWD" 'all(.directory == $here)' compile_commands.json
	eval "$(jq -r '.[] | select(.file == "compiler/base/region.c").command' compile_commands.json) -o region.o"
	[ -s region.o ]
}

# What make would run for the targets.
commands() {
	make -n "$@" | sed ':more; /\\$/ { N; s/\\\n//; b more }'
}

@test "build: CC, AR and PKG_CONFIG are obeyed, and no flag has a path of this machine" {
	printf '#!/bin/sh\necho "$@" >> "%s/asked"\nexec pkg-config "$@"\n' "$PWD" > other-pkg-config
	chmod +x other-pkg-config
	run -0 commands CC=other-cc CC_FOR_BUILD=other-cc AR=other-ar PKG_CONFIG=./other-pkg-config all
	[[ $output == *"other-cc -D_GNU_SOURCE"* && $output == *"other-cc -O2"*" -o $build/weipsec "* && $output == *"other-ar rcs"* ]]
	[ "$(grep -cE '(^|[;&] *)(gcc|cc|ar) ' <<< "$output")" = 0 ]
	grep -q -- '--libs libcrypto jansson libyang' asked
	grep -q -- '--cflags libxml-2.0' asked
	# but for what pkg-config says
	run -0 commands -B PKG_CONFIG=true all
	[ "$(grep -cE -- '-(I|isystem|L|D[A-Z_]*=)[^ ]*/usr/(include|lib)' <<< "$output")" = 0 ]
}

@test "build: documents are made by what CC_FOR_BUILD compiles" {
	run -0 commands CC=other-cc CC_FOR_BUILD=gcc "$build/docs/weipsec.1"
	[[ $output == *"build=build/native"*"CC=gcc"* && $output != *"other-cc"* ]]
}

@test "build: a warning is an error with WERROR=1, as the tests have it, and else is not" {
	[ "$(commands -B WERROR= "$build/compiler/base/region.o" | grep -c -- -Werror)" = 0 ]
	[ "$(commands -B WERROR=1 "$build/compiler/base/region.o" | grep -c -- -Werror)" -gt 0 ]
	[ "$(commands -B test | grep -c -- '-Werror.* -c ')" -gt 100 ]
}

@test "build: without libyang and without a monitor nothing asks for them" {
	run -0 would WITH_YANG=0 WITH_MONITOR=0 all
	[[ $output == *"CC compiler/yang/without.c"* && $output != *yang_write.c* && $output != *"CC runtime/monitor/monitor.c"* ]]
	run -0 commands WITH_YANG=0 WITH_MONITOR=0 all
	[[ $output == *-DWITHOUT_YANG* && $output != *-lyang* && $output != *-lpcap* ]]
	run -0 commands WITH_MONITOR=0 PREFIX=/p install
	[[ $output != *libexec/weipsec-monitor* ]]
}
