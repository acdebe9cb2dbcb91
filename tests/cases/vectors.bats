#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every recorded case of tests/vectors through the whole program.  replay.py
# prints how much was compared, what was not and why; TAP shows it as comments.

# bats file_tags=slow

load helper

replay()
{
	run /usr/bin/python3 "$TOP/tests/replay.py" "$TCPTUNE" "$1" "$BATS_TEST_TMPDIR"
	printf '# %s\n' "${lines[@]}" >&3
	expect_status 0
	expect_output ", 0 disagreements"
}

@test "explain KEY: every sysctl case, for every reader" {
	unshare -rn ip link add br0 type veth peer name eth0.100 2>/dev/null ||
		skip "no network namespace with interfaces can be made here"
	replay sysctl
}

@test "explain nofile --user: every pam_limits case, for every build of it" {
	replay limits
}

@test "explain nofile --unit: every systemd case, for every version" {
	replay systemd
}

@test "a wrong answer is a disagreement" {
	cat >"$BATS_TEST_TMPDIR/liar" <<-'SH'
	#!/bin/sh
	echo '{"systemd": {"soft": {"value": 1, "from": "file", "file": "/x", "line": 1},
	       "hard": {"value": 1, "from": "file", "file": "/x", "line": 1}, "dropins": []}}' |
		sed 's/"dropins"/"process": {"soft": {"value": 1}, "hard": {"value": 1}}, "dropins"/'
	SH
	chmod +x "$BATS_TEST_TMPDIR/liar"
	run /usr/bin/python3 "$TOP/tests/replay.py" "$BATS_TEST_TMPDIR/liar" systemd "$BATS_TEST_TMPDIR"
	expect_status 1
	expect_output "should be 1024 is"
}
