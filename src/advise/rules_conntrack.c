/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firewall's table of connections.  The limit is the host's, the number of
 * entries compared with it each namespace's own.
 */
#include "advise/threshold.h"

enum { TABLE_NEAR_PERMILLE = 800, TABLE_FULL_PERMILLE = 950 };

/* A limit of 0 is none. */
static bool table_is_nearly_full(struct trial *t)
{
	int64_t count = trial_number(t, 0), most = trial_number(t, 1);
	uint64_t share = 0;

	if (count > 0 && most > 0)
		share = trial_permille((uint64_t)count, (uint64_t)most);
	t->numbers[0] = (int64_t)share / 10;
	if (share >= TABLE_FULL_PERMILLE)
		t->severity = SEVERITY_CRITICAL;
	return share >= TABLE_NEAR_PERMILLE;
}

static bool table_was_full(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_CONNTRACK_DROP) +
		     trial_count(t, COUNTER_CONNTRACK_EARLY_DROP);

	t->numbers[0] = (int64_t)n;
	if (!trial_is_much(t, MUCH_CONNTRACK_DROPPED, n))
		return false;
	trial_note_count(t, COUNTER_CONNTRACK_DROP);
	trial_note_count(t, COUNTER_CONNTRACK_EARLY_DROP);
	return true;
}

static const struct rule rows[] = {
	{
		.id = "conntrack-near-full",
		.severity = SEVERITY_WARNING, /* critical when it is full */
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max",
			 "net.netfilter.nf_conntrack_buckets"},
		.needs = 2,
		.holds = table_is_nearly_full,
		.summary =
			"The firewall's connection table is {a} % full; at 100 % new connections "
			"are dropped.",
		.remedy = "Raise net.netfilter.nf_conntrack_max to twice the peak, and "
			  "net.netfilter.nf_conntrack_buckets with it; an entry takes about 400 "
			  "bytes. Or do not track what needs no tracking (notrack).",
	},
	{
		.id = "conntrack-drops",
		.severity = SEVERITY_WARNING, /* information when it was at some time */
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_COUNTERS,
		.holds = table_was_full,
		.summary = "The firewall's connection table was full: {a} connections were dropped "
			   "or forgotten early.",
		.remedy = "Raise net.netfilter.nf_conntrack_max to twice the peak, and "
			  "net.netfilter.nf_conntrack_buckets with it; an entry takes about 400 "
			  "bytes.",
	},
};

const struct rules rules_conntrack = {rows, ARRAY_LEN(rows)};
