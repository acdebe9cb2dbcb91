/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/default.h"

#include <errno.h>

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/*
 * The kernel decides by the memory it finds free early at boot, MemTotal tells
 * what it manages now: always a little more, and other figures after hot-plug
 * or ballooning.  So a step is believed only where memory is this clearly
 * beyond it; between, the default is not known.
 */
static bool clearly_above(uint64_t memory, uint64_t step)
{
	return memory > step + step / 8;
}

static bool clearly_below(uint64_t memory, uint64_t step)
{
	return memory < step - step / 8;
}

static int one_number(const struct tunable *t, uint64_t n, struct value *ret)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	return value_read(t, text, ret);
}

/*
 * Buckets of the table this namespace uses, 0 when not known.  A negative
 * tcp_ehash_entries is the size of the first namespace's, shared.  What belongs
 * to the host was computed from that one; a child with its own cannot tell.
 */
static uint64_t ehash_buckets(const struct tunable *t, const struct host *h)
{
	if (h->ehash_entries < 0)
		return 0 - (uint64_t)h->ehash_entries;
	return t->scope == SCOPE_HOST && h->child_netns ? 0 : (uint64_t)h->ehash_entries;
}

/* net/ipv4/tcp_ipv4.c:tcp_sk_init(), tcp_set_hashinfo(); net/ipv4/tcp.c:tcp_init() */
static int from_ehash(const struct tunable *t, enum default_rule rule, const struct host *h,
		      struct value *ret)
{
	uint64_t n = ehash_buckets(t, h);

	if (!n)
		return -ENODATA;
	if (rule == DEFAULT_HALF_EHASH)
		return one_number(t, n / 2, ret);
	return one_number(t, n / 128 > 128 ? n / 128 : 128, ret);
}

/*
 * The largest buffer is cut to 1/128 of the free pages (tcp_init()), so the
 * figure stands where memory is above 128 of it; below, the exact one is not
 * known.  The smallest is one page, whose handling changed between releases
 * where that is not 4 KiB.
 */
static int from_memory(const struct tunable *t, uint64_t largest, const char *text,
		       const struct host *h, struct value *ret)
{
	if (h->page_size != 4 * KIB || !clearly_above(h->memory_bytes, 128 * largest))
		return -ENODATA;
	return value_read(t, text, ret);
}

/* net/netfilter/nf_conntrack_core.c:nf_conntrack_init_start(), on 64 bits */
static int in_steps(const struct tunable *t, uint64_t above_1g, uint64_t above_4g,
		    const struct host *h, struct value *ret)
{
	if (clearly_above(h->memory_bytes, 4 * GIB))
		return one_number(t, above_4g, ret);
	if (clearly_above(h->memory_bytes, GIB) && clearly_below(h->memory_bytes, 4 * GIB))
		return one_number(t, above_1g, ret);
	return -ENODATA;
}

/* The row that applies to a release; NULL where that is not known. */
static const struct tunable_default *default_at(const struct tunable *t, unsigned release)
{
	const struct tunable_default *found = NULL;

	for (const struct tunable_default *d = t->defaults; d < t->defaults + DEFAULTS_MAX; d++) {
		if (d->rule == DEFAULT_TEXT && !d->text)
			break;
		if (!d->since || (release && release >= d->since))
			found = d;
		else if (!release || (d->not_before && release > d->not_before))
			return NULL;
	}
	return found;
}

int default_value(const struct tunable *t, const struct host *h, struct value *ret)
{
	const struct tunable_default *d = default_at(t, h->release);

	if (!d || (t->copied && h->child_netns) ||
	    (h->release && tunable_presence(t, h->release) == PRESENCE_NO))
		return -ENODATA;

	switch (d->rule) {
	case DEFAULT_TEXT:
		return value_read(t, d->text, ret);
	case DEFAULT_SYN_BACKLOG:
	case DEFAULT_HALF_EHASH:
		return from_ehash(t, d->rule, h, ret);
	case DEFAULT_RMEM_6M:
		return from_memory(t, 6 * MIB, "4096 131072 6291456", h, ret);
	case DEFAULT_RMEM_32M:
		return from_memory(t, 32 * MIB, "4096 131072 33554432", h, ret);
	case DEFAULT_WMEM_4M:
		return from_memory(t, 4 * MIB, "4096 16384 4194304", h, ret);
	case DEFAULT_CONNTRACK_BUCKETS_OLD:
		return in_steps(t, 16384, 65536, h, ret);
	case DEFAULT_CONNTRACK_BUCKETS:
	case DEFAULT_CONNTRACK_MAX:
		return in_steps(t, 65536, 262144, h, ret);
	case DEFAULT_UNKNOWN:
	case DEFAULT_RULE_COUNT:
		break;
	}
	return -ENODATA;
}
