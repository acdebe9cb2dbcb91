/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that end: FIN_WAIT_2, TIME_WAIT and orphans. */
#include "advise/rules_settings.h"

enum {
	FIN_TIMEOUT_SHORT = 15, /* seconds; below, slow clients are cut off */
	TIMEWAIT_SECONDS = 60,  /* TCP_TIMEWAIT_LEN */
};

/*
 * Above 60 an orphan waits value - 60 seconds as a whole socket and as long
 * again as a small one (__tcp_close(), tcp_keepalive_timer(); experiment E18).
 */
static bool fin_wait_is_not_as_said(struct trial *t)
{
	int64_t value = trial_number(t, 0);

	t->numbers[0] = 2 * (value - TIMEWAIT_SECONDS);
	return value > TIMEWAIT_SECONDS && t->numbers[0] != value;
}

static bool fin_wait_is_short(struct trial *t)
{
	return trial_number(t, 0) < FIN_TIMEOUT_SHORT;
}

/*
 * Where the size of the hash table is not known, guess it from memory the way
 * tcp_init() does: a bucket for 128 KiB, half a million at most.
 */
static int64_t usual_timewaits(struct trial *t)
{
	uint64_t guess = t->evidence->snapshot->host.memory_bytes / (256 * 1024);

	return trial_default(t, 0, guess < 262144 ? (int64_t)guess : 262144);
}

/* Negative is no limit at all. */
static bool timewaits_are_cut(struct trial *t)
{
	t->numbers[0] = usual_timewaits(t);
	return trial_number(t, 0) == 0 ||
	       (trial_number(t, 0) > 0 && trial_number(t, 0) < t->numbers[0] / 4);
}

static const struct rule rows[] = {
	{
		.id = "fin-timeout-quirk",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_fin_timeout"},
		.holds = fin_wait_is_not_as_said,
		.summary = "Closed connections stay {a} seconds in FIN_WAIT_2, not {0}: above 60 "
			   "the kernel waits twice the excess.",
		.remedy = "Set net.ipv4.tcp_fin_timeout to 60 or less, or to exactly 120. It does "
			  "not change TIME_WAIT, which always lasts 60 seconds.",
	},
	{
		.id = "fin-timeout-short",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_fin_timeout"},
		.holds = fin_wait_is_short,
		.summary = "Slow clients are cut off: a closed connection waits for its peer "
			   "only {0} seconds.",
		.remedy = "Set net.ipv4.tcp_fin_timeout to 15 or more; 30 is low enough for any "
			  "server. It does not change TIME_WAIT, which always lasts 60 seconds.",
	},
	{
		.id = "tw-buckets-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_tw_buckets"},
		.holds = timewaits_are_cut,
		.summary = "Beyond {0} sockets TIME_WAIT is skipped, and old packets can reach new "
			   "connections; usual on this host is about {a}.",
		.remedy = "Leave out net.ipv4.tcp_max_tw_buckets. A TIME_WAIT entry costs next to "
			  "nothing, and lowering their number is no cure for anything.",
	},
	{
		.id = "tw-recycle-on",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_tw_recycle"},
		.holds = setting_is_not_zero,
		.summary = "Clients behind one NAT address are refused without a word: "
			   "net.ipv4.tcp_tw_recycle is {0}.",
		.remedy = "Set net.ipv4.tcp_tw_recycle to 0 and delete it from all files. Newer "
			  "kernels do not have it.",
	},
	{
		.id = "max-orphans-zero",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_orphans"},
		.holds = setting_is_not_positive,
		.summary = "Every connection closed with data left to send is reset: "
			   "net.ipv4.tcp_max_orphans is {0}.",
		.remedy = "Leave out net.ipv4.tcp_max_orphans, or set it to the kernel's "
			  "default. Negative does not mean unlimited.",
	},
};

const struct rules rules_settings_close = {rows, ARRAY_LEN(rows)};
