# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # root and build are the helper's
# Thousands of the drawn texts of tests/bats/migrate.bats.

load helper

@test "moved: drawn WeOS 4 texts keep what migrate promises" {
	local status=0

	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$root/tests/bats/moved.py" "$build/tests/each" "$root" "$BATS_TEST_TMPDIR" \
		1 "${MORE_MOVED:-3000}" >"$BATS_TEST_TMPDIR.said" || status=$?
	cat "$BATS_TEST_TMPDIR.said"
	figure "$(tail -n 1 "$BATS_TEST_TMPDIR.said")"
	[ "$status" -eq 0 ]
}
