/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/strings.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

int strings_add(struct strings *list, const char *fmt, ...)
{
	auto_text struct text t = {0};
	auto_free char *made = NULL;
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);

	if (text_take(&t, &made) || vec_push(list, made))
		return -ENOMEM;
	made = NULL;
	return 0;
}

bool strings_has(const struct strings *list, const char *s)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], s) == 0)
			return true;
	}
	return false;
}

int strings_add_all(struct strings *list, const struct strings *from)
{
	for (size_t i = 0; i < from->len; i++) {
		if (strings_add(list, "%s", from->items[i]))
			return -ENOMEM;
	}
	return 0;
}

void strings_done(struct strings *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i]);
	vec_done(list);
}
