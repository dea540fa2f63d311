#!/bin/sh
# SPDX-License-Identifier: ISC
# Installs the Debian packages given, as far as they are missing; without root it says what to do.
set -eu

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
	echo "deps: this is no Debian: install what these packages hold: $*" >&2
	exit 0
fi

missing=
for package in "$@"; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "deps: missing packages; as root: apt-get install$missing" >&2
	exit 0
fi

echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# the lists may be absent or old, so they are fetched first
# shellcheck disable=SC2086 # a list of words
if ! { apt-get -q update && apt-get -qy install --no-install-recommends $missing; } > "$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
