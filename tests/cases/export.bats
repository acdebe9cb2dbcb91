#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# export: what it prints is what those who read it take.

load helper

# image FOLDER: a host in there that is no container: sessions may get more than PID 1 has.
image()
{
	DIR=$1/image
	[ ! -e "$DIR" ] || return 0
	mkdir "$DIR"
	tar -C "$DIR" -xzf "$TOP/tests/hosts/debian12.tar.gz"
	sed -i 's/^CapBnd:.*/CapBnd:\t000001ffffffffff/' "$DIR/proc/1/status"
	sed -i '/^Max open files/s/20000 /1048576 /g' "$DIR/proc/1/limits"
}

@test "written into a tree, its next boot is as the profile wants it" {
	image "$BATS_TEST_TMPDIR"
	run "$TCPTUNE" check --root "$DIR" --persist
	expect_status 2
	run_apart "$TCPTUNE" export --root "$DIR" --json
	expect_status 0
	expect_json export
	/usr/bin/python3 -c '
import json, pathlib, sys
for f in json.load(sys.stdin)["files"]:
    path = pathlib.Path(sys.argv[1] + f["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f["content"])
' "$DIR" <<<"$output"
	run "$TCPTUNE" check --root "$DIR" --persist
	expect_status 0
}

@test "each format is the file of its reader, or several below their names" {
	image "$BATS_FILE_TMPDIR"
	run_apart "$TCPTUNE" export --root "$DIR" --format limits
	expect_status 0
	[[ $'\n'$output == *$'\n* hard nofile '[0-9]* ]] || complain "limits.d"
	cat >"$BATS_TEST_TMPDIR/web.conf" <<-'CONF'
	summary = "test"; inherits = ( "base" );
	nofile = ( { for = "unit:nginx.service"; soft = "65536"; hard = "900000"; },
	           { for = "unit:redis.service"; hard = "4096"; },
	           { for = "systemd"; hard = "600000"; } );
	CONF
	run_apart "$TCPTUNE" export --root "$DIR" --format systemd -p "$BATS_TEST_TMPDIR/web.conf"
	expect_status 0
	expect_output $'# /etc/systemd/system/nginx.service.d/90-tcptune.conf:\n# Made by tcptune'
	expect_output $'[Service]\nLimitNOFILE=65536:900000'
	expect_output $'[Manager]\nDefaultLimitNOFILE=1024:600000'
	run_apart "$TCPTUNE" export --root "$DIR" --format systemd -p "$BATS_TEST_TMPDIR/web.conf" \
		--only 'nofile.systemd.*'
	[[ $output == '# Made by tcptune'*$'\n[Manager]\nDefaultLimitNOFILE=1024:600000' ]] || complain "alone"
	run_apart "$TCPTUNE" export --root "$DIR" --format limits -p "$BATS_TEST_TMPDIR/web.conf"
	expect_status 0
	[ -z "$output" ] || complain "there are none"
	expect_stderr 'has nothing for this format'
}

@test "Ansible's variables are YAML, and say the same as the JSON" {
	/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
	image "$BATS_FILE_TMPDIR"
	"$TCPTUNE" export --root "$DIR" --format ansible -p proxy >"$BATS_TEST_TMPDIR/vars.yml"
	"$TCPTUNE" export --root "$DIR" --json -p proxy >"$BATS_TEST_TMPDIR/all.json"
	/usr/bin/python3 - "$BATS_TEST_TMPDIR" <<-'PY'
	import json, sys, yaml
	vars = yaml.safe_load(open(sys.argv[1] + "/vars.yml"))
	all = json.load(open(sys.argv[1] + "/all.json"))
	assert vars["tcptune_profile"] == "proxy"
	values = {s["key"]: s["value"] for s in all["settings"]}
	assert len(vars["tcptune_sysctl"]) > 20
	for s in vars["tcptune_sysctl"]:
	    assert values.pop(s["name"]) == s["value"], s
	for s in vars["tcptune_pam_limits"]:
	    assert s["limit_item"] == "nofile", s
	    assert values.pop(f"nofile.pam:{s['domain']}.{s['limit_type']}") == s["value"], s
	files = {f["path"]: f["content"] for f in all["files"]}
	for f in vars["tcptune_files"]:
	    assert files[f["dest"]] == f["content"]
	assert not [k for k in values if k.startswith(("net.", "nofile.pam:"))], values
	PY
}

@test "what fails exits 1 and prints no half file" {
	run_apart "$TCPTUNE" export --profile no-such
	expect_status 1
	[ -z "$output" ] || complain "half of it"
	run bash -c '"$1" export >/dev/full' - "$TCPTUNE"
	expect_status 1
	run_apart "$TCPTUNE" export --format prometheus
	expect_status 1
	expect_stderr "--format takes one of sysctl, limits, systemd, ansible, json, not 'prometheus'"
}

# bats file_tags=slow

@test "sysctl takes it, and the host is then as the profile wants it" {
	need_netns
	need sysctl
	# shellcheck disable=SC2016 # the inner shell expands
	run in_netns sh -ec '
		echo 128 >/proc/sys/net/core/somaxconn
		echo 0 >/proc/sys/net/ipv4/tcp_sack
		echo 4096 16384 65536 >/proc/sys/net/ipv4/tcp_rmem
		"$1" export --only "net.*" 2>/dev/null >"$2"
		sysctl -q -p "$2"
		"$1" check --runtime --only "net.*"
	' sh "$TCPTUNE" "$BATS_TEST_TMPDIR/out"
	expect_status 0
	expect_output COMPLIANT
	grep -qx 'net.core.somaxconn = 4096' "$BATS_TEST_TMPDIR/out"
}

@test "a host that has more than the profile asks for is not made worse" {
	need_netns
	# shellcheck disable=SC2016 # the inner shell expands
	run in_netns sh -ec '
		echo 9000 >/proc/sys/net/core/somaxconn
		echo 20 >/proc/sys/net/ipv4/tcp_fin_timeout
		echo 4096 16384 65536000 >/proc/sys/net/ipv4/tcp_wmem
		"$1" export 2>/dev/null
	' sh "$TCPTUNE"
	expect_status 0
	expect_output 'net.core.somaxconn = 9000'
	expect_output 'net.ipv4.tcp_fin_timeout = 20'
	expect_output 'net.ipv4.tcp_wmem = 4096 16384 65536000'
}

@test "what cannot be had here is left out, and said" {
	need_netns
	cat >"$BATS_TEST_TMPDIR/host.conf" <<-'CONF'
	summary = "test";
	sysctl = ( { key = "net.core.netdev_max_backlog"; at_least = "2000"; },
	           { key = "net.core.somaxconn"; at_least = "4096"; } );
	CONF
	run_apart in_netns "$TCPTUNE" export -p "$BATS_TEST_TMPDIR/host.conf"
	expect_status 0
	expect_output 'net.core.somaxconn = 4096'
	[[ $output != *backlog* ]] || complain "it is not there"
	expect_stderr 'left out: net.core.netdev_max_backlog (belongs to the host'
	run_apart in_netns "$TCPTUNE" export -p "$BATS_TEST_TMPDIR/host.conf" --json
	expect_json export
	[ "$(json 'd["left_out"][0]["key"], len(d["settings"])')" = "('net.core.netdev_max_backlog', 1)" ]
}

@test "export --json is valid for every profile" {
	for profile in "$TOP"/profiles/*.conf; do
		run_apart "$TCPTUNE" export --json --profile "$(basename "$profile" .conf)"
		expect_status 0
		expect_json export
	done
}
