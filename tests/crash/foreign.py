# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody else writes while we are at it, after each of our system calls.

The command is stopped behind a call (strace injects SIGSTOP), somebody writes,
and it goes on, into an undo: by an error later on, by a kill later on and
`recover`, or because it is one.  What he wrote must be there at the end, and all
else as if he had not been.  One place is his own risk, and said so: between the
comparison and the write next to it.
"""

import os
import re
import signal
import subprocess

from host import path_of, write_value
from scenes import CONF

VALUES = {"net.core.somaxconn": b"777\n", "net.ipv4.tcp_rmem": b"5000\t60000\t700000\n"}
LINE = b"# somebody's\n"


class Target:
    def __init__(self, path, content):
        self.path, self.content = path, content
        self.is_value = path.startswith("/proc/")

    def write(self):
        write_value(self.path, self.content)

    def stands(self):
        with open(self.path, "rb") as f:
            return f.read() == self.content

    def without(self, found):
        """What was seen, but for this one; what a file is called aside it is still looked at."""
        files, settings = dict(found[0]), dict(found[1])
        (settings if self.is_value else files).pop(self.path, None)
        return files, settings


def targets():
    found = [Target(path_of(key), value) for key, value in VALUES.items()]
    return [*found, Target(CONF, LINE)]


def path_in(line):
    match = re.match(r"[a-z0-9_]+\(\d+<([^>]*)>", line)
    return match.group(1) if match else ""


def is_compared(calls, i, target):
    """Is this call the comparison, and the next the write that follows it?"""
    return target.is_value and i + 1 < len(calls) and \
        calls[i][0] == "pread64" and calls[i + 1][0] == "pwrite64" and \
        path_in(calls[i][3]) == path_in(calls[i + 1][3]) == target.path


class Foreign:
    def __init__(self, matrix):
        self.matrix, self.scene, self.host = matrix, matrix.scene, matrix.host

    def faults(self):
        found = []
        for end, avoided in self.ends():
            calls = self.matrix.trace(*([end] if end else []))
            for target in targets():
                for i in self.places(calls, end, avoided):
                    label = f"{os.path.basename(target.path)} written after {calls[i][0]} number " \
                            f"{calls[i][1]}, {end}"
                    found.append((label, self.trial(target, calls, i, end), calls[i][2]))
        return found

    def ends(self):
        """
        What lets an undo follow, and the one kind of call it is for (None: all
        others): strace injects but one thing into a call.  An undo needs none.
        """
        if self.matrix.name != "apply":
            return [(None, None)]
        renames = sum(call[0] == "renameat2" for call in self.matrix.trace())
        return [("fdatasync:error=EIO:when=2", None), ("pwrite64:error=EIO:when=6", "fdatasync"),
                (f"renameat2:signal=KILL:when={renames}", None)]

    def places(self, calls, end, only):
        """From the first value on: before that there is nothing to undo."""
        taken = end.split(":")[0] if end else None
        return [i for i in range(self.matrix.first_value(calls), len(calls))
                if calls[i][0] not in (taken, "exit_group") and only in (None, calls[i][0])]

    def trial(self, target, calls, i, end):
        return lambda fault: self.one(fault, target, calls, i, end)

    def run(self, target, call, end):
        """The exit status, and whether the command came to that place."""
        name, when = call[:2]
        read, write = os.pipe()
        calls = ",".join([name, *([end.split(":")[0]] if end else [])])
        words = ["strace", "-o", f"/dev/fd/{write}", "-e", f"trace={calls}",
                 "-e", f"inject={name}:signal=STOP:when={when}", *(["-e", f"inject={end}"] if end else [])]
        process = subprocess.Popen([*words, self.host.tcptune, *self.scene.words], pass_fds=[write],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        os.close(write)
        met = False
        with os.fdopen(read) as told:
            for line in told:
                if "stopped by SIGSTOP" in line:
                    target.write()
                    met = True
                    with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
                        os.kill(int(children.read()), signal.SIGCONT)
        self.host.said = process.communicate()[0]
        return process.returncode, met

    def one(self, fault, target, calls, i, end):
        matrix = self.matrix
        self.scene.begin()
        status, met = self.run(target, calls[i], end)
        self.scene.end()
        matrix.count("killed" if status in (-9, 137) else f"status {status}")
        if status in (-9, 137, 4):
            self.host.run("recover")
        if not met:
            matrix.complain(fault, "it did not come to that call")
        elif target.stands():
            matrix.count("his stands")
        elif is_compared(calls, i, target):
            matrix.count("between comparison and write")
        else:
            with open(target.path, "rb") as f:
                matrix.complain(fault, f"status {status}: what somebody wrote is gone: {f.read()!r}")
        self.look_around(fault, status, target)

    def look_around(self, fault, status, target):
        """All else is wholly old, or wholly new."""
        found = target.without(self.host.look())
        saved = [target.without(self.host.saved[name]) for name in self.scene.names]
        if found not in saved:
            self.matrix.complain(fault, f"status {status}: neither old nor new beside it:\n    " +
                                 self.host.difference(found, "old"))
