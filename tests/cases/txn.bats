#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Where apply cannot do its work it says why and has changed nothing; where it is
# interrupted it gives everything back.
# shellcheck disable=SC2016 # scripts for the shell in there

# bats file_tags=slow

load helper

setup()
{
	need_root
	need_host
	need_command apply
	exact_profile net.core.somaxconn 9000 net.ipv4.tcp_fin_timeout 30
}

# changes_nothing SCRIPT STATUS: apply after the script leaves the host alone.
changes_nothing()
{
	on_host "$1"'
		ls -lAR /etc >/mnt/before
		s=0; $T apply --profile "$PROFILE" || s=$?
		ls -lAR /etc | diff /mnt/before -
		[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "4096 60 " ]
		exit $s'
	expect_status 1
}

@test "a full disk" {
	changes_nothing 'mkdir /etc/tcptune /mnt/small; mount -t tmpfs -o size=60k tmpfs /mnt/small
		mkdir /mnt/small/up /mnt/small/work
		mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/small/up,workdir=/mnt/small/work /etc;'
	expect_stderr '/etc/sysctl.d/90-tcptune.conf cannot be written: the disk is full'
}

@test "a full disk of the state directory" {
	changes_nothing 'mkdir -m 700 /var/lib/tcptune; mkdir /etc/tcptune
		mount -t tmpfs -o size=20k,mode=700 tmpfs /var/lib/tcptune;'
	expect_stderr 'the disk of /var/lib/tcptune is full'
}

# Each size cuts another of the writes short; none of them may end the program in the middle.
@test "a limit on the size of files" {
	need prlimit
	on_host 'ls -lAR /etc >/mnt/before
		# The limit holds for where the words go, too, unless that is a pipe.
		limited() {
			set +e
			prlimit --fsize=$1 $T "${@:2}" 2>&1 >file | cat >>said
			status=${PIPESTATUS[0]}
			set -e
		}
		for size in 0 300 700 1100 1300 1340 1380 60000; do
			limited $size apply --profile server; is 1
			ls -lAR /etc | diff /mnt/before -
			[ "$(sysctl -n net.ipv4.tcp_mtu_probing)" = 0 ]
		done
		[ "$(grep -c "over the file size limit (ulimit -f)" said)" = 8 ]
		limited 100 check --profile server; is 1
		grep "write to standard output: File too large" said'
	expect_status 0
}

@test "a guardian that may write no more reverts all the same" {
	need prlimit
	on_host '$T apply --profile "$PROFILE" --runtime --confirm=1 -q
		prlimit --fsize=1 --pid "$(pgrep -f "guard 1\$" --ns $$ --nslist net)"
		for _ in $(seq 50); do
			[ "$(sysctl -n net.core.somaxconn)" = 9000 ] || break
			sleep 0.1
		done
		[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "4096 60 " ]'
	expect_status 0
}

@test "a read-only /etc" {
	changes_nothing 'mount -o remount,bind,ro /etc;'
	expect_output 'it cannot be written: its file system is read-only'
	expect_output '/etc/sysctl.d/90-tcptune.conf'
}

@test "a tree, or a host, whose /var cannot be written or is not there" {
	on_host 'mkdir -p tree/etc tree/var tree/usr/lib/systemd
		mount --bind tree/var tree/var; mount -o remount,ro,bind tree/var
		status_of $T apply --root tree --profile "$PROFILE"; is 1
		umount tree/var; rmdir tree/var; ln -s nowhere tree/var
		status_of $T apply --root tree --profile "$PROFILE"; is 1
		status_of $T recover --root tree; is 1
		[ "$(ls tree/etc)" = "" ]
		mount -o remount,bind,ro /var/lib
		status_of $T apply --profile "$PROFILE"; is 1
		mount -o remount,bind,ro /run
		status_of $T apply --profile "$PROFILE"; is 1'
	expect_status 0
	expect_stderr '/var/lib cannot be written: its file system is read-only'
	expect_stderr 'open /var, where the state is kept: No such file or directory'
	expect_stderr '/var/lib/tcptune cannot be written: its file system is read-only'
	expect_stderr '/run/tcptune/lock cannot be written: its file system is read-only'
}

@test "an /etc that lives in memory" {
	changes_nothing 'mkdir /mnt/copy; cp -a /etc/. /mnt/copy; mount -t tmpfs tmpfs /etc; cp -a /mnt/copy/. /etc;'
	expect_stderr 'would be gone at the next boot'
}

@test "a read-only /proc/sys, as in a container" {
	changes_nothing 'mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys;'
	expect_output 'net.core.somaxconn: it cannot be written: /proc/sys is read-only'
}

# flags_hold LETTER WORD: each command that would replace such a file refuses before it writes.
flags_hold()
{
	on_host 'ours=/etc/sysctl.d/90-tcptune.conf theirs=/etc/sysctl.d/95-other.conf
		sed s/9000/9001/ "$PROFILE" >other.conf
		refused() {
			s=0; "$@" >said 2>&1 || s=$?
			[ $s = 1 ] || { echo "$*: $s" >&2; exit 98; }
			tr -s "\n " " " <said >words
			grep -q "cannot be written: it is $attribute" words
			grep -qF "$name" words
			[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "$values" ]
			ls -lAR /etc | diff before -
		}
		attribute='"$2"'
		echo net.core.somaxconn=1 >$theirs
		chattr +'"$1"' $theirs 2>/dev/null || { echo "SKIP: chattr: not possible here"; exit 0; }
		ls -lAR /etc >before
		name=$theirs values="4096 60 "
		refused $T apply --profile "$PROFILE" --comment-out
		refused $T apply --profile "$PROFILE" --comment-out --dry-run
		refused $T apply --profile "$PROFILE" --comment-out --confirm=1h
		chattr -'"$1"' $theirs
		rm $theirs
		$T apply --profile "$PROFILE" -q
		chattr +'"$1"' $ours
		ls -lAR /etc >before
		name=$ours values="9000 30 "
		refused $T apply --profile other.conf
		refused $T apply --none
		refused $T rollback'
}

@test "a file, or a directory, that chattr has made immutable or append-only" {
	need chattr
	for pair in "i immutable" "a append-only"; do
		# shellcheck disable=SC2086 # two words
		flags_hold $pair
		[[ $output != *SKIP* ]] || skip "chattr sets no such flag on the files here"
		expect_status 0
		changes_nothing "chattr +${pair%% *} /etc/sysctl.d;"
		expect_output "its directory is ${pair#* }"
	done
}

@test "a directory that somebody else owns, or can write" {
	changes_nothing 'chown 7 /etc/sysctl.d;'
	expect_stderr 'its directory belongs to user 7'
	changes_nothing 'chmod 777 /etc/sysctl.d;'
	expect_stderr 'its directory is writable by others'
}

@test "a directory of ours that others can write is told with the mode it should have" {
	changes_nothing 'mkdir -m 777 /run/tcptune;'
	expect_stderr '/run/tcptune is writable by others (mode 0777): expected 0755'
	changes_nothing 'mkdir -m 777 /var/lib/tcptune;'
	expect_stderr '/var/lib/tcptune is writable by others (mode 0777): expected 0700'
	changes_nothing 'mkdir /etc/tcptune; mount -t tmpfs -o mode=1777 tmpfs /etc/tcptune;'
	expect_stderr '/etc/tcptune is writable by others (mode 1777): expected 0755'
}

@test "a /run/tcptune that an older version closed is opened to readers" {
	on_host 'mkdir -m 700 /run/tcptune
		$T recover -q
		[ "$(stat -c %a /run/tcptune)" = 755 ]'
	expect_status 0
}

@test "a user without rights" {
	public_copy
	cp "$PROFILE" "$BATS_TEST_TMPDIR/public.conf"
	chmod 644 "$BATS_TEST_TMPDIR/public.conf"
	run_apart as_nobody "$PUBLIC" apply --runtime --profile "$BATS_TEST_TMPDIR/public.conf"
	expect_status 1
	expect_stderr 'Permission denied'
}

@test "a signal between two steps gives everything back" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	for signal in INT TERM HUP; do
		on_host 's=0; ls -lAR /etc >/mnt/before
			mkdir -p /etc/tcptune; ls -lAR /etc >/mnt/before
			strace -qq -o /dev/null -e inject=pwrite64:signal='$signal':when=2 \
				$T apply --profile "$PROFILE" --json || s=$?
			ls -lAR /etc | diff /mnt/before - >&2
			[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "4096 60 " ]
			exit $s'
		expect_status 3
		expect_json apply
		[ "$(json 'd["state"], d["changed"], d["error"]["code"], [c["result"] for c in d["changes"]]')" = \
			"('rolled-back', False, 'EINTR', ['restored', 'restored', 'skipped'])" ] ||
			complain "not all restored"
	done
}

@test "after the commit a signal is too late" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'strace -qq -o /mnt/t -e inject=fdatasync:signal=TERM:when=3 $T apply --profile "$PROFILE"
		[ "$(grep -c "^fdatasync" /mnt/t)" = 3 ] # the third is the commit
		[ "$(sysctl -n net.core.somaxconn)" = 9000 ]
		[ -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
}

@test "a line that appears while we write is seen before the commit" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'strace -qq -o calls -e trace=fdatasync -e inject=fdatasync:signal=STOP:when=2 \
			$T apply --profile "$PROFILE" &
		until grep -q "stopped by SIGSTOP" calls; do sleep 0.05; done
		[ -e /etc/sysctl.d/90-tcptune.conf ]
		echo net.core.somaxconn=77 >/etc/sysctl.d/99-late.conf
		kill -CONT $(pgrep -P $!)
		status_of wait $!; is 3
		[ "$(ls /etc/sysctl.d)" = 99-late.conf ]
		[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "4096 60 " ]'
	expect_status 0
	expect_stderr 'net.core.somaxconn would be 77 after the next boot, although the files are written'
}

@test "a directory in which several files change is synced but once" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'echo net.core.somaxconn=1 >/etc/sysctl.d/95-other.conf
		strace -qq -y -o calls -e trace=fsync,renameat2 $T apply --profile "$PROFILE" --comment-out
		[ "$(grep -c "renameat2.*</etc/sysctl.d>.* = 0" calls)" = 2 ]
		[ "$(grep -c "^fsync([0-9]*</etc/sysctl.d>) *= 0" calls)" = 1 ]
		tac calls | sed -n "/renameat2/q; p" | grep "</etc/sysctl.d>"'
	expect_status 0
}

@test "busy is who holds the lock, and nothing else that the kernel calls so" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	for call in renameat:error=EBUSY:when=1 mkdirat:error=EBUSY:when=1; do
		on_host 's=0; strace -qq -o calls -e inject='$call' $T apply --profile "$PROFILE" --json || s=$?
			grep -q INJECTED calls
			[ "$(sysctl -n net.core.somaxconn)" = 4096 ]
			exit $s'
		expect_status 1
		[ "$(json 'd["error"]["code"]')" = EBUSY ] || complain "$call"
	done
}

@test "where /proc/sys cannot be opened nothing is taken for gone" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'status_of strace -qq -o calls -e inject=pwrite64:signal=KILL:when=2 $T apply --profile "$PROFILE"
		for n in 1 2 3; do
			s=0; strace -qq -y -o calls -e trace=openat2 -e inject=openat2:error=EIO:when=$n $T recover || s=$?
			! grep "/proc/sys.*INJECTED" calls || break
		done
		grep "\"/proc/sys\".*INJECTED" calls
		[ $s = 1 ]
		$T recover -q
		[ "$(sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | tr "\n" " ")" = "4096 60 " ]'
	expect_status 0
	expect_stderr 'open /proc/sys: Input/output error'
}

# There the values are as an apply left them, too: an undo that took it for its own would write.
@test "what an apply left in one network namespace is not undone or confirmed from another" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'value() { [ "$(sysctl -n net.core.somaxconn)" = $1 ] || { echo "$2: $(sysctl -n net.core.somaxconn)" >&2; exit 98; }; }
		elsewhere() {
			unshare -n sh -c "sysctl -qw net.core.somaxconn=9000; \"$T\" $1; s=\$?
				[ \$(sysctl -n net.core.somaxconn) = 9000 ] || exit 97; exit \$s"
		}
		all_elsewhere() {
			status_of elsewhere recover; is $1
			status_of elsewhere rollback; is 4
			status_of elsewhere confirm; is $2
			value 9000 "here, after all of them"
		}
		status_of strace -qq -o calls -e inject=pwrite64:signal=KILL:when=2 $T apply --profile "$PROFILE"
		value 9000 "after the kill"
		all_elsewhere 4 1 # nothing waits for it
		status_of $T recover -q; is 0
		value 4096 "recovered"
		$T apply --profile "$PROFILE" --confirm=1h -q
		kill -9 $(pgrep -f "guard 2\$" --ns $$ --nslist net)
		all_elsewhere 5 4
		status_of $T rollback -q; is 0
		value 4096 "rolled back"
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
	expect_stderr 'belong to network namespace'
}

# stopped_at CALL N COMMAND...: the command, stopped after its Nth CALL; `go` lets it go on.
stopped='stopped_at() {
		: >calls
		strace -qq -o calls -e trace=$1 -e inject=$1:signal=STOP:when=$2 "${@:3}" &
		until grep -q "stopped by SIGSTOP" calls; do
			kill -0 $! || { echo "no stop at $1 $2" >&2; exit 97; }
			sleep 0.02
		done
	}
	go() {
		kill -CONT "$(pgrep -P $!)"
		status_of wait $!
	}'

@test "a transaction that is forgotten while somebody reads is none to him" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host "$stopped"'
		$T apply --profile "$PROFILE" -q
		$T apply --none -q
		dir=/var/lib/tcptune/transactions
		strace -qq -o all -e trace=getdents64 -y $T history >/dev/null
		n=$(grep -n "$dir>" all | head -1 | cut -d: -f1)
		stopped_at getdents64 $((n + 1)) $T history # at the end of the list
		rm -r $dir/1
		go; is 0'
	expect_status 0
	expect_output 'apply --none'
	[[ $output != *'apply test'* ]] || complain "told of what is gone"
}

@test "whoever waits for a tree whose state is removed begins anew" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host "$stopped"'
		mkdir -p tree/etc
		apply=($T apply --root tree --profile "$PROFILE" -q)
		strace -qq -o all -e trace=openat,mkdirat "${apply[@]}"
		for call in openat mkdirat; do
			rm -rf tree/var
			n=$(grep $call all | grep -n -e "\"lock\"" -e "\"tcptune\", 0700" | head -1 | cut -d: -f1)
			[ $call = mkdirat ] || n=$((n - 1))
			stopped_at $call $n "${apply[@]}"
			[ -d tree/var/lib/tcptune ]
			rm -r tree/var
			go; is 0
		done'
	expect_status 0
}

@test "a path that somebody's rename elsewhere disturbs is opened again" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'strace -qq -o calls -e trace=openat2 -e inject=openat2:error=EAGAIN:when=1+2 $T apply --profile "$PROFILE" -q
		[ "$(grep -c INJECTED calls)" -gt 100 ]
		$T check --profile "$PROFILE" -q'
	expect_status 0
}

@test "where the memory cannot be read nothing that goes by it is left out in silence" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host 'sysctl -qw net.ipv4.tcp_max_tw_buckets=3000
		s=0; strace -qq -o calls -P /proc/meminfo -e inject=read:error=EIO $T apply --runtime --profile server || s=$?
		grep -q INJECTED calls
		exit $s'
	expect_status 1
	expect_stderr 'read /proc/meminfo: Input/output error'
}

@test "an ordinary user can check a host that was changed, or is on trial" {
	public_copy
	on_host 'umask 077
		nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$PUBLIC" "$@"; }
		install -m 644 "$PROFILE" /mnt/test.conf
		chmod 755 /mnt
		$T apply --profile /mnt/test.conf >/dev/null
		nobody check --profile server >/mnt/out || [ $? = 2 ]
		$T rollback >/dev/null
		$T apply --profile /mnt/test.conf --confirm=30s >/dev/null
		nobody check --profile server >/mnt/out || [ $? = 2 ]
		$T rollback >/dev/null 2>&1 || $T recover
		head -1 /mnt/out'
	expect_status 0
	expect_output DIFFERS
}
