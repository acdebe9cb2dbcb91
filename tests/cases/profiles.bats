#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a profile asks for must be possible together.

load helper

# refused TEXT: the profile on stdin does not validate, for this reason; nor is it used.
refused()
{
	cat >"$BATS_TEST_TMPDIR/p.conf"
	run_apart "$TCPTUNE" profiles --validate "$BATS_TEST_TMPDIR/p.conf"
	expect_status 1
	expect_output "$1"
	run_apart "$TCPTUNE" check --profile "$BATS_TEST_TMPDIR/p.conf"
	expect_status 1
	expect_stderr "$1"
}

accepted()
{
	cat >"$BATS_TEST_TMPDIR/p.conf"
	run_apart "$TCPTUNE" profiles --validate "$BATS_TEST_TMPDIR/p.conf"
	expect_status 0
}

@test "no limit may be above the fs.nr_open that a profile wants" {
	refused 'p.conf:3: pam:*: 1000000 is above fs.nr_open' <<-'EOF'
	summary = "x";
	sysctl = ( { key = "fs.nr_open"; exact = "524288"; accept_risk = true; } );
	nofile = ( { for = "pam:*"; hard = "1000000"; } );
	EOF
	accepted <<-'EOF'
	summary = "x";
	sysctl = ( { key = "fs.nr_open"; at_least = "524288"; accept_risk = true; } );
	nofile = ( { for = "pam:*"; hard = "1000000"; } );
	EOF
}

@test "TIME_WAIT cannot be reused without timestamps" {
	refused 'p.conf:3: net.ipv4.tcp_timestamps: without timestamps' <<-'EOF'
	summary = "x";
	sysctl = ( { key = "net.ipv4.tcp_tw_reuse"; one_of = ( "1", "2" ); },
	  { key = "net.ipv4.tcp_timestamps"; exact = "0"; } );
	EOF
	accepted <<-'EOF'
	summary = "x";
	sysctl = ( { key = "net.ipv4.tcp_tw_reuse"; exact = "0"; },
	  { key = "net.ipv4.tcp_timestamps"; exact = "0"; } );
	EOF
}

@test "no port range begins below the first unprivileged port" {
	refused 'p.conf:3: net.ipv4.ip_local_port_range: the kernel takes no range' <<-'EOF'
	summary = "x";
	sysctl = ( { key = "net.ipv4.ip_unprivileged_port_start"; exact = "8000"; accept_risk = true; },
	  { key = "net.ipv4.ip_local_port_range"; exact = "4096 60999"; } );
	EOF
	accepted <<-'EOF'
	summary = "x";
	sysctl = ( { key = "net.ipv4.ip_unprivileged_port_start"; exact = "1024"; accept_risk = true; },
	  { key = "net.ipv4.ip_local_port_range"; exact = "4096 60999"; } );
	EOF
}

# mistakes N: a profile with N of them, and a parent that is not there in line 2.
mistakes()
{
	printf 'summary = "x";\ninherits = ( "nobody" );\nsysctl = (\n'
	printf '{ key = "net.core.no_such_%d"; exact = "1"; },\n' $(seq "$1")
	printf ');\n'
}

@test "all mistakes are told at once" {
	mistakes 40 >"$BATS_TEST_TMPDIR/p.conf"
	run_apart "$TCPTUNE" profiles --validate "$BATS_TEST_TMPDIR/p.conf"
	expect_status 1
	expect_output 'p.conf:2: inherits: '
	expect_output 'p.conf:43: '
	expect_output 'p.conf: 41 mistakes'
	[ "$(wc -l <<<"$output")" = 42 ] || complain "not a line for each"

	run_apart "$TCPTUNE" profiles --validate "$BATS_TEST_TMPDIR/p.conf" --json
	expect_status 1
	expect_json profiles
	[ "$(json 'len(d["problems"]), d["more"]')" = '(41, 0)' ] || complain "not all of them"
}

@test "so many mistakes that nobody reads them are counted" {
	{
		printf 'summary = "'
		head -c 20000 /dev/zero | tr '\0' '\1'
		echo '";'
	} >"$BATS_TEST_TMPDIR/p.conf"
	run_apart "$TCPTUNE" profiles --validate "$BATS_TEST_TMPDIR/p.conf"
	expect_status 1
	[[ $output == *$'\n10000 more not shown\n'*'p.conf: 20000 mistakes' ]] ||
		complain "the rest is not counted"
}
