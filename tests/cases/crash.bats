#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A sample of what `make crash` does in full: whatever the fault, the host is
# wholly old or wholly new, and the status tells which.

# bats file_tags=slow

load helper

setup()
{
	need_root
	need_host
	need strace
	is_plain_build || skip "faults are put in a build without sanitizers, which cannot be traced"
	strace -o /dev/null true || skip "nothing can be traced here"
	unshare -nmpf true || skip "no namespaces can be made here"
}

matrix()
{
	run env FAIL_ALLOC="$B/tests/crash/fail_alloc.so" unshare -nmpf --kill-child \
		--propagation private /usr/bin/python3 "$TOP/tests/crash/matrix.py" "$TCPTUNE" "$@"
	expect_status 0
	expect_output '0 wrong'
	echo "# ${lines[-1]}" >&3
}

# bats test_tags=once
@test "killed anywhere, recover makes it wholly old or wholly new" {
	matrix kill apply 24
	matrix kill rollback 8
	matrix kill recover 8
	matrix kill boot 8
	matrix kill confirm 8
	matrix kill guard 8
	matrix kill undo 16
}

# bats test_tags=once
@test "killed together with the guardian, it is wholly old, or waits to be confirmed" {
	matrix both confirm 8
	matrix both trial 8
}

# bats test_tags=once
@test "what somebody writes meanwhile no undo overwrites" {
	matrix foreign apply 24
	matrix foreign rollback 12
	matrix foreign recover 12
}

# bats test_tags=once
@test "whatever fails once, the status tells the truth" {
	matrix error apply 24
	matrix error rollback 12
	matrix error recover 12
	matrix error confirm 12
	matrix error undo 16
}

# bats test_tags=once
@test "whichever allocation fails, the status tells the truth" {
	[ -e "$B/tests/crash/fail_alloc.so" ] || skip "the library that fails was not built"
	matrix memory apply 24
	matrix memory rollback 12
	matrix memory recover 12
	matrix memory undo 12
}

# bats test_tags=once
@test "of 64 at once one changes the host at a time, and the last one stands" {
	# shellcheck disable=SC2016 # for the shell in there
	on_host 'for n in $(seq 64); do
			printf "summary = \"%s\"; sysctl = ( { key = \"net.core.somaxconn\"; exact = \"%s\"; }, { key = \"net.ipv4.tcp_keepalive_time\"; exact = \"%s\"; } );\n" \
				$n $((5000 + n)) $((700 + n)) >p$n.conf
		done
		for n in $(seq 64); do
			( s=0; $T apply --profile /mnt/p$n.conf -q 2>/dev/null || s=$?; echo $s >status.$n ) &
		done
		wait
		cat status.* | no grep -v "^[05]$"
		grep -q 0 status.*
		last=$(ls /var/lib/tcptune/transactions | sort -n | tail -1)
		n=$($T history $last | sed -n "s/^Transaction [0-9]*: apply p//p")
		[ "$(sysctl -n net.core.somaxconn)" = $((5000 + n)) ]
		[ "$(sysctl -n net.ipv4.tcp_keepalive_time)" = $((700 + n)) ]
		grep -qx "net.core.somaxconn = $((5000 + n))" /etc/sysctl.d/90-tcptune.conf
		$T check --profile /mnt/p$n.conf -q'
	expect_status 0
}

# bats test_tags=once
@test "while one is inside its transaction the other 63 exit 5" {
	# shellcheck disable=SC2016
	on_host 'for n in $(seq 64); do
			printf "summary = \"x\"; sysctl = ( { key = \"net.core.somaxconn\"; exact = \"%s\"; } );\n" $((5000 + n)) >p$n.conf
		done
		strace -qq -o /dev/null -e inject=fdatasync:delay_enter=60000000:when=1 \
			$T apply --profile /mnt/p1.conf -q &
		holder=$!
		until [ -e /run/tcptune/lock ] && ! $T recover -q 2>/dev/null; do sleep 0.05; done
		for n in $(seq 2 64); do
			( s=0; $T apply --profile /mnt/p$n.conf -q 2>/dev/null || s=$?; echo $s >status.$n ) &
		done
		for n in $(seq 2 64); do
			until [ -s status.$n ]; do sleep 0.05; done
		done
		[ "$(cat status.* | sort | uniq -c | tr -s " ")" = " 63 5" ]
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		kill -9 $(pgrep -P $holder) $holder
		status_of wait $holder; is 137'
	expect_status 0
}

@test "what a person would undo with is on the disk before anything is written" {
	# shellcheck disable=SC2016
	on_host 'printf "summary = \"x\"; sysctl = ( { key = \"net.core.somaxconn\"; exact = \"%s\"; } );\n" 5000 >p
		sed s/5000/6000/ p >q
		$T apply --profile /mnt/p -q
		strace -qq -y -o calls -e trace=fsync,pwrite64,renameat2 $T apply --profile /mnt/q -q
		grep -q "pwrite64.*somaxconn" calls
		sed "/somaxconn/,\$d" calls >before
		grep "rollback.conf>) *= 0" before
		grep "files/[0-9]*-90-tcptune.conf>) *= 0" before
		grep "/files>) *= 0" before'
	expect_status 0
}

@test "on a file system that cannot exchange names, a failure in between is undone" {
	# shellcheck disable=SC2016
	on_host 'printf "summary = \"x\"; sysctl = ( { key = \"net.core.somaxconn\"; exact = \"%s\"; } );\n" 5000 >p
		for n in 1 2 3 4; do
			sed s/5000/600$n/ p >q
			$T apply --profile /mnt/p -q
			s=0
			strace -qq -o /dev/null -e trace=renameat2,renameat -e inject=renameat2:error=EINVAL \
				-e inject=renameat:error=EIO:when=$n $T apply --profile /mnt/q -q || s=$?
			case $s in
			0) grep -qx "net.core.somaxconn = 600$n" /etc/sysctl.d/90-tcptune.conf;;
			1|3) grep -qx "net.core.somaxconn = 5000" /etc/sysctl.d/90-tcptune.conf;;
			*) echo "status $s at $n"; exit 1;;
			esac
			ls -A /etc/sysctl.d | no grep "~$"
		done'
	expect_status 0
}
