#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: host.sh NAME ADDRESS/BITS PUBLIC_KEY PID_FILE
#
# Be a host in the network namespace it is started in: see site.sh.
set -eu

if [ "${1-}" != --inside ]; then
	unshare -mpfu --mount-proc --kill-child --propagation private bash "$0" --inside "$@" &
	while ! child=$(cat "/proc/$!/task/$!/children") || [ -z "$child" ]; do
		sleep 0.02
	done
	echo "${child% }" >"$4"
	wait
	exit
fi
name=$2 address=$3 key=$(cat "$4")

hostname "$name"
ip link set lo up
ip addr add "$address" dev eth0
ip link set eth0 up

mount -t tmpfs tmpfs /mnt
for folder in etc var usr/local; do
	mkdir -p "/mnt/upper/$folder" "/mnt/work/$folder"
	mount -t overlay overlay "/$folder" \
		-o "lowerdir=/$folder,upperdir=/mnt/upper/$folder,workdir=/mnt/work/$folder"
done
# Empty: the shell start-up files of whoever runs the test are none of this host's.
# But the tree under test may lie there, too.
top=$(readlink -f "$(dirname "$0")/../..")
mkdir /mnt/tree
mount --bind "$top" /mnt/tree
mount -t tmpfs -o mode=0700 tmpfs /root
[ -d "$top" ] || { mkdir -p "$top" && mount --bind /mnt/tree "$top"; }
mount -t tmpfs tmpfs /run
mkdir -m 0700 /mnt/ssh

mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys

mkdir -m 0700 /root/.ssh
echo "$key" >/root/.ssh/authorized_keys
# A controller's own program is not the host's.
rm -f /usr/local/sbin/tcptune

# In the background, for process 1 should be one that reaps, and whose environment
# can be read (cloud-init does), as sshd's cannot.
if [ -x /usr/sbin/sshd ]; then
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f /mnt/ssh/key
	/usr/sbin/sshd -D -e -f /dev/null -h /mnt/ssh/key -o UsePAM=no \
		-o AuthorizedKeysFile=/root/.ssh/authorized_keys -o MaxStartups=100 &
else
	dropbearkey -t ed25519 -f /mnt/ssh/key >/dev/null
	dropbear -F -E -s -r /mnt/ssh/key &
fi
# A host goes on without its sshd.
sleep infinity &
wait
