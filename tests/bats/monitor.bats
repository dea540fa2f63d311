# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # Bats sets stderr
# weipsec-monitor on captures of real charons, and what weipsec-apply hands over to it.

bats_require_minimum_version 1.5.0
load helper

setup() {
	build=${WEIPSEC_BUILD:-$root/build}
	MONITOR=$build/weipsec-monitor
	APPLY=$build/weipsec-apply
	captures=$root/testdata/monitor
	export TZ=UTC
	enter_folder
}

# apply_before [CFG]...: the state that an apply of these tunnels would have left
apply_before() {
	cat "$@" > all.cfg
	"$WEIPSEC" compile --to agent -o agent.xml all.cfg
	mkdir -p state/gen/0001
	chmod 700 state
	mv agent.xml state/gen/0001/
	ln -s gen/0001 state/current
}

# A weipsec-apply that stands beside a monitor that says what it is called with.
stand_in() {
	mkdir bin
	cp "$APPLY" bin/
	printf '#!/bin/sh\nprintf "%%s\\n" "$*"\n' > bin/weipsec-monitor
	chmod +x bin/weipsec-monitor
	APPLY=$PWD/bin/weipsec-apply
}

@test "monitor: captures of charons are shown as they were seen live" {
	for name in ikev1 ikev2 refused; do
		"$MONITOR" -r "$captures/$name.pcap" 192.168.0.1 192.168.0.2 | diff "$captures/$name.text" -
	done
	"$MONITOR" -r "$captures/ikev2.pcap" 192.168.0.1 any | diff "$captures/ikev2.text" -
}

@test "monitor: another reader sees the same times, addresses, SPIs and sizes" {
	command -v tcpdump > /dev/null || skip "no tcpdump"
	for name in ikev1 ikev2; do
		tcpdump -nvr "$captures/$name.pcap" 2> /dev/null > seen
		sed -n 's/^\([0-9:.]*\) IP .* length \([0-9]*\))$/\1 \2/p' seen > sizes
		[ -s sizes ]
		awk '{ print $1, $(NF - 1) }' "$captures/$name.text" | diff sizes -
		sed -n 's/.* ESP(spi=0x\([0-9a-f]*\),seq=0x\([0-9a-f]*\)).*/\1 \2/p' seen > esp
		[ "$(wc -l < esp)" = 6 ]
		sed -n 's/.* spi \([0-9a-f]*\) seq \([0-9]*\) .*/\1 0x\2/p' "$captures/$name.text" |
			sed 's/0x//' | diff <(sed 's/0x//' esp) -
		grep -o '192.168.0.2.[0-9]* >' seen | sort | uniq -c | awk '{ print $1 }' > from
		grep -o '< 192.168.0.2:[0-9]*' "$captures/$name.text" | sort | uniq -c |
			awk '{ print $1 }' | diff from -
	done
}

@test "monitor: only the packets between the addresses are shown, the other end sees them reversed" {
	run -0 "$MONITOR" -r "$captures/ikev2.pcap" 192.168.0.1 192.168.0.3
	[ -z "$output" ]
	run -0 "$MONITOR" -r "$captures/ikev2.pcap" 192.0.2.1 any
	[ -z "$output" ]
	run -0 "$MONITOR" -r "$captures/refused.pcap" 192.0.2.1 any 192.168.0.2 192.168.0.1
	[ "${lines[0]:16:15}" = "> 192.168.0.1:5" ]
	[ "${lines[1]:16:15}" = "< 192.168.0.1:5" ]
}

@test "monitor: packets with a tag of a VLAN are shown" {
	# a capture with one Ethernet frame: tag 10, ESP
	{
		printf '\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0'
		printf '\0\0\0\0\0\0\0\0\x32\0\0\0\x32\0\0\0'
		printf '\2\0\0\0\0\1\2\0\0\0\0\2\x81\0\0\x0a\x08\0'
		printf '\x45\0\0\x20\0\0\0\0\x40\x32\0\0\xc0\0\2\1\xc6\x33\x64\1'
		printf '\xc1\x23\x45\x67\0\0\0\x0a\xde\xad\xbe\xef'
	} > vlan.pcap
	run -0 "$MONITOR" -r vlan.pcap 192.0.2.1 198.51.100.1
	[ "$output" = "00:00:00.000000 > 198.51.100.1 ESP spi c1234567 seq 10 32 bytes" ]
}

@test "monitor: what is no capture, or ends too early, is 2" {
	run --separate-stderr -2 "$MONITOR" -r absent.pcap 192.168.0.1 any
	[ "$stderr" = "weipsec-monitor: absent.pcap: No such file or directory" ]
	sound > text.pcap
	run --separate-stderr -2 "$MONITOR" -r text.pcap 192.168.0.1 any
	[[ $stderr == "weipsec-monitor: text.pcap: "* ]]
	: > empty.pcap
	run --separate-stderr -2 "$MONITOR" -r empty.pcap 192.168.0.1 any
	head -c 3000 "$captures/ikev2.pcap" > cut.pcap
	run --separate-stderr -2 "$MONITOR" -r cut.pcap 192.168.0.1 any
	[ "${#lines[@]}" -gt 3 ]
	[[ $stderr == "weipsec-monitor: "*trunc* ]]
	{
		head -c 20 "$captures/refused.pcap"
		printf '\x93\0\0\0'
		tail -c +25 "$captures/refused.pcap"
	} > other.pcap
	run --separate-stderr -2 "$MONITOR" -r other.pcap 192.168.0.1 any
	[[ $stderr == *"kind of network"* ]]
}

@test "monitor: a closed pipe ends it quietly, a full disk is 2" {
	set +e
	"$MONITOR" -r "$captures/ikev2.pcap" 192.168.0.1 any 2> err | head -1 > line
	status=${PIPESTATUS[0]}
	set -e
	[ "$status" = 0 ]
	[ ! -s err ]
	[ -e /dev/full ] || skip "no /dev/full"
	run --separate-stderr -2 bash -c "'$MONITOR' -r '$captures/ikev2.pcap' 192.168.0.1 any > /dev/full"
	[ "$stderr" = "weipsec-monitor: standard output: No space left on device" ]
}

@test "monitor: without root nothing can be captured, and no file is touched" {
	mkdir -m 777 open
	echo old > open/x.pcap
	chmod 666 open/x.pcap
	run --separate-stderr -2 setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \
		"$MONITOR" -w open/x.pcap 192.0.2.1 any
	[[ $stderr != *setpriv* ]] || skip "cannot drop privileges"
	[ "$stderr" = "weipsec-monitor: any: capturing needs root (CAP_NET_RAW)" ]
	[ "$(cat open/x.pcap)" = old ]
}

@test "monitor: wrong usage is 64" {
	while IFS= read -r words; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 "$MONITOR" $words
		[ -z "$output" ]
		[[ $stderr == "weipsec-monitor: "*"see 'weipsec-monitor --help'" ]]
	done <<-'EOT'

		192.0.2.1
		192.0.2.1 any 192.0.2.2
		any 192.0.2.1
		0.0.0.0 any
		192.0.2.1 0.0.0.0
		192.0.2.01 any
		192.0.2.1 bob
		192.0.2.1 2001:db8::1
		-r
		-q 192.0.2.1 any
		-w - 192.0.2.1 any
		-r x.pcap -w y.pcap 192.0.2.1 any
		-r x.pcap -i any 192.0.2.1 any
	EOT
	# shellcheck disable=SC2046 # words
	run --separate-stderr -64 "$MONITOR" $(printf '192.0.2.%d any ' {1..65})
	[[ $stderr == "weipsec-monitor: at most 64 pairs"* ]]
	# shellcheck disable=SC2046 # words
	run -0 "$MONITOR" -r "$captures/ikev2.pcap" $(printf '192.0.2.%d 198.51.100.1 ' {1..63}) 192.168.0.1 any
	[ "${#lines[@]}" = 12 ]
	run -0 "$MONITOR" --help
	[[ $output == "usage: weipsec-monitor [OPTION]... LOCAL PEER"* ]]
	run -0 "$MONITOR" --version
	[[ $output == "weipsec-monitor "* ]]
}

@test "monitor: weipsec-apply hands the addresses of what is applied over" {
	apply_before <(sound) <(sound 2 | sed '/ peer /d; s/enable//') \
		<(sound 3 | sed 's/ipsec 3/&\n        no enable/')
	stand_in
	run -0 "$APPLY" monitor --state-dir state
	[ "$output" = "-- 198.51.100.1 192.0.2.2 198.51.100.1 any" ]
	run -0 "$APPLY" monitor --state-dir state 2
	[ "$output" = "-- 198.51.100.1 any" ]
	run -0 "$APPLY" monitor --state-dir state 3 -w -x.pcap
	[ "$output" = "-w -x.pcap -- 198.51.100.1 192.0.2.4" ]
}

@test "monitor: weipsec-apply says what it cannot monitor" {
	run --separate-stderr -1 "$APPLY" monitor --state-dir state
	[ "$stderr" = "weipsec-apply: state: nothing is applied" ]
	rm -rf state
	apply_before <(sound | sed 's/ipsec 1/&\n        no enable/')
	stand_in
	run --separate-stderr -1 "$APPLY" monitor --state-dir state
	[ "$stderr" = "weipsec-apply: no tunnel is enabled in what is applied" ]
	run --separate-stderr -1 "$APPLY" monitor --state-dir state 7
	[ "$stderr" = "weipsec-apply: there is no 'ipsec 7' with a local-address in what is applied" ]
	run --separate-stderr -2 "$APPLY" monitor --state-dir /dev/null
	for words in "one" "70000" "1 2" "-w" "--what"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -64 "$APPLY" monitor --state-dir state $words
	done
	# it is alone: no monitor beside it
	mkdir alone
	mv "$APPLY" alone/
	run --separate-stderr -2 env PATH="$build:$PATH" alone/weipsec-apply monitor --state-dir state 1
	[[ $stderr == "weipsec-apply: "*"/libexec/weipsec-monitor: No such file or directory" ]]
	echo '<ipsec/>' > state/gen/0001/agent.xml
	run --separate-stderr -2 alone/weipsec-apply monitor --state-dir state
	[[ $stderr == "weipsec-apply: state: "* ]]
}

# Not even Graphviz, which draws pictures, nor what reads certificates for others.
@test "monitor: only weipsec-monitor takes libpcap, and no program another library than its own" {
	needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*\]/\1/p' | grep -v 'san$\|^ld-' | sort | xargs; }
	[ "$(needed "$MONITOR")" = "libc libpcap" ]
	[ "$(needed "$APPLY")" = "libc libcrypto libjansson libuev libxml2" ]
	[ "$(needed "$WEIPSEC")" = "libc libcrypto libjansson libyang" ]
}
