# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# vm.bash - a small Linux in an emulator, for what this machine's kernel cannot do: ESP
#
# The machine has Debian's kernel (kernel.sh fetched it into build/vm) and an initramfs that is made anew each
# time from the programs that this host has: charon, swanctl, ip, nft, ping, bash, weipsec, and busybox for the
# rest. It runs guest.bash, which writes `ok NAME` or `not ok NAME` with its log for each of its promises to the
# second serial port, here the file VM_DIR/results. The first one is the console.
#
# A guard process owns the emulator: it ends it when the owner of the lab dies, and when VM_DEADLINE has passed.

VM_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VM_SELF=$VM_ROOT/tests/vm/vm.bash
VM_KERNEL=$VM_ROOT/build/vm
: "${VM_DEADLINE:=900}"			# seconds until the machine is ended, whatever it does

# The plugins that lab.bash has charon and swanctl load.
VM_PLUGINS='random nonce aes sha1 sha2 hmac kdf cmac xcbc drbg mgf1 pem pkcs1 pkcs8 pubkey x509 constraints
	revocation openssl gmp curve25519 ctr ccm gcm kernel-netlink socket-default vici'

# Prints why there can be no machine here: the first reason only, nothing when it can be.
vm_missing() {
	local need

	[ "$(id -u)" -eq 0 ] || { echo "the VM needs root to be put together"; return; }
	for need in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static charon-systemd:charon-systemd \
		swanctl:strongswan-swanctl ip:iproute2 ping:iputils-ping nft:nftables setpriv:util-linux; do
		command -v "${need%:*}" >/dev/null ||
			{ echo "the VM needs the program ${need%:*} (package ${need#*:})"; return; }
	done
	[ -e "$VM_KERNEL/vmlinuz" ] || echo "the VM needs a kernel: make deps fetches one"
}

# Writes the initramfs $1 with the program weipsec $2.
vm_image() {
	local root=$VM_DIR/root applet modules

	mkdir -p "$root"/{bin,sbin,dev,proc,sys,run,tmp,etc,var,root,weipsec/build,weipsec/tests,weipsec/testdata} &&
		ln -s /run "$root/var/run" && cp "$(command -v busybox)" "$root/bin/busybox" || return
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
	done
	ln -s ../bin/busybox "$root/sbin/modprobe" && cp -r "$VM_KERNEL/modules/." "$root" || return
	for modules in "$root"/lib/modules/*; do
		busybox depmod -b "$root" "${modules##*/}" || return
	done
	vm_programs "$root" && cp "$2" "$root/weipsec/build/weipsec" &&
		cp -r "$VM_ROOT"/tests/{lab,vm} "$root/weipsec/tests" &&
		cp "$VM_ROOT"/testdata/*.cfg "$root/weipsec/testdata" && cp "$VM_ROOT/tests/vm/init" "$root/init" &&
		(cd "$root" && find . | LC_ALL=C sort | busybox cpio -o -H newc) >"$1" 2>/dev/null
}

# Copies the host's programs to $1, each to its own place, with the libraries that they need.
vm_programs() {
	local files plugin

	mapfile -t files < <(command -v bash ip nft ping charon-systemd swanctl)
	for plugin in $VM_PLUGINS; do
		files+=("/usr/lib/ipsec/plugins/libstrongswan-$plugin.so")
	done
	files+=(/usr/lib/x86_64-linux-gnu/ossl-modules/legacy.so /lib/x86_64-linux-gnu/libgcc_s.so.1)
	mapfile -t -O "${#files[@]}" files < <(ldd "${files[@]}" "$WEIPSEC_PLAIN" |
		grep -oE '/[^ :]*\.so[^ :]*' | LC_ALL=C sort -u)
	cp -L --parents "${files[@]}" "$1"
}
