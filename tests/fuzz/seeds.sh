#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/fuzz/seeds.sh NAME DIR
#
# Fill DIR with the files of the recorded cases that the parser NAME reads.
set -eu
here=$(dirname "$0")
case $1 in
sysctld) kind=sysctl pattern='*/sysctl*' ;;
limits) kind=limits pattern='*/security/*' ;;
systemd) kind=systemd pattern='*/systemd/*' ;;
*) exit 0 ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tar -xzf "$here/../vectors/cases.tar.gz" -C "$scratch" "$kind"
mkdir -p "$2"
number=0
find "$scratch" -path "*/tree/$pattern" -type f -size -64k | LC_ALL=C sort | while read -r file; do
	number=$((number + 1))
	cp "$file" "$2/recorded-$number"
done
