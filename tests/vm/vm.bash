# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# vm.bash - lab 2: a small Linux in an emulator, for what the kernel at hand may not have, ESP
#
# The machine has Debian's kernel, which kernel.sh fetched into build/vm, and an initramfs that is made anew each
# time from programs of this host: charon, swanctl, ip, nft, ping, bash, weipsec, and busybox for the rest. In it
# guest.bash keeps promises, each of which is a test here: it writes `ok NAME`, or a log and `not ok NAME`, to the
# second serial port, which is the file VM_DIR/results. The first one is the console.
#
# A guard process owns the emulator. It ends it when the owner of the lab is gone, or when VM_DEADLINE has passed,
# and the kernel ends it when the guard is gone.

VM_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VM_SELF=$VM_ROOT/tests/vm/vm.bash
VM_KERNEL=$VM_ROOT/build/vm
VM_PEERS=$VM_ROOT/build/peers			# what is not, or must not be, installed
: "${VM_DEADLINE:=3600}"			# seconds until the machine is ended, whatever it does

LAB_ESP=kernel-netlink
LAB_SLACK=1
LAB_PAUSES=0.2
# shellcheck source=tests/lab/lab.bash disable=SC1091 # shellcheck follows it only with -x
. "$VM_ROOT/tests/lab/lab.bash"
# shellcheck source=tests/lab/certificates.bash disable=SC1091
. "$VM_ROOT/tests/lab/certificates.bash"

# --- what the machine needs --------------------------------------------------------------------------------

# Prints why there can be no machine here: the first reason only, nothing when there can.
vm_missing() {
	local need

	[ "$(uname -m)" = x86_64 ] || { echo "the VM needs an x86-64 host"; return; }
	[ "$(id -u)" -eq 0 ] || { echo "the VM needs root"; return; }
	for need in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static charon-systemd:charon-systemd \
		swanctl:strongswan-swanctl ip:iproute2 ping:iputils-ping nft:nftables setpriv:util-linux \
		/lib/systemd/systemd:systemd; do
		command -v "${need%:*}" >/dev/null ||
			{ echo "the VM needs the program ${need%:*} (package ${need#*:})"; return; }
	done
	[ -e "$LAB_PLUGINS/libstrongswan-openssl.so" ] ||
		{ echo "the VM needs the plugin openssl (package libstrongswan-standard-plugins)"; return; }
	[ -e "$VM_KERNEL/vmlinuz" ] || echo "the VM needs a kernel, which 'make deps' fetches"
}

# Makes the folder $1: the root of the machine.
vm_root() {
	local root=$1 applet modules

	mkdir -p "$root"/{bin,sbin,usr/lib,dev,proc,sys,run,tmp,etc,var,root,weipsec/build,weipsec/tests,weipsec/testdata} &&
		ln -s usr/lib "$root/lib" && ln -s /run "$root/var/run" && cp "$(command -v busybox)" "$root/bin/busybox" || return
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet" || return
	done
	# where the kernel looks for it
	ln -s ../bin/busybox "$root/sbin/modprobe" && cp -r "$VM_KERNEL/modules/lib/." "$root/lib" || return
	for modules in "$root"/lib/modules/*; do
		busybox depmod -b "$root" "${modules##*/}" || return
	done
	# not WEIPSEC, which may be a wrapper
	vm_programs "$root" "${WEIPSEC_BUILD:-$VM_ROOT/build}"/{weipsec,weipsec-apply,weipsec-monitor} &&
		vm_peers "$root" && vm_pki "$root/weipsec/pki" && vm_units "$root" && vm_installed "$root" &&
		cp -r "$VM_ROOT"/tests/{lab,vm,trace.bash} "$root/weipsec/tests" && cp "$VM_ROOT/tests/vm/init" "$root/init" &&
		vm_given "$root"
}

# Copies the host's programs to the root $1, each to its own place, with the libraries that they need, and our
# own, the other arguments.
vm_programs() {
	local files plugin

	mapfile -t files < <(command -v bash dash ip nft ping charon-systemd swanctl unshare nsenter systemctl \
		journalctl /lib/systemd/systemd /lib/systemd/systemd-journald)
	# what systemd starts services by, from version 255 on
	[ ! -e /usr/lib/systemd/systemd-executor ] || files+=(/usr/lib/systemd/systemd-executor)
	for plugin in $LAB_LOAD; do
		files+=("$LAB_PLUGINS/libstrongswan-$plugin.so")
	done
	# loaded by name: by OpenSSL, and by the C library at the end of a thread
	files+=(/usr/lib/x86_64-linux-gnu/ossl-modules/legacy.so /lib/x86_64-linux-gnu/libgcc_s.so.1)
	mapfile -t files < <({
		printf '%s\n' "${files[@]}"
		ldd "${files[@]}" "${@:2}" | grep -oE '^	.*' | grep -oE '/[^ ]+'
	} | LC_ALL=C sort -u)
	cp -L --parents "${files[@]}" "$1" && cp "${@:2}" "$1/weipsec/build"
}

# Other people's gateways, those that can be had, with what they need, and with what NSS loads by name.
vm_peers() {
	local root=$1 libs=usr/lib/x86_64-linux-gnu file files=()

	for file in usr/libexec/ipsec/{pluto,whack,addconn} usr/bin/{certutil,pk12util} usr/sbin/{iked,ikectl} \
		$libs/{,nss/}lib{softokn3,freebl3,freeblpriv3,nssckbi}.{so,chk}; do
		vm_peer_file "$root" "$file" && files+=("$root/$file")
	done
	[ ${#files[@]} -gt 0 ] || return 0
	LD_LIBRARY_PATH=$VM_PEERS/$libs ldd "${files[@]}" 2>/dev/null | grep -oE '^	.*' | grep -oE '/[^ ]+' |
		LC_ALL=C sort -u | while read -r file; do
		vm_peer_file "$root" "${file#"$VM_PEERS"}" || return
	done
}

# Copies file $2 of the peers' folder, or else of the system, to the root $1; fails where there is none.
vm_peer_file() {
	local from=$VM_PEERS/$2

	[ -e "$from" ] || from=/$2
	[ -e "$from" ] && mkdir -p "$1/$(dirname "$2")" && cp -L "$from" "$1/$2"
}

# Makes the folder $1: certificates of one CA for alice, as `--pki' takes them, and for the peer.
vm_pki() {
	local pki=$1 name

	mkdir -p "$pki"/alice/{x509,x509ca,private} && make_ca root "$pki" && cp "$pki/root.crt" "$pki/alice/x509ca/root.pem" ||
		return
	for name in '' -rsa; do
		LAB_DIR=${pki%/pki} cert "alice$name" "/CN=alice$name" root DNS:alice &&
			LAB_DIR=${pki%/pki} cert "bob$name" "/CN=bob$name" root DNS:bob &&
			cp "$pki/alice$name.crt" "$pki/alice/x509/alice$name.pem" &&
			cp "$pki/alice$name.key" "$pki/alice/private/alice$name.pem" &&
			openssl pkcs12 -export -name "bob$name" -passout pass:weipsec -in "$pki/bob$name.crt" \
				-inkey "$pki/bob$name.key" -out "$pki/bob$name.p12" || return
	done
}

# The folder VM_GIVEN, if there is one, in the root $1, and Python with what tests/lab/traffic.py imports.
vm_given() {
	local files

	[ -n "${VM_GIVEN:-}" ] || return 0
	mapfile -t files < <(vm_imports)
	[ "${#files[@]}" -gt 0 ] && mapfile -t files < <({
		printf '%s\n' "${files[@]}"
		ldd /usr/bin/python3 "${files[@]}" 2>/dev/null | grep -oE '^	.*' | grep -oE '/[^ ]+'
	} | LC_ALL=C sort -u) && cp -L --preserve=timestamps --parents "${files[@]}" "$1" && cp -r "$VM_GIVEN" "$1/weipsec/given"
}

# Prints the files of Python and of its modules, compiled ones too, that traffic.py has.
vm_imports() {
	LAB_DIR=/ PYTHONDONTWRITEBYTECODE=yes PYTHONPATH=$VM_ROOT/tests/lab /usr/bin/python3 -S -c '
import codecs, os, sys, traffic
codecs.lookup("ascii")
print(sys.executable)
for module in list(sys.modules.values()):
    for name in (getattr(module, "__file__", None), getattr(module, "__cached__", None)):
        if name and name.startswith("/usr/") and os.path.exists(name):
            print(name)'
}

# The units that a system of services takes, in the root $1, as Debian has them.
vm_units() {
	local units=$1/usr/lib/systemd/system unit files=()

	for unit in {basic,local-fs,multi-user,network,network-online,paths,shutdown,slices,sockets,sysinit,timers}.target \
		systemd-journald{.service,.socket,-dev-log.socket} strongswan.service; do
		files+=("/usr/lib/systemd/system/$unit")
	done
	cp --parents "${files[@]}" "$1" && ln -s multi-user.target "$units/default.target" &&
		mkdir "$units/sockets.target.wants" &&
		ln -s ../systemd-journald{,-dev-log}.socket "$units/sockets.target.wants"
}

# What we install, in the root $1.
vm_installed() {
	local build=${WEIPSEC_BUILD:-build}

	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$VM_ROOT" build="${build#"$VM_ROOT"/}" DESTDIR="$1" PREFIX=/usr \
		install >/dev/null
}

# --- up and down -------------------------------------------------------------------------------------------

# Boots the machine, which keeps the promises of folder VM_PROMISES (promises), with VM_WHOLE all of them, and finds the
# folder VM_GIVEN as /weipsec/given. Does not wait for it.
vm_up() {
	VM_DIR=$(mktemp -d "${TMPDIR:-/tmp}/wivm.XXXXXX") || return
	export VM_DIR
	vm_root "$VM_DIR/root" &&
		(cd "$VM_DIR/root" && find . | LC_ALL=C sort | busybox cpio -o -H newc 2>/dev/null) >"$VM_DIR/initrd" &&
		rm -rf "$VM_DIR/root" || return
	: >"$VM_DIR/results"
	# In a session of its own, where neither a Ctrl-C nor a kill of the owner's group reaches it.
	setsid bash "$VM_SELF" guard $$ </dev/null >/dev/null 2>&1 3>&- &
	echo $! >"$VM_DIR/guard"
}

# Runs the emulator, as long as process $1 lives and there is time.
vm_guard() {
	local emulator end=$((SECONDS + VM_DEADLINE))

	trap 'kill -KILL "$emulator"; exit' TERM
	# What is asked of the emulator is little work: one processor, with no more than ciphers ask for, and programs that
	# stand at the same address each time, since it translates what is elsewhere anew. On a busy machine no timer looks
	# right to the kernel when it begins.
	setpriv --pdeathsig KILL qemu-system-x86_64 -accel tcg,thread=single -m 1024 \
		-cpu qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+rdrand -nodefaults -no-user-config -display none -nic none -no-reboot \
		-kernel "$VM_KERNEL/vmlinuz" -initrd "$VM_DIR/initrd" \
		-append "console=ttyS0 loglevel=4 panic=-1 nokaslr norandmaps mitigations=off no_timer_check cryptomgr.notests random.trust_cpu=on PROMISES=${VM_PROMISES:-promises}${VM_WHOLE:+ WHOLE=yes}" \
		-serial "file:$VM_DIR/console" -serial "file:$VM_DIR/results" >"$VM_DIR/emulator" 2>&1 &
	emulator=$!
	while kill -0 "$emulator" 2>/dev/null && kill -0 "$1" 2>/dev/null && [ "$SECONDS" -lt "$end" ]; do
		sleep 0.2
	done
	kill -KILL "$emulator" 2>/dev/null
	wait "$emulator" 2>/dev/null
	: >"$VM_DIR/over"
	kill -0 "$1" 2>/dev/null || rm -rf "$VM_DIR"
}

# Ends the machine and removes what it left. Idempotent.
vm_down() {
	[ -n "${VM_DIR:-}" ] && [ -d "$VM_DIR" ] || return 0
	if kill "$(cat "$VM_DIR/guard")" 2>/dev/null; then
		wait "$(cat "$VM_DIR/guard")" 2>/dev/null || true
	fi
	rm -rf "$VM_DIR"
}

# --- for Bats ----------------------------------------------------------------------------------------------

vm_setup_file() {
	VM_WHY=$(vm_missing)
	export VM_WHY
	[ -n "$VM_WHY" ] || vm_up
}

# The test of promise $1: waits until the machine has told how it went.
vm_promise() {
	[ -z "$VM_WHY" ] || skip "$VM_WHY"
	lab_until $((VM_DEADLINE + 60)) vm_told "$1"
	if grep -qxF -- "ok $1" "$VM_DIR/results"; then return; fi
	if grep -qxF -- "skip $1" "$VM_DIR/results"; then
		skip "$(grep -xF -B 1 -- "skip $1" "$VM_DIR/results" | sed -n '1s/^# //p')"
	fi
	if grep -qxF -- "not ok $1" "$VM_DIR/results"; then
		awk -v last="not ok $1" '$0 == last { exit } /^#/ { said = said $0 "\n"; next } { said = "" }
			END { printf "%s", said }' "$VM_DIR/results"
	else
		echo "the machine has ended, and said nothing about it:"
		cat "$VM_DIR/emulator"
		tail -n 40 "$VM_DIR/console"
	fi
	return 1
}

vm_told() {
	grep -qxF -e "ok $1" -e "not ok $1" -e "skip $1" "$VM_DIR/results" || [ -e "$VM_DIR/over" ]
}

if [ "${1:-}" = guard ]; then
	vm_guard "$2"
fi
