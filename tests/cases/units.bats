#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The units of systemd, as far as they can be judged without booting.

# bats file_tags=slow, once

load helper

setup()
{
	need systemd-analyze
	UNITS=$BATS_TEST_TMPDIR/units
	make -s -C "$TOP" install B="$B" DESTDIR="$BATS_TEST_TMPDIR/root" prefix=/usr
	cp -r "$BATS_TEST_TMPDIR/root/usr/lib/systemd/system" "$UNITS"
	# What they start must be there.
	sed -i "s,/usr/sbin/tcptune,$TCPTUNE," "$UNITS"/*.service
}

@test "systemd understands every line of them" {
	for unit in "$UNITS"/*; do
		run systemd-analyze verify --man=no --recursive-errors=no "${unit/@./@server.}"
		[[ $output != *"$UNITS"* && $output != *tcptune* ]] || complain "$unit"
	done
	sed -i 's/^ProtectSystem=/ProtectSytem=/' "$UNITS/tcptune-check.service"
	run systemd-analyze verify --recursive-errors=no "$UNITS/tcptune-check.service"
	expect_output "Unknown key"
}

@test "what a service is exposed to is below 3 of 10" {
	for unit in "$UNITS"/*.service; do
		run systemd-analyze security --offline=yes --threshold=29 "$unit"
		expect_status 0
		expect_output 'Overall exposure level'
	done
	sed -i '/^SystemCallFilter/d; /^Protect/d' "$UNITS/tcptune-check.service"
	run systemd-analyze security --offline=yes --threshold=29 "$UNITS/tcptune-check.service"
	expect_status 1
}

@test "files are mended before anything reads them, and without /var" {
	local unit=$UNITS/tcptune-recover.service before

	before=$(sed -n 's/^Before=//p' "$unit" | tr '\n' ' ')
	for reader in systemd-modules-load.service systemd-sysctl.service sysinit.target; do
		[[ " $before " == *" $reader "* ]] || complain "not before $reader"
	done
	grep -qx 'DefaultDependencies=no' "$unit"
	grep -qx 'ConditionPathExists=/etc/tcptune/pending' "$unit"
	grep -qx 'WantedBy=sysinit.target' "$unit"
	# Any of these would wait for /var or for what comes after sysinit.target.
	run grep -E '^(StateDirectory|CacheDirectory|LogsDirectory|PrivateTmp=yes|Requires|Wants)' "$unit"
	expect_status 1
}

# What Debian's own say of their order: cloud-init has the network before sysinit.target.
early_network()
{
	local unit
	for unit in nftables networking cloud-init; do
		printf '[Unit]\nDefaultDependencies=no\n' >"$1/$unit.service"
	done
	printf '%s\n' 'Wants=network-pre.target' 'Before=network-pre.target' >>"$1/nftables.service"
	printf '%s\n' 'After=local-fs.target network-pre.target' 'Wants=network.target' \
		'Before=network.target network-online.target' >>"$1/networking.service"
	printf '%s\n' 'After=networking.service' 'Before=network-online.target sysinit.target' \
		>>"$1/cloud-init.service"
	for unit in nftables networking cloud-init; do
		printf '[Service]\nType=oneshot\nExecStart=/bin/true\n' >>"$1/$unit.service"
	done
	printf '%s\n' '[Unit]' 'Wants=tcptune-apply@server.service tcptune-recover.service basic.target' \
		'Wants=nftables.service networking.service cloud-init.service' >"$1/all.target"
}

@test "a profile is applied before a network that comes before sysinit.target" {
	early_network "$UNITS"
	run env SYSTEMD_UNIT_PATH="$UNITS:" systemd-analyze verify --man=no all.target
	[[ $output != *cycle* && $output != *tcptune* ]] || complain "out of order"

	sed -i '/^DefaultDependencies=no/d' "$UNITS/tcptune-apply@.service"
	run env SYSTEMD_UNIT_PATH="$UNITS:" systemd-analyze verify --man=no all.target
	expect_output 'ordering cycle'
}
