#!/bin/sh
# SPDX-License-Identifier: ISC
# Debian packages of the tar $1, of version $2, in build/deb. Who makes them says so as for Debian's own tools, in
# DEBFULLNAME and DEBEMAIL; else nobody is named: RFC 2606 keeps example.org from being anyone's.
set -eu

tar=$1 version=$2
dir=build/deb
rm -rf "$dir"
mkdir -p "$dir"
tar -x -f "$tar" -C "$dir"
tree=$dir/weipsec-$version
cp -r "$tree/docs/packaging/debian" "$tree/debian"
# that of every file in the tar
date=$(date -R -u -d "@$(stat -c %Y "$tree/Makefile")")
maintainer="${DEBFULLNAME:-Nobody} <${DEBEMAIL:-nobody@example.org}>"
maintainer=$(printf '%s' "$maintainer" | sed 's/[\\/&]/\\&/g')
sed -i "s/@VERSION@/$version/; s/@DATE@/$date/; s/@MAINTAINER@/$maintainer/" "$tree/debian/changelog" "$tree/debian/control"

# of our own make nothing is handed down
cd "$tree"
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS="noautodbgsym ${DEB_BUILD_OPTIONS:-}" \
	dpkg-buildpackage --build=full --no-sign --jobs=auto > ../log 2>&1 || { tail -n 50 ../log >&2; exit 1; }
cd ..
rm -rf "weipsec-$version"
