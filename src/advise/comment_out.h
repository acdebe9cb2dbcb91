/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of other people's files that are taken out by a mark at their start,
 * which makes a comment of them for every reader of such files, and put back
 * by taking the mark away.  Byte for byte; nothing else of the file changes.
 *
 * What newcomers get wrong: not every line can be taken out alone.  One that is
 * continued with a backslash, or that readers cut into several, cannot.
 */
#ifndef TCPTUNE_ADVISE_COMMENT_OUT_H
#define TCPTUNE_ADVISE_COMMENT_OUT_H

#include "model/plan.h"

#define COMMENT_MARK "#tcptune# "

/* The line, as lines are counted by '\n' from 1, without its end; false: there is none. */
bool comment_line(const struct bytes *b, unsigned line, const char **ret, size_t *ret_len);

/* Has this line our mark? */
bool comment_is_marked(const struct bytes *b, unsigned line);

/* Has any line? */
bool comment_any(const struct bytes *b);

/* Mark it, in place; -EINVAL: it cannot be taken out alone, -ENOMEM.  Then b is as it was. */
must_check int comment_mark(struct bytes *b, unsigned line);

/* Take every mark away, in place: never longer. */
void comment_unmark(struct bytes *b);

#endif
