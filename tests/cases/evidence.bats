#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel counts and what live sockets prove, in namespaces of the
# tests' own.
#
# shellcheck disable=SC2016 # a shell inside expands them

# bats file_tags=slow

load helper

# The last of them asks what the others have tried.
setup_file()
{
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
}

setup()
{
	need_netns
	need_command check
}

@test "check says what the kernel counts, in this namespace" {
	run_apart in_netns "$TCPTUNE" check --runtime --json
	expect_json check
	[ "$(json 'd["counters"]["TcpActiveOpens"]')" = 0 ] || complain "not a new namespace's"
	[ "$(json 'd["interval"]')" = None ] || complain "no interval was asked for"

	run_apart "$TCPTUNE" check --runtime --json
	[ "$(json 'len(d["counters"]) > 40')" = True ] || complain "counters are missing"
}

@test "each counter is what the kernel's files say" {
	# A namespace without traffic: nothing moves between two looks.  The rest is the host's.
	run_apart in_netns bash -c '"$TCPTUNE" check --runtime --json >"$1"; cat /proc/net/snmp /proc/net/netstat' \
		- "$BATS_TEST_TMPDIR/json"
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/json" <<<"$output" 3<&0 <<-'PY' || complain "they differ"
	import json, os, sys
	lines = os.fdopen(3).read().splitlines()
	real = {}
	for names, values in zip(lines[::2], lines[1::2]):
	    group, *names = names.split()
	    for name, value in zip(names, values.split()[1:]):
	        real[group.rstrip(":") + name] = int(value)
	told = {n: v for n, v in json.load(open(sys.argv[1]))["counters"].items() if n.startswith("Tcp")}
	assert len(told) > 40, told
	wrong = {n: (v, real.get(n)) for n, v in told.items() if real.get(n) != v}
	assert not wrong, wrong
	PY
}

@test "--interval tells what happened in it" {
	run_apart in_netns bash -c '
		ip link set lo up
		for _ in 1 2 3; do (: </dev/tcp/127.0.0.1/1) 2>/dev/null; done
		coproc later { sleep 0.3; (: </dev/tcp/127.0.0.1/1) 2>/dev/null; }
		"$TCPTUNE" check --runtime --json --interval 1s'
	expect_json check
	[ "$(json 'd["counters"]["TcpActiveOpens"]')" = 4 ] || complain "the total is another"
	[ "$(json 'd["interval"]["counters"]["TcpActiveOpens"]')" = 1 ] || complain "not the interval's"
	[ "$(json 'd["interval"]["milliseconds"] >= 1000')" = True ] || complain "too short"
	[ "$(json '"SockstatTcpTw" in d["interval"]["counters"]')" = False ] || complain "no total"
}

@test "--interval needs a host that runs" {
	mkdir -p "$BATS_TEST_TMPDIR/image/etc"
	run_apart "$TCPTUNE" check --root "$BATS_TEST_TMPDIR/image" --interval 1s
	expect_status 1
	expect_stderr "--interval needs a host that runs"
	run_apart "$TCPTUNE" check --interval 0s
	expect_status 1
	expect_stderr "--interval takes a time from 1s to 1d"
}

@test "counters that no kernel writes are a warning with file and line" {
	mkdir -p "$BATS_TEST_TMPDIR/host/proc/sys/net/ipv4" "$BATS_TEST_TMPDIR/host/proc/net"
	echo 0 >"$BATS_TEST_TMPDIR/host/proc/sys/net/ipv4/tcp_sack"
	printf 'Tcp: OutRsts\nTcp: \033[31m\n' >"$BATS_TEST_TMPDIR/host/proc/net/snmp"
	run_apart "$TCPTUNE" check --runtime --root "$BATS_TEST_TMPDIR/host" --json
	expect_status 2
	expect_json check
	[ "$(json 'd["counters"]')" = '{}' ] || complain "something is believed"
	[ "$(json 'd["warnings"][-1]')" = "/proc/net/snmp:2: a number was expected; what the kernel counts is not judged" ] ||
		complain "the warning is another"
}

@test "--fail-on makes findings count" {
	local level

	# In a new namespace the settings differ or not; what is wanted here is only sack.
	for level in never critical; do
		run_apart in_netns bash -c 'sysctl -qw net.ipv4.tcp_sack=0 &&
			"$TCPTUNE" check --runtime --only net.ipv4.tcp_window_scaling --fail-on '$level
		expect_status 0
		expect_output "selective acknowledgements are off"
	done
	for level in warning info; do
		run_apart in_netns bash -c 'sysctl -qw net.ipv4.tcp_sack=0 &&
			"$TCPTUNE" check --runtime --only net.ipv4.tcp_window_scaling --fail-on '$level
		expect_status 2
		expect_output "COMPLIANT"
	done
	run_apart "$TCPTUNE" check --fail-on grave
	expect_status 1
	expect_stderr "--fail-on takes one of never, info, warning, critical"
}

# The conditions of tests/conditions: each rule with what makes it true, and with
# a little less of it.  What cannot be had in a namespace is tried in a machine of
# its own ("make vm": vm/vm.bats), or has fixtures alone, in test_rules_*.c.
ELSEWHERE="
port-range-below-unprivileged    the kernel refuses to write such a pair
tw-recycle-on                    kernels since 4.12 do not have the key
congestion-control-not-available the kernel refuses one that it has not, and keeps one in use
max-orphans-zero                 make vm: net.ipv4.tcp_max_orphans is the host's
orphans-killed                   make vm: net.ipv4.tcp_max_orphans is the host's
orphans-near-limit               make vm: net.ipv4.tcp_max_orphans is the host's
keepalive-after-conntrack        make vm: nothing is tracked without rules of a firewall
tcp-mem-order                    make vm: net.ipv4.tcp_mem is the host's
tcp-mem-above-memory             make vm: net.ipv4.tcp_mem is the host's
tcp-memory-near                  make vm: net.ipv4.tcp_mem is the host's
tcp-memory-pressure              make vm: net.ipv4.tcp_mem is the host's
udp-buffer-large                 make vm: net.core.rmem_default is the host's
congestion-control-not-allowed   make vm: the list of those allowed is the host's
slow-start-after-idle-void       make vm: only where a new namespace begins with bbr
netdev-backlog-zero              make vm: net.core.netdev_max_backlog is the host's
netdev-backlog-unlimited         make vm: net.core.netdev_max_backlog is the host's
netdev-budget-zero               make vm: net.core.netdev_budget is the host's
softnet-drops                    make vm: the queues of the processors are the host's
softnet-squeezed                 make vm: the queues of the processors are the host's
conntrack-chains-long            make vm: net.netfilter.nf_conntrack_max is the host's
conntrack-near-full              make vm: net.netfilter.nf_conntrack_max is the host's
conntrack-drops                  make vm: net.netfilter.nf_conntrack_max is the host's
nofile-above-nr-open             make vm: fs.nr_open is the host's
file-max-near                    make vm: fs.file-max is the host's"

# with CONDITION N [OPTION...]: check while there is N times that condition.
with()
{
	run_apart in_netns "$B/tests/conditions/conditions" "$1" "$2" \
		"$TCPTUNE" check --runtime --json "${@:3}"
	expect_status 0 2
	expect_json check
}

found()
{
	[ "$(json "'$1' in [f['id'] for f in d['findings']]")" = "${2:-True}" ] ||
		complain "$1: expected ${2:-True}"
}

# finds RULE CONDITION N NEAR [N] [OPTION...]: N times the condition makes the rule
# true; the near miss is a number, or another condition N times.
finds()
{
	local rule=$1 condition=$2 n=$3 near=$4

	shift 4
	echo "$rule" >>"$BATS_FILE_TMPDIR/tried"
	with "$condition" "$n" "$@"
	found "$rule"
	if [[ $near == [0-9]* ]]; then
		with "$condition" "$near" "$@"
	else
		with "$near" "$n" "$@"
	fi
	found "$rule" False
}

@test "a full accept queue: whose limit, and does the application accept at all" {
	finds accept-queue-backlog backlog-of-3 4 3
	finds accept-queue-backlog backlog-of-3 4 somaxconn-of-3
	finds accept-queue-somaxconn somaxconn-of-3 4 3
	finds accept-queue-somaxconn somaxconn-of-3 4 backlog-of-3
	finds accept-loop-slow backlog-of-3 4 3 --interval 1s
	finds accept-queue-overflows overflows-of-the-past 20 5
	# What a scanner takes back, or finds no way back, is dropped at the listener, too.
	with scanned 30
	found accept-queue-backlog False
	with unroutable-clients 30
	found accept-queue-backlog False
	with backlog-of-3 4
	found accept-loop-slow False
	[ "$(json '[n["reason"] for n in d["not_evaluated"] if n["id"] == "accept-loop-slow"]')" = \
		"['it needs two samples (--interval)']" ] || complain "not evaluated, and why?"
}

@test "a listener from before somaxconn was changed" {
	finds listener-before-somaxconn raised-after-listen 2 raised-and-listened-again
	finds listener-before-somaxconn raised-from-128-after-listen 65 64
	finds listener-above-somaxconn lowered-to-128-after-listen 200 100
}

@test "a full queue with a limit from before: the same words in the table and the finding" {
	finds accept-queue-old-limit raised-from-128-after-listen 129 128
	finds accept-queue-old-limit raised-from-128-after-listen 129 raised-from-127-after-listen
	with raised-from-128-after-listen 129
	found accept-queue-backlog False
	[ "$(json '[f["remedy"][:20] for f in d["findings"] if f["id"] == "accept-queue-old-limit"]')" = \
		"['Restart it first: a ']" ] || complain "first things first"
	run_apart in_netns "$B/tests/conditions/conditions" raised-from-128-after-listen 129 \
		"$TCPTUNE" sockets --by listener
	expect_output 'full: 129 of 128 (limit: application, or an earlier somaxconn)'
}

@test "half-open connections: a flood, a short queue, cookies off, the three quarters" {
	finds syn-flood flood 200 50
	finds syn-queue-short clients-during-a-flood 40 clients-without-a-flood
	finds syn-queue-drops flood-without-cookies 40 flood-before-cookies
	finds syn-backlog-drops small-syn-backlog 40 small-syn-backlog-with-cookies
	finds syn-backlog-drops small-syn-backlog 40 unroutable-clients
	# A flood is no short queue, and the other way round.
	with flood 200
	found syn-queue-short False
	with clients-during-a-flood 40
	found syn-flood False
}

@test "ports run out, TIME_WAIT holds them, servers do not answer or refuse" {
	finds ports-running-out a-hundred-ports 80 79
	with a-hundred-ports 100
	[ "$(json '[f["severity"] for f in d["findings"] if f["id"] == "ports-running-out"]')" = \
		"['critical']" ] || complain "not critical with none left"
	finds time-wait-holds-ports time-wait-without-reuse 60 40
	finds time-wait-holds-ports time-wait-without-reuse 60 time-wait-at-the-client
	finds connects-unanswered no-answer 30 10
	finds connects-fail refused 120 60
	finds connects-fail refused 120 refused-among-many
	finds connects-fail refused 120 scanned
}

@test "who does not close" {
	finds close-wait-leak close-wait 60 40
	[[ $(json '[f["summary"] for f in d["findings"]]') != *"could not be seen"* ]] ||
		complain "nobody is named"
	with close-wait-near-the-limit 60
	[ "$(json '[f["severity"] for f in d["findings"] if f["id"] == "close-wait-leak"]')" = \
		"['critical']" ] || complain "not critical near EMFILE"
	[ "$(json 'any("conditions (pid " in e and "descriptors are left until EMFILE" in e for f in d["findings"] for e in f["evidence"])')" = True ] ||
		complain "the owner is not named"
	# One process that is about to run out is not lost among 8,000 connections.
	finds close-wait-leak leak-among-many 60 few-among-many --full-walk
	with leak-among-many 60 --full-walk
	[ "$(json '[f["severity"] for f in d["findings"] if f["id"] == "close-wait-leak"]')" = \
		"['critical']" ] || complain "not critical near EMFILE"
	# Workers that leak alike are all there.
	with leaking-workers 20
	[ "$(json '[sum("holds 20 of them" in e for e in f["evidence"]) for f in d["findings"] if f["id"] == "close-wait-leak"]')" = \
		"[5]" ] || complain "five of the workers should be named"
	[ "$(json 'any(e == "2 more processes hold 40 of them" for f in d["findings"] for e in f["evidence"])')" = True ] ||
		complain "the other two are lost"
	finds close-wait-unaccepted gave-up-in-the-queue 12 5
	finds fin-wait-2-held only-shut-down 60 40
	finds fin-wait-2-orphans peer-does-not-close 120 90
	finds closing-stuck peer-does-not-acknowledge 110 90
	# Whoever waits in the accept queue is no leak.
	with gave-up-in-the-queue 60
	found close-wait-leak False
}

# marks CONDITION N [STATE: SUMMARY]: what the diagram calls unhealthy then; nothing.
marks()
{
	run_apart in_netns "$B/tests/conditions/conditions" "$1" "$2" "$TCPTUNE" sockets --diagram
	expect_status 0
	if [ -n "${3-}" ]; then
		expect_output "$3"
	else
		[[ $output != *!* ]] || complain "$1: something is marked"
	fi
}

@test "the diagram marks what check warns of, and nothing else" {
	marks few-among-many 60
	marks peer-does-not-acknowledge 90
	marks peer-does-not-acknowledge 120 '! FIN_WAIT_1: 120 connections cannot finish closing'
	marks gave-up-in-the-queue 5
	marks gave-up-in-the-queue 12 '! CLOSE_WAIT: 12 clients gave up'
	marks only-shut-down 60 '! FIN_WAIT_2: 60 connections were shut down but not closed'
	marks peer-does-not-close 90 '! CLOSE_WAIT: 90 connections'
	[[ $output != *"! FIN_WAIT_2"* ]] || complain "check says nothing of these"
	marks peer-does-not-close 120 '! FIN_WAIT_2: 120 connections closed here wait for a peer'
	marks no-answer 10
	marks no-answer 30 '! SYN_SENT: 30 connects wait for an answer'
	marks somaxconn-of-3 3
	marks somaxconn-of-3 4 '! LISTEN: Clients meet a full accept queue at 127.0.0.1:8080'
}

@test "TIME_WAIT is harmless at the server, and overflows" {
	finds time-wait-harmless server-closes-first 1100 900
	finds time-wait-harmless server-closes-first 1100 client-closes-first
	finds tw-buckets-overflow ten-tw-buckets 30 9
}

@test "who resets" {
	finds resets-linger-zero lingers-zero 120 90
	finds resets-linger-zero lingers-zero 120 client-closes-first
	finds resets-unread-data leaves-data 120 reads-before-it-closes
	finds connections-time-out times-out 120 60
	finds resets-from-peers listener-closes 120 40
	# Told apart: one reason is not another's.
	with lingers-zero 120
	found resets-from-peers False
	found resets-unread-data False
}

@test "connections that are dead, silent, or not read" {
	finds half-open-suspects quiet-abroad 120 40
	finds half-open-suspects quiet-abroad 120 keep-alive-abroad
	finds half-open-suspects quiet-abroad 120 quiet-at-home
	# Empty queues are no silence.
	finds half-open-suspects quiet-abroad 120 talking-abroad
	finds half-open-suspects quiet-abroad 120 idle-abroad
	finds keepalive-not-set quiet-abroad 60 40
	finds keepalive-not-set quiet-abroad 60 keep-alive-abroad
	finds keepalive-not-set quiet-abroad 60 quiet-at-home
	finds keepalive-not-set quiet-abroad 60 talking-abroad
	finds keepalive-late keep-alive-late 30 keep-alive-early
	finds keepalive-late lowered-keepalive 30 keep-alive
	finds peers-silent silent-peers 30 10
	finds peers-silent silent-peers 30 shaking-hands
	finds retransmissions lossy-path 30 5
	finds zero-window-peer nobody-reads 12 4
	finds zero-window-ours nobody-reads 12 4
	finds receive-pruned shrunk-buffers 12 5
	finds backlog-drops stalled 12 not-stalled
}

@test "check does not wait for a socket whose owner holds its lock" {
	with stalled-among-many 200
	found keepalive-not-set False
	[ "$(json '[n["reason"] for n in d["not_evaluated"] if n["id"] == "half-open-suspects"]')" = \
		"['for how long connections have been quiet is not known']" ] || complain "is it known?"
	[ "$(json 'd["warnings"][-1]')" = "for how long connections have been quiet is not known: the kernel did not answer in time" ] ||
		complain "it is not told why"
}

@test "descriptors run out, and select() is endangered" {
	finds descriptors-near few-descriptors-left 85 70
	finds descriptors-near few-descriptors-left-to-listen 85 70
	echo select-hazard >>"$BATS_FILE_TMPDIR/tried"
	run_apart "$TCPTUNE" check --profile client --json
	found select-hazard
	run_apart "$TCPTUNE" check --profile server --json
	found select-hazard False
}

@test "what settings prove, on this kernel" {
	run "$B/tests/test_rules_settings"
	expect_status 0
	sed -n 's/^.*tried on this kernel: //p' <<<"$output" >>"$BATS_FILE_TMPDIR/tried"
}

@test "a profile that would lock users out" {
	local most over

	most=$(cat /proc/sys/fs/nr_open)
	echo profile-nofile-above-nr-open >>"$BATS_FILE_TMPDIR/tried"
	for over in 1 0; do
		printf 'summary = "x";\nnofile = ( { for = "pam:*"; soft = "1024"; hard = "%s"; why = "x"; } );\n' \
			$((most + over)) >"$BATS_TEST_TMPDIR/x.conf"
		run_apart "$TCPTUNE" check --profile "$BATS_TEST_TMPDIR/x.conf" --json
		expect_json check
		found profile-nofile-above-nr-open "$([ $over = 1 ] && echo True || echo False)"
	done
}

@test "old drops are no news in an interval without" {
	with overflows-of-the-past 20 --interval 1s
	found accept-queue-overflows False
	[ "$(json 'd["counters"]["TcpExtListenOverflows"]')" -ge 20 ] || complain "the total is lost"
}

@test "a healthy listener is not blamed in an interval for what another drops" {
	with another-overflows 20 --interval 1s
	[ "$(json '[e[:14] for f in d["findings"] if f["id"] == "accept-queue-backlog" for e in f["evidence"] if "wait, at most" in e]')" = \
		"['127.0.0.1:8080']" ] || complain "not the one that overflows, or not alone"
	[ "$(json 'any("dropped in 1." in e for f in d["findings"] for e in f["evidence"])')" = True ] ||
		complain "how many in the interval?"
	found accept-queue-overflows False
}

# Two workers share an address (SO_REUSEPORT), each with a queue of its own; one accepts, the
# other, named stuck, does not.  two_workers FIRST SECOND COMMAND...
two_workers()
{
	in_netns /usr/bin/python3 -c '
import os, signal, socket, subprocess, sys, time
subprocess.run("ip link set lo up", shell=True, check=True)

def worker(name):
    ready, done = os.pipe()
    pid = os.fork()
    if pid:
        os.close(done)
        os.read(ready, 1)
        return pid
    with open("/proc/self/comm", "w") as f:
        f.write(name)
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(("127.0.0.1", 8000))
    s.listen(3)
    os.write(done, b"x")
    kept = []
    while name == "stuck":
        time.sleep(60)
    while True:
        kept.append(s.accept())

def is_full():
    rows = [line.split() for line in open("/proc/net/tcp").readlines()[1:]]
    return any(r[3] == "0A" and int(r[4].split(":")[1], 16) > 3 for r in rows)

workers = [worker(name) for name in sys.argv[1:3]]
clients = []
while not is_full():
    c = socket.socket()
    c.setblocking(False)
    c.connect_ex(("127.0.0.1", 8000))
    clients.append(c)
    time.sleep(0.01)
status = subprocess.run(sys.argv[3:]).returncode
for pid in workers:
    os.kill(pid, signal.SIGKILL)
sys.exit(status)
' "$@"
}

@test "of two workers at one address the one that does not accept is named" {
	local order
	for order in "stuck healthy" "healthy stuck"; do
		# shellcheck disable=SC2086 # two words
		run_apart two_workers $order "$TCPTUNE" check --runtime --json --interval 1s
		expect_status 0 2
		expect_json check
		[ "$(json '[("(stuck," in f["summary"], any("1 of 2 queues full" in e for e in f["evidence"])) for f in d["findings"] if f["id"] == "accept-loop-slow"]')" = \
			"[(True, True)]" ] || complain "$order: not the one that is stuck"
		[ "$(json '[(l["comm"], l["full"], l["sockets"], l["limit_min"], l["limit_max"]) for l in d["sockets"]["listeners"]]')" = \
			"[('stuck', 1, 2, 3, 3)]" ] || complain "$order: the row is of another"
		# shellcheck disable=SC2086
		run_apart two_workers $order "$TCPTUNE" sockets --by listener
		expect_output '1 of 2 queues full'
	done
}

@test "a summary counts, and says what it did not look at" {
	with idle-abroad 120 --sockets summary
	[ "$(json 'd["sockets"]["method"]')" = summary ] || complain "not a summary"
	[ "$(json 'd["sockets"]["states"]["ESTABLISHED"]')" = 240 ] || complain "miscounted"
	found half-open-suspects False
	[ "$(json '"--sockets full" in [n["reason"] for n in d["not_evaluated"] if n["id"] == "half-open-suspects"][0]')" = True ] ||
		complain "not listed as not evaluated"
	# What is in trouble is seen all the same.
	with close-wait 60 --sockets summary
	found close-wait-leak
}

@test "a finding is evidence for its setting, and a gate says whether it is needed" {
	with somaxconn-of-3 4 --profile proxy --only net.core.somaxconn
	[ "$(json 'any(e.startswith("Seen here: Clients meet a full accept queue at 127.0.0.1:8080") for e in d["settings"][0]["evidence"])')" = True ] ||
		complain "no evidence"
	with backlog-of-3 3 --profile proxy --only net.core.somaxconn
	[ "$(json '"Wanted by the profile; nothing on this host needs it yet." in d["settings"][0]["evidence"]')" = True ] ||
		complain "the gate is not mentioned"
	# Evidence changes no verdict.
	[ "$(json 'd["settings"][0]["verdict"]')" = differs ] || complain "the verdict changed"
}

@test "a critical finding comes before the settings" {
	run_apart in_netns "$B/tests/conditions/conditions" flood-without-cookies 40 \
		"$TCPTUNE" check --runtime
	expect_status 2
	[[ $output == *"critical: "*"connection requests were dropped"*"Accepting connections"* ]] ||
		complain "not first"
}

@test "conditions refuse a namespace that is in use" {
	run in_netns bash -c "ip link set lo up; $B/tests/conditions/conditions idle 1 true"
	expect_status 125
	expect_output "needs a network namespace of its own"
}

@test "explain tells of every finding, by the name that -v shows" {
	local rule
	local -a rules

	mapfile -t rules < <(sed -n 's/^\t\t\.id = "\(.*\)",$/\1/p' "$TOP"/src/advise/rules_*.c)
	[ "${#rules[@]}" -gt 80 ]
	for rule in "${rules[@]}"; do
		output=$("$TCPTUNE" explain "$rule" --json)
		expect_json explain
	done
	run_apart "$TCPTUNE" explain close-wait-leak
	expect_output "(finding of tcptune check)"
	expect_output "N connections whose peer has closed are held open (CLOSE_WAIT) by"
	expect_output "No setting cures this"
	expect_plain "$output"

	run_apart in_netns "$B/tests/conditions/conditions" backlog-of-3 4 "$TCPTUNE" check --runtime -v
	expect_output "More: tcptune explain accept-queue-backlog"
}

@test "bbr makes tcp_slow_start_after_idle void" {
	local idle='sysctl -qw net.ipv4.tcp_slow_start_after_idle=0'

	in_netns sysctl -n net.ipv4.tcp_congestion_control | grep -qx bbr ||
		skip "a new namespace does not begin with bbr here"
	run_apart in_netns bash -c "$idle && $TCPTUNE check --runtime --json"
	found slow-start-after-idle-void
	echo slow-start-after-idle-void >>"$BATS_FILE_TMPDIR/tried"
	run_apart in_netns bash -c "$idle net.ipv4.tcp_congestion_control=reno &&
		$TCPTUNE check --runtime --json"
	found slow-start-after-idle-void False
}

@test "what is said to be tried by make vm is tried there, with a near miss" {
	local said word

	said=$(sed -n 's/^\([a-z0-9-]*\)  *make vm: .*/\1/p' <<<"$ELSEWHERE" | sort)
	[ -n "$said" ]
	for word in found silent; do
		diff <(echo "$said") <(sed -nE "s/^\\s*$word ([a-z0-9-]+)( .*)?$/\\1/p" \
			"$TOP/tests/vm/vm.bats" | sort -u)
	done
}

@test "every rule was tried here, in a machine of its own, or has fixtures alone, and why" {
	local rule why here=0 vm=0 fixtures=0
	local -a rules

	[ -s "$BATS_FILE_TMPDIR/tried" ] || skip "the others were not run"
	mapfile -t rules < <(sed -n 's/^\t\t\.id = "\(.*\)",$/\1/p' "$TOP"/src/advise/rules_*.c)
	for rule in "${rules[@]}"; do
		if grep -qx "$rule" "$BATS_FILE_TMPDIR/tried"; then
			here=$((here + 1))
			continue
		fi
		why=$(sed -n "s/^$rule  *//p" <<<"$ELSEWHERE")
		[ -n "$why" ] || complain "$rule has no condition"
		grep -qF "\"$rule\"" "$TOP"/tests/test_rules_*.c || complain "$rule has no fixture"
		if [[ $why == "make vm: "* ]]; then
			vm=$((vm + 1))
			continue
		fi
		printf '# fixtures only: %-32s %s\n' "$rule" "$why" >&3
		fixtures=$((fixtures + 1))
	done
	printf '# %s rules: %s tried here, %s in a machine of its own (make vm), %s with fixtures only\n' \
		"${#rules[@]}" "$here" "$vm" "$fixtures" >&3
	# No row without its rule.
	while read -r rule why; do
		[ -z "$rule" ] || [[ " ${rules[*]} " == *" $rule "* ]] || complain "no rule is called $rule"
	done <<<"$ELSEWHERE"
}
