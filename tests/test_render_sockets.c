/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "render/sockets.h"

static const struct findings no_findings;

static struct sockets_view view_of(const struct sockets *s, enum sockets_by by)
{
	return (struct sockets_view){.sockets = s, .by = by, .somaxconn = {4096, 4096}};
}

/* The text, which is to be freed. */
static char *shown(const struct sockets_view *v)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);

	sockets_human(&s, v);
	assert_false(s.out.failed);
	return take(s.out.str);
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
	assert_has(bounded, "There are too many peers to count each: one that was not counted has "
			    "at most 7\nsockets, and a count may lack as many.");
	v.top = 1;
	one = shown(&v);
	assert_has(one, "... and 1 more (--top 0 shows all)\nThere are too many peers");
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
	assert_has(text, "descriptors  process\n");
	assert_has(text, "5 of 10  7 a\\x1b[2Jb (x\\x0aroot)\n");
	assert_has(text, "-  8 (ended)\n");
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
	/* The six of most are 6 to 11, and 1166 less their sum is what is left. */
	assert_has(text,
		   "  total  time-w  closed  close-w  last-ack  listen  closing  others  unit\n"
		   "   1166     106     107      108       109     110      111     515  "
		   "x.service\n");
}

static size_t longest_line(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");

		most = n > most ? n : most;
		text += n + (text[n] != '\0');
	}
	return most;
}

/* Ten digits in every column, or a long name: then there are fewer columns. */
static void a_table_fits_the_screen(void **state)
{
	char comm[] = "a-name-of-15-it", unit[] = "a-unit.service";
	struct socket_owner owners[] = {
		{.process = {.pid = 31415,
			     .comm = comm,
			     .unit = unit,
			     .used = 19832,
			     .limit = {.soft = 20000, .known = true}}},
	};
	struct socket_peer peers[] = {{.address = {{0x20, 1, [15] = 1}}}};
	struct sockets s = {.owners = {owners, 1, 1}, .peers = {peers, 1, 1}};

	for (unsigned i = 1; i < TCP_STATES; i++) {
		peers[0].tally.states[i] = 300000000;
		owners[0].tally.states[i] = 1000;
	}
	peers[0].tally.total = 3300000000;
	owners[0].tally.total = 11000;
	for (enum sockets_by by = BY_PEER; by <= BY_PROCESS; by += BY_PROCESS - BY_PEER) {
		const struct sockets_view v = view_of(&s, by);
		auto_free char *text = shown(&v);

		if (longest_line(text) > SCREEN_WIDTH)
			fail_msg("%s", text);
	}
}

static void where_the_numbers_come_from_is_said(void **state)
{
	struct socket_listener listener = {.port = 80, .limit = LISTENER_UNKNOWN, .queue = 3};
	struct sockets s = {
		.source = SOCKETS_FILES,
		.method = SOCKETS_FULL,
		.approximate = true,
		.total = 1,
		.listeners = {&listener, 1, 1},
	};
	struct sockets_view v = view_of(&s, BY_LISTENER);
	auto_free char *files = shown(&v), *summary = NULL;
	auto_screen struct screen diagram = SCREEN_INIT(&style_none);

	assert_has(files, "about 1 TCP socket, looked at one by one in /proc/net/tcp (full)\n");
	assert_has(files, "accept queue 3; no connections\n");
	assert_has(files, "The limits of the queues and what was dropped are not known");
	sockets_diagram(&diagram, &s, &no_findings, true);
	assert_has(diagram.out.str, "about 1 TCP socket, looked at one by one in /proc/net/tcp");

	s.source = SOCKETS_NETLINK;
	s.method = SOCKETS_SUMMARY;
	listener.limit = 5;
	summary = shown(&v);
	assert_has(summary, "counted by the kernel (summary)\n");
	assert_null(strstr(summary, "not known"));
}

static void how_many_of_the_queues_are_full_is_said(void **state)
{
	struct socket_listener l = {
		.address = {{[10] = 0xff, [11] = 0xff}},
		.port = 80,
		.sockets = 2,
		.full = 1,
		.queue = 4,
		.limit = 3,
		.limit_min = 3,
		.limit_max = 3,
	};
	struct sockets s = {.method = SOCKETS_FULL, .listeners = {&l, 1, 1}};
	struct sockets_view v = view_of(&s, BY_LISTENER);
	auto_free char *alike = shown(&v), *unlike = NULL, *one = NULL;

	assert_has(alike, "0.0.0.0:80  2 sockets\n    accept queue full: 4 of 3 (limit: "
			  "application); no connections\n    1 of 2 queues full\n");
	l.limit_max = 9;
	unlike = shown(&v);
	assert_has(unlike, "    1 of 2 queues full; limits 3 to 9\n");
	l.sockets = 1;
	one = shown(&v);
	assert_null(strstr(one, "queues full"));
}

static const struct {
	enum sockets_by by;
	unsigned state;
	uint64_t unseen;
	const char *text;
} nothings[] = {
	{BY_STATE, 0, 0, "There are none.\n"},
	{BY_PEER, 0, 0, "There are no connections.\n"},
	{BY_PEER, TCP_STATE_CLOSE_WAIT, 0, "There are none in CLOSE_WAIT.\n"},
	{BY_LISTENER, 0, 0, "Nothing listens.\n"},
	{BY_LISTENER, TCP_STATE_LISTEN, 0, "Nothing listens.\n"},
	{BY_LISTENER, TCP_STATE_CLOSE_WAIT, 0, "There are none in CLOSE_WAIT.\n"},
	{BY_PROCESS, 0, 0, "There are no connections.\n"},
	{BY_PROCESS, 0, 1, "1 socket is held by no process that can be seen here.\n"},
};

static void nothing_is_said_to_be_nothing(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(nothings); i++) {
		struct sockets s = {.method = SOCKETS_FULL, .inodes_unseen = nothings[i].unseen};
		struct sockets_view v = view_of(&s, nothings[i].by);
		auto_free char *text = NULL;

		v.state = nothings[i].state;
		text = shown(&v);
		assert_string_equal(strstr(text, "\n\n") + 2, nothings[i].text);
	}
}

static const struct {
	enum sockets_by by;
	unsigned state;
	enum sockets_method method;
	const char *text;
} in_no_group[] = {
	{BY_PROCESS, TCP_STATE_TIME_WAIT, SOCKETS_FULL, "3000 in TIME_WAIT, held by no process.\n"},
	{BY_LISTENER, TCP_STATE_TIME_WAIT, SOCKETS_FULL,
	 "3000 in TIME_WAIT, of no listener here.\n"},
	{BY_PROCESS, 0, SOCKETS_FULL, "3032 connections, held by no process.\n"},
	{BY_PEER, 0, SOCKETS_SUMMARY,
	 "3032 connections, not looked at one by one (summary): --sockets full.\n"},
	{BY_PROCESS, TCP_STATE_ESTABLISHED, SOCKETS_SUMMARY,
	 "32 in ESTABLISHED, not looked at one by one (summary): --sockets full.\n"},
	{BY_PROCESS, TCP_STATE_CLOSE_WAIT, SOCKETS_SUMMARY, "There are none in CLOSE_WAIT.\n"},
};

static void an_empty_table_is_no_empty_host(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(in_no_group); i++) {
		struct sockets s = {
			.method = in_no_group[i].method,
			.states = {[TCP_STATE_LISTEN] = 1,
				   [TCP_STATE_ESTABLISHED] = 32,
				   [TCP_STATE_TIME_WAIT] = 3000},
		};
		struct sockets_view v = view_of(&s, in_no_group[i].by);
		auto_free char *text = NULL;

		v.state = in_no_group[i].state;
		text = shown(&v);
		assert_string_equal(strstr(text, "\n\n") + 2, in_no_group[i].text);
	}
}

static void of_one_state_there_is_one_number(void **state)
{
	struct socket_peer peer = {.tally = {.states = {[TCP_STATE_CLOSE_WAIT] = 5}, .total = 5}};
	struct sockets s = {.method = SOCKETS_SUMMARY, .peers = {&peer, 1, 1}};
	struct sockets_view v = view_of(&s, BY_PEER);
	auto_free char *text = NULL;

	v.state = TCP_STATE_CLOSE_WAIT;
	text = shown(&v);
	assert_has(text, "\n\n  close-w  peer\n        5  ::\n");
}

/* Ranked, those that have one come first: the rest is not shown. */
static void of_one_state_only_listeners_that_have_it_are_shown(void **state)
{
	struct socket_listener list[] = {
		{.port = 81, .tally = {.states = {[TCP_STATE_CLOSE_WAIT] = 1}, .total = 1}},
		{.port = 80},
	};
	struct sockets s = {.listeners = {list, ARRAY_LEN(list), ARRAY_LEN(list)}};
	struct sockets_view v = view_of(&s, BY_LISTENER);
	auto_free char *one = NULL, *all = NULL;

	v.state = TCP_STATE_CLOSE_WAIT;
	one = shown(&v);
	assert_has(one, "below: CLOSE_WAIT only");
	assert_has(one, "connections: 1 CLOSE_WAIT\n");
	assert_null(strstr(one, ":80"));
	v.state = TCP_STATE_LISTEN;
	all = shown(&v);
	assert_has(all, ":80");
	assert_null(strstr(all, "no connections")); /* they were not counted */
}

/* The whole diagram, which is to be freed. */
static char *drawn(const struct sockets *s, struct finding *f)
{
	const struct findings findings = {f, 1, 1};
	auto_screen struct screen out = SCREEN_INIT(&style_none);

	sockets_diagram(&out, s, &findings, true);
	assert_false(out.out.failed);
	return take(out.out.str);
}

static void what_a_finding_calls_unhealthy_is_marked_and_explained(void **state)
{
	char summary[] = "Something is wrong.";
	struct finding f = {
		.id = "closing-stuck",
		.severity = SEVERITY_WARNING,
		.summary = summary,
		.states = TCP_STATE_BIT(TCP_STATE_FIN_WAIT_1) | TCP_STATE_BIT(TCP_STATE_LAST_ACK) |
			  TCP_STATE_BIT(TCP_STATE_CLOSING),
	};
	struct sockets s = {
		.states = {[TCP_STATE_FIN_WAIT_1] = 60,
			   [TCP_STATE_CLOSING] = 7,
			   [TCP_STATE_CLOSE_WAIT] = 100000,
			   [TCP_STATE_ESTABLISHED] = 1000000},
	};
	auto_free char *text = drawn(&s, &f), *calm = NULL, *gone = NULL;

	assert_has(text, "! 60 !");
	assert_has(text, "! 7 !");
	assert_null(strstr(text, "! 0 !")); /* LAST_ACK has none */
	assert_null(strstr(text, "! 1000"));
	assert_has(text, "\n! FIN_WAIT_1, CLOSING: Something is wrong.\n  See: tcptune explain "
			 "closing-stuck\n");

	f.severity = SEVERITY_INFO;
	calm = drawn(&s, &f);
	assert_null(strchr(calm, '!'));
	f.severity = SEVERITY_CRITICAL;
	s.states[TCP_STATE_FIN_WAIT_1] = s.states[TCP_STATE_CLOSING] = 0;
	gone = drawn(&s, &f);
	assert_null(strchr(gone, '!'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_count_may_lack_is_said),
		cmocka_unit_test(names_cannot_steer_the_terminal),
		cmocka_unit_test(states_without_a_column_are_added_up),
		cmocka_unit_test(a_table_fits_the_screen),
		cmocka_unit_test(where_the_numbers_come_from_is_said),
		cmocka_unit_test(how_many_of_the_queues_are_full_is_said),
		cmocka_unit_test(nothing_is_said_to_be_nothing),
		cmocka_unit_test(an_empty_table_is_no_empty_host),
		cmocka_unit_test(of_one_state_there_is_one_number),
		cmocka_unit_test(of_one_state_only_listeners_that_have_it_are_shown),
		cmocka_unit_test(what_a_finding_calls_unhealthy_is_marked_and_explained),
	};

	return cmocka_run_group_tests_name("render_sockets", tests, NULL, NULL);
}
