#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a line of the diff says is true as it stands there.

load helper

setup()
{
	HOST=$BATS_TEST_TMPDIR/host
	PROFILE=$BATS_TEST_TMPDIR/p.conf
	mkdir -p "$HOST/proc/sys/net/ipv4" "$HOST/proc/sys/net/core" "$HOST/etc/sysctl.d"
}

# runs KEY VALUE, wants TEXT: below net.ipv4, a key of the host, an entry of the profile.
runs()
{
	echo "$2" >"$HOST/proc/sys/net/ipv4/$1"
}

wants()
{
	echo "summary = \"x\"; sysctl = ( { key = \"net.ipv4.$1\"; $2; } );" >"$PROFILE"
	run_apart "$TCPTUNE" check --root "$HOST" --profile "$PROFILE" --runtime
}

@test "a value too low for a ceiling is told the range" {
	runs tcp_synack_retries 0
	wants tcp_synack_retries 'at_most = "3"'
	expect_status 2
	expect_output '0 -> 2 to 3'
	expect_output 'Below the sensible range, which begins at 2.'
	runs tcp_synack_retries 7
	wants tcp_synack_retries 'at_most = "3"'
	expect_output '7 -> at most 3'
	[[ $output != *'Below the sensible range'* ]] || complain "it is above"
}

@test "of a bitmap the bits are named" {
	runs tcp_fastopen 4
	wants tcp_fastopen 'at_least = "3"'
	expect_status 2
	expect_output '4 -> with 1 and 2'
	runs tcp_fastopen 7
	wants tcp_fastopen 'at_most = "3"'
	expect_status 2
	expect_output '7 -> nothing but 1 and 2'
}

@test "a setting that drifted shows its own line, not how many did" {
	runs tcp_synack_retries 7
	runs tcp_retries2 9
	echo 'net.ipv4.tcp_synack_retries = 1' >"$HOST/etc/sysctl.d/1.conf"
	echo 'summary = "x"; sysctl = ( { key = "net.ipv4.tcp_synack_retries"; at_most = "3"; } );' \
		>"$PROFILE"
	run_apart "$TCPTUNE" check --root "$HOST" --profile "$PROFILE"
	expect_status 2
	[[ $output != *'Seen here: '[0-9]*' settings'* ]] || complain "a headline below a row"
	expect_output 'Seen here: /etc/sysctl.d/1.conf:1: net.ipv4.tcp_synack_retries = 1:'
}
