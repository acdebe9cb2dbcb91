#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/campaign/unit_campaign.py BUILD [SECONDS [SEED]]

The same as boot_campaign.py for LimitNOFILE= of units: random unit files and
drop-ins are loaded by this host's own `systemd --test`, as nobody, in a mount
namespace where it sees no others.  That mode reads no system.conf and no
/run/systemd/transient, so neither is made.  Needs root.
"""
import pathlib
import re
import subprocess
import sys
import time

from boot_campaign import Predictor, Tree, make_dir, make_file, readers, run

UNIT = "a-b.service"
DIRS = ["etc/systemd/system.control", "run/systemd/system.control", "etc/systemd/system", "run/systemd/system",
        "usr/local/lib/systemd/system", "usr/lib/systemd/system"]
DROPINS = ["10-a.conf", "b.conf", "B.conf", ".dot.conf", "c.conf~", "d.CONF", "90-z.conf", "9-y.conf"]
LIMITS = (1024, 16384)  # of the manager, and so of a unit that says nothing

# What comes before the lines of a unit file: without a program it is not loaded.
HEAD = b"[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n[X-]\n"

PROGRAM = """
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd /usr/local/lib/systemd
for dir in etc/systemd run/systemd usr/local/lib/systemd usr/lib/systemd/system; do
    mkdir -p "$0/$dir"
    mount --bind "$0/$dir" "/$dir"
done
exec prlimit --nofile=$1 setpriv --reuid 65534 --regid 65534 --clear-groups env -i PATH=/usr/bin:/bin \\
    timeout 60 /lib/systemd/systemd --test --system --unit=$2 --log-target=null
"""


class UnitTree(Tree):
    def limit(self):
        n = self.next()
        m = n + self.random.randrange(50)
        return self.one_of(*[f"{n}"] * 4, *[f"{n}:{m}"] * 4, "infinity", f"{n}:infinity", f"0x{n:x}", f"0{n:o}",
                           f"+{n}", f"{n}: {m}", f"{n} :{m}", "", "unlimited", "-1", "4K", "a:b:c", f"{m + 9}:{n}",
                           f"{n}:{m}:{m}", f'"{n}"', f"{n} # c", f"{n};", ":", f"{n}:", f":{n}", "0",
                           "99999999999999999999", "18446744073709551615", "0x", f"{n}:0x{m:x}", f"{n}\\:{m}")

    def line(self):
        key = self.one_of(*["LimitNOFILE"] * 12, "limitnofile", "LimitNOFILESoft", " LimitNOFILE", "XLimitNOFILE")
        equals = self.one_of("=", "=", "=", " = ", "= ", " =", "==", "\t=\t")
        kind = self.random.randrange(100)
        if kind < 62:
            return key + equals + self.limit() + self.one_of(*[""] * 10, " ", "\t", "\\", " \\")
        if kind < 74:
            return self.one_of(*["[Service]"] * 10, "[Unit]", "[Service", "[service]", " [Service] ", "[]")
        if kind < 84:
            return self.one_of("#", "; ", "#x\\", " # ", " ;x\\") + key + "=" + self.limit()
        if kind < 92:
            return self.one_of("", "junk", "=5", "Other=1", "\\", "é=1", "x\\\\", "Nice=1\\", " ", "\udcff")
        return key + "=" + self.limit() + "\\"

    def lines(self):
        if self.chance(5):
            return b""
        lines = [self.line() for _ in range(self.random.randrange(1, 7))]
        if self.chance(85):
            lines.insert(0, "[Service]")
        end = self.one_of(*["\n"] * 9, "\r\n", "\r", "\n\n", "\0", "\n\r")
        text = end.join(lines) + (end if self.chance(85) else "")
        return (b"\xef\xbb\xbf" if self.chance(4) else b"") + text.encode("utf-8", "surrogateescape")

    def units(self, root):
        for folder in DIRS:
            if self.chance(30):
                make_file(root, f"{folder}/{UNIT}", HEAD + self.lines())
            for name in (UNIT, "a-.service", "service"):
                for dropin in self.random.sample(DROPINS, self.random.randrange(3)) if self.chance(20) else ():
                    path = f"{folder}/{name}.d/{dropin}"
                    if self.chance(92):
                        make_file(root, path, self.lines())
                    else:
                        self.entry(root, path, self.lines, ["b.conf"])


def load(root):
    """What systemd has for the unit, (soft, hard) as text; None: it did not load it."""
    done = subprocess.run(["unshare", "-m", "--propagation", "private", "sh", "-ec", PROGRAM, str(root),
                           "%d:%d" % LIMITS, UNIT], capture_output=True, check=False)
    unit = re.search(rb"Unit a-b\.service:.*?(?=\n\t?(?:-> )?Unit |\Z)", done.stdout, re.S)
    said = dict(re.findall(r"(LimitNOFILE(?:Soft)?|Unit Load State): (\S+)", unit[0].decode("latin-1"))) if unit else {}
    if said.get("Unit Load State") not in ("loaded", "bad-setting") or "LimitNOFILE" not in said:
        return None
    return said["LimitNOFILESoft"], said["LimitNOFILE"]


def compare(predictor, reader, root):
    real = load(root)
    unit = next(r for r in predictor.ask("systemd", reader, root, UNIT) if r[0] == "unit")
    mine = tuple(map(str, LIMITS)) if unit[3] == "default" else tuple(unit[1:3])
    return mine, real and tuple("infinity" if v == str(2**64 - 1) else v for v in real)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() // 1000 % 10**9
    predictor, reader = Predictor(build), readers()[0]
    began, rounds, checks, disagreements = time.monotonic(), 0, 0, 0

    while time.monotonic() - began < seconds or not rounds:
        root = build / "campaign" / f"unit-{seed + rounds}"
        for folder in ["etc", *DIRS]:
            make_dir(root, folder)
        UnitTree(seed + rounds).units(root)
        run("chmod", "-R", "a+rX", root)
        mine, real = compare(predictor, reader, root)
        rounds += 1
        checks += real is not None
        if real in (None, mine):
            run("rm", "-rf", root)
            continue
        disagreements += 1
        print(f"{root}:\n    predicted {mine}\n    real      {real}", flush=True)
    print(f"{rounds} trees from seed {seed}: {checks} units loaded, {disagreements} disagreements")
    sys.exit(disagreements != 0 or not checks)


if __name__ == "__main__":
    main()
