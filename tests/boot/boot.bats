#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The package in a fresh Debian root that is booted: `make boot-test`.

load ../cases/helper

# The root is kept in build/boot: a mirror is asked once.
setup_file()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
	export BASE=$B/boot/base
	if [ ! -e "$BASE.whole" ]; then
		rm -rf --one-file-system "$BASE"
		mkdir -p "$B/boot"
		mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,procps,strace,login \
			"${SUITE:-bookworm}" "$BASE" "${MIRROR:-http://deb.debian.org/debian}"
		"$TOP/tests/in-root.sh" "$BASE" sh -ec "apt-get -qq update
			apt-get -qq install -y --no-install-recommends libconfig9 libcap2 libmnl0 libjansson4
			apt-get clean; rm -rf /var/lib/apt/lists/*"
		touch "$BASE.whole"
	fi
	export PACKED=$BATS_FILE_TMPDIR/packed
	cp -a "$BASE" "$PACKED"
	cp "$B"/deb/tcptune_0*.deb "$PACKED/tcptune.deb"
	(cd "$PACKED" && find etc -type f -exec sha256sum {} + | sort) >"$BATS_FILE_TMPDIR/etc.before"
	"$TOP/tests/in-root.sh" "$PACKED" dpkg -i /tcptune.deb >"$BATS_FILE_TMPDIR/dpkg"
}

# copy FROM TO: a root; /usr and /lib, which nothing here writes to, by hard links.
copy()
{
	rm -rf --one-file-system "$2"
	mkdir "$2"
	find "$1" -mindepth 1 -maxdepth 1 -name '[ul][si][rb]*' -exec cp -al {} "$2/" \;
	find "$1" -mindepth 1 -maxdepth 1 ! -name '[ul][si][rb]*' -exec cp -a {} "$2/" \;
}

setup()
{
	ROOT=$BATS_TEST_TMPDIR/root
	copy "$PACKED" "$ROOT"
}

teardown()
{
	rm -rf --one-file-system "$ROOT"
}

# boot <JOB: the host comes up, runs what stands on stdin, and loses power.
boot()
{
	cat >"$BATS_TEST_TMPDIR/job"
	run "$TOP/tests/boot/boot.sh" "$ROOT" "$BATS_TEST_TMPDIR/job"
}

@test "installing changed no file of anybody else, and starts nothing" {
	(cd "$ROOT" && find etc -type f -exec sha256sum {} + | sort) | diff "$BATS_FILE_TMPDIR/etc.before" -
	boot <<-'JOB'
	systemctl list-units --all --no-legend 'tcptune*'
	systemctl show -P ConditionResult tcptune-recover.service
	systemctl is-enabled tcptune-recover.service tcptune-check.timer tcptune-metrics.timer || :
	JOB
	expect_status 0
	expect_output $'no\nenabled\ndisabled\ndisabled'
	[[ $output != *running* && $output != *failed* ]] || complain "something started"
}

@test "the check reports drift to the journal, and fails so that it is seen" {
	boot <<-'JOB'
	mkdir /etc/tcptune
	echo 'except = ( "nofile.*" );' >/etc/tcptune/tcptune.conf
	for key in tcp_rmem tcp_wmem tcp_mtu_probing; do
		echo "net.ipv4.$key = $(cat /proc/sys/net/ipv4/$key)" | sed 's/probing = 0/probing = 1/'
	done >/etc/sysctl.d/50-site.conf
	sysctl -q -p /etc/sysctl.d/50-site.conf
	systemctl start tcptune-check.service
	echo well
	sysctl -q -w net.core.somaxconn=128
	! systemctl start tcptune-check.service 2>/dev/null
	systemctl show -P ExecMainStatus tcptune-check.service
	journalctl --no-pager -u tcptune-check.service -o cat
	JOB
	expect_status 0
	expect_output $'well\n2\n'
	expect_output 'COMPLIANT'
	expect_output 'net.core.somaxconn                  128 -> at least 4096'
}

@test "the metrics are those of a check outside the sandbox, and never half a file" {
	boot <<-'JOB'
	systemctl start tcptune-metrics.service
	systemctl show -P ConditionResult tcptune-metrics.service
	mkdir -p /var/lib/prometheus/node-exporter
	systemctl start tcptune-metrics.service
	tcptune check --format prometheus | diff - /var/lib/prometheus/node-exporter/tcptune.prom
	touch -d 2000-01-01 /var/lib/prometheus/node-exporter/tcptune.prom
	mkdir -p /etc/tcptune
	echo 'profile = "no-such";' >/etc/tcptune/tcptune.conf
	! systemctl start tcptune-metrics.service 2>/dev/null
	find /var/lib/prometheus -name tcptune.prom ! -newermt 2000-01-02 -size +1k
	JOB
	expect_status 0
	[ "$output" = $'no\n/var/lib/prometheus/node-exporter/tcptune.prom' ] || complain "the old one stays"
}

# Names, bytes, modes and owners of what tcptune may write, but for its own folder.
etc()
{
	(cd "$ROOT" && find etc/sysctl.d etc/security etc/modules-load.d etc/systemd \
		-path etc/systemd/system/boot-test.service -prune -o \
		\( -type d -printf '%p %M %U %G\n' -o -printf '%p %M %U %G %l ' -a -exec sha256sum {} \; \) \
		2>/dev/null | sort)
}

@test "applied and rebooted, the host is still as the profile wants it" {
	boot <<-'JOB'
	sysctl -q -w net.core.somaxconn=128
	tcptune apply --profile server
	tcptune check --profile server
	JOB
	expect_status 0
	expect_output COMPLIANT
	[ -f "$ROOT/etc/sysctl.d/90-tcptune.conf" ]

	boot <<-'JOB'
	tcptune check --profile server
	tcptune apply --profile server --detailed-exitcode
	JOB
	expect_status 0
	expect_output COMPLIANT
	expect_output 'NOTHING DONE'

	boot <<-'JOB'
	tcptune apply --none
	sysctl net.ipv4.tcp_mtu_probing
	JOB
	expect_status 0
	[ ! -e "$ROOT/etc/sysctl.d/90-tcptune.conf" ]
}

@test "the unit holds a host to its profile at every boot" {
	boot <<-'JOB'
	systemctl enable tcptune-apply@server.service
	systemctl start tcptune-apply@server.service
	systemctl show -P Result tcptune-apply@server.service
	tcptune check --profile server
	JOB
	expect_status 0
	expect_output success
	# Somebody undoes it behind our back.
	rm "$ROOT/etc/sysctl.d/90-tcptune.conf"
	mkdir -p "$ROOT/etc/systemd/system/boot-test.service.d"
	printf '[Unit]\nWants=tcptune-apply@server.service\nAfter=tcptune-apply@server.service\n' \
		>"$ROOT/etc/systemd/system/boot-test.service.d/apply.conf"
	boot <<-'JOB'
	tcptune check --profile server
	cat /etc/sysctl.d/90-tcptune.conf
	JOB
	expect_status 0
	expect_output 'tcp_mtu_probing = 1'
}

@test "an image that was built with apply --root boots as the profile wants it" {
	run "$TCPTUNE" apply --root "$ROOT" --profile server
	expect_status 0
	[ ! -e "$ROOT/var/lib/tcptune" ] || complain "state in the image"
	run "$TCPTUNE" check --root "$ROOT" --profile server
	expect_status 0
	boot <<<'tcptune check --profile server'
	expect_status 0
	expect_output COMPLIANT
}

# A host whose profile takes several files in folders that are not there yet.
several_files()
{
	cat >"$ROOT/etc/several.conf" <<-'CONF'
	summary = "test"; inherits = ( "server" );
	nofile = ( { for = "unit:cron.service"; hard = "600000"; },
	           { for = "systemd"; hard = "600000"; } );
	CONF
	echo '# mine' >"$ROOT/etc/sysctl.d/90-site.conf"
}

CHANGES=renameat2,mkdirat,unlinkat

# killed_at CALL N: what a host does that loses power at the N-th such call of an apply.
killed_at()
{
	cat <<-JOB
	! strace -f -o /trace -e trace=$CHANGES -e "inject=$1:signal=KILL:when=$2" \
		tcptune apply --profile /etc/several.conf >/dev/null 2>&1
	tail -n 2 /trace
	JOB
}

# The host comes up again: nothing is left half done, and what recovered it tells.
expect_mended()
{
	boot <<-'JOB'
	! find /etc/tcptune -type f | grep .
	systemctl show -P Result tcptune-recover.service
	! find /etc -name '*.90-tcptune*' | grep .
	[ ! -d /var-disk ] || mountpoint -q /var
	tcptune recover >&2
	tcptune apply --profile /etc/several.conf --dry-run >/dev/null || [ $? = 2 ]
	JOB
	expect_status 0
	expect_output success
	etc >"$BATS_TEST_TMPDIR/now"
	cmp -s "$BATS_TEST_TMPDIR/now" "$1" || cmp -s "$BATS_TEST_TMPDIR/now" "$2" || {
		diff "$1" "$BATS_TEST_TMPDIR/now"
		complain "neither old nor new"
	}
}

# try_every_kill VARIANT: kill an apply at each of its calls that change a directory.
try_every_kill()
{
	local whole=$BATS_TEST_TMPDIR/whole mended=0
	several_files
	[ $# = 0 ] || "$@"
	etc >"$BATS_TEST_TMPDIR/old"
	copy "$ROOT" "$whole"
	boot <<<"strace -f -o /trace -e trace=$CHANGES tcptune apply --profile /etc/several.conf >/dev/null"
	expect_status 0
	etc >"$BATS_TEST_TMPDIR/new"
	cp "$ROOT/trace" "$BATS_TEST_TMPDIR/trace"
	for call in ${CHANGES//,/ }; do
		for ((n = 1; n <= $(grep -cE "^[0-9]+ +$call\(" "$BATS_TEST_TMPDIR/trace"); n++)); do
			copy "$whole" "$ROOT"
			boot < <(killed_at "$call" "$n")
			expect_status 0
			expect_output '+++ killed by SIGKILL +++'
			[ ! -e "$ROOT/etc/tcptune/pending" ] || mended=$((mended + 1))
			expect_mended "$BATS_TEST_TMPDIR/old" "$BATS_TEST_TMPDIR/new"
		done
	done
	rm -rf --one-file-system "$whole"
	[ "$mended" -ge 5 ] || complain "only $mended were unfinished"
}

@test "killed anywhere in an apply, the next boot leaves old files or new ones" {
	try_every_kill
}

# /var is a file system of its own, which comes after the unit has run.
late_var()
{
	mv "$ROOT/var" "$ROOT/var-disk"
	mkdir "$ROOT/var" "$ROOT/etc/systemd/system/var.mount.d"
	echo '/var-disk /var none bind 0 0' >>"$ROOT/etc/fstab"
	printf '[Unit]\nAfter=tcptune-recover.service\n' >"$ROOT/etc/systemd/system/var.mount.d/late.conf"
}

@test "so it does with /var on a file system of its own" {
	try_every_kill late_var
}
