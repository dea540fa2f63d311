# SPDX-License-Identifier: ISC
# The linters and the second compiler; each is a target of make.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

@test "lint: clang builds it without a warning" { make lint-clang; }
@test "lint: clang-tidy" { make lint-tidy; }
@test "lint: cppcheck" { make lint-cppcheck; }
@test "lint: shellcheck" { make lint-shell; }
