# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: sockets.py BUILD SIZE RUNS

The measuring half of sockets.sh: runs each command in turns, so that whatever
else the machine does falls on all of them alike, and keeps the best of each.
"""
import os
import resource
import shutil
import subprocess
import sys
import time

build, size, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ours = f"{build}/tcptune sockets --json"
bare = f"{build}/tests/load/bare"

# Name, command, and the name of what it is compared with.
states = [
    ("bare masked walk", f"{bare} masked", None),
    ("tcptune summary", f"{ours} --sockets summary", "bare masked walk"),
    ("bare full dump", f"{bare} full", None),
    ("tcptune full", f"{ours} --sockets full", "bare full dump"),
    ("  by peer", f"{ours} --sockets full --by peer", "bare full dump"),
    ("  by listener", f"{ours} --sockets full --by listener", "bare full dump"),
    ("  by unit", f"{ours} --sockets full --by unit", "bare full dump"),
    ("  by process", f"{ours} --sockets full --by process", "bare full dump"),
    ("ss -tan | awk", "ss -Htan | awk '{n[$1]++} END {for (s in n) print s, n[s]}'", "tcptune summary"),
    ("netstat -ant | awk", "netstat -ant | awk '{n[$6]++} END {for (s in n) print s, n[s]}'", "tcptune summary"),
]
owner = [
    ("tcptune by process", f"{ours} --by process --state close-wait", None),
    ("lsof CLOSE_WAIT", "lsof -nP -iTCP -sTCP:CLOSE_WAIT", "tcptune by process"),
    ("ss -tanp CLOSE_WAIT", "ss -Htanp state close-wait", "tcptune by process"),
]
# Sizes they can bear: at 990,000 sockets they take 24 s and 693 s.
bearable = {"lsof CLOSE_WAIT": 1000000, "ss -tanp CLOSE_WAIT": 100000}


def once(command):
    # exec, where there is no pipe, so that no shell is measured.
    words = command if "|" in command else "exec " + command
    start = time.monotonic()
    child = subprocess.Popen(["/bin/sh", "-c", words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, status


def peak(command):
    """In KiB, by a small parent: the memory of a child begins with its parent's."""
    if "|" in command:
        return None
    words = ["/usr/bin/time", "-f", "%M", *command.split()]
    out = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(out.stderr.split()[-1])


def measure(rows, times):
    best = {}
    for _ in range(times):
        for name, command, _ in rows:
            tool = command.split()[0]
            if not shutil.which(tool):
                best[name] = None
                continue
            if size > bearable.get(name, size):
                continue
            wall, cpu, status = once(command)
            if status:
                sys.exit(f"sockets.py: {command}: status {status}")
            old = best.get(name) or (wall, cpu)
            best[name] = (min(wall, old[0]), min(cpu, old[1]))
    return best


def report(title, rows, best):
    print(f"\n{title}")
    print(f"{'':20} {'wall ms':>9} {'cpu ms':>9} {'peak MB':>8}")
    for name, command, base in rows:
        if best.get(name) is None:
            reason = "is not installed" if name in best else "cannot bear so many"
            print(f"{name:20} skipped: {reason}")
            continue
        wall, cpu = best[name]
        rss = peak(command)
        ratio = ""
        if best.get(base):
            ratio = f"  {wall / best[base][0]:.2f} x {base} (cpu {cpu / max(best[base][1], 1e-6):.2f})"
        print(f"{name:20} {wall * 1e3:9.1f} {cpu * 1e3:9.1f} {f'{rss / 1024:.1f}' if rss else '-':>8}{ratio}")


report(f"{size} sockets: states and tables", states, measure(states, runs))
report(f"{size} sockets: who holds 200 in CLOSE_WAIT", owner, measure(owner, max(1, runs // 3)))
sys.stdout.flush()
