#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages, really built: `make package-test`.

load ../cases/helper

# build WHAT FOLDER: in a copy of the tree there, without git.
build()
{
	sh "$TOP/packaging/export.sh" "$2"
	env -u MAKEFLAGS -u MAKELEVEL -u B make -s -C "$2" "$1" >"$2.log" 2>&1 || {
		cat "$2.log"
		return 1
	}
}

setup_file()
{
	export ONE=$BATS_FILE_TMPDIR/one TWO=$BATS_FILE_TMPDIR/another/folder
	local what
	for what in deb rpm; do
		build "$what" "$ONE.$what"
		# Whoever builds it, and when, where and how must not show.
		(umask 027 && mkdir -p "$(dirname "$TWO")" &&
			TZ=Asia/Tokyo LC_ALL=C.UTF-8 HOME=/ build "$what" "$TWO.$what")
	done
}

one()
{
	find "$ONE.$1/build/$1" -name "tcptune[-_]0*.$1"
}

@test "two builds in two folders give the same package, bit by bit" {
	local what
	for what in deb rpm; do
		cmp "$(one "$what")" "$(find "$TWO.$what/build/$what" -name "tcptune[-_]0*.$what")"
	done
}

@test "lintian is content, to the last pedantry" {
	run lintian --allow-root --pedantic --display-info --fail-on info,pedantic,warning,error \
		"$ONE".deb/build/deb/*.changes
	expect_status 0
	[ -z "$output" ] || complain "it complains"
}

@test "rpmlint is content" {
	run rpmlint -r "$TOP/packaging/rpm/tcptune.rpmlintrc" "$(one rpm)" "$TOP/packaging/rpm/tcptune.spec"
	expect_status 0
	expect_output ' 0 errors, 0 warnings'
}

@test "the documents are the ones of the tree" {
	local doc=$BATS_TEST_TMPDIR/usr/share/doc/tcptune
	dpkg-deb -x "$(one deb)" "$BATS_TEST_TMPDIR"
	zcat -f "$doc"/README.md* | cmp - "$TOP/README.md"
	zcat -f "$doc"/profiles.md* | cmp - "$TOP/profiles/README.md"
}

# As `make install` has it, but for what packagers do to manuals and documents, and
# the folder where Debian's zsh looks.
@test "both hold what make install installs" {
	make -s -C "$TOP" install B="$B" DESTDIR="$BATS_TEST_TMPDIR" prefix=/usr \
		zshdir=/usr/share/zsh/site-functions >/dev/null
	(cd "$BATS_TEST_TMPDIR" && find usr -type f | sed '/\/man\//s/$/.gz/' | sort) >"$BATS_TEST_TMPDIR/made"
	dpkg-deb -c "$(one deb)" | sed -n 's,^-.* \./,,p' | sed 's,^lib/,usr/lib/,; s,/zsh/vendor-completions/,/zsh/site-functions/,' |
		grep -vE '^usr/share/(doc|lintian)/' | sort >"$BATS_TEST_TMPDIR/deb"
	rpm -qpl --noghost "$(one rpm)" 2>/dev/null | grep -vE '/(doc|licenses|\.build-id)(/|$)' |
		sed 's,^/,,' >"$BATS_TEST_TMPDIR/all"
	(cd "$BATS_TEST_TMPDIR" && while read -r f; do [ -d "$f" ] || echo "$f"; done <all | sort) >"$BATS_TEST_TMPDIR/rpm"
	diff "$BATS_TEST_TMPDIR/made" "$BATS_TEST_TMPDIR/deb"
	diff "$BATS_TEST_TMPDIR/made" "$BATS_TEST_TMPDIR/rpm"
}

@test "installing, removing and purging changes no setting, and says what stays" {
	need_root
	local root=$BATS_TEST_TMPDIR/root
	# What dpkg needs to run its scripts, and nothing of this host.
	mkdir -p "$BATS_TEST_TMPDIR"/{upper,work} "$root"/{etc/sysctl.d,var/lib/dpkg/info,proc,tmp,dev}
	touch "$root/var/lib/dpkg/status" "$root/dev/null"
	cp "$(one deb)" "$root/tmp/tcptune.deb"
	echo 'net.core.somaxconn = 4096' >"$root/etc/sysctl.d/10-site.conf"

	# shellcheck disable=SC2016 # the inner shell's
	run unshare -nm --propagation private sh -euc '
		root=$1
		for dir in usr bin sbin lib lib64; do
			[ -e /$dir ] || continue
			if [ -L /$dir ]; then cp -d /$dir "$root/"; else mkdir "$root/$dir" && mount --rbind /$dir "$root/$dir"; fi
		done
		mkdir -p /run/empty && mount -t overlay overlay -o "lowerdir=/usr,upperdir=$2,workdir=$3" "$root/usr"
		mount -t proc proc "$root/proc"
		mount --bind /dev/null "$root/dev/null"
		settings() { (cd "$root" && find etc/sysctl.d etc/security etc/modules-load.d -type f 2>/dev/null | sort | xargs sha256sum
			cat proc/sys/net/ipv4/tcp_* proc/sys/net/core/somaxconn 2>/dev/null); }
		inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DPKG_FORCE=depends "$@"; }
		settings >"$2.before"
		inside dpkg --force-all -i /tmp/tcptune.deb
		settings | cmp - "$2.before"
		inside tcptune --version
		mkdir -p "$root/var/lib/tcptune/transactions"
		echo "net.core.somaxconn = 8192" >"$root/etc/sysctl.d/90-tcptune.conf"
		settings >"$2.before"
		echo == remove
		inside dpkg --force-all -r tcptune
		settings | cmp - "$2.before"
		test -d "$root/var/lib/tcptune/transactions"
		echo == purge
		inside dpkg --force-all -P tcptune
		settings | cmp - "$2.before"
		test ! -e "$root/var/lib/tcptune"
		! find "$root" "$2" -xdev ! -type d -name "*tcptune*" ! -path "*/tmp/*" \
			! -path "*/90-tcptune.conf" | grep .
	' sh "$root" "$BATS_TEST_TMPDIR/upper" "$BATS_TEST_TMPDIR/work"
	expect_status 0
	expect_output '/etc/sysctl.d/90-tcptune.conf'
	[[ $output == *'== remove'*'tcptune apply --none'*'== purge'*'apply --none'* ]] || complain "does not say how to undo"
}
