#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The Ansible collection: the module against a program that says what the test wants,
# and playbooks against hosts with the real one.

load helper
load fleet

# bats file_tags=slow, once

COLLECTION=$TOP/packaging/ansible
PYTHON=/usr/bin/python3

setup()
{
	need ansible-playbook
	"$PYTHON" -c 'import ansible' || skip "Debian's ansible-core is not installed"
	export HOME=$BATS_TEST_TMPDIR ANSIBLE_HOME=$BATS_TEST_TMPDIR/ansible ANSIBLE_NOCOLOR=1
}

# The collection where Ansible looks for it.
installed()
{
	mkdir -p "$1/ansible_collections/tcptune"
	cp -RT "$COLLECTION" "$1/ansible_collections/tcptune/tcptune"
}

# A program that answers `WORD...` with the status and text that says() laid down for
# its first word, and logs how it was called.
stub()
{
	export STUB=$BATS_TEST_TMPDIR/stub
	mkdir -p "$STUB"
	cat >"$STUB/tcptune" <<-'SH'
	#!/bin/sh
	echo "$*" >>"$STUB/log"
	name=$1
	case " $* " in *" --dry-run "*) name=dry-run ;; *" --help "*) name=help ;; esac
	cat "$STUB/$name"
	[ ! -e "$STUB/$name.kill" ] || kill -KILL $$
	exit "$(cat "$STUB/$name.status")"
	SH
	sed -i 's/^\t//' "$STUB/tcptune"
	chmod +x "$STUB/tcptune"
}

# says NAME STATUS TEXT
says()
{
	echo "$2" >"$STUB/$1.status"
	echo "$3" >"$STUB/$1"
}

# module JSON: the module itself, as Ansible starts it on a host.
module()
{
	local common='"executable": "'$STUB/tcptune'", "_ansible_check_mode": '${CHECK:-false}
	common+=', "_ansible_diff": '${DIFF:-false}

	: >"$STUB/log"
	run "$PYTHON" "$COLLECTION/plugins/modules/tcptune.py" \
		<<<"{\"ANSIBLE_MODULE_ARGS\": {$common${1:+, $1}}}"
}

expect_call()
{
	[ "$(cat "$STUB/log")" = "$1" ] || complain "called: $(cat "$STUB/log")"
}

expect()
{
	[ "$(json "$1")" = True ] || complain "not so: $1"
}

HEAD='"schema": 1, "version": "1.2.3"'
ONE='{"kind": "sysctl", "key": "net.core.somaxconn", "before": "128", "after": "4096", "message": null, "result": '

@test "module: what is asked for reaches the program" {
	stub
	says apply 0 "{$HEAD, \"id\": null, \"changed\": false, \"changes\": [], \"error\": null}"
	says check 0 "{$HEAD, \"compliant\": true, \"settings\": [], \"findings\": [], \"host\": {\"privileged\": true}}"

	module '"profile": "web", "only": ["net.*", "a b"], "except": ["*_mem"], "layers": "runtime"'
	expect_call 'apply --profile web --only net.* --only a b --except *_mem --runtime --json'
	module '"root": "/image", "comment_out": true, "strict": true, "layers": "persist"'
	expect_call 'apply --persist --root /image --comment-out --strict --json'
	module '"netns": "blue", "confirm": "2min"'
	expect_call 'apply --netns blue --confirm=2min --json'
	module '"state": "absent", "profile": "web"'
	expect_call 'apply --none --json'
	module '"state": "checked", "profile": "web", "netns": "blue", "strict": true'
	expect_call 'check --profile web --netns blue --json'
	expect 'd["compliant"] is True and d["changed"] is False'
}

@test "module: an empty word is not one that was left out, and the program refuses it" {
	stub
	says apply 0 "{$HEAD, \"id\": null, \"changed\": false, \"changes\": [], \"error\": null}"
	says dry-run 0 "{$HEAD, \"id\": null, \"changed\": false, \"changes\": [], \"error\": null}"
	says help 0 'Usage: tcptune apply'
	module '"profile": "", "root": "", "netns": "", "confirm": ""'
	expect_call 'apply --profile  --root  --netns  --confirm= --json'
	CHECK=true module '"confirm": ""'
	expect_call $'apply --confirm= --help\napply --dry-run --json'
	DIFF=true module '"confirm": ""'
	expect_call $'apply --confirm= --help\napply --dry-run --json'

	# As the program itself takes them, in a dry run and where nothing is tried.
	ln -sf "$TCPTUNE" "$STUB/tcptune"
	local name
	for name in profile root netns confirm; do
		CHECK=true module "\"$name\": \"\""
		expect_status 1
		expect 'd["failed"] and d["status"] == 1 and "Nothing was changed: " in d["msg"]'
		[ "$name" = confirm ] || module "\"state\": \"checked\", \"$name\": \"\""
		expect_status 1
	done
}

@test "module: changed is what the program says" {
	stub
	says apply 0 "{$HEAD, \"id\": \"7\", \"state\": \"committed\", \"changed\": true, \"confirm_until\": null,
		\"changes\": [$ONE \"changed\"}], \"skipped\": [{\"key\": \"a\"}], \"error\": null}"
	module
	expect_status 0
	expect '"skipped" not in d and d["left_alone"] == [{"key": "a"}]'
	expect 'd["changed"] is True and d["transaction"]["id"] == "7" and d["status"] == 0'
	expect 'd["changes"][0]["after"] == "4096"'

	says apply 0 "{$HEAD, \"id\": null, \"changed\": false, \"changes\": [$ONE \"kept\"}], \"error\": null}"
	module
	expect 'd["changed"] is False'
}

@test "module: check mode asks for a dry run only" {
	stub
	says dry-run 2 "{$HEAD, \"id\": null, \"changed\": false, \"changes\": [$ONE \"planned\"}], \"error\": null,
		\"warnings\": [\"ufw may change it\"]}"
	CHECK=true module
	expect_call 'apply --dry-run --json'
	expect 'd["changed"] is True and d["diff"][0]["before"] == "net.core.somaxconn = 128\n"'
	expect 'd["diff"][0]["after"] == "net.core.somaxconn = 4096\n"'
	expect 'd["warnings"] == ["ufw may change it"]'

	says dry-run 0 "{$HEAD, \"id\": null, \"changed\": false, \"changes\": [], \"error\": null}"
	says help 0 'Usage: tcptune apply'
	CHECK=true module '"confirm": "2min"'
	expect_call $'apply --confirm=2min --help\napply --dry-run --json'
	expect 'd["changed"] is False and d["diff"] == []'
}

@test "module: check mode refuses a time that apply would refuse" {
	stub
	ln -sf "$TCPTUNE" "$STUB/tcptune"
	CHECK=true module '"confirm": "bogus"'
	expect_status 1
	expect 'd["failed"] and "--confirm takes a time" in d["msg"] and "bogus" in d["msg"]'
}

@test "module: only what makes the host differ is differing, and warnings are told" {
	stub
	local s='"settings": [' row verdict because
	for row in 'ok null' 'differs null' 'boot-differs null' 'absent "module"' 'absent "kernel"' \
		'absent "host"' 'unreadable null'; do
		read -r verdict because <<<"$row"
		s+="{\"verdict\": \"$verdict\", \"because\": $because},"
	done
	says check 2 "{$HEAD, \"compliant\": false, ${s%,}], \"findings\": [], \"warnings\": [\"no root\"],
		\"host\": {\"privileged\": false}}"
	module '"state": "checked"'
	expect '[s["verdict"] for s in d["differing"]] == ["differs", "boot-differs", "absent"]'
	expect 'd["warnings"] == ["no root"]'
}

@test "module: each way to fail is told apart" {
	stub
	local error='"error": {"code": "EIO", "message": "write it", "file": "/etc/x.conf", "line": 3}'
	local code
	local -A changed=([1]=False [3]=False [4]=True [5]=False)
	local -A words=([1]='Nothing was changed' [3]='everything was restored'
		[4]='a person must look' [5]='Another change')

	for code in 1 3 4 5; do
		says apply "$code" "{$HEAD, \"id\": \"7\", \"state\": \"x\", \"changes\": [$ONE \"restored\"}],
			\"changed\": $([ "$code" = 4 ] && echo true || echo false), $error}"
		module
		expect_status 1
		expect 'd["failed"] and d["status"] == '"$code and d['changed'] is ${changed[$code]}"
		expect 'd["changes"][0]["result"] == "restored" and d["error"]["line"] == 3'
		expect "'${words[$code]}' in d['msg'] and '/etc/x.conf:3: write it' in d['msg']"
	done
}

@test "module: a program that tells nothing has failed" {
	stub
	says apply 0 'not JSON'
	module
	expect 'd["failed"] and "told nothing (exit status 0)" in d["msg"] and "not JSON" in d["msg"]'

	says apply 0 '[]'
	module
	expect 'd["failed"] and "told nothing" in d["msg"]'

	says apply 0 "{$HEAD"
	: >"$STUB/apply.kill"
	module
	expect 'd["failed"] and "ended by signal 9" in d["msg"]'

	rm "$STUB/tcptune"
	module
	expect 'd["failed"] and "Failed to find required executable" in d["msg"]'
}

@test "module: confirms what awaits it, and the change that is meant" {
	stub
	says history 0 "{$HEAD, \"transactions\": [{\"id\": \"8\", \"state\": \"pending\"}, {\"id\": \"7\", \"state\": \"rolled-back\"}]}"
	says confirm 0 "{$HEAD, \"id\": \"8\", \"state\": \"committed\", \"changed\": true, \"changes\": [], \"error\": null}"
	module '"state": "confirmed"'
	expect_call $'history --json\nconfirm 8 --json'
	expect 'd["changed"] is True'
	CHECK=true module '"state": "confirmed", "transaction": "8"'
	expect_call 'history --json'
	expect 'd["changed"] is True'
	module '"state": "confirmed", "transaction": "7"'
	expect_call 'history --json'
	expect 'd["failed"] and "can no longer be confirmed: it is rolled-back" in d["msg"]'

	says history 0 "{$HEAD, \"transactions\": [{\"id\": \"8\", \"state\": \"committed\"}]}"
	module '"state": "confirmed", "transaction": "8"'
	expect 'd["changed"] is False and not d.get("failed")'
	module '"state": "confirmed"'
	expect 'd["changed"] is False and not d.get("failed")'
}

# Those of `ansible-test sanity` that fetch nothing.  The rest make a virtualenv out of
# packages from the network: ansible-doc, pep8, pylint, runtime-metadata, yamllint, and
# import and validate-modules, whose programs are run below without one.
OFFLINE='action-plugin-docs changelog compile empty-init future-import-boilerplate ignores
	line-endings metaclass-boilerplate no-assert no-basestring no-dict-iteritems
	no-dict-iterkeys no-dict-itervalues no-get-exception no-illegal-filenames
	no-main-display no-smart-quotes no-unicode-literals pslint replace-urlopen shebang
	shellcheck symlinks use-argspec-type-path use-compat-six'

@test "ansible-test sanity: what runs offline passes" {
	need_ansible_test
	local name tests=() version

	version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	for name in $OFFLINE; do
		tests+=(--test "$name")
	done
	run "$PYTHON" "$(command -v ansible-test)" sanity "${tests[@]}" --python "$version"
	expect_status 0
	[ "$(grep -c '^Running sanity test' <<<"$output")" -ge 20 ] || complain "few tests ran"
}

need_ansible_test()
{
	UTIL=$("$PYTHON" -c 'import ansible_test, os
print(os.path.dirname(ansible_test.__file__) + "/_util")') || skip "ansible-test is not installed"
	installed "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/ansible_collections/tcptune/tcptune"
}

@test "ansible-test's validate-modules has nothing to say" {
	"$PYTHON" -c 'import voluptuous' || skip "python3-voluptuous is not installed"
	need_ansible_test
	local checker=$UTIL/controller/sanity/validate-modules module=plugins/modules/tcptune.py

	validate()
	{
		ANSIBLE_COLLECTIONS_PATH=$BATS_TEST_TMPDIR PYTHONPATH=$checker "$PYTHON" "$checker/validate.py" \
			--format plain --arg-spec --collection ansible_collections/tcptune/tcptune "$module"
	}
	run validate
	expect_status 0
	[ -z "$output" ] || complain "it has"

	# It does look: an option that is not documented.
	sed -i 's/"strict": {"type": "bool"/"undocumented": {}, &/' "$module"
	run validate
	expect_status 3
	expect_output undocumented
}

@test "ansible-test's importer finds only the standard library wanted" {
	need_ansible_test
	mkdir "$BATS_TEST_TMPDIR/only" "$BATS_TEST_TMPDIR/temp"
	ln -s "$(dirname "$UTIL")/../ansible" "$BATS_TEST_TMPDIR/only/ansible"
	import()
	{
		SANITY_TEMP_PATH=$BATS_TEST_TMPDIR/temp SANITY_IMPORTER_TYPE=module \
			SANITY_COLLECTION_FULL_NAME=tcptune.tcptune SANITY_EXTERNAL_PYTHON=$PYTHON \
			SANITY_YAML_TO_JSON=$UTIL/controller/tools/yaml_to_json.py \
			ANSIBLE_COLLECTIONS_PATH=$BATS_TEST_TMPDIR ANSIBLE_CONTROLLER_MIN_PYTHON_VERSION=3.9 \
			PYTHONPATH=$BATS_TEST_TMPDIR/only "$PYTHON" -S "$UTIL/target/sanity/import/importer.py" \
			<<<plugins/modules/tcptune.py
	}
	run import
	expect_status 0

	sed -i 's/^import json$/&, yaml/' plugins/modules/tcptune.py
	run import
	expect_status 10
	expect_output "No module named 'yaml'"
}

@test "ansible-doc shows the module and the role" {
	installed "$BATS_TEST_TMPDIR"
	export ANSIBLE_COLLECTIONS_PATH=$BATS_TEST_TMPDIR
	run ansible-doc tcptune.tcptune.tcptune
	expect_status 0
	expect_output 'a person must look'
	# The markup of a later ansible-core would be shown as it stands.
	[[ ! $output =~ (O|V|RV)\([a-z] ]] || complain "shows markup: ${BASH_REMATCH[0]}"
	run_apart ansible-doc -t role tcptune.tcptune.tune --json
	expect_status 0
	expect 'list(d["tcptune.tcptune.tune"]["entry_points"]) == ["main"]'
}

@test "hosts of the tests are apart, from each other and from the machine" {
	need_site
	cat /proc/sys/fs/nr_open /proc/sys/net/core/somaxconn >"$BATS_TEST_TMPDIR/before"
	on_hosts 2 <<-'SH'
	host 1 sh -ec 'echo 77 >/proc/sys/net/core/somaxconn; touch /etc/mine; test ! -w /proc/sys/fs/nr_open'
	host 2 sh -ec 'test ! -e /etc/mine; cat /proc/sys/net/core/somaxconn'
	ansible web -o -m command -a hostname
	SH
	expect_status 0
	expect_output '(stdout) web1'
	expect_output '(stdout) web2'
	! grep -qx 77 <<<"$output" || complain "web2 has the value of web1"
	cat /proc/sys/fs/nr_open /proc/sys/net/core/somaxconn | diff "$BATS_TEST_TMPDIR/before" -
	[ ! -e /etc/mine ]
}

# What every playbook test begins with: the collection, built and installed as one would.
playbooks()
{
	cat <<-'SH'
	ansible-galaxy collection build --output-path "$OUT" "$TOP/packaging/ansible" >"$OUT/log"
	ansible-galaxy collection install --offline -p "$FLEET/collections" "$OUT"/tcptune-tcptune-*.tar.gz >"$OUT/log"
	cd "$TOP/tests/fleet"
	key=net.ipv4.tcp_keepalive_time
	before=$(value 1 $key)
	SH
}

@test "playbook: check mode, first apply, no change, drift seen and repaired" {
	need_site
	need_apply
	on_hosts 2 < <(playbooks; cat <<-'SH'
	everything 1 >"$OUT/first"
	play role.yml --check --diff || fail "check mode: $(cat "$OUT/log")"
	grep -q 'Not looked at: tcptune, its profiles or tcptune.conf are not there yet' "$OUT/log" || fail "pretends to have looked"
	everything 1 | diff "$OUT/first" - || fail "check mode changed something"

	play role.yml --diff || fail "first apply: $(cat "$OUT/log")"
	grep -qx -- "-$key = $before" "$OUT/log" && grep -qx -- "+$key = 180" "$OUT/log" || fail "no diff: $(cat "$OUT/log")"
	grep -q '^+++ .*/etc/sysctl.d/90-tcptune.conf' "$OUT/log" || fail "no diff of the file: $(cat "$OUT/log")"
	for i in 1 2; do
		expect_recap $i failed=0
		expect_value $i $key 180
		host $i tcptune check --quiet || fail "web$i is not as its own tcptune.conf says"
	done

	everything 1 >"$OUT/first"
	play role.yml || fail "second apply: $(cat "$OUT/log")"
	expect_recap 1 'changed=0 failed=0'
	expect_recap 2 'changed=0 failed=0'
	everything 1 | diff "$OUT/first" - || fail "the second run changed something"

	play role.yml --check -e '{"tcptune_except": ["net.core.*"]}' --limit web1 || fail "check mode: $(cat "$OUT/log")"
	grep -q 'Not looked at' "$OUT/log" || fail "looks with a tcptune.conf that is going to be another"

	set_value 1 $key 999
	play role.yml --check --diff || fail "check mode: $(cat "$OUT/log")"
	expect_recap 1 'changed=1 failed=0'
	expect_recap 2 'changed=0 failed=0'
	grep -qx -- "-$key = 999" "$OUT/log" || fail "does not see the drift: $(cat "$OUT/log")"
	expect_value 1 $key 999
	play role.yml || fail "repair: $(cat "$OUT/log")"
	expect_recap 1 'changed=1 failed=0'
	expect_recap 2 'changed=0 failed=0'
	expect_value 1 $key 180

	play module.yml -e state=absent || fail "absent: $(cat "$OUT/log")"
	expect_recap 1 'changed=1 failed=0'
	expect_value 1 $key "$before"
	host 1 test ! -e /etc/sysctl.d/90-tcptune.conf || fail "our file is still there"
	play module.yml -e state=absent
	expect_recap 1 'changed=0 failed=0'
	SH
	)
	expect_status 0
}

@test "playbook: a host that fails is rolled back and reported, the others are tuned" {
	need_site
	need_apply
	need strace
	on_hosts 2 < <(playbooks; cat <<-'SH'
	for i in 1 2; do
		host $i install -m 0755 "$TCPTUNE" /usr/local/sbin/tcptune
	done
	# On web2 the file of settings cannot be put into its place, after the running values.
	mkdir "$FLEET/host_vars"
	echo 'program: /usr/local/sbin/faulty' >"$FLEET/host_vars/web2.yml"
	host 2 tee /usr/local/sbin/faulty >"$OUT/faulty" <<-'FAULTY'
	#!/bin/sh
	exec strace -f -qq -o /mnt/trace -P /etc/sysctl.d -e inject=renameat,renameat2:error=EIO \
		/usr/local/sbin/tcptune "$@"
	FAULTY
	host 2 chmod +x /usr/local/sbin/faulty

	everything 2 | grep -v "^d\|/var/lib/tcptune" >"$OUT/first"
	! play module.yml -e profile=proxy || fail "nothing failed: $(cat "$OUT/log")"
	expect_recap 1 'changed=1 failed=0'
	expect_recap 2 'changed=0 failed=1'
	grep -q 'A change failed on the way, and everything was restored' "$OUT/log" || fail "$(cat "$OUT/log")"
	grep -q '"status": 3' "$OUT/log" && grep -q '"result": "restored"' "$OUT/log" || fail "$(cat "$OUT/log")"
	everything 2 | grep -v "^d\|/var/lib/tcptune" | diff "$OUT/first" - || fail "web2 is not as it was"
	host 1 tcptune check --profile proxy --quiet || fail "web1 is not tuned"

	# Somebody else's change is running on web1.
	host 1 /usr/bin/python3 -c 'import fcntl, time
	lock = open("/run/tcptune/lock", "r+")
	fcntl.lockf(lock, fcntl.LOCK_EX)
	open("/run/held", "w").close()
	time.sleep(300)' &
	until host 1 test -e /run/held; do
		sleep 0.1
	done
	! play module.yml --limit web1 -e profile=server || fail "nothing failed: $(cat "$OUT/log")"
	expect_recap 1 'changed=0 failed=1'
	grep -q 'Another change is running' "$OUT/log" && grep -q '"status": 5' "$OUT/log" || fail "$(cat "$OUT/log")"
	SH
	)
	expect_status 0
}

@test "playbook: a change is kept over a new connection, or goes by itself" {
	need_site
	need_command confirm
	need_apply
	on_hosts 2 < <(playbooks; cat <<-'SH'
	# web2 takes no new connection once the change is live.
	mkdir "$FLEET/host_vars"
	echo 'tcptune_executable: /usr/local/sbin/cutting' >"$FLEET/host_vars/web2.yml"
	host 2 tee /usr/local/sbin/cutting >"$OUT/cutting" <<-'CUTTING'
	#!/bin/sh
	/usr/local/sbin/tcptune "$@"
	status=$?
	case "$*" in *--confirm=*)
		read -r sshd _ </proc/1/task/1/children
		kill "$sshd"
		;;
	esac
	exit "$status"
	CUTTING
	host 2 chmod +x /usr/local/sbin/cutting

	! play role.yml -e tcptune_confirm=4s --extra-vars tcptune_verify=false --limit web2 || fail "$(cat "$OUT/log")"
	expect_recap 2 unreachable=1
	grep -q 'TASK .*Apply the profile' "$OUT/log" || fail "cut off too early: $(cat "$OUT/log")"
	for _ in $(seq 300); do
		[ "$(value 2 $key)" != "$before" ] || break
		sleep 0.1
	done
	expect_value 2 $key "$before"
	host 2 tcptune history --json >"$OUT/history"
	grep -q '"state": "rolled-back"' "$OUT/history" || fail "$(cat "$OUT/history")"
	host 2 test ! -e /etc/sysctl.d/90-tcptune.conf || fail "the change was kept"

	play role.yml -e tcptune_confirm=2min --limit web1 || fail "$(cat "$OUT/log")"
	expect_recap 1 failed=0
	expect_value 1 $key 180
	host 1 tcptune history --json >"$OUT/history"
	grep -q '"state": "committed"' "$OUT/history" || fail "$(cat "$OUT/history")"
	host 1 test -e /etc/sysctl.d/90-tcptune.conf || fail "the change does not outlive a boot"
	play role.yml -e tcptune_confirm=2min --limit web1 || fail "$(cat "$OUT/log")"
	expect_recap 1 'changed=0 failed=0'
	SH
	)
	expect_status 0
}

@test "fleet: ten hosts, by push and by pull, and how long each takes" {
	[ -n "${FLEET_TIMINGS-}" ] || skip "ten hosts take minutes: make fleet"
	need_site
	need_apply
	on_hosts 10 < <(playbooks; cat "$TOP/tests/fleet/timings.bash")
	expect_status 0
}
