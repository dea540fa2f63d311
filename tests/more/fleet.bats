# SPDX-License-Identifier: ISC
# `facts' and `join' on engines that are there: GNU parallel over ssh to three hosts, which are namespaces with an
# sshd each, as docs/fleet.md has it, and GNU sort with little memory.
# shellcheck disable=SC2154,SC2016 # root and build are the helper's; the inner shell expands

bats_require_minimum_version 1.5.0
load helper

WEIPSEC=$build/weipsec
hosts="north south west"

setup() {
	mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here" || return 1
	HOME=$PWD
	export HOME
}

teardown() {
	local name pid
	for name in $hosts desk; do
		pid=$(cat "$BATS_TEST_TMPDIR/here/$name.pid" 2> /dev/null) || true
		[ -z "$pid" ] || { kill "$pid" && timeout 20 tail --pid="$pid" -f /dev/null; } || true
		ip netns del "wi$$-$name" 2> /dev/null || true
	done
}

# A host by the name $1 with number $2: a namespace that only the desk reaches, whose root lives in folder $1.
host() {
	local name=$1 ns=wi$$-$1
	ip netns add "$ns"
	ip link add "wi$$$2" netns "wi$$-desk" type veth peer name eth0 netns "$ns"
	ip -n "wi$$-desk" addr add "10.77.$2.1/24" dev "wi$$$2"
	ip -n "wi$$-desk" link set "wi$$$2" up
	ip -n "$ns" addr add "10.77.$2.2/24" dev eth0
	ip -n "$ns" link set eth0 up
	mkdir -p "$name/run" "$name/.ssh"
	ssh-keygen -qt ed25519 -N '' -f "$name/host"
	printf 'root:x:0:0:root:%s:/bin/bash\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n' "$PWD/$name" > "$name/passwd"
	cat > "$name/sshd" <<-EOT
		HostKey $PWD/$name/host
		AuthorizedKeysFile $PWD/key.pub
		PidFile $PWD/$name.pid
		StrictModes no
		UsePAM no
		PermitRootLogin yes
		SetEnv PATH=$build:/usr/bin:/bin
	EOT
	# the mounts are of the daemon's own
	ip netns exec "$ns" sh -c 'mount --bind "$1/passwd" /etc/passwd && mount -t tmpfs run /run && mkdir -m 755 /run/sshd &&
		exec "$2" -f "$1/sshd" -E "$1/log"' - "$PWD/$name" "$sshd"
	printf 'Host %s\nHostName 10.77.%s.2\nUser root\nIdentityFile %s\nStrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel ERROR\n' \
		"$name" "$2" "$PWD/key" >> .ssh/config
}

# Some of a network's files to each host.
spread() {
	local file number=0 names
	read -ra names <<< "$hosts"
	"$root/tests/fleet/network.py" hub 120 net --hubs 6 --faults 1 > truth
	for file in net/*; do
		mkdir -p "${names[number % 3]}/sites-${names[number % 3]}"
		cp "$file" "${names[number % 3]}/sites-${names[number % 3]}"
		number=$((number + 1))
	done
	mkdir all
	for file in $hosts; do ln -s "../$file/sites-$file" "all/sites-$file"; done
}

@test "fleet: GNU parallel over ssh to three hosts, and one join" {
	[ "$(id -u)" = 0 ] || skip "namespaces are for root"
	"$root/tests/fetch.sh" "$build/ssh" openssh-server openssh-client parallel >&2
	PATH=$build:$build/ssh/usr/bin:$PATH
	LD_LIBRARY_PATH=$(dirname "$(find "$build/ssh/usr/lib" -name 'libwrap.so*' 2> /dev/null | head -n 1)" 2> /dev/null || true)
	export LD_LIBRARY_PATH
	sshd=$(command -v /usr/sbin/sshd "$build/ssh/usr/sbin/sshd" | head -n 1)
	[ -n "$sshd" ] || skip "no sshd to be had"
	mkdir -m 700 .ssh
	ssh-keygen -qt ed25519 -N '' -f key
	ip netns add "wi$$-desk"
	number=0
	for name in $hosts; do host "$name" $((number += 1)); done
	spread
	cat > run <<-'EOT'
		set -o pipefail
		head -c 32 /dev/urandom > fleet.key
		parallel -j1 'ssh -F .ssh/config {} "umask 077; cat > fleet.key" < fleet.key' ::: north south west
		parallel --line-buffer 'ssh -F .ssh/config {} weipsec facts --key fleet.key sites-{}' ::: north south west > lines
		LC_ALL=C sort -S 256M -T . lines | weipsec join --format sarif > fleet.sarif || [ $? = 1 ]
	EOT
	ip netns exec "wi$$-desk" bash run
	# the key lay there for its owner alone
	[ "$(stat -c %a north/fleet.key south/fleet.key west/fleet.key | sort -u)" = 600 ]
	mkdir together
	for name in $hosts; do cp -r "$name/sites-$name" together; done
	cd together
	"$WEIPSEC" fleet --format sarif sites-* > ../one.sarif || [ $? = 1 ]
	cmp ../one.sarif ../fleet.sarif
	grep -q '"ruleId": "WI1005"' ../one.sarif
	figure "$(wc -l < ../lines) facts of three hosts"
}

@test "fleet: GNU sort in 8 MiB, of more than that" {
	"$root/tests/fleet/network.py" mesh 600 net --degree 24 > truth
	"$WEIPSEC" fleet --format json net > one
	"$WEIPSEC" facts net > lines
	[ "$(stat -c %s lines)" -gt $((80 << 20)) ]
	LC_ALL=C sort -S 8M -T . lines | "$WEIPSEC" join --format json > two
	cmp one two
	figure "$(($(stat -c %s lines) >> 20)) MiB of facts"
}
