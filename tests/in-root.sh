#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: [SHOW=DIR] tests/in-root.sh ROOT COMMAND...
#
# Run COMMAND in the Debian root at ROOT, which has /proc and /sys of its own but
# this host's network, and sees DIR under the name it has here.  By pivot_root,
# for in a chroot the kernel makes no user namespace.  Needs root.
set -eu

# shellcheck disable=SC2016 # the inner shell's
exec unshare -mpf --kill-child --propagation private sh -euc '
	root=$1
	shift
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs -o mode=0755 tmpfs "$root/run"
	if [ -n "${SHOW-}" ]; then
		mkdir -p "$root$SHOW"
		mount --bind "$SHOW" "$root$SHOW"
	fi
	cd "$root"
	pivot_root . .
	umount -l .
	exec chroot . env -i HOME=/root TERM=dumb \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
' sh "$@"
