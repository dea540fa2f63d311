# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What this Debian has, by names with | between them, which are those of one thing in Debian 12 and 13.

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null || true)" = installed ]
}

# Whether one of the names in $1 is installed.
present() {
	for name in $(echo "$1" | tr '|' ' '); do
		! installed "$name" || return 0
	done
	return 1
}

# That of the names in $1 that apt could install, or else all of them.
known() {
	for name in $(echo "$1" | tr '|' ' '); do
		if apt-cache policy "$name" | grep -q '^  Candidate: [^(]'; then
			echo "$name"
			return
		fi
	done
	echo "$1"
}
