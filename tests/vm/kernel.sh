#!/bin/sh
# SPDX-License-Identifier: ISC
# Puts the kernel of Debian package $2 into folder $1: vmlinuz and the modules that an IPsec gateway may
# want.  The package is fetched and unpacked, not installed: a kernel that the machine may boot is not a
# test's business.  Where that cannot be, it says why and leaves nothing; the tests are then skipped.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
package=$2
parts="crypto lib drivers/net/veth.ko net/802 net/bridge net/ipv4 net/ipv6/netfilter net/key net/llc net/netfilter net/xfrm"
[ "$(cat "$dir/parts" 2> /dev/null || true)" != "$parts" ] || exit 0

none() {
	echo "deps: no kernel for the VM: $*" >&2
	exit 0
}

[ "$(uname -m)" = x86_64 ] || none "this machine is no x86-64"
command -v apt-get > /dev/null || none "this is no Debian"

work=$(mktemp -d "$dir/kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# The package has only the name of the present kernel's.
image() {
	apt-cache depends "$package" 2> /dev/null | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p'
}
name=$(image)
if [ -z "$name" ]; then
	apt-get -q update > log 2>&1 || true
	name=$(image)
fi
[ -n "$name" ] || none "no package $package"
echo "deps: fetching $name"
apt-get -q download "$name" > log 2>&1 ||
	{ apt-get -q update && apt-get -q download "$(image)"; } > log 2>&1 ||
	none "$(tail -n 1 log)"
dpkg-deb -x ./*.deb root

modules=$(find root -path '*/lib/modules/*' -prune)
# busybox of some Debian reads none that are packed
find "$modules" -name '*.ko.xz' -exec xz -d {} +
kept=kept/lib/modules/${modules##*/}
mkdir -p "$kept"
cp "$modules"/modules.builtin* "$modules/modules.order" "$kept"
for part in $parts; do
	mkdir -p "$kept/kernel/$(dirname "$part")"
	cp -r "$modules/kernel/$part" "$kept/kernel/$(dirname "$part")"
done
rm -rf "$dir/modules"
mv kept "$dir/modules"
mv root/boot/vmlinuz-* "$dir/vmlinuz"
echo "$parts" > "$dir/parts"
