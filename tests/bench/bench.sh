#!/bin/bash
# SPDX-License-Identifier: ISC
# How fast `check' is: figures side by side in one run, since machines differ and are noisy.  CPU is the least
# of interleaved runs; page faults and peak memory are those of that run.  docs/performance.md has the method.
# `bench.sh WEIPSEC MEASURE BUILD [ROUNDS]'; what is fetched goes below BUILD.
set -euo pipefail

weipsec=$(realpath "$1")
measure=$(realpath "$2")
build=$3
rounds=${4:-7}
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C
read -ra libreswan <<< "$("$here/libreswan.sh" "$build/peers")"

# make_text KIND COUNT [FILE]: a text of KIND
make_text() { "$here/text.sh" "$1" "$2" > "$folder/${3:-$1.cfg}"; }

# say ROUNDS: measures the list on standard input and prints a row for each of it.  A command's last word is
# what its bytes are counted of; the ratio is to the last row `wc -w'.
say() {
	tee "$folder/list" | "$measure" "$1" > "$folder/costs"
	while IFS=$'\t' read -r name words; do
		printf '%s\t%s\n' "$name" "$(du -Lslb --apparent-size "${words##* }" 2> /dev/null | cut -f1)"
	done < "$folder/list" > "$folder/sizes"
	awk -F '\t' '
	FNR == NR { size[$1] = $2 + 0; next }
	$5 > 2 { printf "%-34s exit status %d\n", $1, $5; next }
	{
		rate = size[$1] > 100000 ? sprintf("%6.0f", size[$1] / $2) : ""
		if ($1 ~ /^wc -w/) words = size[$1] / $2
		ratio = rate != "" && words ? sprintf("%5.2f", size[$1] / $2 / words) : ""
		times = size[$1] > 100000 ? sprintf("%5.1f", $4 * 1024 / size[$1]) : ""
		printf "%-34s %9.2f %6s %5s %8d %8.1f %5s\n", $1, $2 / 1000, rate, ratio, $3, $4 / 1024, times
	}' "$folder/sizes" "$folder/costs"
}

head() {
	printf '\n%-34s %9s %6s %5s %8s %8s %5s\n' "$1" 'CPU ms' 'MB/s' 'of wc' faults 'peak MiB' 'times'
}

# grow: how many times as much costs twice of it?  Rows come in pairs, the half first.
grow() {
	awk -F '\t' '
	{ half = NR % 2 ? $2 : half }
	NR % 2 == 0 {
		name = $1
		sub(/ [^ ]*$/, "", name)
		printf "  %-32s %9.2f %9.2f %6.2f\n", name, half / 1000, $2 / 1000, $2 / half
	}'
}

check() { printf '%s\t%s check --fail-on never %s\n' "$1" "$weipsec" "$2"; }

make_text dense 60000
make_text foreign 240000
make_text junk 4000000
head 'text'
{
	printf 'wc -w, dense\twc -w %s\n' "$folder/dense.cfg"
	check 'check, 60,000 dense tunnels' "$folder/dense.cfg"
	printf 'wc -w, foreign\twc -w %s\n' "$folder/foreign.cfg"
	check 'check, foreign text' "$folder/foreign.cfg"
	printf 'wc -w, junk\twc -w %s\n' "$folder/junk.cfg"
	check 'check, junk lines' "$folder/junk.cfg"
} | say "$rounds"

# the same hundred files in a hundred folders
mkdir -p "$folder/files/first/0"
for i in {1..100}; do
	make_text dense 25 "files/first/0/$i.cfg"
done
for i in {1..49}; do
	cp -rl "$folder/files/first/0" "$folder/files/first/$i"
done
cp -rl "$folder/files/first" "$folder/files/second"
find "$folder/files" -type f -exec cat {} + > "$folder/all.cfg"
head '10,000 files of 25 tunnels'
{
	printf 'wc -w, all in one file\twc -w %s\n' "$folder/all.cfg"
	check 'check --jobs 1' "--jobs 1 $folder/files"
	check 'check --jobs 2' "--jobs 2 $folder/files"
} | say 3
rm "$folder/all.cfg"

network() { "$here/../fleet/network.py" "$@" > "$folder/truth"; }
fleet() { printf '%s\t%s fleet --fail-on never %s\n' "$1" "$weipsec" "$2"; }

network mesh 10000 "$folder/mesh" --degree 24
head '10,000 files of 24 tunnels, a network'
{
	for jobs in 1 2; do
		check "check --jobs $jobs" "--jobs $jobs $folder/mesh"
		fleet "fleet --jobs $jobs" "--jobs $jobs $folder/mesh"
	done
} | say 3
awk -F '\t' '{ cpu[NR] = $2; peak[NR] = $4 }
	END { printf "  %.2f times check, with two jobs %.2f times; %.0f bytes an end, a program of 5 MiB taken off\n",
		cpu[2] / cpu[1], cpu[4] / cpu[3], (peak[2] - 5120) * 1024 / 240000 }' "$folder/costs"
rm -r "$folder/mesh"
for part in half whole; do
	[ $part = half ] && count=2000 || count=4000
	network train "$count" "$folder/hub.$part" --tunnels 25
	network train "$count" "$folder/identity.$part" --tunnels 25 --one-identity
done

make_text dense 2500 2500.cfg
make_text conf 2500 2500.conf
head '2,500 tunnels'
{
	check 'check' "$folder/2500.cfg"
	[ "${#libreswan[@]}" = 0 ] ||
		printf 'readwriteconf of libreswan\t%s --config %s\n' "${libreswan[*]}" "$folder/2500.conf"
} | say $((3 * rounds))
awk -F '\t' 'NR == 1 { ours = $2 }
	NR == 2 { printf "  %.1f and %.1f microseconds a tunnel, %.1f times\n", ours / 2500, $2 / 2500, $2 / ours }' "$folder/costs"

make_text finding 500
head '1,000 findings'
for format in text gcc json sarif junit github gitlab; do
	check "check --format $format" "--format $format $folder/finding.cfg"
done | say $((3 * rounds))

make_text dense 25 small.cfg
head '25 tunnels, the process'
{
	check check "$folder/small.cfg"
	check 'check --format sarif' "--format sarif $folder/small.cfg"
	printf 'weipsec --version\t%s --version\n' "$weipsec"
	printf '/bin/true\t/bin/true\n'
} | say 200

make_text finding 25 finding25.cfg
for name in small finding25; do
	[ "$name" = small ] && what='dense' || what='two findings each'
	printf '\n%-34s %9s %9s\n' "lsp, 25 tunnels, $what: ms" least middle
	/usr/bin/python3 "$here/lsp.py" "$weipsec" "$folder/$name.cfg"
done

printf '\n%-34s %9s %9s %6s\n' 'growth: CPU ms of half and whole' half whole times
for count in 15000 30000 60000; do
	make_text dense "$count" "dense$count"
done
for kind in comment enter remove again quoted unquoted unknown no child begin abort interface end bytes; do
	make_text "$kind" 50000 "$kind.half"
	make_text "$kind" 100000 "$kind.whole"
done
{
	check 'tunnels, 30,000 half' "$folder/dense15000"
	check 'tunnels, 30,000 whole' "$folder/dense30000"
	check 'tunnels, 60,000 half' "$folder/dense30000"
	check 'tunnels, 60,000 whole' "$folder/dense60000"
	check 'files, 10,000 half' "$folder/files/first"
	check 'files, 10,000 whole' "$folder/files"
	fleet 'ends of one hub, 100,000 half' "--jobs 1 $folder/hub.half"
	fleet 'ends of one hub, 100,000 whole' "--jobs 1 $folder/hub.whole"
	fleet 'ends of one identity, 100,000 half' "--jobs 1 $folder/identity.half"
	fleet 'ends of one identity, 100,000 whole' "--jobs 1 $folder/identity.whole"
	for kind in comment enter remove again quoted unquoted unknown no child begin abort interface end bytes; do
		check "lines, 100,000: $kind half" "$folder/$kind.half"
		check "lines, 100,000: $kind whole" "$folder/$kind.whole"
	done
} | "$measure" 3 | grow
