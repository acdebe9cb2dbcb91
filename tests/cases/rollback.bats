#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# rollback, recover and history, on a host of their own.
# shellcheck disable=SC2016 # scripts for the shell in there

# bats file_tags=slow

load helper

setup()
{
	need_root
	need_host
	need_command rollback
	exact_profile net.core.somaxconn 9000 net.ipv4.tcp_fin_timeout 30 \
		net.ipv4.ip_local_reserved_ports 8080-8082,9090
	sed 's/9000/9999/' "$PROFILE" >"$BATS_TEST_TMPDIR/other.conf"
	OTHER=$BATS_TEST_TMPDIR/other.conf
	export OTHER
}

@test "a rollback gives everything back, and is undone by a rollback of it" {
	on_host 'before=$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout)
		$T apply --profile "$PROFILE" >/dev/null
		[ -e /etc/sysctl.d/90-tcptune.conf ]
		$T rollback >/dev/null
		[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout)" = "$before" ]
		[ -z "$(sysctl -n net.ipv4.ip_local_reserved_ports)" ]
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]
		[ -z "$(find /etc -name "*~")" ]
		status_of $T rollback; is 1
		$T rollback 2 >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 9000 ]
		[ -e /etc/sysctl.d/90-tcptune.conf ]
		$T check --profile "$PROFILE" -q
		$T history --json'
	expect_status 0
	expect_stderr 'there is nothing to roll back'
	expect_json history
	[ "$(json '[(t["id"], t["command"], t["undoes"], t["undone_by"], t["state"]) for t in d["transactions"]]')" = \
		"[('3', 'rollback', '2', None, 'committed'), ('2', 'rollback', '1', '3', 'rolled-back'), ('1', 'apply', None, None, 'committed')]" ] ||
		complain "another history"
}

# What is made in such a directory is nobody's until it has the mode of the old file.
@test "a directory's default access list lets nobody into our files, or those put back" {
	on_host 'cat >lists.py <<-PY
			import os, struct, sys
			ENTRIES = [(1, 7, -1), (2, 6, 65534), (4, 5, -1), (16, 7, -1), (32, 5, -1)]
			for path in sys.argv[2:]:
			    if sys.argv[1] == "set":
			        os.setxattr(path, "system.posix_acl_default", struct.pack("<I", 2) + b"".join(
			            struct.pack("<HHi", *entry) for entry in ENTRIES))
			    elif [x for x in os.listxattr(path) if "posix_acl" in x]:
			        sys.exit(path + " has an access list")
		PY
		lists() { /usr/bin/python3 lists.py "$@"; }
		status_of lists set /etc/sysctl.d
		[ $status = 0 ] || { echo "SKIP: no access lists here"; exit 0; }
		ours=/etc/sysctl.d/90-tcptune.conf theirs=/etc/sysctl.d/95-other.conf
		echo net.core.somaxconn=1 >$theirs
		chmod 660 $theirs
		/usr/bin/python3 -c "import os, sys; os.removexattr(sys.argv[1], \"system.posix_acl_access\")" $theirs
		stat -c "%a %u %g" $theirs >was
		$T apply --profile "$PROFILE" --comment-out -q
		grep "^#tcptune#" $theirs
		lists none $ours $theirs
		[ "$(stat -c %a $ours)" = 644 ]
		stat -c "%a %u %g" $theirs | diff was -
		$T rollback -q
		lists none $theirs
		stat -c "%a %u %g" $theirs | diff was -
		[ ! -e $ours ]

		# One that an older version let in, and a directory of ours.
		rm $theirs
		$T apply --profile "$PROFILE" -q
		/usr/bin/python3 -c "import os, sys; os.setxattr(sys.argv[1], \"system.posix_acl_access\",
			os.getxattr(\"/etc/sysctl.d\", \"system.posix_acl_default\"))" $ours
		no lists none $ours
		$T apply --profile "$OTHER" -q
		lists none $ours
		$T apply --none -q
		rm -r /etc/sysctl.d
		lists set /etc
		$T apply --profile "$PROFILE" -q
		lists none /etc/sysctl.d $ours'
	expect_status 0
	[[ $output != *SKIP* ]] || skip "the file system of /etc takes no access lists here"
}

@test "what somebody changed since is reported and left, unless --force" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		sysctl -qw net.core.somaxconn=777
		status_of $T rollback --json; is 4
		[ "$(sysctl -n net.core.somaxconn)" = 777 ]
		[ "$(sysctl -n net.ipv4.tcp_fin_timeout)" = 60 ]
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]
		$T rollback 1 --force >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]'
	expect_status 0
	expect_json apply
	[ "$(json '[(c["before"], c["after"], c["now"]) for c in d["changes"] if c["result"] == "foreign"]')" = \
		"[('9000', '4096', '777')]" ] || complain "not the three values"
}

@test "people are told the value before us, ours and the one there now" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		sysctl -qw net.core.somaxconn=777
		status_of $T rollback --color never; is 4'
	expect_status 0
	[[ $(tr -s ' \n' ' ' <<<"$output") == \
		*'net.core.somaxconn: somebody changed it, so it was left alone (before us 4096, ours 9000, now 777)'* ]] ||
		complain "not the three values"
}

# A profile of files alone, one for each of these units.
unit_profile()
{
	PROFILE=$BATS_TEST_TMPDIR/units.conf
	{
		echo 'summary = "a test"; nofile = ('
		printf '{ for = "unit:%s.service"; soft = "3000"; hard = "5000"; },\n' "$@"
		echo ');'
	} >"$PROFILE"
}

@test "a directory of ours that is not empty stays, with and without --force" {
	unit_profile nginx
	on_host 'rm -rf /etc/systemd
		for force in "" --force; do
			$T apply --profile "$PROFILE" -q
			echo x >/etc/systemd/system/nginx.service.d/50-admin.conf
			$T rollback $force --color never
			[ "$(ls /etc/systemd/system/nginx.service.d)" = 50-admin.conf ]
			[ "$($T history --json | grep -c "\"state\": \"stranded\"")" = 0 ]
			rm -r /etc/systemd
		done
		$T history 2'
	expect_status 0
	[ "$(grep -c 'nginx.service.d: kept: it is not empty' <<<"$output")" = 2 ] ||
		complain "not told, or something else"
	expect_output 'it was not empty, and stays'
}

@test "an apply that fails leaves a directory that somebody uses, and is undone" {
	need strace
	! is_sanitized || skip "a sanitized build cannot be traced"
	unit_profile nginx
	on_host 'rm -rf /etc/systemd
		# It fails at the file, when the directories are made and one is used.
		(status_of strace -f -o /dev/null -e trace=renameat2 -e inject=renameat2:error=EIO:delay_enter=1000000 \
			$T apply --profile "$PROFILE" --color never; is 3) &
		until [ -d /etc/systemd/system/nginx.service.d ]; do sleep 0.01; done
		touch /etc/systemd/system/nginx.service.d/50-admin.conf
		wait $!
		[ "$(ls /etc/systemd/system/nginx.service.d)" = 50-admin.conf ]
		$T history'
	expect_status 0
	expect_output 'RESTORED'
	expect_output 'nginx.service.d: kept: it is not empty'
}

@test "a rollback that keeps a directory, fails then and is undone has restored everything" {
	need strace
	! is_sanitized || skip "a sanitized build cannot be traced"
	unit_profile nginx
	on_host 'rm -rf /etc/systemd
		$T apply --profile "$PROFILE" -q
		echo x >/etc/systemd/system/nginx.service.d/50-admin.conf
		find /etc/systemd | sort >/mnt/before
		for n in $(seq 20); do
			s=0; strace -qq -o /dev/null -e trace=fsync -e inject=fsync:error=EIO:when=$n \
				$T rollback 1 >/mnt/out || s=$?
			[ $s != 0 ] || break
			echo "$n: $s"
			[ $s = 1 ] || [ $s = 3 ]
			find /etc/systemd | sort | diff /mnt/before -
		done
		[ $n -gt 5 ]'
	expect_status 0
	expect_output ': 3'
}

@test "an edited file of ours is left, unless --force" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		echo "# mine" >>/etc/sysctl.d/90-tcptune.conf
		status_of $T rollback; is 4
		grep -q mine /etc/sysctl.d/90-tcptune.conf
		$T rollback 1 --force
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
}

@test "an older one is refused while a newer one changed the same, or both go with --through" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		$T apply --profile "$OTHER" >/dev/null
		status_of $T rollback 1; is 1
		[ "$(sysctl -n net.core.somaxconn)" = 9999 ]
		$T rollback 1 --through --json
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
	expect_stderr 'transaction 1 cannot be rolled back alone: 2 changed the same after it'
	expect_json apply
}

@test "history tells who, when and what; --current what is ours and what was before" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		$T history
		$T history 1
		$T history --current
		status_of $T history 7; is 1'
	expect_status 0
	expect_output 'committed'
	expect_output "apply --profile $PROFILE"
	expect_output 'network namespace'
	expect_output 'net.core.somaxconn'
	expect_plain "$output"
	expect_stderr 'there is no transaction 7'

	on_host '$T apply --profile "$PROFILE" >/dev/null
		$T history --current --json'
	expect_json history
	[ "$(json '[(v["key"], v["first"], v["ours"]) for v in d["current"]["values"]][0]')" = \
		"('net.core.somaxconn', '4096', '9000')" ] || complain "not what is ours"
}

@test "recover in good order changes nothing, and says nothing was left" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		$T recover --boot >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 9000 ]
		$T recover --json >/mnt/told
		cat /mnt/told'
	expect_status 0
	expect_json apply
	[ "$(json 'd["id"], d["changed"], d["state"]')" = "(None, False, 'nothing')" ] || complain "changed"
}

@test "from another network namespace running values are never written" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		sleep 60 &
		other=$!
		status_of unshare -n sh -c "$T rollback; r=\$?; sysctl -n net.core.somaxconn >/mnt/now; exit \$r"
		is 4
		[ "$(cat /mnt/now)" = 4096 ]
		[ "$(sysctl -n net.core.somaxconn)" = 9000 ]
		kill $other'
	expect_status 0
	expect_stderr 'belong to network namespace'
}

@test "where the network namespace is gone files are put back, and nothing else is written" {
	need_every_process
	on_host 'without_init
		unshare -n $T apply --profile "$PROFILE" >/dev/null
		[ -e /etc/sysctl.d/90-tcptune.conf ]
		sysctl -qw net.core.somaxconn=9000
		$T rollback >/dev/null
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]
		[ "$(sysctl -n net.core.somaxconn)" = 9000 ]'
	expect_status 0
}

@test "what is gone with its network namespace does not stand before what is not" {
	need_every_process
	on_host 'without_init
		$T apply --profile "$PROFILE" >/dev/null
		unshare -n $T apply --runtime --profile "$PROFILE" >/dev/null
		$T rollback >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]
		status_of $T rollback; is 1'
	expect_status 0
	expect_stderr 'there is nothing to roll back'
}

@test "a namespace that a mount holds lives without a process, and is entered" {
	need ip
	on_host 'mkdir /run/netns; ip netns add blue; ip netns add red
		ip netns exec blue $T apply --profile "$PROFILE" >/dev/null
		$T rollback >/dev/null
		[ "$(ip netns exec blue sysctl -n net.core.somaxconn)" = 4096 ]
		touch "/mnt/a name"
		unshare -n sh -c "mount --bind /proc/self/ns/net \"/mnt/a name\""
		nsenter --net="/mnt/a name" $T apply --profile "$PROFILE" >/dev/null
		$T rollback >/dev/null
		[ "$(nsenter --net="/mnt/a name" sysctl -n net.core.somaxconn)" = 4096 ]
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]'
	expect_status 0
}

@test "from another pid namespace no network namespace is taken for gone" {
	on_host 'unshare -n $T apply --profile "$PROFILE" >/dev/null
		status_of unshare -pf --mount-proc $T rollback; is 4
		[ -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
	expect_stderr 'whether that is still there cannot be seen from here'
}

@test "what the whole host shares is given back though the network namespace is gone" {
	need_every_process
	cat >"$PROFILE" <<-'EOF'
	summary = "a test";
	sysctl = (
	  { key = "fs.nr_open"; exact = "2000000"; accept_risk = true; },
	  { key = "net.core.somaxconn"; exact = "9000"; },
	);
	EOF
	on_host 'without_init
		echo 1048576 >nr_open; mount --bind nr_open /proc/sys/fs/nr_open
		unshare -n $T apply --runtime --profile "$PROFILE" >/dev/null
		[ "$(cat /proc/sys/fs/nr_open)" = 2000000 ]
		$T rollback >/dev/null
		[ "$(cat /proc/sys/fs/nr_open)" = 1048576 ]
		unshare -n $T apply --runtime --profile "$PROFILE" >/dev/null
		$T apply --none >/dev/null
		[ "$(cat /proc/sys/fs/nr_open)" = 1048576 ]'
	expect_status 0
}

@test "what the whole host shares is recovered though the network namespace is gone" {
	need_every_process
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	cat >"$PROFILE" <<-'EOF'
	summary = "a test";
	sysctl = (
	  { key = "fs.nr_open"; exact = "2000000"; accept_risk = true; },
	  { key = "net.core.somaxconn"; exact = "9000"; },
	);
	EOF
	on_host 'without_init
		echo 1048576 >nr_open; mount --bind nr_open /proc/sys/fs/nr_open
		status_of unshare -n strace -qq -o calls -e trace=pwrite64 \
			-e inject=pwrite64:signal=SIGKILL:when=2 $T apply --runtime --profile "$PROFILE"
		[ "$(cat /proc/sys/fs/nr_open)" = 2000000 ]
		$T recover >/dev/null
		[ "$(cat /proc/sys/fs/nr_open)" = 1048576 ]'
	expect_status 0
}

@test "where another /proc/sys is mounted nothing is taken for gone" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'mkdir -p other/kernel/random; cp /proc/sys/kernel/random/boot_id other/kernel/random
		status_of strace -qq -o calls -e trace=pwrite64 \
			-e inject=pwrite64:signal=SIGKILL:when=3 $T apply --profile "$PROFILE"
		mount --bind other /proc/sys
		status_of $T recover; is 4
		umount /proc/sys
		$T recover >/dev/null
		[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "4096 60 " ]'
	expect_status 0
}

@test "taking back a rollback minds what was taken back after it" {
	on_host '$T apply --profile "$PROFILE" >/dev/null
		$T apply --profile "$OTHER" >/dev/null
		$T rollback --through 1 >/dev/null
		status_of $T rollback 3; is 1
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		$T rollback --through 3 >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 9999 ]'
	expect_status 0
	expect_stderr 'transaction 3 cannot be rolled back alone: 4 changed the same after it'
}

@test "a damaged journal of a finished transaction is left out with a warning, the newest is not" {
	on_host 'spoil() { printf X | dd of=/var/lib/tcptune/transactions/$1/journal bs=1 seek=200 conv=notrunc 2>/dev/null; }
		$T apply --profile "$PROFILE" >/dev/null
		$T apply --profile "$OTHER" >/dev/null
		spoil 1
		$T history >/dev/null
		status_of $T history 1; is 1
		$T rollback >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 9000 ]
		$T apply --none >/dev/null
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		spoil 4
		status_of $T rollback; is 1
		echo "last" >&2
		status_of $T apply --profile "$PROFILE"; is 1
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]'
	expect_status 0
	expect_stderr 'warning: a transaction is left out: /var/lib/tcptune/transactions/1/journal'
	expect_stderr '/var/lib/tcptune/transactions/4/journal: the journal is damaged'
}

@test "a file that is a mount point is met before anything is written" {
	on_host 'touch /etc/sysctl.d/95-other.conf; echo net.core.somaxconn=1 >ours
		mount --bind ours /etc/sysctl.d/95-other.conf
		status_of $T apply --profile "$PROFILE" --comment-out; is 1
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		[ ! -e /var/lib/tcptune/transactions/1 ]'
	expect_status 0
	expect_stderr '95-other.conf is a mount point'
}

@test "an ordinary user is told that the history is root's" {
	public_copy
	on_host '$T apply --profile "$PROFILE" >/dev/null
		cp "$PUBLIC" /mnt/tcptune; chmod 755 /mnt
		s=0; setpriv --reuid 65534 --regid 65534 --clear-groups /mnt/tcptune history || s=$?; exit $s'
	expect_status 1
	expect_stderr "the history is root's alone"
}

@test "what stands on the host is not forgotten for what is done elsewhere" {
	need ip
	on_host 'mkdir /run/netns; ip netns add blue
		$T apply --profile "$PROFILE" -q
		for i in $(seq 26); do
			$T apply --netns blue --profile "$OTHER" --runtime -q
			$T apply --netns blue --none --runtime -q
		done
		[ "$(ls /var/lib/tcptune/transactions | wc -l)" -lt 53 ]
		[ -e /var/lib/tcptune/transactions/1/rollback.conf ]
		$T rollback 1 -q
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
}

@test "what was set in a namespace is named by --current, and not forgotten" {
	need ip
	on_host 'mkdir /run/netns; ip netns add blue; ip netns add red
		$T apply --netns blue --runtime --profile "$OTHER" -q
		$T apply --netns red --runtime --profile "$OTHER" -q
		$T apply --runtime --profile "$PROFILE" -q
		$T history --current --color never
		ip netns del blue
		$T apply --runtime --profile "$OTHER" -q
		$T history --current >/dev/null
		$T history --current --json'
	expect_status 0
	[ "$(grep -c '^ *in network namespace' <<<"$output")" = 6 ] || complain "not by namespace"
	output=$(sed -n '/^{/,$p' <<<"$output")
	expect_json history
	[ "$(json 'sorted(v["ours"] for v in d["current"]["values"] if v["key"] == "net.core.somaxconn")')" = \
		"['9999', '9999', '9999']" ] || complain "not blue, red and here"
	[ "$(json 'len(set(v["netns"] for v in d["current"]["values"]))')" = 3 ] || complain "not three"
}

# A container that is started anew: another pid namespace, from which nobody can
# tell whether the network namespace of the one before is gone.
@test "what a container changed before its restart is taken back with --force, and blocks nothing then" {
	need strace
	on_host 'contained() { unshare -npf --mount-proc bash -euc "$1"; }
		export T; export -f status_of is
		stop="strace -f -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=KILL:when=1"
		contained "status_of $stop $T apply --profile $PROFILE -q; is 137"
		contained "for c in recover \"apply --none\" \"apply --profile $PROFILE --force\"; do
				status_of $T \$c; is 4; done
			$T recover --force --color never
			$T recover -q; $T apply --profile $PROFILE -q; $T rollback -q"
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]
		rm -r /var/lib/tcptune
		contained "$T apply --profile $PROFILE --confirm=60 -q"
		contained "status_of $T rollback; is 4
			status_of $T confirm; is 4
			$T rollback 1 --force
			$T apply --profile $PROFILE -q; $T apply --none -q"'
	expect_status 0
	expect_stderr '`tcptune recover --force` puts back the files and leaves running values alone'
	expect_stderr '`tcptune rollback 1 --force` puts back the files'
	expect_output 'STRANDED (1): nothing was put back: a person must look'
	expect_output 'warning: network namespace'
}

@test "what a container had committed before its restart is rolled back with --force" {
	on_host 'contained() { unshare -npf --mount-proc bash -euc "$1"; }
		export -f status_of is
		contained "$T apply --profile $PROFILE -q"
		contained "status_of $T rollback; is 4
			sysctl -qw net.core.somaxconn=9000
			$T rollback 1 --force --json
			[ \$(sysctl -n net.core.somaxconn) = 9000 ]"
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
	expect_stderr '`tcptune rollback 1 --force` puts back the files'
}

@test "the namespace is entered where its name still leads to it" {
	need ip
	on_host 'mkdir /run/netns; ip netns add blue
		$T apply --netns blue --profile "$PROFILE" >/dev/null
		[ "$(ip netns exec blue sysctl -n net.core.somaxconn)" = 9000 ]
		$T rollback >/dev/null
		[ "$(ip netns exec blue sysctl -n net.core.somaxconn)" = 4096 ]
		[ "$(sysctl -n net.core.somaxconn)" = 4096 ]'
	expect_status 0
}

@test "the rollback file undoes it where tcptune is gone" {
	need sysctl
	on_host 'for p in "$TOP"/profiles/*.conf; do
			sysctl -a --pattern "^net\.(ipv4\.(tcp_|ip_local)|core.somaxconn)" 2>/dev/null >before
			status_of $T apply --runtime --profile "$(basename "$p" .conf)" --except "fs.*" --json >out
			[ "$status" = 0 ] || { cat out; exit 1; }
			last=$(ls /var/lib/tcptune/transactions | sort -n | tail -1)
			[ "$(python3 -c "import json; print(json.load(open(\"out\"))[\"changed\"])")" = True ] || continue
			sysctl -a --pattern "^net\.(ipv4\.(tcp_|ip_local)|core.somaxconn)" 2>/dev/null | no cmp -s - before
			sysctl -q -p "/var/lib/tcptune/transactions/$last/rollback.conf"
			sysctl -a --pattern "^net\.(ipv4\.(tcp_|ip_local)|core.somaxconn)" 2>/dev/null | diff - before
			echo "undone: $p"
		done
		$T apply --runtime --profile "$PROFILE" >/dev/null
		sysctl -q -p "/var/lib/tcptune/transactions/$(ls /var/lib/tcptune/transactions | sort -n | tail -1)/rollback.conf"
		[ -z "$(sysctl -n net.ipv4.ip_local_reserved_ports)" ]'
	expect_status 0
	[ "$(grep -c undone: <<<"$output")" -ge 3 ] || complain "too few profiles changed anything"
}

@test "who holds the lock is named" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'strace -qq -o /dev/null -e inject=fdatasync:delay_enter=3000000:when=1 \
			$T apply --profile "$PROFILE" >/dev/null &
		for i in $(seq 100); do
			status_of $T rollback
			[ "$status" = 5 ] && break
			sleep 0.05
		done
		is 5
		wait'
	expect_status 0
	expect_stderr 'another transaction is running: process'
	expect_stderr "apply --profile $PROFILE)"
}
