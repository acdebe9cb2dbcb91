#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: matrix.py TCPTUNE KIND COMMAND [SAMPLE]

Run COMMAND (apply, rollback, recover, confirm, guard) again and again, each time with
another fault, and look what became of the host.  KIND:

  kill    SIGKILL at every system call
  error   every system call that can fail fails once, with each errno that fits
  memory  every allocation fails in turn (needs FAIL_ALLOC, the preloaded library)

After a kill, and after status 4, `recover` must lead to wholly old or wholly
new, and a second one must change nothing; what awaits confirmation may go on to
do so.  Statuses must tell the truth: 0 only
wholly new, 1 and 3 only wholly old.  SAMPLE: about so many faults, spread
evenly.  Ends with one line of figures; status 1 if anything was wrong.
"""

import os
import re
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from host import Host

HERE = os.path.dirname(os.path.abspath(__file__))
OLD, NEW = f"{HERE}/old.conf", f"{HERE}/new.conf"

LIBCONFIG = "/mnt/libconfig"
FILE_ERRORS = ["EIO", "ENOSPC", "EACCES", "EROFS"]
ERRORS = {
    "openat": ["EIO", "EACCES", "EROFS", "ENOMEM"], "openat2": ["EIO", "EACCES", "ENOMEM"],
    "read": ["EIO", "EINTR"], "pread64": ["EIO", "EINTR"], "readlink": ["EACCES"],
    "write": ["EIO", "ENOSPC", "EINTR"], "pwrite64": ["EIO", "EACCES", "EINTR"],
    "fsync": ["EIO", "ENOSPC"], "fdatasync": ["EIO", "ENOSPC"], "fallocate": ["EIO", "ENOSPC"],
    "renameat": FILE_ERRORS, "renameat2": FILE_ERRORS, "mkdirat": FILE_ERRORS, "linkat": FILE_ERRORS,
    "unlinkat": ["EIO", "EACCES", "EROFS"], "fchown": ["EIO", "EROFS"], "fchmod": ["EIO", "EROFS"],
    "ftruncate": ["EIO"], "fsetxattr": ["EIO", "ENOSPC"], "utimensat": ["EIO"],
    "flistxattr": ["EIO"], "fgetxattr": ["EIO", "ENOMEM"], "fstat": ["EIO"], "fstatfs": ["EIO"],
    "newfstatat": ["EIO", "EACCES", "ENOMEM"], "getdents64": ["EIO", "ENOMEM"],
    "fcntl": ["EIO"], "mmap": ["ENOMEM"], "brk": ["ENOMEM"], "close": ["EIO", "EINTR"],
    "socket": ["ENOMEM", "EACCES"], "getsockopt": ["ENOMEM"], "rt_sigprocmask": ["EINVAL"],
    "rt_sigpending": ["EINVAL"], "capset": ["EPERM"], "getrandom": ["EINTR"],
}


CHANGING = {"write", "pwrite64", "fsync", "fdatasync", "fallocate", "renameat", "renameat2", "mkdirat",
            "linkat", "unlinkat", "fchown", "fchmod", "ftruncate", "fsetxattr", "utimensat"}


def spread(faults, n):
    step = max(1, len(faults) // max(1, n))
    return faults[step // 2::step]


def thin(faults, n):
    """Most of them where something changes; in the order they were in."""
    some = spread([f for f in faults if f[2]], n * 3 // 4) + \
        spread([f for f in faults if not f[2]], n // 4)
    return [f for f in faults if f in some]


def end_guardians():
    """Those of this pid namespace, which is ours alone."""
    for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
        except OSError:
            continue
        if b"guard" in words and b"tcptune" in words[0]:
            os.kill(int(pid), signal.SIGKILL)


class Matrix:
    def __init__(self, tcptune, command):
        self.host = Host(tcptune, NEW)
        self.command = command
        self.words = {"apply": ["apply", "--profile", NEW, "--except", "fs.*"], "rollback": ["rollback"],
                      "recover": ["recover"], "confirm": ["confirm"], "guard": ["guard", "2"]}[command]
        self.counts = {}
        self.before = "start" if command in ("confirm", "guard") else "old"
        self.wrong = 0
        self.prepare()

    def prepare(self):
        host, apply = self.host, ["apply", "--profile", NEW, "--except", "fs.*"]
        host.must("apply", "--profile", OLD)
        os.chmod("/etc/sysctl.d/90-tcptune.conf", 0o640)
        os.chown("/etc/sysctl.d/90-tcptune.conf", 0, 7)
        os.setxattr("/etc/sysctl.d/90-tcptune.conf", "trusted.note", b"kept")
        host.save("old")
        if self.command == "guard":
            # Its time is over, and the guardian that was started with it is dead.
            host.must(*apply[:1], "--confirm=3s", *apply[1:])
            end_guardians()
            time.sleep(3.5)
            host.save("start")
            host.saved["new"] = host.saved["old"]
            return
        if self.command == "confirm":
            host.must(*apply[:1], "--confirm=1h", *apply[1:])
            end_guardians()
            host.save("start")
            host.must("confirm")
            host.save("new")
            return
        host.must(*apply)
        host.save("new")
        if self.command == "rollback":
            # What was new is old now.
            host.saved["start"] = host.saved["new"]
            os.rename("/mnt/saved/new", "/mnt/saved/start")
            host.must("rollback")
            host.save("new")
            host.saved["old"] = host.saved["start"]
        elif self.command == "recover":
            host.reset("old")
            # Half-way: some files have their new names, others not.
            host.run(*apply, under=["strace", "-qq", "-o", "/dev/null", "-e",
                                    "inject=renameat2:signal=KILL:when=2"])
            host.save("start")
            if host.is_state("old") or host.is_state("new"):
                sys.exit("the crash to recover from left nothing half done")
        else:
            host.saved["start"] = host.saved["old"]
            os.rename("/mnt/saved/old", "/mnt/saved/start")

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def complain(self, fault, text):
        self.wrong += 1
        print(f"{self.command}, {fault}: {text}")
        print("    " + self.host.said.decode(errors="replace").replace("\n", "\n    "))
        sys.stdout.flush()

    def state(self):
        found = self.host.look()
        for name in ("old", "new") + (("start",) if self.command in ("confirm", "guard") else ()):
            if self.host.is_state(name, found):
                return name
        self.found = found
        return "neither"

    def recover(self, fault):
        first = self.host.run("recover")
        state = self.state()
        if state == "neither":
            self.complain(fault, f"after recover (status {first}) neither:\n    " +
                          self.host.difference(self.found, "old"))
        elif state == "start" and first == 5:
            pass  # it goes on to wait for confirmation
        elif self.host.run("recover", "-q") != 0 or self.state() != state or self.host.said:
            self.complain(fault, "a second recover does something")
        self.count(f"recovered {state}")

    def judge(self, fault, status):
        """The status must tell the truth; -9 is a kill."""
        state = self.state()
        truth = {0: ("new",), 1: ("old",), 3: ("old",), 5: ("old",)}
        if self.command == "recover":
            truth = {0: ("old", "new"), 1: ("old", "new", "neither"), 3: ("old",)}
        if self.command == "guard":
            truth = {0: ("old",), 1: ("old", "start")}
        if self.command == "confirm":
            truth[1] = truth[5] = ("start",)
        if status in (-9, 137, 4):
            self.count("killed" if status != 4 else "status 4")
        elif status in (126, 127) or (status == -11 and state == self.before and
                                      fault.startswith(("mmap", "brk"))):
            # The loader does not survive it.
            self.count("not started")
        elif state in truth.get(status, ()):
            self.count(f"status {status}")
        elif status == 0 and b"warning: " in self.host.said and self.is_mended("new"):
            self.count("status 0, with a warning")
        elif status == 0 and self.is_compliant():
            self.count("status 0, by other means")
        elif os.path.exists(LIBCONFIG) and state == "old" and status in (2, -11, -6):
            self.count("ended by libconfig")
        else:
            self.complain(fault, f"status {status}, but the host is {state}" + (
                "\n    " + self.host.difference(self.found, "old") if state == "neither" else ""))
            return
        if status not in (0, 1, 3) or state == "neither":
            self.recover(fault)

    def is_mended(self, name):
        """Something was left that recovering takes away."""
        return self.host.run("recover", "-q") == 0 and self.state() == name

    def is_compliant(self):
        """Nothing is left to be done: an answer that the host withheld made another plan."""
        return self.command == "apply" and self.host.run(*self.words, "--dry-run", "-q") == 0

    def one(self, fault, under):
        self.host.reset("start")
        if os.path.exists(LIBCONFIG):
            os.unlink(LIBCONFIG)
        self.judge(fault, self.host.run(*self.words, under=under))

    def trace(self):
        """(name, how often it was called so far, does it change anything?) of each call."""
        self.host.reset("start")
        self.host.run(*self.words, under=["strace", "-qq", "-o", "/mnt/trace"])
        seen, calls = {}, []
        for line in open("/mnt/trace", errors="replace"):
            name = line.split("(")[0]
            if not re.fullmatch("[a-z0-9_]+", name):
                continue
            seen[name] = seen.get(name, 0) + 1
            calls.append((name, seen[name], name in CHANGING or "O_CREAT" in line))
        return calls

    @staticmethod
    def inject(name, what, when):
        return ["strace", "-qq", "-o", "/dev/null", "-e", f"inject={name}:{what}:when={when}"]

    def kill(self):
        """Before each call; so what a call has done is seen before the next."""
        changed, faults = False, []
        for name, when, changes in self.trace():
            faults.append((f"kill at {name} number {when}",
                           self.inject(name, "signal=KILL", when), changes or changed))
            changed = changes
        return faults

    def error(self):
        return [(f"{name} number {when}: {code}", self.inject(name, f"error={code}", when), changes)
                for name, when, changes in self.trace() for code in ERRORS.get(name, [])]

    def memory(self):
        library = os.environ["FAIL_ALLOC"]
        self.host.reset("start")
        self.host.run(*self.words, under=["env", f"LD_PRELOAD={library}", "FAIL_COUNT=/mnt/count"])
        total = int(open("/mnt/count").read())
        return [(f"allocation {n}", ["env", f"LD_PRELOAD={library}", f"FAIL_AT={n}",
                                     f"FAIL_IN_LIBCONFIG={LIBCONFIG}"], True)
                for n in range(1, total + 1)]

    def run(self, kind, sample):
        self.kind = kind
        faults = getattr(self, kind)()
        tried = thin(faults, sample) if sample else faults
        for fault, under, _ in tried:
            self.one(fault, under)
        figures = ", ".join(f"{n} {what}" for what, n in sorted(self.counts.items()))
        print(f"{self.command} {kind}: {len(tried)} of {len(faults)} faults: {figures}, "
              f"{self.wrong} wrong")
        return self.wrong == 0 and bool(tried)


if __name__ == "__main__":
    matrix = Matrix(sys.argv[1], sys.argv[3])
    sys.exit(not matrix.run(sys.argv[2], int(sys.argv[4]) if len(sys.argv) > 4 else 0))
