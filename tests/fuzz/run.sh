#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: B=DIR [FUZZ_SECONDS=20] tests/fuzz/run.sh
#
# Run every fuzzer of that build for so long, a processor each, from its seeds
# in tests/fuzz/corpus/NAME and the recorded cases (seeds.sh).  What it finds beyond them is kept in
# DIR/tests/fuzz/found/NAME and tried first the next time.  Prints TAP.
set -u
seconds=${FUZZ_SECONDS:-20}
fuzzers=$B/tests/fuzz
here=$(dirname "$0")
export ASAN_OPTIONS=allocator_may_return_null=1:max_allocation_size_mb=512

fuzz()
{
	name=$(basename "$1")
	name=${name#fuzz_}
	found=$fuzzers/found/$name
	mkdir -p "$found" "$fuzzers/crash"
	sh "$here/seeds.sh" "$name" "$found"
	set -- "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
		-print_final_stats=1 -verbosity=1 \
		-artifact_prefix="$fuzzers/crash/$name-" "$found"
	[ -d "$here/corpus/$name" ] && set -- "$@" "$here/corpus/$name"

	if "$@" >"$fuzzers/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$fuzzers/$name.log")
		echo "ok 0 - fuzz $name: $runs inputs in $seconds s"
	else
		echo "not ok 0 - fuzz $name"
		tail -n 60 "$fuzzers/$name.log" | sed 's/^/# /'
	fi >"$fuzzers/$name.tap"
}

list=$(find "$fuzzers" -maxdepth 1 -name 'fuzz_*' -type f -perm -u+x | LC_ALL=C sort)
running=0 count=0
for fuzzer in $list; do
	fuzz "$fuzzer" &
	running=$((running + 1)) count=$((count + 1))
	if [ "$running" -ge "$(nproc)" ]; then
		wait
		running=0
	fi
done
wait

echo "1..$count"
number=0
for fuzzer in $list; do
	name=$(basename "$fuzzer")
	number=$((number + 1))
	sed "1s/ok 0/ok $number/" "$fuzzers/${name#fuzz_}.tap"
done
