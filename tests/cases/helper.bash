# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # bats sets status, output, stderr
#
# The vocabulary of the end-to-end tests.  `load helper` at the top of a file
# gives it all of this; $TCPTUNE is the program under test.

bats_require_minimum_version 1.8.0

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
B=${B:-$TOP/build}
TCPTUNE=$B/tcptune
export TOP TCPTUNE

# LeakSanitizer does not work in a traced process, and ASan in no small address space.
is_sanitized()
{
	[[ $B == */asan ]]
}

is_plain_build()
{
	[[ $B != */asan && $B != */coverage ]]
}

need()
{
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# need_tool NAME: on this host, or where tests/tools.sh has unpacked it.
need_tool()
{
	PATH+=:$B/tools/usr/bin
	if [[ $(command -v "$1") == "$B"/* ]]; then
		export RUBYLIB=$B/tools/usr/lib/ruby/vendor_ruby
		export PYTHONPATH=$B/tools/usr/lib/python3/dist-packages
	fi
	need "$1"
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
}

# Is there a way to a network namespace of our own?
need_netns()
{
	if [ "$(id -u)" = 0 ]; then
		UNSHARE=(unshare)
	else
		UNSHARE=(unshare -r)
	fi
	"${UNSHARE[@]}" -n true 2>/dev/null || skip "no network namespace can be made here"
}

# Run the rest in a fresh network namespace.
in_netns()
{
	"${UNSHARE[@]}" -n "$@"
}

need_command()
{
	"$TCPTUNE" "$1" --help >/dev/null 2>&1 || skip "no command '$1'"
}

# run_apart WORD...: like run, with $output and $stderr apart.
run_apart()
{
	run --separate-stderr "$@"
}

# Show what there was before failing.
complain()
{
	echo "$*"
	echo "status: $status"
	echo "stdout: $output"
	echo "stderr: ${stderr-}"
	return 1
}

expect_status()
{
	[[ " $* " == *" $status "* ]] || complain "expected status $*"
}

expect_output()
{
	[[ $output == *"$1"* ]] || complain "expected on stdout: $1"
}

expect_stderr()
{
	[[ ${stderr-} == *"$1"* ]] || complain "expected on stderr: $1"
}

expect_no_stderr()
{
	[ -z "${stderr-}" ] || complain "expected nothing on stderr"
}

# One JSON document in $output, as packaging/schema/NAME.json describes it: that is
# found out at the end of the file, for all of them in one process.
expect_json()
{
	printf '%s\0%s\0%s\0' "$BATS_TEST_DESCRIPTION" "$1" "$output" >>"$BATS_FILE_TMPDIR/json"
	[[ $(declare -f teardown_file) == *validate_all* ]] || complain "nobody would look at it"
}

validate_all()
{
	[ ! -e "$BATS_FILE_TMPDIR/json" ] ||
		/usr/bin/python3 "$TOP/tests/validate.py" <"$BATS_FILE_TMPDIR/json"
}

teardown_file()
{
	validate_all
}

# json EXPRESSION: a Python expression over the document d in $output.
json()
{
	/usr/bin/python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' \
		"$1" <<<"$output"
}

# No byte that could steer a terminal, colour included, but newlines.
expect_plain()
{
	! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' <<<"$1" ||
		complain "a control character: $(LC_ALL=C grep -P '[\x00-\x09\x0b-\x1f\x7f]' <<<"$1" | cat -v)"
}

# The words to run something as a user without rights, for root as nobody.
as_nobody()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# A copy that nobody may run, wherever the tree lies.
public_copy()
{
	chmod 0755 "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
	install -m 0755 "$TCPTUNE" "$BATS_TEST_TMPDIR/tcptune"
	export PUBLIC=$BATS_TEST_TMPDIR/tcptune
}

# exact_profile KEY VALUE...: $PROFILE, which wants just these.
exact_profile()
{
	export PROFILE=$BATS_TEST_TMPDIR/test.conf
	{
		echo 'summary = "a test"; sysctl = ('
		printf '{ key = "%s"; exact = "%s"; },\n' "$@"
		echo ');'
	} >"$PROFILE"
}

# A host to change: a network of its own, and /etc, /var/lib and /run of its
# own over what is there.  on_host SCRIPT: status and output as after `run`.
need_host()
{
	need_netns
	on_host true
	[ "$status" = 0 ] || skip "no private /etc can be mounted here: $stderr"
}

# That a network namespace is gone can be told only where every process is seen.
need_every_process()
{
	[ "$(stat -Lc %i /proc/self/ns/pid)" = 4026531836 ] ||
		skip "not in the first pid namespace: whether a network namespace is gone cannot be told"
}

on_host()
{
	# shellcheck disable=SC2016 # the shell on the host expands
	run_apart "${UNSHARE[@]}" -nm --propagation private bash -euc '
		mount -t tmpfs tmpfs /mnt
		mkdir /mnt/etc /mnt/etc.work /mnt/var /mnt/var.work
		mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/etc,workdir=/mnt/etc.work /etc
		mount -t overlay overlay -o lowerdir=/var/lib,upperdir=/mnt/var,workdir=/mnt/var.work /var/lib
		mount -t tmpfs -o mode=755 tmpfs /run
		mount -t tmpfs tmpfs /usr/lib/sysctl.d
		rm -rf /etc/sysctl.d /etc/sysctl.conf /etc/security/limits.d /etc/tcptune /var/lib/tcptune
		mkdir /etc/sysctl.d /etc/security/limits.d
		T=$TCPTUNE
		status_of() { status=0; "$@" || status=$?; }
		is() { [ "$status" = "$1" ] || { echo "status $status, not $1" >&2; exit 99; }; }
		# A bare ! would be no check: it keeps bash -e from stopping.
		no() { ! "$@"; }
		# Where the first process has a capability more than we, its namespace is hidden.
		without_init() { mount -t tmpfs tmpfs /proc/1; }
		cd /mnt
		'"$1" host
}
