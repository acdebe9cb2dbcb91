/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term_rows.h"

static const struct term rows[] = {
	{
		.name = "NIC queues",
		.aliases =
			LIST("ring buffer", "ring buffers", "rx ring", "NIC", "offload", "offloads",
			     "TSO", "GSO", "GRO", "LRO", "interrupt coalescing", "RSS"),
		.kind = TERM_ELSEWHERE,
		.summary = "Rings, channels and offloads of network cards. tcptune does not set "
			   "them.",
		.means = "They belong to the driver of a card, not to TCP: packets lost there "
			 "never reach the queues that sysctls govern.",
		.instead = "ethtool: -S shows the counters of the driver, -g and -G the rings, -l "
			   "and -L the channels, -k and -K the offloads, -c and -C the coalescing.",
		.look = LIST("ethtool -S eth0 | grep -i drop", "ethtool -g eth0",
			     "ethtool -k eth0"),
		.see_also = LIST("IRQ and CPU placement", "net.core.netdev_budget"),
		.source = "ethtool(8)",
	},
	{
		.name = "IRQ and CPU placement",
		.aliases = LIST("IRQ", "interrupts", "IRQ affinity", "CPU affinity", "CPU pinning",
				"NUMA", "irqbalance", "smp_affinity"),
		.kind = TERM_ELSEWHERE,
		.summary = "Which CPU serves which interrupt or process. tcptune does not set it.",
		.means = "It depends on the hardware and the other work of the host, and is no "
			 "property of TCP.",
		.instead =
			"irqbalance spreads interrupts; tuned has profiles for throughput and for "
			"latency; taskset and CPUAffinity= in units place processes.",
		.look = LIST("cat /proc/interrupts", "mpstat -P ALL 1", "tuned-adm active"),
		.see_also = LIST("NIC queues"),
		.source = "irqbalance(1); tuned-adm(8)",
	},
	{
		.name = "qdisc parameters",
		.aliases =
			LIST("qdisc", "tc", "traffic shaping", "txqueuelen", "fq_codel", "shaping"),
		.kind = TERM_ELSEWHERE,
		.summary = "Queueing and shaping of packets that go out. tcptune sets at most the "
			   "default kind.",
		.means = "Limits, rates and classes belong to one device. net.core.default_qdisc "
			 "chooses only the kind that devices set up later get.",
		.instead =
			"tc: \"tc -s qdisc show\" for what there is and what it dropped, \"tc qdisc "
			"replace\" to change it.",
		.look = LIST("tc -s qdisc show dev eth0"),
		.see_also = LIST("net.core.default_qdisc"),
		.source = "tc(8)",
	},
	{
		.name = "UDP buffers",
		.aliases = LIST("UDP", "QUIC", "RcvbufErrors", "UDP receive buffer"),
		.kind = TERM_ELSEWHERE,
		.summary = "Buffers of UDP sockets. tcptune looks at them only where a TCP rule "
			   "needs them.",
		.means = "UDP sockets start with net.core.rmem_default and wmem_default and do not "
			 "grow by themselves. A program asks for more with SO_RCVBUF, which "
			 "net.core.rmem_max caps. TCP uses tcp_rmem and tcp_wmem.",
		.instead = "Set the buffer in the program, and sysctl net.core.rmem_max where its "
			   "request is capped. nstat shows the losses.",
		.look = LIST("nstat -az UdpRcvbufErrors UdpSndbufErrors", "ss -uam"),
		.see_also = LIST("SO_RCVBUF", "net.core.rmem_max", "net.core.rmem_default"),
		.source = "udp(7); socket(7)",
	},
};

const struct term_rows term_elsewhere = {rows, ARRAY_LEN(rows)};
