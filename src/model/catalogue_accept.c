/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Incoming handshakes: the queues of a listener and what happens when they are full.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.core.somaxconn",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "connections",
		SANE(128, 65535),
		ACCEPTS(0, INT32_MAX),
		.bounded = KERNEL(4, 4),
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "128"},
				{.since = KERNEL(5, 4), .rule = DEFAULT_TEXT, .text = "4096"},
			},
		.effect = EFFECT_LISTEN,
		.effect_note = "and only as far as the application's own backlog asks for more",
		.what = "Ceiling on the accept queue of every listening socket. The queue holds "
			"the smaller of this and the backlog the application gave to listen(), "
			"plus one.",
		.why = "A full accept queue drops handshakes that clients believe complete; a "
		       "longer one absorbs bursts, and costs memory and connections that wait "
		       "longer before they are served.",
		.myth = "\"Raise somaxconn\" alone does nothing: the application must ask for a "
			"longer backlog too, and must call listen() again or restart.",
		.evidence = "ListenOverflows rising while a listener's queue limit equals this "
			    "value. A smaller limit means the application's backlog is the cap, "
			    "or that it has not been restarted since this was raised; a queue "
			    "that stays full means the application accepts too slowly, which no "
			    "setting cures.",
		.links = "Also caps each listener's queue of half-open connections since 4.4. A "
			 "new network namespace gets the kernel's default, not the host's value.",
		.risk = RISK_LOW,
		.risk_why = "memory, and connections that wait longer before they are served",
		.source = "net/socket.c:__sys_listen_socket; listen(2); experiment E4",
	},
	{
		.key = "net.ipv4.tcp_abort_on_overflow",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("0"),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "What happens when the last packet of a handshake meets a full accept "
			"queue: 0 ignores it and the handshake is retried, 1 answers with a reset.",
		.why = "Keep 0: the client's data arrives once the queue has room. 1 turns every "
		       "short burst into connections that clients see reset.",
		.myth = "It does not make a full queue refuse new handshakes at once: their first "
			"packet is dropped silently with 0 and with 1.",
		.evidence = "EmbryonicRsts and OutRsts rising together with ListenOverflows show "
			    "that it is 1 and acts.",
		.risk = RISK_MEDIUM,
		.risk_why = "bursts become errors that clients see",
		.source = "Documentation/networking/ip-sysctl.rst; experiments E4, E5",
	},
	{
		.key = "net.ipv4.tcp_fastopen",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_BITMAP,
		.scope = SCOPE_NETNS,
		SANE(0, 3),
		ACCEPTS_ANY_INT,
		.choices =
			{
				{0x1, "client: send data with the first packet"},
				{0x2, "server: accept it on listeners that set TCP_FASTOPEN"},
				{0x4, "client: send data even without a cookie"},
				{0x200, "server: accept data without a cookie"},
				{0x400, "server: on every listener, whether it asks for it or not"},
			},
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "0"},
				{.since = KERNEL(3, 13), .rule = DEFAULT_TEXT, .text = "1"},
			},
		.since = IN(KERNEL(3, 6)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "TCP Fast Open: data travels in the first packet of a handshake when the "
			"client holds a cookie from an earlier connection. A sum of bits.",
		.why = "3 saves a round trip on repeated short connections, where client and "
		       "server program both use it. Middleboxes may drop such packets, and a "
		       "server may see the first data twice.",
		.myth = "The server bit alone does nothing: the application must set TCP_FASTOPEN "
			"on its listener.",
		.evidence = "TCPFastOpenPassive and TCPFastOpenActive show use; "
			    "TCPFastOpenListenOverflow shows a full queue, whose length the "
			    "application chose.",
		.links = "tcp_fastopen_blackhole_timeout_sec switches the client side off for a "
			 "while after failures.",
		.risk = RISK_MEDIUM,
		.risk_why = "middleboxes that drop data in the first packet, and replayed data",
		.source = "Documentation/networking/ip-sysctl.rst; net/ipv4/tcp_fastopen.c",
	},
	{
		.key = "net.ipv4.tcp_fastopen_blackhole_timeout_sec",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(0, 86400),
		ACCEPTS(0, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "3600"},
				{.not_before = KERNEL(5, 12),
				 .since = KERNEL(5, 14),
				 .rule = DEFAULT_TEXT,
				 .text = "0"},
			},
		.since = BETWEEN(KERNEL(3, 6), KERNEL(4, 12)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "How long outgoing Fast Open stays off after a path was seen to swallow "
			"its packets; the time grows with repeated failures. 0 never switches it "
			"off.",
		.why = "Matters only to clients that use Fast Open: a positive time falls back to "
		       "plain handshakes on bad paths, at the price of losing the saved round "
		       "trip on good ones.",
		.evidence = "TCPFastOpenBlackhole rising.",
		.links = "Without effect while the client bit (1) of tcp_fastopen is not set.",
		.risk = RISK_LOW,
		.risk_why = "concerns outgoing Fast Open only",
		.source = "Documentation/networking/ip-sysctl.rst; net/ipv4/tcp_fastopen.c",
	},
	{
		.key = "net.ipv4.tcp_max_syn_backlog",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "connections",
		SANE(128, 65536),
		ACCEPTS_ANY_INT,
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(5, 4), .rule = DEFAULT_SYN_BACKLOG},
			},
		.scales = "one for every 128 buckets of the connection hash table, at least 128",
		.netns_since = BETWEEN(KERNEL(4, 9), KERNEL(4, 11)),
		.effect = EFFECT_NOW,
		.what = "Half-open connections a listener takes before it refuses new ones. The "
			"kernel looks at it only while tcp_syncookies is 0, and then stops at "
			"about three quarters of it.",
		.why = "Raise it only where SYN cookies are off and handshakes are refused. It "
		       "costs little memory, and a larger value holds a flood longer.",
		.myth = "Nearly every guide raises it. With tcp_syncookies on it is not consulted "
			"at all since 4.4; the length of a listener's backlog is the limit.",
		.evidence = "ListenDrops rising without ListenOverflows and without "
			    "TCPReqQFullDrop, while tcp_syncookies is 0.",
		.links = "Void while tcp_syncookies is not 0. The listener's backlog, and so "
			 "net.core.somaxconn, caps the queue in every case. Computed from the "
			 "namespace's own hash table, which tcp_child_ehash_entries makes small.",
		.risk = RISK_LOW,
		.risk_why = "some memory during a flood",
		.source = "net/ipv4/tcp_input.c:tcp_conn_request; experiment E5",
	},
	{
		.key = "net.ipv4.tcp_migrate_req",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS(0, 1),
		DEFAULT_ALWAYS("0"),
		.since = BETWEEN(KERNEL(5, 12), KERNEL(5, 14)),
		.effect = EFFECT_NOW,
		.what = "When one of several SO_REUSEPORT listeners closes, hand its half-open "
			"and not yet accepted connections to another of them instead of resetting "
			"them.",
		.why = "1 lets such a server restart its workers one after the other without "
		       "resetting waiting clients. The remaining listeners must be set up alike.",
		.evidence = "EstabResets in bursts when a worker restarts; TCPMigrateReqSuccess "
			    "and TCPMigrateReqFailure once it is on.",
		.risk = RISK_MEDIUM,
		.risk_why = "a connection may move to a listener with other settings",
		.source = "Documentation/networking/ip-sysctl.rst; experiment E13",
	},
	{
		.key = "net.ipv4.tcp_synack_retries",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "count",
		SANE(2, 5),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("5"),
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_NOW,
		.effect_note = "TCP_SYNCNT on the listener overrides it",
		.what = "How often the answer to a new connection is repeated while the client's "
			"last packet is missing. A half-open connection lives 2^(n+1)-1 seconds: "
			"63 for 5, 7 for 2.",
		.why = "Fewer retries free half-open entries sooner during a flood; too few lose "
		       "clients on lossy paths.",
		.myth = "A lower value is hardly needed against floods: once the queue is half "
			"full the kernel lowers the number by itself, and SYN cookies cover the "
			"rest.",
		.evidence = "Many sockets in SYN_RECV, TCPReqQFullDoCookies or TCPReqQFullDrop "
			    "rising.",
		.risk = RISK_MEDIUM,
		.risk_why = "below 2 clients behind lossy links fail to connect",
		.source = "net/ipv4/inet_connection_sock.c:reqsk_timer_handler; experiment E5",
	},
	{
		.key = "net.ipv4.tcp_syncookies",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_ENUM,
		.scope = SCOPE_NETNS,
		SANE(0, 2),
		ACCEPTS_U8,
		.choices =
			{
				{0, "off: a full queue drops new connections"},
				{1, "on when a listener's queue is full"},
				{2, "always; for tests only"},
			},
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "0"},
				{.not_before = KERNEL(2, 6),
				 .since = KERNEL(3, 0),
				 .rule = DEFAULT_TEXT,
				 .text = "1"},
			},
		.netns_since = IN(KERNEL(4, 6)),
		.config = "CONFIG_SYN_COOKIES",
		.effect = EFFECT_NOW,
		.what = "Answer a new connection with a cookie and no memory of it when the "
			"listener's queue of half-open connections is full, instead of dropping "
			"it.",
		.why = "1 keeps a listener reachable during a SYN flood at no cost while the "
		       "queue has room. A connection made from a cookie keeps window scaling and "
		       "SACK only if the client sent timestamps.",
		.myth = "It is not off by default: it has been 1 since before 3.0. It does not "
			"help against a full accept queue.",
		.evidence = "TCPReqQFullDrop above 0 shows that it is wrongly 0. "
			    "TCPReqQFullDoCookies counts how often it acted; SyncookiesRecv near "
			    "SyncookiesSent means real clients, near 0 a flood.",
		.links = "While it is not 0, tcp_max_syn_backlog has no effect (since 4.4). Keep "
			 "tcp_timestamps on.",
		.risk = RISK_HIGH,
		.risk_why = "off, a small flood shuts a public listener; 2 takes options away "
			    "from every connection",
		.source = "net/ipv4/tcp_input.c:tcp_conn_request; experiments E5, E14",
	},
};

const struct catalogue_rows catalogue_accept = {rows, ARRAY_LEN(rows)};
