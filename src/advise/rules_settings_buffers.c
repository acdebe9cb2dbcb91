/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers, and the memory of all of them. */
#include "advise/rules_settings.h"

enum {
	UDP_BUFFER_LARGE = 1024 * 1024,
};

/* Three numbers that must not descend. */
static bool is_out_of_order(struct trial *t)
{
	return trial_wide(t, 0, 0) > trial_wide(t, 0, 1) ||
	       trial_wide(t, 0, 1) > trial_wide(t, 0, 2);
}

static bool tcp_may_take_all_memory(struct trial *t)
{
	const struct host *h = &t->evidence->snapshot->host;
	int64_t pages = trial_wide(t, 0, 2);

	t->numbers[0] = (int64_t)(h->memory_bytes / h->page_size);
	t->numbers[1] = (int64_t)(h->memory_bytes >> 20);
	return pages > t->numbers[0];
}

static bool udp_buffer_is_large(struct trial *t)
{
	return trial_number(t, 0) >= UDP_BUFFER_LARGE;
}

static const struct rule rows[] = {
	{
		.id = "tcp-rmem-order",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_rmem"},
		.holds = is_out_of_order,
		.summary = "The receive buffers contradict each other: net.ipv4.tcp_rmem is {0}.",
		.remedy = "Set net.ipv4.tcp_rmem to three numbers of bytes that do not descend: "
			  "minimum, default, maximum.",
	},
	{
		.id = "tcp-wmem-order",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_wmem"},
		.holds = is_out_of_order,
		.summary = "The send buffers contradict each other: net.ipv4.tcp_wmem is {0}.",
		.remedy = "Set net.ipv4.tcp_wmem to three numbers of bytes that do not descend: "
			  "minimum, default, maximum.",
	},
	{
		.id = "tcp-mem-order",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_mem"},
		.holds = is_out_of_order,
		.summary = "The limits of TCP memory contradict each other: net.ipv4.tcp_mem is "
			   "{0}.",
		.remedy = "Set net.ipv4.tcp_mem to three numbers of pages that do not descend: "
			  "low, pressure, maximum. The kernel's default suits nearly every host.",
	},
	{
		.id = "tcp-mem-above-memory",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_mem"},
		.facts = FACT_MEMORY,
		.holds = tcp_may_take_all_memory,
		.summary = "TCP may take more than all memory: net.ipv4.tcp_mem is {0} pages, this "
			   "host has {a} ({b} MiB).",
		.remedy = "Leave out net.ipv4.tcp_mem: the kernel computes it from memory. Its "
			  "unit is pages; numbers of bytes written there allow thousands of times "
			  "as much.",
	},
	{
		.id = "receive-autotuning-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_moderate_rcvbuf"},
		.holds = setting_is_zero,
		.summary = "Receive buffers stay at their first size: fast or distant peers are "
			   "slowed down.",
		.remedy = "Set net.ipv4.tcp_moderate_rcvbuf to 1.",
	},
	{
		.id = "udp-buffer-large",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.rmem_default"},
		.holds = udp_buffer_is_large,
		.summary = "Every UDP socket may hold {0} bytes; TCP does not use "
			   "net.core.rmem_default.",
		.remedy = "Leave net.core.rmem_default at 212992. Let the application that needs "
			  "more ask with SO_RCVBUF, and raise net.core.rmem_max for it. TCP takes "
			  "its sizes from net.ipv4.tcp_rmem.",
	},
};

const struct rules rules_settings_buffers = {rows, ARRAY_LEN(rows)};
