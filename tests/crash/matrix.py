#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: matrix.py TCPTUNE KIND SCENE [SAMPLE [PART OF]]

Run the command of SCENE (scenes.py) again and again, each time with another
fault, and look what became of the host.  KIND:

  kill     SIGKILL at every system call
  both     the same, and the guardian is killed with it
  error    every system call that can fail fails once, with each errno that fits
  memory   every allocation fails in turn (needs FAIL_ALLOC, the preloaded library)
  foreign  after each system call somebody writes a value or a file of ours; what
           undoes it then leaves that alone (foreign.py)

After a kill, and after status 4, `recover` must lead to wholly old or wholly
new, and a second one must change nothing; what awaits confirmation may go on to
do so, and `rollback` takes it back.  Statuses must tell the truth: 0 only
wholly new, 1 and 3 only wholly old.  SAMPLE: about so many faults, spread
evenly; 0: all.  PART OF: every OFth of them, from the PARTth on.  Ends with one
line of figures; status 1 if anything was wrong.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from foreign import Foreign
from host import Host
from scenes import SCENES, end_guardians

LIBCONFIG, STRUCK = "/mnt/libconfig", "/mnt/struck"
FILE_ERRORS = ["EIO", "ENOSPC", "EACCES", "EROFS", "EBUSY"]
ERRORS = {
    "openat": ["EIO", "EACCES", "EROFS", "ENOMEM", "EBUSY"], "openat2": ["EIO", "EACCES", "ENOMEM"],
    "read": ["EIO", "EINTR"], "pread64": ["EIO", "EINTR"], "readlink": ["EACCES"],
    "write": ["EIO", "ENOSPC", "EINTR"], "pwrite64": ["EIO", "EACCES", "EINTR", "EBUSY"],
    "fsync": ["EIO", "ENOSPC"], "fdatasync": ["EIO", "ENOSPC"], "fallocate": ["EIO", "ENOSPC"],
    "renameat": FILE_ERRORS, "renameat2": FILE_ERRORS, "mkdirat": FILE_ERRORS, "linkat": FILE_ERRORS,
    "unlinkat": ["EIO", "EACCES", "EROFS", "EBUSY"], "fchown": ["EIO", "EROFS"],
    "fchmod": ["EIO", "EROFS"], "ftruncate": ["EIO"], "fsetxattr": ["EIO", "ENOSPC"],
    "fremovexattr": ["EIO"], "utimensat": ["EIO"], "flistxattr": ["EIO"], "fgetxattr": ["EIO", "ENOMEM"], "fstat": ["EIO"],
    "fstatfs": ["EIO"], "newfstatat": ["EIO", "EACCES", "ENOMEM"], "getdents64": ["EIO", "ENOMEM"],
    "fcntl": ["EIO"], "mmap": ["ENOMEM"], "brk": ["ENOMEM"], "close": ["EIO", "EINTR"],
    "socket": ["ENOMEM", "EACCES"], "getsockopt": ["ENOMEM"], "rt_sigprocmask": ["EINVAL"],
    "rt_sigpending": ["EINVAL"], "capset": ["EPERM"], "getrandom": ["EINTR"], "pipe2": ["EMFILE"],
    "clone": ["EAGAIN"], "poll": ["EINTR", "ENOMEM"],
}
CHANGING = {"write", "pwrite64", "fsync", "fdatasync", "fallocate", "renameat", "renameat2", "mkdirat",
            "linkat", "unlinkat", "fchown", "fchmod", "ftruncate", "fsetxattr", "utimensat",
            "fremovexattr"}
KILLED = (-9, 137)
# Of all allocations of an apply that undoes, these last ones: some before it, too.
UNDO_ALLOCATIONS = 200


def spread(faults, n):
    step = max(1, len(faults) // max(1, n))
    return faults[step // 2::step]


def thin(faults, n):
    """Most of them where something changes; in the order they were in."""
    some = spread([f for f in faults if f[2]], n * 3 // 4) + \
        spread([f for f in faults if not f[2]], n // 4)
    return [f for f in faults if f in some]


def inject(scene, *injections):
    """
    With a filter no other call stops the command, which is quick; but it takes
    following children, and sends no signals.
    """
    filtered = not scene.forks and not any(":signal=" in i for i in injections)
    words = ["strace", "-qq", "-o", STRUCK, *(["-f", "--seccomp-bpf"] if filtered else []),
             "-e", "trace=" + ",".join(i.split(":")[0] for i in injections)]
    for injection in injections:
        words += ["-e", f"inject={injection}"]
    return words


class Matrix:
    def __init__(self, tcptune, name):
        self.host = Host(tcptune)
        self.name = name
        self.scene = SCENES[name](self.host)
        self.counts = {}
        self.wrong = 0

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def complain(self, fault, text):
        self.wrong += 1
        print(f"{self.name}, {fault}: {text}")
        print("    " + self.host.said.decode(errors="replace").replace("\n", "\n    "))
        sys.stdout.flush()

    def state(self, files_only=False):
        self.found = self.host.look()
        for name in self.scene.names:
            saved = self.host.saved[name]
            if self.found[0] == saved[0] and (files_only or self.found[1] == saved[1]):
                return name
        return "neither"

    def recover(self, fault):
        first = self.host.run("recover")
        state = self.state()
        if state == "neither":
            self.complain(fault, f"after recover (status {first}) neither:\n    " +
                          self.host.difference(self.found, "old"))
        elif first == 5 and self.scene.may_wait and state != "old":
            # It goes on to wait, unless somebody says no.
            self.count("waits for confirmation, then rolled back")
            if self.host.run("rollback", "-q") != 0 or self.state() != "old":
                self.complain(fault, "what awaited confirmation was not rolled back")
            return
        elif first != 0 or self.host.run("recover", "-q") != 0 or self.state() != state or \
                self.host.said:
            self.complain(fault, f"recover has status {first}, or a second one does something")
        self.count(f"recovered {state}")

    def judge(self, fault, status):
        """The status must tell the truth; -9 is a kill."""
        scene = self.scene
        state = self.state(scene.files_only)
        if status in (*KILLED, 4):
            self.count("killed" if status != 4 else "status 4")
        elif status in (126, 127) or (status == -11 and self.host.is_state("start") and
                                      fault.startswith(("mmap", "brk"))):
            # The loader does not survive it.
            self.count("not started")
        elif state in scene.truth.get(status, ()):
            self.count(f"status {status}")
        elif status in (0, 3) and b"warning: " in self.host.said and \
                self.is_mended(scene.truth[status]):
            self.count(f"status {status}, with a warning")
        elif status == 0 and self.is_compliant():
            self.count("status 0, by other means")
            return
        elif os.path.exists(LIBCONFIG) and state == "old" and status in (2, -11, -6):
            self.count("ended by libconfig")
        else:
            self.complain(fault, f"status {status}, but the host is {state}" + (
                "\n    " + self.host.difference(self.found, "old") if state == "neither" else ""))
            return
        if status not in (0, 1, 3) or state == "neither" or scene.files_only:
            self.recover(fault)

    def is_mended(self, names):
        """Something was left that recovering takes away."""
        return self.host.run("recover", "-q") == 0 and self.state() in names

    def is_compliant(self):
        """An answer that the host withheld made another plan, with the same end."""
        words = ["check", *self.scene.words[1:]]
        return self.scene.words[0] == "apply" and not self.scene.may_wait and \
            self.host.run(*words, "-q") == 0

    def one(self, fault, under):
        self.scene.begin()
        if os.path.exists(LIBCONFIG):
            os.unlink(LIBCONFIG)
        status = self.host.run(*self.scene.words, under=under)
        self.scene.end()
        if self.has_struck(status):
            self.judge(fault, status)
        else:
            self.complain(fault, f"status {status}, and no fault")

    def has_struck(self, status):
        if self.kind in ("kill", "both"):
            return status in KILLED
        return self.kind != "error" or open(STRUCK).read().count("(INJECTED)") > len(self.scene.first)

    def trace(self, *injections):
        """(name, how often it was called so far, does it change anything?, line) of each call."""
        self.scene.begin()
        first = [word for i in (*self.scene.first, *injections) for word in ("-e", f"inject={i}")]
        self.host.run(*self.scene.words, under=["strace", "-qq", "-y", "-o", "/mnt/trace", *first])
        self.scene.end()
        seen, calls = {}, []
        for line in open("/mnt/trace", errors="replace"):
            name = line.split("(")[0]
            if not re.fullmatch("[a-z0-9_]+", name) or name == "execve":
                continue  # nothing of ours runs before that
            seen[name] = seen.get(name, 0) + 1
            calls.append((name, seen[name], name in CHANGING or "O_CREAT" in line, line))
        return calls

    @staticmethod
    def first_value(calls):
        """Where it is opened to be written: before that there is no transaction."""
        return next(i for i, call in enumerate(calls)
                    if "O_RDWR" in call[3] and "</proc/sys>" in call[3])

    def points(self):
        """The calls that a fault may strike: all, or those after what makes the scene."""
        calls = self.trace()
        if self.scene.is_apply_first:
            return calls[self.first_value(calls):]
        if not self.scene.first:
            return calls
        taken = {f.split(":")[0] for f in self.scene.first}
        begin = next(i for i, call in enumerate(calls) if "(INJECTED)" in call[3])
        return [call for call in calls[begin + 1:] if call[0] not in taken]

    def under(self, injection):
        return inject(self.scene, *self.scene.first, injection)

    def kill(self):
        """Before each call; so what a call has done is seen before the next."""
        changed, faults = False, []
        for name, when, changes, _ in self.points():
            faults.append((f"kill at {name} number {when}",
                           self.under(f"{name}:signal=KILL:when={when}"), changes or changed))
            changed = changes
        return faults

    def both(self):
        """confirm finds its guardian alive, and a trial leaves one: both die at once."""
        end, begin = self.scene.end, self.scene.begin

        def with_guardian():
            begin()
            if self.name == "confirm":
                self.host.start("guard", "2")

        self.scene.begin = with_guardian
        self.scene.end = lambda: (end_guardians(), end())
        return self.kill()

    def error(self):
        """With every error that fits where something changes, elsewhere by turns."""
        faults, turn = [], 0
        for name, when, changes, _ in self.points():
            codes = ERRORS.get(name, [])
            turn += 1
            for code in codes if changes else codes[turn % len(codes):][:1] if codes else []:
                # The kernel tells with the address that brk(2) failed; an error would be one.
                how = "retval=0" if name == "brk" else f"error={code}"
                faults.append((f"{name} number {when}: {code}",
                               self.under(f"{name}:{how}:when={when}"), changes))
        return faults

    def memory(self):
        library, first = os.environ["FAIL_ALLOC"], self.scene.first
        before = inject(self.scene, *first) if first else []
        self.scene.begin()
        self.host.run(*self.scene.words, under=[*before, "env", f"LD_PRELOAD={library}",
                                                "FAIL_COUNT=/mnt/count"])
        self.scene.end()
        if first:
            self.scene.truth = {**self.scene.truth, 1: ("old",)}
        total = int(open("/mnt/count").read())
        return [(f"allocation {n}", [*before, "env", f"LD_PRELOAD={library}", f"FAIL_AT={n}",
                                     f"FAIL_IN_LIBCONFIG={LIBCONFIG}"], True)
                for n in range(max(1, total - UNDO_ALLOCATIONS) if first else 1, total + 1)]

    def foreign(self):
        return Foreign(self).faults()

    def run(self, kind, sample, part, of):
        self.kind = kind
        faults = getattr(self, kind)()
        tried = (thin(faults, sample) if sample else faults)[part::of]
        for fault, how, _ in tried:
            if callable(how):
                how(fault)
            else:
                self.one(fault, how)
        figures = "; ".join(f"{n} {what}" for what, n in sorted(self.counts.items()))
        print(f"{self.name} {kind}: {len(tried)} of {len(faults)} faults: {figures}; "
              f"{self.wrong} wrong")
        return self.wrong == 0 and bool(tried)


def main():
    numbers = [int(n) for n in sys.argv[4:]]
    sample, part, of = numbers + [0, 0, 1][len(numbers):]
    ok = Matrix(sys.argv[1], sys.argv[3]).run(sys.argv[2], sample, part, of)
    end_guardians()
    sys.exit(not ok)


if __name__ == "__main__":
    main()
