#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR tests/bench/sysctld.sh
#
# How the boot layer scales: a sysctl.d of 5,000 files with 1,000,000 lines and
# one of a tenth of it, beside the programs that read the same files, which see
# them in a mount namespace of their own.  The lines about keys that matter,
# which have to be kept, are as many in both.  Nothing is written to /proc/sys.
set -eu
B=$(cd "$B" && pwd)
out=$B/bench/sysctld
rm -rf "$out"
mkdir -p "$out"

/usr/bin/python3 - "$out" <<'MAKE'
import os, sys

KNOWN = ["net.core.somaxconn", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time",
         "net/ipv4/tcp_max_syn_backlog"]

def make(name, files, lines):
    folder = os.path.join(sys.argv[1], name)
    os.makedirs(folder)
    for i in range(files):
        with open(f"{folder}/{i:04}.conf", "w") as f:
            for k in range(lines):
                n = i * lines + k
                if k % 50 == 0:
                    f.write("# a comment, as people write them\n")
                elif i < 100 and k % 20 == 1:
                    f.write(f"{KNOWN[n % len(KNOWN)]} = {1000 + n % 1000}\n")
                else:
                    f.write(f"net.example.key{n % 1000} = {n}\n")

make("tenth", 500, 200)
make("full", 5000, 200)
MAKE

if [ "$(id -u)" = 0 ]; then
	apart="unshare -mn"
else
	apart="unshare -rmn"
fi

# SIZE WORD...: processor seconds and KiB of the command, the best of three.  Status 2
# of check means "differs".
measure()
{
	size=$1
	shift
	for _ in 1 2 3; do
		# shellcheck disable=SC2016,SC2086 # expanded in the namespace; two words
		$apart sh -c '
			mount --bind "$0" /etc/sysctl.d && mount -t tmpfs tmpfs /usr/lib/sysctl.d &&
			exec /usr/bin/time -a -f "%U %S %M" -o "$@" >/dev/null 2>&1' \
			"$out/$size" "$out/measured" "$@" || [ $? = 2 ]
	done
	awk '/^[0-9]/ { printf "%.2f %d\n", $1 + $2, $3 }' "$out/measured" | sort -n | head -n 1
	rm -f "$out/measured"
}

printf '%-44s %9s %9s %6s %9s %9s\n' command '1/10 s' 'full s' ratio '1/10 MB' 'full MB'
beside()
{
	name=$1
	shift
	if ! command -v "$1" >/dev/null; then
		printf '%-44s not installed\n' "$name"
		return
	fi
	tenth=$(measure tenth "$@")
	full=$(measure full "$@")
	echo "$tenth $full" | awk -v name="$name" '{
		printf "%-44s %9.2f %9.2f %6.1f %9.1f %9.1f\n", name, $1, $3, $1 ? $3 / $1 : 0, $2 / 1024, $4 / 1024 }'
}

beside 'tcptune check --persist' "$B/tcptune" check --persist
beside 'tcptune explain net.core.somaxconn' "$B/tcptune" explain net.core.somaxconn
beside 'systemd-analyze cat-config sysctl.d' systemd-analyze --no-pager cat-config sysctl.d
beside 'sysctl --system --dry-run' sysctl --system --dry-run
rm -rf "$out"
