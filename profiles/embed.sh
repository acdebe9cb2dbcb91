#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Print a C file that holds the given profiles byte for byte, so that one copied
# binary has them on a host where nothing is installed.
set -eu

echo '/* Made by profiles/embed.sh. */'
echo '#include "read/profiles_embedded.h"'
for file in "$@"; do
	name=$(basename "$file" .conf | tr - _)
	echo "static const char text_${name}[] = {"
	od -An -v -tu1 "$file" | sed 's/[0-9][0-9]*/&,/g'
	echo '0};'
done
echo 'const struct embedded_profile embedded_profiles[] = {'
for file in "$@"; do
	name=$(basename "$file" .conf)
	printf '\t{"%s", text_%s, sizeof(text_%s) - 1},\n' "$name" \
		"$(echo "$name" | tr - _)" "$(echo "$name" | tr - _)"
done
printf '\t{0, 0, 0},\n};\n'
