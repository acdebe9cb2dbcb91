/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The path from the device to the socket: each processor's queue and budget, queueing.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.core.busy_poll",
		.topic = TOPIC_DEVICE,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "microseconds",
		SANE(0, 200),
		ACCEPTS(0, INT32_MAX),
		DEFAULT_ALWAYS("0"),
		.since = BETWEEN(KERNEL(3, 10), KERNEL(3, 13)),
		.config = "CONFIG_NET_RX_BUSY_POLL",
		.effect = EFFECT_NOW,
		.what = "How long poll() and select() spin on the network device before they "
			"sleep. epoll is not affected.",
		.why = "50 saves the wake-up for programs that need the lowest latency. It burns "
		       "processor time while they wait.",
		.links = "Use together with net.core.busy_read; the driver must support it.",
		.risk = RISK_MEDIUM,
		.risk_why = "processors spin while waiting",
		.source = "Documentation/admin-guide/sysctl/net.rst",
	},
	{
		.key = "net.core.busy_read",
		.topic = TOPIC_DEVICE,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "microseconds",
		SANE(0, 200),
		ACCEPTS(0, INT32_MAX),
		DEFAULT_ALWAYS("0"),
		.since = BETWEEN(KERNEL(3, 10), KERNEL(3, 13)),
		.config = "CONFIG_NET_RX_BUSY_POLL",
		.effect = EFFECT_NEW_SOCKETS,
		.effect_note = "SO_BUSY_POLL overrides it",
		.what = "How long a blocking read spins on the network device before it sleeps.",
		.why = "50 saves the wake-up for programs that need the lowest latency. It burns "
		       "processor time while they wait.",
		.links = "Use together with net.core.busy_poll; the driver must support it.",
		.risk = RISK_MEDIUM,
		.risk_why = "processors spin while waiting",
		.source = "Documentation/admin-guide/sysctl/net.rst",
	},
	{
		.key = "net.core.default_qdisc",
		.topic = TOPIC_DEVICE,
		.type = TYPE_WORD,
		.scope = SCOPE_HOST,
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "pfifo_fast unless the build or the distribution chose fq_codel",
		.since = BETWEEN(KERNEL(3, 10), KERNEL(3, 13)),
		.effect = EFFECT_NEW_DEVICES,
		.effect_note = "existing devices keep theirs",
		.what = "The queueing discipline new network devices get.",
		.why = "fq_codel or fq share a link fairly and keep queues short. A device that "
		       "exists already keeps its own; change that with tc.",
		.myth = "It does not change a device that is up.",
		.links = "bbr works without fq since 4.13.",
		.risk = RISK_LOW,
		.risk_why = "concerns devices set up afterwards",
		.source = "net/sched/sch_api.c:qdisc_set_default",
	},
	{
		.key = "net.core.netdev_budget",
		.topic = TOPIC_DEVICE,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "packets",
		SANE(64, 4096),
		ACCEPTS_ANY_INT,
		DEFAULT_ALWAYS("300"),
		.effect = EFFECT_NOW,
		.what = "How many packets one round of receiving may take from all devices of a "
			"processor.",
		.why = "Raise it where rounds end with work left, that is where the third column "
		       "of softnet_stat rises. Longer rounds delay other work on that processor.",
		.evidence = "Third column of /proc/net/softnet_stat rising.",
		.links = "A round also ends after netdev_budget_usecs.",
		.risk = RISK_LOW,
		.risk_why = "other work on the processor waits longer",
		.source = "Documentation/admin-guide/sysctl/net.rst",
	},
	{
		.key = "net.core.netdev_budget_usecs",
		.topic = TOPIC_DEVICE,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "microseconds",
		SANE(1000, 100000),
		ACCEPTS(0, INT32_MAX),
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "two ticks of the kernel's clock: 8000 at 250 Hz, 2000 at 1000 Hz, "
			  "20000 at 100 Hz",
		.since = IN(KERNEL(4, 12)),
		.effect = EFFECT_NOW,
		.what = "How long one round of receiving may take.",
		.why = "Raise it together with netdev_budget where rounds end with work left. "
		       "Longer rounds delay other work on that processor.",
		.evidence = "Third column of /proc/net/softnet_stat rising.",
		.links = "A round also ends after netdev_budget packets.",
		.risk = RISK_LOW,
		.risk_why = "other work on the processor waits longer",
		.source = "net/core/hotdata.c",
	},
	{
		.key = "net.core.netdev_max_backlog",
		.topic = TOPIC_DEVICE,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "packets per processor",
		SANE(100, 250000),
		ACCEPTS_ANY_INT,
		DEFAULT_ALWAYS("1000"),
		.effect = EFFECT_NOW,
		.what = "How many received packets wait for each processor where packets go "
			"through its queue: loopback, virtual devices, and receive packet "
			"steering.",
		.why = "Raise it where that queue drops packets. A longer queue adds delay.",
		.myth = "A network card that is served by its driver's own polling, without "
			"packet steering, does not use this queue.",
		.evidence = "Second column of /proc/net/softnet_stat rising.",
		.risk = RISK_LOW,
		.risk_why = "longer queues add delay",
		.source = "net/core/dev.c:enqueue_to_backlog",
	},
};

const struct catalogue_rows catalogue_device = {rows, ARRAY_LEN(rows)};
