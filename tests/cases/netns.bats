#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# In a fresh network namespace every key holds the default compiled into the
# kernel, but for those the first namespace passes on.

# bats file_tags=slow

load helper

setup()
{
	need_netns
	need_command check
}

# The verdict on each sysctl, worked out from /proc/sys without our code.
verdicts()
{
	/usr/bin/python3 - "$1" <<-'PY'
	import json, sys

	def words(text):
	    return [int(w) if w.lstrip("-").isdigit() else w for w in text.split()]

	def satisfied(now, op, wanted):
	    if op == "one_of":
	        return any(words(now) == words(w) for w in wanted.split("|"))
	    now, wanted = words(now), words(wanted)
	    if op == "exact":
	        return now == wanted
	    pairs = zip(now, wanted)
	    return all(a >= b if op == "at_least" else a <= b for a, b in pairs)

	wrong = seen = 0
	for s in json.load(open(sys.argv[1]))["settings"]:
	    if s["kind"] != "sysctl" or s["verdict"] not in ("ok", "differs"):
	        continue
	    running = " ".join(s["running"].split())
	    expected = "ok" if satisfied(running, s["wanted"]["op"], s["wanted"]["value"]) else "differs"
	    seen += 1
	    if s["verdict"] != expected:
	        wrong += 1
	        print(s["key"], "is", running, "wanted", s["wanted"], "but", s["verdict"])
	print(f"{seen} judged, {wrong} wrong")
	sys.exit(wrong > 0 or not seen)
	PY
}

@test "a fresh namespace differs where the compiled-in defaults differ" {
	local now=$BATS_TEST_TMPDIR/now

	in_netns "$TCPTUNE" check --runtime --profile server --json >"$now" || [ $? = 2 ]
	run cat "$now"
	expect_json check
	verdicts "$now"

	# What the program says runs is what the kernel says.
	# shellcheck disable=SC2016
	in_netns bash -c '/usr/bin/python3 -c "
import json, sys
for s in json.load(open(sys.argv[1]))[\"settings\"]:
    if s[\"kind\"] == \"sysctl\" and s[\"running\"] is not None:
        path = \"/proc/sys/\" + s[\"key\"].replace(\".\", \"/\")
        told, real = s[\"running\"].split(), open(path).read().split()
        assert told == real, (path, told, real)
" "$1"' bash "$now"
}

@test "with every wanted value written by hand it exits 0" {
	local script=$BATS_TEST_TMPDIR/script

	[ "$(id -u)" = 0 ] || skip "needs root: some keys are not a user namespace's to write"
	cat >"$script" <<-'SH'
	set -eu
	status=0
	"$TCPTUNE" check --runtime --profile server --json >"$1/before" || status=$?
	[ "$status" = 2 ]
	# Only what is this namespace's own: nothing of the host may be touched.
	/usr/bin/python3 -c '
	import json, sys
	for s in json.load(sys.stdin)["settings"]:
	    if s["set"] is not None and s["kind"] == "sysctl" and not s["key"].startswith("fs."):
	        assert s["scope"] == "netns" and s["key"].startswith("net."), s
	        print("/proc/sys/" + s["key"].replace(".", "/") + "|" + s["set"])
	' <"$1/before" >"$1/writes"
	[ -s "$1/writes" ]
	while IFS='|' read -r path value; do
		echo "$value" >"$path"
	done <"$1/writes"
	"$TCPTUNE" check --runtime --profile server --except 'fs.*'
	SH
	sed -i 's/^\t//' "$script"
	run in_netns bash "$script" "$BATS_TEST_TMPDIR"
	expect_status 0
}

@test "--netns reads the other namespace" {
	need_root
	need ip
	local other=1234

	# shellcheck disable=SC2016 # the inner shell's
	run unshare -mn bash -c '
		mount -t tmpfs tmpfs /run && mkdir /run/netns && ip netns add other &&
		ip netns exec other sysctl -qw net.core.somaxconn=1234 &&
		"$TCPTUNE" check --netns other --json --only net.core.somaxconn'
	expect_status 2
	expect_json check
	[ "$(json 'd["settings"][0]["running"]')" = "$other" ] || complain "not the other's value"
	[ "$(json 'd["host"]["netns"]')" = other ] || complain "does not say which"
	[ "$(json 'd["settings"][0]["boot"]')" = None ] || complain "the boot layer is not its"
}
