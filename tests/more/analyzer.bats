# SPDX-License-Identifier: ISC
# clang as a second compiler, and its analyzer at its full depth.
# shellcheck disable=SC2154 # root is the helper's

load helper

@test "analyzer: clang builds all without a warning" {
	cd "$root"
	make -s lint-clang
	[ -x build/clang/weipsec-apply ]
}

@test "analyzer: no path through the sources is seen to go wrong" {
	cd "$root"
	make lint-tidy DEEP=1
	figure "$(git ls-files '*.c' | grep -cv '^\(.*/\)\?testdata/') sources"
}
