/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: a file in systemd's syntax as every version takes it, and each
 * value as a limit.  What the parser hands out must be inside the line it says
 * it is from.
 */
#include <string.h>

#include "read/systemd_limit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	const struct systemd_reader *reader;
	size_t newlines;
	struct systemd_limit limit;
	struct problems ignored;
};

static void need(bool ok)
{
	if (!ok)
		abort();
}

static int assign(void *context, const char *section, char *key, char *value,
		  const struct logical_line *l)
{
	struct seen *s = context;

	need(section && *key && value > key && key >= l->text);
	need(!strchr(key, '=') && l->n > 0);
	need(systemd_limit_assign(s->reader, "f", value, l, &s->limit, &s->ignored) == 0);
	if (!s->limit.set)
		return 0;
	need(s->limit.soft <= s->limit.hard && s->limit.soft_line >= 1);
	need(s->limit.soft_line <= s->limit.hard_line && s->limit.hard_line <= s->newlines + 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t newlines = 0;

	for (size_t i = 0; i < size; i++)
		newlines += data[i] == '\n';

	for (size_t i = 0; systemd_reader_at(i); i++) {
		struct seen s = {.reader = systemd_reader_at(i), .newlines = newlines};
		const struct assignment_sink sink = {.context = &s, .assign = assign};
		char *copy = malloc(size + 1);

		need(copy != NULL);
		if (size)
			memcpy(copy, data, size);
		copy[size] = '\0';
		need(systemd_file_parse(s.reader, copy, size, &sink) >= 0);
		systemd_limit_done(&s.limit);
		problems_done(&s.ignored);
		free(copy);
	}
	return 0;
}
