#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: packaging/export.sh FOLDER
#
# Copy the tree to a new FOLDER: what git tracks or would, as it is now; without
# git, or where git mistrusts the owner of the tree, all but what was built.
set -eu
umask 022 # folders are packed with their modes
folder=$1
cd "$(dirname "$0")/.."

rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
list=$(mktemp)
trap 'rm -f "$list"' EXIT

if git rev-parse --show-toplevel >/dev/null 2>&1 && [ "$(git rev-parse --show-prefix)" = '' ]; then
	# A file that was removed and is not committed yet is still in the list.
	# shellcheck disable=SC2016 # the inner shell expands
	git ls-files -z -co --exclude-standard | xargs -0 sh -c \
		'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh >"$list"
else
	find . -path ./build -prune -o -path ./.git -prune -o ! -type d -print0 >"$list"
fi
tar --null -T "$list" -cf - | tar -C "$folder" -xf -
