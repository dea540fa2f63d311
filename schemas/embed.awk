# SPDX-License-Identifier: ISC
# A text as the bytes of a string in C: `awk -v name=NAME -f embed.awk FILE'.

BEGIN {
	for (i = 1; i < 128; i++)
		code[sprintf("%c", i)] = i
	printf "extern const char %s[];\n\nconst char %s[] = {", name, name
}

{
	printf "\n\t"
	for (i = 1; i <= length($0); i++)
		printf "%d,", code[substr($0, i, 1)]
	printf "%d,", code["\n"]
}

END {
	print "\n\t0};"
}
