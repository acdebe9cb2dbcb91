/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options, congestion control and loss recovery; also what old kernels had of them.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.ipv4.tcp_abc",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_HOST,
		.removed = BETWEEN(KERNEL(3, 0), KERNEL(3, 13)),
		.effect = EFFECT_NEVER,
		.what = "Counted acknowledged bytes instead of packets in slow start. Removed by "
			"3.13.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing: the congestion control algorithms do this by themselves.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed by 3.13",
	},
	{
		.key = "net.ipv4.tcp_allowed_congestion_control",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_WORDS,
		.scope = SCOPE_HOST_VISIBLE,
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "the built-in algorithms the kernel was configured to default to",
		.effect = EFFECT_NOW,
		.what = "The congestion control algorithms that programs without CAP_NET_ADMIN, "
			"and child network namespaces, may choose.",
		.why = "Add an algorithm to let unprivileged programs and containers use it. One "
		       "that is unfair to others then competes with the rest of the traffic.",
		.evidence = "setsockopt(TCP_CONGESTION) failing with EPERM.",
		.links = "Every name must be in tcp_available_congestion_control; one unknown "
			 "name refuses the whole list. Setting tcp_congestion_control in the "
			 "first namespace adds its algorithm here.",
		.risk = RISK_LOW,
		.risk_why = "programs may choose an aggressive algorithm",
		.source = "net/ipv4/tcp_cong.c:tcp_set_allowed_congestion_control",
	},
	{
		.key = "net.ipv4.tcp_available_congestion_control",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_WORDS,
		.scope = SCOPE_HOST_VISIBLE,
		.read_only = true,
		.effect = EFFECT_NEVER,
		.effect_note = "it is read-only",
		.what = "The congestion control algorithms loaded now. More may exist as modules.",
		.why = "Read it to see what tcp_congestion_control may be set to.",
		.links = "Setting tcp_congestion_control to a name that is not here loads its "
			 "module, if there is one.",
		.risk = RISK_LOW,
		.risk_why = "it is read-only",
		.source = "net/ipv4/tcp_cong.c:tcp_get_available_congestion_control",
	},
	{
		.key = "net.ipv4.tcp_available_ulp",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_WORDS,
		.scope = SCOPE_HOST,
		.since = BETWEEN(KERNEL(4, 11), KERNEL(4, 13)),
		.read_only = true,
		.effect = EFFECT_NEVER,
		.effect_note = "it is read-only",
		.what = "The protocols that can be layered on TCP in the kernel now, such as tls "
			"and mptcp.",
		.why = "Read it to see whether a program can hand TLS to the kernel.",
		.risk = RISK_LOW,
		.risk_why = "it is read-only",
		.source = "net/ipv4/tcp_ulp.c:tcp_get_available_ulp",
	},
	{
		.key = "net.ipv4.tcp_base_mss",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "bytes",
		SANE(512, 1460),
		ACCEPTS_ANY_INT,
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "512"},
				{.not_before = KERNEL(4, 0),
				 .since = KERNEL(4, 2),
				 .rule = DEFAULT_TEXT,
				 .text = "1024"},
			},
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "The segment size from which the search for the largest packet a path "
			"carries starts.",
		.why = "Leave it. A smaller start passes narrower tunnels at once and wastes more "
		       "headers until the search is done.",
		.links = "Without effect while tcp_mtu_probing is 0.",
		.risk = RISK_LOW,
		.risk_why = "concerns paths that are being probed only",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_challenge_ack_limit",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "packets per second",
		SANE(100, INT32_MAX),
		ACCEPTS_ANY_INT,
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "100"},
				{.since = KERNEL(4, 7), .rule = DEFAULT_TEXT, .text = "1000"},
				{.since = KERNEL(6, 0), .rule = DEFAULT_TEXT, .text = "2147483647"},
			},
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "How many challenge acknowledgments (RFC 5961) are sent a second in "
			"answer to suspicious packets.",
		.why = "Before 4.7 raise it to 999999999: the limit of 100, shared by all "
		       "connections, lets an attacker guess them. From 6.0 on leave it unlimited.",
		.evidence = "TCPChallengeACK rising steadily shows stray or forged packets.",
		.risk = RISK_LOW,
		.risk_why = "small packets in answer to forged ones",
		.source = "Documentation/networking/ip-sysctl.rst; CVE-2016-5696",
	},
	{
		.key = "net.ipv4.tcp_child_ehash_entries",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "buckets",
		SANE(0, 16777216),
		ACCEPTS(0, 16777216),
		DEFAULT_ALWAYS("0"),
		.since = IN(KERNEL(6, 1)),
		.effect = EFFECT_NEW_NETNS,
		.what = "Size of the connection hash table that network namespaces created from "
			"this one get of their own. 0: they share the host's.",
		.why = "A table of its own keeps a busy container's lookups apart from the "
		       "host's, and takes memory for each namespace.",
		.myth = "It also sets limits: 1000 gives a child 1024 buckets, and with them only "
			"512 TIME_WAIT sockets and 128 half-open ones.",
		.links = "The child's tcp_max_tw_buckets is half of it and its "
			 "tcp_max_syn_backlog one 128th.",
		.risk = RISK_MEDIUM,
		.risk_why = "children get small limits silently",
		.source = "net/ipv4/tcp_ipv4.c:tcp_set_hashinfo; experiment E13",
	},
	{
		.key = "net.ipv4.tcp_congestion_control",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_WORD,
		.scope = SCOPE_NETNS,
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "the build decides, usually cubic",
		.copied = true,
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.effect_note = "also those accepted by running listeners, unless the application "
			       "chose for itself",
		.what = "The algorithm that decides how fast a connection may send.",
		.why = "cubic suits most hosts. bbr is faster on long paths that lose packets "
		       "without being full, and can crowd out other flows.",
		.myth = "bbr does not need the fq queueing discipline since 4.13: TCP paces by "
			"itself.",
		.evidence = "A high share of RetransSegs on long paths while links are not full.",
		.links = "Must be in tcp_available_congestion_control; in a child namespace also "
			 "in tcp_allowed_congestion_control. With bbr tcp_slow_start_after_idle "
			 "has no effect. An unknown name fails with ENOENT, at boot with only a "
			 "warning.",
		.risk = RISK_MEDIUM,
		.risk_why = "it changes how every new connection shares links",
		.source = "net/ipv4/tcp_cong.c:tcp_set_default_congestion_control; experiment E9",
	},
	{
		.key = "net.ipv4.tcp_cookie_size",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "bytes",
		.removed = BETWEEN(KERNEL(3, 0), KERNEL(3, 13)),
		.effect = EFFECT_NEVER,
		.what = "Size of the cookie of an experimental option (TCP Cookie Transactions). "
			"Removed by 3.13.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing. It was not related to tcp_syncookies; for data in the first "
			   "packet see tcp_fastopen.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed by 3.13",
	},
	{
		.key = "net.ipv4.tcp_early_retrans",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		SANE(0, 4),
		ACCEPTS(0, 4),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(3, 10), .rule = DEFAULT_TEXT, .text = "3"},
			},
		.since = BETWEEN(KERNEL(3, 4), KERNEL(3, 10)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "Tail loss probes: 3 and 4 send the last packet again early when no "
			"acknowledgment comes; 0, 1 and 2 switch that off.",
		.why = "Leave it at 3. Off, a lost last packet of a response costs a whole "
		       "timeout.",
		.evidence = "TCPLossProbes counts the probes; found below 3, TCPTimeouts is "
			    "higher than need be.",
		.risk = RISK_LOW,
		.risk_why = "slower recovery when off",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_ecn",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_ENUM,
		.scope = SCOPE_NETNS,
		SANE(0, 2),
		ACCEPTS(0, 2),
		.bounded = KERNEL(6, 18),
		.choices =
			{
				{0, "off"},
				{1, "ask for it and accept it"},
				{2, "accept it when the peer asks"},
			},
		DEFAULT_ALWAYS("2"),
		.netns_since = IN(KERNEL(3, 10)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "Explicit congestion notification: routers mark packets instead of "
			"dropping them, where both ends agreed.",
		.why = "1 avoids losses on networks whose routers mark. A few old middleboxes "
		       "drop such handshakes, which tcp_ecn_fallback works around.",
		.myth = "Values 3 to 5 of newer documentation are refused by kernels up to 6.18.",
		.links = "tcp_ecn_fallback retries without it.",
		.risk = RISK_LOW,
		.risk_why = "old middleboxes may delay a handshake",
		.source = "Documentation/networking/ip-sysctl.rst; range experiment",
	},
	{
		.key = "net.ipv4.tcp_ecn_fallback",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS(0, 1),
		.bounded = KERNEL(5, 14),
		DEFAULT_ALWAYS("1"),
		.since = BETWEEN(KERNEL(3, 10), KERNEL(4, 4)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "When a handshake that asks for ECN goes unanswered, repeat it without "
			"asking.",
		.why = "Keep 1: with 0, hosts behind a broken middlebox cannot be reached while "
		       "tcp_ecn is 1.",
		.links = "Matters only while tcp_ecn is 1.",
		.risk = RISK_LOW,
		.risk_why = "handshakes through old middleboxes fail when off",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_ehash_entries",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "buckets",
		.since = IN(KERNEL(6, 1)),
		.read_only = true,
		.effect = EFFECT_NEVER,
		.effect_note = "it is read-only",
		.what = "Buckets of the hash table of connections. A negative number means that "
			"this namespace shares the host's table.",
		.why = "Read it to see from what the kernel computed tcp_max_tw_buckets, "
		       "tcp_max_orphans and tcp_max_syn_backlog. It is fixed at boot from the "
		       "memory, or by thash_entries= on the kernel command line.",
		.links = "A namespace with a table of its own got it from tcp_child_ehash_entries "
			 "of the one that created it.",
		.risk = RISK_LOW,
		.risk_why = "it is read-only",
		.source = "net/ipv4/sysctl_net_ipv4.c:proc_tcp_ehash_entries; experiment E13",
	},
	{
		.key = "net.ipv4.tcp_fack",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		DEFAULT_ALWAYS_UNKNOWN,
		.dead = IN(KERNEL(4, 15)),
		.effect = EFFECT_NEVER,
		.what = "Forward acknowledgment, an old way to detect loss. Without effect since "
			"4.15.",
		.why = "Since 4.15 it does nothing. Delete the line.",
		.instead = "Nothing: tcp_recovery, on by default, replaced it.",
		.risk = RISK_LOW,
		.risk_why = "no effect since 4.15",
		.source = "Documentation/networking/ip-sysctl.rst; no reader left in 4.15",
	},
	{
		.key = "net.ipv4.tcp_frto_response",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.removed = BETWEEN(KERNEL(3, 0), KERNEL(3, 13)),
		.effect = EFFECT_NEVER,
		.what = "Chose how the sender slows down after a timeout that proved needless. "
			"Removed by 3.13.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing: the kernel undoes a needless slowdown by itself (tcp_frto).",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed by 3.13",
	},
	{
		.key = "net.ipv4.tcp_invalid_ratelimit",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "milliseconds",
		.ticks = true,
		SANE(0, 5000),
		ACCEPTS(0, INT32_MAX),
		DEFAULT_ALWAYS("500"),
		.since = IN(KERNEL(4, 0)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "The least time between two answers to invalid packets of one connection. "
			"The kernel rounds it up to its clock tick.",
		.why = "Leave it: it stops two hosts from answering each other's stray packets "
		       "for ever. 0 takes that protection away.",
		.evidence = "TCPACKSkippedSynRecv and its relatives count answers left out.",
		.risk = RISK_LOW,
		.risk_why = "answers to stray packets come later or more often",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_low_latency",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_HOST,
		SANE(0, 1),
		DEFAULT_ALWAYS_UNKNOWN,
		.dead = IN(KERNEL(4, 14)),
		.effect = EFFECT_NEVER,
		.what = "Switched off the prequeue, an old way of receiving. Without effect since "
			"4.14.",
		.why = "Since 4.14 it does nothing. Delete the line.",
		.instead = "For lower latency see net.core.busy_poll and net.core.busy_read, and "
			   "TCP_NODELAY in the application.",
		.risk = RISK_LOW,
		.risk_why = "no effect since 4.14",
		.source = "Documentation/networking/ip-sysctl.rst; no reader left in 4.14",
	},
	{
		.key = "net.ipv4.tcp_max_ssthresh",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.removed = BETWEEN(KERNEL(3, 0), KERNEL(3, 13)),
		.effect = EFFECT_NEVER,
		.what = "Limited the growth of slow start. Removed by 3.13.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing: the congestion control algorithms decide when slow start "
			   "ends.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed by 3.13",
	},
	{
		.key = "net.ipv4.tcp_mtu_probing",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_ENUM,
		.scope = SCOPE_NETNS,
		SANE(0, 2),
		ACCEPTS_U8,
		.choices =
			{
				{0, "off"},
				{1, "after a path seems to swallow large packets"},
				{2, "from the start of every connection"},
			},
		DEFAULT_ALWAYS("0"),
		.netns_since = IN(KERNEL(4, 0)),
		.effect = EFFECT_NOW,
		.effect_note = "2 for new connections",
		.what = "Search for the packet size a path carries, by trying, without relying on "
			"ICMP messages.",
		.why = "1 rescues connections whose large packets vanish behind a firewall that "
		       "drops ICMP. It acts only after several retransmissions, so healthy paths "
		       "notice nothing.",
		.evidence = "Large responses hang while small ones pass, with RetransSegs rising; "
			    "TCPMTUPSuccess and TCPMTUPFail once it is on.",
		.links = "Starts once tcp_retries1 is exceeded; begins at tcp_base_mss.",
		.risk = RISK_LOW,
		.risk_why = "smaller packets on paths that are merely lossy",
		.source = "net/ipv4/tcp_timer.c:tcp_mtu_probing",
	},
	{
		.key = "net.ipv4.tcp_no_metrics_save",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("0"),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.effect_note = "for each connection that closes",
		.what = "With 1 the kernel does not remember round-trip time and window of a "
			"closed connection for the next one to that address.",
		.why = "Leave it at 0: what was learnt starts the next connection well. 1 helps "
		       "where many unlike paths share one address, such as load balancers behind "
		       "NAT.",
		.links = "tcp_no_ssthresh_metrics_save, on by default where it exists, already "
			 "avoids the worst effect.",
		.risk = RISK_LOW,
		.risk_why = "new connections start from general defaults",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_no_ssthresh_metrics_save",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS(0, 1),
		.bounded = KERNEL(5, 14),
		DEFAULT_ALWAYS("1"),
		.since = BETWEEN(KERNEL(5, 4), KERNEL(5, 6)),
		.effect = EFFECT_NOW,
		.effect_note = "for each connection that closes",
		.what = "With 1 the kernel does not remember, for the next connection to an "
			"address, at which speed slow start ended.",
		.why = "Keep 1: with 0 a single bad moment makes later connections to that "
		       "address slow from their start.",
		.links = "Without effect while tcp_no_metrics_save is 1.",
		.risk = RISK_LOW,
		.risk_why = "concerns the start of later connections to an address",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_recovery",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BITMAP,
		.scope = SCOPE_NETNS,
		SANE(0, 7),
		ACCEPTS_U8,
		.choices =
			{
				{0x1, "detect loss by time (RACK)"},
				{0x2, "keep its allowance for reordering fixed"},
				{0x4, "do not count duplicate acknowledgments"},
			},
		DEFAULT_ALWAYS("1"),
		.since = IN(KERNEL(4, 4)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "How lost packets are recognised. A sum of bits.",
		.why = "Leave it at 1. The other values are for networks that reorder packets in "
		       "unusual ways.",
		.myth = "Bit 1 can no longer be switched off in recent kernels (6.17 and later): "
			"detection by time is the only way left.",
		.risk = RISK_LOW,
		.risk_why = "other loss detection is slower",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_sack",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("1"),
		.netns_since = IN(KERNEL(4, 13)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "Selective acknowledgment: the receiver tells exactly which packets are "
			"missing.",
		.why = "Keep 1. Without it a single loss makes the sender repeat much that has "
		       "arrived.",
		.myth = "Switching it off was a stop-gap for security bugs of 2019; updated "
			"kernels do not need it.",
		.evidence = "Found at 0, it explains slow transfers over lossy paths.",
		.risk = RISK_MEDIUM,
		.risk_why = "off, recovery from loss is slow",
		.source = "tcp(7); Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_slow_start_after_idle",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("1"),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "After a connection was idle for longer than its retransmission timeout, "
			"start slowly again.",
		.why = "0 lets kept-alive connections, such as HTTP/2 or replication, send at "
		       "full speed after a pause. It sends a burst into a path that may have "
		       "changed.",
		.evidence = "Long-lived connections that send large responses after pauses.",
		.links = "Without effect with bbr and other algorithms that pace by themselves.",
		.risk = RISK_LOW,
		.risk_why = "bursts after idle periods",
		.source = "include/net/tcp.h:tcp_slow_start_after_idle_check",
	},
	{
		.key = "net.ipv4.tcp_timestamps",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_ENUM,
		.scope = SCOPE_NETNS,
		SANE(0, 2),
		ACCEPTS_U8,
		.choices =
			{
				{0, "off"},
				{1, "on, with a random offset for each connection"},
				{2, "on, without an offset"},
			},
		DEFAULT_ALWAYS("1"),
		.netns_since = IN(KERNEL(4, 13)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "A time stamp in every packet, for measuring round trips and for telling "
			"old packets from new ones.",
		.why = "Keep 1. Without it tcp_tw_reuse does not work, connections made from SYN "
		       "cookies lose window scaling, and fast connections lose protection against "
		       "old packets.",
		.myth = "Switching it off for security or speed gains nothing: since 4.10 the "
			"values start at a random offset and do not tell how long the host is up.",
		.evidence = "Found at 0, tcp_tw_reuse cannot work.",
		.links = "Needed by tcp_tw_reuse and by connections made from SYN cookies.",
		.risk = RISK_MEDIUM,
		.risk_why = "off, port reuse and SYN cookies suffer",
		.source = "Documentation/networking/ip-sysctl.rst; experiments E3, E14",
	},
	{
		.key = "net.ipv4.tcp_window_scaling",
		.topic = TOPIC_PROTOCOL,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("1"),
		.netns_since = IN(KERNEL(4, 13)),
		.effect = EFFECT_NEW_CONNECTIONS,
		.what = "Windows above 64 KiB.",
		.why = "Keep 1. Without it no connection has more than 64 KiB in flight, which is "
		       "slow over any distance.",
		.evidence = "Found at 0, it explains slow transfers over long distances.",
		.risk = RISK_MEDIUM,
		.risk_why = "off, long-distance transfers are slow",
		.source = "tcp(7)",
	},
};

const struct catalogue_rows catalogue_protocol = {rows, ARRAY_LEN(rows)};
