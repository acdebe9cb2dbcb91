#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/readme.py README

Runs every command README shows, in its order, on the host this is run on (which
should be made for it), and compares what it prints with what is shown.  What
differs from host to host (see MASKS) is compared by its shape, every other number
as it is; "..." stands for anything.  Commands of a list, without output, must only work.
"""
import re
import subprocess
import sys

ANYTHING = "..."
# What a list shows and a test has not the time, the name or the words for.
INSTEAD = (("10s", "1s"), (" >host.tar", " >/dev/null"))
# How much a kernel has to differ in, what its sockets tell, and when.
MASKS = (
    (r"[0-9a-f]{16,}", "ID"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME"),
    (r"\b(\d+ of )?\d+ settings?\b", "N settings"),
    (r"\b(critical|warning|info)=\d+", r"\1=N"),
)


def blocks(text):
    """(command, lines shown) of each "    $ command"; lines None: of a list."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line.startswith("    $ "):
            shown = []
            for after in lines[i + 1:]:
                if after.startswith("    $ ") or (after and not after.startswith("    ")):
                    break
                shown.append(after[4:])
            yield line[6:], shown
        elif re.match(r"    tcptune ", line):
            yield re.sub(r" +# .*", "", line[4:]), None


def shape(line):
    for what, mask in MASKS:
        line = re.sub(what, mask, line)
    return re.sub(" +", " ", line.rstrip())


def compare(shown, real):
    """What is wrong, or None.  Empty lines do not count, "..." is any number of lines."""
    shown = [shape(s) for s in shown if s.strip()]
    real = [shape(r) for r in real if r.strip()]
    for i, want in enumerate(shown):
        if want == ANYTHING:
            return None
        have = real[i] if i < len(real) else "(nothing more)"
        if want.endswith(ANYTHING) and have.startswith(want[:-len(ANYTHING)]):
            continue
        if want != have:
            return f"shown:   {want}\nprinted: {have}"
    if len(real) > len(shown):
        return f"not shown: {real[len(shown)]}"
    return None


def main(path):
    bad = count = 0
    for command, shown in blocks(open(path).read()):
        run = command
        for old, new in INSTEAD:
            run = run.replace(old, new)
        done = subprocess.run(["sh", "-c", run], capture_output=True, text=True, timeout=60)
        wrong = compare(shown, (done.stdout + done.stderr).split("\n")) if shown is not None else None
        if done.returncode not in ((0, 1, 2) if "nagios" in run else (0, 2)):
            wrong = f"status {done.returncode}: {done.stderr}"
        if wrong:
            bad += 1
            print(f"$ {command}\n{wrong}\n")
        count += 1
    print(f"{count} commands run")
    return bad or count < 20


sys.exit(main(sys.argv[1]))
