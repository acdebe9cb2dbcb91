/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <arpa/inet.h>

#include "model/sockets.h"

static const struct {
	const char *name;
	int state; /* 0: there is none */
} names[] = {
	{"ESTABLISHED", TCP_STATE_ESTABLISHED},
	{"estab", TCP_STATE_ESTABLISHED}, /* ss */
	{"close-wait", TCP_STATE_CLOSE_WAIT},
	{"CLOSE_WAIT", TCP_STATE_CLOSE_WAIT},
	{"FIN_WAIT2", TCP_STATE_FIN_WAIT_2}, /* netstat */
	{"fin-wait-1", TCP_STATE_FIN_WAIT_1},
	{"unconn", TCP_STATE_CLOSED},
	{"listen", TCP_STATE_LISTEN},
	{"close", 0},
	{"?", 0},
	{"", 0},
};

static void a_state_is_known_by_every_tools_name_of_it(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		enum tcp_state got = 0;

		if (names[i].state)
			assert_ok(tcp_state_parse(names[i].name, &got));
		else
			assert_fails(tcp_state_parse(names[i].name, &got), EINVAL);
		assert_int_equal(got, names[i].state);
	}
}

static void every_state_and_kind_has_a_name_of_its_own(void **state)
{
	for (unsigned i = 1; i < TCP_STATES; i++) {
		enum tcp_state got = 0;

		assert_ok(tcp_state_parse(tcp_state_name(i), &got));
		assert_int_equal(got, i);
	}
	assert_string_equal(tcp_state_name(TCP_STATES), "?");
	assert_string_equal(tcp_state_name(255), "?");

	for (unsigned i = 0; i < SOCKET_KINDS; i++)
		assert_non_null(socket_kind_name((enum socket_kind)i));
}

static const struct {
	const char *text; /* as inet_pton(3) takes it, IPv6 */
	const char *address, *endpoint;
	bool ipv4, any;
} addresses[] = {
	{"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1:80", true, false},
	{"::ffff:0.0.0.0", "0.0.0.0", "0.0.0.0:80", true, true},
	{"::", "::", "[::]:80", false, true},
	{"2001:db8::1", "2001:db8::1", "[2001:db8::1]:80", false, false},
	{"::1", "::1", "[::1]:80", false, false},
	{"::ffff:0:0:1", "::ffff:0:0:1", "[::ffff:0:0:1]:80", false, false}, /* not mapped */
};

static void a_mapped_address_is_shown_as_the_ipv4_one(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		struct address a;
		char text[ADDRESS_SIZE], endpoint[ENDPOINT_SIZE];

		assert_int_equal(inet_pton(AF_INET6, addresses[i].text, a.bytes), 1);
		assert_string_equal(address_print(&a, text), addresses[i].address);
		assert_string_equal(endpoint_print(&a, 80, endpoint), addresses[i].endpoint);
		assert_int_equal(address_is_ipv4(&a), addresses[i].ipv4);
		assert_int_equal(address_is_any(&a), addresses[i].any);
	}
}

static void the_device_stands_where_ss_has_it(void **state)
{
	struct socket_listener l = {.address = {{[10] = 0xff, [11] = 0xff}}, .port = 80};
	char text[LISTENER_SIZE];

	assert_string_equal(listener_print(&l, text), "0.0.0.0:80");
	l.device = 7;
	strcpy(l.device_name, "a-name-of-15-it");
	assert_string_equal(listener_print(&l, text), "0.0.0.0%a-name-of-15-it:80");
	l.address = (struct address){{0xfe, 0x80, [15] = 1}};
	assert_string_equal(listener_print(&l, text), "[fe80::1]%a-name-of-15-it:80");
}

static void a_summary_knows_all_but_the_two_masses(void **state)
{
	struct sockets s = {.method = SOCKETS_SUMMARY};

	assert_true(sockets_knows(&s, TCP_STATE_CLOSE_WAIT));
	assert_false(sockets_knows(&s, TCP_STATE_ESTABLISHED));
	assert_false(sockets_knows(&s, TCP_STATE_TIME_WAIT));
	s.method = SOCKETS_FULL;
	assert_true(sockets_knows(&s, TCP_STATE_ESTABLISHED));
	s = (struct sockets){0};
	assert_false(sockets_knows(&s, TCP_STATE_CLOSE_WAIT));
}

static void a_listener_is_found_again_by_port_address_and_device(void **state)
{
	struct socket_listener list[] = {
		{.port = 80, .address = {{0, 0, 1}}},
		{.port = 80, .address = {{0, 0, 1}}, .device = 1},
		{.port = 80, .address = {{0, 0, 1}}, .device = 7},
		{.port = 80, .address = {{0, 0, 2}}},
		{.port = 81, .address = {{0, 0, 1}}},
	};
	struct socket_listener other = {.port = 80, .address = list[0].address, .device = 2};
	struct sockets s = {.listeners = {list, ARRAY_LEN(list), ARRAY_LEN(list)}};

	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		struct socket_listener again = {
			.port = list[i].port, .address = list[i].address, .device = list[i].device};

		assert_ptr_equal(sockets_same_address(&s, &again), &list[i]);
	}
	assert_null(sockets_same_address(&s, &other));
	s.listeners.len = 0;
	assert_null(sockets_same_address(&s, &list[0]));
}

static void a_pile_is_a_share_of_all_or_more_than_is_ever_under_way(void **state)
{
	static const struct {
		uint64_t n, connections;
		bool pile;
	} cases[] = {
		{50, 2500, true},       {50, 2501, false},     {49, 49, false},
		{4999, 1000000, false}, {5000, 1000000, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sockets s = {.total = cases[i].connections + 70};

		s.states[TCP_STATE_LISTEN] = 30;
		s.states[TCP_STATE_TIME_WAIT] = 40;
		assert_int_equal(sockets_are_a_pile(&s, cases[i].n, 50), cases[i].pile);
	}
}

/* In the order in which they need a look; ports say which is which. */
static const struct socket_listener ranked[] = {
	{.port = 9, .full = 2, .queue = 3, .limit = 2},
	{.port = 8, .full = 1, .queue = 3, .limit = 2},
	{.port = 7, .queue = 9, .limit = 10},              /* 8 tenths */
	{.port = 6, .queue = 512, .limit = 1023},          /* 5 tenths */
	{.port = 5, .queue = 1, .limit = 128, .drops = 7}, /* one that waits is nothing */
	{.port = 4, .queue = 90, .limit = LISTENER_UNKNOWN},
	{.port = 3, .queue = 12, .limit = 128, .tally.total = 1},
	{.port = 10, .tally.total = 9},
	{.port = 1},
	{.port = 2},
};

static void listeners_in_trouble_come_first(void **state)
{
	struct socket_listener list[ARRAY_LEN(ranked)];
	struct sockets s = {.listeners = {list, ARRAY_LEN(list), ARRAY_LEN(list)}};

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		list[i] = ranked[ARRAY_LEN(list) - 1 - i];
	sockets_rank_listeners(&s, false);
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_int_equal(list[i].port, ranked[i].port);

	sockets_rank_listeners(&s, true);
	assert_int_equal(list[0].port, 10);
	assert_int_equal(list[1].port, 3);
	assert_int_equal(list[2].port, 9);

	s = (struct sockets){0};
	sockets_rank_listeners(&s, false);
}

static const struct {
	uint32_t limit;
	struct somaxconn somaxconn;
	const char *by; /* NULL: cannot be told */
} limits[] = {
	{511, {4096, 4096}, "application"},
	{4096, {4096, 4096}, "somaxconn"},
	{4096, {1024, 4096}, "earlier somaxconn"}, /* it was lowered, and nobody listened again */
	{4096, {16384, 4096}, "application, or an earlier somaxconn"},
	{4096, {16384, -1}, "application"},
	{128, {4096, 4096}, "application, or an earlier somaxconn"}, /* was set to 128 until now */
	{128, {4096, 128}, "application, or an earlier somaxconn"},
	{128, {128, 4096}, "somaxconn"},
	{LISTENER_UNKNOWN, {4096, 4096}, NULL},
	{511, {-1, 4096}, NULL},
	{0, {0, 4096}, "somaxconn"},
};

static void a_limit_is_the_applications_or_the_kernels(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		const struct socket_listener l = {.limit = limits[i].limit};
		const char *by = listener_limit_name(listener_limit(&l, limits[i].somaxconn));

		if ((by == NULL) != (limits[i].by == NULL) || (by && strcmp(by, limits[i].by)))
			fail_msg("case %zu: %s", i, by ? by : "NULL");
	}
}

static void tallies_add_up(void **state)
{
	struct tally a = {.states = {[TCP_STATE_LISTEN] = 2}, .total = 2, .bare = 1};
	struct tally b = {.states = {[TCP_STATE_LISTEN] = 3}, .total = 4, .armed = 5, .busy = 6};

	assert_int_equal(sizeof(a), 64);
	tally_add(&a, &b);
	assert_int_equal(a.states[TCP_STATE_LISTEN], 5);
	assert_int_equal(a.total, 6);
	assert_int_equal(a.armed, 5);
	assert_int_equal(a.bare, 1);
	assert_int_equal(a.busy, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_is_known_by_every_tools_name_of_it),
		cmocka_unit_test(every_state_and_kind_has_a_name_of_its_own),
		cmocka_unit_test(a_mapped_address_is_shown_as_the_ipv4_one),
		cmocka_unit_test(the_device_stands_where_ss_has_it),
		cmocka_unit_test(a_summary_knows_all_but_the_two_masses),
		cmocka_unit_test(a_listener_is_found_again_by_port_address_and_device),
		cmocka_unit_test(a_pile_is_a_share_of_all_or_more_than_is_ever_under_way),
		cmocka_unit_test(listeners_in_trouble_come_first),
		cmocka_unit_test(a_limit_is_the_applications_or_the_kernels),
		cmocka_unit_test(tallies_add_up),
	};

	return cmocka_run_group_tests_name("model_sockets", tests, NULL, NULL);
}
