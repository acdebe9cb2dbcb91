#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `explain nofile`, and the limits in `check --json`, on a tree.

load helper

put()
{
	mkdir -p "$(dirname "$TREE/$1")"
	cat >"$TREE/$1"
}

limits_of()
{
	printf '%-26s%-21s%-21s%s\n' Limit 'Soft Limit' 'Hard Limit' Units \
		'Max open files' "$2" "$3" files | put "proc/$1/limits"
}

setup()
{
	TREE=$BATS_TEST_TMPDIR/root
	printf 'root:x:0:0::/root:/bin/sh\nalice:x:1001:1001::/:/bin/sh\n' | put etc/passwd
	printf 'root:x:0:\nalice:x:1001:\n' | put etc/group
	put etc/security/limits.conf </dev/null
	echo 1048576 | put proc/sys/fs/nr_open
	limits_of 1 1010 18010
}

explain()
{
	run_apart "$TCPTUNE" explain nofile --root "$TREE" --reader deb12 --reader sd252 "$@"
}

expect()
{
	[ "$(json "$1")" = "$2" ] || complain "$1 is $(json "$1"), not $2"
}

# The file's name is the host's, the line is the one that decides.
@test "a limit has a value, and a file and line as the host names them" {
	printf '# one\nalice hard nofile 4001\nalice soft nofile 3001\n' |
		put etc/security/limits.d/50-a.conf
	explain --user alice --json
	expect_status 0
	expect_json explain
	expect 'd["pam"]["session"]' allowed
	expect 'list(d["pam"]["soft"].values())' \
		"[3001, 'file', '/etc/security/limits.d/50-a.conf', 3]"
	expect 'd["pam"]["hard"]["value"]' 4001
	expect 'd["nofile"]["sessions"][1]["soft"]["from"]' pid1
	expect 'd["sysctl"]["key"]' nofile
}

@test "without --user pam is null, without --unit systemd is the manager's default" {
	printf '[Manager]\nDefaultLimitNOFILE=2001:3001\n' | put etc/systemd/system.conf
	explain --json
	expect_json explain
	expect 'd["pam"]' None
	expect 'd["systemd"]["unit"]' None
	expect 'list(d["systemd"]["hard"].values())' "[3001, 'file', '/etc/systemd/system.conf', 2]"
}

@test "--user and --unit go together, and no limit is infinity" {
	printf '[Service]\nExecStart=/x\nLimitNOFILE=5001:infinity\n' |
		put etc/systemd/system/a.service
	explain --user alice --unit a --json
	expect_json explain
	expect 'd["pam"]["user"]' alice
	expect 'd["systemd"]["unit"]' a.service
	expect 'd["systemd"]["hard"]["value"]' infinity
	expect 'd["systemd"]["process"]["hard"]["value"]' 18010
	expect 'd["systemd"]["process"]["hard"]["from"]' pid1
}

@test "a login that fails is refused, with what to mend" {
	echo 'alice hard nofile 2000000' | put etc/security/limits.conf
	refusing()
	{
		run_apart "$TCPTUNE" explain nofile --root "$TREE" --reader up151 --user alice "$@"
	}
	refusing --json
	expect_json explain
	expect 'd["pam"]["session"]' refused
	expect '[d["pam"]["file"], d["pam"]["line"]]' "['/etc/security/limits.conf', 1]"

	refusing
	expect_output 'alice           refused: the kernel does not grant the hard limit'
	expect_output '(/etc/security/limits.conf:1)'
}

@test "the kernel refuses, and a newer pam_limits goes on" {
	echo 'alice hard nofile 2000000' | put etc/security/limits.conf
	run_apart "$TCPTUNE" explain nofile --root "$TREE" --reader deb13 --user alice --json
	expect_json explain
	expect '[d["pam"]["session"], d["pam"]["kernel_refused"]]' "['allowed', True]"
	expect '[d["pam"]["hard"]["value"], d["pam"]["asked"]["hard"]["value"]]' '[18010, 2000000]'
}

@test "a limits file that is missing refuses every login where it is needed" {
	rm "$TREE/etc/security/limits.conf"
	explain --user root --json
	expect_json explain
	expect '[d["pam"]["session"], d["pam"]["file"]]' "['refused', '/etc/security/limits.conf']"
	expect 'd["nofile"]["user_services"]' None
	explain
	expect_status 0
	expect_output "users' services not known"
}

@test "ulimit in a login shell works or fails as the shell may" {
	echo 'ulimit -n 9000' | put etc/profile
	echo 'true && ulimit -Hn 20000' | put etc/profile.d/x.sh
	echo 'alice hard nofile 4000' | put etc/security/limits.conf
	explain --user alice --json
	expect_json explain
	expect '[u["works"] for u in d["pam"]["ulimits"]]' '[False, False]'
	expect 'd["pam"]["login_shell"]["hard"]["value"]' 4000
	expect '[u["works"] for u in d["nofile"]["sessions"][1]["ulimits"]]' '[True, False]'
	expect 'd["nofile"]["sessions"][1]["login_shell"]["soft"]["value"]' 9000

	explain --user alice
	expect_output '/etc/profile:1: ulimit -n 9000'
	expect_output 'alice: fails, and nothing changes'
	expect_output 'any other user: soft 9000, hard 9000'
	expect_output '(under a'
}

@test "what pam_limits is called with counts, and that nobody calls it is said" {
	echo 'alice soft nofile 3001' | put etc/other.conf
	echo 'alice soft nofile 4001' | put etc/security/limits.conf
	echo 'session required pam_limits.so conf=/etc/other.conf' | put etc/pam.d/sshd
	explain --user alice --json
	expect 'd["pam"]["soft"]["file"]' /etc/other.conf
	expect '[s["service"] for s in d["nofile"]["pam_services"]]' "['sshd']"

	echo 'session required pam_unix.so' | put etc/pam.d/sshd
	explain
	expect_output 'limits.conf has no effect'
}

@test "fs.nr_open of the next boot is the top of the chain" {
	echo 'fs.nr_open = 500000' | put etc/sysctl.d/50-files.conf
	explain --json
	expect 'list(d["nofile"]["nr_open"].values())' \
		"[1048576, 500000, '/etc/sysctl.d/50-files.conf', 1]"
	explain
	expect_output '1048576 now; 500000 after the next boot'
	expect_output '(/etc/sysctl.d/50-files.conf:1)'
}

@test "a limit above the fs.nr_open of the next boot is not as wanted" {
	local root=$BATS_TEST_TMPDIR/low
	mkdir -p "$root/etc/sysctl.d" "$root/usr/lib/systemd"
	: >"$root/usr/lib/systemd/systemd"
	echo 'fs.nr_open = 100000' >"$root/etc/sysctl.d/1.conf"
	echo 'summary = "x"; nofile = ( { for = "systemd"; hard = "65536"; } );' \
		>"$BATS_TEST_TMPDIR/low.conf"
	set -- check --root "$root" --profile "$BATS_TEST_TMPDIR/low.conf"
	run_apart "$TCPTUNE" "$@"
	expect_status 2
	expect_output 'Every service without LimitNOFILE= will not start'
	expect_output 'fs.nr_open will be only 100000'

	echo 'fs.nr_open = 600000' >"$root/etc/sysctl.d/1.conf"
	run_apart "$TCPTUNE" "$@"
	expect_status 0
	[[ $output != *'fs.nr_open will be only'* ]] || complain "it can start"
}

@test "who else sets limits is named, as of other keys" {
	echo '{ "default-ulimits": { "nofile": { "Hard": 64000, "Soft": 32000 } } }' |
		put etc/docker/daemon.json
	run_apart "$TCPTUNE" explain nofile --root "$TREE"
	expect_output 'Who else sets it'
	expect_output '/etc/docker/daemon.json:1: Docker sets nofile = 32000:64000'
	run_apart "$TCPTUNE" explain nofile --root "$TREE" --json
	expect_json explain
	[ "$(json 'd["owners"][0]["when"], d["owners"][0]["value"]')" = "('container', '32000:64000')" ]
}

@test "a reader that is none is told which there are" {
	run_apart "$TCPTUNE" explain nofile --root "$TREE" --reader sd999
	expect_status 1
	expect_stderr "--reader 'sd999' is no reader: expected one of sd247 sd252 "
	expect_stderr ' pp407'
	expect_stderr ' deb14'
	expect_stderr ' up172'
}

@test "who does not exist is an error, and so is a name that is none" {
	explain --user nobody-here
	expect_status 1
	expect_stderr nobody-here
	explain --unit a/b --json
	expect_status 1
	expect_json error
}

@test "--user and --unit go with nofile only" {
	for option in --user --unit; do
		run_apart "$TCPTUNE" explain somaxconn "$option" x
		expect_status 1
		expect_stderr "$option goes with 'explain nofile' only"
		run_apart "$TCPTUNE" check "$option" x
		expect_status 1
	done
}

@test "check --json has the same limits" {
	printf '[Manager]\nDefaultLimitNOFILE=2001:3001\n' | put etc/systemd/system.conf
	printf 'root soft nofile 4001\nroot hard nofile 9001\n* hard nofile 2000000\n' | put etc/security/limits.conf
	run_apart "$TCPTUNE" check --json --root "$TREE" --reader up151 --reader sd252
	expect_json check
	expect 'd["limits"]["manager"]' "{'soft': 2001, 'hard': 3001}"
	expect '[list(s.values()) for s in d["limits"]["sessions"]]' \
		"[['root', 'allowed', 4001, 9001], ['*', 'refused', None, None]]"

	run_apart "$TCPTUNE" check --runtime --json --root "$TREE"
	expect_json check
	expect '[d["limits"]["manager"], d["limits"]["sessions"]]' '[None, []]'
}

@test "names of strangers cannot steer the terminal" {
	printf 'alice hard nofile \033[31mred\n' | put etc/security/limits.conf
	printf '[Service]\nExecStart=/x\nLimitNOFILE=\033]0;x\007\n' |
		put etc/systemd/system/a.service
	explain --unit a
	expect_status 0
	expect_output '\x1b'
	expect_plain "$output"
}
