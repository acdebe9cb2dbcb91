#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hosts other than the one the tests run on: tests/hosts/README describes them.

load helper

# host NAME: check it with the profile server.  It is unpacked once, for nothing here writes to it.
host()
{
	DIR=$BATS_FILE_TMPDIR/$1
	if [ ! -e "$DIR" ]; then
		mkdir "$DIR.part"
		tar -C "$DIR.part" -xzf "$TOP/tests/hosts/$1.tar.gz"
		mv "$DIR.part" "$DIR"
	fi
	run_apart "$TCPTUNE" check --root "$DIR" --profile server --json
	expect_status 0 2
	expect_no_stderr
	expect_json check
}

# expect EXPRESSION: it is true of the report d.
expect()
{
	[ "$(json "$1")" = True ] || complain "not so: $1"
}

# expect_absent KEY REASON
expect_absent()
{
	run "$TCPTUNE" explain "$1" --root "$DIR" --json
	[ "$(json 'd["sysctl"]["host"]["because"]')" = "$2" ] || complain "expected absent: $2"
}

# bats test_tags=slow
@test "every host can be read by people, too" {
	local archive name
	for archive in "$TOP"/tests/hosts/*.tar.gz; do
		name=$(basename "$archive" .tar.gz)
		host "$name"
		run_apart "$TCPTUNE" check --root "$DIR" -v
		expect_status 0 2
		expect_no_stderr
		expect_plain "$output"
		sed -n 's/.*More: tcptune explain //p' <<<"$output" >>"$BATS_TEST_TMPDIR/findings"
	done
	sort -u -o "$BATS_TEST_TMPDIR/findings" "$BATS_TEST_TMPDIR/findings"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/findings")" -ge 10 ] || complain 'too few findings to tell'
	while read -r name; do
		run "$TCPTUNE" explain "$name"
		expect_status 0
		expect_output 'Remedy'
	done <"$BATS_TEST_TMPDIR/findings"
}

@test "every archive is small and holds no absolute or climbing name" {
	local archive
	for archive in "$TOP"/tests/hosts/*.tar.gz; do
		[ "$(stat -c %s "$archive")" -lt 100000 ]
		run bash -c 'tar -tzPf "$1" | grep -E "^/|(^|/)\.\.(/|$)"' - "$archive"
		expect_status 1
	done
}

@test "debian12: the first namespace of a host with systemd" {
	host debian12
	expect 'd["host"]["kernel"].startswith("6.18.") and d["host"]["online"]'
	expect 'd["host"]["boot_reader"] == "systemd-sysctl"'
	expect 'd["host"]["memory_bytes"] == 24682416 * 1024 and d["host"]["cpus"] == 2'
	expect 'd["limits"]["nr_open"] == 1048576'
	run "$TCPTUNE" explain net.core.netdev_max_backlog --root "$DIR" --json
	[ "$(json 'd["sysctl"]["host"]["running"]')" = 1000 ] || complain "not the running value"
}

@test "container: what belongs to the host is absent for that reason" {
	host container
	expect_absent net.core.netdev_max_backlog host
	expect_absent net.ipv4.tcp_max_orphans host
}

@test "tiny-vm: memory decides what is wanted" {
	host tiny-vm
	expect 'd["host"]["memory_bytes"] < 64 << 20 and d["host"]["cpus"] == 1'
	expect '[s["running"] for s in d["settings"] if s["key"] == "net.ipv4.tcp_max_tw_buckets"] == ["512"]'
	expect '[p["comm"] for p in d["limits"]["processes"]] == ["busybox"]'
}

@test "no-ipv6: keys that came later are absent, and listeners are found" {
	host no-ipv6
	expect '[p["used"] for p in d["limits"]["processes"]] == [4]'
	[ ! -e "$DIR/proc/sys/net/ipv6" ]
	[ ! -e "$DIR/proc/net/tcp6" ]
	expect_absent net.ipv4.tcp_syn_linear_timeouts kernel
}

@test "no-ipv6: sockets tells of its listener, and what its files do not have" {
	host no-ipv6
	run_apart "$TCPTUNE" sockets --by listener --root "$DIR"
	expect_status 0
	expect_output 'looked at one by one in /proc/net/tcp (full)'
	expect_output '127.0.0.1:80  88 busybox'
	expect_output 'The limits of the queues and what was dropped are not known'
	run_apart "$TCPTUNE" sockets --root "$DIR" --json
	expect_json sockets
	[ "$(json 'd["sockets"]["source"], d["sockets"]["states"]["LISTEN"]')" = "('files', 1)" ] ||
		complain "not the listener"
}

@test "bad-settings: each of them is found" {
	host bad-settings
	expect_status 2
	local id
	for id in somaxconn-small syncookies-off port-range-small tw-reuse-without-timestamps \
		fin-timeout-short tw-buckets-small retries2-low tcp-wmem-order sack-off timestamps-off \
		abort-on-overflow; do
		expect "'$id' in [f['id'] for f in d['findings']]"
	done
	expect 'd["compliant"] is False'
	expect 'd["limits"]["nr_open"] == 65536 and d["limits"]["shell"]["soft"] == 256'
	expect '[s["verdict"] for s in d["settings"] if s["key"] == "net.ipv4.tcp_sack"] == ["differs"]'
}

@test "bad-settings: the boot brings what its files say" {
	host bad-settings
	expect '[s["boot"] for s in d["settings"] if s["key"] == "net.ipv4.tcp_syncookies"] == [
		{"value": "0", "from": "file", "file": "/etc/sysctl.d/60-web.conf", "line": 5}]'
	run "$TCPTUNE" explain net.ipv4.tcp_syncookies --root "$DIR"
	expect_output "systemd-sysctl 252: 0 (/etc/sysctl.d/60-web.conf:5)"
}

@test "bad-settings: the key of Fast Open is nowhere in it" {
	run bash -c 'gzip -dc "$1" | grep -ac 00000001-00000002' - "$TOP/tests/hosts/bad-settings.tar.gz"
	expect_status 1
}
