/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firewall's table of connections. */
#include "advise/rules_settings.h"

enum {
	CHAIN_LONG = 8, /* tracked connections a bucket */
};

static bool number_is_not_positive(int64_t number)
{
	return number <= 0;
}

static bool tracker_has_no_time(struct trial *t)
{
	return setting_any_fails(t, number_is_not_positive);
}

static bool tracker_chains_are_long(struct trial *t)
{
	if (trial_number(t, 1) <= 0)
		return false;
	t->numbers[0] = trial_number(t, 0) / trial_number(t, 1);
	return t->numbers[0] > CHAIN_LONG;
}

static const struct rule rows[] = {
	{
		.id = "conntrack-timeout-zero",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.netfilter.nf_conntrack_tcp_timeout_established",
			 "net.netfilter.nf_conntrack_tcp_timeout_syn_sent",
			 "net.netfilter.nf_conntrack_tcp_timeout_syn_recv",
			 "net.netfilter.nf_conntrack_tcp_timeout_fin_wait",
			 "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
			 "net.netfilter.nf_conntrack_tcp_timeout_last_ack",
			 "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
			 "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged"},
		.needs = 1,
		.holds = tracker_has_no_time,
		.summary = "The firewall's connection tracking has a timeout that is no time: "
			   "tracked connections can be forgotten at once.",
		.remedy = "Set the timeouts named here to the kernel's defaults. Zero and "
			  "negative do not mean unlimited.",
	},
	{
		.id = "conntrack-chains-long",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets"},
		.holds = tracker_chains_are_long,
		.summary = "A full connection table has {a} entries in each bucket, and every "
			   "packet of the firewall searches one.",
		.remedy = "Raise net.netfilter.nf_conntrack_buckets together with "
			  "net.netfilter.nf_conntrack_max, best to the same number. Both are the "
			  "host's and cannot be set from inside a container.",
	},
};

const struct rules rules_settings_conntrack = {rows, ARRAY_LEN(rows)};
