#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: apply.py TCPTUNE ROUNDS   (below `unshare -nm --propagation private`)

A durable apply of the server profile that changes running values and files,
beside its own syncs alone, `sysctl -p` and `systemd-sysctl` with the same keys,
all in one run, each after the host was brought back to what it was.  The files
lie on the disk that BENCH_DIR (default: /var/tmp) is on.

Its own syncs alone: the same number of small files and directories, written and
synced in the same order on the same disk.

A sync that costs nothing hides nothing.  So both are measured a second time, with
strace making each sync DELAY_MS longer, as on a disk that has to write.  What
strace itself takes counts as apply's.  There the goal is judged, by the quickest
round of each, because others may be at work here, too; status 1: missed.
"""

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
    """The state directory stays, as on a host that has been tuned before."""
    old_values()
    for path in ("/etc/sysctl.d/90-tcptune.conf", "/etc/systemd/system/nginx.service.d/90-tcptune.conf"):
        if os.path.exists(path):
            os.unlink(path)
    os.sync()


def plan_of_syncs(words):
    """For each sync of an apply: was something written before it (a file), or is it a directory?"""
    reset()
    run("strace", "-qq", "-y", "-o", "/mnt/trace", "-e", "trace=fsync,fdatasync,syncfs", *words,
        stdout=subprocess.DEVNULL)
    syncs = []
    for line in open("/mnt/trace"):
        match = re.match(r"(fsync|fdatasync|syncfs)\(\d+<(.*?)>", line)
        if match:
            syncs.append((match.group(1), match.group(2)))
    return syncs


def sync_alone(disk, syncs):
    """The same kinds of change, and nothing but the syncs is timed."""
    top = tempfile.mkdtemp(dir=disk)
    spent = 0.0
    for i, (call, path) in enumerate(syncs):
        base = os.path.join(top, str(i))
        if os.path.isdir(path) or not os.path.splitext(path)[1] and "journal" not in path \
                and "pending" not in path:
            os.mkdir(base)
            open(os.path.join(base, "x"), "w").close()
            fd = os.open(base, os.O_RDONLY)
        else:
            fd = os.open(base, os.O_WRONLY | os.O_CREAT)
            os.write(fd, b"x" * 2000)
        began = time.perf_counter()
        (os.fdatasync if call == "fdatasync" else os.fsync)(fd)
        spent += time.perf_counter() - began
        os.close(fd)
    shutil.rmtree(top)
    return spent


def slowly(*words):
    """The same words, with longer syncs; the filter leaves other calls alone."""
    return ("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
            "-e", f"inject=fsync,fdatasync:delay_exit={DELAY_MS * 1000}", *words)


def sync_alone_slowly(disk, syncs):
    """sync_alone() in a process whose syncs take longer."""
    done = run(*slowly(sys.executable, __file__, "--syncs", disk, json.dumps(syncs)),
               stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(*words, status=0):
    """Seconds by the clock, and of a processor."""
    began, used = time.perf_counter(), cpu()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    spent = time.perf_counter() - began
    if done.returncode != status:
        sys.exit(f"{' '.join(words)}: status {done.returncode}")
    return spent, cpu() - used


def report(figures, where):
    """A table, in milliseconds; how many times its own syncs the quickest apply takes."""
    walls = {name: [wall for wall, _ in rows] for name, rows in figures.items()}
    base = min(walls["its syncs alone"])
    print(f"{where:42}{'median':>8}{'min':>8}{'cpu':>8}{'min, times the syncs':>22}")
    for name, rows in figures.items():
        used = statistics.median(used for _, used in rows) * 1e3
        print(f"  {name:40}{statistics.median(walls[name]) * 1e3:8.2f}{min(walls[name]) * 1e3:8.2f}"
              f"{f'{used:.2f}' if used else '-':>8}{min(walls[name]) / base:22.2f}")
    return min(walls["tcptune apply"]) / base


def main():
    tcptune, rounds = sys.argv[1], int(sys.argv[2])
    disk = tempfile.mkdtemp(dir=os.environ.get("BENCH_DIR", "/var/tmp"))
    own_host(disk)
    with open("/mnt/server.conf", "w") as f:
        f.write(PROFILE)
    with open("/mnt/keys.conf", "w") as f:
        f.writelines(f"{key} = {new}\n" for key, (_, new) in KEYS.items())
    apply = (tcptune, "apply", "--profile", "/mnt/server.conf", "--except", "fs.*")
    reset()
    run(*apply, stdout=subprocess.DEVNULL)
    syncs = plan_of_syncs(apply)
    figures = {"tcptune apply": [], "its syncs alone": [], "tcptune apply --runtime": [],
               "tcptune apply --dry-run": [], "sysctl -p": [], "systemd-sysctl": []}
    slow = {"tcptune apply": [], "its syncs alone": []}

    for _ in range(rounds):
        reset()
        figures["tcptune apply"].append(timed(*apply))
        figures["its syncs alone"].append((sync_alone(disk, syncs), 0))
        reset()
        figures["tcptune apply --runtime"].append(timed(*apply, "--runtime"))
        reset()
        figures["tcptune apply --dry-run"].append(timed(*apply, "--dry-run", status=2))
        figures["sysctl -p"].append(timed("sysctl", "-q", "-p", "/mnt/keys.conf"))
        old_values()
        figures["systemd-sysctl"].append(timed("/usr/lib/systemd/systemd-sysctl", "/mnt/keys.conf"))

        reset()
        slow["tcptune apply"].append(timed(*slowly(*apply)))
        slow["its syncs alone"].append((sync_alone_slowly(disk, syncs), 0))

    print(f"{len(syncs)} syncs, {rounds} rounds")
    report(figures, "on this disk")
    ratio = report(slow, f"each sync made {DELAY_MS} ms longer by strace")
    run("umount", "/etc")
    run("umount", "/var/lib")
    shutil.rmtree(disk)
    if ratio > GOAL:
        sys.exit(f"MISSED tcptune apply takes {ratio:.2f} x its syncs, the goal is {GOAL}")


if sys.argv[1] == "--syncs":
    print(sync_alone(sys.argv[2], json.loads(sys.argv[3])))
else:
    main()
