/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How connections end: FIN_WAIT_2, TIME_WAIT, and sockets no process holds any more.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.ipv4.tcp_fin_timeout",
		.topic = TOPIC_CLOSE,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(15, 120),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("60"),
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_TIMER,
		.effect_note = "TCP_LINGER2 overrides it",
		.what = "How long a connection our application has closed waits in FIN_WAIT_2 for "
			"the peer to close too. It applies only once no process holds the socket.",
		.why = "Peers that never close leave such entries behind; a shorter wait frees "
		       "them sooner, and below 15 seconds it cuts off slow clients.",
		.myth = "It does not shorten TIME_WAIT, which is fixed at 60 seconds on Linux. It "
			"does nothing for a socket the application only shut down and still holds.",
		.evidence = "Many FIN_WAIT2 sockets that belong to no process, with a timer "
			    "running.",
		.links = "Use at most 60, or exactly 120: above 60 the kernel really waits "
			 "2*(value-60) seconds, so 62 is 4 seconds. These entries also count "
			 "against tcp_max_tw_buckets.",
		.risk = RISK_MEDIUM,
		.risk_why = "below 15 slow clients are cut off during the last response",
		.source = "net/ipv4/tcp.c:__tcp_close; experiments E1, E18",
	},
	{
		.key = "net.ipv4.tcp_max_orphans",
		.topic = TOPIC_CLOSE,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "sockets",
		SANE(1024, 16777216),
		ACCEPTS_ANY_INT,
		.defaults = {{.rule = DEFAULT_HALF_EHASH}},
		.scales = "half the buckets of the connection hash table",
		.effect = EFFECT_NOW,
		.what = "How many closed sockets the whole host keeps that still have data or a "
			"FIN to deliver and belong to no process. Above it they are reset.",
		.why = "Raise it where many slow clients make the kernel reset closed connections "
		       "and lose the end of responses. Each may hold up to 64 KiB of unsent data.",
		.evidence = "\"orphan\" in /proc/net/sockstat above a quarter of the limit "
			    "(sockets with stalled peers count up to four times); \"too many "
			    "orphaned sockets\" in the log; TCPAbortOnMemory rising.",
		.links = "Orphans also need room in tcp_mem. tcp_orphan_retries shortens their "
			 "life.",
		.risk = RISK_MEDIUM,
		.risk_why = "memory when raised; lost ends of responses when lowered",
		.source = "net/ipv4/tcp_timer.c:tcp_out_of_resources",
	},
	{
		.key = "net.ipv4.tcp_max_tw_buckets",
		.topic = TOPIC_CLOSE,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "sockets",
		SANE(1024, 16777216),
		ACCEPTS_ANY_INT,
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(4, 11), .rule = DEFAULT_HALF_EHASH},
			},
		.scales = "half the buckets of the connection hash table",
		.netns_since = BETWEEN(KERNEL(4, 9), KERNEL(4, 11)),
		.effect = EFFECT_NOW,
		.what = "How many sockets may be in TIME_WAIT, or in FIN_WAIT_2 without a "
			"process, at a time. One more is destroyed at once instead of waiting.",
		.why = "Raise it when connections are destroyed without their TIME_WAIT. Entries "
		       "are small. Lowering it takes away what protects new connections from old "
		       "packets.",
		.myth = "Lowering it is no cure for many TIME_WAIT sockets; they cost almost "
			"nothing on a server.",
		.evidence = "TCPTimeWaitOverflow above 0, or \"tw\" in /proc/net/sockstat near "
			    "the limit. The kernel logs nothing.",
		.links = "A namespace with its own small hash table (tcp_child_ehash_entries) "
			 "gets a small limit.",
		.risk = RISK_LOW,
		.risk_why = "a little memory when raised; lowering it is dangerous",
		.source = "net/ipv4/inet_timewait_sock.c:inet_twsk_alloc; experiment E9",
	},
	{
		.key = "net.ipv4.tcp_orphan_retries",
		.topic = TOPIC_CLOSE,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(0, 8),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("0"),
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_NOW,
		.what = "How long a closed socket without a process keeps repeating "
			"unacknowledged data or its FIN. It is a time budget that doubles with "
			"each step; 0 means 8.",
		.why = "Where peers vanish, a smaller number clears FIN_WAIT1 and LAST_ACK "
		       "sooner; 1 cuts off the end of responses on lossy links.",
		.myth = "The file reads 0 while manuals say the default is 8: 0 is how the kernel "
			"spells 8.",
		.evidence = "Many sockets in FIN_WAIT1, LAST_ACK or CLOSING; \"orphan\" in "
			    "/proc/net/sockstat high.",
		.links = "Fewer orphans keep away from tcp_max_orphans.",
		.risk = RISK_MEDIUM,
		.risk_why = "small numbers truncate responses on lossy links",
		.source = "net/ipv4/tcp_timer.c:tcp_orphan_retries; experiment E14",
	},
	{
		.key = "net.ipv4.tcp_rfc1337",
		.topic = TOPIC_CLOSE,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("0"),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "With 1 a reset no longer ends a socket in TIME_WAIT; with 0 a valid one "
			"does.",
		.why = "1 keeps the protection of TIME_WAIT even when a stray or forged reset "
		       "arrives. It costs nothing but the entries that stay their full minute.",
		.myth = "The kernel's own documentation words it the wrong way round.",
		.risk = RISK_LOW,
		.risk_why = "entries stay in TIME_WAIT a minute instead of ending early",
		.source = "net/ipv4/tcp_minisocks.c:tcp_timewait_state_process; experiment E14",
	},
	{
		.key = "net.ipv4.tcp_tw_recycle",
		.topic = TOPIC_CLOSE,
		.type = TYPE_BOOL,
		.scope = SCOPE_HOST,
		.removed = IN(KERNEL(4, 12)),
		.effect = EFFECT_NEVER,
		.what = "Dropped incoming connections whose timestamp was older than the last one "
			"seen from the same address. Removed in 4.12.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.myth = "It was never a safe way to have fewer TIME_WAIT sockets: clients behind "
			"one NAT address were dropped silently.",
		.instead = "Nothing is needed on a server. On a client use connection reuse, more "
			   "ports, or tcp_tw_reuse.",
		.risk = RISK_HIGH,
		.risk_why = "before 4.12 it silently refused clients behind NAT",
		.source = "tcp(7); removed between 4.11 and 4.12",
	},
	{
		.key = "net.ipv4.tcp_tw_reuse",
		.topic = TOPIC_CLOSE,
		.type = TYPE_ENUM,
		.scope = SCOPE_NETNS,
		SANE(0, 2),
		ACCEPTS(0, 2),
		.bounded = KERNEL(5, 14),
		.choices =
			{
				{0, "off"},
				{1, "on for every destination"},
				{2, "on for loopback only"},
			},
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "0"},
				{.not_before = KERNEL(4, 16),
				 .since = KERNEL(4, 18),
				 .rule = DEFAULT_TEXT,
				 .text = "2"},
			},
		.netns_since = IN(KERNEL(4, 9)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "Lets connect() take a local port that is in TIME_WAIT towards the same "
			"destination, if that connection used timestamps and is old enough "
			"(tcp_tw_reuse_delay).",
		.why = "1 lets a client or proxy that runs out of ports towards one destination "
		       "go on. On a pure server it does nothing.",
		.myth = "It does not reduce TIME_WAIT on a server and is not about incoming "
			"connections: those are accepted over a TIME_WAIT entry anyway.",
		.evidence = "EADDRNOTAVAIL together with most of the port range in TIME_WAIT "
			    "towards one destination. TWRecycled rising proves that it works.",
		.links = "Needs tcp_timestamps other than 0. \"Loopback\" in value 2 means 127/8, "
			 "::1 or a socket bound to lo.",
		.risk = RISK_LOW,
		.risk_why = "an old packet may meet a new connection if a peer's clock of "
			    "timestamps is slow",
		.source = "net/ipv4/tcp_ipv4.c:tcp_twsk_unique; experiments E3, E3b",
	},
	{
		.key = "net.ipv4.tcp_tw_reuse_delay",
		.topic = TOPIC_CLOSE,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "milliseconds",
		SANE(1000, 60000),
		ACCEPTS(1, 60000),
		DEFAULT_ALWAYS("1000"),
		.since = IN(KERNEL(6, 14)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "How old a TIME_WAIT entry must be before tcp_tw_reuse may take its port.",
		.why = "The default suits nearly every peer. Less frees ports sooner, but must "
		       "stay above the tick of the peer's timestamps, or old packets can be taken "
		       "for new ones.",
		.evidence = "As for tcp_tw_reuse: port exhaustion towards one destination.",
		.links = "Without effect while tcp_tw_reuse is 0.",
		.risk = RISK_MEDIUM,
		.risk_why = "below one second it is unsafe towards unknown peers",
		.source = "Documentation/networking/ip-sysctl.rst; experiment E3",
	},
};

const struct catalogue_rows catalogue_close = {rows, ARRAY_LEN(rows)};
