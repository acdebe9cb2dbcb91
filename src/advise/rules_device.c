/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets on their way from the device: the queue of each CPU and the time it
 * may spend on them.  These are the whole host's, and so are their settings.
 */
#include "advise/threshold.h"

static bool cpu_queue_overflows(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_SOFTNET_DROPPED);

	t->numbers[0] = (int64_t)n;
	if (!trial_is_much(t, MUCH_SOFTNET_DROPPED, n))
		return false;
	trial_note_count(t, COUNTER_SOFTNET_DROPPED);
	trial_note_whole(t, MUCH_SOFTNET_DROPPED);
	return true;
}

static bool cpu_runs_out_of_time(struct trial *t)
{
	t->numbers[0] = (int64_t)trial_rate(t, COUNTER_SOFTNET_SQUEEZED);
	if (!trial_is_much(t, MUCH_SOFTNET_SQUEEZED, trial_count(t, COUNTER_SOFTNET_SQUEEZED)))
		return false;
	trial_note_count(t, COUNTER_SOFTNET_SQUEEZED);
	trial_note_count(t, COUNTER_SOFTNET_PROCESSED);
	return true;
}

static const struct rule rows[] = {
	{
		.id = "softnet-drops",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_max_backlog"},
		.facts = FACT_COUNTERS,
		.holds = cpu_queue_overflows,
		.summary = "{a} packets were dropped because the queue of a CPU was full.",
		.remedy = "Raise net.core.netdev_max_backlog, say to 4096: it bounds loopback, "
			  "container and RPS traffic of each CPU. If one CPU does all the work, "
			  "spread it first (RPS, queues of the device).",
	},
	{
		.id = "softnet-squeezed",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.netdev_budget", "net.core.netdev_budget_usecs"},
		.needs = 1,
		.facts = FACT_COUNTERS | FACT_INTERVAL,
		.holds = cpu_runs_out_of_time,
		.summary = "{a} times a second a CPU had to stop receiving with packets left.",
		.remedy = "Raise net.core.netdev_budget and net.core.netdev_budget_usecs together, "
			  "say to twice as much, and look whether it becomes less. Other work on "
			  "that CPU waits longer then.",
	},
};

const struct rules rules_device = {rows, ARRAY_LEN(rows)};
