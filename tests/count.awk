# SPDX-License-Identifier: ISC
# Counts the tests in TAP, of one program or of several: 'N passed, N failed, N skipped'.  Those that were
# planned and did not come failed; fails with them, and if none passed.
/^ok .* # skip/ { skipped++; next }
/^ok /          { passed++ }
/^not ok /      { failed++ }
/^1\.\./        { planned += substr($0, 4) }

END {
	missing = planned - passed - failed - skipped
	if (missing > 0)
		failed += missing
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0
}
