/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the boot layer predicts, for boot_campaign.py.  It reads questions from
 * stdin, one a line, fields apart by tabs, and ends each answer with a ".":
 *
 *	sysctl READER ROOT [PREFIX]... -> write RESULT KEY VALUE FILE:LINE
 *	                                  final KEY VALUE FILE:LINE, exit STATUS
 *	pam READER ROOT USER PID1 CALLER NR_OPEN ARGUMENTS
 *	                               -> session CODE, nofile SOFT HARD FROM FROM
 *	systemd READER ROOT UNIT       -> manager and unit SOFT HARD FROM FROM
 *
 * One process answers all, so that a thousand cases take a second.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "advise/boot.h"
#include "advise/nofile.h"
#include "base/number.h"
#include "base/text.h"
#include "model/key.h"
#include "model/release.h"
#include "read/accounts.h"
#include "read/limits_conf.h"
#include "read/sysctld.h"
#include "read/systemd_conf.h"
#include "read/systemd_unit.h"

enum { QUESTION_FIELDS = 12 };

struct question {
	char *f[QUESTION_FIELDS + 1]; /* f[n] is NULL */
	size_t n;
};

static void die(const char *what)
{
	fprintf(stderr, "boot_predict: %s\n", what);
	exit(1);
}

static void must(int r, const char *what)
{
	if (r) {
		fprintf(stderr, "boot_predict: %s: %s\n", what, strerror(-r));
		exit(1);
	}
}

/* Bytes that could part fields or lines are \xHH. */
static void put(const char *s)
{
	putchar('\t');
	for (; *s; s++) {
		if (*s == '\\' || (unsigned char)*s < ' ' || (unsigned char)*s > '~')
			printf("\\x%02x", (unsigned char)*s);
		else
			putchar(*s);
	}
}

static void put_place(const char *file, unsigned line)
{
	auto_free char *place = text_format("%s:%u", file, line);

	put(place ? place : "");
}

/* ------------------------------------------------------------------- sysctl */

static void put_write(const struct boot *b, const struct boot_write *w)
{
	const struct assignment *a = boot_item(b->lines, w->item);

	printf("write\t%d", (int)w->result);
	put(w->key);
	put(a->value);
	put_place(boot_file_of(b->lines, w->item)->real, a->line);
	putchar('\n');
}

static void put_final(const struct boot *b, const char *path)
{
	struct boot_outcome o = {0};

	if (!boot_outcome(b, path, &o) || o.absent)
		return;
	fputs("final", stdout);
	put(path);
	put(o.text ? o.text : "?");
	put_place(o.file, o.line);
	putchar('\n');
}

static void answer_sysctl(struct question *q, int root)
{
	static const char *const addressed[] = {NULL};
	struct host host = {.release = KERNEL(6, 18),
			    .memory_bytes = 64ull << 30,
			    .page_size = 4096,
			    .cpus = 2,
			    .online = true};
	struct sysctld_want want = {.reader = reader_find(q->f[1]), .everything = true};
	struct boot_options options = {
		.host = &host,
		.prefixes = (const char *const *)q->f + 3,
		.addressed = addressed,
	};
	struct boot_present present = {0};
	struct boot_lines lines = {0};
	struct boot b = {0};

	for (size_t i = 3; i < q->n; i++)
		key_simplify(q->f[i]);
	must(sysctld_read(tree_of(root), &want, &lines, NULL), "sysctld_read");
	must(sysctld_present(root, &lines, NULL, &present, NULL), "sysctld_present");
	must(boot_predict(&lines, &present, &options, &b), "boot_predict");

	for (size_t i = 0; i < b.writes.len; i++)
		put_write(&b, &b.writes.items[i]);
	for (size_t i = 0; i < present.len; i++)
		put_final(&b, present.items[i].path);
	printf("exit\t%d\n", b.exit_status);
	boot_done(&b);
	boot_present_done(&present);
	boot_lines_done(&lines);
}

/* ------------------------------------------------------------------- limits */

static void put_field(const struct nofile_field *f)
{
	if (!f->known)
		fputs("\tunknown", stdout);
	else if (f->value == UINT64_MAX)
		fputs("\tinfinity", stdout);
	else
		printf("\t%llu", (unsigned long long)f->value);
}

static void put_origin(const struct nofile_field *f)
{
	static const char *const names[NOFILE_FROM_COUNT] = {
		[NOFILE_NR_OPEN] = "fs.nr_open",
		[NOFILE_PID1] = "PID1",
		[NOFILE_CALLER] = "CALLER",
		[NOFILE_DEFAULT] = "default",
	};

	if (f->from == NOFILE_FILE)
		put_place(f->file, f->line);
	else
		put(names[f->from]);
}

static void put_pair(const char *kind, const struct nofile_pair *p)
{
	fputs(kind, stdout);
	put_field(&p->soft);
	put_field(&p->hard);
	put_origin(&p->soft);
	put_origin(&p->hard);
	putchar('\n');
}

/* "1024:4096" */
static struct nofile pair_of(char *text)
{
	struct nofile n = {.known = true};
	char *colon = strchr(text, ':');

	if (!colon)
		die("limits are SOFT:HARD");
	*colon = '\0';
	must(number_parse_u64(text, &n.soft), text);
	must(number_parse_u64(colon + 1, &n.hard), colon + 1);
	return n;
}

/* set_all and conf=FILE. */
static const char *take_arguments(char *args, bool *ret_set_all)
{
	const char *conf = NULL;
	char *save = NULL;

	for (char *a = strtok_r(args, " ", &save); a; a = strtok_r(NULL, " ", &save)) {
		*ret_set_all |= strcmp(a, "set_all") == 0;
		if (text_starts(a, "conf="))
			conf = a + strlen("conf=");
	}
	return conf;
}

static void answer_pam(struct question *q, int root)
{
	static const int codes[REFUSED_COUNT] = {
		[REFUSED_FILE] = 3,
		[REFUSED_KERNEL] = 6,
		[REFUSED_LOGINS] = 6,
		[REFUSED_DESCRIPTORS] = 4,
	};
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	auto_call(account_done) struct account account = {0};
	struct session_facts facts = {
		.reader = pam_reader_find(q->f[1]),
		.conf = &conf,
		.account = &account,
		.pid1 = pair_of(q->f[4]),
		.caller = pair_of(q->f[5]),
		.may_raise = MAY_NOT_RAISE,
	};
	const char *file = take_arguments(q->f[7], &facts.set_all);
	struct nofile_session s;

	must(number_parse_u64(q->f[6], &facts.nr_open), "fs.nr_open");
	facts.kernel_max = facts.nr_open;
	must(limits_conf_read(tree_of(root), facts.reader, file, &conf, NULL), "limits_conf_read");
	must(account_read(tree_of(root), q->f[3], &account, NULL), q->f[3]);

	s = nofile_session(&facts);
	printf("session\t%d\n", codes[s.refused]);
	put_pair("nofile", &s.has);
}

static void answer_systemd(struct question *q, int root)
{
	const struct systemd_reader *reader = systemd_reader_find(q->f[1]);
	auto_call(systemd_conf_done) struct systemd_conf conf = {0};
	auto_call(systemd_unit_done) struct systemd_unit unit = {0};
	struct manager_facts manager = {
		.conf = &conf,
		.started_with = {.known = true, .soft = 1024, .hard = 16384},
		.nr_open_at_start = 1048576,
	};
	const struct nofile pid1 = {.known = true, .soft = 16384, .hard = 16384};
	struct nofile_pair pair;
	struct nofile_service service;

	must(systemd_conf_read_system(tree_of(root), reader, &conf, NULL), "system.conf");
	must(systemd_unit_read(tree_of(root), reader, q->f[3], &unit, NULL), q->f[3]);
	pair = nofile_manager(&manager);
	put_pair("manager", &pair);
	service = nofile_service(&manager, &unit, &pid1, 1048576);
	put_pair("unit", &service.configured);
}

/* ---------------------------------------------------------------- questions */

static const struct {
	const char *kind;
	size_t fields;
	void (*answer)(struct question *q, int root);
} kinds[] = {
	{"sysctl", 3, answer_sysctl},
	{"pam", 8, answer_pam},
	{"systemd", 4, answer_systemd},
};

static void answer(struct question *q)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		auto_close int root = -1;

		if (!q->n || strcmp(kinds[i].kind, q->f[0]) != 0)
			continue;
		if (q->n < kinds[i].fields)
			die("a question with too few fields");
		must(root_open(q->f[2], &root, NULL), q->f[2]);
		kinds[i].answer(q, root);
		puts(".");
		(void)fflush(stdout);
		return;
	}
	die("a question of an unknown kind");
}

int main(void)
{
	auto_free char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		struct question q = {0};
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		while (rest && q.n < QUESTION_FIELDS)
			q.f[q.n++] = strsep(&rest, "\t");
		answer(&q);
	}
	return 0;
}
