/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netfilter's table of connections.  Absent until nf_conntrack is loaded.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.netfilter.nf_conntrack_buckets",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_HOST_VISIBLE,
		.unit = "buckets",
		SANE(1024, 16777216),
		ACCEPTS(1, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.not_before = KERNEL(2, 6),
				 .since = KERNEL(4, 18),
				 .rule = DEFAULT_CONNTRACK_BUCKETS_OLD},
				{.since = KERNEL(5, 15), .rule = DEFAULT_CONNTRACK_BUCKETS},
			},
		.scales = "262144 above 4 GiB of memory, 65536 above 1 GiB, less below (a quarter "
			  "of that before 5.15)",
		.module = "nf_conntrack",
		.effect = EFFECT_NOW,
		.what = "Size of the hash table of tracked connections.",
		.why = "Raise it together with nf_conntrack_max, or every lookup walks long "
		       "chains. It takes 8 bytes a bucket.",
		.links = "Keep it at least near nf_conntrack_max; a profile that sets one should "
			 "set both.",
		.risk = RISK_LOW,
		.risk_why = "memory",
		.source = "net/netfilter/nf_conntrack_core.c:nf_conntrack_init_start",
	},
	{
		.key = "net.netfilter.nf_conntrack_count",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "connections",
		.read_only = true,
		.module = "nf_conntrack",
		.effect = EFFECT_NEVER,
		.effect_note = "it is read-only",
		.what = "Connections tracked in this namespace now.",
		.why = "Compare it with nf_conntrack_max. 0 means that no rule here tracks "
		       "connections, and nothing about tracking needs tuning.",
		.links = "nf_conntrack_max is the limit.",
		.risk = RISK_LOW,
		.risk_why = "it is read-only",
		.source = "net/netfilter/nf_conntrack_standalone.c",
	},
	{
		.key = "net.netfilter.nf_conntrack_max",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_HOST_VISIBLE,
		.unit = "connections",
		SANE(4096, 67108864),
		ACCEPTS(0, INT32_MAX),
		.defaults =
			{
				{.rule = DEFAULT_UNKNOWN},
				{.not_before = KERNEL(2, 6),
				 .since = KERNEL(4, 18),
				 .rule = DEFAULT_CONNTRACK_MAX},
			},
		.scales = "262144 above 4 GiB of memory, 65536 above 1 GiB, less below",
		.module = "nf_conntrack",
		.effect = EFFECT_NOW,
		.what = "How many connections each namespace may track. A new connection beyond "
			"it is dropped.",
		.why = "A full table drops new connections at random. Raising it costs some "
		       "hundred bytes for each connection really tracked.",
		.myth = "Without a rule that tracks connections (count is 0) it does nothing.",
		.evidence = "nf_conntrack_count above 80 % of it; \"nf_conntrack: table full, "
			    "dropping packet\" in the log; \"drop\" and \"early_drop\" in "
			    "/proc/net/stat/nf_conntrack rising.",
		.links = "Raise nf_conntrack_buckets with it. The value is the host's, the count "
			 "is each namespace's own. 0 means no limit.",
		.risk = RISK_LOW,
		.risk_why = "memory for each tracked connection",
		.source = "net/netfilter/nf_conntrack_core.c:__nf_conntrack_alloc",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(10, 3600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("60"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a connection that one side has closed and "
			"the other has not.",
		.why = "Leave it, unless a gateway's table is full of such entries. Too short, it "
		       "forgets connections whose application closes late.",
		.myth = "It concerns the tracker's entry, not sockets in CLOSE_WAIT.",
		.risk = RISK_MEDIUM,
		.risk_why = "connections closed late are cut off",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_established",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(600, 432000),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("432000"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers an idle established connection. The "
			"default is five days.",
		.why = "A shorter time keeps dead connections from filling the table of a NAT "
		       "gateway. Idle connections that live longer, such as database sessions, "
		       "then hang or are reset.",
		.evidence = "nf_conntrack_count near nf_conntrack_max, with many entries of dead "
			    "connections.",
		.links = "Must exceed the endpoints' tcp_keepalive_time + tcp_keepalive_intvl * "
			 "tcp_keepalive_probes.",
		.risk = RISK_MEDIUM,
		.risk_why = "live idle connections are forgotten",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_fin_wait",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(10, 3600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("120"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a connection after its first FIN.",
		.why = "Shorten it only where such entries fill a gateway's table. Too short, "
		       "slow closes are cut off.",
		.myth = "It concerns the tracker's entry, not sockets in FIN_WAIT; for those see "
			"tcp_fin_timeout.",
		.risk = RISK_LOW,
		.risk_why = "slow closes are cut off",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_last_ack",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(10, 3600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("30"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a connection that waits for its last "
			"acknowledgment.",
		.why = "Leave it: the entry lives half a minute and matters little.",
		.risk = RISK_LOW,
		.risk_why = "a late last packet is not recognised",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_syn_recv",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(10, 600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("60"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a handshake that was answered but not "
			"completed.",
		.why = "A shorter time keeps a SYN flood from filling the table. Clients on slow "
		       "links need the seconds.",
		.evidence = "nf_conntrack_count rising during a flood.",
		.risk = RISK_LOW,
		.risk_why = "slow handshakes are forgotten",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_syn_sent",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(10, 600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("120"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a connection request that was not "
			"answered.",
		.why = "A shorter time keeps scans and dead targets from filling the table. It "
		       "should cover the retries of slow clients.",
		.evidence = "nf_conntrack_count high with many unanswered requests.",
		.risk = RISK_LOW,
		.risk_why = "slow handshakes are forgotten",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(10, 600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("120"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a connection after it closed.",
		.why = "A shorter time makes room in the table of a gateway with many short "
		       "connections. It should stay above the 60 seconds of the sockets' own "
		       "TIME_WAIT.",
		.myth = "It does not change how long sockets stay in TIME_WAIT: that is 60 "
			"seconds, fixed.",
		.evidence = "nf_conntrack_count near nf_conntrack_max with most entries in "
			    "TIME_WAIT.",
		.risk = RISK_LOW,
		.risk_why = "late packets of closed connections are not recognised",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "seconds",
		SANE(30, 3600),
		ACCEPTS_SECONDS,
		DEFAULT_ALWAYS("300"),
		.module = "nf_conntrack",
		.effect = EFFECT_TIMER,
		.effect_note = "that is, at a tracked connection's next packet",
		.what = "How long the tracker remembers a connection with data that is not "
			"acknowledged.",
		.why = "Leave it: shorter, it forgets connections over paths that are down for "
		       "minutes.",
		.risk = RISK_MEDIUM,
		.risk_why = "connections over bad paths are forgotten",
		.source = "Documentation/networking/nf_conntrack-sysctl.rst",
	},
	{
		.key = "net.netfilter.nf_hooks_lwtunnel",
		.topic = TOPIC_CONNTRACK,
		.type = TYPE_BOOL,
		.scope = SCOPE_HOST_VISIBLE,
		SANE(0, 1),
		DEFAULT_ALWAYS("0"),
		.since = BETWEEN(KERNEL(5, 10), KERNEL(5, 16)),
		.never_write = true,
		.module = "nf_conntrack",
		.config = "CONFIG_LWTUNNEL",
		.effect = EFFECT_NOW,
		.what = "Runs netfilter's hooks on packets of lightweight tunnels.",
		.why = "Never from this tool: it changes the whole host, even when written in a "
		       "child namespace, and cannot be switched off before a reboot.",
		.instead = "Who needs it sets it once by hand, early at boot, in the first "
			   "namespace.",
		.risk = RISK_HIGH,
		.risk_why = "the whole host changes and it cannot be undone before a reboot",
		.source = "net/netfilter/nf_hooks_lwtunnel.c; experiment E15",
	},
};

const struct catalogue_rows catalogue_conntrack = {rows, ARRAY_LEN(rows)};
