/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers and memory.  sockstat's `mem` and tcp_mem are the whole host's, in
 * pages; what was dropped for want of memory is counted in the namespace.
 */
#include "advise/threshold.h"

enum { MEMORY_FULL_PERMILLE = 900 };

/*
 * Data that had arrived is thrown away; tried collapses are no loss
 * (tcp_prune_queue()).  The first two count the same drop as a rule, the second
 * since 4.19.
 */
static bool received_data_is_dropped(struct trial *t)
{
	uint64_t pruned = trial_count(t, COUNTER_RCV_PRUNED);
	uint64_t dropped = trial_count(t, COUNTER_RCV_Q_DROP);
	uint64_t n = (pruned > dropped ? pruned : dropped) + trial_count(t, COUNTER_OFO_PRUNED);

	t->numbers[0] = (int64_t)n;
	if (!trial_is_much(t, MUCH_RECEIVED_DROPPED, n))
		return false;
	trial_note_count(t, COUNTER_RCV_PRUNED);
	trial_note_count(t, COUNTER_RCV_Q_DROP);
	trial_note_count(t, COUNTER_OFO_PRUNED);
	trial_note_whole(t, MUCH_RECEIVED_DROPPED);
	return true;
}

static bool backlog_overflows(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_BACKLOG_DROP);

	t->numbers[0] = (int64_t)n;
	if (!trial_is_much(t, MUCH_BACKLOG_DROPPED, n))
		return false;
	trial_note_count(t, COUNTER_BACKLOG_DROP);
	trial_note_whole(t, MUCH_BACKLOG_DROPPED);
	return true;
}

static bool memory_is_short(struct trial *t)
{
	int64_t used = (int64_t)trial_now(t, COUNTER_SOCKETS_MEM);
	int64_t pressure = trial_wide(t, 0, 1), most = trial_wide(t, 0, 2);

	if (most <= 0 || pressure <= 0 || used < pressure)
		return false;
	t->numbers[0] = used;
	t->numbers[1] = (int64_t)trial_permille((uint64_t)used, (uint64_t)most) / 10;
	if (t->numbers[1] * 10 >= MEMORY_FULL_PERMILLE)
		t->severity = SEVERITY_CRITICAL;
	trial_note(t, "TCP holds %lld pages; from %lld on buffers shrink, at %lld sending fails",
		   (long long)used, (long long)pressure, (long long)most);
	return true;
}

static bool memory_was_short(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_MEMORY_PRESSURES);

	t->numbers[0] = (int64_t)n;
	if (!trial_is_much(t, MUCH_MEMORY_PRESSURES, n))
		return false;
	trial_note_count(t, COUNTER_MEMORY_PRESSURES);
	return true;
}

static const struct rule rows[] = {
	{
		.id = "receive-pruned",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_rmem"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_COUNTERS,
		.holds = received_data_is_dropped,
		.summary =
			"{a} times data that had arrived was thrown away: the receive buffer was "
			"full.",
		.remedy = "The application reads too slowly for the many small packets it gets, or "
			  "sets a small SO_RCVBUF. If it does read, raise the last number of "
			  "net.ipv4.tcp_rmem.",
	},
	{
		.id = "backlog-drops",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.facts = FACT_COUNTERS,
		.holds = backlog_overflows,
		.summary = "{a} packets were dropped while an application held its socket busy.",
		.remedy =
			"CPUs are short or an application stalls inside a system call. No setting "
			"of TCP changes it.",
	},
	{
		.id = "tcp-memory-near",
		.severity = SEVERITY_WARNING, /* critical near the end */
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_mem"},
		.facts = FACT_COUNTERS,
		.holds = memory_is_short,
		.summary = "TCP memory is short: {b} % of what net.ipv4.tcp_mem allows is in use, "
			   "and buffers shrink.",
		.remedy =
			"Find the connections that hold it: many with unread or unsent data. Only "
			"if they are meant, and memory is free, raise net.ipv4.tcp_mem; its unit "
			"is pages.",
	},
	{
		.id = "tcp-memory-pressure",
		.severity = SEVERITY_WARNING, /* information when it was at some time */
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_mem"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_COUNTERS,
		.holds = memory_was_short,
		.summary = "TCP memory of the whole host was short {a} times, and all buffers were "
			   "cut.",
		.remedy =
			"Look for connections with much unread or unsent data, and at the memory "
			"of the host. net.ipv4.tcp_mem is computed from it at boot; raise it only "
			"if memory is free.",
	},
};

const struct rules rules_memory = {rows, ARRAY_LEN(rows)};
