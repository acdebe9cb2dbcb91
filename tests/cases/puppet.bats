#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The Puppet module, run by Debian's Puppet on a host of its own: by `puppet apply`, and
# by `puppet agent` with the catalogue it has, as without its server.

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

# An agent that has its certificate and a catalogue asks no server.  `agent_run STATUS
# WORD...` runs it, `catalogue` makes one of the manifest.
agent()
{
	cat <<-'SH'
	host 1 mkdir -p /mnt/ssl/certs /mnt/ssl/private_keys /mnt/data/catalog
	host 1 sh -euc 'cd /mnt/ssl
		openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out certs/ca.pem -days 2 \
			-subj "/CN=the CA" -addext basicConstraints=critical,CA:TRUE
		openssl req -x509 -newkey rsa:2048 -nodes -keyout private_keys/web1.pem -out certs/web1.pem \
			-days 2 -subj /CN=web1 -CA certs/ca.pem -CAkey ca.key' >"$OUT/log" 2>&1 ||
		{ cat "$OUT/log"; fail "no certificate"; }
	catalogue()
	{
		host 1 puppet catalog compile web1 --facts_terminus facter --modulepath /mnt/modules \
			--manifest "$OUT/site.pp" >"$OUT/catalogue" || fail "no catalogue: $(cat "$OUT/catalogue")"
		# A line on how long it took comes before it.
		sed -n '/^{/,$p' "$OUT/catalogue" | host 1 tee /mnt/data/catalog/web1.json >/dev/null
	}
	agent_run()
	{
		local wanted=$1 got=0
		shift
		# Its folders are apart, so that it makes none where one looks for changes.
		host 1 puppet agent --test --use_cached_catalog --no-report --color=false --certname web1 \
			--certificate_revocation=false --confdir /mnt/conf --codedir /mnt/code --ssldir /mnt/ssl \
			--client_datadir /mnt/data "$@" >"$OUT/log" 2>&1 || got=$?
		[ "$got" = "$wanted" ] || { cat "$OUT/log"; fail "the agent ended with $got, not $wanted"; }
		grep -q 'Applied catalog' "$OUT/log" || { cat "$OUT/log"; fail "the agent applied nothing"; }
	}
	SH
}

@test "puppet agent: noop shows the event, then the change, then nothing to do" {
	need openssl
	on_hosts 1 < <(prelude; agent; cat <<-'SH'
	catalogue
	before=$(value 1 $key)
	everything 1 >"$OUT/first"
	agent_run 0 --noop
	grep -q 'Exec\[tcptune apply\].*(noop)' "$OUT/log" || { cat "$OUT/log"; fail "noop shows no event"; }
	everything 1 | diff "$OUT/first" - || fail "noop changed something"
	expect_value 1 $key "$before"

	agent_run 2
	grep -q 'Exec\[tcptune apply\]/returns: DONE (1)' "$OUT/log" || { cat "$OUT/log"; fail "no summary"; }
	expect_value 1 $key 180

	everything 1 >"$OUT/first"
	agent_run 0
	! grep -q 'Exec\[' "$OUT/log" || { cat "$OUT/log"; fail "an event where nothing is to be done"; }
	everything 1 | diff "$OUT/first" - || fail "the second run changed something"

	manifest "ensure => 'absent',"
	catalogue
	agent_run 2
	expect_value 1 $key "$before"
	SH
	)
	expect_status 0
}
