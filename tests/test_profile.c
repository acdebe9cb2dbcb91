/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/profile.h"

#include "check.h"

#define GIB ((uint64_t)1 << 30)

static struct sysctl_entry scaled(enum scale scale, int64_t per, int64_t min, int64_t max)
{
	struct sysctl_entry e = {.tunable = catalogue_find("net.core.somaxconn"),
				 .op = OP_AT_LEAST,
				 .set.type = TYPE_COUNT};
	struct operand o = {
		.scale = scale, .value.type = TYPE_COUNT, .per = per, .min = min, .max = max};

	assert_ok(vec_push(&e.operands, o));
	return e;
}

static void add_choice(struct sysctl_entry *e, const char *text)
{
	struct operand o = {.scale = SCALE_NONE};

	assert_ok(value_read(e->tunable, text, &o.value));
	assert_ok(vec_push(&e->operands, o));
}

static void scaled_values_follow_the_host_within_bounds(void **state)
{
	static const struct {
		enum scale scale;
		int64_t per, min, max;
		uint64_t memory;
		unsigned cpus;
		const char *text;
	} cases[] = {
		{SCALE_PER_GIB, 1000, 1, 65535, 4 * GIB, 1, "4000"},
		{SCALE_PER_GIB, 1000, 1, 65535, GIB + GIB / 2, 1, "1500"},
		{SCALE_PER_GIB, 1000, 1, 65535, GIB / 4, 1, "250"},
		{SCALE_PER_GIB, 1000, 512, 65535, GIB / 4, 1, "512"},
		{SCALE_PER_GIB, 1000, 512, 2048, 64 * GIB, 1, "2048"},
		{SCALE_PER_CPU, 128, 1, 65535, GIB, 16, "2048"},
		{SCALE_PER_CPU, 128, 256, 1024, GIB, 1, "256"},
		{SCALE_PER_CPU, 128, 256, 1024, GIB, 999, "1024"},
		/* no wrap: the largest factor of the largest host is the most allowed */
		{SCALE_PER_GIB, INT64_MAX, 1, 65535, UINT64_MAX, 1, "65535"},
		{SCALE_PER_CPU, INT64_MAX, 1, INT64_MAX, GIB, 3, "9223372036854775807"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sysctl_entry e =
			scaled(cases[i].scale, cases[i].per, cases[i].min, cases[i].max);
		struct host h = {.memory_bytes = cases[i].memory, .cpus = cases[i].cpus};
		struct wanted w;
		char *text;

		assert_ok(profile_resolve(&e, &h, &w));
		text = wanted_text(&w);
		assert_string_equal(text, cases[i].text);
		free(text);
		wanted_done(&w);
		sysctl_entry_done(&e);
	}
}

static void what_the_host_does_not_tell_cannot_be_scaled(void **state)
{
	struct sysctl_entry by_memory = scaled(SCALE_PER_GIB, 1000, 1, 65535);
	struct sysctl_entry by_cpu = scaled(SCALE_PER_CPU, 1000, 1, 65535);
	struct host no_memory = {.cpus = 2}, no_cpus = {.memory_bytes = GIB};
	struct wanted w;

	assert_fails(profile_resolve(&by_memory, &no_memory, &w), ENODATA);
	assert_fails(profile_resolve(&by_cpu, &no_cpus, &w), ENODATA);
	sysctl_entry_done(&by_memory);
	sysctl_entry_done(&by_cpu);
}

static void one_of_sets_what_it_says_else_the_first(void **state)
{
	struct sysctl_entry e = {.tunable = catalogue_find("net.ipv4.tcp_tw_reuse"),
				 .op = OP_ONE_OF,
				 .set.type = TYPE_COUNT};
	struct host h = {0};
	struct wanted w;
	char *text;

	add_choice(&e, "1");
	add_choice(&e, "2");
	assert_ok(profile_resolve(&e, &h, &w));
	text = wanted_text(&w);
	assert_string_equal(text, "1|2");
	assert_int_equal(w.set.num[0], 1);
	free(text);
	wanted_done(&w);

	assert_ok(value_read(e.tunable, "2", &e.set));
	assert_ok(profile_resolve(&e, &h, &w));
	assert_int_equal(w.set.num[0], 2);
	wanted_done(&w);
	sysctl_entry_done(&e);
}

static void a_resolved_value_is_a_copy(void **state)
{
	struct sysctl_entry e = {.tunable = catalogue_find("net.ipv4.ip_local_reserved_ports"),
				 .op = OP_AT_LEAST,
				 .set.type = TYPE_COUNT};
	struct host h = {0};
	struct wanted w;
	char *text;

	add_choice(&e, "8080,9000-9010");
	assert_ok(profile_resolve(&e, &h, &w));
	sysctl_entry_done(&e);
	text = wanted_text(&w);
	assert_string_equal(text, "8080,9000-9010");
	free(text);
	wanted_done(&w);
}

static void nothing_at_all_can_be_freed(void **state)
{
	struct profile p = {0};
	struct sysctl_entry e = {.set.type = TYPE_COUNT};
	struct nofile_entry n = {0};

	profile_done(&p);
	sysctl_entry_done(&e);
	nofile_entry_done(&n);
	assert_null(p.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scaled_values_follow_the_host_within_bounds),
		cmocka_unit_test(what_the_host_does_not_tell_cannot_be_scaled),
		cmocka_unit_test(one_of_sets_what_it_says_else_the_first),
		cmocka_unit_test(a_resolved_value_is_a_copy),
		cmocka_unit_test(nothing_at_all_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
