#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR tests/bench/apply.sh
#
# A durable apply beside its own syncs, sysctl -p and systemd-sysctl: apply.py.
set -eu
exec unshare -nm --propagation private /usr/bin/python3 "$(dirname "$0")/apply.py" \
	"$B/tcptune" "$B/tests/bench/slow_sync.so" "${BENCH_ROUNDS:-40}"
