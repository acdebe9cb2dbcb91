/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "render/sockets.h"

static struct sockets_view view_of(const struct sockets *s, enum sockets_by by)
{
	return (struct sockets_view){.sockets = s, .by = by, .somaxconn = 4096};
}

/* The text, which is to be freed. */
static char *shown(const struct sockets_view *v)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);

	sockets_human(&s, v);
	assert_false(s.out.failed);
	return take(s.out.str);
}

static const struct {
	uint32_t limit;
	int64_t somaxconn;
	const char *by; /* NULL: cannot be told */
} limits[] = {
	{511, 4096, "application"},
	{4096, 4096, "somaxconn"},
	{4096, 1024, "earlier somaxconn"}, /* it was lowered, and nobody listened again */
	{LISTENER_UNKNOWN, 4096, NULL},
	{511, -1, NULL},
	{0, 0, "somaxconn"},
};

static void a_limit_is_the_applications_or_the_kernels(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		const struct socket_listener l = {.limit = limits[i].limit};
		const char *by = listener_limit_by(&l, limits[i].somaxconn);

		if ((by == NULL) != (limits[i].by == NULL) || (by && strcmp(by, limits[i].by)))
			fail_msg("case %zu: %s", i, by ? by : "NULL");
	}
}

static void what_a_count_may_lack_is_said(void **state)
{
	struct socket_peer peers[] = {
		{.address = {{0x20}}, .tally = {.total = 900}, .missed = 3},
		{.address = {{0x21}}, .tally = {.total = 800}},
	};
	struct sockets s = {
		.method = SOCKETS_FULL,
		.peers = {peers, ARRAY_LEN(peers), ARRAY_LEN(peers)},
	};
	struct sockets_view v = view_of(&s, BY_PEER);
	auto_free char *exact = shown(&v), *bounded = NULL, *one = NULL;

	assert_null(strstr(exact, "too many"));
	s.peers_missed = 7;
	bounded = shown(&v);
	assert_has(bounded, "There are too many to count each: who is not in the list has at most "
			    "7,");
	v.top = 1;
	one = shown(&v);
	assert_has(one, "... and 1 more");
	assert_has(one, "2000::");
	assert_null(strstr(one, "2100::"));
}

static void names_cannot_steer_the_terminal(void **state)
{
	char comm[] = "a\033[2Jb", unit[] = "x\nroot";
	struct socket_owner owners[] = {
		{.process = {.pid = 7,
			     .comm = comm,
			     .unit = unit,
			     .used = 5,
			     .limit = {.soft = 10, .hard = 20, .known = true}},
		 .tally = {.total = 1}},
		{.process = {.pid = 8, .used = UINT64_MAX}, .tally = {.total = 1}},
	};
	struct sockets s = {
		.method = SOCKETS_FULL,
		.owners = {owners, ARRAY_LEN(owners), ARRAY_LEN(owners)},
		.inodes_unseen = 4,
	};
	const struct sockets_view v = view_of(&s, BY_PROCESS);
	auto_free char *text = shown(&v);

	assert_null(strchr(text, '\033'));
	assert_has(text, "7 a\\x1b[2Jb (x\\x0aroot)");
	assert_has(text, "5 of 10 descriptors are open");
	assert_has(text, "8 (ended)");
	assert_has(text, "4 sockets are held by no process that can be seen here.");
}

/* More states than columns: the heaviest have one each, the rest share one. */
static void states_without_a_column_are_added_up(void **state)
{
	char name[] = "x.service";
	struct socket_unit unit = {.name = name};
	struct sockets s = {.method = SOCKETS_FULL, .units = {&unit, 1, 1}};
	const struct sockets_view v = view_of(&s, BY_UNIT);
	auto_free char *text = NULL;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		unit.tally.states[i] = 100 + i;
		unit.tally.total += 100 + i;
	}
	text = shown(&v);
	assert_has(text, "others  unit");
	/* The five of most are 7 to 11: 1166 - (107 + 108 + 109 + 110 + 111). */
	assert_has(text,
		   "     1166      107      108      109      110      111      621  x.service");
}

static void what_is_unhealthy_is_marked_and_explained(void **state)
{
	struct sockets s = {
		.states = {[TCP_STATE_CLOSE_WAIT] = 60, [TCP_STATE_ESTABLISHED] = 1000000},
		.kinds = {[SOCKET_CLOSE_WAIT_HELD] = 51},
	};
	auto_screen struct screen out = SCREEN_INIT(&style_none);
	auto_screen struct screen calm = SCREEN_INIT(&style_none);

	sockets_diagram(&out, &s, true);
	assert_has(out.out.str, "! 60 !");
	assert_has(out.out.str, "1000000");
	assert_has(out.out.str, "! CLOSE_WAIT: 51 times the peer has closed");
	s.kinds[SOCKET_CLOSE_WAIT_HELD] = 50;
	sockets_diagram(&calm, &s, true);
	assert_null(strchr(calm.out.str, '!'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_is_the_applications_or_the_kernels),
		cmocka_unit_test(what_a_count_may_lack_is_said),
		cmocka_unit_test(names_cannot_steer_the_terminal),
		cmocka_unit_test(states_without_a_column_are_added_up),
		cmocka_unit_test(what_is_unhealthy_is_marked_and_explained),
	};

	return cmocka_run_group_tests_name("render_sockets", tests, NULL, NULL);
}
