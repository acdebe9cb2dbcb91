/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of our own files, and back: who reads one again learns whether it
 * is as we wrote it, and what it says.
 *
 * The first line has a digest of everything else in the file, so that an
 * edited file is told from an untouched one.  The form has a number, not the
 * program a version: a new version that writes the same form leaves the file
 * alone.
 *
 * What newcomers get wrong: every reader of these files has its own idea of a
 * comment.  '#' at the start of a line is the only one all of them share, and
 * old pam_limits reads the tail of a line of 1,024 bytes as a line.
 */
#ifndef TCPTUNE_RENDER_OWN_TEXT_H
#define TCPTUNE_RENDER_OWN_TEXT_H

#include "model/own.h"

/*
 * The file at path, with those of the entries that belong there; *ret has no
 * data where there are none.  profile NULL: what is left of others'.  -ENOMEM.
 */
must_check int own_text(const struct own_entries *entries, const char *profile, const char *path,
			struct bytes *ret);

/* OWN_UNTOUCHED, OWN_EDITED, OWN_NOT_OURS, or OWN_MASKED for an empty one. */
enum own_state own_text_state(const struct bytes *b);

/* Add what the lines of our file at path say; lines that say nothing are passed over.  -ENOMEM. */
must_check int own_text_parse(const struct bytes *b, const char *path, struct own_entries *list);

#endif
