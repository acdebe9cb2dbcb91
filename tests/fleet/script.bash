# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The vocabulary of what runs where the hosts are, before each script of on_hosts.

# Show what there is before giving up.
fail()
{
	echo "FAILED: $*"
	exit 1
}

# value HOST KEY: what runs there.
value()
{
	ip netns exec "web$1" sysctl -n "$2" | tr '\t' ' '
}

# set_value HOST KEY VALUE: somebody meddles.
set_value()
{
	ip netns exec "web$1" sysctl -qw "$2=$3"
}

expect_value()
{
	[ "$(value "$1" "$2")" = "$3" ] || fail "web$1: $2 is $(value "$1" "$2"), not $3"
}

# play FILE WORD...: a playbook, what it said in $OUT/log; its status is that of Ansible.
play()
{
	ansible-playbook "$@" >"$OUT/log" 2>&1
}

# expect_recap HOST WORDS: that the last playbook counted so, "changed=0 failed=0".
expect_recap()
{
	local line word

	line=$(grep "^web$1 .*: ok=" "$OUT/log") || { cat "$OUT/log"; fail "no recap of web$1"; }
	for word in $2; do
		[[ " $line " == *" $word "* ]] || { cat "$OUT/log"; fail "web$1: not $word: $line"; }
	done
}

# everything HOST: all that tcptune could change there, the dates of files and folders too.
everything()
{
	host "$1" sh -c 'find /etc /usr/local /var/lib -path /var/lib/apt -prune -o -printf "%y %p %T@ %s %m\n" | sort
		sysctl -a 2>/dev/null' |
		grep -vE '^(l /etc/mtab|fs\.|kernel\.|vm\.|net\.netfilter\.nf_conntrack_count)|dentry|inode|random'
}
