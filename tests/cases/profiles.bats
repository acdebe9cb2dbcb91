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
