/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "model/key.h"

static void the_first_separator_tells_how_a_name_is_written(void **state)
{
	static const struct {
		const char *name, *path;
	} cases[] = {
		{"net.core.somaxconn", "net/core/somaxconn"},
		{"net/core/somaxconn", "net/core/somaxconn"},
		{"net.ipv4.conf.eth0/100.rp_filter", "net/ipv4/conf/eth0.100/rp_filter"},
		{"net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/eth0.100/rp_filter"},
		{"net.ipv4/tcp_rmem", "net/ipv4.tcp_rmem"},
		{"net/ipv4.tcp_rmem", "net/ipv4.tcp_rmem"},
		{"somaxconn", "somaxconn"},
		{"", ""},
		{".", "/"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];

		key_to_path(strcpy(buf, cases[i].name));
		assert_string_equal(buf, cases[i].path);
	}
}

static void doubled_separators_and_dots_go(void **state)
{
	static const struct {
		const char *path, *simple;
	} cases[] = {
		{"/net//core///x/", "net/core/x"},
		{"./net/./core/x/.", "net/core/x"},
		{"net/../core", "net/../core"},
		{"/", ""},
		{"", ""},
		{"...", "..."},
		{"a", "a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];

		key_simplify(strcpy(buf, cases[i].path));
		assert_string_equal(buf, cases[i].simple);
	}
}

static void a_path_is_resolved_below_proc_sys(void **state)
{
	static const struct {
		const char *path, *real; /* NULL: nothing there */
	} cases[] = {
		{"net/core/x", "net/core/x"},
		{"/net//core/./x", "net/core/x"},
		{"net/ipv4/../core/x", "net/core/x"},
		{"net/../x", "x"},
		{"net/..", ""},
		{"../x", NULL},
		{"net/../../x", NULL},
		{"net/core/x/", NULL},
		{"net/core/x/.", NULL},
		{"net/*/x/", "net/*/x"},
		{"net/*/x/.", NULL},
		{"net/*/x*//", NULL},
		{"/.", ""},
		{"", ""},
		{"/", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];
		bool there = key_resolve(strcpy(buf, cases[i].path));

		assert_int_equal(there, cases[i].real != NULL);
		if (there)
			assert_string_equal(buf, cases[i].real);
	}
}

static void prefixes_end_at_a_component(void **state)
{
	(void)state;
	assert_true(key_is_below("net/ipv4/conf/br0", "net/ipv4/conf/br0"));
	assert_true(key_is_below("net/ipv4/conf/br0/x", "net/ipv4/conf/br0"));
	assert_false(key_is_below("net/ipv4/conf/br0/x", "net/ipv4/conf/br"));
	assert_false(key_is_below("net", "net/ipv4"));
	assert_true(key_is_below("anything", ""));
}

static void a_star_stays_within_its_component(void **state)
{
	(void)state;
	assert_true(key_glob("net/ipv4/conf/*/rp_filter", "net/ipv4/conf/eth0.100/rp_filter"));
	assert_false(key_glob("net/*/rp_filter", "net/ipv4/conf/all/rp_filter"));
	assert_true(key_glob("net/ipv4/tcp_[rw]mem", "net/ipv4/tcp_wmem"));
	assert_true(key_is_glob("a*"));
	assert_true(key_is_glob("a[b"));
	assert_false(key_is_glob("tcp_{r,w}mem"));
	assert_true(key_has_dot_dot("net/../core"));
	assert_false(key_has_dot_dot("net/..core"));
	assert_true(key_is_odd("net/../core"));
	assert_false(key_is_odd("net/core/somaxconn"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_separator_tells_how_a_name_is_written),
		cmocka_unit_test(doubled_separators_and_dots_go),
		cmocka_unit_test(a_path_is_resolved_below_proc_sys),
		cmocka_unit_test(prefixes_end_at_a_component),
		cmocka_unit_test(a_star_stays_within_its_component),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
