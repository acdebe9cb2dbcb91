# SPDX-License-Identifier: GPL-2.0-or-later
"""A host to be crashed again and again, in namespaces of its own.

Host() needs to run below `unshare -nmpf --propagation private`: it mounts a
small /etc, /var/lib and /run over those that are there, tuned badly.  save()
keeps a state, reset() brings it back, look() tells it: names, bytes, modes,
owners and extended attributes below /etc, and every setting of /proc/sys/net.
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
# What a host holds that needs tuning: running, and so that it is there after the next boot.
BAD = {"net.ipv4.tcp_sack": "0", "net.ipv4.tcp_window_scaling": "0", "net.ipv4.tcp_recovery": "0",
       "net.ipv4.tcp_rmem": "4096 16384 200000", "net.ipv4.tcp_wmem": "4096 16384 200000",
       "net.ipv4.tcp_keepalive_probes": "2", "net.ipv4.tcp_max_tw_buckets": "3000"}
BAD_FILES = {
    "sysctl.d/10-bad.conf": "".join(f"{key} = {value}\n" for key, value in BAD.items()),
    "security/limits.conf": "",
}


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


def path_of(key):
    return "/proc/sys/" + key.replace(".", "/")


def write_value(path, value):
    with open(path, "wb") as f:
        f.write(value)


class Settings:
    """Of this network namespace, which has them all from its birth: each is opened but once."""

    def __init__(self):
        self.open = {}
        for top, _, files in os.walk(NET):
            for path in (os.path.join(top, name) for name in files if not name.endswith(UNREAD)):
                try:
                    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                    os.pread(fd, 4096, 0)
                    self.open[path] = fd
                except OSError:
                    pass

    def read(self):
        return {path: os.pread(fd, 4096, 0) for path, fd in self.open.items()}


class Host:
    def __init__(self, tcptune):
        self.tcptune = tcptune
        self.saved, self.kept = {}, {}
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
        for key, value in BAD.items():
            write_value(path_of(key), value.encode())
        self.settings = Settings()

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
        for name, text in BAD_FILES.items():
            with open(f"{LOWER}/{name}", "w") as f:
                f.write(text)

    def run(self, *words, under=()):
        done = subprocess.run([*under, self.tcptune, *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = done.stdout + done.stderr
        return done.returncode

    def must(self, *words):
        status = self.run(*words)
        if status != 0:
            told = "\n".join(self.said.decode().splitlines()[:12])
            sys.exit(f"{' '.join(words)}: status {status}\n{told}")

    def start(self, *words):
        """One that goes on by itself."""
        subprocess.Popen([self.tcptune, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)

    def name(self, of, name):
        """The same state by another name."""
        self.saved[name] = self.saved[of]
        self.kept[name] = self.kept[of]

    def save(self, name):
        self.kept[name] = f"/mnt/saved/{name}"
        for part in CHANGED:
            copy(f"/etc/{part}", f"{self.kept[name]}/etc/{part}")
        copy(STATE, f"{self.kept[name]}/state")
        self.saved[name] = self.look()

    def reset(self, name):
        files, values = self.look()
        saved_files, saved_values = self.saved[name]
        copy(f"{self.kept[name]}/state", STATE)
        if (files, values) == self.saved[name]:
            return
        for part in CHANGED if files != saved_files else ():
            copy(f"{self.kept[name]}/etc/{part}", f"/etc/{part}")
        for path, value in saved_values.items():
            if values[path] != value:
                write_value(path, value)
        found = self.look()
        if found != self.saved[name]:
            sys.exit(f"could not go back to '{name}': {self.difference(found, name)}")

    def look(self):
        files = {}
        for top, dirs, names in os.walk("/etc"):
            for name in [*dirs, *names]:
                path = os.path.join(top, name)
                files[path] = describe(path)
        return files, self.settings.read()

    def is_state(self, name, found=None):
        return (found or self.look()) == self.saved[name]

    def difference(self, found, name):
        said = []
        for now, then in zip(found, self.saved[name]):
            for key in sorted(now.keys() | then.keys()):
                if now.get(key) != then.get(key):
                    said.append(f"{key}: {now.get(key)}, in '{name}' {then.get(key)}")
        return "\n    ".join(said[:6])
