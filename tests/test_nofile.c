/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judgements without files: rules that the recorded cases do not show, and the
 * logins, services and user managers of the recorded boots.
 */
#include "check.h"

#include "advise/nofile.h"
#include "advise/nofile_chain.h"
#include "base/root.h"
#include "read/limits_conf.h"

enum { NR_OPEN = 1048576 };

#define PAIR(s, h)                                                                                 \
	{                                                                                          \
		.known = true, .soft = (s), .hard = (h)                                            \
	} /* in a static table */
#define LIMITS(s, h) ((struct nofile)PAIR(s, h))

static const struct nofile unknown;

/* Groups by name in files stay in memory: nothing here reads a host. */
static struct group alices[] = {{(char[]){"alice"}, 1001}, {(char[]){"web"}, 2001}};
static struct group roots[] = {{(char[]){"root"}, 0}};
static struct account alice = {
	.name = (char[]){"alice"}, .uid = 1001, .gid = 1001, .groups = {alices, 2, 2}};
static struct account root_user = {
	.name = (char[]){"root"}, .uid = 0, .gid = 0, .groups = {roots, 1, 1}};

static char dir[64];
static int root = -1;

static int setup(void **state)
{
	(void)state;
	assert_ok(root_open(scratch_make(dir), &root, NULL));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(root);
	scratch_remove(dir);
	return 0;
}

struct login {
	const char *reader;
	const struct account *account;
	const char *lines;
	bool set_all;
	struct nofile pid1, caller;
	uint64_t kernel_max; /* 0: NR_OPEN */
	enum may_raise may_raise;
};

/* conf is the caller's: the result points into it. */
static struct nofile_session open_session(const struct login *l, struct limits_conf *conf)
{
	struct session_facts f = {
		.reader = pam_reader_find(l->reader),
		.conf = conf,
		.account = l->account,
		.set_all = l->set_all,
		.pid1 = l->pid1,
		.caller = l->caller,
		.nr_open = NR_OPEN,
		.kernel_max = l->kernel_max ? l->kernel_max : NR_OPEN,
		.may_raise = l->may_raise,
	};

	scratch_file(dir, "etc/security/limits.conf", l->lines);
	assert_ok(limits_conf_read(tree_of(root), f.reader, NULL, conf, NULL));
	return nofile_session(&f);
}

#define CALLER PAIR(910, 19010)

static const struct {
	struct login login;
	uint64_t soft, hard;
	enum refusal refused;
} logins[] = {
	/* the logins of ssh, cron and su, where sshd has 2001:16384 and PID 1 16384:16384 */
	{{"deb12", &alice, "", .pid1 = PAIR(16384, 16384), .caller = PAIR(2001, 16384)},
	 1024,
	 16384,
	 REFUSED_NOT},
	{{"deb13", &alice, "", .pid1 = PAIR(16384, 16384), .caller = PAIR(2001, 16384)},
	 2001,
	 16384,
	 REFUSED_NOT},
	{{"deb12", &alice, "alice soft nofile 4001\nalice hard nofile 8001\n",
	  .pid1 = PAIR(16384, 16384), .caller = PAIR(2001, 16384)},
	 4001,
	 8001,
	 REFUSED_NOT},
	/* who may raise, may raise to the kernel's maximum, root as well */
	{{"up172", &alice, "* - nofile 65536\n", .caller = CALLER}, 65536, 65536, REFUSED_NOT},
	{{"up172", &alice, "* - nofile 65536\n", .caller = CALLER, .may_raise = MAY_NOT_RAISE},
	 910,
	 19010,
	 REFUSED_KERNEL},
	{{"up172", &alice, "* - nofile 1048577\n", .caller = CALLER}, 910, 19010, REFUSED_KERNEL},
	{{"deb13", &alice, "* - nofile 1048577\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up151", &root_user, "* - nofile unlimited\n", .caller = CALLER},
	 910,
	 19010,
	 REFUSED_KERNEL},
	{{"up172", &root_user, "* - nofile unlimited\n", .caller = CALLER},
	 NR_OPEN,
	 NR_OPEN,
	 REFUSED_NOT},
	/* a soft limit above the hard one is lowered before the kernel is asked */
	{{"up172", &alice, "* soft nofile 2000000\n", .caller = CALLER}, 19010, 19010, REFUSED_NOT},
	/* set_all without the reader's own habit of it */
	{{"up172", &alice, "", .set_all = true, .pid1 = PAIR(3010, 18010), .caller = CALLER},
	 3010,
	 18010,
	 REFUSED_NOT},
	{{"deb13", &alice, "", .set_all = true, .pid1 = PAIR(3010, 18010), .caller = CALLER},
	 1024,
	 18010,
	 REFUSED_NOT},
	{{"up172", &alice, "", .set_all = true, .caller = CALLER}, 910, 19010, REFUSED_NOT},
	/* Debian takes root out of groups; what is left is a range of uids */
	{{"deb13", &root_user, "@root - nofile 2001\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up172", &root_user, "@root - nofile 2001\n", .caller = CALLER}, 2001, 2001, REFUSED_NOT},
	{{"deb13", &root_user, "@0:5 - nofile 2001\n", .caller = CALLER}, 2001, 2001, REFUSED_NOT},
	{{"deb13", &root_user, "%:0 - nofile 2001\n", .caller = CALLER}, 2001, 2001, REFUSED_NOT},
	{{"up172", &root_user, "%:0 - nofile 2001\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"deb13", &root_user, "@root -\nroot - nofile 2001\n", .caller = CALLER},
	 910,
	 19010,
	 REFUSED_NOT},
	/* a range is a user's line; one with a sign wraps */
	{{"up172", &alice, "1001:1001 - nofile 2001\nalice - nofile 2002\n@web - nofile 3\n",
	  .caller = CALLER},
	 2002,
	 2002,
	 REFUSED_NOT},
	{{"up172", &alice, "-5: - nofile 2001\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up172", &alice, "+5: - nofile 2001\n", .caller = CALLER}, 2001, 2001, REFUSED_NOT},
	{{"up172", &alice, "@web:1 - nofile 2001\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up172", &alice, "@2001:2001 - nofile 2001\n", .caller = CALLER},
	 910,
	 19010,
	 REFUSED_NOT}, /* the primary group only */
	/* exemption: nothing is set, whatever was read before */
	{{"deb12", &alice, "* - nofile 2001\n@web -\n", .pid1 = PAIR(1010, 18010),
	  .caller = CALLER},
	 910,
	 19010,
	 REFUSED_NOT},
	{{"up172", &alice, "* - nofile 2001\n* -\n% -\n", .caller = CALLER},
	 2001,
	 2001,
	 REFUSED_NOT},
	/* logins */
	{{"up172", &alice, "* - maxlogins 0\n", .caller = CALLER}, 910, 19010, REFUSED_LOGINS},
	{{"up172", &root_user, "* - maxlogins 0\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up172", &alice, "* - maxlogins 0\nalice - maxlogins 5\n", .caller = CALLER},
	 910,
	 19010,
	 REFUSED_NOT},
	{{"up172", &alice, "alice - maxlogins 5\n* - maxlogins 0\n", .caller = CALLER},
	 910,
	 19010,
	 REFUSED_NOT},
	{{"up172", &alice, "%web - maxlogins 0\n", .caller = CALLER}, 910, 19010, REFUSED_LOGINS},
	{{"up172", &alice, "% - maxsyslogins 0\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up172", &alice, "% - nofile 2001\n", .caller = CALLER}, 910, 19010, REFUSED_NOT},
	{{"up172", &alice, "alice - nofile 2001\nalice - maxlogins 0\n", .caller = CALLER},
	 2001,
	 2001,
	 REFUSED_LOGINS}, /* the limits are set before logins are counted */
	/* too few descriptors for PAM itself */
	{{"deb13", &alice, "alice soft nofile 4\n", .caller = CALLER},
	 4,
	 19010,
	 REFUSED_DESCRIPTORS},
	{{"deb13", &alice, "alice soft nofile 5\n", .caller = CALLER}, 5, 19010, REFUSED_NOT},
};

static void a_session_gets_what_its_reader_gives_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
		struct limits_conf conf = {0};
		struct nofile_session s = open_session(&logins[i].login, &conf);

		if (s.has.soft.value != logins[i].soft || s.has.hard.value != logins[i].hard ||
		    s.refused != logins[i].refused)
			fail_msg("case %zu: %llu:%llu, %s", i, (unsigned long long)s.has.soft.value,
				 (unsigned long long)s.has.hard.value,
				 s.refused ? refusal_text(s.refused) : "allowed");
		limits_conf_done(&conf);
	}
}

static void a_refusal_names_the_line_to_mend(void **state)
{
	struct limits_conf conf = {0};
	struct login l = {"up172", &alice, "\n* hard nofile 2000000\n", .caller = CALLER};
	struct nofile_session s = open_session(&l, &conf);

	(void)state;
	assert_true(s.kernel_refused);
	assert_string_equal(s.refused_file, "/etc/security/limits.conf");
	assert_int_equal(s.refused_line, 2);
	assert_int_equal(s.asked.hard.value, 2000000);
	assert_int_equal(s.has.hard.from, NOFILE_CALLER);
	limits_conf_done(&conf);
}

static void what_nobody_knows_is_not_known(void **state)
{
	struct limits_conf conf = {0};
	struct login l = {"up172", &alice, "alice soft nofile 2001\n", .caller = {0}};
	struct nofile_session s = open_session(&l, &conf);

	(void)state;
	assert_true(s.has.soft.known);
	assert_false(s.has.hard.known);
	assert_int_equal(s.has.hard.from, NOFILE_CALLER);
	assert_int_equal(s.refused, REFUSED_NOT);
	limits_conf_done(&conf);
}

static void the_best_that_is_known_stands_for_the_caller(void **state)
{
	const struct nofile self = LIMITS(1, 2), service = LIMITS(3, 4), pid1 = LIMITS(5, 6);

	(void)state;
	assert_int_equal(nofile_caller(&self, &service, &pid1).soft, 1);
	assert_int_equal(nofile_caller(&unknown, &service, &pid1).soft, 3);
	assert_int_equal(nofile_caller(&unknown, &unknown, &pid1).soft, 5);
	assert_false(nofile_caller(&unknown, &unknown, &unknown).known);
}

static void pid1_shows_what_the_kernel_granted(void **state)
{
	const struct nofile more = LIMITS(5, 20000), less = LIMITS(5, 6);

	(void)state;
	assert_int_equal(nofile_kernel_max(10000, NR_OPEN_RUNNING, &more), 20000);
	assert_int_equal(nofile_kernel_max(10000, NR_OPEN_BY_FILE, &more), 10000);
	assert_int_equal(nofile_kernel_max(10000, NR_OPEN_RUNNING, &less), 10000);
	assert_int_equal(nofile_kernel_max(10000, NR_OPEN_RUNNING, &unknown), 10000);
}

static void who_may_raise_follows_from_pid1(void **state)
{
	const struct nofile pid1 = LIMITS(5, 6);

	(void)state;
	assert_int_equal(nofile_may_raise(CAPABILITY_PRESENT, &pid1), MAY_RAISE);
	assert_int_equal(nofile_may_raise(CAPABILITY_ABSENT, &unknown), MAY_NOT_RAISE);
	assert_int_equal(nofile_may_raise(CAPABILITY_UNKNOWN, &pid1), MAY_NOT_RAISE);
	assert_int_equal(nofile_may_raise(CAPABILITY_UNKNOWN, &unknown), MAY_RAISE);
}

/* ------------------------------------------------------------------- systemd */

static struct systemd_unit unit_with(uint64_t soft, uint64_t hard)
{
	return (struct systemd_unit){.nofile = {.set = true,
						.soft = soft,
						.hard = hard,
						.file = (char[]){"/etc/systemd/system/a.service"},
						.soft_line = 2,
						.hard_line = 2}};
}

static void the_managers_default_is_built_in(void **state)
{
	const struct {
		struct nofile started_with;
		uint64_t nr_open, soft, hard;
	} cases[] = {
		{unknown, NR_OPEN, 1024, 524288},
		{LIMITS(1024, 16384), NR_OPEN, 1024, 524288},
		{LIMITS(1024, 1000000), NR_OPEN, 1024, 1000000},
		{LIMITS(512, 4096), NR_OPEN, 512, 524288},
		{LIMITS(65536, 65536), NR_OPEN, 1024, 524288},
		{unknown, 100000, 1024, 100000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct systemd_conf none = {0};
		const struct manager_facts f = {&none, cases[i].started_with, cases[i].nr_open};
		struct nofile_pair p = nofile_manager(&f);

		assert_int_equal(p.soft.value, cases[i].soft);
		assert_int_equal(p.hard.value, cases[i].hard);
		assert_int_equal(p.hard.from, NOFILE_DEFAULT);
	}
}

/* As recorded with fs.nr_open lowered to 10000 under a PID 1 that has 16384. */
static void a_lowered_nr_open_breaks_services_above_it(void **state)
{
	const struct systemd_conf none = {0};
	const struct manager_facts manager = {&none, LIMITS(1024, 16384), NR_OPEN};
	const struct nofile pid1 = LIMITS(16384, 16384);
	const struct {
		struct systemd_unit unit;
		uint64_t soft, hard;
		bool fails;
	} cases[] = {
		{{0}, 1024, 16384, true}, /* the built-in 524288 */
		{unit_with(5001, 9001), 5001, 9001, false},
		{unit_with(5001, 12000), 5001, 12000, true},
		{unit_with(UINT64_MAX, UINT64_MAX), 16384, 16384, false}, /* it has that already */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nofile_service now =
			nofile_service(&manager, &cases[i].unit, &pid1, NR_OPEN);
		struct nofile_service low = nofile_service(&manager, &cases[i].unit, &pid1, 10000);

		assert_int_equal(now.has.soft.value, cases[i].soft);
		assert_int_equal(now.has.hard.value, cases[i].hard);
		assert_false(now.fails);
		assert_int_equal(low.fails, cases[i].fails);
	}
}

static void without_pid1s_limits_nr_open_is_the_ceiling(void **state)
{
	const struct systemd_conf none = {0};
	const struct manager_facts manager = {&none, unknown, NR_OPEN};
	struct systemd_unit u = unit_with(UINT64_MAX, UINT64_MAX);
	struct nofile_service s = nofile_service(&manager, &u, &unknown, NR_OPEN);

	(void)state;
	assert_true(s.configured.hard.value == UINT64_MAX);
	assert_int_equal(s.has.hard.value, NR_OPEN);
	assert_int_equal(s.has.hard.from, NOFILE_NR_OPEN);
	assert_int_equal(nofile_service(&manager, NULL, &unknown, NR_OPEN).has.hard.value, 524288);
}

/* The recorded user managers: sessions of user@.service, and what their services had. */
static void a_users_services_have_1024_and_the_sessions_hard_limit(void **state)
{
	const struct {
		const char *reader, *lines;
		bool user_conf; /* DefaultLimitNOFILE=3001:7001 */
		uint64_t soft, hard;
	} cases[] = {
		{"deb12", "", false, 1024, 16384},
		{"deb13", "", false, 1024, 16384},
		{"deb12", "alice soft nofile 4001\nalice hard nofile 8001\n", false, 1024, 8001},
		{"deb13", "alice soft nofile 4001\nalice hard nofile 8001\n", false, 1024, 8001},
		{"deb12", "alice soft nofile 4001\nalice hard nofile 8001\n", true, 3001, 7001},
		{"deb13", "", true, 3001, 7001},
		{"deb13", "alice hard nofile 5000\n", true, 3001, 5000},
		{"deb13", "alice - nofile 500\n", false, 500, 500},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct limits_conf conf = {0};
		struct systemd_conf user_conf = {0};
		struct login l = {cases[i].reader, &alice, cases[i].lines,
				  .pid1 = LIMITS(16384, 16384), .caller = LIMITS(1024, 16384)};
		struct nofile_pair session = open_session(&l, &conf).has;
		struct nofile_service s;

		if (cases[i].user_conf)
			user_conf.nofile = unit_with(3001, 7001).nofile;
		s = nofile_user_service(&user_conf, &session);
		assert_int_equal(s.has.soft.value, cases[i].soft);
		assert_int_equal(s.has.hard.value, cases[i].hard);
		limits_conf_done(&conf);
	}
}

/* -------------------------------------------------------------------- ulimit */

static void ulimit_sets_both_and_cannot_go_up(void **state)
{
	const struct {
		struct ulimit_line line;
		enum may_raise may;
		bool done;
		uint64_t soft, hard;
	} cases[] = {
		/* recorded: 1024:16384, ulimit -n 3001, then 17000 */
		{{.fields = 3, .value = ULIMIT_NUMBER, .number = 3001},
		 MAY_NOT_RAISE,
		 true,
		 3001,
		 3001},
		{{.fields = 3, .value = ULIMIT_NUMBER, .number = 17000},
		 MAY_NOT_RAISE,
		 false,
		 1024,
		 16384},
		{{.fields = 3, .value = ULIMIT_NUMBER, .number = 17000},
		 MAY_RAISE,
		 true,
		 17000,
		 17000},
		{{.fields = 3, .value = ULIMIT_NUMBER, .number = NR_OPEN + 1},
		 MAY_RAISE,
		 false,
		 1024,
		 16384},
		{{.fields = 1, .value = ULIMIT_NUMBER, .number = 16384},
		 MAY_NOT_RAISE,
		 true,
		 16384,
		 16384},
		{{.fields = 1, .value = ULIMIT_NUMBER, .number = 16385},
		 MAY_RAISE,
		 false,
		 1024,
		 16384},
		{{.fields = 2, .value = ULIMIT_NUMBER, .number = 1000},
		 MAY_RAISE,
		 false,
		 1024,
		 16384}, /* below the soft limit */
		{{.fields = 3, .value = ULIMIT_UNLIMITED}, MAY_RAISE, false, 1024, 16384},
		{{.fields = 1, .value = ULIMIT_HARD}, MAY_NOT_RAISE, true, 16384, 16384},
		{{.fields = 2, .value = ULIMIT_SOFT}, MAY_NOT_RAISE, true, 1024, 1024},
		{{.fields = 3, .value = ULIMIT_UNKNOWN}, MAY_RAISE, false, 1024, 16384},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nofile_pair p = {
			.soft = {.known = true, .value = 1024},
			.hard = {.known = true, .value = 16384},
		};

		if (nofile_after_ulimit(&cases[i].line, cases[i].may, NR_OPEN, &p) !=
			    cases[i].done ||
		    p.soft.value != cases[i].soft || p.hard.value != cases[i].hard)
			fail_msg("case %zu: %llu:%llu", i, (unsigned long long)p.soft.value,
				 (unsigned long long)p.hard.value);
	}
}

/* --------------------------------------------------------------------- chain */

static void a_chain_that_refuses_a_login_is_critical(void **state)
{
	const struct nr_open_fact nr_open = {50000, "/etc/sysctl.d/10-x.conf", 3};
	const struct {
		const char *reader, *lines, *id;
		enum severity severity;
	} cases[] = {
		{"up172", "* - nofile 60000\n", "nofile-login-refused", SEVERITY_CRITICAL},
		{"deb13", "* - nofile 60000\n", "nofile-limit-ignored", SEVERITY_WARNING},
		{"up172", "* - maxlogins 0\n", "nofile-login-refused", SEVERITY_CRITICAL},
		{"up172", "* - nofile 50000\n", NULL, SEVERITY_INFO},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct limits_conf conf = {0};
		struct findings list = {0};
		struct login l = {cases[i].reader, &alice, cases[i].lines, .caller = CALLER,
				  .kernel_max = 50000};
		struct nofile_session s = open_session(&l, &conf);

		assert_ok(nofile_chain_session(&nr_open, "alice", &s, &list));
		assert_int_equal(list.len, cases[i].id != NULL);
		if (list.len) {
			assert_string_equal(list.items[0].id, cases[i].id);
			assert_int_equal(list.items[0].severity, cases[i].severity);
			assert_has(list.items[0].summary, "alice");
			assert_has(list.items[0].remedy, ".");
		}
		if (list.len && s.kernel_refused) {
			assert_int_equal(list.items[0].evidence.len, 2);
			assert_has(list.items[0].evidence.items[0],
				   "limits.conf:1: hard limit 60000");
			assert_has(list.items[0].evidence.items[1],
				   "10-x.conf:3: fs.nr_open 50000");
		}
		findings_done(&list);
		limits_conf_done(&conf);
	}
}

static void a_limit_that_nobody_may_raise_is_not_blamed_on_nr_open(void **state)
{
	const struct nr_open_fact nr_open = {1048576, NULL, 0};
	struct limits_conf conf = {0};
	struct findings list = {0};
	struct login l = {"deb13", &alice, "* hard nofile 600000\n", .caller = CALLER,
			  .may_raise = MAY_NOT_RAISE};
	struct nofile_session s = open_session(&l, &conf);

	(void)state;
	assert_ok(nofile_chain_session(&nr_open, "alice", &s, &list));
	assert_int_equal(list.len, 1);
	assert_string_equal(list.items[0].id, "nofile-limit-ignored");
	assert_has(list.items[0].summary, "inherited");
	assert_has(list.items[0].summary, "CAP_SYS_RESOURCE");
	assert_null(strstr(list.items[0].summary, "nr_open"));
	assert_null(strstr(list.items[0].remedy, "nr_open"));
	assert_null(list.items[0].keys[0]);
	findings_done(&list);
	limits_conf_done(&conf);
}

static void a_service_that_will_not_start_is_critical(void **state)
{
	const struct nr_open_fact nr_open = {10000, "/etc/sysctl.d/10-x.conf", 3};
	const struct systemd_conf none = {0};
	const struct manager_facts manager = {&none, unknown, NR_OPEN};
	struct nofile_service s = nofile_service(&manager, NULL, &unknown, 10000);
	struct findings list = {0};

	(void)state;
	assert_ok(nofile_chain_service(&nr_open, NULL, &s, &list));
	assert_int_equal(list.len, 1);
	assert_int_equal(list.items[0].severity, SEVERITY_CRITICAL);
	assert_has(list.items[0].summary, "Every service without LimitNOFILE=");
	assert_has(list.items[0].summary, "524288");
	assert_has(list.items[0].evidence.items[0], "10-x.conf:3");
	findings_done(&list);

	s = nofile_service(&manager, NULL, &unknown, NR_OPEN);
	assert_ok(nofile_chain_service(&nr_open, "a.service", &s, &list));
	assert_int_equal(list.len, 0);
}

static void every_origin_and_refusal_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < NOFILE_FROM_COUNT; i++)
		assert_non_null(nofile_from_name(i));
	for (int i = REFUSED_NOT + 1; i < REFUSED_COUNT; i++)
		assert_non_null(refusal_text(i));
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* A line under a condition shows what it would do, and the shell goes on without it. */
static void a_login_shell_runs_ulimit_lines_in_turn(void **state)
{
	enum { BOTH = LIMIT_SOFT | LIMIT_HARD };
	struct ulimit_line items[] = {
		{.fields = BOTH, .number = 9000},
		{.fields = BOTH, .number = 500, .conditional = true},
		{.fields = BOTH, .number = 9001}, /* up again: not for a user */
		{.fields = LIMIT_SOFT, .number = 100},
	};
	const struct ulimit_lines lines = {.items = items, .len = ARRAY_LEN(items)};
	struct session_answer user = {
		.session.has = {.soft = {.known = true, .value = 1024},
				.hard = {.known = true, .value = 16384}},
	};
	struct session_answer admin = {.session = user.session};

	assert_ok(nofile_login_shell(&lines, MAY_NOT_RAISE, NR_OPEN, &user));
	assert_int_equal(user.effects.len, 4);
	assert_true(user.effects.items[1].works && user.effects.items[1].after.hard.value == 500);
	assert_false(user.effects.items[2].works);
	assert_int_equal(user.effects.items[2].after.hard.value, 9000);
	assert_int_equal(user.shell.soft.value, 100);
	assert_int_equal(user.shell.hard.value, 9000);
	session_answer_done(&user);

	assert_ok(nofile_login_shell(&lines, MAY_RAISE, NR_OPEN, &admin));
	assert_true(admin.effects.items[2].works);
	assert_int_equal(admin.shell.hard.value, 9001);
	session_answer_done(&admin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_session_gets_what_its_reader_gives_it),
		test(a_refusal_names_the_line_to_mend),
		test(what_nobody_knows_is_not_known),
		cmocka_unit_test(the_best_that_is_known_stands_for_the_caller),
		cmocka_unit_test(pid1_shows_what_the_kernel_granted),
		cmocka_unit_test(who_may_raise_follows_from_pid1),
		cmocka_unit_test(the_managers_default_is_built_in),
		cmocka_unit_test(a_lowered_nr_open_breaks_services_above_it),
		cmocka_unit_test(without_pid1s_limits_nr_open_is_the_ceiling),
		test(a_users_services_have_1024_and_the_sessions_hard_limit),
		cmocka_unit_test(ulimit_sets_both_and_cannot_go_up),
		cmocka_unit_test(a_login_shell_runs_ulimit_lines_in_turn),
		test(a_chain_that_refuses_a_login_is_critical),
		test(a_limit_that_nobody_may_raise_is_not_blamed_on_nr_open),
		cmocka_unit_test(a_service_that_will_not_start_is_critical),
		cmocka_unit_test(every_origin_and_refusal_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
