#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/fleet/site.sh N COMMAND...
#
# Run COMMAND where there are N hosts, web1 to webN: network namespaces that hang on
# one bridge, each with processes, a name, /etc, /var, /root, /usr/local and /run of
# its own and an sshd.  All of it, traffic included, lives in namespaces and memory,
# and ends with COMMAND.  Of /proc/sys only net can be written, for the rest is the
# machine's.
#
# COMMAND runs where the bridge is, with
#	FLEET           a folder of its own
#	ANSIBLE_CONFIG  with an inventory of the hosts and the key to them
#	host N WORD...  to run something on a host without ssh
#
# Needs root, iproute2, an ssh client and sshd: OpenSSH's, or dropbear.
set -eu

here=$(dirname "$(readlink -f "$0")")

if [ "${1-}" != --inside ]; then
	exec unshare -nmpf --mount-proc --kill-child --propagation private \
		bash "$0" --inside "$@"
fi
count=$2
shift 2

mount -t tmpfs tmpfs /mnt
mount -t tmpfs tmpfs /run
export FLEET=/mnt
mkdir "$FLEET/bin" "$FLEET/ctl"

ip link set lo up
ip link add name site type bridge
ip addr add 10.77.0.254/24 dev site
ip link set site up

ssh-keygen -q -t ed25519 -N '' -f "$FLEET/key"

cat >"$FLEET/bin/host" <<-'SH'
	#!/bin/sh
	pid=$(cat "/mnt/web$1.pid") || exit
	shift
	exec nsenter -at "$pid" "$@"
SH
chmod +x "$FLEET/bin/host"
export PATH=$FLEET/bin:$PATH

for i in $(seq "$count"); do
	ip netns add "web$i"
	ip link add "web$i" master site up type veth peer name eth0 netns "web$i"
	ip netns exec "web$i" "$here/host.sh" "web$i" "10.77.0.$i/24" "$FLEET/key.pub" \
		"$FLEET/web$i.pid" >"$FLEET/web$i.log" 2>&1 &
done

cat >"$FLEET/hosts.yml" <<YML
all:
  vars:
    ansible_user: root
    ansible_python_interpreter: /usr/bin/python3
    ansible_ssh_private_key_file: $FLEET/key
    ansible_ssh_common_args: >-
      -F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
  children:
    web:
      hosts:
$(for i in $(seq "$count"); do printf '        web%d: {ansible_host: 10.77.0.%d}\n' "$i" "$i"; done)
YML
cat >"$FLEET/ansible.cfg" <<INI
[defaults]
inventory = $FLEET/hosts.yml
collections_path = $FLEET/collections
home = $FLEET/ansible
local_tmp = $FLEET/ansible/tmp
forks = 10
nocows = true
retry_files_enabled = false
[ssh_connection]
pipelining = true
transfer_method = piped
control_path_dir = $FLEET/ctl
INI
export ANSIBLE_CONFIG=$FLEET/ansible.cfg ANSIBLE_NOCOLOR=1

for i in $(seq "$count"); do
	for _ in $(seq 300); do
		(: <"/dev/tcp/10.77.0.$i/22") 2>/dev/null && continue 2
		sleep 0.1
	done
	echo "site.sh: web$i does not come up:" >&2
	cat "$FLEET/web$i.log" >&2
	exit 1
done

"$@"
