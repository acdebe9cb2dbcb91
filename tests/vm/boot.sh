#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/vm/boot.sh VM JOB
#
# Boot the machine that build.sh has made in the folder VM, a new one each time and
# emulated, so that it needs neither root nor KVM.  The shell commands in the file
# JOB run there, with the words of init; what they print comes out here.  Status:
# that of JOB, or 1 when the machine does not come up or takes more than VM_SECONDS=120.
set -eu
vm=$1
job=$2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

cp "$job" "$scratch/job"
# The kernel unpacks one archive after the other.
cp "$vm/initrd" "$scratch/initrd"
(cd "$scratch" && echo job | busybox cpio -o -H newc -R 0:0) >>"$scratch/initrd"

timeout -k 5 "${VM_SECONDS:-120}" qemu-system-x86_64 -accel tcg -cpu max -smp 1 -m 512 \
	-nodefaults -no-user-config -display none -no-reboot \
	-kernel "$vm/kernel" -initrd "$scratch/initrd" \
	-append 'console=ttyS0 quiet panic=-1' \
	-serial "file:$scratch/console" -serial "file:$scratch/out" </dev/null || : # the last line that came out tells below how it ended, or that it did not

sed '$d' "$scratch/out"
status=$(sed -n '$s/^status //p' "$scratch/out")
if [ -z "$status" ]; then
	echo "boot.sh: the machine did not come to the end of its job:" >&2
	cat "$scratch/console" >&2
	exit 1
fi
exit "$status"
