#!/bin/sh
# SPDX-License-Identifier: ISC
# Another Debian as a tree of files, beside this one:
#
#     tree.sh make SUITE FOLDER [NAMES]   fills FOLDER with a bare Debian, from the mirror that apt has here, and packages
#                                         NAMES, which commas divide (make,git)
#     tree.sh run FOLDER COMMAND...       runs COMMAND there, in /root, as if FOLDER were the disk
#
# What runs in a tree sees no process outside, and ends with the command; it needs root.
set -eu

# apt's settings here may tell how a mirror is reached, and how old it may be.
make_tree() {
	mmdebstrap --quiet --variant=minbase --include="ca-certificates${3+,$3}" "$1" "$2" "${MIRROR:-http://deb.debian.org/debian}"
	for setting in /etc/apt/apt.conf.d/*; do
		! grep -q '^ *Acquire' "$setting" || cp "$setting" "$2/etc/apt/apt.conf.d"
	done
	cp /etc/resolv.conf /etc/hosts "$2/etc"
}

# A plain chroot could not enter a network namespace, so the tree becomes the root of a mount namespace.
run_in_tree() {
	exec unshare --mount --pid --fork --kill-child --propagation private "$0" enter "$@"
}

enter() {
	tree=$1
	shift
	mount --bind "$tree" "$tree"
	cd "$tree"
	mount --rbind /dev dev
	mount --rbind /sys sys
	mount -t proc proc proc
	mount -t tmpfs tmpfs run
	mount -t tmpfs tmpfs tmp
	mkdir -p old
	pivot_root . old
	umount -l /old
	cd /root
	exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 ${FUZZ_RUNS+FUZZ_RUNS="$FUZZ_RUNS"} "$@"
}

case $1 in
make) shift && make_tree "$@" ;;
run) shift && run_in_tree "$@" ;;
enter) shift && enter "$@" ;;
esac
