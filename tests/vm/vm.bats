#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Findings about settings of the whole host, on a kernel that is the test's own:
# `make vm`.  Each test boots a machine, so that its counters begin at 0; what is
# no finding comes first in it.

load ../cases/helper

setup_file()
{
	[ "$(uname -m)" = x86_64 ] || skip "the machine is an x86_64, $(uname -m) is here"
	"$TOP/tests/vm/build.sh" "$B"
}

# judge WORD RULE DOCUMENT: what a machine said.
judge()
{
	output=$3
	expect_json check
	if [ "$1" = found ]; then
		[ "$(json "'$2' in [f['id'] for f in d['findings']]")" = True ] ||
			complain "$2: expected, and not found"
		return
	fi
	[ "$(json "'$2' in [f['id'] for f in d['findings']]")" = False ] ||
		complain "$2: found, and not expected"
	# Who was not asked is silent anyway.
	[ "$(json "'$2' in [n['id'] for n in d['not_evaluated']]")" = False ] ||
		complain "$2: not evaluated"
}

# machine <JOB: a machine of its own does the job, in the words of init, and what it
# says is judged.
machine()
{
	local said word rule document n=0

	cat >"$BATS_TEST_TMPDIR/job"
	run_apart "$TOP/tests/vm/boot.sh" "$B/vm" "$BATS_TEST_TMPDIR/job"
	expect_status 0
	said=$output
	while read -r word rule document; do
		[[ $word == found || $word == silent ]] || complain "the machine says: $word $rule $document"
		judge "$word" "$rule" "$document"
		n=$((n + 1))
	done <<<"$said"
	[ "$n" = "$(grep -cE '(^|[[:space:]])(found|silent) ' "$BATS_TEST_TMPDIR/job")" ] ||
		complain "$n answers are too few"
}

# What was closed is still there when the next condition begins: a machine for each limit.
@test "closed connections: none may wait, many do, some are reset" {
	machine <<-'JOB'
	set_to net.ipv4.tcp_max_orphans 1
	silent max-orphans-zero
	set_to net.ipv4.tcp_max_orphans 0
	found max-orphans-zero
	set_to net.ipv4.tcp_max_orphans 100
	silent orphans-near-limit peer-does-not-acknowledge 24
	JOB
	machine <<-'JOB'
	set_to net.ipv4.tcp_max_orphans 100
	silent orphans-killed peer-does-not-acknowledge 100
	JOB
	machine <<-'JOB'
	set_to net.ipv4.tcp_max_orphans 100
	found orphans-near-limit peer-does-not-acknowledge 25
	set_to net.ipv4.tcp_max_orphans 20
	sleep 1 # the kernel adds them up ten times a second
	found orphans-killed peer-does-not-acknowledge 100
	JOB
}

@test "the limits of TCP memory contradict each other, or memory" {
	machine <<-'JOB'
	set_to net.ipv4.tcp_mem '2000 2000 2000'
	silent tcp-mem-order
	set_to net.ipv4.tcp_mem '2000 2001 2000'
	found tcp-mem-order

	pages=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 4))
	set_to net.ipv4.tcp_mem "1000 2000 $pages"
	silent tcp-mem-above-memory
	set_to net.ipv4.tcp_mem "1000 2000 $((pages + 1))"
	found tcp-mem-above-memory
	JOB
}

@test "TCP memory is short, and was" {
	machine <<-'JOB'
	set_to net.ipv4.tcp_mem '1000 4000 80000'
	silent tcp-memory-near full-buffers 5
	silent tcp-memory-pressure full-buffers 5
	found tcp-memory-near full-buffers 30
	found tcp-memory-pressure full-buffers 30
	JOB
}

@test "UDP sockets with large buffers" {
	machine <<-'JOB'
	set_to net.core.rmem_default 1048575
	silent udp-buffer-large
	set_to net.core.rmem_default 1048576
	found udp-buffer-large
	JOB
}

@test "congestion control: bbr paces itself, and a namespace may not choose it" {
	machine <<-'JOB'
	set_to net.ipv4.tcp_slow_start_after_idle 0
	silent slow-start-after-idle-void
	load tcp_bbr
	set_to net.ipv4.tcp_congestion_control bbr
	found slow-start-after-idle-void

	apart='unshare -n'
	set_to net.ipv4.tcp_allowed_congestion_control 'reno cubic bbr'
	silent congestion-control-not-allowed
	set_to net.ipv4.tcp_allowed_congestion_control 'reno cubic'
	found congestion-control-not-allowed
	JOB
}

@test "the packet queue of a CPU: its settings" {
	machine <<-'JOB'
	set_to net.core.netdev_max_backlog 1
	silent netdev-backlog-zero
	silent netdev-backlog-unlimited
	set_to net.core.netdev_max_backlog 0
	found netdev-backlog-zero
	set_to net.core.netdev_max_backlog -1
	found netdev-backlog-unlimited

	set_to net.core.netdev_budget 1
	silent netdev-budget-zero
	set_to net.core.netdev_budget 0
	found netdev-budget-zero
	JOB
}

@test "the packet queue of a CPU: full, and given too little time" {
	# A machine that is emulated may stand still: let only the packets count.
	machine <<-'JOB'
	set_to net.core.netdev_budget_usecs 10000000
	silent softnet-drops full-buffers 60
	silent softnet-squeezed talking 1 --interval 1s
	set_to net.core.netdev_budget 1
	found softnet-squeezed talking 1 --interval 1s
	set_to net.core.netdev_max_backlog 0
	found softnet-drops full-buffers 60
	JOB
}

@test "the firewall's table: long chains, nearly full, full" {
	machine <<-'JOB'
	track
	buckets=$(cat /proc/sys/net/netfilter/nf_conntrack_buckets)
	set_to net.netfilter.nf_conntrack_max $((9 * buckets - 1))
	silent conntrack-chains-long
	set_to net.netfilter.nf_conntrack_max $((9 * buckets))
	found conntrack-chains-long

	apart='unshare -n'
	set_to net.netfilter.nf_conntrack_max 100
	silent conntrack-near-full idle 79
	found conntrack-near-full idle 80
	silent conntrack-drops datagrams 109
	found conntrack-drops datagrams 110
	JOB
}

@test "the firewall forgets before keepalive looks, if it tracks at all" {
	machine <<-'JOB'
	track
	timeout=net.netfilter.nf_conntrack_tcp_timeout_established
	set_to $timeout $((7200 + 9 * 75 + 1))
	silent keepalive-after-conntrack idle 1
	set_to $timeout $((7200 + 9 * 75))
	found keepalive-after-conntrack idle 1
	JOB
	machine <<-'JOB'
	load libcrc32c
	load nf_defrag_ipv4
	load nf_defrag_ipv6
	load nf_conntrack
	set_to net.netfilter.nf_conntrack_tcp_timeout_established 60
	silent keepalive-after-conntrack idle 1
	JOB
}

@test "open files: limits that cannot be set again, and hardly any left" {
	machine <<-'JOB'
	set_to fs.file-max 2000
	silent file-max-near open-files 1200
	found file-max-near open-files 1700

	set_to fs.nr_open 4096
	silent nofile-above-nr-open
	set_to fs.nr_open 4032
	found nofile-above-nr-open
	JOB
}
