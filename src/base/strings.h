/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing list of strings, each its own.
 */
#ifndef TCPTUNE_BASE_STRINGS_H
#define TCPTUNE_BASE_STRINGS_H

#include "base/vec.h"

struct strings {
	VEC(char *); /* each owned */
};

/* Add a string by format.  -ENOMEM, then nothing was added. */
must_check int strings_add(struct strings *list, const char *fmt, ...) printf_like(2, 3);

bool strings_has(const struct strings *list, const char *s);

/* Add a copy of each; -ENOMEM. */
must_check int strings_add_all(struct strings *list, const struct strings *from);

void strings_done(struct strings *list);

#endif
