#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/boot/boot.sh ROOT JOB
#
# Boot the Debian root at ROOT: its own systemd in namespaces of its own, with a
# fresh network, so that running values are the kernel's defaults as after any
# reboot.  When it has booted, the shell commands in the file JOB run there as
# root; what they print comes out here, then the power is cut.  Status: that of
# JOB, or 1 when the host does not come up.  ROOT keeps what was written.
#
# Settings of this machine cannot be reached: /proc/sys is read-only but for its
# net, which is the booted host's.
set -eu
root=$(cd "$1" && pwd)
job=$2
seconds=${BOOT_SECONDS:-120}

rm -rf "$root/boot-test"
mkdir -p "$root/boot-test"
mkfifo "$root/boot-test/done"
cp "$job" "$root/boot-test/job"
cat >"$root/etc/systemd/system/boot-test.service" <<'UNIT'
[Unit]
Description=What the test runs
After=basic.target systemd-sysctl.service tcptune-recover.service
Requires=basic.target

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sh -eu /boot-test/job >/boot-test/out 2>&1; echo $? >/boot-test/status; sync; echo >/boot-test/done'
UNIT
# Each boot has an ID of its own, as on a real host.
cat /proc/sys/kernel/random/uuid >"$root/boot-test/boot_id"

# shellcheck disable=SC2016 # the inner shell's
unshare -nmpuiCf --kill-child --propagation private sh -euc '
	root=$1
	ip link set lo up
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount --bind "$root/proc/sys" "$root/proc/sys"
	mount -o remount,ro,bind "$root/proc/sys"
	mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
	mount -o remount,rw,bind "$root/proc/sys/net"
	mount --bind "$root/boot-test/boot_id" "$root/proc/sys/kernel/random/boot_id"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
	mount -t tmpfs -o mode=755 tmpfs "$root/dev"
	for node in null:3 zero:5 full:7 random:8 urandom:9; do
		mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"
	done
	mknod -m 666 "$root/dev/tty" c 5 0
	# As services with PrivateDevices= get copies of.
	mkdir "$root/dev/shm" "$root/dev/pts" "$root/dev/mqueue"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
	ln -s pts/ptmx "$root/dev/ptmx"
	mount -t tmpfs tmpfs "$root/dev/shm"
	mount -t mqueue mqueue "$root/dev/mqueue"
	mount -t tmpfs tmpfs "$root/run"
	mount -t tmpfs tmpfs "$root/tmp"
	cd "$root"
	pivot_root . .
	umount -l .
	exec chroot . env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		/usr/lib/systemd/systemd --unit=boot-test.service --log-target=console \
		--show-status=no
' sh "$root" >"$root/boot-test/console" 2>&1 </dev/null &
host=$!

status=1
if timeout "$seconds" cat "$root/boot-test/done" >/dev/null; then
	cat "$root/boot-test/out"
	status=$(cat "$root/boot-test/status")
else
	echo "boot.sh: not up after $seconds s:" >&2
	cat "$root/boot-test/console" >&2
fi
# unshare is killed, and takes the init of the namespace with it.
kill -KILL "$host"
wait "$host" 2>/dev/null || : # its status is that of the kill
exit "$status"
