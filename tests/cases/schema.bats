#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every JSON document is what packaging/schema says.

load helper

# bats test_tags=once
@test "the schemas are schemas, and leave no object open" {
	/usr/bin/python3 "$TOP/tests/validate.py" schema
}

# bats test_tags=once
@test "the validator sees what is wrong" {
	refuse()
	{
		run /usr/bin/python3 "$TOP/tests/validate.py" version <<<"$1"
		[ "$status" != 0 ] || complain "accepted: $1"
	}

	/usr/bin/python3 "$TOP/tests/validate.py" version <<<'{"schema":1,"version":"1.2.3","command":null}'
	refuse '{"schema":1,"version":"1.2.3","command":null,"more":1}'
	refuse '{"schema":1,"version":"1.2.3"}'
	refuse '{"schema":"1","version":"1.2.3","command":null}'
	refuse '{"schema":1,"schema":1,"version":"1.2.3","command":null}'
	refuse '{"schema":1,"version":"1.2.3","command":null}{}'
	refuse '{"schema":1,"version":"1.2.3","command":NaN}'
	refuse ''
}

@test "check --json is valid with every option that changes it" {
	for words in '' --runtime --persist '--only net.core.*' '--except net.*' --full-walk -v; do
		# shellcheck disable=SC2086,SC2248
		run_apart "$TCPTUNE" check --json $words
		expect_status 0 2
		expect_json check
		expect_no_stderr
	done
}

# bats test_tags=slow
@test "check --json is valid for every profile" {
	for profile in "$TOP"/profiles/*.conf; do
		run_apart "$TCPTUNE" check --json --profile "$(basename "$profile" .conf)"
		expect_status 0 2
		expect_json check
	done
}

@test "the exit status and \"compliant\" say the same" {
	for words in --runtime '--only fs.nonexistent' '--except *'; do
		# shellcheck disable=SC2086
		run_apart "$TCPTUNE" check --json $words
		case $(json 'd["compliant"]') in
		True) expect_status 0 ;;
		False) expect_status 2 ;;
		None) expect_status 0 1 ;;
		esac
	done
}
