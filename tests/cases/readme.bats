#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What README shows is what the program does.

# bats file_tags=once

load helper

# bats test_tags=slow
@test "every command README shows works, and prints what is shown" {
	need_root
	need_netns
	mkdir "$BATS_TEST_TMPDIR"/{etc,lib,image,bin}
	[ "$(stat -f -c %T "$BATS_TEST_TMPDIR")" != tmpfs ] ||
		skip "apply writes no file that lives in memory, and $BATS_TEST_TMPDIR does"
	cp -a /etc/. "$BATS_TEST_TMPDIR/etc"
	ln -s "$TCPTUNE" "$BATS_TEST_TMPDIR/bin/tcptune"

	# shellcheck disable=SC2016 # the inner shell expands
	run unshare -nmu --propagation private sh -euc '
		hostname web3
		mount --bind "$1/etc" /etc
		mount --bind "$1/lib" /var/lib
		mount -t tmpfs tmpfs /run
		mount -t tmpfs tmpfs /usr/lib/sysctl.d
		mount -t tmpfs tmpfs /mnt
		mkdir -p /mnt/image/etc /run/netns
		rm -rf /etc/sysctl.d /etc/sysctl.conf /etc/tcptune
		mkdir /etc/sysctl.d
		printf "%s\n" "net.core.somaxconn = 128" "net.ipv4.tcp_syncookies = 0" >/etc/sysctl.d/60-guide.conf
		sysctl -q -p /etc/sysctl.d/60-guide.conf
		ip netns add blue
		PATH=$1/bin:$PATH
		exec /usr/bin/python3 "$2/tests/readme.py" "$2/README.md"
	' sh "$BATS_TEST_TMPDIR" "$TOP"
	expect_status 0
	expect_output 'commands run'
}

@test "what README links to is there" {
	cd "$TOP"
	for link in $(grep -oE '\]\([^)]+\)' README.md | tr -d '])('); do
		[ -e "$link" ] || complain "no $link"
	done
}
