/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changes in a file, as `diff -u` shows it: the shortest way from one to
 * the other, line by line, three lines around each change.
 */
#ifndef TCPTUNE_RENDER_DIFF_H
#define TCPTUNE_RENDER_DIFF_H

#include "base/text.h"
#include "model/plan.h"

enum { DIFF_CONTEXT = 3 };

/* Of a file that is not there, /dev/null.  Failure is out's. */
void diff_unified(struct text *out, const char *path, const struct bytes *before,
		  const struct bytes *after);

#endif
