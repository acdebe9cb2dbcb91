/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an entry of a profile asks for, in words.
 */
#ifndef TCPTUNE_RENDER_WANTED_H
#define TCPTUNE_RENDER_WANTED_H

#include "base/defs.h"
#include "model/value.h"

/*
 * "at least 4096", "1 or 2"; of a bitmap "with 1 and 2", for that is what
 * at_least means there.  t: NULL for nofile.  value as of wanted_text().  The
 * caller's; NULL: no memory.
 */
must_check char *wanted_phrase(const struct tunable *t, enum op op, const char *value);

/*
 * As above, where `have` is not enough for it: a ceiling does not hold below
 * the sane range, "2 to 3 (0 is below the sensible range)".
 */
must_check char *wanted_instead(const struct tunable *t, enum op op, const char *value,
				const char *have);

#endif
