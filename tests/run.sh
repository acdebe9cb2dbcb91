#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/run.sh [--fast] [B=DIR | TEST]...
#
# Run each TEST: a *.bats file, or a program that prints TAP.  B=DIR says which
# build the bats files after it try.  --fast leaves out bats tests tagged slow, and
# a build other than the plain one those tagged once: what they try is the same.
# A failing test's output is shown in full, skipped ones with their reason; the
# last line is always "N passed, N failed, N skipped", and the exit status is 0
# only if something ran and nothing failed.
set -u

LIMIT=${TEST_SECONDS:-1200} # of one TEST
export LC_ALL=C.UTF-8 CMOCKA_MESSAGE_OUTPUT=TAP
export BATS_TEST_TIMEOUT="${BATS_TEST_TIMEOUT:-400}"
# A test must not depend on who runs it.
unset NO_COLOR COLUMNS
export TERM=dumb

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

passed=0 failed=0 skipped=0 fast='' tags=''

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

for word in "$@"; do
	case $word in
	--fast)
		fast='!slow' tags='!slow'
		continue
		;;
	B=*)
		mkdir -p "${word#B=}" && B=$(cd "${word#B=}" && pwd) || exit 1
		export B
		case $B in
		*/asan | */coverage) tags=${fast:+$fast,}!once ;;
		*) tags=$fast ;;
		esac
		[ "$#" -gt 2 ] && printf -- '-- %s\n' "${word#B=}"
		continue
		;;
	esac

	began=$(date +%s%N)
	run_one "$word" >"$scratch/out" 2>&1 </dev/null
	count "$scratch/out" $? >"$scratch/said"
	read -r p f s <"$scratch/said"
	[ "$((p + f + s))" != 0 ] || continue # all of it filtered out
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))

	printf '%-4s %-28s %4d passed, %d failed, %d skipped %6d ms\n' \
		"$([ "$f" = 0 ] && echo ok || echo FAIL)" "$(basename "$word" .bats)" \
		"$p" "$f" "$s" $((($(date +%s%N) - began) / 1000000))
	sed 1d "$scratch/said"
	[ "$f" = 0 ] || sed 's/^/    /' "$scratch/out"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
