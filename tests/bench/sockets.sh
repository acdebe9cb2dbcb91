#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR [SIZES='10000 100000 1000000'] [TIME_WAIT=700000] [RUNS=5]
#        tests/bench/sockets.sh
#
# `tcptune sockets` and `check` among so many real sockets, and among so many
# in TIME_WAIT, beside what an administrator would run instead and beside the
# least that asking the kernel takes, all in one run: the median of RUNS, wall
# and processor time, and the most memory.  Then who holds the CLOSE_WAIT,
# beside lsof and ss -p at sizes those can bear.  TIME_WAIT end by themselves
# after 60 seconds, so there are fewer runs among them.
#
# Fails, and names the goal, where one is missed: how many times the least we
# take (from 500,000 on), how much memory, and how time grows with their number.
set -eu
here=$(dirname "$0")
# A root without the right to enter a network namespace cannot do this.
unshare -n true 2>/dev/null || {
	echo "sockets: skipped, no network namespace can be made here"
	exit 0
}
results=$(mktemp)
trap 'rm -f "$results"' EXIT
failed=0

# scene SOCKETS CLOSE_WAIT TIME_WAIT WORDS
scene()
{
	"$B/tests/load/load" "$1" "$2" "$3" \
		/usr/bin/python3 "$here/sockets.py" "$B" "$4" "${RUNS:-5}" "$results" || failed=1
}

for size in ${SIZES:-10000 100000 1000000}; do
	scene "$size" 200 0 "$size sockets"
done
tw=${TIME_WAIT:-700000}
[ "$tw" = 0 ] || scene 1000 0 "$tw" "$tw in TIME_WAIT"
/usr/bin/python3 "$here/sockets.py" --linear "$results" || failed=1
exit $failed
