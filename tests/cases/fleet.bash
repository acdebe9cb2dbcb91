# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The vocabulary of tests that need hosts of their own: see tests/fleet/site.sh.

need_site()
{
	need_root
	need ip
	need ssh-keygen
	[ -x /usr/sbin/sshd ] || need dropbear
	unshare -nm true 2>/dev/null || skip "no namespaces can be made here"
}

# need_apply: that the program under test changes hosts, and can be run on one.
need_apply()
{
	is_plain_build || skip "hosts have no libraries of this build"
	need_command apply
}

# on_hosts N <SCRIPT: run the script where N hosts are, in bash -eu.  It finds the
# program as $TCPTUNE, and leaves what the test wants to see in $OUT.
on_hosts()
{
	export OUT=$BATS_TEST_TMPDIR
	cat "$TOP/tests/fleet/script.bash" - >"$BATS_TEST_TMPDIR/script"
	run timeout -k 5 "${HOSTS_SECONDS:-380}" "$TOP/tests/fleet/site.sh" "$1" bash -eu "$BATS_TEST_TMPDIR/script"
}
