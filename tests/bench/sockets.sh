#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR [SIZES='10000 100000 990000'] [RUNS=5] tests/bench/sockets.sh
#
# `tcptune sockets` among so many real sockets, a tenth of them in TIME_WAIT and
# some in CLOSE_WAIT, beside what an administrator would run instead and beside
# the least that asking the kernel takes, all in one run: the best of RUNS, wall
# and processor time, and the most memory.  Then who holds the CLOSE_WAIT,
# beside lsof and ss -p at sizes those can bear.
set -eu
here=$(dirname "$0")
sizes=${SIZES:-10000 100000 990000}
# A root without the right to enter a network namespace cannot do this.
unshare -n true 2>/dev/null || {
	echo "sockets: skipped, no network namespace can be made here"
	exit 0
}
for size in $sizes; do
	"$B/tests/load/load" "$((size - size / 10))" 200 "$((size / 10))" \
		/usr/bin/python3 "$here/sockets.py" "$B" "$size" "${RUNS:-5}"
done
