#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The Puppet module, run by Debian's agent on a host of its own.

load helper
load fleet

# bats file_tags=slow, once

setup()
{
	need_site
	need_tool puppet
	need_apply
}

# The host has the program and the module; `puppet_run WORD...` applies a manifest.
prelude()
{
	cat <<-'SH'
	host 1 install -m 0755 "$TCPTUNE" /usr/local/sbin/tcptune
	host 1 mkdir -p /mnt/modules /var/lib/puppet # the latter its package makes
	host 1 cp -R "$TOP/packaging/puppet" /mnt/modules/tcptune
	key=net.ipv4.tcp_keepalive_time
	manifest()
	{
		cat >"$OUT/site.pp" <<-PP
		class { 'tcptune':
		  profile  => 'shop',
		  package  => '',
		  profiles => { 'shop' => 'summary = "Shop"; inherits = ( "base" );
		    sysctl = ( { key = "$key"; at_most = "180"; why = "The load balancer forgets."; } );' },
		  $1
		}
		PP
	}
	# Status 0: no change, 2: changes, 4: failures, 6: both.
	puppet_run()
	{
		local wanted=$1 got=0
		shift
		host 1 puppet apply --color=false --detailed-exitcodes --modulepath /mnt/modules \
			"$@" "$OUT/site.pp" >"$OUT/log" 2>&1 || got=$?
		[ "$got" = "$wanted" ] || { cat "$OUT/log"; fail "puppet ended with $got, not $wanted"; }
	}
	manifest ''
	SH
}

@test "puppet: noop, apply, no change, drift repaired, absent" {
	on_hosts 1 < <(prelude; cat <<-'SH'
	before=$(value 1 $key)
	puppet_run 0 --noop
	grep -q "Exec\[tcptune apply\].*(noop)" "$OUT/log" || fail "noop shows no event"
	expect_value 1 $key "$before"
	host 1 test ! -e /etc/tcptune || fail "noop made a folder"

	puppet_run 2
	grep -q 'Exec\[tcptune apply\]/returns: DONE (1)' "$OUT/log" || { cat "$OUT/log"; fail "no summary in the report"; }
	expect_value 1 $key 180
	host 1 tcptune check --profile shop --except 'nofile.*' --quiet || fail "not as the profile wants it"

	everything 1 >"$OUT/first"
	puppet_run 0
	puppet_run 0 --noop
	! grep -q 'Exec\[' "$OUT/log" || fail "an event where nothing is to be done"
	everything 1 | diff "$OUT/first" - || fail "the second run changed something"

	set_value 1 $key 999
	puppet_run 0 --noop
	grep -q "Exec\[tcptune apply\].*(noop)" "$OUT/log" || fail "noop does not see the drift"
	expect_value 1 $key 999
	puppet_run 2
	expect_value 1 $key 180

	manifest "ensure => 'absent',"
	puppet_run 2
	expect_value 1 $key "$before"
	host 1 test ! -e /etc/sysctl.d/90-tcptune.conf || fail "our file is still there"
	puppet_run 0
	SH
	)
	expect_status 0
}

@test "puppet: a profile with a mistake is refused, and nothing changes" {
	on_hosts 1 < <(prelude; cat <<-'SH'
	before=$(value 1 $key)
	sed -i 's/at_most = "180"/at_mots = "180"/' "$OUT/site.pp"
	puppet_run 6
	grep -q 'shop.*:2: .*at_mots' "$OUT/log" || { cat "$OUT/log"; fail "does not say what is wrong, and where"; }
	host 1 test ! -e /etc/tcptune/profiles/shop.conf || fail "the file was put into its place"
	expect_value 1 $key "$before"
	SH
	)
	expect_status 0
}
