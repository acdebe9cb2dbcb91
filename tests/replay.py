#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/replay.py PROGRAM sysctl|limits|systemd [SCRATCH]

Every recorded case of tests/vectors through the program itself: the tree
becomes --root, the program that was recorded --reader, and what `explain`
says is compared with what was recorded.  tests/vectors/README tells the
format.  Nothing is skipped in silence: what a tree cannot tell is counted by
its reason.
"""
import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
WORKERS = 2

USERS = """\
root:x:0:0::/root:/bin/sh
toor:x:0:0::/root:/bin/sh
alice:x:1001:1001::/home/alice:/bin/sh
bob:x:1002:1002::/home/bob:/bin/sh
carol:x:1003:3000::/home/carol:/bin/sh
svc:x:500:500::/:/bin/false
"""
GROUPS = """\
root:x:0:
alice:x:1001:
bob:x:1002:
svc:x:500:
web:x:2001:alice,bob,root
db:x:2002:alice
staff2:x:3000:
"""


class Tally:
    """What was compared, what was not and why, and what came out different."""

    def __init__(self):
        self.lock = threading.Lock()
        self.cases = self.runs = self.checks = 0
        self.apart = {}
        self.wrong = []

    def check(self, good, *what):
        with self.lock:
            self.checks += 1
            if not good:
                self.wrong.append(" ".join(map(str, what)))

    def leave(self, reason):
        with self.lock:
            self.apart[reason] = self.apart.get(reason, 0) + 1

    def report(self):
        for line in self.wrong:
            print(line)
        for reason, times in sorted(self.apart.items()):
            print(f"not compared: {times} records: {reason}")
        print(f"{self.cases} cases, {self.runs} runs, {self.checks} checks, "
              f"{len(self.wrong)} disagreements")
        return bool(self.wrong) or not self.checks


def explain(tally, tree, readers, *words):
    command = [PROGRAM, "explain", *words, "--json", "--root", str(tree)]
    for name in readers:
        command += ["--reader", name]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    with tally.lock:
        tally.runs += 1
    # Bad files and lines are warned of; anything else on stderr is a failure.
    said = [line for line in done.stderr.splitlines() if not line.startswith(b"tcptune: warning: ")]
    if done.returncode or said:
        tally.check(False, " ".join(command), done.returncode, done.stderr, done.stdout)
        return None
    return json.loads(done.stdout)


def unescape(field):
    raw = field.encode().decode("unicode_escape").encode("latin-1")
    return raw.decode(errors="surrogateescape")


def records(case):
    """(KIND, ORACLE, FIELDS), a record for each oracle."""
    for line in (case / "expect").read_text("utf-8").split("\n"):
        if line.startswith("#") or not line:
            continue
        kind, oracles, *fields = line.split("\t")
        for oracle in oracles.split(","):
            yield kind, oracle, [unescape(f) for f in fields]


def text_of(case, name, default=""):
    path = case / name
    return path.read_text().strip() if path.exists() else default


def place(tree, path, text):
    """Not over what the case has."""
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    if not (tree / path).exists():
        (tree / path).write_text(text)


# ---------------------------------------------------------------------- sysctl

def listing(scratch):
    """/proc/sys of a network namespace with the interfaces of the recordings."""
    script = """
        ip link add br0 type veth peer name eth0.100 && ip link set lo up &&
        cp -r --no-preserve=mode /proc/sys/net "$0" 2>/dev/null
        test -e "$0/ipv4/conf/eth0.100"
    """
    (scratch / "proc" / "sys").mkdir(parents=True)
    subprocess.run(["unshare", "-rn", "sh", "-c", script, scratch / "proc" / "sys" / "net"],
                   check=True)
    return scratch / "proc"


def is_shown(path, mine, theirs):
    """Blanks do not matter; the kernel rounds milliseconds up to a tick of unknown length."""
    if mine is None:
        return False
    if mine.split() == theirs.split():
        return True
    return (path.endswith("_ms") and mine.isdigit() and theirs.isdigit()
            and 0 <= int(theirs) - int(mine) < 10)


def compare_key(tally, who, path, recorded, said, before):
    value, prov = recorded
    if value in ("UNCHANGED", "ABSENT"):
        # A line that says what the kernel has anyway changes nothing, either.
        same = value == "UNCHANGED" and said is not None and said["value"] == before
        tally.check(said is None or same, *who, path, "should be null, is", said)
        return
    if said is None:
        tally.check(False, *who, path, "should be", recorded, "is null")
        return
    tally.check(is_shown(path, said["value"], value), *who, path, "should be", repr(value),
                "is", repr(said["value"]))
    if prov not in "?-":
        tally.check(f"{said['file']}:{said['line']}" in prov.split("|"), *who, path, "from",
                    prov, "not", f"{said['file']}:{said['line']}")


def not_in_a_tree(case, path):
    """Why this record cannot be had from files below a root; None: it can."""
    if "--prefix" in text_of(case, "args"):
        prefix = text_of(case, "args").split("=", 1)[1].strip("/")
        if not (path + "/").startswith(prefix + "/"):
            return "systemd-sysctl was called with --prefix, a boot sets this key as well"
    if "ip addr add" in text_of(case, "pre") and "/br0/" in path:
        return "the interface had an address, which it has not when a host boots"
    return None


def one_sysctl_case(tally, proc, case):
    tree = case / "tree"
    tree.mkdir(exist_ok=True)
    final = {}
    for kind, oracle, fields in records(case):
        if kind == "final":
            final.setdefault(fields[0], {})[oracle] = fields[1:]

    proc.rename(tree / "proc")
    for path, by in final.items():
        before = text_of(tree / "proc" / "sys", path, None)
        reason = not_in_a_tree(case, path)
        for systemd, procps in pairs(by):
            readers = [name for name in (systemd, procps) if name]
            if reason:
                for _ in readers:
                    tally.leave(reason)
                continue
            said = explain(tally, tree, readers, path)
            for kind, oracle in (("systemd", systemd), ("procps", procps)):
                if oracle and said:
                    compare_key(tally, (case.name, oracle), path, by[oracle],
                                said["boot"][kind], before)
    (tree / "proc").rename(proc)


def pairs(by):
    """A run takes a reader of each kind."""
    systemd = sorted(name for name in by if name.startswith("sd"))
    procps = sorted(name for name in by if name.startswith("pp"))
    for i in range(max(len(systemd), len(procps))):
        yield (systemd[i] if i < len(systemd) else None,
               procps[i] if i < len(procps) else None)


def replay_sysctl(tally, cases, scratch):
    lists = [listing(scratch / f"listing{i}") for i in range(WORKERS)]

    def run(i):
        for case in cases[i::WORKERS]:
            one_sysctl_case(tally, lists[i], case)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, range(WORKERS)))


# ---------------------------------------------------------------------- limits

LIMITS = "{title:<26}{soft:<21}{hard:<21}files\n"
ALLOWED = {"0": "allowed"}


def proc_limits(pair):
    soft, hard = pair.split(":")
    return LIMITS.format(title="Limit", soft="Soft Limit", hard="Hard Limit") + LIMITS.format(
        title="Max open files", soft=soft, hard=hard)


def prepare_limits(case, caller):
    tree = case / "tree"
    tree.mkdir(exist_ok=True)
    place(tree, "etc/passwd", USERS)
    place(tree, "etc/group", GROUPS)
    place(tree, "proc/sys/fs/nr_open", text_of(case, "nr_open", "1048576") + "\n")
    if not text_of(case, "noproc"):
        place(tree, "proc/1/limits", proc_limits(text_of(case, "pid1", "1010:18010")))
    if text_of(case, "args"):
        place(tree, "etc/pam.d/sshd", f"session required pam_limits.so {text_of(case, 'args')}\n")
    if caller:
        place(tree, "proc/self/limits", proc_limits(text_of(case, "caller", "910:19010")))
        place(tree, "proc/1/status", "CapBnd:\t0000000000000000\n")
    return tree


def compare_field(tally, who, said, value, prov):
    """prov: FILE:LINE, a|b, CALLER, PID1, fs.nr_open, or ? where no line says it."""
    origins = {"CALLER": "caller", "PID1": "pid1", "fs.nr_open": "nr_open"}
    if value is not None:
        tally.check(str(said["value"]) == value, *who, "should be", value, "is", said)
    if prov in origins:
        tally.check(said["from"] == origins[prov], *who, "from", prov, "not", said)
    elif prov != "?":
        here = f"{said['file']}:{said['line']}"
        tally.check(said["from"] == "file" and here in prov.split("|"), *who, "from", prov,
                    "not", said)


def only_the_caller_knows(case):
    """Without proc/self/limits in the tree: is it unknown what the kernel refuses?"""
    def hard(name, default):
        return int(text_of(case, name, default).split(":")[1])

    return (not text_of(case, "noproc")
            and hard("pid1", "1010:18010") > hard("caller", "910:19010"))


def compare_session(tally, case, caller, record, said):
    kind, oracle, fields = record
    who = (case.name, oracle, fields[0], kind)
    if not caller and only_the_caller_knows(case):
        tally.leave("PID 1 may more than whoever opened the session, whom the tree does not show")
        return
    if kind == "session":
        tally.check(said["session"] == ALLOWED.get(fields[1], "refused"), *who, "is", said)
        return
    for i, name in enumerate(("soft", "hard")):
        value, prov = fields[1 + i], fields[3 + i]
        # "?" is a soft limit cut to the hard one.
        if not caller and "CALLER" in (prov, fields[4] if prov == "?" else None):
            tally.leave("its value, left as the caller had it, whom the tree does not show")
            value = None
        compare_field(tally, (*who, name), said[name], value, prov)


def one_limits_case(tally, case, caller):
    tree = prepare_limits(case, caller)
    answers = {}
    for record in records(case):
        kind, oracle, fields = record
        if kind not in ("session", "nofile"):
            continue
        asked = (oracle, fields[0])
        if asked not in answers:
            answers[asked] = explain(tally, tree, [oracle], "nofile", "--user", fields[0])
        if answers[asked]:
            compare_session(tally, case, caller, record, answers[asked]["pam"])
    for name in ("self", "1"):
        shutil.rmtree(tree / "proc" / name, ignore_errors=True)


def replay_limits(tally, cases, _scratch):
    """First as anybody would make the tree, then with the process that opens the session."""
    def run(case):
        one_limits_case(tally, case, caller=False)
        one_limits_case(tally, case, caller=True)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, cases))


# --------------------------------------------------------------------- systemd

# What each root file system had beside systemd.
TOGETHER = {"sd247": "deb11", "sd252": "deb12", "sd257": "deb13", "sd262": "deb14"}


def compare_unit(tally, case, record, said):
    kind, oracle, fields = record
    who = (case.name, oracle, kind, fields[0])
    if kind == "dropins":
        tally.check(" ".join(said["dropins"]) == fields[1], *who, fields[1], "not",
                    said["dropins"])
        return
    values = fields if kind == "manager" else fields[1:]
    of = said["process"] if kind == "process" else said
    for i, name in enumerate(("soft", "hard")):
        prov = values[2 + i] if kind != "process" else "?"
        compare_field(tally, (*who, name), of[name], values[i], prov)


def one_systemd_case(tally, case):
    tree = case / "tree"
    tree.mkdir(exist_ok=True)
    place(tree, "etc/passwd", USERS)
    place(tree, "etc/group", GROUPS)
    place(tree, "proc/sys/fs/nr_open", "1048576\n")
    answers = {}
    for record in records(case):
        kind, oracle, fields = record
        if kind == "pid1":
            tally.leave("what PID 1 has is given to the program, as proc/1/limits")
            continue
        unit = ["--unit", fields[0]] if kind != "manager" else []
        asked = (oracle, *unit)
        (tree / "proc" / "1").mkdir(exist_ok=True)
        (tree / "proc" / "1" / "limits").write_text(proc_limits("16384:16384"))
        if asked not in answers:
            answers[asked] = explain(tally, tree, [oracle, TOGETHER[oracle]], "nofile", *unit)
        if answers[asked]:
            compare_unit(tally, case, record, answers[asked]["systemd"])


def replay_systemd(tally, cases, _scratch):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda case: one_systemd_case(tally, case), cases))


KINDS = {"sysctl": (replay_sysctl, 81), "limits": (replay_limits, 70),
         "systemd": (replay_systemd, 40)}


def main():
    kind = sys.argv[2]
    replay, at_least = KINDS[kind]
    scratch = pathlib.Path(tempfile.mkdtemp(dir=sys.argv[3] if len(sys.argv) > 3 else None))
    tally = Tally()
    try:
        with tarfile.open(HERE / "vectors" / "cases.tar.gz") as tar:
            tar.extractall(scratch, [m for m in tar if m.name.split("/")[0] == kind])
        cases = sorted((scratch / kind).iterdir())
        tally.cases = len(cases)
        replay(tally, cases, scratch)
        tally.check(len(cases) >= at_least, "there should be", at_least, "cases")
        return tally.report()
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    PROGRAM = sys.argv[1]
    sys.exit(main())
