/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/default.h"

#include "check.h"

#include "base/text.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

static struct host host_of(unsigned release, uint64_t memory, int64_t ehash)
{
	return (struct host){
		.release = release,
		.memory_bytes = memory,
		.page_size = 4096,
		.ehash_entries = ehash,
	};
}

/* NULL: not known. */
static void assert_default(const struct host *h, const char *key, const char *expected)
{
	auto_value struct value v = {.type = TYPE_COUNT};
	auto_free char *text = NULL;
	const struct tunable *t = catalogue_find(key);
	int r;

	assert_non_null(t);
	r = default_value(t, h, &v);
	if (r && r != -ENODATA)
		fail_msg("%s: %s", key, strerror(-r));
	if (!r)
		text = value_text(&v);
	if (!text_equal(text, expected))
		fail_msg("%s in %u.%u with %llu bytes is %s, expected %s", key, h->release >> 16,
			 h->release & 0xffff, (unsigned long long)h->memory_bytes,
			 text ? text : "(unknown)", expected ? expected : "(unknown)");
}

static void constants_follow_the_release(void **state)
{
	static const struct {
		const char *key;
		unsigned release;
		const char *expected;
	} cases[] = {
		{"net.core.somaxconn", KERNEL(5, 3), "128"},
		{"net.core.somaxconn", KERNEL(5, 4), "4096"},
		{"net.core.somaxconn", 0, NULL}, /* it changed, and the release is not known */
		{"net.ipv4.tcp_fin_timeout", 0, "60"},
		{"net.ipv4.tcp_fin_timeout", KERNEL(4, 4), "60"},
		{"net.ipv4.tcp_tw_reuse", KERNEL(4, 16), "0"},
		{"net.ipv4.tcp_tw_reuse", KERNEL(4, 17), NULL}, /* inside the bracket */
		{"net.ipv4.tcp_tw_reuse", KERNEL(4, 18), "2"},
		{"net.ipv4.ip_local_port_range", KERNEL(2, 6), "32768 61000"},
		{"net.ipv4.ip_local_port_range", KERNEL(3, 10), NULL},
		{"net.ipv4.ip_local_port_range", KERNEL(6, 1), "32768 60999"},
		{"net.ipv4.ip_local_reserved_ports", KERNEL(6, 1), ""},
		{"net.ipv4.tcp_limit_output_bytes", KERNEL(3, 10), "131072"},
		{"net.ipv4.tcp_limit_output_bytes", KERNEL(4, 19), "262144"},
		{"net.ipv4.tcp_limit_output_bytes", KERNEL(6, 1), "1048576"},
		{"net.ipv4.tcp_limit_output_bytes", KERNEL(6, 18), "4194304"},
		{"net.core.rmem_max", KERNEL(2, 6), NULL},
		{"net.core.rmem_max", KERNEL(6, 17), "212992"},
		{"net.core.rmem_max", KERNEL(6, 18), "4194304"},
		{"net.ipv4.tcp_rto_max_ms", KERNEL(6, 1), NULL}, /* not there yet */
		{"net.ipv4.tcp_rto_max_ms", KERNEL(6, 17), "120000"},
		{"net.ipv4.tcp_tw_recycle", KERNEL(6, 1), NULL},
		{"net.core.default_qdisc", KERNEL(6, 1), NULL},
		{"net.core.netdev_budget_usecs", KERNEL(6, 1), NULL}, /* depends on HZ */
		{"fs.nr_open", KERNEL(6, 1), "1048576"},
		{"fs.file-max", KERNEL(6, 1), NULL},
		{"nofile", KERNEL(6, 1), NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct host h = host_of(cases[i].release, 16 * GIB, 131072);

		assert_default(&h, cases[i].key, cases[i].expected);
	}
}

static void the_hash_table_decides_about_queues(void **state)
{
	static const struct {
		int64_t ehash;
		const char *syn_backlog, *tw_buckets;
	} cases[] = {
		{262144, "2048", "131072"},
		{-262144, "2048", "131072"}, /* shared with the first namespace */
		{524288, "4096", "262144"},
		{1024, "128", "512"}, /* a child with its own small table */
		{16384, "128", "8192"},
		{0, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct host h = host_of(KERNEL(6, 18), 24 * GIB, cases[i].ehash);

		assert_default(&h, "net.ipv4.tcp_max_syn_backlog", cases[i].syn_backlog);
		assert_default(&h, "net.ipv4.tcp_max_tw_buckets", cases[i].tw_buckets);
		assert_default(&h, "net.ipv4.tcp_max_orphans", cases[i].tw_buckets);
	}
}

static void before_5_4_the_backlog_is_not_known(void **state)
{
	struct host h = host_of(KERNEL(5, 3), 24 * GIB, 262144);

	(void)state;
	assert_default(&h, "net.ipv4.tcp_max_syn_backlog", NULL);
	assert_default(&h, "net.ipv4.tcp_max_tw_buckets", "131072");
}

/* tcp_max_orphans is the host's: a child's own hash table says nothing about it. */
static void a_child_with_its_own_table_cannot_tell_the_hosts(void **state)
{
	struct host h = host_of(KERNEL(6, 18), 24 * GIB, 1024);

	(void)state;
	h.child_netns = true;
	assert_default(&h, "net.ipv4.tcp_max_orphans", NULL);
	assert_default(&h, "net.ipv4.tcp_max_tw_buckets", "512");
	h.ehash_entries = -262144;
	assert_default(&h, "net.ipv4.tcp_max_orphans", "131072");
}

static void buffers_are_known_where_memory_does_not_cut_them(void **state)
{
	static const struct {
		const char *key;
		unsigned release;
		uint64_t memory;
		const char *expected;
	} cases[] = {
		{"net.ipv4.tcp_rmem", KERNEL(6, 18), 24 * GIB, "4096 131072 33554432"},
		{"net.ipv4.tcp_rmem", KERNEL(6, 18), 5 * GIB, "4096 131072 33554432"},
		{"net.ipv4.tcp_rmem", KERNEL(6, 18), 4 * GIB, NULL},    /* a little less is free */
		{"net.ipv4.tcp_rmem", KERNEL(6, 18), 4300 * MIB, NULL}, /* or was, at boot */
		{"net.ipv4.tcp_rmem", KERNEL(6, 18), 2 * GIB, NULL},
		{"net.ipv4.tcp_rmem", KERNEL(6, 15), 24 * GIB, NULL}, /* 6 or 32 MiB */
		{"net.ipv4.tcp_rmem", KERNEL(6, 14), 24 * GIB, "4096 131072 6291456"},
		{"net.ipv4.tcp_rmem", KERNEL(5, 10), 1 * GIB, "4096 131072 6291456"},
		{"net.ipv4.tcp_rmem", KERNEL(5, 10), 768 * MIB, NULL},
		{"net.ipv4.tcp_rmem", KERNEL(4, 18), 24 * GIB, NULL}, /* 87380, or backported */
		{"net.ipv4.tcp_rmem", KERNEL(6, 18), 0, NULL},
		{"net.ipv4.tcp_wmem", KERNEL(6, 18), 24 * GIB, "4096 16384 4194304"},
		{"net.ipv4.tcp_wmem", KERNEL(6, 18), 640 * MIB, "4096 16384 4194304"},
		{"net.ipv4.tcp_wmem", KERNEL(6, 18), 512 * MIB, NULL},
		{"net.ipv4.tcp_mem", KERNEL(6, 18), 24 * GIB, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct host h = host_of(cases[i].release, cases[i].memory, 0);

		assert_default(&h, cases[i].key, cases[i].expected);
	}
}

static void other_page_sizes_leave_buffers_unknown(void **state)
{
	struct host h = host_of(KERNEL(6, 18), 24 * GIB, 0);

	(void)state;
	h.page_size = 65536;
	assert_default(&h, "net.ipv4.tcp_rmem", NULL);
	assert_default(&h, "net.ipv4.tcp_wmem", NULL);
}

static void a_new_namespace_copies_instead(void **state)
{
	static const char *const keys[] = {
		"net.ipv4.tcp_rmem",
		"net.ipv4.tcp_wmem",
		"net.ipv4.ip_forward",
		"net.ipv4.conf.*.rp_filter",
	};
	struct host h = host_of(KERNEL(6, 18), 24 * GIB, 262144);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		auto_value struct value v = {.type = TYPE_COUNT};

		h.child_netns = false;
		assert_ok(default_value(catalogue_find(keys[i]), &h, &v));
		h.child_netns = true;
		assert_default(&h, keys[i], NULL);
	}
	assert_default(&h, "net.ipv4.tcp_congestion_control", NULL);
	assert_default(&h, "net.ipv4.tcp_fin_timeout", "60");
}

static void conntrack_grows_in_steps(void **state)
{
	static const struct {
		unsigned release;
		uint64_t memory;
		const char *buckets, *max;
	} cases[] = {
		{KERNEL(6, 18), 24 * GIB, "262144", "262144"},
		{KERNEL(6, 1), 2 * GIB, "65536", "65536"},
		{KERNEL(5, 15), 8 * GIB, "262144", "262144"},
		{KERNEL(5, 14), 8 * GIB, "65536", "262144"},
		{KERNEL(5, 10), 2 * GIB, "16384", "65536"},
		{KERNEL(6, 1), 4 * GIB, NULL, NULL}, /* either side of the step */
		{KERNEL(6, 1), 4300 * MIB, NULL, NULL},
		{KERNEL(6, 1), 3900 * MIB, NULL, NULL},
		{KERNEL(6, 1), 1 * GIB, NULL, NULL},
		{KERNEL(6, 1), 512 * MIB, NULL, NULL},
		{KERNEL(4, 9), 8 * GIB, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct host h = host_of(cases[i].release, cases[i].memory, 0);

		assert_default(&h, "net.netfilter.nf_conntrack_buckets", cases[i].buckets);
		assert_default(&h, "net.netfilter.nf_conntrack_max", cases[i].max);
	}
}

static void nonsense_about_the_host_does_no_harm(void **state)
{
	struct host h = host_of(KERNEL(6, 18), UINT64_MAX, INT64_MIN);

	(void)state;
	for (size_t i = 0; i < catalogue_size(); i++) {
		auto_value struct value v = {.type = TYPE_COUNT};
		int r = default_value(catalogue_at(i), &h, &v);

		assert_true(r == 0 || r == -ENODATA);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_follow_the_release),
		cmocka_unit_test(the_hash_table_decides_about_queues),
		cmocka_unit_test(before_5_4_the_backlog_is_not_known),
		cmocka_unit_test(a_child_with_its_own_table_cannot_tell_the_hosts),
		cmocka_unit_test(buffers_are_known_where_memory_does_not_cut_them),
		cmocka_unit_test(other_page_sizes_leave_buffers_unknown),
		cmocka_unit_test(a_new_namespace_copies_instead),
		cmocka_unit_test(conntrack_grows_in_steps),
		cmocka_unit_test(nonsense_about_the_host_does_no_harm),
	};

	return cmocka_run_group_tests_name("default", tests, NULL, NULL);
}
