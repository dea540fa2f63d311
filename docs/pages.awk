# SPDX-License-Identifier: ISC
# The numbers of the rules and docs/rules/*.md, in this order: the pages as a table in C, as they stand,
# as light text, and of that what the rule finds.  A page whose rule is not in the catalogue is left out, a
# rule without a page has an empty entry.

BEGIN {
	print "/* made of docs/rules by docs/pages.awk */"
	print "#include \"compiler/tables/page.h\""
	print ""
	print "const struct page page_table[RULE_COUNT] = {"
}

FILENAME ~ /\.h$/ {
	if (/^(FORM|TUNNEL|MODEL|PAIR|FLEET)\([0-9]/) {
		sub(/^[A-Z]*\(/, "")
		sub(/\).*/, "")
		known["WI" $0] = 1
	}
	next
}

# the title begins a page; the command prints its own
FNR == 1 {
	close_page()
	open = $2 in known ? $2 : ""
	fenced = blank = begun = paragraph = 0
	markdown = literal($0)
	text = what = ""
	next
}

{
	markdown = markdown literal($0)
}

/^```/ {
	fenced = !fenced
	next
}

{
	line = $0
	if (fenced) {
		line = "    " line
	} else {
		sub(/^## /, "", line)
		gsub(/`/, "'", line)
	}
	if (line ~ /^ *$/) {
		paragraph += begun && !blank
		blank = begun
		next
	}
	if (blank)
		text = text literal("")
	# the first paragraph is the severity, the second what the rule finds
	if (paragraph == 1)
		what = what (what == "" ? "" : " ") line
	text = text literal(line)
	blank = 0
	begun = 1
}

END {
	close_page()
	print "};"
}

function escaped(line)
{
	gsub(/["\\?]/, "\\\\&", line)
	return line
}

# a line of a string
function literal(line)
{
	return "\n\t\t\"" escaped(line) "\\n\""
}

function close_page()
{
	if (open == "")
		return
	printf "\t[%s] = {\n\t    .what = \"%s\",\n", open, escaped(what)
	printf "\t    .text =%s,\n\t    .markdown =%s,\n\t},\n", text, markdown
}
