#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing a host holds crashes the program, hangs it, passes silently or steers
# the terminal.  The hosts are trees for --root, with one thing wrong in each.

load helper

KEY=net/ipv4/tcp_fin_timeout

setup()
{
	HOST=$BATS_TEST_TMPDIR/host
	SYS=$HOST/proc/sys
	mkdir -p "$SYS/net/ipv4" "$SYS/net/core" "$SYS/kernel/random" "$SYS/fs" "$HOST/etc"
	echo 60 >"$SYS/$KEY"
	echo 4096 >"$SYS/net/core/somaxconn"
	echo 6.1.0-28-amd64 >"$SYS/kernel/osrelease"
	echo fixture >"$SYS/kernel/hostname"
	echo 1048576 >"$SYS/fs/nr_open"
	printf 'MemTotal:        8000000 kB\n' >"$HOST/proc/meminfo"
}

teardown()
{
	chmod -R u+rwX "$HOST"
}

# check WORD...: it ends soon, by itself, and shows nothing raw.
check()
{
	run_apart timeout 20 "$TCPTUNE" check --root "$HOST" "$@"
	expect_status 0 1 2
	expect_plain "$output"
	expect_plain "$stderr"
}

# The key is not taken for compliant, and the JSON says why.
expect_not_ok()
{
	check --runtime --json --only net.ipv4.tcp_fin_timeout
	if [[ $output == *'"error": {'* ]]; then
		expect_status 1
		expect_json error
		return
	fi
	# To an ordinary user it may be one that only root can read: then nothing is judged.
	expect_json check
	case $(json 'd["settings"][0]["verdict"]') in
	ok) complain "taken for compliant" ;;
	esac
	check --runtime
}

@test "the tree itself is compliant there, so that what follows means something" {
	check --runtime --json --only net.core.somaxconn
	expect_status 0
	[ "$(json 'd["settings"][0]["verdict"]')" = ok ] || complain "not ok"
}

@test "a directory in place of a setting" {
	rm "$SYS/$KEY" && mkdir "$SYS/$KEY"
	expect_not_ok
}

@test "a FIFO in place of a setting does not hang it" {
	rm "$SYS/$KEY" && mkfifo "$SYS/$KEY"
	expect_not_ok
}

@test "a link loop and a link out of the tree" {
	ln -sf tcp_fin_timeout "$SYS/$KEY"
	expect_not_ok
	ln -sf /proc/sys/net/ipv4/tcp_fin_timeout "$SYS/$KEY"
	check --runtime --json
	ln -sf ../../../../../../../../../../etc/hostname "$SYS/$KEY"
	expect_not_ok
}

# bats test_tags=slow
@test "a setting of 10 MB, one of nothing, and one of NUL bytes" {
	head -c 10000000 /dev/zero | tr '\0' 1 >"$SYS/$KEY"
	expect_not_ok
	: >"$SYS/$KEY"
	expect_not_ok
	printf '6\0000\n' >"$SYS/$KEY"
	expect_not_ok
	head -c 4096 /dev/zero >"$SYS/$KEY"
	expect_not_ok
}

# bats test_tags=slow
@test "numbers that are none" {
	for text in 99999999999999999999999 -0x1 '60 60 60' sixty '6 0' $'60\n70' 6e1; do
		printf '%s\n' "$text" >"$SYS/$KEY"
		expect_not_ok
	done
}

# bats test_tags=slow
@test "random bytes everywhere" {
	for seed in 1 2 3 4 5; do
		while read -r file; do
			openssl enc -aes-128-ctr -nosalt -pass "pass:$seed$file" -pbkdf2 </dev/zero 2>/dev/null |
				head -c 3000 >"$file"
		done < <(find "$HOST" -type f)
		check
		check --json
	done
}

# bats test_tags=slow
@test "an unreadable setting is said to be unreadable" {
	chmod 0 "$SYS/$KEY"
	chmod 0755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
	public_copy
	run_apart as_nobody "$PUBLIC" check --root "$HOST" --runtime --json --only net.ipv4.tcp_fin_timeout
	expect_status 0 1 2
	if [ "$status" != 1 ]; then
		expect_json check
		[ "$(json 'd["settings"][0]["verdict"]')" = unreadable ] || complain "not said"
	fi
	run_apart as_nobody "$PUBLIC" check --root "$HOST" --runtime --only net.ipv4.tcp_fin_timeout
	expect_output 'Cannot be read:'
	[[ $output != *"Not to be had here"* ]] || complain "it counts, so it is not beside the matter"
}

@test "escapes in a hostname, a kernel's name and a value stay off the terminal" {
	local evil=$'x\e]0;owned\a\e[2J\x9b31m\xc2\x9b31m\r\b'

	for file in kernel/hostname kernel/osrelease kernel/random/boot_id $KEY net/core/somaxconn; do
		printf '%s\n' "$evil" >"$SYS/$file"
	done
	check
	check -v
	check --json
}

# bats test_tags=slow
@test "escapes in the hostname of the running host stay off the terminal" {
	need_root
	unshare -u true 2>/dev/null || skip "no UTS namespace can be made here"
	local script=$'printf \'h\\033[2J\\233x\' >/proc/sys/kernel/hostname; exec "$@"'

	run_apart unshare -u sh -c "$script" sh "$TCPTUNE" check
	expect_status 0 2
	expect_plain "$output"
	run_apart unshare -u sh -c "$script" sh "$TCPTUNE" check --json
	expect_status 0 2
	expect_plain "$output"
	expect_json check
	[[ $(json 'd["host"]["hostname"]') == h* ]] || complain "the name is lost"
}

@test "escapes in the name of the tree and of a profile stay off the terminal" {
	local evil=$'\e]0;owned\a'

	mv "$HOST" "$HOST$evil"
	HOST=$HOST$evil
	check
	printf 'no profile' >"$BATS_TEST_TMPDIR/$evil.conf"
	check --profile "$BATS_TEST_TMPDIR/$evil.conf"
	expect_status 1
}

@test "files in place of folders, folders in place of files" {
	rm -r "$SYS/net/ipv4" && echo 1 >"$SYS/net/ipv4"
	check --json
	rm -r "$SYS" && echo 1 >"$SYS"
	run_apart "$TCPTUNE" check --root "$HOST" --json
	expect_status 0 1 2
	rm -r "$HOST/proc" && echo 1 >"$HOST/proc"
	run_apart "$TCPTUNE" check --root "$HOST" --json
	expect_status 0 1 2
	run_apart "$TCPTUNE" check --root "$HOST/proc" --json
	expect_status 1
	expect_json error
}

# bats test_tags=slow
@test "a profile that is a folder, a FIFO, endless, binary or someone else's" {
	local profile=$BATS_TEST_TMPDIR/p.conf

	refused()
	{
		check --profile "$profile" --json
		expect_status 1
		expect_json error
		check --profile "$profile"
		expect_status 1
		[ -n "$stderr" ] || complain "refused without a word"
		rm -rf "$profile"
	}

	mkdir "$profile" && refused
	mkfifo "$profile" && refused
	ln -s /dev/zero "$profile" && refused
	ln -s p.conf "$profile" && refused
	head -c 20000000 /dev/zero | tr '\0' x >"$profile" && refused
	printf 'summary = "a\0b";\n' >"$profile" && refused
	printf 'summary = "x";\n@include "/etc/passwd"\n' >"$profile" && refused
	if [ "$(id -u)" = 0 ]; then
		cp "$TOP/profiles/server.conf" "$profile" && chown 1234 "$profile" && refused
		cp "$TOP/profiles/server.conf" "$profile" && chmod 0666 "$profile" && refused
	fi
}

# nobody WORD...: an ordinary user runs it on the tree.
nobody()
{
	chmod 0755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
	[ -n "${PUBLIC-}" ] || public_copy
	run_apart as_nobody "$PUBLIC" "$@" --root "$HOST"
}

# The file $1 is named in the warnings.
expect_warned()
{
	expect_json check
	[ "$(json "any('$1' in w for w in d['warnings'])")" = True ] || complain "not warned of $1"
}

# The boot value of net.core.somaxconn: from, and the verdict.
expect_boot()
{
	[ "$(json '(d["settings"][0]["boot"]["from"], d["settings"][0]["verdict"])')" = "$1" ] ||
		complain "expected $1"
}

# bats test_tags=slow
@test "a sysctl.d file an ordinary user may not read makes keys unknown" {
	mkdir -p "$HOST/etc/sysctl.d"
	local only='--only net.core.somaxconn' file=$HOST/etc/sysctl.d/50-secret.conf

	echo net.core.somaxconn=1 >"$file"
	chmod 0 "$file"
	# shellcheck disable=SC2086
	nobody check --json $only
	expect_status 0
	expect_boot "('unknown', 'unreadable')"
	expect_warned /etc/sysctl.d/50-secret.conf
	nobody check
	expect_output 50-secret.conf
	nobody explain net.core.somaxconn
	expect_status 0
	expect_output 50-secret.conf

	# What comes earlier decides nothing, what comes later does.
	echo net.core.somaxconn=8192 >"$HOST/etc/sysctl.d/10-a.conf"
	# shellcheck disable=SC2086
	nobody check --json $only
	expect_boot "('unknown', 'unreadable')"
	echo net.core.somaxconn=4096 >"$HOST/etc/sysctl.d/90-z.conf"
	# shellcheck disable=SC2086
	nobody check --json $only
	expect_boot "('file', 'ok')"
}

# bats test_tags=slow
@test "a sysctl.d an ordinary user may not read makes keys unknown" {
	mkdir -p "$HOST/etc/sysctl.d" "$HOST/usr/lib/sysctl.d"
	echo net.core.somaxconn=4096 >"$HOST/usr/lib/sysctl.d/99-z.conf"
	chmod 0 "$HOST/etc/sysctl.d"
	nobody check --json --only net.core.somaxconn
	expect_status 0
	expect_boot "('unknown', 'unreadable')"
	expect_warned /etc/sysctl.d
}

# bats test_tags=slow
@test "limits files an ordinary user may not read cost nothing but themselves" {
	local file

	for file in security/limits.conf security/limits.d/a.conf passwd pam.d/sshd \
		systemd/system.conf tcptune/tcptune.conf; do
		mkdir -p "$(dirname "$HOST/etc/$file")"
		: >"$HOST/etc/$file"
		chmod 0 "$HOST/etc/$file"
		nobody check --json
		expect_status 0 2
		expect_json check
		case $file in
		tcptune/tcptune.conf) expect_stderr "/etc/$file" ;;
		*) expect_warned "/etc/$file" ;;
		esac
		[ "$file" = tcptune/tcptune.conf ] ||
			[ "$(json '{s["verdict"] for s in d["settings"] if s["key"].startswith("nofile.pam:")}')" = \
				"{'unreadable'}" ] || complain "$file: not unknown"
		nobody explain nofile
		expect_status 0
		[ "$file" = tcptune/tcptune.conf ] || expect_stderr "/etc/$file"
		rm "$HOST/etc/$file"
	done
}

# bats test_tags=slow
@test "what is no regular file among limits and boot files is named" {
	local file kind

	mkdir -p "$HOST/etc/security/limits.d" "$HOST/etc/sysctl.d" "$HOST/etc/systemd"
	for file in security/limits.conf security/limits.d/x.conf systemd/system.conf \
		sysctl.d/a.conf passwd pam.d; do
		for kind in mkdir mkfifo; do
			[ "$file $kind" != "pam.d mkdir" ] || continue
			"$kind" "$HOST/etc/$file"
			check --json
			expect_status 0 2
			expect_warned "/etc/$file"
			rm -r "${HOST:?}/etc/$file"
		done
	done
}

@test "a NUL byte in a limits file is named" {
	mkdir -p "$HOST/etc/security"
	printf '* hard nofile 5\0000\n' >"$HOST/etc/security/limits.conf"
	check --json
	expect_status 0 2
	expect_warned /etc/security/limits.conf
}
