/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of one sysctl.d file through the line parser of every reader, whole
 * and in pieces: both must say the same, and no key may be anything but what
 * key_resolve() can take.
 */
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "model/key.h"
#include "read/sysctld_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct record {
	struct text said;
	unsigned last;
};

static int on_statement(void *context, const struct statement *s)
{
	struct record *r = context;
	bool has_key = s->kind == STATEMENT_ASSIGN || s->kind == STATEMENT_EXCLUDE;

	if (s->line < r->last || has_key != !!s->key || !s->text)
		abort();
	if ((s->kind == STATEMENT_ASSIGN) != !!s->value)
		abort();
	r->last = s->line;

	text_addf(&r->said, "%d %u %s %s %d\n", (int)s->kind, s->line, s->key ? s->key : "",
		  s->value ? s->value : "", s->ignore);
	if (s->key) {
		char *key = strdup(s->key);

		if (key && key_resolve(key) && *key == '/')
			abort();
		free(key);
	}
	return 0;
}

static struct record parse(const struct reader *reader, const char *bytes, size_t n, size_t step)
{
	struct record r = {0};
	struct line_parser p = {.reader = reader, .each = on_statement, .context = &r};
	int e = 0;

	for (size_t i = 0; i < n && !e; i += step)
		e = line_parser_feed(&p, bytes + i, n - i < step ? n - i : step);
	if (!e)
		e = line_parser_end(&p);
	(void)e;
	line_parser_done(&p);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < reader_count(); i++) {
		struct record whole = parse(reader_at(i), (const char *)data, size, size + 1);
		struct record pieces = parse(reader_at(i), (const char *)data, size, 1 + size / 7);

		if (!text_equal(whole.said.str, pieces.said.str))
			abort();
		text_done(&whole.said);
		text_done(&pieces.said);
	}
	return 0;
}
