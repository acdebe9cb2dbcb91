/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/wanted.h"

#include "base/text.h"

static const char *const op_words[OP_COUNT] = {
	[OP_EXACT] = "",
	[OP_AT_LEAST] = "at least ",
	[OP_AT_MOST] = "at most ",
	[OP_ONE_OF] = "",
};

char *wanted_phrase(enum op op, const char *value)
{
	auto_text struct text t = {0};
	char *made = NULL;

	text_add(&t, op_words[op]);
	if (!*value)
		text_add(&t, "(empty)");
	for (const char *p = value; *p; p++)
		text_add_bytes(&t, *p == '|' ? " or " : p, *p == '|' ? 4 : 1);
	return text_take(&t, &made) ? NULL : made;
}
