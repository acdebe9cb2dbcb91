/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line that says what becomes of a setting: "KEY   128 -> 4096".
 */
#ifndef TCPTUNE_RENDER_CHANGE_H
#define TCPTUNE_RENDER_CHANGE_H

#include "render/screen.h"

enum { CHANGE_INDENT = 2, CHANGE_TEXT = 6, CHANGE_COLUMN = 38 };

/* The value, "(empty)" for an empty one, "-" for NULL. */
const char *change_shown(const char *value);

/* Below the key where the line would be too long.  when: "at boot " or "". */
void change_put(struct screen *s, const char *key, const char *when, const char *have,
		const char *wanted);

#endif
