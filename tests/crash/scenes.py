# SPDX-License-Identifier: GPL-2.0-or-later
"""What is done to a host, from which state, and what may become of it.

Each scene saves three states: "start", which every fault begins with, "old" and
"new".  `truth` says which of them the host may be in after which exit status.
"""

import os
import signal
import subprocess
import time

from host import STATE

HERE = os.path.dirname(os.path.abspath(__file__))
CONF = "/etc/sysctl.d/90-tcptune.conf"
# fs.nr_open is every namespace's.
APPLY = ["apply", "--profile", "server", "--except", "fs.*"]
TRIAL = ["apply", "--confirm=1h", *APPLY[1:]]


def guardians():
    """Those of this pid namespace, which is ours alone."""
    found = []
    for pid in [int(p) for p in os.listdir("/proc") if p.isdigit()]:
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
        except OSError:
            continue
        if b"guard" in words and b"tcptune" in words[0]:
            found.append(pid)
    return found


def bury():
    """Who lost his parent is ours, the first of the namespace."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def end_guardians():
    for pid in guardians():
        os.kill(pid, signal.SIGKILL)
    while guardians():
        time.sleep(0.001)
        bury()
    bury()


class Scene:
    words = APPLY
    first = ()         # injections that are part of the scene; faults come after them
    files_only = False  # running values are nobody's business
    truth = {0: ("new",), 1: ("old",), 3: ("old",)}
    names = ("old", "new")
    may_wait = False  # for confirmation
    forks = False  # a guardian
    is_apply_first = False  # up to the first value: that much is tried with it

    def __init__(self, host):
        self.host = host
        host.must("apply", "--profile", f"{HERE}/old.conf")
        os.chmod(CONF, 0o640)
        os.chown(CONF, 0, 7)
        os.setxattr(CONF, "trusted.note", b"kept")
        host.save("old")
        self.prepare()

    def prepare(self):
        self.host.must(*self.words)
        self.host.save("new")
        self.host.name("old", "start")

    def begin(self):
        self.host.reset("start")

    def end(self):
        """After the command, before anybody looks."""


class Apply(Scene):
    pass


class Runtime(Scene):
    words = [*APPLY, "--runtime"]


class Rollback(Scene):
    words = ["rollback"]

    def prepare(self):
        host = self.host
        host.must(*APPLY)
        host.save("start")
        host.must("rollback")
        host.save("new")
        host.name("start", "old")


class Recover(Scene):
    """Half-way: some files have their new names, others not."""

    words = ["recover"]
    truth = {0: ("old", "new"), 1: ("old", "new", "neither"), 3: ("old",)}

    def prepare(self):
        host = self.host
        host.must(*APPLY)
        host.save("new")
        host.reset("old")
        host.run(*APPLY, under=["strace", "-qq", "-o", "/dev/null", "-e",
                                "inject=renameat2:signal=KILL:when=3"])
        host.save("start")
        if host.is_state("old") or host.is_state("new"):
            raise RuntimeError("the crash to recover from left nothing half done")


class Boot(Recover):
    """As the boot unit does: /var is not there, and running values are not asked about."""

    words = ["recover", "--boot"]
    files_only = True

    def begin(self):
        super().begin()
        os.rename(STATE, STATE + ".away")

    def end(self):
        if os.path.exists(STATE):
            os.rename(STATE, STATE + ".early")
            subprocess.run(["rm", "-r", STATE + ".early"], check=True)
        os.rename(STATE + ".away", STATE)


class Confirm(Scene):
    """The guardian lives, and sleeps."""

    words = ["confirm"]
    names = ("old", "new", "start")
    truth = {0: ("new",), 1: ("start",), 3: ("old",)}
    may_wait = True

    def prepare(self):
        self.host.must(*TRIAL)
        end_guardians()
        self.host.save("start")
        self.host.must("confirm")
        self.host.save("new")


class Trial(Scene):
    """The values are live, the files wait; each leaves a guardian behind."""

    words = TRIAL
    may_wait = True
    forks = True
    is_apply_first = True

    def prepare(self):
        super().prepare()
        end_guardians()

    def end(self):
        end_guardians()


class Expiring(Scene):
    """As a trial of a second: whatever becomes of apply, its guardian takes it back."""

    words = ["apply", "--confirm=1s", *APPLY[1:]]
    truth = {0: ("old",), 1: ("old",), 3: ("old",)}
    forks = True
    is_apply_first = True

    def prepare(self):
        self.host.name("old", "start")
        self.host.name("old", "new")

    def end(self):
        while guardians():
            time.sleep(0.02)
            bury()


class Guard(Scene):
    """Its time is over, and the guardian that was started with it is dead."""

    words = ["guard", "2"]
    names = ("old", "start")
    truth = {0: ("old",), 1: ("old", "start")}

    def prepare(self):
        self.host.must("apply", "--confirm=3s", *APPLY[1:])
        end_guardians()
        time.sleep(3.5)
        self.host.save("start")
        self.host.name("old", "new")


class Undo(Scene):
    """An apply whose record that all is done cannot be synced: it undoes everything."""

    truth = {3: ("old",)}
    first = ("fdatasync:error=EIO:when=2",)


class UndoOther(Undo):
    """The same because a value cannot be written, for faults of fdatasync(2)."""

    first = ("pwrite64:error=EIO:when=4",)


SCENES = {"apply": Apply, "runtime": Runtime, "rollback": Rollback, "recover": Recover, "boot": Boot,
          "confirm": Confirm, "trial": Trial, "expiring": Expiring, "guard": Guard, "undo": Undo,
          "undo-other": UndoOther}
