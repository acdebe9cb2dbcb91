/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/heavy.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static uint64_t *key_of(struct heavy_entry *e)
{
	return (uint64_t *)(e + 1);
}

/* Multiplying by an odd secret and folding the high half in, a round a word. */
static uint32_t hash(const struct heavy *h, const uint64_t *key)
{
	uint64_t x = h->seed[0];

	for (unsigned i = 0; i < h->words; i++) {
		x = (x ^ key[i]) * h->seed[1];
		x ^= x >> 32;
	}
	x *= h->seed[1];
	return (uint32_t)(x >> 32);
}

static bool same(const struct heavy *h, const uint64_t *a, const uint64_t *b)
{
	uint64_t differ = 0;

	for (unsigned i = 0; i < h->words; i++)
		differ |= a[i] ^ b[i];
	return !differ;
}

int heavy_init(struct heavy *h, size_t size, unsigned words, uint32_t max)
{
	*h = (struct heavy){.size = size, .words = words, .max = max, .mask = 2 * max - 1};

	if (getrandom(h->seed, sizeof(h->seed), 0) != (ssize_t)sizeof(h->seed))
		return -errno;
	h->seed[1] |= 1;

	h->entries = calloc(max, size);
	h->slots = calloc((size_t)h->mask + 1, sizeof(*h->slots));
	return h->entries && h->slots ? 0 : -ENOMEM;
}

void heavy_done(struct heavy *h)
{
	free(h->entries);
	free(h->slots);
	*h = (struct heavy){0};
}

static void clear_slots(struct heavy *h)
{
	memset(h->slots, 0, ((size_t)h->mask + 1) * sizeof(*h->slots));
}

void heavy_clear(struct heavy *h)
{
	clear_slots(h);
	h->len = h->missed = 0;
}

/* The slot of this key, or the free one where it belongs: half of them are free. */
static uint16_t *slot_of(const struct heavy *h, const uint64_t *key)
{
	uint32_t i = hash(h, key) & h->mask;

	while (h->slots[i] && !same(h, key_of(heavy_at(h, h->slots[i] - 1U)), key))
		i = (i + 1) & h->mask;
	return &h->slots[i];
}

/* What it can have had at most. */
static uint64_t weight(const struct heavy *h, uint32_t i)
{
	const struct heavy_entry *e = heavy_at(h, i);

	return (uint64_t)e->count + e->missed;
}

/*
 * The least weight that half of the entries do not exceed, found bit by bit:
 * the time does not depend on the weights, which strangers choose, too.
 */
static uint32_t median(const struct heavy *h)
{
	uint64_t low = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit; bit >>= 1) {
		uint32_t below = 0;

		for (uint32_t i = 0; i < h->len; i++)
			below += weight(h, i) < low + bit;
		if (below < h->len / 2)
			low += bit;
	}
	return (uint32_t)low;
}

static void drop_lighter_half(struct heavy *h)
{
	uint32_t kept = 0;

	h->missed = median(h);
	clear_slots(h);
	for (uint32_t i = 0; i < h->len; i++) {
		struct heavy_entry *to = heavy_at(h, kept);

		if (weight(h, i) <= h->missed)
			continue;
		memmove(to, heavy_at(h, i), h->size);
		*slot_of(h, key_of(to)) = (uint16_t)++kept;
	}
	h->len = kept;
}

void *heavy_count(struct heavy *h, const uint64_t *key)
{
	uint16_t *slot = slot_of(h, key);
	struct heavy_entry *e;

	if (!*slot) {
		if (h->len == h->max) {
			drop_lighter_half(h);
			slot = slot_of(h, key);
		}
		e = heavy_at(h, h->len);
		memset(e, 0, h->size);
		e->missed = h->missed;
		memcpy(key_of(e), key, h->words * sizeof(*key));
		*slot = (uint16_t)++h->len;
	}
	e = heavy_at(h, *slot - 1U);
	e->count += e->count != UINT32_MAX;
	return e;
}

void *heavy_find(const struct heavy *h, const uint64_t *key)
{
	uint16_t i = *slot_of(h, key);

	return i ? heavy_at(h, i - 1U) : NULL;
}
