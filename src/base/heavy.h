/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting by keys that strangers choose, in memory of a fixed size: exact up
 * to so many different keys; past that the heaviest stay, each with a bound of
 * what it may lack.
 *
 *	struct peer {
 *		struct heavy_entry entry;
 *		uint64_t key[2];
 *		...what is counted of it
 *	};
 *	if (heavy_init(&h, sizeof(struct peer), 2, 4096))
 *		return -ENOMEM;
 *	peer = heavy_count(&h, key);
 *
 * What newcomers get wrong: a full table drops its lighter half at once and
 * notes how much the heaviest of those can have had; whoever comes later may
 * have missed that much.  Therefore count is never too large, and at most
 * `missed` too small, and no key with more than heavy.missed is lacking.  With
 * N counts, heavy.missed stays below 2 N / max.  Unlike Space-Saving, which
 * halves that bound, nothing is kept in order, so a count costs one access.
 *
 * The hash is keyed with bytes of getrandom(2), for who knows it can make every
 * key collide.  It is ours because no library here has a keyed one for keys of
 * a few words, and it need not withstand more than guessing: nobody sees the
 * order of the table.
 */
#ifndef TCPTUNE_BASE_HEAVY_H
#define TCPTUNE_BASE_HEAVY_H

#include "base/defs.h"

struct heavy_entry {
	uint32_t count;
	uint32_t missed; /* what it can have had before it came in, at most */
};

struct heavy {
	void *entries;   /* owned; len of them, each of `size` bytes */
	uint16_t *slots; /* owned; index of an entry + 1; 0: free */
	size_t size;     /* of an entry, a multiple of 8 */
	unsigned words;  /* of a key, which follows struct heavy_entry */
	uint32_t max, len;
	uint32_t mask; /* of slots */
	uint32_t missed;
	uint64_t seed[2];
};

enum { HEAVY_MAX = 32768 };

/* max: a power of two up to HEAVY_MAX.  -ENOMEM, or what getrandom(2) says. */
must_check int heavy_init(struct heavy *h, size_t size, unsigned words, uint32_t max);
void heavy_done(struct heavy *h);

/* Forget all. */
void heavy_clear(struct heavy *h);

/*
 * Count this key once and give its entry, the rest of which is zero when it is
 * new.  Valid until the next call.
 */
void *heavy_count(struct heavy *h, const uint64_t *key);

/* Its entry, uncounted; NULL where it has none.  Valid until the next count. */
void *heavy_find(const struct heavy *h, const uint64_t *key);

static inline void *heavy_at(const struct heavy *h, uint32_t i)
{
	return (char *)h->entries + i * h->size;
}

#endif
