#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A capture is the host, as far as --root looks at it, and without its secrets.
#
# shellcheck disable=SC2016 # a shell inside expands them

load helper

setup()
{
	need_command capture
	DIR=$BATS_TEST_TMPDIR
}

# tree PATH TEXT: a file of a host that does not exist.
tree()
{
	mkdir -p "$DIR/host/$(dirname "$1")"
	printf '%s\n' "$2" >"$DIR/host/$1"
}

unpack()
{
	mkdir -p "$DIR/copy"
	tar -C "$DIR/copy" -xf "$DIR/host.tar"
}

# What differs between two runs on one host anyway: its root, and the files open just now.
without_the_moment()
{
	/usr/bin/python3 -c '
import json, sys
QUEUES = {"accept-queue-backlog", "accept-queue-somaxconn", "accept-queue-old-limit",
          "accept-loop-slow",
          "listener-before-somaxconn", "listener-above-somaxconn"}
QUIET = {"half-open-suspects", "keepalive-not-set"}
d = json.load(sys.stdin)
d["host"]["root"] = d["limits"]["file_used"] = d["counters"] = d["sockets"]["source"] = None
# What /proc/net does not have, no copy of it does: the limits of accept queues, and quiet.
lost = {n["id"] for n in d["not_evaluated"] if "/proc/net/tcp has none" in n["reason"]
        or "have been quiet is not known" in n["reason"]}
assert lost <= QUEUES | QUIET, lost
d["not_evaluated"] = [n for n in d["not_evaluated"] if n["id"] not in QUEUES | QUIET]
for listener in d["sockets"]["listeners"]:  # what only the kernel knows of it
    listener["full"] = listener["device"] = listener["drops"] = None
    listener["limit"] = listener["limit_min"] = listener["limit_max"] = None
for process in d["limits"]["processes"]:
    process["used"] = None
print(json.dumps(d, indent=1, sort_keys=True))'
}

# with_settings WORD...: run it in a namespace with files of its own that set something.
with_settings()
{
	in_netns -m bash -c '
		set -e
		mkdir -p /etc/sysctl.d /etc/security/limits.d
		mount -t tmpfs none /etc/sysctl.d
		mount -t tmpfs none /etc/security/limits.d
		printf "%s\n" "net.ipv4.tcp_syncookies = 0" "net.core.somaxconn = 77" \
			"net.ipv4.tcp_available_congestion_control = cubic" \
			"net.ipv4.conf.*.rp_filter = 2" >/etc/sysctl.d/50-test.conf
		echo "* - nofile 5000" >/etc/security/limits.d/50-test.conf
		exec "$@"' - "$@"
}

# bats test_tags=slow
@test "check of an unpacked capture says what check says on the host" {
	need_netns
	cat >"$DIR/listener.py" <<-'PY'
	import socket, subprocess, sys
	program, out = sys.argv[1:]
	s = socket.create_server(("", 8080), backlog=7)
	for name, words in (("here.json", ["check", "--full-walk", "--json"]), ("host.tar", ["capture"])):
	    with open(f"{out}/{name}", "w") as f:
	        subprocess.run([program, *words], stdout=f, stderr=subprocess.DEVNULL)
	PY
	sed -i 's/^\t//' "$DIR/listener.py"
	with_settings /usr/bin/python3 "$DIR/listener.py" "$TCPTUNE" "$DIR"
	unpack

	run "$TCPTUNE" check --root "$DIR/copy" --full-walk --json
	expect_status 0 2
	without_the_moment <"$DIR/here.json" >"$DIR/a"
	without_the_moment <<<"$output" >"$DIR/b"
	diff -u "$DIR/a" "$DIR/b"
	grep -q '"comm": "python3' "$DIR/a" || complain "the listener is not in the report"
	grep -q '"file": "/etc/sysctl.d/50-test.conf"' "$DIR/a" || complain "no line has an effect"
	grep -q '"file": "/etc/security/limits.d/50-test.conf"' "$DIR/a" ||
		complain "no limit has an effect"
}

# bats test_tags=slow
@test "a capture of a capture is the same capture" {
	"$TCPTUNE" capture >"$DIR/host.tar" 2>/dev/null
	unpack
	"$TCPTUNE" capture --root "$DIR/copy" >"$DIR/again.tar"
	mkdir "$DIR/again"
	tar -C "$DIR/again" -xf "$DIR/again.tar"
	rm "$DIR/again/tcptune-capture.txt" "$DIR/copy/tcptune-capture.txt"
	diff -r --no-dereference "$DIR/copy" "$DIR/again"
}

@test "the same host gives the same bytes" {
	tree etc/sysctl.d/10-a.conf 'net.core.somaxconn = 4096'
	tree proc/sys/net/core/somaxconn 4096
	"$TCPTUNE" capture --root "$DIR/host" >"$DIR/1"
	"$TCPTUNE" capture --root "$DIR/host" >"$DIR/2"
	cmp "$DIR/1" "$DIR/2"
}

@test "no secret is in a capture" {
	tree etc/shadow hunter2
	tree etc/passwd 'root:hunter2:0:0:hunter2:/root:/bin/sh'
	tree etc/group 'root:hunter2:0:'
	tree root/.profile hunter2
	tree etc/ssl/private/x.key hunter2
	tree proc/sys/net/ipv4/tcp_fastopen_key hunter2
	tree proc/sys/kernel/core_pattern hunter2
	tree proc/cmdline 'quiet token=hunter2 sysctl.net.ipv4.tcp_fastopen_key=hunter2'
	tree proc/1/environ hunter2
	tree proc/1/status 'Name: hunter2'
	tree etc/sysctl.d/1.conf 'net.ipv4.tcp_fastopen_key = hunter2'
	tree etc/systemd/system/a.service 'ExecStart=/bin/a --key hunter2'
	tree etc/profile 'export TOKEN=hunter2'
	tree etc/docker/daemon.json '{ "registry-token": "hunter2" }'
	tree etc/sysctl.d/3.conf $' net.ipv4.tcp_fastopen_key hunter2\n# password hunter2'
	tree etc/sysctl.d/4.conf $'net/ipv4/tcp_fastopen_key : hunter2\nx = 1 # hunter2'
	tree etc/pam.d/x 'auth required pam_mysql.so passwd=hunter2'
	tree etc/pam.d/y $'# hunter2\nauth required pam_foo.so bindpw=hunter2'
	tree etc/pam.d/z $'session optional pam_exec.so /bin/x hunter2\nhunter2\nauth hunter2'
	tree etc/security/limits.conf $'* soft nofile 5 # hunter2\n# hunter2'
	tree var/lib/cloud/instance/user-data.txt 'password: hunter2'
	tree etc/rc.local 'curl -u a:hunter2 x'
	ln -s ../shadow "$DIR/host/etc/sysctl.d/2.conf"
	"$TCPTUNE" capture --root "$DIR/host" >"$DIR/host.tar" 2>/dev/null

	unpack
	[ -e "$DIR/copy/etc/docker/daemon.json" ]
	grep -q '^session optional pam_exec.so *$' "$DIR/copy/etc/pam.d/z"
	run grep -rl hunter2 "$DIR/host.tar" "$DIR/copy"
	expect_status 1
}

@test "an anonymized capture names no host, user or address" {
	tree proc/sys/kernel/hostname secrethost
	tree proc/sys/net/core/somaxconn 4096
	tree etc/passwd 'alice:x:1000:1000:::'
	tree etc/security/limits.conf 'alice - nofile 5000 # for alice on secrethost'
	tree etc/sysctl.d/1.conf '# secrethost is 203.9.8.7'
	tree proc/net/tcp '  sl  local_address
   0: 070809CB:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0'
	"$TCPTUNE" capture --anonymize --root "$DIR/host" >"$DIR/host.tar" 2>/dev/null

	run grep -acE 'secrethost|alice|203\.9\.8\.7|070809CB' "$DIR/host.tar"
	expect_status 1
	unpack
	grep -q '^host$' "$DIR/copy/proc/sys/kernel/hostname"
	grep -q '^user1 - nofile 5000 #$' "$DIR/copy/etc/security/limits.conf"
	grep -q ' 010200C0:1F90 00000000:0000 ' "$DIR/copy/proc/net/tcp"
}

@test "names of any bytes survive" {
	tree $'etc/sysctl.d/a\n\e[31m\xff b.conf' 'net.core.somaxconn = 1'
	"$TCPTUNE" capture --root "$DIR/host" >"$DIR/host.tar"
	unpack
	diff -r "$DIR/host/etc/sysctl.d" "$DIR/copy/etc/sysctl.d"
}

# bats test_tags=slow
@test "a key that cannot be read is not absent in the copy" {
	tree proc/sys/net/core/somaxconn/x 1
	tree proc/sys/net/ipv4/tcp_sack $'\e[31m'
	tree proc/sys/net/ipv4/tcp_syncookies 1
	head -c 5000000 /dev/zero | tr '\0' 1 >"$DIR/host/proc/sys/net/ipv4/tcp_fin_timeout"
	mkfifo "$DIR/host/proc/sys/net/ipv4/tcp_tw_reuse"
	ln -s tcp_sack "$DIR/host/proc/sys/net/ipv4/tcp_timestamps"
	"$TCPTUNE" capture --root "$DIR/host" >"$DIR/host.tar" 2>/dev/null
	unpack

	local key root
	for root in host copy; do
		for key in net.core.somaxconn net.ipv4.tcp_{sack,fin_timeout,tw_reuse,timestamps}; do
			run "$TCPTUNE" explain "$key" --root "$DIR/$root" --json
			[ "$(json 'd["sysctl"]["host"]["state"]')" = unreadable ] ||
				complain "not unreadable in $root: $key"
		done
		run "$TCPTUNE" explain net.ipv4.tcp_window_scaling --root "$DIR/$root" --json
		[ "$(json 'd["sysctl"]["host"]["state"]')" = absent ] || complain "not absent"
	done
}

@test "an archive is not written to a terminal" {
	need script
	run script -qec "'$TCPTUNE' capture" /dev/null
	expect_status 1
	expect_output "not for a terminal"
	[ "${#output}" -lt 500 ]
}

@test "a capture that cannot be written fails" {
	run_apart bash -c '"$0" capture >/dev/full' "$TCPTUNE"
	expect_status 1
	expect_stderr "standard output"
}

# bats test_tags=slow
@test "an ordinary user can capture, and is told what is missing" {
	need_root
	public_copy
	tree proc/sys/net/core/somaxconn 4096
	tree etc/sysctl.d/private.conf 'a = 1'
	chmod 0600 "$DIR/host/etc/sysctl.d/private.conf"
	run_apart as_nobody bash -c '"$0" capture --root "$1" >/dev/null' "$PUBLIC" "$DIR/host"
	expect_status 0
	expect_stderr "/etc/sysctl.d/private.conf could not be read"
}
