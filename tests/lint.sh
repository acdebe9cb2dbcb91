#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/lint.sh PAGE...
#
# Every linter over what it knows, all of them even if one complains.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=

lint()
{
	printf '  %-7s %s\n' LINT "$1"
	shift
	"$@" || bad=1
}

c_files=$(find src man packaging tests -name '*.[ch]' | LC_ALL=C sort)
sources=$(echo "$c_files" | grep '^src/.*\.c$')
scripts=$(find . -path ./build -prune -o -name '*.sh' -print -o -name '*.bats' -print \
	-o -name '*.bash' -print -o -path './.ci/run' -print \
	-o -path './packaging/debian/p*rm' -print | LC_ALL=C sort)
flags='-D_GNU_SOURCE -DHASH_NONFATAL_OOM=1 -DTCPTUNE_VERSION=__DATE__ -Isrc'

tidy()
{
	# shellcheck disable=SC2016 # $@ is the inner shell's
	echo "$sources" | xargs -P "$(nproc)" -n 4 sh -c 'clang-tidy --quiet "$@" -- -std=c11 '"$flags" sh 2>/dev/null
}

# shellcheck disable=SC2086 # lists of words, here and below
lint clang-format clang-format --dry-run -Werror $c_files
lint clang-tidy tidy
# A loop that ends at NULL looks like a late check to it, uthash's walk like an
# uninitialised one; memleak does not know the cleanup attribute, which
# LeakSanitizer does; the AST error is cppcheck's own.
# shellcheck disable=SC2086
lint cppcheck cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
	--enable=warning,performance,portability --suppress=missingIncludeSystem \
	--suppress=nullPointerRedundantCheck --suppress=memleak --suppress=internalAstError --suppress=uninitvar:src/advise/boot.c \
	-j "$(nproc)" $flags $sources
# bats sets variables, and runs each test in a shell of its own, in which a failed
# cd ends it.
# shellcheck disable=SC2086
lint shellcheck shellcheck -x -e SC2154,SC2030,SC2031,SC2164 $scripts
lint mandoc mandoc -T lint -W warning "$@"

[ -z "$bad" ]
