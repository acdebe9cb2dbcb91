#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the next boot will bring: beside the programs that bring it, and on
# trees small enough to see the answer.

load helper

# A host with files of its own in every place, where only this process sees
# them; nothing is written to /proc/sys, and the network is not the host's.
# Every file has a line for somaxconn, so the list of files shows.
in_private_files()
{
	cat >"$BATS_TEST_TMPDIR/files" <<-'SH'
	set -e
	for dir in /etc/sysctl.d /usr/lib/sysctl.d /run; do
		mount -t tmpfs tmpfs "$dir"
	done
	mkdir /run/sysctl.d
	put()
	{
		printf '%s\n' "net.core.somaxconn = $2" "$3" >"$1"
	}
	put /usr/lib/sysctl.d/10-first.conf 101 'net.ipv4.tcp_fin_timeout = 31'
	put /etc/sysctl.d/20-mine.conf 102 'net.ipv4.tcp_rmem = 4096   131072	6291456'
	put /usr/lib/sysctl.d/20-mine.conf 103 'net.ipv4.tcp_fin_timeout = 33'
	put /run/sysctl.d/30-run.conf 104 'net/ipv4/tcp_fin_timeout = 34'
	put /usr/lib/sysctl.d/40-masked.conf 105 'net.ipv4.tcp_fin_timeout = 35'
	ln -s /dev/null /etc/sysctl.d/40-masked.conf
	put /usr/lib/sysctl.d/50-late.conf 106 'net.ipv4.tcp_retries2 = 16'
	put /run/own.conf 107 '# net.ipv4.tcp_retries2 = 17'
	ln -s /run/own.conf /etc/sysctl.d/99-sysctl.conf
	[ ! -e /etc/sysctl.conf ] || mount --bind /run/own.conf /etc/sysctl.conf
	exec "$@"
	SH
	"${UNSHARE[@]}" -mn sh "$BATS_TEST_TMPDIR/files" "$@"
}

need_private_files()
{
	need_netns
	for dir in /etc/sysctl.d /usr/lib/sysctl.d; do
		[ -d "$dir" ] || skip "no $dir here"
	done
	in_private_files true 2>/dev/null || skip "no file system can be mounted here"
}

# The files and assignments a program prints ("# /x" or "* Applying /x ...", and
# lines), then what explain says of each key.  procps names all files first, so
# what is in which cannot be told.  LIE=TEXT falsifies what the program printed.
cat >"$BATS_FILE_TMPDIR/beside.py" <<'PY'
import json, os, re, subprocess, sys

kind, program = sys.argv[1], sys.argv[2:]
text = subprocess.run(program, check=True, capture_output=True, text=True).stdout
text = text.replace(os.environ.get("LIE", "\0"), "999")

files, winner, file, line = [], {}, None, 0
for row in text.split("\n"):
    name = re.fullmatch(r"# (/\S+)|\* Applying (\S+) \.\.\.", row)
    if name:
        file, line = name[1] or name[2], 0
        files.append(file)
        continue
    line += 1
    if row.startswith(("#", ";")) or "=" not in row or "*" in row:
        continue
    key, value = (part.strip() for part in row.split("=", 1))
    key = key.lstrip("-").replace("/", ".")
    winner[key] = (value.split(), f"{os.path.realpath(file)}:{line}")

wrong = 0
for key, (value, place) in winner.items():
    said = json.loads(subprocess.run([os.environ["TCPTUNE"], "explain", key, "--json"],
                                     check=True, capture_output=True).stdout)
    boot = said["boot"][kind]
    same = boot and boot["value"].split() == value
    if kind == "systemd":
        same = same and f"{boot['file']}:{boot['line']}" == place
    if key == "net.core.somaxconn" and os.environ.get("PRIVATE"):
        real = [f for f in map(os.path.realpath, files) if f != "/dev/null"]
        read = [a["file"] for a in said["assignments"]
                if a["fates"][kind] not in ("masked", "not-read", "no-assignment")]
        same = same and list(dict.fromkeys(read)) == list(dict.fromkeys(real))
    if not same:
        print(key, "is", value, place, "by", program[0], "and by explain", said)
        wrong += 1
print(len(files), "files,", len(winner), "keys,", wrong, "disagreements")
sys.exit(wrong > 0 or not winner)
PY

beside()
{
	run "$@"
	expect_status 0
	expect_output ", 0 disagreements"
	echo "# $output" >&3
}

@test "explain agrees with systemd-analyze cat-config, on files made for it" {
	need systemd-analyze
	need_private_files
	set -- /usr/bin/python3 "$BATS_FILE_TMPDIR/beside.py" systemd \
		systemd-analyze --no-pager cat-config sysctl.d
	PRIVATE=1 beside in_private_files "$@"

	PRIVATE=1 LIE=107 run in_private_files "$@"
	expect_status 1
	PRIVATE=1 LIE=30-run run in_private_files "$@"
	expect_status 1
}

@test "explain agrees with systemd-analyze cat-config on this host" {
	need systemd-analyze
	systemd-analyze --no-pager cat-config sysctl.d 2>/dev/null | grep -q '^[a-z].*=' ||
		skip "nothing is set in sysctl.d here"
	beside /usr/bin/python3 "$BATS_FILE_TMPDIR/beside.py" systemd \
		systemd-analyze --no-pager cat-config sysctl.d
}

@test "explain agrees with sysctl --system --dry-run" {
	need_private_files
	sysctl --help | grep -q -- --dry-run || skip "this sysctl has no --dry-run"
	PRIVATE=1 beside in_private_files /usr/bin/python3 "$BATS_FILE_TMPDIR/beside.py" procps \
		sysctl --system --dry-run
}
