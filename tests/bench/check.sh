#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR tests/bench/check.sh
#
# `tcptune check` on this host as it is, beside what an administrator would run
# instead, all in one run, and the most memory each takes.
set -eu
out=$B/bench
mkdir -p "$out"

set -- "$B/tcptune check" "$B/tcptune check --json" 'sysctl -a' 'ss -tan' true

# -i: status 2 of check means "differs", and sysctl -a may not read every key.
hyperfine -N -i --warmup 10 --min-runs 50 --export-json "$out/check.json" "$@" >/dev/null 2>&1

for command in "$@"; do
	# The largest of three: a page more or less is chance.  Status 2 is none, as above.
	for _ in 1 2 3; do
		# shellcheck disable=SC2086 # a command line
		/usr/bin/time -f %M -o "$out/rss" $command >/dev/null 2>&1 || [ $? -lt 3 ]
		tail -n 1 "$out/rss"
	done | sort -n | tail -n 1
done >"$out/rss.all"

/usr/bin/python3 - "$out/check.json" "$out/rss.all" "$B/" <<'REPORT'
import json, sys

results = json.load(open(sys.argv[1]))["results"]
memory = [int(line) for line in open(sys.argv[2])]
base = results[0]["median"]

print(f"{'command':24} {'median ms':>9} {'min':>7} {'max':>7} {'times check':>11} {'peak RSS MB':>11}")
for result, kib in zip(results, memory):
    name = result["command"].replace(sys.argv[3], "")
    print(f"{name:24} {result['median'] * 1e3:9.2f} {result['min'] * 1e3:7.2f} "
          f"{result['max'] * 1e3:7.2f} {result['median'] / base:11.2f} {kib / 1024:11.1f}")
REPORT
