#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/run.sh [--fast] [B=DIR | TEST]...
#
# Run each TEST: a *.bats file, or a program that prints TAP.  B=DIR says which
# build the bats files after it try.  --fast leaves out bats tests tagged slow, and
# a build other than the plain one those tagged once: what they try is the same.
# JOBS of them (one a processor) run at a time; what they say comes in the order given.
# A failing test's output is shown in full, skipped ones with their reason; the
# last line is always "N passed, N failed, N skipped", and the exit status is 0
# only if something ran and nothing failed.
set -u

LIMIT=${TEST_SECONDS:-1200} # of one TEST
JOBS=${JOBS:-$(nproc)}
export LC_ALL=C.UTF-8 CMOCKA_MESSAGE_OUTPUT=TAP
# A test must not depend on who runs it.  The watcher that bats sets on each test
# may outlive it on a busy machine, and bats then waits for it: LIMIT does instead.
unset NO_COLOR COLUMNS BATS_TEST_TIMEOUT
export TERM=dumb

run_one()
{
	case $1 in
	*.bats)
		timeout -k 10 "$LIMIT" bats --tap ${tags:+--filter-tags "$tags"} "$1"
		;;
	*) timeout -k 10 "$LIMIT" "$1" ;;
	esac
}

# TAP to "PASSED FAILED SKIPPED" on the first line, then a line for each thing
# to be said.  cmocka writes a skipped test as "not ok N # SKIP NAME" and has no
# place for the reason: tests/check.h puts "# skip: REASON" before it.
count()
{
	awk -v status="$2" -v limit="$LIMIT" '
	function say(text) { said = said "  " text "\n" }
	/^1\.\.[0-9]+/ { planned += substr($1, 4); tap = 1; next }
	/^# skip: / { reason = substr($0, 9); next }
	/^(not )?ok [0-9]+.*# (SKIP|skip)/ {
		skipped++
		name = $0
		sub(/^(not )?ok [0-9]+ /, "", name)
		if (sub(/^# SKIP /, "", name))
			name = name ": " (reason ? reason : "it does not say why")
		else
			sub(/ # skip/, ":", name)
		say("skipped: " name)
		reason = ""
		next
	}
	/^ok [0-9]+/ { passed++ }
	/^not ok [0-9]+/ { failed++ }
	END {
		lost = planned - passed - failed - skipped
		if (!tap)
			lost = 0
		if (!tap && status == 0)
			passed++
		if (lost > 0) {
			failed += lost
			say(lost " of its tests did not report: it ended too early")
		}
		if (status == 124 || status == 137)
			say("stopped after " limit " s")
		if (status != 0 && !failed) {
			failed++
			say("it ended with status " status)
		}
		printf "%d %d %d\n%s", passed, failed, skipped, said
	}' "$1"
}

# --job DIR NUMBER BUILD TAGS TEST, by xargs: one TEST, what came of it in DIR.
run_job()
{
	job=$1/$2 tags=$4
	[ -z "$3" ] || export B="$3"
	began=$(date +%s%N)

	run_one "$5" >"$job.out" 2>&1 </dev/null
	count "$job.out" $? >"$job.said"
	printf '%s\n' "$((($(date +%s%N) - began) / 1000000))" "$3" "$5" >"$job.new"
	mv "$job.new" "$job.about" && echo "$2"
}

# list_jobs WORD...: the last four words of each job, NUL-terminated.
list_jobs()
{
	fast='' tags='' number=0 build=''
	for word in "$@"; do
		case $word in
		--fast)
			fast='!slow' tags='!slow'
			continue
			;;
		B=*)
			mkdir -p "${word#B=}" && build=$(cd "${word#B=}" && pwd) || exit 1
			case $build in
			*/asan | */coverage) tags=${fast:+$fast,}!once ;;
			*) tags=$fast ;;
			esac
			continue
			;;
		esac
		printf '%s\0' "$number" "$build" "$tags" "$word"
		number=$((number + 1))
	done
}

# show NUMBER: what came of this TEST.
show()
{
	job=$scratch/$1
	{ read -r ms && read -r of && read -r word; } <"$job.about"
	read -r p f s <"$job.said"
	[ "$((p + f + s))" != 0 ] || return 0 # all of it filtered out
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))

	[ "$of" = "$shown" ] || printf -- '-- %s\n' "${of#"$PWD"/}"
	shown=$of
	printf '%-4s %-28s %4d passed, %d failed, %d skipped %6d ms\n' \
		"$([ "$f" = 0 ] && echo ok || echo FAIL)" "$(basename "$word" .bats)" "$p" "$f" "$s" "$ms"
	sed 1d "$job.said"
	[ "$f" = 0 ] || sed 's/^/    /' "$job.out"
}

# The numbers of COUNT TESTs come as they end: show each when all before it were shown.
show_all()
{
	passed=0 failed=0 skipped=0 shown='' next=0
	while read -r _; do
		while [ -e "$scratch/$next.about" ]; do
			show "$next"
			next=$((next + 1))
		done
	done
	if [ "$next" -lt "$1" ]; then
		echo "FAIL $(($1 - next)) of the tests were lost: their runner ended too early"
		failed=$((failed + $1 - next))
	fi
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

if [ "${1-}" = --job ]; then
	shift
	run_job "$@"
	exit
fi

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

list_jobs "$@" >"$scratch/jobs" || exit 1
xargs -0 -r -n 4 -P "$JOBS" "$0" --job "$scratch" <"$scratch/jobs" |
	show_all "$(($(tr -cd '\0' <"$scratch/jobs" | wc -c) / 4))"
