#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What packaging/ shows for cloud-init, shells, images and Salt, run as it stands.

load helper
load fleet

# bats file_tags=slow, once

prelude()
{
	cat <<-'SH'
	host 1 install -m 0755 "$TCPTUNE" /usr/local/sbin/tcptune
	key=net.ipv4.tcp_keepalive_time
	SH
}

@test "shell: plain apply is idempotent" {
	need_site
	need_apply
	on_hosts 1 < <(prelude; cat <<-'SH'
	set_value 1 net.core.somaxconn 128
	host 1 "$TOP/packaging/shell/tune.sh"
	expect_value 1 net.core.somaxconn 4096
	everything 1 >"$OUT/first"
	host 1 "$TOP/packaging/shell/tune.sh" || fail "the second run ended with $?"
	everything 1 | diff "$OUT/first" - || fail "the second run changed something"
	SH
	)
	expect_status 0
}

@test "shell: the guard writes on drift, and on nothing else" {
	need_site
	need_apply
	on_hosts 1 < <(prelude; cat <<-'SH'
	script=$TOP/packaging/shell/tune-if-drifted.sh
	status=0
	host 1 mkdir -p /etc/tcptune/profiles
	host 1 tee /etc/tcptune/profiles/shop.conf >"$OUT/shop" <<-PROFILE
	summary = "Shop";
	inherits = ( "server" );
	nofile = ( { for = "pam:*"; drop = true; } );
	PROFILE
	everything 1 >"$OUT/first"
	host 1 "$script" nonesuch 2>"$OUT/log" || status=$?
	[ "$status" = 1 ] || fail "no such profile, but status $status"
	everything 1 | diff "$OUT/first" - || fail "a host that cannot be checked was changed"

	set_value 1 net.core.somaxconn 128
	host 1 "$script" shop 2>"$OUT/log"
	grep -q drifted "$OUT/log" || fail "does not say that it drifted"
	expect_value 1 net.core.somaxconn 4096

	everything 1 >"$OUT/first"
	host 1 "$script" shop >"$OUT/log" 2>&1
	[ ! -s "$OUT/log" ] || fail "says something where nothing is to be done"
	everything 1 | diff "$OUT/first" - || fail "it wrote without drift"
	SH
	)
	expect_status 0
}

@test "cloud-init: the user data tune an instance at its first boot" {
	need_site
	need_tool cloud-init
	need_apply
	on_hosts 1 < <(prelude; cat <<-'SH'
	seed=/var/lib/cloud/seed/nocloud
	host 1 mkdir -p "$seed" /etc/cloud/cloud.cfg.d
	host 1 cp "$TOP/packaging/cloud-init/user-data.yaml" "$seed/user-data"
	host 1 sh -c "echo 'instance-id: i-1' >$seed/meta-data"
	# Only the modules the user data name: the others make users and keys of a real host.
	host 1 tee /etc/cloud/cloud.cfg.d/99-test.cfg >"$OUT/cfg" <<-YML
	datasource_list: [NoCloud]
	network: {config: disabled}
	cloud_init_modules: [write_files]
	cloud_config_modules: [runcmd]
	cloud_final_modules: [scripts_user]
	YML
	for stage in 'init --local' init 'modules --mode=config' 'modules --mode=final'; do
		host 1 cloud-init $stage >"$OUT/log" 2>&1 || { cat "$OUT/log"; fail "cloud-init $stage"; }
	done
	host 1 cloud-init status | grep -q 'status: done' || fail "cloud-init is not content"

	expect_value 1 $key 180
	# Whether sessions can be given more descriptors depends on the machine's process 1.
	host 1 tcptune check --profile shop --except 'nofile.*' --quiet || fail "not as the profile wants it"
	SH
	)
	expect_status 0
}

# A tree like that of a fresh Debian, as far as tuning goes.
tree()
{
	mkdir -p "$1"/etc/{sysctl.d,security/limits.d,systemd,pam.d} "$1"/usr/lib/{sysctl.d,systemd} "$1/var/lib"
	: >"$1/etc/security/limits.conf"
	echo 'session required pam_limits.so' >"$1/etc/pam.d/sshd"
	printf 'ID=debian\nVERSION_ID="12"\n' >"$1/etc/os-release"
	: >"$1/usr/lib/systemd/systemd-sysctl"
	echo 'net.core.somaxconn = 128' >"$1/etc/sysctl.d/10-old.conf"
}

@test "image: the tree of an image is tuned, and proves it" {
	need_root
	need_apply
	local tree=$BATS_TEST_TMPDIR/tree

	tree "$tree"
	run "$TCPTUNE" check --root "$tree" --quiet
	expect_status 2

	run env PATH="$B:$PATH" BUILDROOT="$tree" "$TOP/packaging/image/tune-image.sh"
	expect_status 0
	grep -q '^net.core.somaxconn = ' "$tree/etc/sysctl.d/90-tcptune.conf"
	run "$TCPTUNE" check --root "$tree" --quiet
	expect_status 0

	(cd "$tree" && find . -type f -printf '%p %T@\n' | sort) >"$BATS_TEST_TMPDIR/first"
	run env PATH="$B:$PATH" BUILDROOT="$tree" "$TOP/packaging/image/tune-image.sh"
	expect_status 0
	(cd "$tree" && find . -type f -printf '%p %T@\n' | sort) | diff "$BATS_TEST_TMPDIR/first" -

	# The tree that was asked for wins over one that is in the environment.
	run env PATH="$B:$PATH" BUILDROOT=/nonexistent "$TOP/packaging/image/tune-image.sh" "$tree"
	expect_status 0
	run env -u BUILDROOT PATH="$B:$PATH" "$TOP/packaging/image/tune-image.sh"
	expect_status 1
	[[ $output == usage:* ]] || complain "does not say how it is used"
}

@test "image: a whole Debian tree is tuned, and nothing that runs" {
	need_root
	need_apply
	[ -e /etc/debian_version ] || skip "this is no Debian tree"
	export PATH=$B:$PATH OUT=$BATS_TEST_TMPDIR
	sysctl -a 2>/dev/null | grep '^net\.ipv4\.tcp' >"$OUT/before"

	# This very system's files, as an image to be built.
	# shellcheck disable=SC2016 # the inner shell expands
	run unshare -m --propagation private bash -euc '
		mount -t tmpfs tmpfs /mnt
		mkdir /mnt/{tree,upper,work}
		mount -t overlay overlay /mnt/tree -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work
		rm -f /mnt/tree/etc/sysctl.d/*
		status=0
		tcptune check --root /mnt/tree --quiet || status=$?
		[ "$status" = 2 ]
		"$TOP/packaging/image/tune-image.sh" /mnt/tree
		(cd /mnt/upper && find . -type f | sort) >"$OUT/written"'
	expect_status 0
	grep -qx ./etc/sysctl.d/90-tcptune.conf "$OUT/written"
	! grep -vE '/90-tcptune\.conf$' "$OUT/written" || complain "more was left in the image"
	sysctl -a 2>/dev/null | grep '^net\.ipv4\.tcp' | diff "$OUT/before" -
}

@test "debian: a change on trial keeps the package, an interrupted one is undone" {
	need_site
	need_apply
	on_hosts 1 < <(prelude; cat <<-'SH'
	removing() { host 1 sh "$TOP/packaging/debian/prerm" remove >"$OUT/said" 2>&1; }
	set_value 1 net.core.somaxconn 128
	host 1 tcptune apply --only net.core.somaxconn --confirm=10min >"$OUT/log"
	! removing || fail "removed while a change is on trial"
	grep -q 'tcptune confirm' "$OUT/said" || fail "does not say why"
	expect_value 1 net.core.somaxconn 4096
	host 1 tcptune rollback >"$OUT/log"
	removing || fail "cannot be removed: $(cat "$OUT/said")"
	[ ! -s "$OUT/said" ] || fail "nothing is set, but: $(cat "$OUT/said")"

	host 1 sh -c 'printf "#tcptune# net.core.somaxconn = 1\n" >/etc/sysctl.d/10-other.conf'
	removing || fail "cannot be removed"
	grep -qx '  /etc/sysctl.d/10-other.conf' "$OUT/said" || fail "does not name it: $(cat "$OUT/said")"

	host 1 sh -c 'mkdir -p /etc/tcptune && : >/etc/tcptune/pending && sh "$1" purge' sh "$TOP/packaging/debian/postrm"
	host 1 test ! -e /etc/tcptune || fail "left something in /etc/tcptune"
	host 1 test ! -e /var/lib/tcptune || fail "left its state"
	SH
	)
	expect_status 0
}

@test "salt: the state is YAML after Jinja, whatever the pillar says" {
	/usr/bin/python3 -c 'import jinja2, yaml' || skip "python3-jinja2 or python3-yaml is not installed"
	/usr/bin/python3 - "$TOP/packaging/salt/init.sls" <<-'PY'
	import json, jinja2, shlex, sys, yaml

	def state(pillar):
	    env = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
	    env.filters["json"] = json.dumps
	    salt = {"pillar.get": lambda key, default: pillar.get(key, default)}
	    return yaml.safe_load(env.from_string(open(sys.argv[1]).read()).render(salt=salt))

	def merged(entries):
	    return {k: v for entry in entries for k, v in entry.items()}

	plain = state({})
	run = merged(plain["tcptune-apply"]["cmd.run"])
	assert shlex.split(run["name"]) == ["tcptune", "apply", "--profile", "server"], run
	assert shlex.split(run["unless"])[-2:] == ["--dry-run", "--quiet"], run
	assert {"pkg": "tcptune-package"} in run["require"], run

	text = 'summary = "it\'s: {{ a }} #";\n'
	full = state({"tcptune": {"package": "", "profile": "it's", "except": ["*_mem", "$(id)"],
	                          "profiles": {"it's": text}}})
	assert "tcptune-package" not in full
	run = merged(full["tcptune-apply"]["cmd.run"])
	assert shlex.split(run["name"]) == ["tcptune", "apply", "--profile", "it's", "--except",
	                                    "*_mem", "--except", "$(id)"], run
	file = merged(full["tcptune-profile-it's"]["file.managed"])
	assert file["contents"] == text and file["name"].endswith("/it's.conf"), file
	PY
}
