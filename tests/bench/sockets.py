# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: sockets.py BUILD SCENE RUNS RESULTS

The measuring half of sockets.sh.  Runs each command in turns, so that whatever
else the machine does falls on all of them alike; compares each run with the
one of the same turn, and takes the median of these ratios.  Goals are judged
by processor time, which the others on the machine do not add to.  What was
missed is named, and the status is 1.

SCENE is "NUMBER sockets" or "NUMBER in TIME_WAIT".  The medians are added to
the file RESULTS; `sockets.py --linear RESULTS` compares those of all scenes.
"""
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

MEMORY_GOAL = 8  # MB resident, however many sockets
LINEAR_GOAL = 1.5  # a socket among most may take so much longer than one among fewer
RATIOS_FROM = 500000  # below it starting the program, 5 ms, is too much of its time
LINEAR_FROM = 100000
# Sizes they can bear: at 990,000 sockets they take 24 s and 693 s.
BEARABLE = {"lsof CLOSE_WAIT": 1000000, "ss -tanp CLOSE_WAIT": 100000}


class Row:
    """A command, what it is compared with, and how many times that it may take, or must."""

    def __init__(self, name, command, base=None, goal=None, least=None, flat=False, statuses=(0,)):
        self.name, self.command, self.base, self.goal, self.least = name, command, base, goal, least
        self.flat, self.statuses = flat, statuses
        self.walls, self.cpus = [], []

    def goal_at(self, size):
        """In words; None where it has none, or none among so few sockets."""
        if size < RATIOS_FROM:
            return None
        return f"at least {self.least}" if self.least else self.goal

    def meets(self, times):
        return times >= self.least if self.least else times <= self.goal

    def run(self):
        # exec, where there is no pipe, so that no shell is measured.
        words = self.command if "|" in self.command else "exec " + self.command
        start = time.monotonic()
        child = subprocess.Popen(["/bin/sh", "-c", words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        self.walls.append(time.monotonic() - start)
        self.cpus.append(usage.ru_utime + usage.ru_stime)
        if os.waitstatus_to_exitcode(status) not in self.statuses:
            sys.exit(f"sockets.py: {self.command}: status {os.waitstatus_to_exitcode(status)}")

    def peak(self):
        """In MB, by a small parent: a child begins with the memory of its parent."""
        if "|" in self.command:
            return None
        words = ["/usr/bin/time", "-q", "-f", "%M", *self.command.split()]
        out = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if out.returncode not in self.statuses:
            sys.exit(f"sockets.py: {self.command}: status {out.returncode}")
        return int(out.stderr.split()[-1]) / 1024


def rows_of(build, few):
    ours, bare = f"{build}/tcptune sockets --json", f"{build}/tests/load/bare"
    full = f"{ours} --sockets full"
    ss = "ss -Htan | awk '{n[$1]++} END {for (s in n) print s, n[s]}'"
    netstat = "netstat -ant | awk '{n[$6]++} END {for (s in n) print s, n[s]}'"
    rows = [
        Row("bare masked walk", f"{bare} masked"),
        Row("tcptune summary", f"{ours} --sockets summary", "bare masked walk", 1.3, flat=True),
        Row("bare full dump", f"{bare} full"),
        Row("tcptune full", full, "bare full dump", 1.2, flat=True),
        Row("  by peer", f"{full} --by peer", "bare full dump", 1.2, flat=True),
        # TIME_WAIT are mostly of ports of their own, so that its table is turned over and over.
        Row("  by port", f"{full} --by port", "bare full dump", None if few else 1.2, flat=True),
    ]
    others = [Row("ss -tan | awk", ss, "tcptune summary", least=None if few else 10)]
    if few:
        return rows + others
    return rows + [
        Row("  by listener", f"{full} --by listener", "bare full dump", 1.2, flat=True),
        Row("  by unit", f"{full} --by unit", "bare full dump", 1.2, flat=True),
        Row("  by process", f"{full} --by process", "bare full dump"),
        Row("tcptune check", f"{build}/tcptune check --json", "tcptune summary", flat=True, statuses=(0, 2)),
        Row("  looking at each", f"{build}/tcptune check --json --sockets full", "tcptune full", flat=True, statuses=(0, 2)),
        *others,
        Row("netstat -ant | awk", netstat, "tcptune summary"),
    ]


def owner_rows(build):
    return [
        Row("tcptune by process", f"{build}/tcptune sockets --json --by process --state close-wait"),
        Row("lsof CLOSE_WAIT", "lsof -nP -iTCP -sTCP:CLOSE_WAIT", "tcptune by process"),
        Row("ss -tanp CLOSE_WAIT", "ss -Htanp state close-wait", "tcptune by process"),
    ]


def in_time_wait():
    with open("/proc/net/sockstat") as f:
        return int(re.search(r"TCP: .* tw (\d+)", f.read())[1])


def why_skipped(row, size):
    if not shutil.which(row.command.split()[0]):
        return "is not installed"
    return "cannot bear so many" if size > BEARABLE.get(row.name, size) else None


def measure(rows, size, runs, fading):
    """fading: the sockets of the scene go away by themselves; stop before they have."""
    begun = in_time_wait()
    for _ in range(runs):
        for row in rows:
            if not why_skipped(row, size):
                row.run()
        if fading and in_time_wait() < begun * 9 // 10:
            break


def ratio(times, base):
    return statistics.median(a / max(b, 1e-6) for a, b in zip(times, base))


def report(title, rows, size):
    """Print the table, and give what was missed."""
    named, missed = {row.name: row for row in rows}, []
    print(f"\n{title}")
    print(f"{'':20} {'runs':>4} {'wall ms':>9} {'cpu ms':>9} {'peak MB':>8}")
    for row in rows:
        if why_skipped(row, size):
            print(f"{row.name:20} skipped: {why_skipped(row, size)}")
            continue
        peak = row.peak()
        line = (f"{row.name:20} {len(row.walls):4} {statistics.median(row.walls) * 1e3:9.1f}"
                f" {statistics.median(row.cpus) * 1e3:9.1f} {f'{peak:.1f}' if peak else '-':>8}")
        base = named.get(row.base)
        if base:
            cpu = ratio(row.cpus, base.cpus)
            line += f"  {ratio(row.walls, base.walls):.2f} x {row.base} (cpu {cpu:.2f}"
            goal = row.goal_at(size)
            line += f", goal {goal})" if goal else ")"
            if goal and not row.meets(cpu):
                missed.append(f"{title}: {row.name.strip()} takes {cpu:.2f} x {row.base}, the goal is {goal}")
        if row.flat and peak > MEMORY_GOAL:
            missed.append(f"{title}: {row.name.strip()} takes {peak:.1f} MB, the goal is {MEMORY_GOAL}")
        print(line, flush=True)
    return missed


def end(missed):
    for line in missed:
        print(f"MISSED {line}")
    sys.exit(bool(missed))


def linear(path):
    """The time a socket takes, in all scenes of many of the same kind."""
    missed = []
    with open(path) as f:
        scenes = sorted((json.loads(line) for line in f), key=lambda s: s["size"])
    scenes = [s for s in scenes if s["size"] >= LINEAR_FROM and not s["fading"]]
    print()
    for few, many in zip(scenes, scenes[1:]):
        for name in few["cpu"]:
            grown = (many["cpu"][name] / many["size"]) / (few["cpu"][name] / few["size"])
            text = f"{name.strip()} takes {grown:.2f} x as long for a socket among {many['size']} as among {few['size']}"
            print(text)
            if grown > LINEAR_GOAL:
                missed.append(f"{text}, the goal is {LINEAR_GOAL}")
    end(missed)


def main():
    build, scene, runs, results = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    size, fading = int(scene.split()[0]), scene.endswith("TIME_WAIT")
    rows = rows_of(build, few=fading)
    if fading:
        scene += f", {in_time_wait()} of them to begin with"
    measure(rows, size, runs, fading)
    missed = report(scene, rows, size)
    with open(results, "a") as f:
        medians = {row.name: statistics.median(row.cpus) for row in rows if row.flat}
        f.write(json.dumps({"size": size, "fading": fading, "cpu": medians}) + "\n")
    if not fading:
        owners = owner_rows(build)
        measure(owners, size, max(1, runs // 3), fading)
        missed += report(f"{scene}: who holds 200 in CLOSE_WAIT", owners, size)
    end(missed)


if sys.argv[1] == "--linear":
    linear(sys.argv[2])
else:
    main()
