/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Peers that vanished: keepalive for idle connections, retransmission for busy ones.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.ipv4.tcp_keepalive_intvl",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(1, 75),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("75"),
		.netns_since = IN(KERNEL(4, 5)),
		.effect = EFFECT_TIMER,
		.effect_note = "TCP_KEEPINTVL overrides it",
		.what = "Seconds between keepalive probes once the first went unanswered.",
		.why = "A shorter interval finds a dead peer sooner, at the price of more packets "
		       "to silent ones. The whole takes tcp_keepalive_time plus this times "
		       "tcp_keepalive_probes.",
		.myth = "Only sockets with SO_KEEPALIVE send probes; on all others no keepalive "
			"setting does anything.",
		.evidence = "Idle connections to peers that are gone; TCPKeepAlive counts the "
			    "probes sent.",
		.links = "tcp_keepalive_time + tcp_keepalive_intvl * tcp_keepalive_probes should "
			 "stay below nf_conntrack_tcp_timeout_established of firewalls on the "
			 "path.",
		.risk = RISK_LOW,
		.risk_why = "a few small packets for each idle connection",
		.source = "net/ipv4/tcp_timer.c:tcp_keepalive_timer; experiments E2, E6",
	},
	{
		.key = "net.ipv4.tcp_keepalive_probes",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(3, 20),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("9"),
		.netns_since = IN(KERNEL(4, 5)),
		.effect = EFFECT_NOW,
		.effect_note = "when the next probe is due; TCP_KEEPCNT overrides it, "
			       "TCP_USER_TIMEOUT replaces it",
		.what = "How many keepalive probes may go unanswered before the connection is "
			"given up with ETIMEDOUT.",
		.why = "Fewer probes find a dead peer sooner; fewer than 3 end good connections "
		       "when single packets are lost.",
		.myth = "0 does not mean \"off\": it ends every healthy idle connection at the "
			"first probe.",
		.evidence = "TCPAbortOnTimeout rising with few RetransSegs.",
		.links = "Never 0. See tcp_keepalive_time and tcp_keepalive_intvl.",
		.risk = RISK_MEDIUM,
		.risk_why = "below 3 lost packets end good connections",
		.source = "net/ipv4/tcp_timer.c:tcp_keepalive_timer; experiment E2",
	},
	{
		.key = "net.ipv4.tcp_keepalive_time",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(30, 7200),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("7200"),
		.netns_since = IN(KERNEL(4, 5)),
		.effect = EFFECT_TIMER,
		.effect_note = "TCP_KEEPIDLE overrides it",
		.what = "How long a connection must be idle before the first keepalive probe. It "
			"applies only to sockets on which the application set SO_KEEPALIVE.",
		.why = "Two hours is longer than firewalls and load balancers remember an idle "
		       "connection (often 240 to 600 seconds); a shorter time keeps their entry "
		       "alive and finds dead peers, for a few small packets.",
		.myth = "Only sockets with SO_KEEPALIVE send probes. An armed timer keeps the old "
			"time, so a lower value can take two hours to reach existing connections. "
			"It does nothing while data waits to be acknowledged.",
		.evidence = "Idle ESTABLISHED sockets whose peers are gone; resets after idle "
			    "periods.",
		.links = "Must be below the shortest idle limit on the path and, with interval "
			 "and probes, below nf_conntrack_tcp_timeout_established. 0 and negative "
			 "values are accepted by the kernel and wrong.",
		.risk = RISK_LOW,
		.risk_why = "a few small packets for each idle connection",
		.source = "net/ipv4/tcp_timer.c:tcp_keepalive_timer; experiments E2, E6",
	},
	{
		.key = "net.ipv4.tcp_retries1",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(3, 10),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("3"),
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_NOW,
		.what = "After how many retransmission steps the kernel looks for another route "
			"and, if allowed, for a smaller packet size.",
		.why = "Leave it. A larger number only delays the search for a working path.",
		.links = "tcp_mtu_probing 1 starts from here.",
		.risk = RISK_LOW,
		.risk_why = "it delays or hastens a check of the route",
		.source = "net/ipv4/tcp_timer.c:tcp_write_timeout",
	},
	{
		.key = "net.ipv4.tcp_retries2",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(5, 15),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("15"),
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_NOW,
		.what = "How long unacknowledged data is repeated before the connection fails "
			"with ETIMEDOUT: at least 924 seconds for 15, 102 for 8, about 13 for 5. "
			"A time budget, not a count.",
		.why = "A smaller number detects a dead peer while data is in flight sooner, for "
		       "the whole host; below 8 it also gives up on paths that would recover. "
		       "TCP_USER_TIMEOUT in the application does it for one socket.",
		.myth = "It is no count of packets: 3 gave up after 4 seconds and 3 packets, 5 "
			"after 19 seconds.",
		.evidence = "TCPAbortOnTimeout rising; sockets with many retransmissions and a "
			    "timer running.",
		.links = "Lowering tcp_rto_max_ms shortens this time too. Keepalive does nothing "
			 "while data is in flight.",
		.risk = RISK_MEDIUM,
		.risk_why = "below 8 connections over bad paths end, and the setting is host-wide",
		.source = "net/ipv4/tcp_timer.c:tcp_write_timeout; experiment E6",
	},
	{
		.key = "net.ipv4.tcp_rto_max_ms",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "milliseconds",
		SANE(1000, 120000),
		ACCEPTS(1000, 120000),
		DEFAULT_ALWAYS("120000"),
		.since = BETWEEN(KERNEL(6, 14), KERNEL(6, 17)),
		.effect = EFFECT_NEW_SOCKETS,
		.effect_note = "TCP_RTO_MAX_MS overrides it",
		.what = "The longest wait between two retransmissions.",
		.why = "A lower ceiling notices a path that came back sooner. It also shortens "
		       "the time tcp_retries2 allows, and sends more to peers that are down.",
		.links = "When lowered, raise tcp_retries2 to keep the time until a connection is "
			 "given up.",
		.risk = RISK_MEDIUM,
		.risk_why = "connections give up earlier unless tcp_retries2 is raised",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_rto_min_us",
		.topic = TOPIC_PEERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "microseconds",
		SANE(5000, 200000),
		ACCEPTS(1, INT32_MAX),
		DEFAULT_ALWAYS("200000"),
		.since = BETWEEN(KERNEL(6, 10), KERNEL(6, 12)),
		.effect = EFFECT_NEW_SOCKETS,
		.effect_note = "the route's rto_min overrides it",
		.what = "The shortest wait before unacknowledged data is sent again.",
		.why = "Inside one data centre a lower floor recovers from loss sooner. Over the "
		       "internet it repeats data that was only late.",
		.evidence = "TCPSpuriousRTOs rising means that it is too low.",
		.links = "The time budget of tcp_retries2 is computed from 200 ms whatever stands "
			 "here.",
		.risk = RISK_HIGH,
		.risk_why = "over wide-area paths it causes needless retransmissions",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_thin_dupack",
		.topic = TOPIC_PEERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_HOST,
		.since = BETWEEN(KERNEL(2, 6), KERNEL(3, 0)),
		.removed = IN(KERNEL(4, 11)),
		.effect = EFFECT_NEVER,
		.what = "Retransmitted after a single duplicate acknowledgment on streams with "
			"few packets in flight. Removed in 4.11.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing is needed: tcp_recovery and tcp_early_retrans, on by default, "
			   "detect such losses.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed in 4.11",
	},
	{
		.key = "net.ipv4.tcp_thin_linear_timeouts",
		.topic = TOPIC_PEERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("0"),
		.since = BETWEEN(KERNEL(2, 6), KERNEL(3, 0)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "Streams with fewer than four packets in flight repeat data at a steady "
			"pace six times before the wait doubles.",
		.why = "1 helps interactive streams, such as games, recover faster from loss. It "
		       "sends more into a congested path.",
		.evidence = "TCPTimeouts rising on connections that send little.",
		.risk = RISK_LOW,
		.risk_why = "more packets into congested paths, from thin streams only",
		.source = "Documentation/networking/ip-sysctl.rst; net/ipv4/tcp_timer.c",
	},
};

const struct catalogue_rows catalogue_peers = {rows, ARRAY_LEN(rows)};
