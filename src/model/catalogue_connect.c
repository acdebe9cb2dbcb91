/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Outgoing handshakes and the ports they use.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.ipv4.ip_local_port_range",
		.topic = TOPIC_CONNECT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.fields = 2,
		.field_names = "low high",
		.unit = "ports",
		SANE(1024, 65535),
		ACCEPTS(1, 65535),
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "32768 61000"},
				{.not_before = KERNEL(2, 6),
				 .since = KERNEL(4, 4),
				 .rule = DEFAULT_TEXT,
				 .text = "32768 60999"},
			},
		.netns_since = BETWEEN(KERNEL(3, 10), KERNEL(3, 13)),
		.effect = EFFECT_NOW,
		.what = "The ports an outgoing connection may take by itself. The limit is for "
			"each pair of source address and destination (address and port), not for "
			"the host.",
		.why = "A wider range allows more connections to one destination at a time before "
		       "connect() fails with EADDRNOTAVAIL. A service that listens inside the "
		       "range can lose its port to an outgoing connection at restart.",
		.myth = "It is no limit on all connections together: 2 ports serve 2 connections "
			"to each destination.",
		.evidence = "Connections and TIME_WAIT entries to one destination above 80 % of "
			    "the usable ports; EADDRNOTAVAIL in logs. No kernel counter records a "
			    "failed search.",
		.links = "Low must be at or above ip_unprivileged_port_start, so lower that "
			 "first. Give the ends different parity: an odd number of ports loses its "
			 "last one and the kernel complains. Reserve the ports of own services "
			 "inside the range in ip_local_reserved_ports first.",
		.risk = RISK_MEDIUM,
		.risk_why = "services listening inside the range can lose their port",
		.source = "net/ipv4/inet_hashtables.c:__inet_hash_connect; experiment E3b",
	},
	{
		.key = "net.ipv4.ip_local_reserved_ports",
		.topic = TOPIC_CONNECT,
		.type = TYPE_PORTS,
		.scope = SCOPE_NETNS,
		.unit = "ports",
		SANE(0, 65535),
		ACCEPTS(0, 65535),
		DEFAULT_ALWAYS(""),
		.since = BETWEEN(KERNEL(2, 6), KERNEL(3, 0)),
		.netns_since = IN(KERNEL(3, 16)),
		.effect = EFFECT_NOW,
		.what = "Ports the kernel never picks by itself, as a list such as "
			"8080,9000-9010. A program that binds such a port explicitly still gets "
			"it.",
		.why = "Reserve the ports of own services before widening ip_local_port_range "
		       "over them; otherwise an outgoing connection may hold the port when the "
		       "service restarts. Each entry takes a port from outgoing connections.",
		.myth = "It does not keep other programs from binding a port.",
		.evidence = "A listening port that lies inside ip_local_port_range and is not "
			    "reserved.",
		.links = "A write replaces the whole list. The usable range is "
			 "ip_local_port_range less this list.",
		.risk = RISK_LOW,
		.risk_why = "a few ports fewer for outgoing connections",
		.source = "Documentation/networking/ip-sysctl.rst; experiment E3b",
	},
	{
		.key = "net.ipv4.ip_nonlocal_bind",
		.topic = TOPIC_CONNECT,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("0"),
		.netns_since = IN(KERNEL(3, 18)),
		.effect = EFFECT_NEW_SOCKETS,
		.what = "Lets a program bind an IPv4 address this host does not have. Otherwise "
			"bind() fails with EADDRNOTAVAIL.",
		.why = "1 lets a standby node of a floating address start its services before it "
		       "owns the address. It hides typing mistakes in addresses.",
		.evidence = "bind() failing with EADDRNOTAVAIL on the standby node of a floating "
			    "address.",
		.risk = RISK_LOW,
		.risk_why = "wrong addresses in configuration go unnoticed",
		.source = "Documentation/networking/ip-sysctl.rst; experiment E9",
	},
	{
		.key = "net.ipv4.ip_unprivileged_port_start",
		.topic = TOPIC_CONNECT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "port",
		SANE(0, 32768),
		ACCEPTS(0, 65535),
		DEFAULT_ALWAYS("1024"),
		.since = IN(KERNEL(4, 11)),
		.effect = EFFECT_NEW_SOCKETS,
		.what = "The first port a program without CAP_NET_BIND_SERVICE may bind.",
		.why = "Lower it to let an ordinary user run a web server on port 80 without "
		       "extra rights. Then every local user may take such a port while it is free.",
		.evidence = "bind() to a low port failing with EACCES.",
		.links = "Must not exceed the low end of ip_local_port_range. Lower this before "
			 "the range, and raise the range before this.",
		.risk = RISK_MEDIUM,
		.risk_why = "every local user may take the ports it frees",
		.source = "net/ipv4/sysctl_net_ipv4.c:ipv4_privileged_ports; range experiment",
	},
	{
		.key = "net.ipv4.tcp_syn_linear_timeouts",
		.topic = TOPIC_CONNECT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(0, 10),
		ACCEPTS(0, 127),
		DEFAULT_ALWAYS("4"),
		.since = IN(KERNEL(6, 5)),
		.effect = EFFECT_NOW,
		.what = "The first n repetitions of an outgoing connection request stay one "
			"second apart before the interval doubles.",
		.why = "The default reaches a slow peer sooner than plain doubling. A change "
		       "alters how long tcp_syn_retries takes to give up, so leave it unless that "
		       "time is measured.",
		.evidence = "TCPSynRetrans rising, sockets in SYN_SENT.",
		.links = "With 4, tcp_syn_retries 3 gives up after 19 seconds instead of 15, and "
			 "6 after 131 instead of 127.",
		.risk = RISK_LOW,
		.risk_why = "a few more packets to unreachable peers",
		.source = "net/ipv4/tcp_timer.c:tcp_write_timeout; experiments E6, E13",
	},
	{
		.key = "net.ipv4.tcp_syn_retries",
		.topic = TOPIC_CONNECT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(2, 8),
		ACCEPTS(1, 127),
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "5"},
				{.not_before = KERNEL(3, 6),
				 .since = KERNEL(3, 10),
				 .rule = DEFAULT_TEXT,
				 .text = "6"},
			},
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_NOW,
		.effect_note = "TCP_SYNCNT overrides it, TCP_USER_TIMEOUT shortens it",
		.what = "How often an outgoing connection request is repeated before connect() "
			"fails with ETIMEDOUT: about two minutes for 6, 19 seconds for 3 (15 "
			"before 6.5).",
		.why = "A client that must move on to the next server wants a smaller number; "
		       "below 3, connections over lossy paths fail. A timeout in the application "
		       "is the better tool.",
		.evidence = "Many sockets in SYN_SENT; TCPSynRetrans and AttemptFails rising. "
			    "TCPSynRetrans also counts repeated answers of listeners.",
		.links = "tcp_syn_linear_timeouts is added to the retries since 6.5.",
		.risk = RISK_MEDIUM,
		.risk_why = "below 3 connections over lossy paths fail",
		.source = "net/ipv4/tcp_timer.c:tcp_write_timeout; experiments E6, E13",
	},
};

const struct catalogue_rows catalogue_connect = {rows, ARRAY_LEN(rows)};
