#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the next boot will bring: beside the programs that bring it, and on
# trees small enough to see the answer.

load helper

# bats file_tags=slow

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

# bats file_tags=

@test "a line before its module is lost, and check and explain say so alike" {
	local root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root/etc/sysctl.d" "$root/proc/sys/net/netfilter" "$root/etc/modules-load.d"
	echo 'net.netfilter.nf_conntrack_max = 1048576' >"$root/etc/sysctl.d/90.conf"
	echo 1048576 >"$root/proc/sys/net/netfilter/nf_conntrack_max"
	cat >"$BATS_TEST_TMPDIR/p.conf" <<-'EOF'
	summary = "x";
	sysctl = ( { key = "net.netfilter.nf_conntrack_max"; at_least = "500000"; } );
	EOF
	set -- check --profile "$BATS_TEST_TMPDIR/p.conf" --root "$root"

	run_apart "$TCPTUNE" "$@"
	expect_status 2
	run_apart "$TCPTUNE" "$@" --json
	expect_json check
	[ "$(json 'd["settings"][0]["verdict"]')" = boot-differs ] || complain "another verdict"
	[ "$(json 'd["settings"][0]["boot"]["file"]')" = None ] || complain "the line counts"

	run_apart "$TCPTUNE" explain nf_conntrack_max --root "$root"
	expect_output "sets nothing, for its module"
	expect_output "lost: the module of the key"
	run_apart "$TCPTUNE" explain nf_conntrack_max --root "$root" --json
	expect_json explain
	[ "$(json 'd["assignments"][0]["fate"]')" = module-not-loaded ] || complain "another fate"

	echo nf_conntrack >"$root/etc/modules-load.d/x.conf"
	run_apart "$TCPTUNE" "$@"
	expect_status 0
	run_apart "$TCPTUNE" explain nf_conntrack_max --root "$root"
	expect_output "wins"
}

@test "what a file will break at the next boot is told as what runs is" {
	local root=$BATS_TEST_TMPDIR/root key=proc/sys/net/ipv4/tcp_keepalive_probes
	mkdir -p "$root/etc/sysctl.d" "$root/proc/sys/net/ipv4"
	echo 9 >"$root/$key"
	echo 7200 >"$root/proc/sys/net/ipv4/tcp_keepalive_time"
	echo 'net.ipv4.tcp_keepalive_probes = 0' >"$root/etc/sysctl.d/90.conf"
	run_apart "$TCPTUNE" check --root "$root" --json
	expect_json check
	[ "$(json '[f["severity"] for f in d["findings"] if f["id"] == "keepalive-probes-zero"]')" = \
		"['critical']" ] || complain "not found"
	run_apart "$TCPTUNE" check --root "$root"
	expect_output 'critical: After the next boot: Keepalive ends every healthy connection'
	expect_output 'net.ipv4.tcp_keepalive_probes is set by /etc/sysctl.d/90.conf:1'
	run_apart "$TCPTUNE" check --root "$root" --runtime
	[[ $output != *'After the next boot:'* ]] || complain "the boot was not asked for"

	echo 0 >"$root/$key" # then what runs is told, and once
	run_apart "$TCPTUNE" check --root "$root" --json
	[ "$(json '[f["summary"][:9] for f in d["findings"] if f["id"] == "keepalive-probes-zero"]')" = \
		"['Keepalive']" ] || complain "not once"
	rm -r "$root/proc" # an image
	run_apart "$TCPTUNE" check --root "$root"
	expect_output 'critical: After the next boot: Keepalive ends every healthy connection'
}

@test "a key that only a module brings is found late, in the catalogue or not" {
	local root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root/etc/sysctl.d"
	echo 'net.bridge.bridge-nf-call-iptables = 1' >"$root/etc/sysctl.d/90.conf"
	run_apart "$TCPTUNE" check --root "$root" --json
	[ "$(json '[f["evidence"] for f in d["findings"] if "module" in f["id"]]')" != "[]" ] ||
		complain "no finding"
	run_apart "$TCPTUNE" explain net.bridge.bridge-nf-call-iptables --root "$root"
	expect_output "needs the module br_netfilter"
	expect_output "sets nothing, for its module"
}
