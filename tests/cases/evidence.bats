#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel counts and what live sockets prove, in namespaces of the
# tests' own.

load helper

setup()
{
	need_netns
	need_command check
}

@test "check says what the kernel counts, in this namespace" {
	run_apart in_netns "$TCPTUNE" check --runtime --json
	expect_json check
	[ "$(json 'd["counters"]["TcpActiveOpens"]')" = 0 ] || complain "not a new namespace's"
	[ "$(json 'd["interval"]')" = None ] || complain "no interval was asked for"

	run_apart "$TCPTUNE" check --runtime --json
	[ "$(json 'len(d["counters"]) > 40')" = True ] || complain "counters are missing"
}

@test "each counter is what the kernel's files say" {
	# A namespace without traffic: nothing moves between two looks.  The rest is the host's.
	run_apart in_netns bash -c '"$TCPTUNE" check --runtime --json >"$1"; cat /proc/net/snmp /proc/net/netstat' \
		- "$BATS_TEST_TMPDIR/json"
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/json" <<<"$output" 3<&0 <<-'PY' || complain "they differ"
	import json, os, sys
	lines = os.fdopen(3).read().splitlines()
	real = {}
	for names, values in zip(lines[::2], lines[1::2]):
	    group, *names = names.split()
	    for name, value in zip(names, values.split()[1:]):
	        real[group.rstrip(":") + name] = int(value)
	told = {n: v for n, v in json.load(open(sys.argv[1]))["counters"].items() if n.startswith("Tcp")}
	assert len(told) > 40, told
	wrong = {n: (v, real.get(n)) for n, v in told.items() if real.get(n) != v}
	assert not wrong, wrong
	PY
}

@test "--interval tells what happened in it" {
	run_apart in_netns bash -c '
		ip link set lo up
		for _ in 1 2 3; do (: </dev/tcp/127.0.0.1/1) 2>/dev/null; done
		coproc later { sleep 0.3; (: </dev/tcp/127.0.0.1/1) 2>/dev/null; }
		"$TCPTUNE" check --runtime --json --interval 1s'
	expect_json check
	[ "$(json 'd["counters"]["TcpActiveOpens"]')" = 4 ] || complain "the total is another"
	[ "$(json 'd["interval"]["counters"]["TcpActiveOpens"]')" = 1 ] || complain "not the interval's"
	[ "$(json 'd["interval"]["milliseconds"] >= 1000')" = True ] || complain "too short"
	[ "$(json '"SockstatTcpTw" in d["interval"]["counters"]')" = False ] || complain "no total"
}

@test "--interval needs a host that runs" {
	mkdir -p "$BATS_TEST_TMPDIR/image/etc"
	run_apart "$TCPTUNE" check --root "$BATS_TEST_TMPDIR/image" --interval 1s
	expect_status 1
	expect_stderr "--interval needs a host that runs"
	run_apart "$TCPTUNE" check --interval 0s
	expect_status 1
	expect_stderr "--interval takes a time from 1s to 1d"
}

@test "counters that no kernel writes are a warning with file and line" {
	mkdir -p "$BATS_TEST_TMPDIR/host/proc/sys/net/ipv4" "$BATS_TEST_TMPDIR/host/proc/net"
	echo 0 >"$BATS_TEST_TMPDIR/host/proc/sys/net/ipv4/tcp_sack"
	printf 'Tcp: OutRsts\nTcp: \033[31m\n' >"$BATS_TEST_TMPDIR/host/proc/net/snmp"
	run_apart "$TCPTUNE" check --runtime --root "$BATS_TEST_TMPDIR/host" --json
	expect_status 2
	expect_json check
	[ "$(json 'd["counters"]')" = '{}' ] || complain "something is believed"
	[ "$(json 'd["warnings"][-1]')" = "/proc/net/snmp:2: a number was expected; what the kernel counts is not judged" ] ||
		complain "the warning is another"
}

@test "--fail-on makes findings count" {
	local level

	# In a new namespace the settings differ or not; what is wanted here is only sack.
	for level in never critical; do
		run_apart in_netns bash -c 'sysctl -qw net.ipv4.tcp_sack=0 &&
			"$TCPTUNE" check --runtime --only net.ipv4.tcp_window_scaling --fail-on '$level
		expect_status 0
		expect_output "selective acknowledgements are off"
	done
	for level in warning info; do
		run_apart in_netns bash -c 'sysctl -qw net.ipv4.tcp_sack=0 &&
			"$TCPTUNE" check --runtime --only net.ipv4.tcp_window_scaling --fail-on '$level
		expect_status 2
		expect_output "COMPLIANT"
	done
	run_apart "$TCPTUNE" check --fail-on grave
	expect_status 1
	expect_stderr "--fail-on takes one of never, info, warning, critical"
}
