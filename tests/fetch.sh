#!/bin/sh
# SPDX-License-Identifier: ISC
# Unpacks Debian packages below folder $1, with those that they need and this machine lacks: daemons and other
# big programs, which a test may want and a machine may not have installed for it.  What is installed stays out.
# Where that cannot be, it says why and leaves nothing.
set -eu

dir=$1
shift

missing=
for package in "$@"; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
	[ "$status" = installed ] || [ -e "$dir/usr/share/doc/$package" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

none() {
	echo "deps: cannot fetch$missing: $*" >&2
	exit 0
}

command -v apt-get > /dev/null || none "this is no Debian"

mkdir -p "$dir"
work=$(mktemp -d "$(cd "$dir" && pwd)/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/archives/partial"

# Without root nothing is locked, and a user that only apt has could not write here.
download() {
	# shellcheck disable=SC2086 # a list of words
	apt-get -qy --no-install-recommends --download-only -o Debug::NoLocking=1 -o APT::Sandbox::User= \
		-o Dir::Cache::archives="$work/archives" install $missing > "$work/log" 2>&1
}

echo "deps: fetching$missing"
# the lists may be absent or old
download || { apt-get -q update > "$work/log" 2>&1 && download; } || none "$(tail -n 1 "$work/log")"
for package in "$work"/archives/*.deb; do
	dpkg-deb -x "$package" "$work/root"
done
# some packages still know the folders of a system whose /usr was another disk
for part in bin sbin lib; do
	[ ! -d "$work/root/$part" ] || { mkdir -p "$work/root/usr/$part" && cp -a "$work/root/$part/." "$work/root/usr/$part"; }
done
mkdir -p "$dir/usr"
cp -a "$work/root/usr/." "$dir/usr"
