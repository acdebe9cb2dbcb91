#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tune-image.sh [TREE [PROFILE]]
#
# Tune an image while it is built.  Only files are written, for nothing runs there.
#
#	mkosi           FinalizeScripts=tune-image.sh in [Content]: it sets BUILDROOT
#	mmdebstrap      --customize-hook='./tune-image.sh "$1"'
#	debootstrap     ./tune-image.sh TREE, when it is done
#
# The second command is the proof: it says what the image will set at its boot.
set -eu
tree=${1:-${BUILDROOT:-}} profile=${2:-server}
if [ -z "$tree" ]; then
	echo "usage: tune-image.sh [TREE [PROFILE]]: without TREE, that of \$BUILDROOT" >&2
	exit 1
fi

tcptune apply --root "$tree" --profile "$profile"
tcptune check --root "$tree" --profile "$profile" --quiet
