#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `check --interval`: how long it watched, and what it says where it could not.

# bats file_tags=slow

load helper

setup()
{
	need_netns
}

@test "how long it watched is told, and without --interval nothing of it" {
	run_apart in_netns "$TCPTUNE" check --runtime --interval 1s
	expect_status 0 2
	grep -qxE 'Watched for 1\.[0-9] seconds what the kernel counts\.' <<<"$output" ||
		complain "how long?"
	run_apart in_netns "$TCPTUNE" check --runtime
	[[ $output != *Watched* ]] || complain "it did not"
}

@test "a first sample that cannot be read is not called one that was not asked for" {
	need strace
	strace -o /dev/null true || skip "nothing can be traced here"
	local reason='[n["reason"] for n in d["not_evaluated"] if n["id"] == "accept-loop-slow"]'
	run_apart in_netns env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -P /proc/net/snmp \
		-e trace=openat2 -e inject=openat2:error=EIO:when=1 \
		"$TCPTUNE" check --runtime --json --interval 1s
	expect_json check
	[ "$(json "$reason")" = "['one of the two samples cannot be read']" ] || complain "why not?"
	[ "$(json 'd["interval"]')" = None ] || complain "there was none"
	[ "$(json '[w for w in d["warnings"] if "snmp" in w]')" = \
		"['open /proc/net/snmp: Input/output error; what the kernel counted in the interval is \
not judged']" ] || complain "not said"
	run_apart in_netns "$TCPTUNE" check --runtime --json
	[ "$(json "$reason")" = "['it needs two samples (--interval)']" ] || complain "why not?"
}

@test "what was not looked at is told, what was not asked for with -v" {
	run_apart in_netns "$TCPTUNE" check --runtime --sockets summary
	expect_output 'Not judged: 10 rules: the sockets were only counted (--sockets full looks at'
	[[ $output != *"(--interval)"* ]] || complain "nobody asked for an interval"
	run_apart in_netns "$TCPTUNE" check --runtime --sockets summary -v
	expect_output 'Not judged: accept-loop-slow: it needs two samples'
	[[ $(tr -s ' \n' ' ' <<<"$output") == *", zero-window-ours: the sockets were only counted "* ]] ||
		complain "which rules?"
	run_apart in_netns "$TCPTUNE" check --runtime
	[[ $output != *"Not judged"* ]] || complain "all was looked at"
}
