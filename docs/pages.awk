# SPDX-License-Identifier: ISC
# schemas/rules.def and docs/rules/*.md, in this order: the pages as a table in C, as light text.
# A page whose rule is not in the catalogue is left out, a rule without a page has no entry.

BEGIN {
	print "/* made of docs/rules by docs/pages.awk */"
	print "#include \"compiler/page.h\""
	print ""
	print "const char *const page_table[RULE_COUNT] = {"
}

FILENAME ~ /\.def$/ {
	if (/^(FORM|TUNNEL|MODEL)\([0-9]/) {
		sub(/^[A-Z]*\(/, "")
		sub(/,.*/, "")
		known["WI" $0] = 1
	}
	next
}

# the title begins a page; the command prints its own
FNR == 1 {
	close_page()
	open = $2 in known
	if (open)
		printf "\t[%s] =", $2
	fenced = blank = begun = 0
	next
}

/^```/ {
	fenced = !fenced
	next
}

open {
	line = $0
	if (fenced) {
		line = "    " line
	} else {
		sub(/^## /, "", line)
		gsub(/`/, "'", line)
	}
	if (line ~ /^ *$/) {
		blank = begun
		next
	}
	if (blank)
		emit("")
	blank = 0
	begun = 1
	emit(line)
}

END {
	close_page()
	print "};"
}

function emit(line)
{
	gsub(/["\\?]/, "\\\\&", line)
	printf "\n\t    \"%s\\n\"", line
}

function close_page()
{
	if (open)
		print ","
	open = 0
}
