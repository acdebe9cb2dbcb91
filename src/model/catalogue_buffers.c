/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Socket buffers and the memory of all of TCP.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.core.optmem_max",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "bytes",
		SANE(4096, 16777216),
		ACCEPTS(0, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "20480"},
				{.not_before = KERNEL(6, 6),
				 .since = KERNEL(6, 8),
				 .rule = DEFAULT_TEXT,
				 .text = "131072"},
			},
		.netns_since = BETWEEN(KERNEL(6, 6), KERNEL(6, 8)),
		.effect = EFFECT_NEW_SOCKETS,
		.what = "The most memory one socket may use for options, control messages and the "
			"bookkeeping of zero-copy sends.",
		.why = "The default is enough for nearly everything. Programs that send large "
		       "messages without copying (MSG_ZEROCOPY) may need more; each such socket "
		       "may then pin that much.",
		.evidence = "send() with MSG_ZEROCOPY failing with ENOBUFS.",
		.risk = RISK_LOW,
		.risk_why = "memory of sockets that use it",
		.source = "Documentation/admin-guide/sysctl/net.rst",
	},
	{
		.key = "net.core.rmem_default",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_HOST_VISIBLE,
		.unit = "bytes",
		SANE(65536, 16777216),
		ACCEPTS(2304, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(3, 10), .rule = DEFAULT_TEXT, .text = "212992"},
			},
		.effect = EFFECT_NEW_SOCKETS,
		.what = "The receive buffer a new socket starts with, for protocols other than "
			"TCP.",
		.why = "Changing it changes every UDP socket on the host. Only programs that "
		       "receive UDP without asking for a buffer gain, and the memory is host-wide.",
		.myth = "It does nothing for TCP, which starts with the middle field of tcp_rmem.",
		.risk = RISK_MEDIUM,
		.risk_why = "every UDP socket on the host may hold that much",
		.source = "Documentation/admin-guide/sysctl/net.rst; experiment E9",
	},
	{
		.key = "net.core.rmem_max",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_HOST_VISIBLE,
		.unit = "bytes",
		SANE(65536, 1073741823),
		ACCEPTS(2304, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(3, 10), .rule = DEFAULT_TEXT, .text = "212992"},
				{.since = KERNEL(6, 18), .rule = DEFAULT_TEXT, .text = "4194304"},
			},
		.effect = EFFECT_NOW,
		.effect_note = "for each later setsockopt(SO_RCVBUF)",
		.what = "The largest receive buffer a program may ask for with SO_RCVBUF. The "
			"kernel doubles the request, so the socket shows twice this.",
		.why = "Raise it for UDP and QUIC programs that ask for a large buffer and do not "
		       "get it. It allows memory; it uses none by itself.",
		.myth = "It does not limit TCP's automatic buffers: those follow tcp_rmem alone.",
		.evidence = "A program that logs that it got a smaller buffer than it asked for.",
		.risk = RISK_LOW,
		.risk_why = "programs may take more memory for each socket",
		.source = "net/core/sock.c:__sock_set_rcvbuf; experiments E9, E10",
	},
	{
		.key = "net.core.wmem_default",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_HOST_VISIBLE,
		.unit = "bytes",
		SANE(65536, 16777216),
		ACCEPTS(4608, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(3, 10), .rule = DEFAULT_TEXT, .text = "212992"},
			},
		.effect = EFFECT_NEW_SOCKETS,
		.what = "The send buffer a new socket starts with, for protocols other than TCP.",
		.why = "Changing it changes every UDP socket on the host. Only programs that send "
		       "UDP without asking for a buffer gain, and the memory is host-wide.",
		.myth = "It does nothing for TCP, which starts with the middle field of tcp_wmem.",
		.risk = RISK_MEDIUM,
		.risk_why = "every UDP socket on the host may hold that much",
		.source = "Documentation/admin-guide/sysctl/net.rst; experiment E9",
	},
	{
		.key = "net.core.wmem_max",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_HOST_VISIBLE,
		.unit = "bytes",
		SANE(65536, 1073741823),
		ACCEPTS(4608, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(3, 10), .rule = DEFAULT_TEXT, .text = "212992"},
				{.since = KERNEL(6, 18), .rule = DEFAULT_TEXT, .text = "4194304"},
			},
		.effect = EFFECT_NOW,
		.effect_note = "for each later setsockopt(SO_SNDBUF)",
		.what = "The largest send buffer a program may ask for with SO_SNDBUF. The kernel "
			"doubles the request, so the socket shows twice this.",
		.why = "Raise it for programs that ask for a large send buffer and do not get it. "
		       "It allows memory; it uses none by itself.",
		.myth = "It does not limit TCP's automatic buffers: those follow tcp_wmem alone.",
		.evidence = "A program that logs that it got a smaller buffer than it asked for.",
		.risk = RISK_LOW,
		.risk_why = "programs may take more memory for each socket",
		.source = "net/core/sock.c:sock_setsockopt; experiments E9, E10",
	},
	{
		.key = "net.ipv4.tcp_adv_win_scale",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		SANE(-31, 31),
		ACCEPTS(-31, 31),
		DEFAULT_ALWAYS("1"),
		.dead = BETWEEN(KERNEL(6, 5), KERNEL(6, 6)),
		.effect = EFFECT_NEVER,
		.what = "Divided the receive buffer between the window offered to the peer and "
			"the kernel's own overhead. Ignored since 6.6.",
		.why = "Since 6.6 the kernel measures the overhead itself and this does nothing. "
		       "Delete the line.",
		.instead = "Nothing. To offer a larger window raise the last field of tcp_rmem.",
		.risk = RISK_LOW,
		.risk_why = "no effect since 6.6",
		.source = "Documentation/networking/ip-sysctl.rst; no reader left in 6.6",
	},
	{
		.key = "net.ipv4.tcp_autocorking",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS(0, 1),
		.bounded = KERNEL(5, 14),
		DEFAULT_ALWAYS("1"),
		.since = IN(KERNEL(3, 14)),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "Small writes wait for each other while earlier packets of the connection "
			"are still in the host's own queues.",
		.why = "Leave it at 1: it makes fewer packets and costs almost nothing. 0 may "
		       "save microseconds for programs that need the lowest latency.",
		.myth = "It does not hold data back on an idle connection; it acts only while "
			"earlier packets have not left.",
		.evidence = "TCPAutoCorking counts how often it acted.",
		.risk = RISK_LOW,
		.risk_why = "more, smaller packets when off",
		.source = "net/ipv4/tcp.c:tcp_should_autocork",
	},
	{
		.key = "net.ipv4.tcp_dma_copybreak",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "bytes",
		.removed = IN(KERNEL(3, 18)),
		.effect = EFFECT_NEVER,
		.what = "The smallest read copied by a DMA engine. Removed in 3.18 together with "
			"that feature.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing: the kernel has no such offload any more.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed in 3.18",
	},
	{
		.key = "net.ipv4.tcp_limit_output_bytes",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "bytes",
		SANE(65536, 67108864),
		ACCEPTS_ANY_INT,
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "131072"},
				{.not_before = KERNEL(4, 0),
				 .since = KERNEL(4, 2),
				 .rule = DEFAULT_TEXT,
				 .text = "262144"},
				{.not_before = KERNEL(4, 20),
				 .since = KERNEL(5, 0),
				 .rule = DEFAULT_TEXT,
				 .text = "1048576"},
				{.not_before = KERNEL(6, 14),
				 .since = KERNEL(6, 17),
				 .rule = DEFAULT_TEXT,
				 .text = "4194304"},
			},
		.effect = EFFECT_NOW,
		.what = "How much of one connection may sit in the host's queueing discipline and "
			"driver at a time.",
		.why = "Leave it. More fills very fast links and some wireless drivers better; "
		       "less keeps queues and latency short.",
		.risk = RISK_LOW,
		.risk_why = "longer queues when raised, less throughput when lowered",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_mem",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.fields = 3,
		.field_names = "low pressure max",
		.unit = "pages",
		SANE(128, 1073741824),
		ACCEPTS(0, INT64_MAX),
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "about 4.7, 6.25 and 9.4 % of the memory since 4.2",
		.effect = EFFECT_NOW,
		.what = "Memory of all TCP sockets together, in pages of usually 4 KiB: above the "
			"second field buffers shrink, above the third they are refused and "
			"sockets without a process are reset.",
		.why = "Raise it only where TCP really needs more of the memory, since the rest "
		       "of the system loses what sockets take. Far too large, it lets sockets "
		       "exhaust the host.",
		.myth = "It is counted in pages, not bytes. Bytes written here allow thousands of "
			"times the memory.",
		.evidence = "\"mem\" in /proc/net/sockstat near these numbers; TCPMemoryPressures "
			    "or TCPAbortOnMemory rising; \"consider tuning tcp_mem\" in the log.",
		.links = "Connections times the buffers of tcp_rmem and tcp_wmem should fit. The "
			 "fields must rise.",
		.risk = RISK_HIGH,
		.risk_why = "a wrong unit or too much memory takes the host down",
		.source = "net/ipv4/tcp.c:tcp_init_mem",
	},
	{
		.key = "net.ipv4.tcp_moderate_rcvbuf",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS_U8,
		DEFAULT_ALWAYS("1"),
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NOW,
		.what = "Receive buffers grow by themselves with the speed of the connection, up "
			"to the last field of tcp_rmem.",
		.why = "Keep 1. With 0 every connection stays at the small initial buffer and is "
		       "slow over long distances.",
		.evidence = "Found at 0, it explains slow downloads over long distances.",
		.links = "The ceiling is the last field of tcp_rmem.",
		.risk = RISK_MEDIUM,
		.risk_why = "off, long-distance transfers are slow",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_notsent_lowat",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "bytes",
		SANE(4096, 4294967295),
		ACCEPTS(0, 4294967295),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(4, 18),
				 .rule = DEFAULT_TEXT,
				 .text = "4294967295"},
			},
		.since = BETWEEN(KERNEL(3, 10), KERNEL(3, 13)),
		.netns_since = IN(KERNEL(4, 6)),
		.effect = EFFECT_NOW,
		.effect_note = "TCP_NOTSENT_LOWAT overrides it",
		.what = "The program is told it may write again only while less than this waits "
			"unsent. The default is no limit.",
		.why = "131072 keeps the kernel's queue short for servers that send many streams "
		       "over one connection, so urgent data is not behind old data. The program "
		       "is woken more often.",
		.evidence = "Much memory in send queues (\"mem\" in /proc/net/sockstat) of "
			    "programs that use HTTP/2 or send to slow clients.",
		.risk = RISK_LOW,
		.risk_why = "programs are woken more often",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_rmem",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.fields = 3,
		.field_names = "min default max",
		.unit = "bytes",
		SANE(4096, 1073741824),
		ACCEPTS(1, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.not_before = KERNEL(4, 18),
				 .since = KERNEL(4, 20),
				 .rule = DEFAULT_RMEM_6M},
				{.not_before = KERNEL(6, 14),
				 .since = KERNEL(6, 17),
				 .rule = DEFAULT_RMEM_32M},
			},
		.scales = "the maximum is cut to 1/128 of the memory on hosts with less than 4 "
			  "GiB (768 MiB before 6.17)",
		.copied = true,
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NEW_SOCKETS,
		.effect_note = "the maximum at once",
		.what = "Receive buffer of each TCP socket: the least it gets under memory "
			"pressure, what it starts with, and how far it grows by itself.",
		.why = "The maximum limits the speed of one connection to about half of it for "
		       "each round trip; a higher one lets each connection hold more memory.",
		.myth = "The maximum need not be below net.core.rmem_max: that limits only "
			"programs that set SO_RCVBUF, which also ends automatic growth.",
		.evidence = "TCPWantZeroWindowAdv or TCPToZeroWindowAdv rising though the "
			    "application reads; PruneCalled or TCPRcvQDrop rising; bandwidth "
			    "times delay above half the maximum.",
		.links = "Minimum, default and maximum must rise; the kernel does not check. "
			 "Connections times the maximum should fit into tcp_mem. An accepted "
			 "socket starts with its listener's buffer.",
		.risk = RISK_MEDIUM,
		.risk_why = "memory times the number of connections",
		.source = "Documentation/networking/ip-sysctl.rst; experiment E9",
	},
	{
		.key = "net.ipv4.tcp_rx_skb_cache",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		.since = BETWEEN(KERNEL(5, 0), KERNEL(5, 4)),
		.removed = IN(KERNEL(5, 17)),
		.effect = EFFECT_NEVER,
		.what = "Kept one receive buffer for reuse with each socket. Removed in 5.17.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing: the kernel reuses buffers by itself.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed in 5.17",
	},
	{
		.key = "net.ipv4.tcp_shrink_window",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		SANE(0, 1),
		ACCEPTS(0, 1),
		DEFAULT_ALWAYS("0"),
		.since = IN(KERNEL(6, 5)),
		.effect = EFFECT_NOW,
		.what = "Lets the kernel take back receive window it has already offered, when "
			"memory is short.",
		.why = "Leave it at 0, as the standard advises. 1 may save connections that would "
		       "be pruned under memory pressure, and confuses some peers.",
		.evidence = "PruneCalled and RcvPruned rising.",
		.risk = RISK_MEDIUM,
		.risk_why = "a window that shrinks confuses some peers",
		.source = "Documentation/networking/ip-sysctl.rst",
	},
	{
		.key = "net.ipv4.tcp_tx_skb_cache",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_BOOL,
		.scope = SCOPE_NETNS,
		.since = BETWEEN(KERNEL(5, 0), KERNEL(5, 4)),
		.removed = IN(KERNEL(5, 17)),
		.effect = EFFECT_NEVER,
		.what = "Kept one send buffer for reuse with each socket. Removed in 5.17.",
		.why = "It cannot be set any more. Delete the line: writing it fails.",
		.instead = "Nothing: the kernel reuses buffers by itself.",
		.risk = RISK_LOW,
		.risk_why = "it has no effect where it does not exist",
		.source = "removed in 5.17",
	},
	{
		.key = "net.ipv4.tcp_wmem",
		.topic = TOPIC_BUFFERS,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.fields = 3,
		.field_names = "min default max",
		.unit = "bytes",
		SANE(4096, 1073741824),
		ACCEPTS(1, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.since = KERNEL(3, 10), .rule = DEFAULT_WMEM_4M},
			},
		.scales = "the maximum is cut to 1/128 of the memory on hosts with less than 512 "
			  "MiB",
		.copied = true,
		.netns_since = IN(KERNEL(4, 15)),
		.effect = EFFECT_NEW_SOCKETS,
		.effect_note = "the maximum at once",
		.what = "Send buffer of each TCP socket: the least it gets under memory pressure, "
			"what it starts with, and how far it grows by itself.",
		.why = "The maximum limits how much one connection may have in flight over a long "
		       "fast path; a higher one lets each slow client hold more memory.",
		.myth = "The maximum need not be below net.core.wmem_max: that limits only "
			"programs that set SO_SNDBUF, which also ends automatic growth.",
		.evidence = "Bandwidth times delay above the maximum; a send queue that stays "
			    "full while the path is not.",
		.links = "Minimum, default and maximum must rise; the kernel does not check. "
			 "Connections times the maximum should fit into tcp_mem. "
			 "tcp_notsent_lowat limits the unsent part.",
		.risk = RISK_MEDIUM,
		.risk_why = "memory times the number of connections",
		.source = "Documentation/networking/ip-sysctl.rst; net/ipv4/tcp.c:tcp_init",
	},
};

const struct catalogue_rows catalogue_buffers = {rows, ARRAY_LEN(rows)};
