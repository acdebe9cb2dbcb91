#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages, really built: `make package-test`.

# shellcheck disable=SC2016 # the shell in the root expands
load ../cases/helper

# build WHAT FOLDER DATE: in a copy of the tree there, without git, that is of that date.
build()
{
	sh "$TOP/packaging/export.sh" "$2"
	find "$2" -exec touch -hd "$3" {} +
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
		build "$what" "$ONE.$what" 2001-02-03
		# Whoever builds it, and when, where and how must not show.
		(umask 027 && mkdir -p "$(dirname "$TWO")" &&
			TZ=Asia/Tokyo LC_ALL=C.UTF-8 HOME=/ build "$what" "$TWO.$what" 2026-02-03)
	done
}

one()
{
	find "$ONE.$1/build/$1" -name "tcptune[-_]0*.$1"
}

@test "two builds in two folders give the same package, bit by bit" {
	local file
	for file in deb/tcptune_0*.{deb,dsc,tar.xz} rpm/RPMS/*/tcptune-0*.rpm; do
		# shellcheck disable=SC2086 # a pattern
		cmp "$ONE.${file%%/*}"/build/$file "$TWO.${file%%/*}"/build/$file
	done
}

@test "lintian is content with package and source, to the last pedantry" {
	# It takes the file for another, for debian is a link to packaging/debian in the source,
	# where it finds no override either.
	run lintian --allow-root --pedantic --display-info --fail-on info,pedantic,warning,error \
		--suppress-tags named-copyright-for-single-installable "$ONE".deb/build/deb/*.changes
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

# in_root SCRIPT: in a root that has this host's programs, no package and no setting but
# one of its site, with processes and a network of its own.  `inside` runs something there.
in_root()
{
	local root=$BATS_TEST_TMPDIR/root
	mkdir -p "$BATS_TEST_TMPDIR"/{upper,work} "$root"/{etc/sysctl.d,etc/systemd/system,var/lib,proc,tmp,dev,run}
	touch "$root/dev/null"
	cp "$(one deb)" "$root/tmp/tcptune.deb"
	cp "$(one rpm)" "$root/tmp/tcptune.rpm"
	echo 'net.core.somaxconn = 4096' >"$root/etc/sysctl.d/10-site.conf"

	run unshare -nmpf --kill-child --propagation private sh -euc '
		root=$1 upper=$2
		for dir in usr bin sbin lib lib64; do
			[ -e /$dir ] || continue
			if [ -L /$dir ]; then cp -d /$dir "$root/"; else mkdir "$root/$dir" && mount --rbind /$dir "$root/$dir"; fi
		done
		mount -t overlay overlay -o "lowerdir=/usr,upperdir=$upper,workdir=$3" "$root/usr"
		mount -t proc proc "$root/proc"
		mount --bind /dev/null "$root/dev/null"
		settings() { (cd "$root" && find etc/sysctl.d etc/security etc/modules-load.d -type f 2>/dev/null | sort | xargs sha256sum
			cat proc/sys/net/ipv4/tcp_* proc/sys/net/core/somaxconn 2>/dev/null); }
		no() { ! "$@"; } # a bare ! is no check: it keeps sh -e from stopping
		left() { (cd "$root" && find . -xdev -path ./tmp -prune -o ! -type d -path "*tcptune*" -print
			cd "$upper" && find . ! -type d -path "*tcptune*" -print); }
		# What would act once the package is gone: profiles at a boot, and old metrics.
		metrics=$root/var/lib/prometheus/node-exporter
		later() { find "$root/etc/systemd" "$metrics" -name "tcptune-apply@*" -o -name "tcptune.prom*"; }
		act_later() {
			inside systemctl enable tcptune-apply@server.service tcptune-apply@proxy.service
			mkdir -p "$metrics" && touch "$metrics/tcptune.prom" "$metrics/tcptune.prom.new" "$metrics/site.prom"
			[ "$(later | wc -l)" = 4 ]; }
		same() { settings | cmp - "$upper.before"; }
		inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DPKG_FORCE=depends "$@"; }
		'"$1" sh "$root" "$BATS_TEST_TMPDIR/upper" "$BATS_TEST_TMPDIR/work"
}

@test "installing, removing and purging changes no setting, and says what stays" {
	need_root
	in_root '
		mkdir -p "$root/var/lib/dpkg/info"
		touch "$root/var/lib/dpkg/status"
		settings >"$upper.before"
		inside dpkg --force-all -i /tmp/tcptune.deb
		same
		inside tcptune --version
		mkdir -p "$root/var/lib/tcptune/transactions"
		echo "net.core.somaxconn = 8192" >"$root/etc/sysctl.d/90-tcptune.conf"
		settings >"$upper.before"
		act_later
		echo == remove
		inside dpkg --force-all -r tcptune
		same
		test -d "$root/var/lib/tcptune/transactions"
		later | no grep .
		test -e "$metrics/site.prom"
		echo == purge
		inside dpkg --force-all -P tcptune
		same
		test ! -e "$root/var/lib/tcptune"
		left | no grep -v "/90-tcptune.conf$"
	'
	expect_status 0
	expect_output '/etc/sysctl.d/90-tcptune.conf'
	[[ $output == *'== remove'*'tcptune apply --none'*'== purge'*'apply --none'* ]] || complain "does not say how to undo"
}

# The next release, of the same sources.
next_rpm()
{
	local top=$ONE.rpm/build/rpm
	mkdir "$BATS_TEST_TMPDIR/next"
	ln -s "$top/SOURCES" "$BATS_TEST_TMPDIR/next/SOURCES"
	rpmbuild -bb --nodeps --define 'dist .2' --define "_topdir $BATS_TEST_TMPDIR/next" \
		"$TOP/packaging/rpm/tcptune.spec" >"$BATS_TEST_TMPDIR/next/log" 2>&1 || {
		cat "$BATS_TEST_TMPDIR/next/log"
		return 1
	}
	mkdir -p "$BATS_TEST_TMPDIR/root/tmp"
	mv "$BATS_TEST_TMPDIR"/next/RPMS/*/tcptune-0*.2.*.rpm "$BATS_TEST_TMPDIR/root/tmp/next.rpm"
}

@test "the RPM installs, is upgraded and erased, but for what is on trial" {
	need_root
	next_rpm
	in_root '
		exec 2>&1
		sysctl() { inside sysctl -n net.core.somaxconn; }
		# Debian warns of its use, and knows nothing of what is required.
		rpm() { inside rpm --force-debian --dbpath /var/lib/rpm "$@"; }
		wants=$root/etc/systemd/system/sysinit.target.wants/tcptune-recover.service
		inside sysctl -qw net.core.somaxconn=128
		settings >"$upper.before"

		echo == install
		rpm -i --nodeps /tmp/tcptune.rpm
		same
		rpm -V --nodeps tcptune
		test -L "$wants"
		inside tcptune --version

		echo == trial
		inside tcptune apply --runtime --only net.core.somaxconn --confirm=10min
		no rpm -e tcptune
		rpm -q tcptune
		[ "$(sysctl)" = 4096 ]
		inside tcptune rollback
		same

		echo == upgrade
		inside systemctl disable tcptune-recover.service
		rpm -U --nodeps /tmp/next.rpm
		rpm -q tcptune
		rpm -V --nodeps tcptune
		same
		test ! -L "$wants"
		inside systemctl enable tcptune-recover.service tcptune-check.timer

		echo == erase
		inside tcptune apply --only net.core.somaxconn
		settings >"$upper.before"
		act_later
		rpm -e tcptune
		same
		later | no grep .
		test -e "$metrics/site.prom"
		test -d "$root/var/lib/tcptune/transactions"
		left | no grep -v -e "/90-tcptune.conf$" -e "^./var/lib/tcptune/" -e "^./run/tcptune/lock$"
		echo == gone
	'
	expect_status 0
	[[ $output == *'== trial'*'not removed while a change'*'== upgrade'*'tcptune-0.1.0-1.2'*'== erase'* ]] ||
		complain "not the way of a package"
	[[ $output == *'== erase'*'run "tcptune apply --none"'*'== gone' ]] || complain "does not say how to undo"
	[[ ${output#*== upgrade} != *'apply --none'*'== erase'* ]] || complain "an upgrade speaks of removal"
}
