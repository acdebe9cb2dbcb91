/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/problem.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* The newest goes before what is said of later lines of its file: a parser may look twice. */
static void sort_in(struct problems *list)
{
	struct problem *items = list->items, newest = items[list->len - 1];
	size_t i = list->len - 1;

	for (; i && items[i - 1].line > newest.line && newest.line &&
	       strcmp(items[i - 1].file, newest.file) == 0;
	     i--)
		items[i] = items[i - 1];
	items[i] = newest;
}

void problem_add(struct problems *list, const char *file, unsigned line, const char *fmt, ...)
{
	auto_text struct text t = {0};
	struct problem p = {.line = line};
	size_t max = list->max ? list->max : PROBLEMS_MAX;
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);

	if (list->len < max && !text_take(&t, &p.text)) {
		p.file = strdup(file);
		if (p.file && !vec_push(list, p)) {
			sort_in(list);
			return;
		}
	}
	free(p.file);
	free(p.text);
	list->more++;
}

void problems_done(struct problems *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i].file);
		free(list->items[i].text);
	}
	vec_done(list);
	list->more = 0;
}

int problems_as_error(const struct problems *list, struct error *err)
{
	size_t others = list->len + list->more - 1;
	const struct problem *p = list->items;

	if (!list->len)
		return list->more ? error_set(err, ENOMEM, "report what is wrong") : 0;
	if (!others)
		return error_at(err, EINVAL, p->file, p->line, "%s", p->text);
	return error_at(err, EINVAL, p->file, p->line, "%s (and %zu more mistake%s)", p->text,
			others, others == 1 ? "" : "s");
}
