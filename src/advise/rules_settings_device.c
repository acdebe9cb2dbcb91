/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets on their way from the device. */
#include "advise/rules_settings.h"

static const struct rule rows[] = {
	{
		.id = "netdev-backlog-zero",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_max_backlog"},
		.holds = setting_is_zero,
		.summary = "Loopback and container traffic is dropped: the queue of each CPU holds "
			   "one packet.",
		.remedy = "Set net.core.netdev_max_backlog to 1000 or more.",
	},
	{
		.id = "netdev-backlog-unlimited",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_max_backlog"},
		.holds = setting_is_negative,
		.summary = "The packet queue of each CPU has no limit: net.core.netdev_max_backlog "
			   "is {0}, which the kernel takes for a huge number.",
		.remedy = "Set net.core.netdev_max_backlog to 1000 or more.",
	},
	{
		.id = "netdev-budget-zero",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_budget"},
		.holds = setting_is_not_positive,
		.summary = "Each round of packet reception stops after its first device: "
			   "net.core.netdev_budget is {0}.",
		.remedy = "Set net.core.netdev_budget to 300.",
	},
};

const struct rules rules_settings_device = {rows, ARRAY_LEN(rows)};
