/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/drift.h"

#include "check.h"
#include "model/catalogue.h"

/* A host where `running` and `boot` are known of some keys, and nothing of the others. */
static const struct drift_case {
	const char *key, *running, *boot;
} drifted[] = {
	{"net.core.somaxconn", "128", "4096"},
	{"net.ipv4.tcp_fin_timeout", "30", "60"},
	{"net.ipv4.tcp_invalid_ratelimit", "11", "1"},
	{"net.ipv4.tcp_invalid_ratelimit", "500", "501"},
};
static const struct drift_case same[] = {
	{"net.ipv4.tcp_rmem", "4096\t131072\t6291456", "4096 131072 6291456"},
	{"net.ipv4.tcp_retries2", "15", NULL},
	{"net.ipv4.tcp_invalid_ratelimit", "4", "1"}, /* a clock of 250 ticks a second */
};

struct world {
	struct snapshot snapshot;
	struct boot_layer boot;
	struct findings found;
};

static void add(struct world *w, const struct drift_case *c)
{
	const struct tunable *t = catalogue_find(c->key);
	size_t i = 0;

	assert_non_null(t);
	while (catalogue_at(i) != t)
		i++;
	w->snapshot.readings[i].state = READING_PRESENT;
	assert_ok(value_read(t, c->running, &w->snapshot.readings[i].value));
	w->boot.values[i] = (struct boot_value){
		.judged = true, .from = BOOT_DEFAULT, .text = c->boot ? strdup(c->boot) : NULL};
}

static void world_make(struct world *w)
{
	*w = (struct world){0};
	w->snapshot.readings = calloc(catalogue_size(), sizeof(*w->snapshot.readings));
	w->boot.values = calloc(catalogue_size(), sizeof(*w->boot.values));
	assert_true(w->snapshot.readings && w->boot.values);
	for (size_t i = 0; i < catalogue_size(); i++) {
		w->snapshot.readings[i].state = READING_ABSENT;
		w->snapshot.readings[i].value.type = TYPE_COUNT;
	}
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		add(w, &same[i]);
}

static void world_done(struct world *w)
{
	snapshot_done(&w->snapshot);
	boot_layer_done(&w->boot);
	findings_done(&w->found);
}

static void what_is_the_same_or_not_known_did_not_drift(void **state)
{
	struct world w;

	(void)state;
	world_make(&w);
	assert_ok(drift_find(&w.snapshot, &w.boot, &w.found));
	assert_int_equal(w.found.len, 0);
	world_done(&w);
}

static void a_single_setting_is_named(void **state)
{
	struct world w;

	(void)state;
	world_make(&w);
	add(&w, &drifted[0]);
	assert_ok(drift_find(&w.snapshot, &w.boot, &w.found));
	assert_int_equal(w.found.len, 1);
	assert_has(w.found.items[0].summary,
		   "net.core.somaxconn: 128 now, 4096 after the next boot (the default");
	assert_string_equal(w.found.items[0].evidence.items[0], w.found.items[0].summary);
	world_done(&w);
}

static void several_are_counted_and_listed(void **state)
{
	struct world w;

	(void)state;
	world_make(&w);
	add(&w, &drifted[0]);
	add(&w, &drifted[1]);
	assert_ok(drift_find(&w.snapshot, &w.boot, &w.found));
	assert_string_equal(w.found.items[0].summary,
			    "2 settings are now otherwise than after the next boot");
	assert_int_equal(w.found.items[0].evidence.len, 2);
	assert_true(finding_concerns(&w.found.items[0], "net.ipv4.tcp_fin_timeout"));
	assert_false(finding_concerns(&w.found.items[0], "net.ipv4.tcp_rmem"));
	world_done(&w);
}

/* More than a person wants to read, but a program wants all. */
static void none_is_left_out(void **state)
{
	struct world w;
	size_t n = 0;

	(void)state;
	world_make(&w);
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);
		const struct drift_case c = {t->key, "1", "2"};

		if (t->type != TYPE_INT || tunable_fields(t) != 1 || t->read_only || t->ticks)
			continue;
		free(w.boot.values[i].text);
		add(&w, &c);
		n++;
	}
	assert_true(n > 40);
	assert_ok(drift_find(&w.snapshot, &w.boot, &w.found));
	assert_int_equal(w.found.items[0].evidence.len, n);
	assert_int_equal(w.found.items[0].about.len, n);
	world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_the_same_or_not_known_did_not_drift),
		cmocka_unit_test(a_single_setting_is_named),
		cmocka_unit_test(several_are_counted_and_listed),
		cmocka_unit_test(none_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
