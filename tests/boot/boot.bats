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

# Names, bytes, modes and owners of what tcptune may write.
etc()
{
	(cd "$ROOT" && find etc/sysctl.d etc/security etc/modules-load.d etc/systemd etc/tcptune \
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
