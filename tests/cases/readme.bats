#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What README shows is what the program prints.

load helper

# The block of README behind this command line, without its indent.
shown()
{
	sed -n "/^    \\$ $1\$/,/^## /p" "$TOP/README.md" | sed -n '2,$s/^    //p'
}

@test "README shows what check really prints" {
	[ "$(id -u)" = 0 ] || skip "a host of its own, with two bad settings, takes root"
	# Counts depend on which keys this kernel has.
	local counts='s/[0-9]+ of [0-9]+ settings/N of N settings/; s/^[0-9]+ settings are/N settings are/'

	# shellcheck disable=SC2016 # the inner shell expands
	unshare -nu sh -c 'hostname web3
		echo 128 >/proc/sys/net/core/somaxconn
		echo 0 >/proc/sys/net/ipv4/tcp_syncookies
		"$1" check --runtime' sh "$TCPTUNE" >"$BATS_TEST_TMPDIR/real" || [ $? = 2 ]
	diff <(shown 'tcptune check --runtime' | sed -E '/^$/d' | sed -E "$counts") \
		<(sed -E '/^$/d' "$BATS_TEST_TMPDIR/real" | sed -E "$counts")
}
