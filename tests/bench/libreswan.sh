#!/bin/sh
# SPDX-License-Identifier: ISC
# Unpacks Debian's libreswan and the libraries that its `readwriteconf' needs into folder $1, and prints a
# command that runs it.  They are fetched and not installed: two IKE daemons do not stand beside each other.
# Where that cannot be, it prints nothing and says why.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
program=$dir/root/usr/libexec/ipsec/readwriteconf

if [ ! -x "$program" ]; then
	cd "$dir"
	if ! apt-get -q download libreswan libunbound8 libevent-2.1-7 libnettle8 libhogweed6 libgmp10 > log 2>&1; then
		echo "bench: no libreswan: $(tail -n 1 log)" >&2
		exit 0
	fi
	for package in ./*.deb; do
		dpkg-deb -x "$package" root
	done
	rm ./*.deb
fi
libraries=$(dirname "$(find "$dir/root/usr/lib" -name 'libunbound.so.8' | head -n 1)")
loader=$(readelf -l "$program" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
echo "$loader --library-path $libraries $program"
