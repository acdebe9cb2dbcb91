# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Where ten hosts, the collection and the words of script.bash are: how long Ansible
# takes, as a table for packaging/ansible/README.md in the file $FLEET_TIMINGS, a median
# of $FLEET_RUNS runs in each cell.  What is timed is also judged.

runs=${FLEET_RUNS:-3}
columns=('2 2' '10 2' '10 5' '10 10') # hosts, forks
rows=('role.yml first' 'role.yml same' 'role.yml drifted'
	'module.yml first' 'module.yml same' 'module.yml drifted')
declare -A cell called=(
	[role.yml]='role' [module.yml]='module alone'
	[first]='first apply' [same]='nothing to do' [drifted]='one host drifted')

# prepare FILE STATE HOSTS: bring the hosts to where a run begins.  For the role the
# first one also has to install program, profile and tcptune.conf.
prepare()
{
	local i

	case $2 in
	same) ;;
	drifted) set_value 2 "$key" 999 ;;
	first)
		for i in $(seq "$3"); do
			host "$i" sh -c '! test -x /usr/local/sbin/tcptune || tcptune apply --none --quiet'
			[ "$1" = module.yml ] || host "$i" rm -rf /usr/local/sbin/tcptune /etc/tcptune /var/lib/tcptune
			[ "$(value "$i" "$key")" != 180 ] || fail "web$i is tuned before its first apply"
		done
		;;
	esac
}

# judge STATE HOSTS: that the last run did what it was timed for.
judge()
{
	local i changed

	for i in $(seq "$2"); do
		changed=changed=0
		[ "$1" != drifted ] || [ "$i" != 2 ] || changed=changed=1
		[ "$1" != first ] || changed=
		expect_recap "$i" "$changed failed=0"
		expect_value "$i" "$key" 180
	done
}

# timed FIRST LAST COMMAND...: run COMMAND, between these two; the
# median of its times in ms is in $median.
timed()
{
	local began first=$1 last=$2 took=()
	shift 2

	for _ in $(seq "$runs"); do
		$first
		began=$(date +%s%N)
		"$@" || fail "$*: $(cat "$OUT/log")"
		took+=($((($(date +%s%N) - began) / 1000000)))
		$last
	done
	median=$(printf '%s\n' "${took[@]}" | sort -n | sed -n "$(((runs + 1) / 2))p")
}

seconds()
{
	printf '%d.%d s' $((($1 + 50) / 1000)) $((($1 + 50) % 1000 / 100))
}

# Pull: each host runs what it fetches, all at once on this one machine.
prepare_pull()
{
	mkdir -p "$OUT/repo/collections"
	cp -R "$FLEET/collections/ansible_collections" "$OUT/repo/collections/"
	sed 's/hosts: web/hosts: all/' module.yml >"$OUT/repo/local.yml"
	git -C "$OUT/repo" init -q
	git -C "$OUT/repo" add -A
	git -C "$OUT/repo" -c user.name=test -c user.email=test@localhost commit -qm 'what to do'
}

drift_all()
{
	local i

	for i in $(seq 10); do
		set_value "$i" "$key" 999
	done
}

pull_all()
{
	local i pids=()

	for i in $(seq 10); do
		host "$i" env -u ANSIBLE_CONFIG HOME=/root ansible-pull -U "file://$OUT/repo" \
			-i localhost, local.yml >"$OUT/pull.$i" 2>&1 &
		pids+=($!)
	done
	for i in $(seq 10); do
		wait "${pids[i - 1]}" || fail "pull on web$i: $(cat "$OUT/pull.$i")"
	done
}

judge_pull()
{
	local i

	for i in $(seq 10); do
		expect_value "$i" "$key" 180
	done
}

# measure COLUMN HOSTS FORKS: every row of it.
measure()
{
	local column=$1 hosts=$2 forks=$3 row file state limit=web

	[ "$hosts" = 10 ] || limit=web1,web2

	# Connections are made before a clock runs: ssh keeps them.
	ansible web -m ansible.builtin.ping --limit "$limit" --forks "$forks" >"$OUT/log" || fail "$(cat "$OUT/log")"
	for row in "${rows[@]}"; do
		read -r file state <<<"$row"
		timed "prepare $file $state $hosts" "judge $state $hosts" \
			play "$file" --limit "$limit" --forks "$forks"
		cell[$row,$column]=$(seconds "$median")
	done
}

table()
{
	local column row

	printf '|'
	for column in "${columns[@]}"; do
		printf ' | %s hosts, forks %s' "${column% *}" "${column#* }"
	done
	printf ' |\n|---'
	printf '%.0s|---' "${columns[@]}"
	printf '|\n'
	for row in "${rows[@]}"; do
		printf '| %s, %s' "${called[${row% *}]}" "${called[${row#* }]}"
		for column in "${columns[@]}"; do
			printf ' | %s' "${cell[$row,$column]}"
		done
		printf ' |\n'
	done
}

load=$(cut -d ' ' -f 1 /proc/loadavg)
for column in "${columns[@]}"; do
	# shellcheck disable=SC2086 # two words
	measure "$column" $column
done
prepare_pull
timed drift_all judge_pull pull_all
pulled=$median
timed : : host 1 tcptune apply --profile shop
{
	echo "Medians of $runs, on $(nproc) processors with load $load before the first:"
	echo
	table
	echo
	echo "ansible-pull on all ten at once, each drifted: $(seconds "$pulled")"
	echo "tcptune apply itself, nothing to do: $median ms"
} >"$FLEET_TIMINGS"
