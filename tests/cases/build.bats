#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the project around the program promises.

# bats file_tags=once

load helper

@test "the top level holds what it should and nothing else" {
	cd "$TOP"
	# Without git, or where it mistrusts the owner of the tree, whatever lies there.
	run bash -c "(git ls-files -co --exclude-standard 2>/dev/null || ls -I build) |
		cut -d/ -f1 | grep -v '^\\.' | sort -u | tr '\\n' ' '"
	[ "$output" = 'LICENSE Makefile README.md man packaging profiles src tests ' ] || complain "the top level"
}

@test "every file says its licence" {
	cd "$TOP"
	run grep -rL --include='*.[ch]' --include='*.sh' --include='*.bats' --include='*.bash' \
		--include='*.py' --include=Makefile 'SPDX-License-Identifier: GPL-2.0-or-later' \
		src man tests packaging profiles Makefile .ci/run
	[ -z "$output" ] || complain "no licence"
}

# It keeps the shell's -e from stopping: "! ... || complain", or the word "no" of a host.
@test "no test relies on a bare !" {
	cd "$TOP"
	run bash -c "grep -rnE '(^|;)[[:space:]]*! ' tests --include='*.bats' | grep -vE '\|\||[|\\]$'"
	[ -z "$output" ] || complain "these check nothing"
}

@test "every skipped unit test says why" {
	cd "$TOP"
	run grep -nE '(^|[^_a-z])skip\(\)' tests/*.c
	[ -z "$output" ] || complain "skip_because() it is"
}

@test "the manual is clean and names every command, option and setting" {
	need mandoc
	cd "$TOP"
	run mandoc -T lint -W warning "$B"/man/tcptune.8 man/tcptune-profile.5
	expect_status 0
	# Without the backspaces that make it bold.
	mandoc -T ascii "$B/man/tcptune.8" | sed $'s/.\b//g' >"$BATS_TEST_TMPDIR/page"
	for word in $("$TCPTUNE" --help | grep -oE -- '--[a-z]+|^  [a-z]+') net.ipv4.tcp_rmem \
		net.core.somaxconn fs.nr_open tcp_tw_recycle; do
		grep -qF -- "$word" "$BATS_TEST_TMPDIR/page" || complain "not in the manual: $word"
	done
}

@test "every profile has a reason to be, and validates" {
	need_command profiles
	cd "$TOP"
	for profile in profiles/*.conf; do
		run "$TCPTUNE" profiles --validate "$profile"
		expect_status 0
	done
}

# bats test_tags=slow
@test "install puts everything below DESTDIR, uninstall takes it away" {
	cd "$TOP"
	make -s install B="$B" DESTDIR="$BATS_TEST_TMPDIR" prefix=/usr
	[ -x "$BATS_TEST_TMPDIR/usr/sbin/tcptune" ]
	[ -f "$BATS_TEST_TMPDIR/usr/share/man/man8/tcptune.8" ]
	[ -f "$BATS_TEST_TMPDIR/usr/share/tcptune/profiles/server.conf" ]
	[ -f "$BATS_TEST_TMPDIR/usr/share/tcptune/schema/check.json" ]
	grep -q '^ExecStart=/usr/sbin/tcptune recover' \
		"$BATS_TEST_TMPDIR/usr/lib/systemd/system/tcptune-recover.service"
	[ -f "$BATS_TEST_TMPDIR/usr/share/bash-completion/completions/tcptune" ]
	[ -f "$BATS_TEST_TMPDIR/usr/share/ansible/collections/ansible_collections/tcptune/tcptune/galaxy.yml" ]
	[ -f "$BATS_TEST_TMPDIR/usr/share/puppet/modules/tcptune/manifests/init.pp" ]
	[ -f "$BATS_TEST_TMPDIR/usr/share/tcptune/recipes/shell/tune.sh" ]
	make -s uninstall B="$B" DESTDIR="$BATS_TEST_TMPDIR" prefix=/usr
	run find "$BATS_TEST_TMPDIR" ! -type d -path '*usr*'
	[ -z "$output" ] || complain "left behind"
}

# bats test_tags=slow
@test "the same source in two folders gives the same binary" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/another/folder

	for copy in "$a" "$b"; do
		mkdir -p "$copy"
		cp -r "$TOP"/{Makefile,src,profiles,man} "$copy"
		env -u MAKEFLAGS -u B make -s -j2 -C "$copy" build/tcptune
	done
	cmp "$a/build/tcptune" "$b/build/tcptune"
	! strings "$a/build/tcptune" | grep -F "$BATS_TEST_TMPDIR" || complain "a path of the build"
}

@test "a second make makes nothing" {
	cd "$TOP"
	run make B="$B" all
	expect_status 0
	[[ $output != *'  CC '* && $output != *'  LINK '* && $output != *'  MAN '* ]] || complain "again"
}

@test "a changed flag makes everything again" {
	cd "$TOP"
	run make -n B="$B" CFLAGS='-O1' "$B/src/base/utf8.o"
	expect_output 'utf8.c'
}

@test "missing packages are named to a user who may not install them" {
	local bin=$BATS_TEST_TMPDIR/bin

	mkdir "$bin"
	printf '#!/bin/sh\necho not-installed\n' >"$bin/dpkg-query"
	printf '#!/bin/sh\necho "apt-get was run: $*"\n' >"$bin/apt-get"
	printf '#!/bin/sh\necho 1000\n' >"$bin/id"
	chmod +x "$bin"/*
	run env PATH="$bin:$PATH" sh "$TOP/packaging/deps.sh" build
	expect_status 1
	expect_output 'As root: apt-get install'
	expect_output 'libconfig-dev'
	[[ $output != *'was run'* ]] || complain "apt-get as a user"

	printf '#!/bin/sh\necho 0\n' >"$bin/id"
	printf '#!/bin/sh\necho "apt-get was run: $*" >&2\n' >"$bin/apt-get"
	run env PATH="$bin:$PATH" sh "$TOP/packaging/deps.sh" build
	expect_status 0
	expect_output 'apt-get was run: -qq update'

	printf '#!/bin/sh\necho installed\n' >"$bin/dpkg-query"
	run env PATH="$bin:$PATH" sh "$TOP/packaging/deps.sh" build test
	expect_status 0
	[ -z "$output" ] || complain "something though nothing is missing"
}

@test "programs that cannot be unpacked are named, and stop nothing" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho installed\n' >"$BATS_TEST_TMPDIR/bin/dpkg-query"
	printf '#!/bin/sh\nexit 100\n' >"$BATS_TEST_TMPDIR/bin/apt-get"
	chmod +x "$BATS_TEST_TMPDIR/bin"/*
	run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$TOP/tests/tools.sh" "$BATS_TEST_TMPDIR/tools"
	expect_status 0
	expect_output 'not to be had: prometheus'
	[ ! -e "$BATS_TEST_TMPDIR/tools" ] || complain "half of it is left for good"
}

@test "the version is the Makefile's wherever it has to be written" {
	cd "$TOP"
	local version file
	version=$(sed -n 's/^VERSION *:= //p' Makefile)
	[ -n "$version" ] || complain "the Makefile has none"
	while IFS='|' read -r file said; do
		grep -qxF "$said" "$file" || complain "$file does not say: $said"
	done <<-SAID
	packaging/ansible/galaxy.yml|version: $version
	packaging/puppet/metadata.json|  "version": "$version",
	packaging/rpm/tcptune.spec|Version:        $version
	SAID
	# The news of a release come first.
	[[ $(head -n 1 packaging/debian/changelog) == "tcptune ($version) "* ]] || complain "Debian's change log"
	[[ $(grep -m 1 '^\* ' packaging/rpm/tcptune.spec) == *" - $version-1" ]] || complain "the RPM's change log"
	[[ $(grep -m 1 '^## ' .github/NEWS.md) =~ ^"## $version"( |$) ]] || complain "the news"
}

@test "without dpkg what is needed is said, and nothing is done" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(command -v sh)" "$BATS_TEST_TMPDIR/bin/sh"
	run env PATH="$BATS_TEST_TMPDIR/bin" sh "$TOP/packaging/deps.sh" build
	expect_status 0
	expect_output 'not Debian'
	expect_output 'libconfig-dev'
}

@test "the packages ask for every library the program is linked with" {
	cd "$TOP"
	libraries=$(sed -n 's/^LIBS *:= //p' Makefile)
	[ -n "$libraries" ] || complain 'the Makefile names no library'
	for library in $libraries; do
		grep -q "pkgconfig($library)" packaging/rpm/tcptune.spec || complain "the RPM: $library"
		grep -qE "^(Build-Depends:)? +(lib)?${library#lib}-dev[,]?$" packaging/debian/control ||
			complain "the Debian package: $library"
	done
}
