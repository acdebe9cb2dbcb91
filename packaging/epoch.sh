#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: packaging/epoch.sh
#
# The date packages carry, in seconds since 1970: of the last commit, or without
# git of the last entry in the change log of the Debian package.
set -eu
cd "$(dirname "$0")/.."

git log -1 --format=%ct 2>/dev/null ||
	date -d "$(sed -n 's/^ -- .*>  //p' packaging/debian/changelog | head -n 1)" +%s
