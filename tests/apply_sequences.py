#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/apply_sequences.py TCPTUNE DIR

Inside a host of its own (cases/helper.bash): apply profile A, apply profile B,
apply a part of B, apply --none, in all orders.  After each of them our files
are what a host that knew nothing of us before would have got, and what no
profile names runs as it did before us.  DIR is for the profiles.
"""
import itertools
import pathlib
import subprocess
import sys

KEYS = {
    "net.core.somaxconn": {"a": "9000", "b": "8000"},
    "net.ipv4.tcp_fin_timeout": {"a": "30"},
    "net.ipv4.tcp_keepalive_time": {"b": "600"},
    "net.ipv4.tcp_syn_retries": {"a": "5", "b": "4"},
}
LIMITS = {"a": "70000", "b": "80000"}
FILES = ["/etc/sysctl.d/90-tcptune.conf", "/etc/systemd/system/x.service.d/90-tcptune.conf"]


def write_profile(path, name):
    lines = [f'{{ key = "{k}"; exact = "{v[name]}"; accept_risk = true; }}' for k, v in KEYS.items() if name in v]
    path.write_text(f'summary = "x";\nsysctl = ( {", ".join(lines)} );\n'
                    f'nofile = ( {{ for = "unit:x.service"; soft = "{LIMITS[name]}"; }} );\n')


def running():
    return {k: pathlib.Path("/proc/sys/" + k.replace(".", "/")).read_text().strip() for k in KEYS}


def entries():
    """What our files say, without their comments."""
    said = {}
    for name in FILES:
        path = pathlib.Path(name)
        for line in path.read_text().splitlines() if path.exists() else ():
            if line and line[0] not in "#[":
                key, value = line.split("=", 1)
                said[key.strip()] = value.strip()
    return said


def expected(state, op):
    """What our files are to say, and what is to run."""
    if op == "none":
        return {}, dict(FIRST)
    name = op[0]
    full = {k: v[name] for k, v in KEYS.items() if name in v}
    full["LimitNOFILE"] = f"{LIMITS[name]}:524288"
    said, runs = state
    if op == "b-part":  # --only net.core.*
        kept = {k: v for k, v in said.items() if not k.startswith("net.core.")}
        part = {k: v for k, v in full.items() if k.startswith("net.core.")}
        return {**kept, **part}, {**runs, **part}
    return full, {k: full.get(k, FIRST[k]) for k in KEYS}


def main():
    tcptune, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    for name in "ab":
        write_profile(directory / f"{name}.conf", name)
    words = {
        "a": ["--profile", str(directory / "a.conf")],
        "b": ["--profile", str(directory / "b.conf")],
        "b-part": ["--profile", str(directory / "b.conf"), "--only", "net.core.*"],
        "none": ["--none"],
    }
    state = ({}, dict(FIRST))
    for order in itertools.permutations(words):
        for op in order:
            done = subprocess.run([tcptune, "apply", "-q", *words[op]], capture_output=True, text=True, check=False)
            state = expected(state, op)
            if done.returncode or (entries(), running()) != state:
                sys.exit(f"{order} at {op}: status {done.returncode} {done.stderr}\n"
                         f"files say {entries()}, expected {state[0]}\nruns {running()}, expected {state[1]}")
            again = subprocess.run([tcptune, "apply", "--dry-run", *words[op]], capture_output=True, text=True,
                                   check=False)
            if again.returncode:
                sys.exit(f"{order} at {op}: once more would change\n{again.stdout}")
    print("24 orders")


if __name__ == "__main__":
    FIRST = running()
    main()
