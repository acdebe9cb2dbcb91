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
	local good='{"schema":1,"version":"1.2.3","command":null}' texts records=$BATS_TEST_TMPDIR/records

	texts=('{"schema":1,"version":"1.2.3","command":null,"more":1}'
		'{"schema":1,"version":"1.2.3"}'
		'{"schema":"1","version":"1.2.3","command":null}'
		'{"schema":1,"schema":1,"version":"1.2.3","command":null}'
		"$good{}"
		'{"schema":1,"version":"1.2.3","command":NaN}'
		'{"schema":1,"version":"1.2.3","command":"é"}'
		'')
	printf 'good\0version\0%s\0' "$good" >"$records"
	run /usr/bin/python3 "$TOP/tests/validate.py" <"$records"
	expect_status 0
	printf 'bad\0version\0%s\0' "${texts[@]}" >>"$records"
	run /usr/bin/python3 "$TOP/tests/validate.py" <"$records"
	expect_status 1
	[ "${#lines[@]}" = "${#texts[@]}" ] || complain "not each of them"
	[[ $output != *good:* ]] || complain "the good one"

	printf 'half\0version\0' >"$records"
	run /usr/bin/python3 "$TOP/tests/validate.py" <"$records"
	expect_status 1
}

# bats test_tags=slow
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

# bats test_tags=slow
@test "profiles --json is valid: the list, each profile, and the mistakes of a file" {
	run_apart "$TCPTUNE" profiles --json
	expect_status 0
	expect_json profiles
	for name in $(json '" ".join(p["name"] for p in d["profiles"])'); do
		run_apart "$TCPTUNE" profiles "$name" --json
		expect_status 0
		expect_json profiles
	done
	run_apart "$TCPTUNE" profiles --validate "$TOP/profiles/base.conf" --json
	expect_status 0
	expect_json profiles
	printf 'summary = 1;\nsysctl = ( { key = "net.nonsense"; } );\n' >"$BATS_TEST_TMPDIR/bad.conf"
	run_apart "$TCPTUNE" profiles --validate "$BATS_TEST_TMPDIR/bad.conf" --json
	expect_status 1
	expect_json profiles
	[ "$(json 'd["valid"], len(d["problems"]) >= 2')" = '(False, True)' ] || complain "mistakes"
}

# bats test_tags=slow
@test "explain --json is valid for every key and term" {
	mapfile -t words < <(sed -n 's/^\t*{*\.key = "\(.*\)",$/\1/p' "$TOP"/src/model/catalogue_*.c
		sed -n 's/^\t\t\.name = "\(.*\)",$/\1/p' "$TOP"/src/model/term_*.c)
	[ "${#words[@]}" -gt 150 ]
	for word in "${words[@]}" net.ipv4.conf.all.rp_filter kernel.panic 'too many open files'; do
		output=$("$TCPTUNE" explain --json "$word")
		expect_json explain
	done
}

# bats test_tags=slow
@test "explain nofile --json is valid for every user and unit" {
	for words in '' '--user root' '--unit no-such.service' '--user root --unit dbus'; do
		# shellcheck disable=SC2086,SC2248
		run_apart "$TCPTUNE" explain nofile --json $words
		expect_status 0
		expect_json explain
		expect_no_stderr
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
