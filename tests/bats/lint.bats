# SPDX-License-Identifier: ISC
# The linters and the second compiler; each is a target of make.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

# that clang builds all is tests/more/analyzer.bats
@test "lint: clang has no warning of what programs wrote" { make lint-generated; }
@test "lint: clang-tidy, with clang's warnings" { make lint-tidy; }
@test "lint: cppcheck" { make lint-cppcheck; }
@test "lint: shellcheck" { make lint-shell; }
