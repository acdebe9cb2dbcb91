/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/heavy.h"

enum { MAX = 64 };

struct item {
	struct heavy_entry entry;
	uint64_t key[2];
	uint64_t sum;
};

static void count(struct heavy *h, uint64_t a, uint64_t b, unsigned times)
{
	const uint64_t key[2] = {a, b};

	while (times--) {
		struct item *item = heavy_count(h, key);

		assert_int_equal(item->key[0], a);
		assert_int_equal(item->key[1], b);
		item->sum++;
		assert_int_equal(item->sum, item->entry.count);
	}
}

static const struct item *find(const struct heavy *h, uint64_t a, uint64_t b)
{
	for (uint32_t i = 0; i < h->len; i++) {
		const struct item *item = heavy_at(h, i);

		if (item->key[0] == a && item->key[1] == b)
			return item;
	}
	return NULL;
}

static void up_to_its_size_it_is_exact(void **state)
{
	struct heavy h;

	assert_ok(heavy_init(&h, sizeof(struct item), 2, MAX));
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < MAX; i++)
			count(&h, i % 8, i / 8, i + 1);
	}
	assert_int_equal(h.len, MAX);
	assert_int_equal(h.missed, 0);
	for (unsigned i = 0; i < MAX; i++) {
		const struct item *item = find(&h, i % 8, i / 8);

		assert_non_null(item);
		assert_int_equal(item->entry.count, 3 * (i + 1));
		assert_int_equal(item->entry.missed, 0);
	}
	heavy_done(&h);
}

/* Ten heavy ones among a crowd of strangers that is far larger than the table. */
enum { HEAVY_ONES = 10, EACH = 2000, STRANGERS = 20000 };

static void the_heaviest_survive_a_crowd_within_the_bound(void **state)
{
	struct heavy h;
	unsigned total = HEAVY_ONES * EACH + STRANGERS;

	assert_ok(heavy_init(&h, sizeof(struct item), 2, MAX));
	for (unsigned i = 0; i < STRANGERS; i++) {
		count(&h, 1, i, 1);
		if (i % (STRANGERS / EACH) == 0) {
			for (unsigned k = 0; k < HEAVY_ONES; k++)
				count(&h, 2, k, 1);
		}
	}
	assert_in_range(h.missed, 1, 2 * total / MAX);
	assert_in_range(h.len, HEAVY_ONES, MAX);
	for (unsigned k = 0; k < HEAVY_ONES; k++) {
		const struct item *item = find(&h, 2, k);

		assert_non_null(item);
		assert_in_range(item->entry.count, 1, EACH);
		assert_in_range(item->entry.count + item->entry.missed, EACH, UINT32_MAX);
	}
	heavy_done(&h);
}

/* Whatever the order, no count is too large and none lacks more than it says. */
static void every_row_keeps_its_promise(void **state)
{
	enum { KEYS = 500, STEPS = 50000 };
	unsigned truth[KEYS] = {0};
	uint32_t x = 12345;
	struct heavy h;

	assert_ok(heavy_init(&h, sizeof(struct item), 2, MAX));
	for (unsigned i = 0; i < STEPS; i++) {
		unsigned key;

		x = x * 1664525 + 1013904223;
		key = (x >> 16) % ((x >> 8) % KEYS + 1); /* small ones often */
		truth[key]++;
		count(&h, key, 7, 1);
	}
	for (unsigned key = 0; key < KEYS; key++) {
		const struct item *item = find(&h, key, 7);

		if (item) {
			assert_in_range(truth[key], item->entry.count,
					item->entry.count + item->entry.missed);
			assert_in_range(item->entry.missed, 0, h.missed);
		} else {
			assert_in_range(truth[key], 0, h.missed);
		}
	}
	assert_in_range(h.missed, 1, 2 * STEPS / MAX);
	heavy_done(&h);
}

static void cleared_it_is_as_new(void **state)
{
	struct heavy h;

	assert_ok(heavy_init(&h, sizeof(struct item), 2, MAX));
	for (unsigned i = 0; i < 3 * MAX; i++)
		count(&h, i, 0, 1);
	assert_ptr_equal(heavy_find(&h, find(&h, 3 * MAX - 1, 0)->key), find(&h, 3 * MAX - 1, 0));
	heavy_clear(&h);
	assert_null(heavy_find(&h, (const uint64_t[2]){3 * MAX - 1, 0}));
	assert_int_equal(h.len, 0);
	assert_int_equal(h.missed, 0);
	count(&h, 5, 5, 2);
	assert_int_equal(find(&h, 5, 5)->sum, 2);
	heavy_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_to_its_size_it_is_exact),
		cmocka_unit_test(the_heaviest_survive_a_crowd_within_the_bound),
		cmocka_unit_test(every_row_keeps_its_promise),
		cmocka_unit_test(cleared_it_is_as_new),
	};

	return cmocka_run_group_tests_name("heavy", tests, NULL, NULL);
}
