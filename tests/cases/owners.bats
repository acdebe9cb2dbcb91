#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What check and explain say of other people's lines and programs.

load helper

setup()
{
	HOST=$BATS_TEST_TMPDIR/host
	mkdir -p "$HOST"/etc/{sysctl.d,ufw,default} "$HOST"/usr/lib/systemd \
		"$HOST"/proc/sys/{net/{core,ipv4},kernel}
	touch "$HOST/usr/lib/systemd/systemd"
	echo 6.8.0-1-amd64 >"$HOST/proc/sys/kernel/osrelease"
	echo 4096 >"$HOST/proc/sys/net/core/somaxconn"
	echo 1 >"$HOST/proc/sys/net/ipv4/tcp_syncookies"
	LINES_FILE=$HOST/etc/sysctl.d/50-x.conf
}

# found ID: the evidence of that finding of `check`, or nothing.
found()
{
	run_apart "$TCPTUNE" check --json --root "$HOST" --persist
	expect_status 0 2
	json '"\n".join(e for f in d["findings"] if f["id"] == "'"$1"'" for e in f["evidence"])'
}

enable_ufw()
{
	echo ENABLED=yes >"$HOST/etc/ufw/ufw.conf"
	echo IPT_SYSCTL=/etc/ufw/sysctl.conf >"$HOST/etc/default/ufw"
	echo "$1" >"$HOST/etc/ufw/sysctl.conf"
}

@test "check finds dead and misspelt lines, each with its place" {
	printf '%s\n' '# mine' 'net.ipv4.tcp_tw_recycle = 1' 'net.core.somaxcon = 1' >"$LINES_FILE"
	[[ $(found sysctl-removed-key) == "/etc/sysctl.d/50-x.conf:2: net.ipv4.tcp_tw_recycle = 1: removed in Linux 4.12."* ]]
	[[ $(found sysctl-misspelt-key) == "/etc/sysctl.d/50-x.conf:3: net.core.somaxcon = 1: "*"net.core.somaxconn"* ]]
}

@test "check has nothing to say about good lines" {
	printf '%s\n' '# mine' 'net.core.somaxconn = 4096' 'kernel.sysrq = 1' >"$LINES_FILE"
	run_apart "$TCPTUNE" check --json --root "$HOST" --persist
	[ "$(json '[f["id"] for f in d["findings"] if f["id"].startswith("sysctl-")]')" = '[]' ]
}

@test "check finds settings in a file nobody reads at boot" {
	echo 'net.core.somaxconn = 1024' >"$HOST/etc/sysctl.conf"
	[[ $(found sysctl-file-not-read) == "/etc/sysctl.conf: 1 setting"* ]]
	ln -s ../sysctl.conf "$HOST/etc/sysctl.d/99-sysctl.conf"
	[ -z "$(found sysctl-file-not-read)" ]
}

@test "check warns of who may change a value later, and not of who sets the same" {
	echo 'net.core.somaxconn = 4096' >"$LINES_FILE"
	enable_ufw 'net/core/somaxconn=128'
	run_apart "$TCPTUNE" check --json --root "$HOST" --persist --only net.core.somaxconn
	[ "$(json 'd["warnings"]')" = \
		"['net.core.somaxconn may be changed later by ufw, /etc/ufw/sysctl.conf:1']" ]

	enable_ufw 'net/core/somaxconn=4096'
	run_apart "$TCPTUNE" check --json --root "$HOST" --persist --only net.core.somaxconn
	[ "$(json 'd["warnings"]')" = '[]' ]
}

@test "explain marks a faulty line and names the other owners" {
	echo 'net.core.somaxconn = 010000' >"$LINES_FILE"
	enable_ufw 'net/core/somaxconn=128'
	run_apart "$TCPTUNE" explain net.core.somaxconn --json --root "$HOST"
	expect_status 0
	expect_json explain
	[ "$(json 'd["assignments"][0]["wrong"]')" = "read as octal: 4096" ]
	[ "$(json '[[o[k] for k in ("who", "file", "line", "value", "when")] for o in d["owners"]]')" = \
		"[['ufw', '/etc/ufw/sysctl.conf', 1, '128', 'boot']]" ]

	run_apart "$TCPTUNE" explain net.core.somaxconn --root "$HOST"
	[[ $output == *"wrong: read as octal: 4096"*"Who else sets it"*"ufw sets net.core.somaxconn = 128"* ]]
	run_apart "$TCPTUNE" explain net.ipv4.tcp_sack --json --root "$HOST"
	[ "$(json 'd["owners"]')" = '[]' ]
}
