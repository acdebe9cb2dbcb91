#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcptune sockets` on real sockets, beside what ss(8) says of the same ones.
# shellcheck disable=SC2016 # the inner shell expands

# bats file_tags=slow

load helper

setup()
{
	need_netns
	need ss
	SCENE=(/usr/bin/python3 "$BATS_TEST_DIRNAME/scene.py")
}

# sockets_scene COMMAND...: with the sockets of scene.py standing.
sockets_scene()
{
	in_netns "${SCENE[@]}" "$@"
}

# Run tcptune in the scene, and ss beside it into $BATS_TEST_TMPDIR/ss.
beside_ss()
{
	run_apart sockets_scene sh -c 'ss -Htan >"$0"; shift; exec "$@"' \
		"$BATS_TEST_TMPDIR/ss" x "$TCPTUNE" sockets "$@"
	expect_status 0
}

# compare PROGRAM: Python with d, what we say, and lines, what ss does, as lists of words.
compare()
{
	/usr/bin/python3 -c '
import collections, json, sys
d = json.loads(sys.argv[1])
lines = [line.split() for line in open(sys.argv[2])]
ours = {"ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECV",
        "FIN-WAIT-1": "FIN_WAIT_1", "FIN-WAIT-2": "FIN_WAIT_2", "TIME-WAIT": "TIME_WAIT",
        "UNCONN": "CLOSED", "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK",
        "LISTEN": "LISTEN", "CLOSING": "CLOSING"}

def address(word):
    a = word.rpartition(":")[0].strip("[]").removeprefix("::ffff:")
    return "::" if a == "*" else a

def port(word):
    return int(word.rpartition(":")[2])

def same(a, b):
    if a != b:
        sys.exit(f"ours: {a}\n  ss: {b}")

'"$1" "$output" "$BATS_TEST_TMPDIR/ss" || complain "not what ss says: $(cat "$BATS_TEST_TMPDIR/ss")"
}

@test "the states are those of ss, by both methods" {
	local method
	for method in full summary; do
		beside_ss --json --sockets "$method"
		expect_json sockets
		[ "$(json 'd["sockets"]["method"]')" = "$method" ]
		compare '
counts = collections.Counter(ours[w[0]] for w in lines)
same({k: n for k, n in d["sockets"]["states"].items() if n}, dict(counts))
same(d["sockets"]["total"], len(lines))
assert len(counts) >= 5, counts
'
	done
}

@test "each peer has the sockets that ss gives it, state by state" {
	beside_ss --by peer --json
	expect_json sockets
	compare '
counts = collections.defaultdict(collections.Counter)
for w in lines:
    if w[0] != "LISTEN":
        counts[address(w[4])][ours[w[0]]] += 1
same({p["address"]: p["states"] for p in d["groups"]}, {a: dict(c) for a, c in counts.items()})
same(d["missed"], 0)
assert len(counts) >= 5
'
}

@test "each listener has the queue, the limit and the connections of ss" {
	beside_ss --by listener --json
	expect_json sockets
	compare '
listeners = {(address(w[3]), port(w[3])): w for w in lines if w[0] == "LISTEN"}
same({(l["address"], l["port"]): (l["queue"], l["limit"]) for l in d["groups"]},
     {k: (int(w[1]), int(w[2])) for k, w in listeners.items()})
counts = collections.Counter(port(w[3]) for w in lines if w[0] != "LISTEN")
same({l["port"]: l["total"] for l in d["groups"]}, {p: counts[p] for _, p in listeners})
'
	# The queue that is full, whose limit it is, and who listens.
	[ "$(json '[(l["full"], l["limit_by"], l["drops"] >= 1, l["comm"]) for l in d["groups"] if l["port"] == 8443]')" = \
		"[(1, 'application', True, 'python3')]" ] || complain "the full queue"
}

# bound_scene COMMAND...: with listeners on one port of lo, of d0, and of a device that is
# gone, whose index is in $BATS_TEST_TMPDIR/gone.
bound_scene()
{
	in_netns /usr/bin/python3 -c '
import socket, subprocess, sys
def sh(command):
    subprocess.run(command, shell=True, check=True)
kept = []
def listen(device, backlog):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
    s.bind(("0.0.0.0", 8083))
    s.listen(backlog)
    kept.append(s)
sh("ip link set lo up; ip link add d0 type veth peer name d1; ip link add g0 type veth peer name g1")
listen(b"lo", 9)
listen(b"d0", 2)
listen(b"g0", 3)
open(sys.argv[1], "w").write(str(socket.if_nametoindex("g0")))
sh("ip link del g0")
for _ in range(2):
    kept.append(socket.create_connection(("127.0.0.1", 8083)))
sys.exit(subprocess.run(sys.argv[2:]).returncode)
' "$BATS_TEST_TMPDIR/gone" "$@"
}

@test "listeners at one address of two devices are two, as with ss" {
	need ip
	in_netns ip link add d0 type veth peer name d1 2>/dev/null || skip "no veth here"
	local gone
	run_apart bound_scene "$TCPTUNE" sockets --by listener --json
	expect_status 0
	expect_json sockets
	gone=$(cat "$BATS_TEST_TMPDIR/gone")
	[ "$(json 'sorted((l["limit"], l["device"], l["queue"], l["total"]) for l in d["groups"])')" = \
		"[(2, 'd0', 0, 0), (3, '$gone', 0, 0), (9, 'lo', 2, 2)]" ] || complain "not those three"
	run_apart bound_scene "$TCPTUNE" sockets --by listener
	expect_output '0.0.0.0%lo:8083'
	expect_output '0.0.0.0%d0:8083'
	expect_output "0.0.0.0%$gone:8083"
}

@test "each port has the sockets of ss" {
	beside_ss --by port --json --top 0
	expect_json sockets
	compare '
counts = collections.Counter(port(w[3]) for w in lines if w[0] != "LISTEN")
same({p["port"]: p["total"] for p in d["groups"]}, dict(counts))
same(sorted(p["port"] for p in d["groups"] if p["listening"]), [8080, 8443])
'
}

@test "only the state asked for is in the table" {
	beside_ss --by peer --state close-wait --json
	compare '
counts = collections.Counter(address(w[4]) for w in lines if w[0] == "CLOSE-WAIT")
same({p["address"]: p["total"] for p in d["groups"]}, dict(counts))
'
}

@test "the process that does not close is named, with its descriptors" {
	beside_ss --by process --state close-wait --json
	expect_json sockets
	[ "$(json '[(g["comm"], g["states"], g["used"] > 20, g["soft"] > 0) for g in d["groups"]]')" = \
		"[('python3', {'CLOSE_WAIT': 5}, True, True)]" ] || complain "the leak"
	[ "$(json 'd["unseen"]')" = 0 ]
}

@test "who may not look into processes is told how many sockets nobody holds" {
	need_root
	public_copy
	run_apart sockets_scene setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
		"$PUBLIC" sockets --by process --state close-wait
	expect_status 0
	expect_output '5 sockets are held by no process that can be seen here'
}

@test "a unit has what was made in its cgroup, nobody what the kernel keeps" {
	beside_ss --by unit --json
	expect_json sockets
	compare '
none = [g for g in d["groups"] if g["unit"] == "(none)"]
same([g["states"]["TIME_WAIT"] for g in none], [sum(w[0] == "TIME-WAIT" for w in lines)])
same(sum(g["total"] for g in d["groups"]), sum(w[0] != "LISTEN" for w in lines))
'
}

@test "another network namespace by name shows its sockets, and not ours" {
	need_root
	run_apart sockets_scene unshare -n sh -c \
		"\"$TCPTUNE\" sockets --json --netns /proc/\$PPID/ns/net"
	expect_status 0
	expect_json sockets
	[ "$(json 'd["sockets"]["states"]["CLOSE_WAIT"]')" = 5 ] || complain "not that namespace"
}

@test "a capture has the same sockets" {
	local dir=$BATS_TEST_TMPDIR/capture
	mkdir "$dir"
	sockets_scene sh -c '"$0" capture | tar -x -C "$1" --no-same-owner &&
		"$0" sockets --json >"$2"' "$TCPTUNE" "$dir" "$BATS_TEST_TMPDIR/here"
	run_apart "$TCPTUNE" sockets --json --root "$dir"
	expect_status 0
	expect_json sockets
	# Limits, drops and units of listeners are not in the files.
	/usr/bin/python3 -c '
import json, sys
here, there = json.load(open(sys.argv[1]))["sockets"], json.loads(sys.argv[2])["sockets"]
# What waits for an answer sends again when its time has come, perhaps between the two.
for one in (here, there):
    del one["kinds"]["retransmitting"]
for part in ("total", "states", "kinds"):
    if here[part] != there[part]:
        sys.exit(f"{part}: {here[part]} here, {there[part]} in the capture")
' "$BATS_TEST_TMPDIR/here" "$output"
}

@test "the diagram holds the numbers, in 80 columns, in ASCII where that is all there is" {
	local locale name
	for locale in C C.UTF-8; do
		run_apart sockets_scene env LC_ALL=$locale "$TCPTUNE" sockets --diagram
		expect_status 0
		for name in LISTEN SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 CLOSING \
			TIME_WAIT CLOSE_WAIT LAST_ACK; do
			expect_output "$name"
		done
		# The box of CLOSE_WAIT, and in it its number.
		grep -A1 CLOSE_WAIT <<<"$output" | grep -qE '[^0-9]5 +([|]|│)$' || complain "CLOSE_WAIT"
		[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 80 ] || complain "too wide"
	done
	expect_output '┌'
	run_apart sockets_scene env LC_ALL=C "$TCPTUNE" sockets --diagram
	! LC_ALL=C grep -q '[^ -~]' <<<"$output" || complain "not ASCII"
}

@test "tables are short unless more is asked for, and say so" {
	run_apart sockets_scene "$TCPTUNE" sockets --by peer --top 2
	expect_status 0
	expect_output '... and 3 more (--top 0 shows all)'
	run_apart sockets_scene "$TCPTUNE" sockets --by peer --top 0
	[[ $output != *more* ]] || complain "not all"
}

@test "a table from a summary says what is not in it" {
	run_apart sockets_scene "$TCPTUNE" sockets --by peer --sockets summary
	expect_status 0
	expect_stderr 'looks at no socket in ESTABLISHED or TIME_WAIT'
	run_apart sockets_scene "$TCPTUNE" sockets --sockets summary
	expect_no_stderr
}

@test "an empty table does not say that there are none where there are" {
	# TIME_WAIT has no descriptor, and what waits for an answer comes to no listener.
	run_apart sockets_scene "$TCPTUNE" sockets --by process --state time-wait
	expect_output 'in TIME_WAIT, held by no process.'
	run_apart sockets_scene "$TCPTUNE" sockets --by listener --state syn-sent
	expect_output 'in SYN_SENT, of no listener here.'
	run_apart sockets_scene "$TCPTUNE" sockets --by peer --state established --sockets summary
	expect_output 'in ESTABLISHED, not looked at one by one (summary): --sockets full.'
	run_apart sockets_scene "$TCPTUNE" sockets --by peer --state closing
	expect_output 'There are none in CLOSING.'
}

# sockets_refused FAULT SCRIPT: run it in the scene with every answer by netlink failing so.
sockets_refused()
{
	need strace
	strace -o /dev/null true || skip "nothing can be traced here"
	run_apart sockets_scene env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null \
		-e trace=recvmsg -e inject=recvmsg:error="$1" sh -c "$2" "$TCPTUNE"
	expect_status 0
}

@test "a list that the kernel breaks off for ever ends, and the files are read instead" {
	local fault
	for fault in ENOBUFS EAGAIN; do
		sockets_refused $fault 'exec timeout 60 "$0" sockets --json'
		expect_json sockets
		[ "$(json 'd["sockets"]["source"]')" = files ] || complain "not from the files"
		[ "$(json 'd["sockets"]["states"]["CLOSE_WAIT"]')" = 5 ] || complain "not all"
		[ "$(json 'd["warnings"]')" = "['list the TCP sockets by netlink: No buffer space \
available; /proc/net/tcp was read instead, which takes longer and has no limits and drops of \
listeners']" ] || complain "not said"
	done
}

@test "each view says where the numbers come from, and what the files do not have" {
	run_apart sockets_scene "$TCPTUNE" sockets --diagram
	expect_output 'TCP sockets, looked at one by one (full)'
	sockets_refused EPERM '"$0" sockets --diagram && "$0" sockets --by listener'
	expect_output 'TCP sockets, looked at one by one in /proc/net/tcp (full)'
	expect_output 'The limits of the queues and what was dropped are not known'
	expect_stderr 'list the TCP sockets by netlink: Operation not permitted; /proc/net/tcp was read'
	[ "$(grep -c 'in /proc/net/tcp (full)' <<<"$output")" = 2 ] || complain "not both"
}

@test "the listener whose queue is full is the first, and marked in the diagram" {
	run_apart sockets_scene "$TCPTUNE" sockets --by listener --top 1
	expect_output '[::]:8443'
	expect_output 'accept queue full: 3 of 2'
	expect_output '... and 2 more'
	run_apart sockets_scene "$TCPTUNE" sockets --diagram
	expect_output '! 3 !'
	expect_output '! LISTEN: Clients meet a full accept queue at [::]:8443 (python3, pid '
	expect_output '  See: tcptune explain accept-queue-backlog'
}

@test "only listeners with connections in the state asked for are shown" {
	run_apart sockets_scene "$TCPTUNE" sockets --by listener --state close-wait --json
	expect_status 0
	expect_json sockets
	[ "$(json '[(l["port"], l["states"], l["total"]) for l in d["groups"]]')" = \
		"[(8080, {'CLOSE_WAIT': 5}, 5)]" ] || complain "not that one"
	[ "$(json 'd["sockets"]["method"], d["left_out"]')" = "('summary', 0)" ] || complain "slowly"
	run_apart sockets_scene "$TCPTUNE" sockets --by listener --state established --json
	[ "$(json '[(l["port"], l["total"]) for l in d["groups"]]')" = "[(8080, 6), (8443, 3)]" ]
	run_apart sockets_scene "$TCPTUNE" sockets --by listener --state listen --json
	[ "$(json '[l["port"] for l in d["groups"]]')" = "[8443, 8080, 9000]" ] || complain "not all"
}

@test "among 20,000 sockets all numbers are those of ss, and the leak is found" {
	local load=$B/tests/load/load
	[ -x "$load" ] || skip "the generator of sockets is not built (make unit-tests)"
	unshare -n true 2>/dev/null || skip "no network namespace can be made here"
	[ "$(ulimit -Hn)" -ge 19832 ] || skip "the hard limit on descriptors is $(ulimit -Hn)"
	local method

	for method in full summary; do
		run_apart "$load" 20000 150 2000 sh -c 'ss -Htan >"$0"; shift; exec "$@"' \
			"$BATS_TEST_TMPDIR/ss" x "$TCPTUNE" sockets --json --sockets $method
		expect_status 0
		compare '
counts = collections.Counter(ours[w[0]] for w in lines)
same({k: n for k, n in d["sockets"]["states"].items() if n}, dict(counts))
assert counts["CLOSE_WAIT"] == 150 and counts["TIME_WAIT"] == 2000
'
	done

	run_apart "$load" 20000 150 0 sh -c 'ss -Htan >"$0"; shift; exec "$@"' \
		"$BATS_TEST_TMPDIR/ss" x "$TCPTUNE" sockets --json --by peer --top 0
	compare '
counts = collections.Counter(address(w[4]) for w in lines if w[0] != "LISTEN")
same({p["address"]: p["total"] for p in d["groups"]}, dict(counts))
'
	run_apart "$load" 20000 150 0 "$TCPTUNE" sockets --json --by process --state close-wait
	expect_status 0
	[ "$(json '[(g["comm"], g["total"]) for g in d["groups"]]')" = "[('load-holder', 150)]" ] ||
		complain "the leak"
}
