#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A change on trial: kept by a word, taken back by itself, whatever happens.

# shellcheck disable=SC2016 # the shell on the host expands
# bats file_tags=slow

load helper

setup()
{
	need_command confirm
	need_host
	exact_profile net.core.somaxconn 9000
	export P=$PROFILE
}

# Words for scripts on the host: the value, the file, the guardian of this network.
WORDS='
	value() { [ "$(cat /proc/sys/net/core/somaxconn)" = "$1" ] || { cat /proc/sys/net/core/somaxconn >&2; exit 98; }; }
	file() { [ -e /etc/sysctl.d/90-tcptune.conf ]; }
	guardian() { pgrep -f "guard $1\$" --ns $$ --nslist net; }
	gone() { for i in $(seq 100); do guardian $1 >/dev/null || return 0; sleep 0.1; done; exit 97; }
'

@test "what is not confirmed goes back by itself" {
	on_host "$WORDS"'
		status_of $T apply --profile $P --confirm=1s; is 0
		no file
		gone 1
		value 4096; no file
		status_of $T confirm; is 1
		status_of $T apply -n --profile $P -q; is 2'
	expect_status 0
	expect_output '1 running value changed until it is confirmed'
	expect_stderr 'nothing awaits confirmation'
}

@test "what is confirmed stays, and is there after the next boot" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=30s -q
		no file
		status_of $T confirm 7; is 1
		status_of $T confirm 1 --json; is 0
		value 9000; file
		status_of $T check --profile $P -q; is 0
		kill $(guardian 1)'
	expect_status 0
	expect_json apply
	[ "$(json 'd["command"], d["state"], d["id"]')" = "('confirm', 'committed', '1')" ]
}

@test "while one is on trial every other change is busy" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=30s --json
		status_of $T apply --profile $P; is 5
		status_of $T apply --none; is 5
		value 9000
		$T confirm -q
		kill $(guardian 1)
		status_of $T apply --none -q; is 0; value 4096'
	expect_status 0
	expect_json apply
	[ "$(json 'd["state"], d["confirm_until"] > 1500000000')" = "('pending', True)" ]
	expect_stderr 'awaits'
}

@test "what was confirmed the guardian leaves alone, and goes" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=1h -q
		$T confirm -q
		gone 1
		value 9000; file'
	expect_status 0
}

@test "the next command makes good a guardian that was killed" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=3s -q
		kill -KILL $(guardian 1)
		sleep 3.1
		value 9000
		$T history 1 | grep "needs-recovery, as nobody confirmed it before"
		status_of $T apply --profile $P --persist; is 0
		value 4096; file'
	expect_status 0
	expect_stderr 'was left unfinished'
}

@test "the guardian has a session of its own and no ear for the end of others" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=5s -q
		pid=$(guardian 1)
		[ "$(ps -o sid= -p $pid | tr -d " ")" = $pid ]
		[ "$(readlink /proc/$pid/fd/0)" = /dev/null ] && [ "$(readlink /proc/$pid/fd/1)" = /dev/null ]
		ls -l /proc/$pid/fd | no grep lock
		kill -HUP $pid; kill -INT $pid
		guardian 1 >/dev/null
		gone 1; value 4096'
	expect_status 0
}

@test "a confirmation that cannot be written down takes the values back, too" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=30s -q
		rm -r /etc/sysctl.d
		: >/etc/sysctl.d
		status_of $T confirm; is 3
		value 4096
		kill $(guardian 1)'
	expect_status 0
}

@test "a guardian in the foreground says when it is armed" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=5s -q
		kill -KILL $(guardian 1)
		[ "$($T guard 1)" = armed ]
		value 4096
		status_of $T guard 1; is 1'
	expect_status 0
	expect_stderr 'does not await'
}

@test "where systemd runs the guardian is put into a scope" {
	on_host "$WORDS"'
		mkdir -p /run/systemd/system
		printf "#!/bin/sh\necho \"\$@\" >/mnt/words\nwhile [ \"\$1\" != -- ]; do shift; done\nshift; exec \"\$@\"\n" >run
		chmod +x run
		mount --bind run /usr/bin/systemd-run
		$T apply --profile $P --confirm=1s -q
		cat words
		gone 1; value 4096
		printf "#!/bin/sh\nexit 1\n" >fails; chmod +x fails
		mount --bind fails /usr/bin/systemd-run
		$T apply --profile $P --confirm=1s
		gone 2; value 4096'
	[ -e /usr/bin/systemd-run ] || skip "there is no systemd-run to stand in for"
	expect_status 0
	expect_output "--scope --collect --quiet --unit=tcptune-confirm-1 -- $TCPTUNE guard 1"
	expect_stderr 'systemd is not here'
}

@test "on a terminal the word keeps the change, and nothing that was typed ahead" {
	on_host "$WORDS"'
		on="/usr/bin/python3 '"$TOP"'/tests/on_terminal.py"
		status_of $on ":keep\n" "s> :no\n" "s> :keep\n" -- $T apply --profile $P --confirm=30s; is 0
		value 9000; file
		kill $(guardian 1)'
	expect_status 0
	expect_output 'Type keep and Enter'
}

@test "on a terminal ^C, or no word in time, takes it back" {
	on_host "$WORDS"'
		on="/usr/bin/python3 '"$TOP"'/tests/on_terminal.py"
		status_of $on "s> :\x03" -- $T apply --profile $P --confirm=30s; is 3
		value 4096; no file
		kill $(guardian 1)
		status_of $on ":keep\n" -- $T apply --profile $P --confirm=4s; is 3
		value 4096; no file'
	expect_status 0
	expect_output 'was not confirmed'
}

@test "on a terminal a confirmation elsewhere is heard" {
	on_host "$WORDS"'
		on="/usr/bin/python3 '"$TOP"'/tests/on_terminal.py"
		$on -- $T apply --profile $P --confirm=30s >shown &
		for i in $(seq 100); do guardian 1 >/dev/null && grep -q live /var/lib/tcptune/transactions/1/journal && break; sleep 0.1; done
		until $T confirm -q; do sleep 0.1; done
		status_of wait $!; is 0
		value 9000; file
		kill $(guardian 1)'
	expect_status 0
}

@test "output that nobody reads does not keep the guardian waiting" {
	on_host "$WORDS"'
		mkfifo pipe
		exec 3<>pipe
		no dd if=/dev/zero of=pipe bs=4096 oflag=nonblock
		$T apply --profile $P --confirm=2s >pipe 3>&- & apply=$!
		for i in $(seq 100); do [ "$(cat /proc/sys/net/core/somaxconn)" = 9000 ] && break; sleep 0.1; done
		value 9000
		gone 1
		value 4096
		kill -0 $apply; kill -KILL $apply'
	expect_status 0
	expect_stderr "Resource temporarily unavailable"
}

@test "a guardian that cannot find the history waits for it to come back" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=3s -q
		mv /var/lib/tcptune /var/lib/away
		sleep 3.5
		guardian 1 >/dev/null; value 9000
		mv /var/lib/away /var/lib/tcptune
		gone 1; value 4096
		$T history 1'
	expect_status 0
	expect_output "rolled-back"
}

@test "on a terminal the word counts while somebody holds the lock for a moment" {
	on_host "$WORDS"'
		on="/usr/bin/python3 '"$TOP"'/tests/on_terminal.py"
		$T recover
		/usr/bin/python3 -c "
import fcntl, os, time
while open(\"/proc/sys/net/core/somaxconn\").read() != \"9000\n\":
    time.sleep(0.01)
lock = os.open(\"/run/tcptune/lock\", os.O_RDWR)
fcntl.lockf(lock, fcntl.LOCK_EX)
time.sleep(3)" & holder=$!
		status_of $on "s> :" "s> :keep\n" -- $T apply --profile $P --confirm=30s; is 0
		value 9000; file
		wait $holder
		kill $(guardian 1)'
	expect_status 0
}

@test "a line that beats ours since apply is met by confirm" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=30s -q
		echo net.core.somaxconn=1 >/etc/sysctl.d/95-other.conf
		status_of $T confirm; is 3
		value 4096; no file
		rm /etc/sysctl.d/95-other.conf
		kill $(guardian 1)
		$T apply --profile $P --confirm=30s -q
		sysctl -qw net.core.somaxconn=500
		status_of $T confirm --json; is 0
		value 500; file
		kill $(guardian 2)'
	expect_status 0
	expect_stderr 'net.core.somaxconn would be 1 after the next boot'
	expect_output "net.core.somaxconn was changed by somebody since: it is '500' now"
}

@test "what the caller of apply stood on can be unmounted during the trial" {
	on_host "$WORDS"'
		mkdir disk; mount -t tmpfs tmpfs disk
		(cd disk && $T apply --profile $P --confirm=30s -q)
		umount disk
		[ "$(readlink /proc/$(guardian 1)/cwd)" = / ]
		$T rollback -q
		value 4096'
	expect_status 0
}

@test "a trial that a reboot ended is refused, and recover ends it" {
	on_host "$WORDS"'
		$T apply --profile $P --confirm=30s -q
		kill -KILL $(guardian 1)
		sysctl -qw net.core.somaxconn=4096
		echo 00000000-0000-4000-8000-000000000000 >id
		mount --bind id /proc/sys/kernel/random/boot_id
		status_of $T confirm; is 1
		status_of $T confirm --json; is 1
		value 4096; no file
		status_of $T recover -q; is 0
		status_of $T confirm; is 1
		value 4096; no file'
	expect_status 0
	expect_json apply
	[ "$(json 'd["command"], d["state"], d["changed"], d["error"]["code"]')" = "('confirm', 'nothing', False, 'ECANCELED')" ]
	expect_stderr 'transaction 1 was not confirmed before this host was booted anew, and is not kept'
	expect_stderr 'nothing awaits confirmation'
}

@test "a lower limit on open files since apply is met by confirm, too" {
	echo 'summary = "a test"; sysctl = ( { key = "net.core.somaxconn"; exact = "9000"; } );
		nofile = ( { for = "unit:x.service"; soft = "8192"; hard = "16384"; } );' >"$P"
	on_host "$WORDS"'
		other=/etc/systemd/system/x.service.d/95-other.conf
		mkdir -p "${other%/*}"
		$T apply --profile $P --confirm=30s -q
		printf "[Service]\nLimitNOFILE=1024:4096\n" >$other
		status_of $T confirm; is 3
		value 4096; no file; [ ! -e "${other%/*}/90-tcptune.conf" ]
		kill $(guardian 1)
		rm $other
		$T apply --profile $P --confirm=30s -q
		printf "[Service]\nLimitNOFILE=600000:600000\n" >$other
		status_of $T confirm; is 0
		value 9000; file; [ -e "${other%/*}/90-tcptune.conf" ]
		kill $(guardian 2)'
	expect_status 0
	expect_stderr 'nofile.unit:x.service.soft would be 1024 after the next boot'
}

@test "a guardian outlives a history that cannot be listed for a moment" {
	need strace
	is_plain_build || skip "a sanitized build cannot be traced"
	on_host "$WORDS"'
		$T apply --profile $P --confirm=2s -q
		kill -KILL $(guardian 1)
		status_of strace -qq -o calls -e trace=getdents64,write -e inject=getdents64:error=EIO:when=3 $T guard 1; is 0
		sed -n "/armed/,\$p" calls | grep "getdents64.*INJECTED"
		value 4096'
	expect_status 0
}

@test "what makes the files take effect is told when they are written, and when they go" {
	sed -i 's/sysctl = /nofile = ( { for = "unit:nginx.service"; soft = "3000"; hard = "5000"; } ); &/' "$P"
	on_host 'commands() { $T "$@" --json | /usr/bin/python3 -c "import json, sys; print(json.load(sys.stdin)[\"afterwards\"])"; }
		commands apply --profile "$P" --confirm=60
		commands confirm
		commands rollback
		commands apply --profile "$P"
		commands apply --profile "$P"
		commands rollback
		$T rollback 4 --color never'
	expect_status 0
	reload="['systemctl daemon-reload', 'systemctl restart nginx.service']"
	[ "$(head -n 6 <<<"$output")" = "$(printf '%s\n' "[]" "$reload" "$reload" "$reload" "[]" "$reload")" ] ||
		complain "not the commands"
	expect_output '  systemctl restart nginx.service'
}

@test "on trial with files alone it does not say that anything is changed" {
	on_host '$T apply --profile "$P" -q; rm /etc/sysctl.d/90-tcptune.conf
		$T apply --profile "$P" --confirm=60 --color never; $T rollback -q'
	expect_status 0
	[[ $(tr -s ' \n' ' ' <<<"$output") == *'ON TRIAL (2): nothing is changed yet: the files are written when'* ]] ||
		complain "something else"
}
