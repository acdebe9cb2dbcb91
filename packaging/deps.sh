#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: packaging/deps.sh TASK...
#
# Install what the tasks need from Debian's own packages, and only what is
# missing: where nothing is, this neither needs root nor touches the network.
set -eu

packages()
{
	case $1 in
	build)
		echo make gcc libc6-dev pkgconf uthash-dev \
			libconfig-dev libcap-dev libmnl-dev libjansson-dev nettle-dev
		;;
	test) # clang: libFuzzer is only there; dropbear-bin: an sshd without a service
		echo libcmocka-dev bats strace iproute2 procps mandoc \
			clang libclang-rt-dev python3-jsonschema zsh fish \
			ansible-core openssh-client dropbear-bin openssl python3-voluptuous
		;;
	tools) # what the programs need that tests/tools.sh unpacks
		echo facter hiera ruby ruby-augeas ruby-concurrent ruby-deep-merge \
			ruby-semantic-puppet ruby-shadow ruby-sorted-set \
			python3-configobj python3-jinja2 python3-jsonpatch python3-netifaces \
			python3-oauthlib python3-requests python3-serial python3-yaml
		;;
	fuzz) echo clang libclang-rt-dev llvm ;;
	lint) echo clang-tidy clang-format cppcheck shellcheck mandoc ;;
	campaign) echo systemd procps libpam-modules iproute2 util-linux python3 ;;
	coverage) echo gcovr ;;
	bench) echo hyperfine time procps iproute2 net-tools lsof python3 strace ;;
	deb) echo debhelper dpkg-dev fakeroot ;;
	rpm) echo rpm ;;
	package) echo debhelper dpkg-dev fakeroot lintian rpm rpmlint systemd ;;
	boot) echo mmdebstrap util-linux ;;
	vm) echo bats python3-jsonschema busybox-static qemu-system-x86 ;;
	fresh) echo mmdebstrap git util-linux ;;
	fleet) echo mmdebstrap util-linux ;;
	fleet-root) # -dev: what names the libraries in every release
		echo libconfig-dev libcap-dev libmnl-dev libjansson-dev nettle-dev \
			bats strace iproute2 procps python3-jsonschema python3-voluptuous git \
			ansible-core openssh-client openssh-server openssl puppet-agent cloud-init
		;;
	*)
		echo "deps.sh: unknown task '$1'" >&2
		return 1
		;;
	esac
}

is_installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

wanted=
for task in "$@"; do
	wanted="$wanted $(packages "$task")"
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "This is not Debian: nothing is installed.  Needed, by Debian's names:$wanted" >&2
	exit 0
fi

missing=
for package in $wanted; do
	is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "Packages are missing.  As root: apt-get install --no-install-recommends$missing" >&2
	exit 1
fi

echo "Installing from Debian:$missing"
export DEBIAN_FRONTEND=noninteractive
# A source that is out of reach matters only if a package is missing after all.
apt-get -qq update || echo "apt-get update failed, using the lists that are there" >&2
# shellcheck disable=SC2086 # a list of words
apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends $missing >/dev/null
