#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The test runner counts right: a failure it missed would hide all others.

# bats file_tags=slow, once

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR"
}

# The runner, with nothing of the bats around us: its libexec folder is in PATH.
runner()
{
	env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$HOME" TEST_SECONDS="${TEST_SECONDS:-60}" \
		JOBS="${JOBS:-1}" \
		"$TOP/tests/run.sh" "$@"
}

# script NAME BODY: a test program.
script()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

expect_summary()
{
	[ "${lines[-1]}" = "$1" ] || complain "expected the summary: $1"
}

@test "passes, failures and skips are counted over all" {
	script good 'echo 1..2; echo ok 1 - a; echo ok 2 - b'
	script mixed 'echo 1..3; echo ok 1 - a; echo not ok 2 - b; echo "# why b failed"
		echo "# skip: no root"; echo "not ok 3 # SKIP c"; exit 1'
	run runner ./good ./mixed
	expect_status 1
	expect_summary '3 passed, 1 failed, 1 skipped'
	expect_output 'why b failed'
	expect_output 'skipped: c: no root'

	run runner ./good
	expect_status 0
	expect_summary '2 passed, 0 failed, 0 skipped'
}

@test "bats files are counted, with the reasons of skips" {
	printf '@test "a" { true; }\n@test "b" { skip "not here"; }\n' >good.bats
	printf '@test "c" { echo seen; false; }\n' >bad.bats
	run runner good.bats bad.bats
	expect_status 1
	expect_summary '1 passed, 1 failed, 1 skipped'
	expect_output 'skipped: b: not here'
	expect_output 'seen'
}

@test "a test that ends too early has failed" {
	script early 'echo 1..3; echo ok 1 - a; exit 0'
	run runner ./early
	expect_status 1
	expect_summary '1 passed, 2 failed, 0 skipped'

	script crash 'echo 1..1; kill -SEGV $$'
	run runner ./crash
	expect_status 1
	expect_summary '0 passed, 1 failed, 0 skipped'

	script leak 'echo 1..1; echo ok 1 - a; exit 23'
	run runner ./leak
	expect_status 1
	expect_summary '1 passed, 1 failed, 0 skipped'
	expect_output 'status 23'
}

@test "a test that hangs is stopped, and has failed" {
	script hang 'echo 1..1; sleep 60'
	TEST_SECONDS=1 run runner ./hang
	expect_status 1
	expect_summary '0 passed, 1 failed, 0 skipped'
	expect_output 'stopped after 1 s'
}

@test "a program without TAP counts by its status" {
	script yes 'exit 0'
	script no 'exit 1'
	run runner ./yes ./no ./missing
	expect_status 1
	expect_summary '1 passed, 2 failed, 0 skipped'
}

@test "running nothing is a failure" {
	run runner
	expect_status 1
	expect_summary '0 passed, 0 failed, 0 skipped'
}

@test "slow tests are left out with --fast" {
	printf '# bats test_tags=slow\n@test "a" { true; }\n# bats test_tags=\n@test "b" { true; }\n' >some.bats
	run runner --fast some.bats
	expect_summary '1 passed, 0 failed, 0 skipped'
	run runner some.bats
	expect_summary '2 passed, 0 failed, 0 skipped'
}

@test "tests run side by side, and are shown in order" {
	script first 'echo 1..1; while [ ! -e second.ran ]; do sleep 0.01; done; echo ok 1 - a'
	script second 'echo 1..1; : >second.ran; echo not ok 1 - b'
	JOBS=2 run runner ./first ./second
	expect_status 1
	[[ ${lines[0]} == *first* && ${lines[1]} == *second* ]] || complain "out of order"
	expect_summary '1 passed, 1 failed, 0 skipped'
}

@test "a test whose runner is lost has failed" {
	script good 'echo 1..1; echo ok 1 - a'
	# shellcheck disable=SC2016 # the script's own
	script killer 'kill -KILL "$(ps -o ppid= -p "$PPID" | tr -d " ")"; sleep 1'
	run runner ./good ./killer
	expect_status 1
	expect_output 'lost'
	expect_summary '1 passed, 1 failed, 0 skipped'
}
