/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every recorded case of pam_limits and of systemd, for every oracle: is the
 * session allowed, which limits come out, and from which line.
 */
#include "vectors.h"

#include "advise/nofile.h"
#include "base/number.h"
#include "base/text.h"
#include "read/accounts.h"
#include "read/limits_conf.h"
#include "read/systemd_conf.h"
#include "read/systemd_unit.h"

/* The kernel's, in all cases; what /proc/sys said was another file in some. */
enum { NR_OPEN = 1048576 };

static char unpacked[64];
static unsigned checks, disagreements;

static int unpack(void **state)
{
	(void)state;
	vectors_unpack(scratch_make(unpacked), "limits systemd");
	return 0;
}

static int clean(void **state)
{
	(void)state;
	scratch_remove(unpacked);
	return 0;
}

static void disagree(const char *name, const struct record *r, const char *what, const char *mine,
		     const char *theirs)
{
	disagreements++;
	print_error("%s %s %s %s: %s is %s, recorded %s\n", name, r->kind, r->oracle, r->f[0], what,
		    mine, theirs);
}

static void compare_text(const char *name, const struct record *r, const char *what,
			 const char *mine, const char *theirs)
{
	checks++;
	if (!text_equal(mine, theirs))
		disagree(name, r, what, mine, theirs);
}

static void compare_value(const char *name, const struct record *r, const char *what,
			  const struct nofile_field *mine, const char *theirs)
{
	char text[32] = "unknown";

	if (mine->known && mine->value == UINT64_MAX)
		strcpy(text, "infinity");
	else if (mine->known)
		snprintf(text, sizeof(text), "%llu", (unsigned long long)mine->value);
	compare_text(name, r, what, text, theirs);
}

/* theirs: FILE:LINE, a|b, CALLER, PID1, fs.nr_open, or ? where no line says it. */
static void compare_origin(const char *name, const struct record *r, const char *what,
			   const struct nofile_field *mine, const char *theirs)
{
	char text[300];
	const char *at;

	if (strcmp(theirs, "?") == 0)
		return;
	switch (mine->from) {
	case NOFILE_FILE:
		snprintf(text, sizeof(text), "%s:%u", mine->file, mine->line);
		break;
	case NOFILE_NR_OPEN:
		strcpy(text, "fs.nr_open");
		break;
	case NOFILE_PID1:
		strcpy(text, "PID1");
		break;
	case NOFILE_CALLER:
		strcpy(text, "CALLER");
		break;
	case NOFILE_DEFAULT:
	case NOFILE_FROM_COUNT:
		strcpy(text, "default");
	}
	/* a|b: both lines say it. */
	at = strstr(theirs, text);
	if (strchr(theirs, '|') && at && strchr("|", at[strlen(text)]))
		theirs = text;
	compare_text(name, r, what, text, theirs);
}

/* -------------------------------------------------------------- pam_limits */

static const char users[] = "root:x:0:0::/root:/bin/sh\n"
			    "toor:x:0:0::/root:/bin/sh\n"
			    "alice:x:1001:1001::/home/alice:/bin/sh\n"
			    "bob:x:1002:1002::/home/bob:/bin/sh\n"
			    "carol:x:1003:3000::/home/carol:/bin/sh\n"
			    "svc:x:500:500::/:/bin/false\n";

static const char groups[] = "root:x:0:\nalice:x:1001:\nbob:x:1002:\nsvc:x:500:\n"
			     "web:x:2001:alice,bob,root\ndb:x:2002:alice\nstaff2:x:3000:\n";

static struct nofile parse_pair(const char *text)
{
	struct nofile n = {.known = true};
	char soft[32];
	const char *colon = strchr(text, ':');

	assert_non_null(colon);
	snprintf(soft, sizeof(soft), "%.*s", (int)(colon - text), text);
	assert_ok(number_parse_u64(soft, &n.soft));
	assert_ok(number_parse_u64(colon + 1, &n.hard));
	return n;
}

struct pam_case {
	const char *name;
	char dir[256];
	int root;
	char args[128];
	struct nofile pid1, caller;
	uint64_t nr_open;
};

static void pam_case_open(struct pam_case *c, const char *name)
{
	char buf[64], path[320], made[512];

	*c = (struct pam_case){.name = name};
	snprintf(c->dir, sizeof(c->dir), "%s/limits/%s", unpacked, name);
	snprintf(path, sizeof(path), "%s/tree", c->dir);
	(void)mkdir(path, 0755);
	snprintf(made, sizeof(made), "%s/etc/passwd", path);
	if (access(made, F_OK)) {
		scratch_file(path, "etc/passwd", users);
		scratch_file(path, "etc/group", groups);
	}
	assert_ok(root_open(path, &c->root, NULL));

	vectors_text(c->dir, "args", c->args, sizeof(c->args), "");
	c->pid1 = parse_pair(vectors_text(c->dir, "pid1", buf, sizeof(buf), "1010:18010"));
	c->caller = parse_pair(vectors_text(c->dir, "caller", buf, sizeof(buf), "910:19010"));
	assert_ok(number_parse_u64(vectors_text(c->dir, "nr_open", buf, sizeof(buf), "1048576"),
				   &c->nr_open));
	snprintf(path, sizeof(path), "%s/noproc", c->dir);
	c->pid1.known = access(path, F_OK) != 0;
}

/* What a line in etc/pam.d would give the module. */
static void pam_arguments(char *args, bool *ret_set_all, const char **ret_conf)
{
	char *save = NULL;

	*ret_set_all = false;
	*ret_conf = NULL;
	for (char *a = strtok_r(args, " ", &save); a; a = strtok_r(NULL, " ", &save)) {
		*ret_set_all |= strcmp(a, "set_all") == 0;
		if (text_starts(a, "conf="))
			*ret_conf = a + strlen("conf=");
	}
}

static const int return_codes[REFUSED_COUNT] = {
	[REFUSED_FILE] = 3,
	[REFUSED_KERNEL] = 6,
	[REFUSED_LOGINS] = 6,
	[REFUSED_DESCRIPTORS] = 4,
};

enum caller { CALLER_KNOWN, CALLER_NOT_KNOWN };

static void compare_session(const struct pam_case *c, const struct record *r, enum caller caller,
			    const struct nofile_session *s)
{
	char code[8];

	if (strcmp(r->kind, "session") == 0) {
		snprintf(code, sizeof(code), "%d", return_codes[s->refused]);
		compare_text(c->name, r, "return code", code, r->f[1]);
		return;
	}
	compare_origin(c->name, r, "origin of soft", &s->has.soft, r->f[3]);
	compare_origin(c->name, r, "origin of hard", &s->has.hard, r->f[4]);
	if (caller == CALLER_KNOWN || s->has.soft.from != NOFILE_CALLER)
		compare_value(c->name, r, "soft", &s->has.soft, r->f[1]);
	if (caller == CALLER_KNOWN || s->has.hard.from != NOFILE_CALLER)
		compare_value(c->name, r, "hard", &s->has.hard, r->f[2]);
}

/* proc/1/limits and proc/sys/fs/nr_open, and nothing about who opens the session. */
static void only_what_a_tree_shows(struct session_facts *f)
{
	const struct nofile unknown = {0};

	f->caller = nofile_caller(&unknown, &unknown, &f->pid1);
	f->kernel_max = nofile_kernel_max(f->nr_open, NR_OPEN_RUNNING, &f->pid1);
	f->may_raise = nofile_may_raise(CAPABILITY_UNKNOWN, &f->pid1);
}

static void replay_pam_record(struct pam_case *c, const struct record *r, enum caller caller)
{
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	auto_call(account_done) struct account account = {0};
	struct session_facts facts = {
		.reader = pam_reader_find(r->oracle),
		.conf = &conf,
		.account = &account,
		.pid1 = c->pid1,
		.nr_open = c->nr_open,
		.may_raise = MAY_NOT_RAISE,
		.caller = c->caller,
		.kernel_max = NR_OPEN,
	};
	char args[sizeof(c->args)];
	const char *conf_arg;
	struct nofile_session s;

	if (!facts.reader)
		fail_msg("%s: no reader %s", c->name, r->oracle);
	if (caller == CALLER_NOT_KNOWN)
		only_what_a_tree_shows(&facts);
	strcpy(args, c->args);
	pam_arguments(args, &facts.set_all, &conf_arg);
	assert_ok(limits_conf_read(tree_of(c->root), facts.reader, conf_arg, &conf, NULL));
	assert_ok(account_read(tree_of(c->root), r->f[0], &account, NULL));

	s = nofile_session(&facts);
	compare_session(c, r, caller, &s);
}

static void replay_pam(enum caller caller, bool (*leave_out)(const struct pam_case *c))
{
	struct names cases = vectors_cases(unpacked, "limits");

	checks = disagreements = 0;
	for (size_t i = 0; i < cases.len; i++) {
		struct pam_case c;
		struct records list;

		pam_case_open(&c, cases.items[i]);
		list = records_read(c.dir);
		for (size_t k = 0; k < list.len; k++) {
			const char *kind = list.items[k].kind;

			if (leave_out && leave_out(&c))
				continue;
			if (strcmp(kind, "session") == 0 || strcmp(kind, "nofile") == 0)
				replay_pam_record(&c, &list.items[k], caller);
		}
		records_done(&list);
		close(c.root);
	}
	print_message("%zu cases of pam_limits: %u checks, %u disagreements\n", cases.len, checks,
		      disagreements);
	assert_true(cases.len >= 70);
	assert_true(checks > 2000);
	assert_int_equal(disagreements, 0);
	names_done(&cases);
}

static void every_pam_session_is_as_recorded(void **state)
{
	(void)state;
	replay_pam(CALLER_KNOWN, NULL);
}

/* PID 1 has more than the caller: then nothing but the caller's limits tells what is refused. */
static bool pid1_has_more(const struct pam_case *c)
{
	return c->pid1.known && c->pid1.hard > c->caller.hard;
}

/* A tree as anybody would make it: PID 1's limits stand for the caller's then. */
static void without_the_callers_limits_the_rest_is_as_recorded(void **state)
{
	(void)state;
	replay_pam(CALLER_NOT_KNOWN, pid1_has_more);
}

/* ----------------------------------------------------------------- systemd */

/* What each oracle's root file system had beside systemd. */
static const struct {
	const char *systemd, *pam;
} installed_together[] = {
	{"sd247", "deb11"},
	{"sd252", "deb12"},
	{"sd257", "deb13"},
	{"sd262", "deb14"},
};

static const struct nofile started_with = {.known = true, .soft = 1024, .hard = 16384};
static const struct nofile pid1_limits = {.known = true, .soft = 16384, .hard = 16384};

struct systemd_case {
	const char *name;
	int root;
	struct systemd_conf conf;
	struct systemd_unit unit;
	struct manager_facts manager;
	struct nofile_service service;
};

static void compare_dropins(const struct systemd_case *c, const struct record *r)
{
	auto_text struct text mine = {0};

	for (size_t i = 0; i < c->unit.dropins.len; i++)
		text_addf(&mine, "%s%s", i ? " " : "", c->unit.dropins.items[i]);
	compare_text(c->name, r, "list of drop-ins", mine.str ? mine.str : "", r->f[1]);
}

static struct nofile_pair after_pam(const struct systemd_case *c, const char *oracle)
{
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	auto_call(account_done) struct account account = {0};
	struct session_facts facts = {
		.conf = &conf,
		.account = &account,
		.pid1 = pid1_limits,
		.caller = nofile_of(&c->service.has),
		.nr_open = NR_OPEN,
		.kernel_max = NR_OPEN,
		.may_raise = MAY_NOT_RAISE,
	};

	for (size_t i = 0; i < ARRAY_LEN(installed_together); i++) {
		if (strcmp(installed_together[i].systemd, oracle) == 0)
			facts.reader = pam_reader_find(installed_together[i].pam);
	}
	assert_ok(limits_conf_read(tree_of(c->root), facts.reader, NULL, &conf, NULL));
	assert_ok(account_read(tree_of(c->root), c->unit.user, &account, NULL));
	return nofile_session(&facts).has;
}

static void compare_systemd(const struct systemd_case *c, const struct record *r)
{
	struct nofile_pair pair = nofile_manager(&c->manager);
	size_t first = 1;

	if (strcmp(r->kind, "dropins") == 0) {
		compare_dropins(c, r);
		return;
	}
	if (strcmp(r->kind, "pid1") == 0)
		return;
	if (strcmp(r->kind, "manager") == 0)
		first = 0;
	else if (strcmp(r->kind, "unit") == 0)
		pair = c->service.configured;
	else
		pair = c->unit.user && c->unit.pam_name ? after_pam(c, r->oracle) : c->service.has;

	compare_value(c->name, r, "soft", &pair.soft, r->f[first]);
	compare_value(c->name, r, "hard", &pair.hard, r->f[first + 1]);
	if (strcmp(r->kind, "process") == 0)
		return;
	compare_origin(c->name, r, "origin of soft", &pair.soft, r->f[first + 2]);
	compare_origin(c->name, r, "origin of hard", &pair.hard, r->f[first + 3]);
}

static void replay_systemd_record(struct systemd_case *c, const struct record *r)
{
	const struct systemd_reader *reader = systemd_reader_find(r->oracle);
	bool of_unit = strcmp(r->kind, "manager") != 0 && strcmp(r->kind, "pid1") != 0;

	if (!reader)
		fail_msg("%s: no reader %s", c->name, r->oracle);
	assert_ok(systemd_conf_read_system(tree_of(c->root), reader, &c->conf, NULL));
	c->unit = (struct systemd_unit){0};
	if (of_unit)
		assert_ok(systemd_unit_read(tree_of(c->root), reader, r->f[0], &c->unit, NULL));

	c->manager = (struct manager_facts){
		.conf = &c->conf,
		.started_with = started_with,
		.nr_open_at_start = NR_OPEN,
	};
	c->service = nofile_service(&c->manager, &c->unit, &pid1_limits, NR_OPEN);
	assert_false(c->service.fails);
	compare_systemd(c, r);
	systemd_conf_done(&c->conf);
	systemd_unit_done(&c->unit);
}

static void every_manager_and_unit_is_as_recorded(void **state)
{
	struct names cases = vectors_cases(unpacked, "systemd");

	(void)state;
	checks = disagreements = 0;
	for (size_t i = 0; i < cases.len; i++) {
		struct systemd_case c = {.name = cases.items[i]};
		char dir[256], path[320];
		struct records list;

		snprintf(dir, sizeof(dir), "%s/systemd/%s", unpacked, cases.items[i]);
		snprintf(path, sizeof(path), "%s/tree", dir);
		(void)mkdir(path, 0755);
		assert_ok(root_open(path, &c.root, NULL));
		list = records_read(dir);
		for (size_t k = 0; k < list.len; k++)
			replay_systemd_record(&c, &list.items[k]);
		records_done(&list);
		close(c.root);
	}
	print_message("%zu cases of systemd: %u checks, %u disagreements\n", cases.len, checks,
		      disagreements);
	assert_true(cases.len >= 40);
	assert_true(checks > 1000);
	assert_int_equal(disagreements, 0);
	names_done(&cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pam_session_is_as_recorded),
		cmocka_unit_test(without_the_callers_limits_the_rest_is_as_recorded),
		cmocka_unit_test(every_manager_and_unit_is_as_recorded),
	};

	return cmocka_run_group_tests(tests, unpack, clean);
}
