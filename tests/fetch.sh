#!/bin/sh
# SPDX-License-Identifier: ISC
# Unpacks Debian packages below folder $1, with those that they need and this machine lacks: daemons and other
# big programs, which a test may want and a machine may not have installed for it.  What is installed stays out.
# Of PACKAGE:FILE only that file is unpacked, and nothing that the package needs.  OLD|NEW is whichever of these
# names this Debian has.
# Where that cannot be, it says why and leaves nothing.
set -eu

dir=$1
shift

# shellcheck source=tests/debian.sh
. "$(dirname "$0")/debian.sh"

# Whether one of the names in $1 was unpacked before.
unpacked() {
	for name in $(echo "$1" | tr '|' ' '); do
		[ ! -e "$dir/usr/share/doc/$name" ] || return 0
	done
	return 1
}

# Prints that of each of the names given which this Debian has.
all_known() {
	for package in "$@"; do
		known "$package"
	done
}

missing=
files=
for package in "$@"; do
	! present "${package%%:*}" || continue
	case $package in
	*:*) [ -e "$dir/${package#*:}" ] || files="$files $package" ;;
	*) unpacked "$package" || missing="$missing $package" ;;
	esac
done
[ -n "$missing$files" ] || exit 0

none() {
	echo "deps: cannot fetch$missing$files: $*" >&2
	exit 0
}

command -v apt-get > /dev/null || none "this is no Debian"

mkdir -p "$dir"
work=$(mktemp -d "$(cd "$dir" && pwd)/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/archives/partial"

# Without root nothing is locked, and a user that only apt has could not write here.
get() {
	apt-get -qy --no-install-recommends -o Debug::NoLocking=1 -o APT::Sandbox::User= "$@" >> "$work/log" 2>&1
}

# shellcheck disable=SC2046,SC2086 # lists of words
download() {
	: > "$work/log"
	[ -z "$missing" ] || get --download-only -o Dir::Cache::archives="$work/archives" install $(all_known $missing) || return
	for file in $files; do
		mkdir -p "$work/of/${file#*:}" && (cd "$work/of/${file#*:}" && get download "$(known "${file%%:*}")") || return
	done
}

echo "deps: fetching$missing$files"
# the lists may be absent or old
download || { apt-get -q update > "$work/log" 2>&1 && download; } || none "$(tail -n 1 "$work/log")"
for package in "$work"/archives/*.deb; do
	[ ! -e "$package" ] || dpkg-deb -x "$package" "$work/root"
done
for file in $files; do
	mkdir -p "$work/root"
	dpkg-deb --fsys-tarfile "$work/of/${file#*:}"/*.deb | tar -x -C "$work/root" "./${file#*:}" 2> "$work/log" ||
		none "$(head -n 1 "$work/log")"
done
# some packages still know the folders of a system whose /usr was another disk
for part in bin sbin lib; do
	[ ! -d "$work/root/$part" ] || { mkdir -p "$work/root/usr/$part" && cp -a "$work/root/$part/." "$work/root/usr/$part"; }
done
mkdir -p "$dir/usr"
cp -a "$work/root/usr/." "$dir/usr"
