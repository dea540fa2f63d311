#!/bin/sh
# SPDX-License-Identifier: ISC
# Takes libreswan's `readwriteconf' and the libraries that it needs out of Debian's packages into folder $1, and
# prints a command that runs it.  The packages are fetched and not installed: two IKE daemons do not stand
# beside each other.  Where that cannot be, it prints nothing and says why.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
program=$dir/readwriteconf

if [ ! -x "$program" ]; then
	work=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	cd "$work"
	if ! apt-get -q download libreswan libunbound8 libevent-2.1-7 libnettle8 libhogweed6 libgmp10 > log 2>&1; then
		echo "bench: no libreswan: $(tail -n 1 log)" >&2
		exit 0
	fi
	for package in ./*.deb; do
		dpkg-deb -x "$package" root
	done
	mv "$(dirname "$(find root/usr/lib -name libunbound.so.8)")"/*.so* "$dir"
	mv root/usr/libexec/ipsec/readwriteconf "$program"
fi
loader=$(readelf -l "$program" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
echo "$loader --library-path $dir $program"
