#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/tools.sh FOLDER
#
# Unpack into FOLDER promtool, puppet and cloud-init, which come in packages whose
# services nobody should have for a test; what these need besides is installed.
# Where they cannot be had, the tests that want them are skipped and say so.
set -eu
folder=$1
set -- prometheus puppet-agent cloud-init
here=$(cd "$(dirname "$0")" && pwd)

download()
{
	# Not as the user _apt, who may have no way to the folder.
	(cd "$folder.new" && apt-get -qq -o APT::Sandbox::User=root download "$@")
}

[ ! -e "$folder" ] || exit 0
rm -rf "$folder.new"
mkdir -p "$folder.new"
if ! command -v apt-get >/dev/null || ! sh "$here/../packaging/deps.sh" tools ||
	! { download "$@" 2>/dev/null || { apt-get -qq update && download "$@"; }; }; then
	echo "tools.sh: not to be had: $*" >&2
	exit 0
fi
for package in "$folder.new"/*.deb; do
	dpkg -x "$package" "$folder.new"
	rm "$package"
done
mv "$folder.new" "$folder"
