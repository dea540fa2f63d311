#!/bin/sh
# SPDX-License-Identifier: ISC
# Prints a command that runs libreswan's `readwriteconf', from Debian's package, unpacked below folder $1: two IKE
# daemons cannot be installed beside each other.  Where that cannot be, it prints nothing.
set -eu

"$(dirname "$0")/../fetch.sh" "$1" libreswan >&2
program=$1/usr/libexec/ipsec/readwriteconf
[ -x "$program" ] || exit 0
loader=$(readelf -l "$program" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
libraries=$(dirname "$(find "$1" /usr/lib -name 'libevent-2*.so*' | head -n 1)")
echo "$loader --library-path $libraries $program"
