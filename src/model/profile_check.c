/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/profile_check.h"

#include <inttypes.h>
#include <string.h>

static const struct sysctl_entry *entry_of(const struct profile *p, const char *key)
{
	for (size_t i = 0; i < p->sysctls.len; i++) {
		if (strcmp(p->sysctls.items[i].tunable->key, key) == 0)
			return &p->sysctls.items[i];
	}
	return NULL;
}

/* The number of an entry that names one and does not scale. */
static bool number_of(const struct sysctl_entry *e, int64_t *ret)
{
	if (!e || e->operands.len != 1 || e->operands.items[0].scale != SCALE_NONE)
		return false;
	*ret = e->operands.items[0].value.num[0];
	return true;
}

/* Does it let through none but zero? */
static bool wants_zero(const struct sysctl_entry *e)
{
	int64_t n = 0;

	return number_of(e, &n) && n == 0 && e->op != OP_AT_LEAST;
}

static bool lets_zero_pass(const struct sysctl_entry *e)
{
	for (size_t i = 0; i < e->operands.len; i++) {
		if (e->operands.items[i].value.num[0] == 0)
			return true;
	}
	return e->op == OP_AT_MOST;
}

/* tcp_twsk_unique(): the age of a connection is told by its timestamps. */
static void check_reuse(const struct profile *p, struct problems *list)
{
	const struct sysctl_entry *reuse = entry_of(p, "net.ipv4.tcp_tw_reuse");
	const struct sysctl_entry *timestamps = entry_of(p, "net.ipv4.tcp_timestamps");

	if (!reuse || lets_zero_pass(reuse) || !wants_zero(timestamps))
		return;
	problem_add(list, timestamps->file, timestamps->line,
		    "net.ipv4.tcp_timestamps: without timestamps net.ipv4.tcp_tw_reuse, which "
		    "%s:%u wants, does nothing",
		    reuse->file, reuse->line);
}

/* ipv4_local_port_range(): the kernel refuses the pair. */
static void check_ports(const struct profile *p, struct problems *list)
{
	const struct sysctl_entry *range = entry_of(p, "net.ipv4.ip_local_port_range");
	const struct sysctl_entry *start = entry_of(p, "net.ipv4.ip_unprivileged_port_start");
	int64_t low = 0, first = 0;

	if (!number_of(range, &low) || !number_of(start, &first) || range->op == OP_AT_MOST ||
	    start->op == OP_AT_MOST || low >= first)
		return;
	problem_add(list, range->file, range->line,
		    "net.ipv4.ip_local_port_range: the kernel takes no range that begins below "
		    "net.ipv4.ip_unprivileged_port_start, which %s:%u wants at %" PRId64,
		    start->file, start->line, first);
}

/* do_prlimit(): above fs.nr_open nobody gets a limit, and logins and services fail. */
static void check_nr_open(const struct profile *p, struct problems *list)
{
	const struct sysctl_entry *most = entry_of(p, "fs.nr_open");
	int64_t n = 0;

	if (!number_of(most, &n) || most->op == OP_AT_LEAST || n < 0)
		return;
	for (size_t i = 0; i < p->nofile.len; i++) {
		const struct nofile_entry *e = &p->nofile.items[i];
		uint64_t high = e->hard > e->soft ? e->hard : e->soft;

		if (high > (uint64_t)n)
			problem_add(list, e->file, e->line,
				    "%s: %" PRIu64 " is above fs.nr_open, which %s:%u wants at "
				    "%" PRId64 ": logins and services would fail",
				    e->target, high, most->file, most->line, n);
	}
}

void profile_check(const struct profile *p, struct problems *list)
{
	check_reuse(p, list);
	check_ports(p, list);
	check_nr_open(p, list);
}
