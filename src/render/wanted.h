/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an entry of a profile asks for, in words.
 */
#ifndef TCPTUNE_RENDER_WANTED_H
#define TCPTUNE_RENDER_WANTED_H

#include "base/defs.h"
#include "model/value.h"

/* "at least 4096", "1 or 2"; value as of wanted_text().  The caller's; NULL: no memory. */
must_check char *wanted_phrase(enum op op, const char *value);

#endif
