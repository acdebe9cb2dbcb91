#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/fresh-root.sh [SUITE]
#
# A fresh minimal Debian root (default: bookworm), a clean clone of this tree's
# HEAD in it, and there, as root, `make run` and `make test`, each twice: the
# second must neither install nor compile anything.  Needs root and the network.
# The root lives below /var/tmp in namespaces of its own, and goes at the end.
set -eu
cd "$(dirname "$0")/.."
suite=${1:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}

[ "$(id -u)" = 0 ] || { echo 'fresh-root.sh: needs root' >&2; exit 1; }
root=$(mktemp -d /var/tmp/tcptune-fresh.XXXXXX)
chmod 0755 "$root"
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 130' INT TERM HUP

step()
{
	echo "== $1"
	shift
	began=$(date +%s)
	"$@"
	echo "== took $(($(date +%s) - began)) s"
}

inside()
{
	tests/in-root.sh "$root" "$@"
}

# When each object, program and package was made.
state()
{
	find "$root/src/tcptune/build" -type f \( -name '*.o' -o -perm -u+x \) -printf '%p %T@\n' | sort
	sha256sum <"$root/var/lib/dpkg/status"
}

# The second time nothing may be installed or built.
twice()
{
	step "$*, first time" inside "$@"
	before=$(state)
	step "$*, second time" inside "$@"
	[ "$before" = "$(state)" ] || { echo 'the second run did something again' >&2; exit 1; }
}

step "a minimal $suite root" mmdebstrap --quiet --variant=minbase "$suite" "$root" "$mirror"
step 'make, and a clean clone' inside sh -c 'apt-get -qq update && apt-get -qq install -y make >/dev/null 2>&1'
mkdir -p "$root/src"
git clone --quiet --no-hardlinks . "$root/src/tcptune"
twice make -C /src/tcptune run
twice make -C /src/tcptune test
