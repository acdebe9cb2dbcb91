#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: apply.py TCPTUNE SLOW_SYNC ROUNDS   (below `unshare -nm --propagation private`)

A durable apply of the server profile that changes running values and files,
beside its own syncs alone, `sysctl -p` and `systemd-sysctl` with the same keys,
all in one run, each after the host was brought back to what it was.  It has been tuned
often, so its history is full.  The files lie on the disk that BENCH_DIR (default:
/var/tmp) is on.

Its own syncs alone: what it makes, writes, renames and removes on the disk is done
once more by the trace of one run, in the same order and in an empty directory of the
same disk, and nothing but the time in the syncs is counted.

A sync that costs nothing hides nothing.  So both are measured a second time, each
sync made DELAY_MS longer in their own processes (slow_sync.c), as on a disk that has
to write.  There the goal is judged; status 1: missed.  Others may be at work here, and
the disk then takes longer now and again.  So of a slow apply the time in its own syncs
is taken away, round by round, and of what is left, and of the syncs alone, the quickest
counts.
"""

import ctypes
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

DELAY_MS, GOAL = 5, 1.3
KEPT = 50  # HISTORY_KEPT of src/apply/txn.c
PROFILE = """summary = "server, on a host that differs in five keys and three files";
inherits = ( "server" );
sysctl = (
  { key = "net.core.somaxconn"; exact = "9000"; },
  { key = "net.ipv4.tcp_fin_timeout"; exact = "30"; },
  { key = "net.ipv4.tcp_keepalive_time"; exact = "600"; },
  { key = "net.ipv4.tcp_max_syn_backlog"; exact = "8192"; },
);
nofile = ( { for = "unit:nginx.service"; soft = "8192"; hard = "16384"; } );
"""
KEYS = {"net.core.somaxconn": ("4096", "9000"), "net.ipv4.tcp_fin_timeout": ("60", "30"),
        "net.ipv4.tcp_keepalive_time": ("7200", "600"),
        "net.ipv4.tcp_max_syn_backlog": ("2048", "8192"), "net.ipv4.tcp_mtu_probing": ("0", "1")}


def run(*words, **more):
    return subprocess.run(words, check=True, stdin=subprocess.DEVNULL, **more)


def mount(*words):
    run("mount", *words)


def old_values():
    for key, (old, _) in KEYS.items():
        with open("/proc/sys/" + key.replace(".", "/"), "w") as f:
            f.write(old)


def own_host(disk):
    """/etc (a small one) and /var/lib/tcptune on the disk, /run in memory."""
    for name in ("etc", "var"):
        os.makedirs(f"{disk}/{name}")
    for name in ("passwd", "group", "os-release", "ld.so.cache", "nsswitch.conf"):
        if os.path.exists(f"/etc/{name}"):
            shutil.copy2(f"/etc/{name}", f"{disk}/etc/{name}")
    for name in ("sysctl.d", "security/limits.d", "systemd/system/nginx.service.d", "tcptune"):
        os.makedirs(f"{disk}/etc/{name}")
    open(f"{disk}/etc/security/limits.conf", "w").close()
    mount("--bind", f"{disk}/etc", "/etc")
    mount("--bind", f"{disk}/var", "/var/lib")
    mount("-t", "tmpfs", "tmpfs", "/run")
    mount("-t", "tmpfs", "tmpfs", "/usr/lib/sysctl.d")
    mount("-t", "tmpfs", "tmpfs", "/mnt")


def reset():
    """The state directory stays: it has as many transactions as are kept."""
    old_values()
    for path in ("/etc/sysctl.d/90-tcptune.conf", "/etc/systemd/system/nginx.service.d/90-tcptune.conf"):
        if os.path.exists(path):
            os.unlink(path)
    os.sync()


SYNCS = ("fsync", "fdatasync")
CALLS = {name: re.compile(rf"{name}\((.*)\) += (\d+)") for name in (
    "openat", "write", "fallocate", "mkdirat", "renameat", "renameat2", "unlinkat", *SYNCS)}
WORD = re.compile(r'\d+<([^>]*)>|"((?:[^"\\]|\\.)*)"')


def operation(line):
    """A call on the disk that succeeded: its name, its paths, and a number of bytes."""
    name = line.split("(")[0]
    match = CALLS[name].match(line)
    if not match:
        return None
    words = [path or text for path, text in WORD.findall(match.group(1))]
    if not words or not (words[0] + "/").startswith(("/etc/", "/var/lib/")) \
            or name == "openat" and "O_CREAT" not in line:
        return None
    paths = words[:1] if name in ("write", "fallocate", *SYNCS) else \
        [os.path.join(*pair) for pair in zip(words[::2], words[1::2])]
    size = {"write": match.group(2), "fallocate": match.group(1).split(",")[-1]}.get(name, 0)
    return name, paths, int(size)


def disk_work(words):
    """What one run does to the disk up to its last sync, in its order."""
    reset()
    run("strace", "-qq", "-y", "-o", "/mnt/trace", "-e", "trace=" + ",".join(CALLS), *words,
        stdout=subprocess.DEVNULL)
    with open("/mnt/trace") as f:
        found = [operation(line) for line in f if line.split("(")[0] in CALLS]
    work = [one for one in found if one]
    while work[-1][0] not in SYNCS:
        work.pop()
    return work


def count_syncs(work):
    return sum(name in SYNCS for name, _, _ in work)


def do(name, paths, size):
    """One of them; the seconds it spent in a sync."""
    if name == "mkdirat":
        os.mkdir(paths[0])
    elif name.startswith("renameat"):
        os.rename(*paths)
    elif name == "unlinkat":
        os.unlink(paths[0])
    else:
        fd = os.open(paths[0], os.O_RDONLY if os.path.isdir(paths[0]) else
                     os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        began = time.perf_counter()
        if name == "write":
            os.write(fd, b"x" * size)
        elif name == "fallocate":
            ctypes.CDLL(None).fallocate(fd, 1, ctypes.c_long(0), ctypes.c_long(size))
        elif name != "openat":
            (os.fdatasync if name == "fdatasync" else os.fsync)(fd)
        spent = time.perf_counter() - began
        os.close(fd)
        return spent if name in SYNCS else 0.0
    return 0.0


def sync_alone(disk, work):
    """The same work, and nothing but the syncs is timed."""
    top = tempfile.mkdtemp(dir=disk)
    made = [paths[0] for name, paths, _ in work if name == "mkdirat"]
    for path in {os.path.dirname(path) for _, paths, _ in work for path in paths}:
        if path not in made:
            os.makedirs(top + path, exist_ok=True)
    os.sync()
    spent = sum(do(name, [top + path for path in paths], size) for name, paths, size in work)
    shutil.rmtree(top)
    return spent


def sync_alone_slowly(disk, slow):
    """sync_alone() in a process whose syncs take longer."""
    done = run(sys.executable, __file__, "--syncs", disk, "/mnt/work.json", stdout=subprocess.PIPE,
               text=True, env=slow)
    return float(done.stdout)


def seconds_in_syncs():
    with open("/mnt/spent") as f:
        return float(f.read())


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(*words, status=0, env=None):
    """Seconds by the clock, and of a processor."""
    began, used = time.perf_counter(), cpu()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False,
                          env=env)
    spent = time.perf_counter() - began
    if done.returncode != status:
        sys.exit(f"{' '.join(words)}: status {done.returncode}")
    return spent, cpu() - used


def report(figures, where):
    """A table, in milliseconds.  The quickest of each, in seconds."""
    walls = {name: [wall for wall, _ in rows] for name, rows in figures.items()}
    base = min(walls["its syncs alone"])
    print(f"{where:42}{'median':>8}{'min':>8}{'cpu':>8}{'min, times the syncs':>22}")
    for name, rows in figures.items():
        used = statistics.median(used for _, used in rows) * 1e3
        print(f"  {name:40}{statistics.median(walls[name]) * 1e3:8.2f}{min(walls[name]) * 1e3:8.2f}"
              f"{f'{used:.2f}' if used else '-':>8}{min(walls[name]) / base:22.2f}")
    return {name: min(times) for name, times in walls.items()}


def main():
    tcptune, preloaded, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    slow_env = {**os.environ, "LD_PRELOAD": os.path.abspath(preloaded),
                "SYNC_DELAY_US": str(DELAY_MS * 1000), "SYNC_SPENT": "/mnt/spent"}
    disk = tempfile.mkdtemp(dir=os.environ.get("BENCH_DIR", "/var/tmp"))
    own_host(disk)
    with open("/mnt/server.conf", "w") as f:
        f.write(PROFILE)
    with open("/mnt/keys.conf", "w") as f:
        f.writelines(f"{key} = {new}\n" for key, (_, new) in KEYS.items())
    apply = (tcptune, "apply", "--profile", "/mnt/server.conf", "--except", "fs.*")
    for _ in range(KEPT):
        reset()
        run(*apply, stdout=subprocess.DEVNULL)
    work = disk_work(apply)
    with open("/mnt/work.json", "w") as f:
        json.dump(work, f)
    figures = {"tcptune apply": [], "its syncs alone": [], "tcptune apply --runtime": [],
               "tcptune apply --dry-run": [], "sysctl -p": [], "systemd-sysctl": []}
    slow = {"tcptune apply": [], "... but for its syncs": [], "its syncs alone": []}

    for _ in range(rounds):
        reset()
        figures["tcptune apply"].append(timed(*apply))
        figures["its syncs alone"].append((sync_alone(disk, work), 0))
        reset()
        figures["tcptune apply --runtime"].append(timed(*apply, "--runtime"))
        reset()
        figures["tcptune apply --dry-run"].append(timed(*apply, "--dry-run", status=2))
        figures["sysctl -p"].append(timed("sysctl", "-q", "-p", "/mnt/keys.conf"))
        old_values()
        figures["systemd-sysctl"].append(timed("/usr/lib/systemd/systemd-sysctl", "/mnt/keys.conf"))

        reset()
        slow["tcptune apply"].append(timed(*apply, env=slow_env))
        slow["... but for its syncs"].append((slow["tcptune apply"][-1][0] - seconds_in_syncs(), 0))
        slow["its syncs alone"].append((sync_alone_slowly(disk, slow_env), 0))

    print(f"{count_syncs(work)} syncs, {rounds} rounds")
    report(figures, "on this disk")
    least = report(slow, f"each sync made {DELAY_MS} ms longer")
    ratio = 1 + least["... but for its syncs"] / least["its syncs alone"]
    print(f"both together: {ratio:.2f} times the syncs")
    run("umount", "/etc")
    run("umount", "/var/lib")
    shutil.rmtree(disk)
    for name in ("tcptune apply", "its syncs alone"):
        if least[name] < count_syncs(work) * DELAY_MS / 1e3:
            sys.exit(f"{name}: its syncs did not take longer")
    if ratio > GOAL:
        sys.exit(f"MISSED tcptune apply takes {ratio:.2f} x its syncs, the goal is {GOAL}")


if sys.argv[1] == "--syncs":
    with open(sys.argv[3]) as work_file:
        print(sync_alone(sys.argv[2], json.load(work_file)))
else:
    main()
