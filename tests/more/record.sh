#!/bin/bash
# SPDX-License-Identifier: ISC
# Writes what tests/run.sh printed of files in tests/more, on standard input, into the table of docs/checks.md:
# a row a file, with the commit it ran on.  The rows of files that did not run stay; files that are gone lose theirs.
set -euo pipefail

page=docs/checks.md
commit=$(git rev-parse --short HEAD)
[ -z "$(git status --porcelain -- . ":!$page")" ] || commit="$commit and changes"
rows=$(mktemp)
trap 'rm -f "$rows" "$rows.page"' EXIT

# The row that file $1 has.
last_row() {
	sed '1,/^## The last run/d' "$page" | grep -F "| \`$1\` |" || echo "| \`$1\` | not run yet | | | |"
}

awk -v commit="$commit" '
	function row() {
		if (name)
			printf "| `%s` | %s | %d passed, %d failed, %d skipped | %s s | %s |\n", name, commit, passed,
				failed, skipped, cpu, figures
		name = ""
	}
	/^# tests\/more\/[^ ]*: [0-9]+ s of the processors$/ {
		row()
		name = substr($2, 12, length($2) - 12)
		cpu = $3
		passed = failed = skipped = 0
		figures = ""
		next
	}
	/^# figure: /   { figures = figures (figures ? "; " : "") substr($0, 11) }
	/^ok .* # skip/ { skipped++; next }
	/^ok /          { passed++ }
	/^not ok /      { failed++ }
	/^# [0-9]+ s, and / { row() }
	END             { row() }' > "$rows"

for file in tests/more/*.bats; do
	name=${file##*/}
	grep -qF "| \`$name\` |" "$rows" || last_row "$name" >> "$rows"
done
{
	sed '/^| file |/,$d' "$page"
	echo "| file | commit | result | processors | figures |"
	echo "| --- | --- | --- | ---: | --- |"
	sort "$rows"
} > "$rows.page"
cat "$rows.page" > "$page"
