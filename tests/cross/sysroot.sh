#!/bin/sh
# SPDX-License-Identifier: ISC
# Unpacks Debian packages of architecture $2, with all that they need, into folder $1: what a program for such a
# processor is built against, and runs with under qemu. apt is given folders of its own for that, so that this
# machine's packages and lists stay as they are. Of names with | between them the first that there is counts.
# Where that cannot be, it says why and leaves nothing; the tests are then skipped.
set -eu

# shellcheck source=tests/debian.sh
. "$(dirname "$0")/../debian.sh"

sysroot=$1 arch=$2
shift 2
[ "$(cat "$sysroot/packages" 2> /dev/null || true)" != "$*" ] || exit 0

none() {
	echo "deps: no $arch to build for: $*" >&2
	exit 0
}

command -v apt-get > /dev/null || none "this is no Debian"

mkdir -p "$(dirname "$sysroot")"
work=$(mktemp -d "$(cd "$(dirname "$sysroot")" && pwd)/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root/usr/lib"
: > "$work/status"

# Without root nothing is locked, and a user that only apt has could not write here.
cat > "$work/apt.conf" << END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Debug::NoLocking "1";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache::archives "$work/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
export APT_CONFIG="$work/apt.conf"

echo "deps: fetching $arch"
# some other list may be missing for such a processor: what is installed tells
apt-get -q update > /dev/null 2>&1 || true
packages=
for package in "$@"; do
	packages="$packages $(known "$package")"
done
# shellcheck disable=SC2086 # a list of words
apt-get -qy --no-install-recommends --download-only install $packages > "$work/log" 2>&1 || none "$(tail -n 1 "$work/log")"

# As Debian has it now, whatever a package still has in /lib: a file in either is found in both.
for package in "$work"/archives/*.deb; do
	dpkg-deb -x "$package" "$work/one"
	[ ! -d "$work/one/lib" ] || cp -a "$work/one/lib/." "$work/root/usr/lib"
	[ ! -d "$work/one/usr/lib" ] || cp -a "$work/one/usr/lib/." "$work/root/usr/lib"
	[ ! -d "$work/one/usr/include" ] || cp -a "$work/one/usr/include" "$work/root/usr"
	rm -rf "$work/one"
done
ln -s usr/lib "$work/root/lib"
# what is meant from there is not what is here
find "$work/root" -type l -lname '/*' | while read -r link; do
	ln -srf "$work/root$(readlink "$link")" "$link"
done
echo "$*" > "$work/root/packages"
rm -rf "$sysroot"
mv "$work/root" "$sysroot"
