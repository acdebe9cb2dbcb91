#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/vm/build.sh BUILD
#
# Make BUILD/vm/{kernel,initrd}: Debian's cloud kernel, unpacked and not installed,
# and a root of busybox, tcptune, the conditions and their libraries, with init as
# the first process.  The kernel is kept: a mirror is asked once.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
vm=$build/vm
root=$vm/root

# The package that linux-image-cloud-amd64 stands for, into $vm/linux.new.
download()
{
	package=$(apt-cache show --no-all-versions linux-image-cloud-amd64 |
		sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p')
	# Not as the user _apt, who may have no way to the folder.
	(cd "$vm/linux.new" && [ -n "$package" ] &&
		apt-get -qq -o APT::Sandbox::User=root download "$package")
}

# Linux and its modules, into $vm/linux.
get_linux()
{
	rm -rf "$vm/linux.new"
	mkdir -p "$vm/linux.new"
	download 2>/dev/null || { apt-get -qq update && download; }
	dpkg -x "$vm/linux.new"/*.deb "$vm/linux.new"
	rm "$vm/linux.new"/*.deb
	mv "$vm/linux.new" "$vm/linux"
}

# What a module needs before it is not asked of modules.dep, which only depmod makes.
copy_modules()
{
	for name in libcrc32c nf_defrag_ipv4 nf_defrag_ipv6 nf_conntrack \
		inet_diag tcp_diag tcp_bbr; do
		find "$vm/linux/lib/modules" -name "$name.ko" -exec cp {} "$root/modules/" \;
		[ -e "$root/modules/$name.ko" ] || { echo "build.sh: no module $name" >&2; exit 1; }
	done
}

# Where the loader looks for them, here and there.
copy_libraries()
{
	ldd "$@" | sed -n 's/.*[[:space:]]\(\/[^ ]*\) (0x.*/\1/p' | sort -u | while read -r library; do
		mkdir -p "$root${library%/*}"
		cp -L "$library" "$root$library"
	done
}

[ -d "$vm/linux" ] || get_linux
rm -rf "$root"
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/modules"
cp "$here/init.sh" "$root/init"
cp "$(command -v busybox)" "$build/tcptune" "$build/tests/conditions/conditions" "$root/bin/"
copy_modules
copy_libraries "$build/tcptune" "$build/tests/conditions/conditions"
cp "$vm"/linux/boot/vmlinuz-* "$vm/kernel"
(cd "$root" && find . | busybox cpio -o -H newc -R 0:0) >"$vm/initrd"
