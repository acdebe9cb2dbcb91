/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/change.h"

const char *change_shown(const char *value)
{
	return !value ? "-" : *value ? value : "(empty)";
}

void change_put(struct screen *s, const char *key, const char *when, const char *have,
		const char *wanted)
{
	auto_free char *line = text_format("%s%s -> %s", when, have, wanted);

	if (!line) {
		s->out.failed = true;
		return;
	}
	screen_tab(s, CHANGE_INDENT);
	screen_mark(s, s->style->bold, key);
	if (CHANGE_COLUMN + screen_columns(line) > s->width) {
		screen_newline(s);
		screen_tab(s, CHANGE_TEXT);
	} else {
		screen_tab(s, CHANGE_COLUMN);
	}
	screen_put(s, when);
	screen_mark(s, s->style->red, have);
	screen_put(s, " -> ");
	screen_mark(s, s->style->green, wanted);
	screen_newline(s);
}
