#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What apply would do, and does: on images, and in namespaces of its own.

# shellcheck disable=SC2016 # the shell on the host expands
load helper

setup()
{
	need_command apply
	HOST=$BATS_TEST_TMPDIR/host
	mkdir -p "$HOST/etc/sysctl.d" "$HOST/etc/security/limits.d" "$HOST/etc/systemd/system" \
		"$HOST/usr/lib/systemd"
	echo 'ID=debian
VERSION_ID="12"' >"$HOST/etc/os-release"
	: >"$HOST/etc/security/limits.conf"
	: >"$HOST/usr/lib/systemd/systemd"
	PROFILE=$BATS_TEST_TMPDIR/test.conf
	cat >"$PROFILE" <<-'EOF'
	summary = "a test";
	sysctl = (
	  { key = "net.core.somaxconn"; at_least = "9000"; },
	  { key = "net.ipv4.tcp_fin_timeout"; at_most = "30"; },
	);
	nofile = (
	  { for = "pam:*"; soft = "65536"; hard = "524288"; },
	  { for = "systemd"; hard = "600000"; },
	  { for = "unit:nginx.service"; soft = "70000"; },
	);
	EOF
}

# dry WORD...: the plan for the image, as JSON.
dry()
{
	run_apart "$TCPTUNE" apply --dry-run --json --root "$HOST" --profile "$PROFILE" "$@"
	expect_json apply
}

diffs()
{
	json '"".join(c.get("diff", "") for c in d["changes"])'
}

@test "a dry run shows the bytes of every file, and exits 2" {
	dry
	expect_status 2
	[ "$(json '[c.get("file", c.get("key")) for c in d["changes"]]')" = "['/etc/sysctl.d/90-tcptune.conf', '/etc/security/limits.d/90-tcptune.conf', '/etc/systemd/system/nginx.service.d', '/etc/systemd/system/nginx.service.d/90-tcptune.conf', '/etc/systemd/system.conf.d', '/etc/systemd/system.conf.d/90-tcptune.conf']" ] ||
		complain "other files"
	local text
	text=$(diffs)$'\n'
	for line in 'net.core.somaxconn = 9000' 'net.ipv4.tcp_fin_timeout = 30' '* soft nofile 65536' \
		'* hard nofile 524288' 'root soft nofile 65536' '[Manager]' \
		'DefaultLimitNOFILE=1024:600000' '[Service]' 'LimitNOFILE=70000:524288'; do
		[[ $text == *$'\n'"+$line"$'\n'* ]] || complain "no line $line in $text"
	done
	[ -z "$(find "$HOST" -name '90-tcptune*')" ]
}

@test "for people a dry run says the same, and nothing that steers a terminal" {
	printf 'net.core.somaxconn = 1 \033[31m\n' >"$HOST/etc/sysctl.d/99-x.conf"
	run_apart "$TCPTUNE" apply --dry-run --root "$HOST" --profile "$PROFILE" --comment-out
	expect_status 2
	expect_output '+net.core.somaxconn = 9000'
	expect_output '+#tcptune# net.core.somaxconn = 1 \x1b[31m'
	expect_plain "$output"
}

@test "where nothing is to be done a dry run exits 0" {
	printf 'summary = "x";\nsysctl = ( { key = "net.ipv4.tcp_sack"; exact = "1"; } );\n' >"$PROFILE"
	echo 'net.ipv4.tcp_sack = 1' >"$HOST/etc/sysctl.d/10-a.conf"
	dry
	expect_status 0
	[ "$(json 'd["changes"]')" = '[]' ]
	run_apart "$TCPTUNE" apply -n --root "$HOST" --profile "$PROFILE"
	expect_status 0
	expect_output 'NOTHING TO DO'
}

@test "every line that wins over ours is a conflict, all told at once" {
	echo 'net.core.somaxconn = 1' >"$HOST/etc/sysctl.d/99-a.conf"
	printf '# x\nnet/ipv4/tcp_fin_timeout = 99\n' >"$HOST/etc/sysctl.d/z.conf"
	echo '* hard nofile 2000' >"$HOST/etc/security/limits.d/zz.conf"
	dry
	expect_status 1
	[ "$(json '[(c["key"], c["file"], c["line"], c["text"]) for c in d["conflicts"]]')" = "[('net.core.somaxconn', '/etc/sysctl.d/99-a.conf', 1, 'net.core.somaxconn = 1'), ('net.ipv4.tcp_fin_timeout', '/etc/sysctl.d/z.conf', 2, 'net/ipv4/tcp_fin_timeout = 99'), ('nofile.pam:*.soft', '/etc/security/limits.d/zz.conf', 1, '* hard nofile 2000'), ('nofile.pam:*.hard', '/etc/security/limits.d/zz.conf', 1, '* hard nofile 2000')]" ] ||
		complain "other conflicts"
}

@test "the command of a conflict mends it" {
	local command
	printf '# x\nnet.core.somaxconn = 1\n' >"$HOST/etc/sysctl.d/99-a b.conf"
	mkdir -p "$HOST/usr/lib/sysctl.d"
	printf 'net.ipv4.tcp_fin_timeout = 99\nnet.ipv4.tcp_sack = 1\n' >"$HOST/usr/lib/sysctl.d/99-v.conf"
	dry
	expect_status 1
	while read -r command; do
		(cd "$HOST" && eval "${command//\/etc/$HOST/etc}") || complain "$command fails"
	done < <(json '"\n".join(c["command"].replace("/usr/lib", "'"$HOST"'/usr/lib") for c in d["conflicts"])')
	dry
	expect_status 2
	# The rest of the distribution's file still counts.
	grep -q '^net.ipv4.tcp_sack = 1' "$HOST/etc/sysctl.d/99-v.conf"
}

@test "--comment-out takes out what wins, line by line until ours does" {
	printf 'net.core.somaxconn = 1\n# keep\nnet.core.somaxconn = 2' >"$HOST/etc/sysctl.d/99-a.conf"
	ln -s ../sysctl.conf "$HOST/etc/sysctl.d/99-sysctl.conf"
	printf 'net.core.somaxconn=3\r\n' >"$HOST/etc/sysctl.conf"
	dry --comment-out
	expect_status 2
	[ "$(json '[c["file"] for c in d["changes"] if "tcptune.conf" not in c["file"] and c["kind"] == "file"]')" = "['/etc/sysctl.conf', '/etc/sysctl.d/99-a.conf']" ] ||
		complain "other files are changed"
	[[ $(diffs) == *$'-net.core.somaxconn = 1\n+#tcptune# net.core.somaxconn = 1\n # keep\n'* ]] ||
		complain "$(diffs)"
}

@test "--comment-out says which line it leaves because its file has other names" {
	local said
	echo net.core.somaxconn=1 >"$HOST/etc/sysctl.d/99-a.conf"
	ln "$HOST/etc/sysctl.d/99-a.conf" "$HOST/etc/sysctl.d/99-a.bak"
	run_apart "$TCPTUNE" apply --dry-run --root "$HOST" --profile "$PROFILE" --comment-out
	expect_status 1
	said=$(tr -s '\n ' ' ' <<<"$output")
	[[ $said == *'another line wins at boot; --comment-out leaves it, because the file has other names (hard links)'* ]] ||
		complain "not told why"
	[[ $said != *'can also be taken out'* ]] || complain "told to try what does not help"
}

# bats test_tags=slow
@test "what stands in our place and is not ours is never overwritten" {
	local place=$HOST/etc/sysctl.d/90-tcptune.conf

	for what in "echo x >PLACE" "ln -s /dev/null PLACE" ": >PLACE" "ln -s other PLACE" "mkdir PLACE" \
		"echo '# Made by tcptune' >PLACE" "mkfifo PLACE" \
		"echo '# Made by tcptune' >PLACE.x; ln PLACE.x PLACE"; do
		rm -rf "$place"*
		eval "${what//PLACE/$place}"
		dry
		expect_status 1
		[ "$(json '[c["file"] for c in d["conflicts"]]')" = "['/etc/sysctl.d/90-tcptune.conf']" ] ||
			complain "after: $what"
	done
}

@test "words that make no sense together are told apart" {
	local words

	for words in '--none --profile server' '--confirm --dry-run' '--confirm --persist' \
		'--confirm --root /' '--runtime --root /' '--keep-history'; do
		# shellcheck disable=SC2086
		run_apart "$TCPTUNE" apply $words
		expect_status 1
		expect_stderr "try 'tcptune apply --help'"
	done
}

@test "an image gets its files, and is compliant by its next boot" {
	run_apart "$TCPTUNE" apply --root "$HOST" --profile "$PROFILE"
	expect_status 0
	run_apart "$TCPTUNE" check --root "$HOST" --profile "$PROFILE"
	expect_status 0
	[ ! -e "$HOST/var/lib/tcptune/transactions" ] || [ -z "$(ls "$HOST/var/lib/tcptune/transactions")" ]
	run_apart "$TCPTUNE" apply --root "$HOST" --none --keep-history
	expect_status 0
	[ -z "$(find "$HOST/etc" -name '90-tcptune*')" ]
	[ -n "$(ls "$HOST/var/lib/tcptune/transactions")" ]
}

@test "on an image a change that is remembered is in its history, and goes back" {
	run_apart "$TCPTUNE" apply --root "$HOST" --profile "$PROFILE" --keep-history -q
	expect_status 0
	run_apart "$TCPTUNE" history --root "$HOST" --json
	expect_status 0
	expect_json history
	[ "$(json '[(t["id"], t["command"], t["state"]) for t in d["transactions"]]')" = \
		"[('1', 'apply', 'committed')]" ] || complain "another history"
	run_apart "$TCPTUNE" rollback --root "$HOST"
	expect_status 0
	expect_output 'files changed'
	[ -z "$(find "$HOST/etc" -name '90-tcptune*')" ] || complain "left behind"
	# What a tree remembers it goes on remembering, or it would be taken back again.
	run_apart "$TCPTUNE" history --root "$HOST" --json
	[ "$(json '[(t["id"], t["command"], t["undone_by"]) for t in d["transactions"]]')" = \
		"[('2', 'rollback', None), ('1', 'apply', '2')]" ] || complain "not remembered"
	run_apart "$TCPTUNE" rollback --root "$HOST" 1
	expect_status 1
	expect_stderr 'transaction 1 was rolled back already, by 2'
}

@test "on an image that had no /var nothing of it stays where nothing is done" {
	local tree=$BATS_TEST_TMPDIR/bare words
	mkdir -p "$tree/etc/sysctl.d" "$tree/usr/lib/systemd"
	: >"$tree/usr/lib/systemd/systemd"
	echo net.core.somaxconn=1 >"$tree/etc/sysctl.d/95-other.conf"
	for words in "0 recover" "1 rollback" "1 apply --profile $PROFILE" "0 apply --profile $PROFILE --force --comment-out"; do
		# shellcheck disable=SC2086 # words
		run_apart "$TCPTUNE" ${words#* } --root "$tree"
		expect_status "${words%% *}"
		[ ! -e "$tree/var" ] || complain "$words: left behind"
	done
	mkdir "$tree/var"
	run_apart "$TCPTUNE" recover --root "$tree"
	expect_status 0
	[ -z "$(ls "$tree/var")" ] || complain "left behind"
	run_apart "$TCPTUNE" apply --root "$tree" --none --keep-history
	expect_status 0
	[ -d "$tree/var/lib/tcptune/transactions/1" ] || complain "not kept"
}

@test "directories that had to be made for others go back with them" {
	local tree=$BATS_TEST_TMPDIR/bare

	mkdir "$tree"
	run_apart "$TCPTUNE" apply --root "$tree" --profile server --keep-history
	expect_status 0
	[ -e "$tree/etc/security/limits.d/90-tcptune.conf" ] || complain "nothing was made"
	run_apart "$TCPTUNE" rollback --root "$tree"
	expect_status 0
	[ "$(ls -A "$tree")" = var ] || complain "left behind"
}

@test "a refusal is an error in JSON, too" {
	echo 'net.core.somaxconn = 1' >"$HOST/etc/sysctl.d/99-a.conf"
	run_apart "$TCPTUNE" apply --json --root "$HOST" --profile "$PROFILE"
	expect_status 1
	expect_json apply
	[ "$(json 'd["error"]["code"], d["state"], d["changed"]')" = "('ECANCELED', 'planned', False)" ]
	[ -z "$(find "$HOST" -name '90-tcptune*')" ]
}

@test "what may change a value later is a warning, and with --strict a refusal" {
	echo '@staff soft nofile 2000' >"$HOST/etc/security/limits.conf"
	echo 'net.core.somaxconn = 1' >"$HOST/etc/sysctl.conf" # procps reads it, systemd does not
	dry
	expect_status 2
	[[ $(json 'd["warnings"]') == *'/etc/security/limits.conf:1 gives @staff fewer'* ]] ||
		complain "no word of the group"
	[[ $(json 'd["warnings"]') == *'would set net.core.somaxconn to 1 (/etc/sysctl.conf:1)'* ]] ||
		complain "no word of procps"
	dry --strict
	expect_status 1
	[ "$(json 'len(d["conflicts"]) >= 2')" = True ]
	run_apart "$TCPTUNE" apply --json --root "$HOST" --profile "$PROFILE"
	expect_status 0
	[ "$(json 'len(d["warnings"]) == len(set(d["warnings"])) >= 2')" = True ] || complain "said twice"
}

@test "no directory of a drop-in stays behind, and none that others use goes" {
	mkdir -p "$HOST/etc/systemd/system.conf.d"
	: >"$HOST/etc/systemd/system.conf.d/other.conf"
	run_apart "$TCPTUNE" apply --root "$HOST" --profile "$PROFILE" -q
	expect_status 0
	[ -e "$HOST/etc/systemd/system/nginx.service.d/90-tcptune.conf" ]
	run_apart "$TCPTUNE" apply --root "$HOST" --none -q
	expect_status 0
	[ ! -e "$HOST/etc/systemd/system/nginx.service.d" ]
	[ "$(ls "$HOST/etc/systemd/system.conf.d")" = other.conf ]
}

# Nobody remembers an image: the marks in its files do.
@test "on an image, too, lines that were taken out stay out and come back" {
	echo '* hard nofile 2000000000' >"$HOST/etc/security/limits.d/99-a.conf"
	echo 'net.core.somaxconn = 1' >"$HOST/etc/sysctl.conf"
	ln -s ../sysctl.conf "$HOST/etc/sysctl.d/99-sysctl.conf"
	cp -a "$HOST/etc" "$BATS_TEST_TMPDIR/old"
	run_apart "$TCPTUNE" apply --root "$HOST" --profile "$PROFILE"
	expect_status 1
	expect_output '/etc/security/limits.d/99-a.conf:1: * hard nofile 2000000000'
	run_apart "$TCPTUNE" apply --root "$HOST" --profile "$PROFILE" --comment-out -q
	expect_status 0
	run_apart "$TCPTUNE" check --root "$HOST" --profile "$PROFILE" -q
	expect_status 0
	dry
	expect_status 0
	run_apart "$TCPTUNE" apply --root "$HOST" --none -q
	expect_status 0
	diff -r "$BATS_TEST_TMPDIR/old/sysctl.d" "$HOST/etc/sysctl.d"
	diff -r "$BATS_TEST_TMPDIR/old/security" "$HOST/etc/security"
	cmp "$BATS_TEST_TMPDIR/old/sysctl.conf" "$HOST/etc/sysctl.conf"
}

# ---- in earnest, on hosts of their own ----

# bats file_tags=slow

# profile LINE...: $BATS_TEST_TMPDIR/p.conf with these entries of sysctls.
profile()
{
	{
		echo 'summary = "a test"; sysctl = ('
		printf '%s,\n' "$@"
		echo ');'
	} >"$BATS_TEST_TMPDIR/p.conf"
	export P=$BATS_TEST_TMPDIR/p.conf
}

SOMAXCONN='{ key = "net.core.somaxconn"; exact = "9000"; }'
FIN='{ key = "net.ipv4.tcp_fin_timeout"; exact = "31"; }'

@test "an ordinary user is told what he cannot make sure of" {
	[ "$(id -u)" = 0 ] || skip "needs root, to be somebody else"
	public_copy
	run_apart setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
		"$PUBLIC" apply --dry-run --profile server
	expect_status 0 1 2
	[ "$status" = 0 ] || expect_output 'not checked: whether'
}

@test "an ordinary user is told that it takes root" {
	[ "$(id -u)" = 0 ] || skip "needs root, to be somebody else"
	public_copy
	for command in apply rollback recover confirm; do
		run_apart setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$PUBLIC" "$command"
		expect_status 1
		expect_stderr 'changing a host takes root'
	done
}

@test "what nobody could look at is no business of apply" {
	need_host
	profile "$SOMAXCONN"
	on_host 'status_of $T apply --profile $P -n; is 2'
	expect_status 0
	expect_output 'WOULD CHANGE'
	[[ $output != *"could not be seen"* ]] || complain "noise"
}

@test "a dry run writes nothing" {
	need strace
	is_plain_build || skip "the build itself writes or cannot be traced"
	strace -o /dev/null true || skip "nothing can be traced here"
	run strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=%file,write,unlinkat,renameat2 \
		"$TCPTUNE" apply --dry-run --profile server
	expect_status 0 1 2 # this host may need it, or not, or have something in the way
	grep -q O_RDONLY "$BATS_TEST_TMPDIR/trace"
	! grep -E 'O_WRONLY|O_RDWR|O_CREAT|unlink|rename|mkdir|write\([^12]' "$BATS_TEST_TMPDIR/trace" ||
		complain "writes"
}

@test "apply makes the host compliant, and a second one writes nothing" {
	need_host
	need strace
	is_plain_build || skip "the build itself writes or cannot be traced"
	profile "$SOMAXCONN" "$FIN"
	on_host '
		status_of $T apply --profile $P -q; is 0
		[ "$(cat /proc/sys/net/core/somaxconn)" = 9000 ]
		grep -qx "net.ipv4.tcp_fin_timeout = 31" /etc/sysctl.d/90-tcptune.conf
		[ "$(stat -c "%a %U %G" /etc/sysctl.d/90-tcptune.conf)" = "644 root root" ]
		status_of $T check --profile $P -q; is 0
		find /etc /var/lib/tcptune -printf "%p %T@ %C@ %i\n" >before
		status_of strace -f -o trace -e trace=write,pwrite64,renameat,renameat2,unlinkat,mkdirat,fchmod,fchown $T apply --profile $P -q; is 0
		no grep -vE "write\((1|2), |exited with|--- SIG|/run/tcptune|\"tcptune\"" trace
		find /etc /var/lib/tcptune -printf "%p %T@ %C@ %i\n" | diff before -
		status_of $T apply --profile $P --json; is 0'
	expect_status 0
	expect_json apply
	[ "$(json 'd["state"], d["changed"], d["changes"]')" = "('nothing', False, [])" ]
}

@test "the outcome in JSON names every change" {
	need_host
	profile "$SOMAXCONN"
	on_host '$T apply --profile $P --json'
	expect_status 0
	expect_json apply
	[ "$(json '[(c["kind"], c.get("key", c.get("file")), c["after"] if c["kind"] == "sysctl" else None, c["result"]) for c in d["changes"]]')" = "[('sysctl', 'net.core.somaxconn', '9000', 'changed'), ('file', '/etc/sysctl.d/90-tcptune.conf', None, 'changed')]" ] ||
		complain "other changes"
	[ "$(json 'd["state"], d["changed"]')" = "('committed', True)" ]
}

@test "in whatever order profiles come and go, our files are what the last one says" {
	need_host
	on_host "/usr/bin/python3 '$TOP/tests/apply_sequences.py' \$T '$BATS_TEST_TMPDIR'"
	expect_status 0
	expect_output '24 orders'
}

@test "lines that were taken out stay out, and come back byte for byte with --none" {
	need_host
	profile "$SOMAXCONN" "$FIN"
	on_host '
		printf "# mine\r\nnet.core.somaxconn=1\r\nnet.ipv4.tcp_sack = 1" >/etc/sysctl.d/99-x.conf
		cp -p /etc/sysctl.d/99-x.conf old
		status_of $T apply --profile $P -q; is 1
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]
		status_of $T apply --profile $P -q --comment-out; is 0
		grep -q "^#tcptune# net.core.somaxconn=1" /etc/sysctl.d/99-x.conf
		status_of $T check --profile $P -q; is 0
		status_of $T apply --profile $P -n; is 0
		echo "net.ipv4.tcp_dsack = 1" >>/etc/sysctl.d/99-x.conf
		echo "net.ipv4.tcp_dsack = 1" >>old
		status_of $T apply --none -q; is 0
		cmp old /etc/sysctl.d/99-x.conf
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
}

@test "a line is put back as soon as no profile needs it out" {
	need_host
	profile "$SOMAXCONN" "$FIN"
	on_host '
		echo "net.core.somaxconn=1" >/etc/sysctl.d/99-x.conf
		status_of $T apply --profile $P -q --comment-out; is 0
		echo "summary = \"x\"; sysctl = ( { key = \"net.ipv4.tcp_sack\"; exact = \"1\"; } );" >q.conf
		status_of $T apply --profile ./q.conf -q; is 0
		[ "$(cat /etc/sysctl.d/99-x.conf)" = "net.core.somaxconn=1" ]'
	expect_status 0
}

@test "an edited file of ours is overwritten with --force only" {
	need_host
	profile "$SOMAXCONN"
	on_host '
		$T apply --profile $P -q
		echo "net.ipv4.tcp_sack = 0" >>/etc/sysctl.d/90-tcptune.conf
		cp /etc/sysctl.d/90-tcptune.conf edited
		status_of $T apply --profile $P; is 1
		status_of $T apply --none -q; is 1
		cmp edited /etc/sysctl.d/90-tcptune.conf
		status_of $T apply --profile $P --force -q; is 0
		no grep -q sack /etc/sysctl.d/90-tcptune.conf'
	expect_status 0
	expect_output 'somebody edited this file'
}

@test "what somebody changed since is left alone, and told with its three values" {
	need_host
	profile "$SOMAXCONN" "$FIN"
	on_host '
		$T apply --profile $P -q
		echo 777 >/proc/sys/net/core/somaxconn
		status_of $T apply --none --json; is 0
		[ "$(cat /proc/sys/net/core/somaxconn)" = 777 ]
		[ "$(cat /proc/sys/net/ipv4/tcp_fin_timeout)" = 60 ]'
	expect_status 0
	[ "$(json '[(s["key"], s["ours"], s["now"]) for s in d["skipped"]]')" = "[('net.core.somaxconn', '9000', '777')]" ] ||
		complain "not told"
}

@test "what cannot be written is told before anything is" {
	need_host
	profile "$SOMAXCONN"
	on_host '
		mount --bind /etc /etc; mount -o remount,ro,bind /etc
		status_of $T apply --profile $P; is 1
		[ "$(cat /proc/sys/net/core/somaxconn)" = 4096 ]
		status_of $T apply --profile $P --runtime -q; is 0'
	expect_status 0
	expect_output 'cannot be written: its file system is read-only'
	on_host '
		mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys
		status_of $T apply --profile $P; is 1
		[ ! -e /etc/sysctl.d/90-tcptune.conf ]'
	expect_status 0
	expect_output 'cannot be written: /proc/sys is read-only'
}

@test "one layer at a time" {
	need_host
	profile "$SOMAXCONN"
	on_host '
		status_of $T apply --profile $P --runtime -q; is 0
		[ "$(cat /proc/sys/net/core/somaxconn)" = 9000 ] && [ ! -e /etc/sysctl.d/90-tcptune.conf ]
		echo 4096 >/proc/sys/net/core/somaxconn
		status_of $T apply --profile $P --persist -q; is 0
		[ "$(cat /proc/sys/net/core/somaxconn)" = 4096 ] && [ -e /etc/sysctl.d/90-tcptune.conf ]
		status_of $T apply --profile $P --detailed-exitcode -q; is 2
		status_of $T apply --profile $P --detailed-exitcode -q; is 0'
	expect_status 0
}

@test "output that cannot be written undoes nothing" {
	need_host
	profile "$SOMAXCONN" "$FIN"
	on_host '
		status_of $T apply --profile $P >/dev/full; is 0
		[ "$(cat /proc/sys/net/core/somaxconn)" = 9000 ]
		$T apply --none | head -0
		[ "${PIPESTATUS[0]}" = 0 ]
		[ "$(cat /proc/sys/net/core/somaxconn)" = 4096 ]'
	expect_status 0
	expect_stderr 'No space left on device'
}

@test "a time that the kernel rounds up to its tick is what was asked for" {
	need_host
	on_host '
	echo "summary = \"x\"; sysctl = ( { key = \"net.ipv4.tcp_invalid_ratelimit\";" \
		"exact = \"333\"; } );" >p.conf
	chmod 0644 p.conf
	status_of "$T" apply --profile /mnt/p.conf
	is 0
	cat /proc/sys/net/ipv4/tcp_invalid_ratelimit
	status_of "$T" check --profile /mnt/p.conf --json
	is 0
	status_of "$T" apply --profile /mnt/p.conf --detailed-exitcode
	is 0
	'
	expect_status 0
	expect_output '"compliant": true'
	[[ $output != *'"id": "drift"'*invalid_ratelimit* ]] || complain "it drifted"
}

@test "over the network and with a risk, --confirm is recommended" {
	need_host
	profile "$FIN"
	on_host '
		export SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22"
		$T apply --profile $P >/dev/null'
	expect_status 0
	expect_stderr '--confirm takes it back by itself'
	profile "$SOMAXCONN"
	on_host 'export SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22"; $T apply --profile $P >/dev/null'
	expect_no_stderr
}

@test "on a terminal the plan is shown before anything is done" {
	need_host
	profile "$SOMAXCONN"
	on_host "/usr/bin/python3 '$TOP/tests/on_terminal.py' -- \$T apply --profile \$P --color never"
	expect_status 0
	[[ $output == *CHANGING*'4096 -> 9000'*'[1/2] net.core.somaxconn'*DONE* ]] || complain "in no such order"
}

@test "a dry run tells of a change that is on trial" {
	need_host
	profile "$SOMAXCONN"
	on_host '
		$T apply --profile $P --confirm=30s -q
		status_of $T apply -n --profile $P; is 2
		$T confirm -q; kill $(pgrep -f "guard 1\$" --ns $$ --nslist net)'
	expect_status 0
	expect_output 'transaction 1 awaits confirmation'
}

# Where the kernel's default is not known, what runs counts, but not what we made of it.
@test "our files do not depend on what we set before" {
	need_host
	profile '{ key = "net.ipv4.tcp_rmem"; at_least = "8192 131072 40000000"; }'
	cp "$P" "$BATS_TEST_TMPDIR/big.conf"
	profile '{ key = "net.ipv4.tcp_rmem"; at_least = "4096 100000 2000000"; }' "$SOMAXCONN"
	on_host '
		status_of $T apply --profile $P -q; is 0
		cp /etc/sysctl.d/90-tcptune.conf first
		status_of $T apply --profile '"$BATS_TEST_TMPDIR/big.conf"' -q; is 0
		status_of $T apply --profile $P -q; is 0
		diff first /etc/sysctl.d/90-tcptune.conf'
	expect_status 0
}
