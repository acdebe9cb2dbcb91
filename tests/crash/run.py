#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: B=DIR tests/crash/run.py [SAMPLE]

Every fault of every kind to every command that changes a host (matrix.py), or
about SAMPLE of each, evenly spread; JOBS of them at a time (default: one a
processor), each on a host of its own.  A line for each kind and command, and
what was wrong before it; then a sum.  Status 1 if anything came out wrong.
"""

import collections
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CELLS = [(kind, scene) for kind, scenes in {
    "kill": "apply confirm guard rollback recover boot runtime undo undo-other",
    "error": "apply undo undo-other rollback recover boot confirm runtime",
    "both": "confirm trial",
    "foreign": "apply rollback recover guard",
    "memory": "apply rollback recover boot confirm undo",
}.items() for scene in scenes.split()] + [
    ("error", "trial"), ("error", "guard"), ("kill", "expiring")]


def start(kind, scene, sample, part, of):
    b = os.path.abspath(os.environ["B"])
    return subprocess.Popen(
        ["unshare", "-nmpf", "--kill-child", "--propagation", "private", "/usr/bin/python3",
         f"{HERE}/matrix.py", f"{b}/tcptune", kind, scene, str(sample), str(part), str(of)],
        env={**os.environ, "FAIL_ALLOC": f"{b}/tests/crash/fail_alloc.so"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def figures(line):
    """(tried, of how many, what came of them) of a last line of matrix.py, or None."""
    match = re.fullmatch(r"\S+ \S+: (\d+) of (\d+) faults: (.*)", line)
    if not match:
        return None
    counts = collections.Counter()
    for word in match.group(3).split("; "):
        n, what = word.split(" ", 1)
        counts[what] += int(n)
    return int(match.group(1)), int(match.group(2)), counts


def run(kind, scene, sample, jobs):
    """All parts of one; its figures added up."""
    began = time.monotonic()
    tried, total, counts = 0, 0, collections.Counter()
    for process in [start(kind, scene, sample, part, jobs) for part in range(jobs)]:
        *told, last = process.communicate()[0].rstrip("\n").split("\n")
        found = figures(last)
        print("\n".join(told if found else [*told, last]), end="\n" if told or not found else "")
        if not found:
            counts["wrong"] += 1
            continue
        tried, total, counts = tried + found[0], found[1], counts + found[2]
    wrong = counts.pop("wrong", 0)
    what = "; ".join(f"{n} {name}" for name, n in sorted(counts.items()))
    print(f"{kind} {scene}: {tried} of {total} faults: {what}; {wrong} wrong "
          f"({time.monotonic() - began:.0f} s)", flush=True)
    return tried, wrong


def main():
    sample = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    jobs = int(os.environ.get("JOBS") or os.cpu_count())
    done = [run(kind, scene, sample, jobs) for kind, scene in CELLS]
    wrong = sum(w for _, w in done)
    print(f"{sum(n for n, _ in done)} faults, {wrong} wrong")
    sys.exit(wrong != 0)


main()
