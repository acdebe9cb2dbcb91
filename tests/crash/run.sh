#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR tests/crash/run.sh [SAMPLE]
#
# Every fault of every kind to every command that changes a host, or about SAMPLE
# of each, evenly spread.  What was tried is said line by line; status 1 if
# anything came out wrong.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
B=$(cd "$B" && pwd)
FAIL_ALLOC=$B/tests/crash/fail_alloc.so
export FAIL_ALLOC
bad=

for kind in kill error memory; do
	for command in apply rollback recover confirm guard; do
		unshare -nmpf --kill-child --propagation private \
			/usr/bin/python3 "$top/tests/crash/matrix.py" "$B/tcptune" "$kind" "$command" "$@" || bad=1
	done
done
[ -z "$bad" ]
