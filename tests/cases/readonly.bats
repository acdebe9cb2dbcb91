#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands that only read write nothing, whoever runs them.

load helper

@test "the copied binary alone has the profiles in it" {
	need_command profiles
	public_copy
	cd /
	run_apart env -i "$PUBLIC" profiles server
	expect_status 0
	expect_output 'net.core.somaxconn'
}

# bats file_tags=slow

WRITERS='apply confirm rollback recover'

# What to run for a command, one a line.
invocations()
{
	case $1 in
	check) printf '%s\n' 'check' 'check --json' 'check --runtime --full-walk -v' ;;
	profiles) printf '%s\n' 'profiles' 'profiles server' 'profiles --validate /etc/passwd' ;;
	explain) printf '%s\n' 'explain tcp_rmem' 'explain nofile' 'explain TIME_WAIT --json' ;;
	sockets) printf '%s\n' 'sockets' 'sockets --json' ;;
	export) printf '%s\n' 'export' ;;
	history) printf '%s\n' 'history' 'history --current' ;;
	capture) printf '%s\n' 'capture' 'capture --anonymize' ;;
	*) return 1 ;;
	esac
}

# Every call that could change a file system, and every open.
CALLS=open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir
CALLS+=,truncate,ftruncate,link,linkat,symlink,symlinkat,mknod,mknodat,chmod,fchmod,fchmodat
CALLS+=,chown,fchown,lchown,fchownat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr
CALLS+=,fallocate,mount,umount2,execve

@test "no command that reads opens anything for writing" {
	need strace
	is_plain_build || skip "the build itself writes or cannot be traced"
	strace -o /dev/null true || skip "nothing can be traced here"
	local trace=$BATS_TEST_TMPDIR/trace command words

	for command in $("$TCPTUNE" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
		[[ " $WRITERS " != *" $command "* ]] || continue
		invocations "$command" >"$BATS_TEST_TMPDIR/words" || complain "say here how to run $command"

		while read -r words; do
			# shellcheck disable=SC2086
			strace -f -qq -o "$trace" -e trace="$CALLS" "$TCPTUNE" $words >/dev/null 2>&1 </dev/null || : # the trace tells, no status
			grep -q 'O_RDONLY\|O_PATH' "$trace" || complain "$words: nothing was traced"
			# The first line is the execve() of the program itself.
			! sed 1d "$trace" | grep -vE ' open(at|at2)?\(' | grep -E '^[0-9]+ +[a-z0-9]+\(' ||
				complain "$words: changes something"
			! grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE' "$trace" ||
				complain "$words: opens for writing"
		done <"$BATS_TEST_TMPDIR/words"
	done
}

@test "the trace itself sees a file opened for writing" {
	need strace
	strace -o /dev/null true || skip "nothing can be traced here"
	strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace="$CALLS" \
		sh -c "echo x >'$BATS_TEST_TMPDIR/x'; mkdir '$BATS_TEST_TMPDIR/d'"
	grep -qE 'O_WRONLY|O_RDWR|O_CREAT' "$BATS_TEST_TMPDIR/trace"
	grep -qE '^[0-9]+ +mkdir(at)?\(' "$BATS_TEST_TMPDIR/trace"
}

@test "an ordinary user is told what could not be seen" {
	need_root
	need_netns
	public_copy
	local listener=$BATS_TEST_TMPDIR/listener.py out=$BATS_TEST_TMPDIR

	# root's listener, in a namespace of its own, seen by nobody.
	cat >"$listener" <<-'PY'
	import socket, subprocess, sys
	s = socket.create_server(("127.0.0.1", 0))
	user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
	for name, words in (("text", []), ("json", ["--json"])):
	    with open(f"{sys.argv[1]}/{name}", "w") as f:
	        subprocess.run(user + [sys.argv[2], "check", *words], stdout=f)
	PY
	sed -i 's/^\t//' "$listener"
	in_netns sh -c 'ip link set lo up && exec /usr/bin/python3 "$@"' sh "$listener" "$out" "$PUBLIC"
	grep -q 'could not be seen (root' "$out/text"
	status=0 output=$(cat "$out/json")
	expect_json check
	[ "$(json 'd["host"]["privileged"]')" = False ] || complain "says it is privileged"
}

@test "an ordinary user gets the verdict root gets on what both can read" {
	need_root
	public_copy
	run_apart "$PUBLIC" check --runtime --json
	json '[(s["key"], s["running"], s["verdict"]) for s in d["settings"] if s["verdict"] != "unreadable"]' >"$BATS_TEST_TMPDIR/root"
	run_apart as_nobody "$PUBLIC" check --runtime --json
	json '[(s["key"], s["running"], s["verdict"]) for s in d["settings"] if s["verdict"] != "unreadable"]' >"$BATS_TEST_TMPDIR/nobody"
	diff "$BATS_TEST_TMPDIR/root" "$BATS_TEST_TMPDIR/nobody"
}
