# SPDX-License-Identifier: GPL-2.0-or-later
"""A host to be crashed again and again, in namespaces of its own.

Host() needs to run below `unshare -nmpf --propagation private`: it mounts a
small /etc, /var/lib and /run over those that are there.  save() keeps a state,
reset() brings it back, look() tells it: names, bytes, modes, owners and
extended attributes below /etc, and every setting of /proc/sys/net.
"""

import os
import shutil
import stat
import subprocess
import sys

LOWER = "/mnt/lower"
CHANGED = ["sysctl.d", "security", "systemd", "modules-load.d", "tcptune"]
STATE = "/var/lib/tcptune"
NET = "/proc/sys/net"
# Reading acts, or they change by themselves.
UNREAD = ("flush", "tcp_fastopen_key", "nf_conntrack_count", "stable_secret", "ns_last_pid")


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def copy(source, target):
    if os.path.lexists(target):
        shutil.rmtree(target)
    if os.path.exists(source):
        shutil.copytree(source, target, symlinks=True)
        for top, dirs, files in os.walk(source):
            for name in [*dirs, *files, "."]:
                path = os.path.join(top, name)
                st = os.lstat(path)
                os.chown(os.path.join(target, os.path.relpath(path, source)), st.st_uid, st.st_gid,
                         follow_symlinks=False)


def describe(path):
    st = os.lstat(path)
    content = open(path, "rb").read() if stat.S_ISREG(st.st_mode) else b""
    attributes = {x: os.getxattr(path, x, follow_symlinks=False)
                  for x in os.listxattr(path, follow_symlinks=False)}
    return st.st_mode, st.st_uid, st.st_gid, content, attributes


def settings():
    found = {}
    for top, _, files in os.walk(NET):
        for name in files:
            path = os.path.join(top, name)
            if name.endswith(UNREAD):
                continue
            try:
                with open(path, "rb") as f:
                    found[path] = f.read()
            except OSError:
                pass
    return found


class Host:
    def __init__(self, tcptune, profile):
        self.tcptune = tcptune
        self.profile = profile
        self.saved = {}
        mount("-t", "proc", "proc", "/proc")
        mount("-t", "tmpfs", "tmpfs", "/mnt")
        self._lower_etc()
        for name in ("etc", "var"):
            os.makedirs(f"/mnt/{name}.upper")
            os.makedirs(f"/mnt/{name}.work")
        mount("-t", "overlay", "overlay", "-o",
              f"lowerdir={LOWER},upperdir=/mnt/etc.upper,workdir=/mnt/etc.work", "/etc")
        mount("-t", "tmpfs", "tmpfs", "/var/lib")
        mount("-t", "tmpfs", "tmpfs", "/run")
        mount("-t", "tmpfs", "tmpfs", "/usr/lib/sysctl.d")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def _lower_etc(self):
        os.makedirs(LOWER)
        for name in ("passwd", "group", "os-release", "ld.so.cache", "nsswitch.conf", "pam.d"):
            source = os.path.join("/etc", name)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(LOWER, name), symlinks=True)
            elif os.path.exists(source):
                shutil.copy2(source, os.path.join(LOWER, name))
        os.makedirs(f"{LOWER}/sysctl.d")
        os.makedirs(f"{LOWER}/security/limits.d")
        os.makedirs(f"{LOWER}/systemd/system")
        open(f"{LOWER}/security/limits.conf", "w").close()

    def run(self, *words, under=()):
        done = subprocess.run([*under, self.tcptune, *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = done.stdout + done.stderr
        return done.returncode

    def must(self, *words):
        status = self.run(*words)
        if status != 0:
            sys.exit(f"{' '.join(words)}: status {status}\n{self.said.decode()}")

    def save(self, name):
        for part in CHANGED:
            copy(f"/etc/{part}", f"/mnt/saved/{name}/etc/{part}")
        copy(STATE, f"/mnt/saved/{name}/state")
        self.saved[name] = (settings(), self.look())

    def reset(self, name):
        for part in CHANGED:
            copy(f"/mnt/saved/{name}/etc/{part}", f"/etc/{part}")
        copy(f"/mnt/saved/{name}/state", STATE)
        now = settings()
        for path, value in self.saved[name][0].items():
            if now.get(path) != value:
                with open(path, "wb") as f:
                    f.write(value)
        found = self.look()
        if found != self.saved[name][1]:
            sys.exit(f"could not go back to '{name}': {self.difference(found, name)}")

    def look(self):
        files = {}
        for top, dirs, names in os.walk("/etc"):
            for name in [*dirs, *names]:
                path = os.path.join(top, name)
                files[path] = describe(path)
        return files, settings()

    def is_state(self, name, found=None):
        return (found or self.look()) == self.saved[name][1]

    def difference(self, found, name):
        said = []
        for now, then in zip(found, self.saved[name][1]):
            for key in sorted(now.keys() | then.keys()):
                if now.get(key) != then.get(key):
                    said.append(f"{key}: {now.get(key)}, in '{name}' {then.get(key)}")
        return "\n    ".join(said[:6])
