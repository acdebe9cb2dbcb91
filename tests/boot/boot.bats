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
	"$TOP/tests/in-root.sh" "$PACKED" apt-get -qq install -y /tcptune.deb >"$BATS_FILE_TMPDIR/apt"
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
	# A bare ! is no check: it keeps sh -e from stopping.
	{ echo 'no() { ! "$@"; }' && cat; } >"$BATS_TEST_TMPDIR/job"
	run "$TOP/tests/boot/boot.sh" "$ROOT" "$BATS_TEST_TMPDIR/job"
}

@test "installing changed no file of anybody else, and starts nothing" {
	(cd "$ROOT" && find etc -type f -exec sha256sum {} + | sort) | diff "$BATS_FILE_TMPDIR/etc.before" -
	boot <<-'JOB'
	systemctl list-units --all --no-legend 'tcptune*'
	systemctl show -P ConditionResult tcptune-recover.service
	for unit in tcptune-recover.service tcptune-check.timer tcptune-metrics.timer; do
		systemctl show -P UnitFileState $unit
	done
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
	systemctl enable --now tcptune-check.timer 2>/dev/null
	systemctl is-active tcptune-check.timer
	systemctl start tcptune-check.service
	echo well
	sysctl -q -w net.core.somaxconn=128
	no systemctl start tcptune-check.service 2>/dev/null
	systemctl show -P ExecMainStatus tcptune-check.service
	journalctl --no-pager -u tcptune-check.service -o cat
	JOB
	expect_status 0
	expect_output $'active\nwell\n2\n'
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
	no systemctl start tcptune-metrics.service 2>/dev/null
	find /var/lib/prometheus -name tcptune.prom ! -newermt 2000-01-02 -size +1k
	JOB
	expect_status 0
	[ "$output" = $'no\n/var/lib/prometheus/node-exporter/tcptune.prom' ] || complain "the old one stays"
}

@test "each timer starts its service, and again later" {
	boot <<-'JOB'
	mkdir -p /var/lib/prometheus/node-exporter
	for name in check metrics; do
		mkdir -p /etc/systemd/system/tcptune-$name.timer.d
		printf '[Timer]\nOnActiveSec=1s\nAccuracySec=1ms\nRandomizedDelaySec=0\n' \
			>/etc/systemd/system/tcptune-$name.timer.d/soon.conf
	done
	systemctl enable --now tcptune-check.timer tcptune-metrics.timer 2>/dev/null
	for name in check metrics; do
		tries=0
		until [ -n "$(systemctl show -P ExecMainExitTimestamp tcptune-$name.service)" ]; do
			[ $((tries += 1)) -le 150 ] || { systemctl list-timers --all; exit 9; }
			sleep 0.2
		done
		[ -n "$(systemctl show -P LastTriggerUSec tcptune-$name.timer)" ]
	done
	systemctl show -P Result tcptune-metrics.service
	tcptune check --format prometheus | diff - /var/lib/prometheus/node-exporter/tcptune.prom
	systemctl show -P ExecMainStatus tcptune-check.service
	journalctl --no-pager -u tcptune-check.service -o cat

	# Daily, and 15 min after the last.
	[ -n "$(systemctl show -P NextElapseUSecRealtime tcptune-check.timer)" ]
	[ "$(systemctl show -P NextElapseUSecMonotonic tcptune-metrics.timer)" != infinity ]
	JOB
	expect_status 0
	expect_output $'success\n2\n'
	expect_output 'DIFFERS'
}

@test "removed, nothing of it acts any more, and installed again it applies nothing" {
	boot <<-'JOB'
	metrics=/var/lib/prometheus/node-exporter
	mkdir -p $metrics
	systemctl enable --now tcptune-apply@server.service tcptune-check.timer tcptune-metrics.timer 2>/dev/null
	systemctl start tcptune-metrics.service
	test -s $metrics/tcptune.prom
	systemctl list-units --no-legend 'tcptune-*' | grep -c active
	dpkg -r tcptune >/dev/null
	systemctl list-units --all --state=active,activating,failed --no-legend 'tcptune-*' | no grep .
	find $metrics -name 'tcptune*' | no grep .
	dpkg -i /tcptune.deb >/dev/null
	no systemctl is-enabled tcptune-apply@server.service
	systemctl list-dependencies --plain multi-user.target | no grep tcptune-apply
	JOB
	expect_status 0
	[ "$output" = $'3\ndisabled' ] || complain "something is left"
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

APPLY='apply --profile /etc/several.conf'

# What changes a directory; with it all else that changes a host, its records or what is said.
NAMES=renameat2,mkdirat,unlinkat
CHANGES=$NAMES,openat,linkat,symlinkat,write,pwrite64,ftruncate,fsync,fdatasync,syncfs
CHANGES+=,fchmod,fchmodat,fchown,fchownat,fsetxattr,utimensat

# points CALLS TRACE: "CALL N" of each such call in a trace; an open only if it makes a file.
# BOOT_EVERY=3: of a third of those that change no directory, for who has less time.
points()
{
	sed -nE 's/^[0-9]+ +([a-z0-9]+)\(/\1 /p' "$2" |
		awk -v calls=",$1," -v names=",$NAMES," -v every="${BOOT_EVERY:-1}" '
		{ n[$1]++ }
		index(calls, "," $1 ",") && ($1 != "openat" || /O_CREAT/) &&
			(index(names, "," $1 ",") || ++other % every == 0) { print $1, n[$1] }'
}

# traced WORDS FILTER...: the command that traces such a tcptune.
traced()
{
	echo "strace -f -o /trace -e trace=$CHANGES ${*:2} tcptune $1"
}

# killed_at WORDS CALL N: what a host does that loses power at the N-th such call of a command.
killed_at()
{
	cat <<-JOB
	no $(traced "$1" -e "inject=$2:signal=KILL:when=$3") >/dev/null 2>&1
	tail -n 2 /trace
	JOB
}

# The host comes up again: nothing is left half done, and what recovered it tells.
expect_mended()
{
	boot <<-'JOB'
	[ ! -e /etc/tcptune/pending ]
	systemctl show -P Result tcptune-recover.service
	[ ! -d /var-disk ] || mountpoint -q /var
	tcptune recover >&2
	find /etc -name '.*90-tcptune*' -o -path '/etc/tcptune/*' | no grep .
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

# try_kills CALLS BEFORE WORDS: after BEFORE, kill a tcptune at each of its CALLS.
try_kills()
{
	local whole=$BATS_TEST_TMPDIR/whole mended=0 point points
	etc >"$BATS_TEST_TMPDIR/old"
	copy "$ROOT" "$whole"
	boot < <(echo "$2"; traced "$3 >/dev/null")
	expect_status 0
	etc >"$BATS_TEST_TMPDIR/new"
	! cmp -s "$BATS_TEST_TMPDIR/old" "$BATS_TEST_TMPDIR/new" || complain "it changed no file"
	mapfile -t points < <(points "$1" "$ROOT/trace")
	for point in "${points[@]}"; do
		copy "$whole" "$ROOT"
		# shellcheck disable=SC2086 # two words
		boot < <(echo "$2"; killed_at "$3" $point)
		expect_status 0
		expect_output '+++ killed by SIGKILL +++'
		[ ! -e "$ROOT/etc/tcptune/pending" ] || mended=$((mended + 1))
		expect_mended "$BATS_TEST_TMPDIR/old" "$BATS_TEST_TMPDIR/new"
	done
	rm -rf --one-file-system "$whole"
	echo "# killed at ${#points[@]} calls, $mended times with files unfinished" >&3
	[ "$mended" -ge 5 ] || complain "only $mended were unfinished"
}

@test "killed anywhere in an apply, the next boot leaves old files or new ones" {
	several_files
	try_kills "$CHANGES" : "$APPLY"
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
	several_files
	late_var
	try_kills "$NAMES" : "$APPLY"
}

@test "power lost while a change is on trial: the next boot has the old values and files" {
	several_files
	etc >"$BATS_TEST_TMPDIR/old"
	boot <<-JOB
	tcptune $APPLY --confirm=1h -q
	sysctl -n net.ipv4.tcp_mtu_probing
	tcptune history 1 | grep -o 'state: *[a-z-]*'
	JOB
	expect_status 0
	[ "$output" = $'1\nstate:      pending' ] || complain "nothing was on trial"
	etc | diff "$BATS_TEST_TMPDIR/old" -

	boot <<-'JOB'
	sysctl -n net.ipv4.tcp_mtu_probing
	systemctl show -P Result tcptune-recover.service
	no tcptune confirm >/dev/null 2>&1
	tcptune recover >/dev/null || [ $? = 3 ]
	tcptune history 1 | grep -o 'state: *[a-z-]*'
	tcptune apply --profile /etc/several.conf -q
	sysctl -n net.ipv4.tcp_mtu_probing
	JOB
	expect_status 0
	[ "$output" = $'0\nsuccess\nstate:      rolled-back\n1' ] || complain "not as it was before"
	! etc | cmp -s - "$BATS_TEST_TMPDIR/old" || complain "it cannot be applied again"
}

@test "so it has when power is lost anywhere in the confirmation" {
	several_files
	try_kills "$NAMES" "tcptune $APPLY --confirm=1h -q" confirm
}
