#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs a command for which what tests/fetch.sh unpacked below build/daemons stands in /usr; nobody else sees it
# there.  That takes root: without it, or where nothing was unpacked, the command is run as it is.
set -eu

usr=$(cd "$(dirname "$0")/.." && pwd)/build/daemons/usr
if [ ! -d "$usr" ] || [ "$(id -u)" -ne 0 ]; then
	exec "$@"
fi

# shellcheck disable=SC2016 # they are that shell's own
exec unshare --mount sh -c 'mount -t overlay overlay -o "lowerdir=$0:/usr" /usr && exec "$@"' \
	"$(printf '%s' "$usr" | sed 's/[\\:,]/\\&/g')" "$@"
