#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# check --format prometheus and nagios, and what packaging/monitoring makes of them.

load helper

setup()
{
	PATH=$PATH:$B/tools/usr/bin:/sbin:/usr/sbin
}

# in_state SHELL-COMMANDS WORD...: tcptune in a namespace where they were run first.
in_state()
{
	# shellcheck disable=SC2016 # the inner shell expands
	run_apart in_netns sh -c 'cd /proc/sys/net && eval "$1" && shift && exec "$@"' sh "$1" \
		"$TCPTUNE" check --runtime "${@:2}"
}

# One line: "TCPTUNE $1: ...$2... | figures".
expect_plugin()
{
	[ "${#lines[@]}" = 1 ] || complain "expected one line"
	[[ $output =~ ^TCPTUNE\ $1:\ [^\|]*$2[^\|]*\ \|(\ [a-z]+=[0-9]+(;[0-9]*){1,4})+$ ]] ||
		complain "expected $1, $2 and figures"
	expect_plain "$output"
	expect_no_stderr
}

# bats test_tags=slow
@test "a plugin's line and status: 0 all well, 1 drift, 2 critical" {
	need_netns
	in_state 'echo 1 >ipv4/tcp_mtu_probing' --format nagios
	expect_status 0
	expect_plugin OK 'is as profile server wants it'

	in_state 'echo 128 >core/somaxconn; echo 0 >ipv4/tcp_sack' --format nagios
	expect_status 1
	expect_plugin WARNING 'net.core.somaxconn, net.ipv4.tcp_mtu_probing, net.ipv4.tcp_sack'
	[[ $output == *'| drift=3;0;;0;'* ]] || complain "three differ"

	in_state 'echo 0 >ipv4/tcp_keepalive_probes' --format nagios
	expect_status 2
	expect_plugin CRITICAL 'settings differ'
	[[ $output == *' critical=1;;0;0 '* ]] || complain "one is critical"
}

@test "a plugin that could not check says so on its line: 3" {
	for words in '--profile no-such' '--no-such-option' '--root /no/such/dir' '--netns no-such'; do
		# shellcheck disable=SC2086 # two words
		run_apart "$TCPTUNE" check --format nagios $words
		expect_status 3
		[[ $output == 'TCPTUNE UNKNOWN: '* ]] || complain "expected a line"
		[ "${#lines[@]}" = 1 ] || complain "expected one line"
		expect_no_stderr
	done
	mkdir -p "$BATS_TEST_TMPDIR/etc"
	run_apart "$TCPTUNE" check --format nagios --root "$BATS_TEST_TMPDIR" --runtime
	expect_status 3
	[[ $output == 'TCPTUNE UNKNOWN: nothing of '* ]] || complain "nothing was there"
}

@test "a line that cannot be written is no good news for a plugin" {
	run bash -c '"$1" check --format nagios >/dev/full' - "$TCPTUNE"
	expect_status 3
}

@test "a host's name cannot end the plugin's line or steer a terminal" {
	mkdir -p "$BATS_TEST_TMPDIR/etc" "$BATS_TEST_TMPDIR/proc/sys/kernel"
	printf 'a|b\033[2J"\\x\n' >"$BATS_TEST_TMPDIR/proc/sys/kernel/hostname"
	run_apart "$TCPTUNE" check --format nagios --root "$BATS_TEST_TMPDIR"
	expect_plugin WARNING 'a/b'
	run_apart "$TCPTUNE" check --format prometheus --root "$BATS_TEST_TMPDIR"
	expect_metrics
}

# What a collector refuses: no HELP and TYPE before a sample, a series twice, bad syntax.
expect_metrics()
{
	expect_status 0
	expect_plain "$output"
	expect_no_stderr
	/usr/bin/python3 -c '
import re, sys
typed, seen = set(), set()
for line in sys.stdin.read().split("\n")[:-1]:
    if line.startswith("# HELP "):
        name = line.split(" ")[2]
    elif line.startswith("# TYPE "):
        assert line == f"# TYPE {name} gauge", line
        typed.add(name)
    else:
        m = re.fullmatch(r"(\w+)(\{(\w+=\"(\\[\\\"n]|[^\\\"\n])*\",?)+\})? -?[0-9.]+", line)
        assert m and m[1] == name and name in typed, line
        series = line.rsplit(" ", 1)[0]
        assert series not in seen, line
        seen.add(series)
assert seen
' <<<"$output" || complain "not the text format"
	if command -v promtool >/dev/null; then
		promtool check metrics <<<"$output" || complain "promtool does not take it"
	fi
}

# metric SERIES: its value.
metric()
{
	sed -n "s/^$1 //p" <<<"$output"
}

# bats test_tags=slow
@test "metrics say what check says, and exit 0 whatever it is" {
	need_netns
	in_state 'echo 1 >ipv4/tcp_mtu_probing' --format prometheus
	expect_metrics
	[ "$(metric tcptune_compliant)" = 1 ] || complain "compliant"
	[ "$(metric 'tcptune_findings{severity="critical"}')" = 0 ]

	in_state 'echo 0 >ipv4/tcp_keepalive_probes' --format prometheus
	expect_metrics
	[ "$(metric tcptune_compliant)" = 0 ] || complain "not compliant"
	[ "$(metric 'tcptune_settings{verdict="differs"}')" = 2 ] || complain "two differ"
	[ "$(metric 'tcptune_setting_compliant{key="net.ipv4.tcp_keepalive_probes"}')" = 0 ]
	[ "$(metric 'tcptune_setting_compliant{key="net.ipv4.tcp_sack"}')" = 1 ]
	[ "$(metric 'tcptune_finding{id="keepalive-probes-zero",severity="critical",fixed_by="sysctl"}')" = 1 ] ||
		complain "the finding"

	mkdir -p "$BATS_TEST_TMPDIR/etc"
	run_apart "$TCPTUNE" check --format prometheus --root "$BATS_TEST_TMPDIR" --runtime
	expect_metrics
	[ -z "$(metric tcptune_compliant)" ] || complain "what was not judged is neither 0 nor 1"
}

# bats test_tags=slow
@test "metrics of every host, whole or not at all" {
	local archive
	for archive in "$TOP"/tests/hosts/*.tar.gz; do
		mkdir -p "$BATS_TEST_TMPDIR/host"
		tar -C "$BATS_TEST_TMPDIR/host" -xzf "$archive"
		run_apart "$TCPTUNE" check --format prometheus --root "$BATS_TEST_TMPDIR/host"
		expect_metrics
		rm -rf "$BATS_TEST_TMPDIR/host"
	done
	run_apart "$TCPTUNE" check --format prometheus --profile no-such
	expect_status 1
	[ -z "$output" ] || complain "half of it"
	run bash -c '"$1" check --format prometheus >/dev/full' - "$TCPTUNE"
	expect_status 1
}

@test "what goes with what" {
	run_apart "$TCPTUNE" check --format nagios --json
	expect_status 1 3
	expect_output 'exclude each other'
	run_apart "$TCPTUNE" check --format json
	expect_status 0 2
	expect_json check
	run_apart "$TCPTUNE" check --format sysctl
	expect_status 1
	expect_stderr "--format takes one of prometheus, nagios, json, not 'sysctl'"
	run_apart "$TCPTUNE" check --format xml
	expect_status 1
	expect_stderr "--format takes one of prometheus, nagios,"
	run "$TCPTUNE" check --help
	expect_output 'print it in this form: prometheus, nagios, json'
}

# bats test_tags=once
@test "the alerts and the dashboard ask for metrics that exist" {
	local metrics name
	metrics=$("$TCPTUNE" check --format prometheus | sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p')
	for file in "$TOP"/packaging/monitoring/*.{yml,json}; do
		while read -r name; do
			grep -qx "$name" <<<"$metrics" || complain "$file: $name is no metric"
		done < <(grep -oE '\btcptune_[a-z_]+' "$file" | sort -u)
	done
	/usr/bin/python3 -m json.tool "$TOP/packaging/monitoring/grafana-dashboard.json" >/dev/null
}

# bats test_tags=slow,once
@test "promtool takes the alert rules, and they fire as they should" {
	need promtool
	cd "$TOP/packaging/monitoring"
	run promtool check rules alerts.yml
	expect_status 0
	expect_output 'SUCCESS'
	run promtool test rules "$TOP/tests/alerts.yml"
	expect_status 0

	# The dashboard's questions, as rules.
	/usr/bin/python3 - grafana-dashboard.json >"$BATS_TEST_TMPDIR/asked.yml" <<-'PY'
	import json, sys
	panels = json.load(open(sys.argv[1]))["panels"]
	rules = [{"record": f"asked:{p['id']}", "expr": t["expr"].replace("$instance", ".*")}
	         for p in panels for t in p["targets"]]
	print(json.dumps({"groups": [{"name": "asked", "interval": "1m", "rules": rules}]}))
	PY
	run promtool check rules "$BATS_TEST_TMPDIR/asked.yml"
	expect_status 0
	expect_output '8 rules'
}
