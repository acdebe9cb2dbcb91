/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/counters.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"

/* netstat has 5 KiB; softnet_stat 130 bytes a CPU. */
enum { FILE_MAX = 4 * 1024 * 1024 };

/* One file on its way into the counters. */
struct parsing {
	enum counter_file file;
	char *rest;    /* what is not read yet */
	unsigned line; /* number of the line given last */
	struct counters *counters;
	struct error *err;
};

static int complain(const struct parsing *p, const char *what)
{
	return error_at(p->err, EBADMSG, counter_file_path(p->file), p->line, "%s", what);
}

/* The next line, NUL-terminated; NULL at the end. */
static char *next_line(struct parsing *p)
{
	char *line = p->rest;

	if (!*line)
		return NULL;

	p->rest += strcspn(line, "\n");
	if (*p->rest)
		*p->rest++ = '\0';
	p->line++;
	return line;
}

/* The next word of a line, NUL-terminated; NULL at its end. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, " \t");

	if (!*word)
		return NULL;

	*line = word + strcspn(word, " \t");
	if (**line)
		*(*line)++ = '\0';
	return word;
}

/* COUNTER_COUNT: nobody wants it.  Rows without a group match any. */
static enum counter find(enum counter_file file, const char *group, const char *column)
{
	enum counter c = 0;

	for (; c < COUNTER_COUNT; c++) {
		const struct counter_row *row = counter_row(c);

		if (row->file == file && strcmp(row->column, column) == 0 &&
		    (!row->group || strcmp(row->group, group) == 0))
			break;
	}
	return c;
}

static bool has_group(enum counter_file file, const char *group)
{
	for (enum counter c = 0; c < COUNTER_COUNT; c++) {
		if (counter_row(c)->file == file && strcmp(counter_row(c)->group, group) == 0)
			return true;
	}
	return false;
}

static void add(struct counters *list, enum counter c, uint64_t n)
{
	if (__builtin_add_overflow(list->values[c], n, &list->values[c]))
		list->values[c] = UINT64_MAX;
	list->known[c] = true;
}

static int take_decimal(const struct parsing *p, const char *group, const char *name,
			const char *value)
{
	enum counter c = find(p->file, group, name);
	uint64_t n;

	if (c == COUNTER_COUNT)
		return 0;
	if (number_parse_u64(value, &n))
		return complain(p, "a number was expected");

	p->counters->values[c] = n;
	p->counters->known[c] = true;
	return 0;
}

/* The names, and below them the numbers, both beginning with the group. */
static int take_pair(const struct parsing *p, char *names, char *values)
{
	const char *group = next_word(&names), *same = next_word(&values);
	char *name, *value;
	int r = 0;

	if (!group || !same || strcmp(group, same) != 0)
		return complain(p, "the numbers of the line above were expected");
	if (!has_group(p->file, group))
		return 0;

	while (!r && (name = next_word(&names))) {
		value = next_word(&values);
		r = value ? take_decimal(p, group, name, value)
			  : complain(p, "fewer numbers than names");
	}
	return r || !next_word(&values) ? r : complain(p, "more numbers than names");
}

static int parse_pairs(struct parsing *p)
{
	char *names, *values;
	int r = 0;

	while (!r && (names = next_line(p))) {
		values = next_line(p);
		r = values ? take_pair(p, names, values)
			   : complain(p, "a line of numbers was expected below it");
	}
	return r;
}

/* "TCP: inuse 10 orphan 0 tw 2 alloc 11 mem 2" */
static int parse_sockstat(struct parsing *p)
{
	char *line, *name, *value;
	int r = 0;

	while (!r && (line = next_line(p))) {
		const char *group = next_word(&line);

		if (!group || !has_group(p->file, group))
			continue;
		while (!r && (name = next_word(&line))) {
			value = next_word(&line);
			r = value ? take_decimal(p, group, name, value)
				  : complain(p, "a number was expected at its end");
		}
	}
	return r;
}

enum { COLUMNS_MAX = 64 };

/* Which counter each column is, if any. */
struct columns {
	enum counter at[COLUMNS_MAX];
	size_t n;
};

/* Hexadecimal numbers, a line for each CPU. */
static int add_line(const struct parsing *p, const struct columns *columns, char *line)
{
	const char *word;
	uint64_t n;

	for (size_t i = 0; i < columns->n; i++) {
		word = next_word(&line);
		if (!word)
			return complain(p, "fewer columns than expected");
		if (columns->at[i] == COUNTER_COUNT)
			continue;
		if (number_parse_hex(word, &n))
			return complain(p, "a hexadecimal number was expected");
		add(p->counters, columns->at[i], n);
	}
	return 0;
}

static int add_lines(struct parsing *p, const struct columns *columns)
{
	char *line;
	int r = 0;

	while (!r && (line = next_line(p)))
		r = add_line(p, columns, line);
	return r;
}

static int parse_conntrack(struct parsing *p)
{
	struct columns columns = {0};
	char *heading = next_line(p);
	const char *name;

	while (heading && columns.n < COLUMNS_MAX && (name = next_word(&heading)))
		columns.at[columns.n++] = find(p->file, "", name);
	return add_lines(p, &columns);
}

static int parse_softnet(struct parsing *p)
{
	struct columns columns = {0};

	for (enum counter c = 0; c < COUNTER_COUNT; c++) {
		const struct counter_row *row = counter_row(c);

		for (; row->file == p->file && columns.n <= row->position; columns.n++)
			columns.at[columns.n] = COUNTER_COUNT;
		if (row->file == p->file)
			columns.at[row->position] = c;
	}
	return add_lines(p, &columns);
}

static int (*const parsers[COUNTER_FILE_COUNT])(struct parsing *) = {
	[COUNTER_SNMP] = parse_pairs,        [COUNTER_NETSTAT] = parse_pairs,
	[COUNTER_SOCKSTAT] = parse_sockstat, [COUNTER_SOCKSTAT6] = parse_sockstat,
	[COUNTER_SOFTNET] = parse_softnet,   [COUNTER_CONNTRACK] = parse_conntrack,
};

int counters_parse(enum counter_file file, char *text, struct counters *ret, struct error *err)
{
	struct parsing p = {.file = file, .rest = text, .counters = ret, .err = err};

	return parsers[file](&p);
}

static bool is_not_there(int r)
{
	return r == -ENOENT || r == -ENOTDIR || r == -EACCES || r == -EPERM;
}

static int read_file(int root, enum counter_file file, struct counters *ret, struct error *err)
{
	auto_free char *text = NULL;
	int r = root_read(root, counter_file_path(file), FILE_MAX, &text, NULL, err);

	return r ? r : counters_parse(file, text, ret, err);
}

static uint64_t milliseconds(void)
{
	struct timespec t = {0};

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int counters_read(int root, struct counters *ret, struct error *err)
{
	struct counters list = {.taken_ms = milliseconds()};

	for (enum counter_file f = 0; f < COUNTER_FILE_COUNT; f++) {
		int r = read_file(root, f, &list, err);

		if (r && !is_not_there(r)) {
			*ret = (struct counters){0};
			return r;
		}
	}
	*ret = list;
	return 0;
}
