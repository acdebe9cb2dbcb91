#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/fleet/run.sh ROOT
#
# The tests that need hosts, with OpenSSH, Puppet and cloud-init, and with ten hosts
# and their timings, FLEET_RUNS (3) of each.  They run in a Debian root at ROOT, made here the first time,
# of the release this host has: services come with those packages, and none of them
# is to reach a machine.  Needs root and, the first time, the network.
set -eu
cd "$(dirname "$0")/../.."
root=$1
mirror=${MIRROR:-http://deb.debian.org/debian}

[ "$(id -u)" = 0 ] || { echo 'fleet/run.sh: needs root' >&2; exit 1; }

if [ ! -e "$root/etc/debian_version" ]; then
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	mmdebstrap --quiet --variant=minbase "$suite" "$root.new" "$mirror"
	mv "$root.new" "$root"
fi
export SHOW="$PWD"
tests/in-root.sh "$root" sh "$PWD/packaging/deps.sh" fleet-root
timings=$PWD/build/fleet-timings
rm -f "$timings"
tests/in-root.sh "$root" env FLEET_TIMINGS="$timings" FLEET_RUNS="${FLEET_RUNS:-3}" JOBS=1 TEST_SECONDS=5400 \
	HOSTS_SECONDS=2700 "$PWD/tests/run.sh" B="$PWD/build" \
	"$PWD"/tests/cases/ansible.bats "$PWD"/tests/cases/puppet.bats "$PWD"/tests/cases/recipes.bats ||
	failed=1
[ ! -e "$timings" ] || cat "$timings"
[ -z "${failed-}" ]
