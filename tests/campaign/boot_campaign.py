#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/campaign/boot_campaign.py BUILD [SECONDS [SEED]]

A differential campaign: random trees of sysctl.d and limits.d are given to this
host's own systemd-sysctl, `sysctl --system` and pam_limits, and to
BUILD/tests/campaign/boot_predict.  Every disagreement is printed with its tree,
which is kept in BUILD/campaign/ROUND, and the same seed makes the same trees.

The programs run in a chroot on the tree, with namespaces of their own: /proc/sys
is read-only but for /proc/sys/net of a network namespace made for each run, and
nothing of the host's /etc, /run or /usr/lib can be seen.  Needs root.
"""
import ctypes
import itertools
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

KEYS = ["net/ipv4/tcp_fin_timeout", "net/ipv4/tcp_keepalive_time", "net/ipv4/tcp_keepalive_intvl",
        "net/ipv4/tcp_rmem", "net/ipv4/ip_local_port_range", "net/core/somaxconn",
        "net/ipv4/tcp_congestion_control", "net/ipv4/ip_forward"]
INTERFACES = ["all", "default", "lo", "br0", "eth0.100"]
CONF = ["rp_filter", "log_martians", "accept_redirects", "forwarding"]
SETTINGS = KEYS + [f"net/ipv4/conf/{i}/{c}" for i in INTERFACES for c in CONF]

USERS = {"root": (0, 0), "toor": (0, 0), "alice": (1001, 1001), "bob": (1002, 1002),
         "carol": (1003, 3000), "svc": (500, 500)}
GROUPS = {"root": (0, ""), "alice": (1001, ""), "bob": (1002, ""), "svc": (500, ""),
          "web": (2001, "alice,bob,root"), "db": (2002, "alice"), "staff2": (3000, "")}
# The readers of each Debian release; no other host's programs are known by name.
READERS = {"11": ("sd247", "pp3317", "deb11"), "12": ("sd252", "pp402", "deb12"),
           "13": ("sd257", "pp404", "deb13")}
PID1 = (1010, 18010)
CALLER = (910, 17010)

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


# ------------------------------------------------------------------ random trees
class Tree:
    """What a round's files are made of; each number occurs once, so that a value tells its line."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 1000

    def one_of(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def next(self):
        self.number += self.random.randrange(1, 4)
        return self.number

    # -- sysctl.d

    def value(self, key):
        if key.endswith(("tcp_rmem", "port_range")):
            low = self.next()
            return self.one_of(f"{low} {low + 20000} {low + 30000}", f"{low}\t{low + 20000}",
                               f"{low}", f"{low} 1x", f"{low},{low + 9}", f" {low}  {low + 9000} ")
        if key.endswith("congestion_control"):
            # Others may be for the first namespace only.
            return self.one_of(*value("net/ipv4/tcp_allowed_congestion_control").split(), "none", "reno # x")
        if "/conf/" in key or key.endswith("ip_forward"):
            return str(self.random.randrange(3))
        n = self.next()
        return self.one_of(*[str(n)] * 12, f"0x{n:x}", f"0{n:o}", f"{n} # note", f"{n}# x", f'"{n}"',
                           f"{n}k", f"+{n}", f"-{n}", "", "x", f"{n};", "99999999999", f"{n} {n + 1}")

    def spelling(self, key):
        dotted = key.replace(".", "\0").replace("/", ".").replace("\0", "/")
        return self.one_of(*[dotted] * 8, key, key, "/" + key, key.replace("/", "//", 1), "./" + key,
                           dotted + ".", key + "/", "." + dotted, dotted.replace(".", "/", 1), key + "/.",
                           dotted.upper(), key.replace("net/", "net/../net/", 1), "proc/sys/" + key,
                           key.replace("/", ".", 1), dotted.replace(".", "..", 1))

    def glob(self):
        return self.one_of("net.ipv4.conf.*.rp_filter", "net/ipv4/conf/*/log_martians",
                           "net.ipv4.conf.*.accept_redirects", "net.ipv4.conf.??0.rp_filter",
                           "net.ipv4.conf.[bl]*.log_martians", "net.ipv4.conf.[!a]*.rp_filter",
                           "net.ipv4.tcp_keepalive_*", "net.ipv4.tcp_k*_time", "net.*.tcp_fin_timeout",
                           "net.ipv4.conf.eth0/*.rp_filter", "net.ipv4.conf.*.*_filter", "net.ipv4.*",
                           "net.ipv4.conf.br?.forwarding", "net.ipv4.conf.a[a-m]l.log_martians",
                           "net.ipv4.tcp_keepalive_[ti]*", "net/ipv4/conf/*/rp_filter/", "net.ipv4.conf.[.rp_filter",
                           "net//ipv4/conf/*/rp_filter", "*", "net.ipv4.conf.\\*.rp_filter")

    def blank(self):
        if self.chance(60):
            return ""
        return self.one_of(" ", " ", " ", "\t", "  ") if self.chance(90) else self.one_of("\f", "\v", "\r", "\xa0")

    def sysctl_line(self, earlier):
        key = self.random.choice(SETTINGS)
        if earlier and self.chance(35):
            key = self.random.choice(earlier)
        earlier.append(key)
        name = self.spelling(key)
        if self.chance(20):
            name = self.glob()
        if earlier and self.chance(4):
            name += self.one_of(" ", "\t", "x", "=", "é")
        minus = self.one_of(*[""] * 14, "-", "-", "- ", "--", " -")
        b = self.blank
        kind = self.random.randrange(100)
        if kind < 72:
            return f"{b()}{minus}{name}{b()}={b()}{self.value(key)}{b()}"
        if kind < 84:
            return f"{b()}{minus or '-'}{name}{b()}"
        if kind < 90:
            return self.one_of("# ", ";", " #", "\t; ", "\f#", "#", "-# ") + f"{name} = {self.value(key)}"
        if kind < 93:
            return f"{name} {self.value(key)}"
        if kind < 96:
            return self.one_of("", " ", "=", " = ", "-", "- ", "=1", "-=", "-=5", "/", ".", "/ = 1", "x")
        return f"{name} = {self.value(key)} {self.one_of(chr(92), '# x', '; x', '=y')}"

    def sysctl_file(self, earlier):
        if self.chance(6):
            return b""
        lines = [self.sysctl_line(earlier) for _ in range(self.random.randrange(1, 8))]
        if self.chance(10):
            lines.append(self.random.choice(lines))
        ends = self.one_of(*["\n"] * 8, "\r\n", "\r", "\n\r", "\0", "\n\0", None)
        text = "".join(line + (ends or self.one_of("\n", "\r", "\0", "\r\n", "\n\n", "\n\r\n", "\0\n"))
                       for line in lines)
        if self.chance(10):
            text = text.rstrip("\n\r\0")
        data = text.encode("utf-8" if self.chance(90) else "latin-1", "replace")
        if self.chance(4):
            data = b"\xef\xbb\xbf" + data
        if self.chance(2):
            at = self.random.randrange(len(data) + 1)
            data = data[:at] + b"x" * self.one_of(1048570, 1048576, 1048600, 1500) + data[at:]
        return data

    def sysctl(self, root):
        dirs = ["etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d"]
        names = ["10-a.conf", "50-b.conf", "9-c.conf", "Z.conf", "z.conf", "99-sysctl.conf", "tcp.conf",
                 ".dot.conf", ".conf", "a.CONF", "a.conf.bak", "50-b.conf~", "50.conf", "é.conf", "a b.conf"]
        earlier = []
        lib = self.one_of("merged", "merged", "merged", "none", "apart")
        if lib == "merged":
            make_link(root, "lib", "usr/lib")
        elif lib == "apart":
            dirs.append("lib/sysctl.d")
        for d in dirs:
            kind = self.random.randrange(100)
            if kind < 25:
                continue
            if kind < 32:
                other = self.random.choice(dirs)
                # Not to a file: a link in another directory that leads through it is told from
                # a dangling one by systemd's exit status only.
                make_link(root, d, self.one_of("/" + other, "../../" + other, "nowhere", "sysctl.d"))
                continue
            make_dir(root, d)
            for name in self.random.sample(names, self.random.randrange(0, 6)):
                self.entry(root, f"{d}/{name}", lambda: self.sysctl_file(earlier),
                           ["../sysctl.conf", "/etc/sysctl.conf", "10-a.conf", "/usr/lib/sysctl.d/50-b.conf"])
        if self.chance(50):
            self.entry(root, "etc/sysctl.conf", lambda: self.sysctl_file(earlier), ["/etc/sysctl.d/50-b.conf"])

    def entry(self, root, path, content, targets):
        """A file, or one of the other things that can stand there."""
        name = path.rsplit("/", 1)[1]
        kind = self.random.randrange(100)
        if kind < 70:
            make_file(root, path, content())
        elif kind < 76:
            make_link(root, path, "/dev/null")
        elif kind < 90:
            make_link(root, path, self.one_of(*targets, *targets, "nowhere", name, "../../dev/null", "."))
        else:
            make_dir(root, path)

    # -- limits.d

    def limits_line(self):
        domain = self.one_of("*", "*", "*", "root", "alice", "alice", "bob", "@web", "@web", "@db", "@staff2",
                             "@alice", "1001", "1001:", "500:1002", ":1002", "@1001:", "@2000:3000", "@:2001",
                             "@:3000", "%web", "%", "@", "toor", "carol", "0:", ":0", "@0:5", "%:0", "1001:x",
                             "al*", "ALICE", "@WEB", "-", "99999999999:", "0x3e9", "1001:1001")
        kind = self.one_of("soft", "soft", "soft", "hard", "hard", "hard", "-", "-", "-", "SOFT", "Hard", "both", "")
        item = self.one_of(*["nofile"] * 12, "NOFILE", "nproc", "maxlogins", "nofiles", "NoFile", "priority",
                           "nonewprivs")
        n = self.next()
        value = self.one_of(*[str(n)] * 14, "unlimited", "infinity", "-1", "-", "0", "4", "5", f"{n}k", f"0x{n:x}", f"0{n}",
                            f"-{n}", f"+{n}", "99999999999999999999999", "junk", str(17005 + n % 10), "20001",
                            "1048577", "Unlimited", f"{n}.5", "1", "10", "19", "")
        sep = self.one_of(" ", " ", "\t", "   ", " \t ", "\v", "\r")
        tail = self.one_of(*[""] * 12, " # note", "#note", " junk", "\r", " ", "\t\r", ";", "\0x")
        lead = self.one_of(*[""] * 8, " ", "\t", "#", ";", "\f")
        if self.chance(8):
            return f"{lead}{domain}{sep}{self.one_of('-', '-', '-x', 'soft', '--')}{tail}"
        if self.chance(4):
            return self.one_of("", "#", " ", "*", "* soft", "alice soft nofile", "x" * 400 + "*", "\0")
        line = sep.join(w for w in (domain, kind, item, value) if w)
        if self.chance(3):
            line = "#" + "y" * self.one_of(1015, 1020, 1021, 1022, 1023, 2043, 2045, 2046) + line
        return lead + line + tail

    def limits_file(self):
        if self.chance(5):
            return b""
        end = self.one_of(*["\n"] * 9, "\r\n", "\n\n")
        text = end.join(self.limits_line() for _ in range(self.random.randrange(1, 9)))
        text += end if self.chance(90) else ""
        return (b"\xef\xbb\xbf" if self.chance(3) else b"") + text.encode("utf-8")

    def limits(self, root):
        names = ["10-a.conf", "b.conf", "B.conf", ".dot.conf", "c.conf~", "d.CONF", "é.conf", "90-z.conf"]
        if self.chance(96):
            self.random.randrange(100)
            if self.chance(93):
                make_file(root, "etc/security/limits.conf", self.limits_file())
            else:
                self.entry(root, "etc/security/limits.conf", self.limits_file, ["limits.d/b.conf"])
        make_file(root, "etc/other.conf", self.limits_file())
        if self.chance(70):
            make_dir(root, "etc/security/limits.d")
            for name in self.random.sample(names, self.random.randrange(0, 4)):
                if self.chance(93):
                    make_file(root, f"etc/security/limits.d/{name}", self.limits_file())
                else:
                    self.entry(root, f"etc/security/limits.d/{name}", self.limits_file, ["b.conf"])


def make_dir(root, path):
    (root / path).mkdir(parents=True, exist_ok=True)


def make_file(root, path, data):
    if (root / path).is_dir() or (root / path).is_symlink():
        return
    make_dir(root, os.path.dirname(path))
    (root / path).write_bytes(data)


def make_link(root, path, target):
    make_dir(root, os.path.dirname(path))
    if not os.path.lexists(root / path):
        os.symlink(target, root / path)


# --------------------------------------------------------------------- programs
class Predictor:
    def __init__(self, build):
        self.process = subprocess.Popen([build / "tests/campaign/boot_predict"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, encoding="latin-1")

    def ask(self, *fields):
        self.process.stdin.write("\t".join(map(str, fields)) + "\n")
        self.process.stdin.flush()
        records = []
        for line in self.process.stdout:
            if line == ".\n":
                return records
            records.append([unescape(f) for f in line.rstrip("\n").split("\t")])
        sys.exit(f"boot_predict ended at {fields}")


def unescape(text):
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), text)


def run(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True)


def libraries(program):
    out = run("ldd", program).stdout.decode()
    return re.findall(r"(/\S+) \(0x", out)


def make_oracle(oracle, build):
    """The programs with all they need, to be seen as /oracle in the chroot."""
    (oracle / "lib").mkdir(parents=True)
    (oracle / "pam.d").mkdir()
    programs = {"systemd-sysctl": "/usr/lib/systemd/systemd-sysctl", "sysctl": shutil.which("sysctl") or "/sbin/sysctl",
                "session": build / "campaign-session"}
    pam = next(pathlib.Path("/usr/lib").glob("*/security/pam_limits.so"))
    libpam = next(pam.parent.parent.glob("libpam.so.0"))
    run("cc", "-O1", "-o", programs["session"], pathlib.Path(__file__).parent / "session.c", libpam)
    for name, path in programs.items():
        shutil.copy(path, oracle / name)
        for library in libraries(path):
            shutil.copy(library, oracle / "lib")
    shutil.copy(pam, oracle / "pam_limits.so")
    for library in libraries(pam):
        shutil.copy(library, oracle / "lib")
    for service, args in (("plain", ""), ("all", "set_all"), ("conf", "conf=/etc/other.conf")):
        (oracle / "pam.d" / service).write_text(f"session required /oracle/pam_limits.so {args}\n")


def enter_network():
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "-batch", "-"], check=True, text=True, stdout=subprocess.DEVNULL,
                   input="link add br0 type bridge\nlink add eth0.100 type bridge\n")


def copy_settings(tree):
    """Every name and mode of proc/sys/net as such a network has it: globs expand over them."""
    child = os.fork()
    if not child:
        enter_network()
        for name in os.listdir("/proc/sys"):
            make_dir(tree, "proc/sys/" + name)
        for folder, _, files in os.walk("/proc/sys/net"):
            make_dir(tree, folder[1:])
            for name in files:
                path = os.path.join(folder, name)
                make_file(tree, path[1:], b"0\n")
                (tree / path[1:]).chmod(os.stat(path).st_mode & 0o777)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit("a network namespace cannot be made")
    algorithms = tree / "proc/sys/net/ipv4/tcp_available_congestion_control"
    algorithms.write_text(value("net/ipv4/tcp_available_congestion_control") + "\n")


def in_chroot(view, *command, network=False):
    """What the program says and its status; with network: in a new one, and what settings held before and after."""
    settings = {}
    read, write = os.pipe()
    child = os.fork()
    if not child:
        status = 125
        try:
            os.close(read)
            if network:
                enter_network()
            before = {k: value(k) for k in SETTINGS if network}
            os.dup2(write, 1), os.dup2(write, 2)
            done = subprocess.run([shutil.which("chroot"), view, "/oracle/ld.so", "--library-path", "/oracle/lib", *command],
                                  env={"SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console",
                                       "SYSTEMD_LOG_COLOR": "0", "LC_ALL": "C"})
            status = done.returncode & 0x7f
            for key, old in before.items():
                os.write(1, f"\nHELD\t{key}\t{old}\t{value(key)}\n".encode())
        except Exception as e:
            os.write(2, repr(e).encode())
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        out = pipe.read().decode("latin-1")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status >= 125:
        sys.exit(f"{command[0]} could not be run:\n{out}")
    for key, before, after in re.findall(r"^HELD\t(.*?)\t(.*?)\t(.*)$", out, re.M):
        settings[key] = before, after
    return out, status, settings


def value(key):
    try:
        with open("/proc/sys/" + key, encoding="latin-1") as f:
            return f.read().rstrip("\n").replace("\t", " ")
    except OSError as e:
        return f"({e.strerror})"


# ------------------------------------------------------------------- comparison
def in_one_order(mine, real):
    """systemd-sysctl writes what a glob matches as the directory has it: sort what comes of one line."""
    mine_sorted, real_sorted, at = [], [], 0
    for _, group in itertools.groupby(mine, key=lambda w: w[1:]):
        group = [w[:2] for w in group]
        mine_sorted += sorted(group)
        real_sorted += sorted(real[at:at + len(group)])
        at += len(group)
    return mine_sorted, real_sorted + real[at:]


def readers():
    release = dict(re.findall(r'^(\w+)="?(.*?)"?$', pathlib.Path("/etc/os-release").read_text(), re.M))
    known = READERS.get(release.get("VERSION_ID")) if release.get("ID") == "debian" else None
    return known or sys.exit(f"the programs of {release.get('PRETTY_NAME')} are not known: Debian 11 to 13 are")


def short(said):
    text = repr(said)
    return text if len(text) < 2000 else text[:2000] + " ..."


class Campaign:
    DONE, PARTIAL, REFUSED, UNKNOWN, ABSENT, IMPOSSIBLE, DIRECTORY, TOP, READ_ONLY, INVALID = range(10)

    def __init__(self, build, work):
        self.tree, self.view, self.kept = work / "tree", work / "view", build / "campaign"
        self.predictor = Predictor(build)
        self.checks = self.disagreements = 0
        self.nr_open = int(value("fs/nr_open"))
        self.sysctl_reader, self.procps_reader, self.pam_reader = readers()

    def clean(self):
        for name in ("etc", "run", "usr", "lib"):
            path = self.tree / name
            if path.is_symlink() or not path.is_dir():
                path.unlink(missing_ok=True)
            else:
                shutil.rmtree(path)

    def expect(self, seed, what, mine, theirs):
        self.checks += 1
        if mine == theirs:
            return
        self.disagreements += 1
        kept = self.kept / str(seed)
        if not kept.exists():
            kept.mkdir(parents=True)
            run("cp", "-a", *(str(self.tree / n) for n in ("etc", "run", "usr", "lib")
                              if os.path.lexists(self.tree / n)), str(kept))
        print(f"{kept}: {what}:\n    predicted {short(mine)}\n    real      {short(theirs)}", flush=True)

    def status(self, seed, who, records, real):
        mine = records[-1][1]
        foreign = any(r[0] == "write" and r[1] == "0" and r[2].strip("/") not in SETTINGS for r in records)
        if mine == "0" and foreign:
            return  # a key that no catalogue knows may take the value or not
        self.expect(seed, f"{who}: status", mine, str(real))

    def final(self, seed, who, records, settings):
        mine = {r[1]: r[2].replace("\t", " ") for r in records if r[0] == "final"}
        for key, (before, after) in settings.items():
            if mine.get(key) != "?":
                self.expect(seed, f"{who}: {key}", mine.get(key, before), after)

    def systemd(self, seed):
        records = self.predictor.ask("sysctl", self.sysctl_reader, self.tree)
        out, status, settings = in_chroot(self.view, "/oracle/systemd-sysctl", network=True)
        # It cuts what it says at 2 KiB, and does not tell of what it refuses itself.  Left
        # out is /proc/sys itself: it has many names there, and only the status can tell.
        real = re.findall(r"^Setting '/proc/sys/(.*?)' to '(.*)'$", out, re.M)
        mine = [(r[2], r[3], r[4]) for r in records
                if r[0] == "write" and r[2] not in ("", "/") and int(r[1]) != self.INVALID and len(r[2] + r[3]) < 2000]
        self.expect(seed, "systemd-sysctl: writes", *in_one_order(mine, real))
        self.status(seed, "systemd-sysctl", records, status)
        self.final(seed, "systemd-sysctl", records, settings)

    def procps(self, seed):
        records = self.predictor.ask("sysctl", self.procps_reader, self.tree)
        out, status, settings = in_chroot(self.view, "/oracle/sysctl", "--system", network=True)
        self.status(seed, "sysctl --system", records, status)
        self.final(seed, "sysctl --system", records, settings)

    def limits(self, seed):
        service, args = Tree(seed).one_of(("plain", ""), ("plain", ""), ("all", "set_all"),
                                          ("conf", "conf=/etc/other.conf"))
        out, _, _ = in_chroot(self.view, "/oracle/session", "/oracle/pam.d", service, "%d:%d" % CALLER, *USERS)
        real = {line.split()[0]: line.split()[1:] for line in out.splitlines() if re.match(r"\S+ \d+ \d+ \d+$", line)}
        for user in USERS:
            session, nofile = self.predictor.ask("pam", self.pam_reader, self.tree, user, "%d:%d" % PID1,
                                                 "%d:%d" % CALLER, self.nr_open, args)
            mine = [session[1], *(n.replace("infinity", str(2**64 - 1)) for n in nofile[1:3])]
            self.expect(seed, f"pam_limits {args}: {user}", mine, real.get(user))

    def round(self, seed):
        self.clean()
        tree = Tree(seed)
        for name in ("etc", "run", "usr/lib"):
            make_dir(self.tree, name)
        tree.sysctl(self.tree)
        tree.limits(self.tree)
        make_file(self.tree, "etc/passwd", "".join(f"{n}:x:{u}:{g}::/:/bin/sh\n" for n, (u, g) in USERS.items()).encode())
        make_file(self.tree, "etc/group", "".join(f"{n}:x:{g}:{m}\n" for n, (g, m) in GROUPS.items()).encode())
        self.systemd(seed)
        self.procps(seed)
        self.limits(seed)


def mount_all(work, oracle):
    """The tree has the settings as plain files; the view on it has what the programs need."""
    for name in ("tree/dev", "tree/oracle", "view"):
        make_dir(work, name)
    copy_settings(work / "tree")
    make_file(work, "tree/dev/null", b"")
    tree, view = work / "tree", work / "view"
    run("mount", "--bind", tree, view)
    run("mount", "--bind", oracle, view / "oracle")
    run("mount", "--bind", "/dev/null", view / "dev/null")
    run("mount", "-t", "proc", "proc", view / "proc")
    run("mount", "--bind", view / "proc/sys", view / "proc/sys")
    run("mount", "-o", "remount,ro,bind", view / "proc/sys")
    run("mount", "--bind", view / "proc/sys/net", view / "proc/sys/net")
    run("mount", "-o", "remount,rw,bind", view / "proc/sys/net")


def main():
    if os.geteuid():
        sys.exit("the campaign makes namespaces and needs root")
    if os.getpid() != 1:
        # PID 1 of its own, whose limits pam_limits reads, and nobody who could raise them.
        os.execvp("unshare", ["unshare", "-mpf", "--mount-proc", "--propagation", "private", "setpriv",
                              "--bounding-set=-sys_resource", "prlimit", "--nofile=%d:%d" % PID1,
                              sys.executable, *sys.argv])
    build = pathlib.Path(sys.argv[1]).resolve()
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() // 1000 % 10**9
    work = build / "campaign-work"
    work.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "tmpfs", work)
    make_oracle(work / "oracle", build)
    shutil.copy("/lib64/ld-linux-x86-64.so.2", work / "oracle/ld.so")
    mount_all(work, work / "oracle")

    campaign = Campaign(build, work)
    began, rounds = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        campaign.round(seed + rounds)
        rounds += 1
    print(f"{rounds} trees from seed {seed}: {campaign.checks} checks, {campaign.disagreements} disagreements")
    sys.exit(campaign.disagreements != 0 or not rounds)


if __name__ == "__main__":
    main()
