#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What others keep secret in files that tcptune reads is told by no command.
#
# shellcheck disable=SC2016 # a shell inside expands them

load helper

setup()
{
	HOST=$BATS_TEST_TMPDIR/host
	mkdir -p "$HOST/usr/lib/systemd" "$HOST"/proc/sys/{net/{core,ipv4},kernel}
	touch "$HOST/usr/lib/systemd/systemd"
	echo 6.8.0-1-amd64 >"$HOST/proc/sys/kernel/osrelease"
	echo 4096 >"$HOST/proc/sys/net/core/somaxconn"
	plant "$HOST"
}

# file PATH: from stdin.
file()
{
	mkdir -p "$(dirname "$1")"
	cat >"$1"
}

# plant ROOT: a secret, HUNTER with a number, in all places and forms.
plant()
{
	local root=$1 key=net.ipv4.tcp_fastopen_key

	file "$root/etc/sysctl.d/99-keys.conf" <<-CONF
		# password HUNTER1
		-$key = HUNTER2
		${key//.//}=HUNTER3
		$key HUNTER4
		$key : HUNTER5
		-$key HUNTER6
		net.ipv4.tcp_fastopen_k* = HUNTER7
		net.ipv6.conf.all.stable_secret = HUNTER8
		kernel.foo_secret = HUNTER9
		net.core.somaxconn = 128 $key=HUNTER10
		net.core.somaxconn = 100 # password HUNTER11
		; password HUNTER12
		net.core.somaxconn = 99
		password HUNTER13
		sysctl -w $key=HUNTER14
	CONF
	file "$root/etc/tuned/active_profile" <<<web
	file "$root/etc/tuned/web/tuned.conf" <<<$'[sysctl]\n'"$key=HUNTER15"
	file "$root/etc/ufw/ufw.conf" <<<ENABLED=yes
	file "$root/etc/default/ufw" <<<IPT_SYSCTL=/etc/ufw/sysctl.conf
	file "$root/etc/ufw/sysctl.conf" <<<"${key//.//}=HUNTER16"
	file "$root/etc/udev/rules.d/9.rules" <<<'RUN+="/sbin/sysctl -w '$key'=HUNTER17"'
	file "$root/etc/rc.local" <<-SH
		sysctl -w net.core.somaxconn=5 $key=HUNTER18
		echo HUNTER19 >/proc/sys/${key//.//}
		cd /proc/sys/net/ipv4; echo HUNTER20 | tee tcp_fastopen_key
	SH
	chmod 755 "$root/etc/rc.local"
	file "$root/etc/systemd/system/x.service" <<-UNIT
		[Service]
		ExecStart=/bin/sh -c 'echo HUNTER21 >/proc/sys/${key//.//}'
		ExecStartPost=sysctl $key=HUNTER22
		LimitNOFILE=5 password=HUNTER23
	UNIT
	file "$root/etc/systemd/system.conf" <<<$'[Manager]\nDefaultLimitNOFILE=5 password=HUNTER31'
	file "$root/etc/security/limits.conf" <<<$'* soft nofile 5 # HUNTER24\n* - nofile token=HUNTER25'
	file "$root/etc/pam.d/sshd" <<-PAM
		# HUNTER26
		auth required pam_x.so bindpw=HUNTER27
		session optional pam_exec.so /bin/x HUNTER28
		session required pam_limits.so conf=/etc/security/limits.conf
	PAM
	file "$root/etc/profile.d/x.sh" <<<'ulimit -n 5; export TOKEN=HUNTER29 # HUNTER30'
}

# tells_nothing WORD...: some output, and none of the secrets in it.
tells_nothing()
{
	run "$TCPTUNE" "$@"
	[ -n "$output" ] || complain "$* is silent"
	! grep -ai HUNTE <<<"$output" || complain "told by: $*"
}

@test "no command that reads tells a secret of a host's files" {
	file "$HOST/proc/cmdline" <<-'CMD'
		sysctl.net.ipv4.tcp_fastopen_key=HUNTER40 systemd.set_credential=sysctl.extra:net.ipv4.tcp_fastopen_key=HUNTER41
	CMD
	local words json
	for json in '' --json; do
		for words in check 'check -v' 'check --persist' 'explain net.core.somaxconn' \
			'explain net.ipv4.tcp_fastopen_key' 'explain net.ipv4.tcp_fastopen' \
			'explain net/ipv4/tcp_fastopen_key' 'explain kernel.foo_secret' \
			'explain net.ipv6.conf.all.stable_secret' 'explain nofile' \
			'profiles server' 'apply --dry-run' 'apply --dry-run --comment-out'; do
			# shellcheck disable=SC2086 # words
			tells_nothing $words $json --root "$HOST"
		done
	done
	tells_nothing check --format nagios --root "$HOST"
	tells_nothing check --format prometheus --root "$HOST"
	for words in sysctl limits systemd ansible json; do
		tells_nothing export --format "$words" --root "$HOST"
	done
	"$TCPTUNE" capture --root "$HOST" >"$BATS_TEST_TMPDIR/host.tar"
	run grep -aioE '.{0,40}HUNTE' "$BATS_TEST_TMPDIR/host.tar"
	expect_status 1
}

@test "what is masked is told all the same" {
	run_apart "$TCPTUNE" explain net.ipv4.tcp_fastopen_key --json --root "$HOST"
	[ "$(json 'sum("MASKED" in (a["text"] or "") for a in d["assignments"])')" -ge 3 ] ||
		complain "the lines are not shown"
	[ "$(json 'sum(o["value"] == "MASKED" for o in d["owners"])')" -ge 4 ] ||
		complain "the owners are not shown"
	run_apart "$TCPTUNE" check --persist --root "$HOST"
	expect_output 'net.ipv4.tcp_fastopen_key MASKED'
	expect_output 'net.ipv4.tcp_fastopen_key : MASKED'
}

@test "a capture says what check says of a host with secrets" {
	mkdir "$BATS_TEST_TMPDIR/copy"
	rm -r "$HOST/etc/udev" # of those no capture has anything
	"$TCPTUNE" capture --root "$HOST" | tar -C "$BATS_TEST_TMPDIR/copy" -xf -
	local root
	for root in "$HOST" "$BATS_TEST_TMPDIR/copy"; do
		run_apart "$TCPTUNE" check --persist --json --root "$root"
		expect_status 0 2
		grep -v '"root": ' <<<"$output" >"$root.json"
	done
	grep -q 'MASKED' "$HOST.json"
	diff -u "$HOST.json" "$BATS_TEST_TMPDIR/copy.json"
}

@test "neither do commands that change a host, and what they keep is root's alone" {
	need_host
	exact_profile net.core.somaxconn 4096
	export -f plant file
	on_host '
		plant ""
		chmod 600 /etc/sysctl.d/99-keys.conf
		umask 0
		words="--profile $PROFILE --comment-out"
		for words in "apply $words --json" history "history --json" "history 1" \
			"history 1 --json" rollback; do
			status_of $T $words >>out 2>&1
			is 0
		done
		grep -q 99-keys.conf out || { cat out; exit 1; }
		no grep -ai HUNTE out
		grep -rq HUNTER2 /var/lib/tcptune
		# A copy has the mode of its file, in a directory that is closed.
		find /var/lib/tcptune -type f ! -name "*-90-tcptune.conf" ! -perm 600 -o \
			-type d ! -perm 700 -o ! -user 0 >loose
		cat loose; no test -s loose
	'
	expect_status 0
}

@test "the line that stands in the way is shown without its secrets" {
	file "$HOST/etc/sysctl.d/zz.conf" <<<'net.core.somaxconn = 128 # password=HUNTER40 see http://bob:HUNTER41@h/'
	run_apart "$TCPTUNE" apply --dry-run --persist --root "$HOST"
	expect_output 'zz.conf:1: net.core.somaxconn = 128 #'
	[[ $output$stderr != *HUNTER4[01]* ]] || complain "told"
	run_apart "$TCPTUNE" apply --dry-run --persist --root "$HOST" --json
	[[ $output$stderr != *HUNTER4[01]* ]] || complain "told in JSON"
}
