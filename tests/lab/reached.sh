#!/bin/bash
# SPDX-License-Identifier: ISC
# Which lines of the predictor do pairs reach that live charons tried?
#
#   reached.sh BUILD FOLDER  the pairs of each seed in FOLDER (oracle.sh) of which something was seen, and then also
#                            those of testdata/pair, whose truth is written there. Builds the predictor anew, counting.
#                            Prints a line a file, and each line of code that none reached.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/$1
folder=$(readlink -f "$2")
files="accept authentication exchange gateway keyring proposal round trust counterpart pair"
work=$(mktemp -d "${TMPDIR:-/tmp}/wireached.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

for seen in "$folder"/*.seen.*; do
	list=${seen%.seen.*}.list
	awk -F '\t' 'FNR == NR { tried[$2]; next } $1 in tried' "$seen" "$list"
done >tried
for file in $files; do
	# shellcheck disable=SC2086 # words
	gcc -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -O0 --coverage -w -I"$root" -I"$build/gen" \
		-c -o "$file.o" "$root/compiler/compare/$file.c"
done
# what stands before the library is taken instead of what is in it
gcc --coverage -o foretell "$build/tests/calls/foretell.o" ./*.o "$build/libweipsec.a" -lyang -ljansson -lcrypto -lpthread
# Lines of the list for the pairs of testdata/pair.
written() {
	local a name

	for a in "$root"/testdata/pair/*/*-a.cfg; do
		name=$(basename "${a%-a.cfg}")
		[ -e "${a%-a.cfg}-b.cfg" ] || continue
		mkdir -p "written/$name"
		cp "$a" "written/$name/a.cfg"
		cp "${a%-a.cfg}-b.cfg" "written/$name/b.cfg"
		printf '%s\tweos\t-\t-\n' "written/$name"
	done
}

# What the pairs of $1 and all before them reach.
report() {
	local file

	./foretell <"$1" >foretold 2>/dev/null
	echo "with $(wc -l <"$1") pairs of $1"
	for file in $files; do
		gcov "$file.gcno" >/dev/null
		awk -v file="$file.c" -F : '
			$1 ~ /[0-9]/ { reached++ }
			$1 ~ /#####/ { missed = missed file ":" $2 ":" substr($0, length($1 ":" $2 ":") + 1) "\n"; count++ }
			END { printf "%3d of %3d lines of %s\n%s", reached, reached + count, file, missed }' "$file.c.gcov"
	done
}

written >examples
report tried
report examples
