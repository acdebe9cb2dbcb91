#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The first process of the machine: run /job with the words below, send what it
# prints and at last its status through the second serial port, and end.
# shellcheck shell=dash

/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
stty -F /dev/ttyS1 raw

# load MODULE [PARAMETER...]
load()
{
	module=$1
	shift
	insmod "/modules/$module.ko" "$@"
}

# A firewall that tracks what every network namespace sends.
track()
{
	load libcrc32c
	load nf_defrag_ipv4
	load nf_defrag_ipv6
	load nf_conntrack enable_hooks=1
}

# set_to KEY VALUE: a setting, which here is ours.
set_to()
{
	echo "$2" >"/proc/sys/$(echo "$1" | tr . /)"
}

# look WORD RULE [CONDITION N] [OPTION...]: what tcptune finds while there is N times
# that condition, or nothing special; WORD and RULE say what is expected.
look()
{
	expected="$1 $2"
	shift 2
	ip link set lo down # where conditions begin
	case ${1--} in
	-*) set -- tcptune check --runtime --json "$@" ;;
	*)
		condition=$1 n=$2
		shift 2
		set -- conditions "$condition" "$n" tcptune check --runtime --json "$@"
		;;
	esac
	status=0
	$apart "$@" >/tmp/found || status=$?
	case $status in
	0 | 2) ;;
	*) return "$status" ;;
	esac
	echo "$expected $(tr -d '\n' </tmp/found)"
}

found()
{
	look found "$@"
}

silent()
{
	look silent "$@"
}

# Where the rest is to be looked for: "unshare -n" is a network namespace each time.
apart=

load inet_diag
load tcp_diag
(
	set -eu
	# shellcheck source=/dev/null
	. /job
) >/dev/ttyS1 2>&1
echo "status $?" >/dev/ttyS1
reboot -f # which qemu takes for the end
