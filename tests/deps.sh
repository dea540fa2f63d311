#!/bin/sh
# SPDX-License-Identifier: ISC
# Installs the Debian packages given, as far as they are missing; without root it says what to do.  OLD|NEW is
# whichever of these names this Debian has.
set -eu

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
	echo "deps: this is no Debian: install what these packages hold: $*" >&2
	exit 0
fi

# shellcheck source=tests/debian.sh
. "$(dirname "$0")/debian.sh"

missing=
for package in "$@"; do
	present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "deps: missing packages; as root: apt-get install$missing" >&2
	exit 0
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
fail() {
	cat "$log" >&2
	exit 1
}

# the lists may be absent or old, so they are fetched first
apt-get -q update > "$log" 2>&1 || fail
packages=
for package in $missing; do
	packages="$packages $(known "$package")"
done
echo "deps: installing$packages"
# shellcheck disable=SC2086 # a list of words
apt-get -qy install --no-install-recommends $packages > "$log" 2>&1 || fail
