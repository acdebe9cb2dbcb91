/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a journal's records and the fields in them: what journal.c
 * writes and journal_parse.c reads.  For those two only.
 */
#ifndef TCPTUNE_MODEL_JOURNAL_RECORD_H
#define TCPTUNE_MODEL_JOURNAL_RECORD_H

#include "base/text.h"
#include "model/journal.h"

enum { RECORD_DIGEST = 16, RECORD_TYPE_MAX = 24 };

/* Fields of a record `begin`: text (NULL is left out) or a number. */
struct journal_field {
	const char *name;
	size_t offset; /* in struct journal */
	enum { FIELD_TEXT, FIELD_I64, FIELD_UID, FIELD_LOGIN_UID } kind;
};

extern const struct journal_field journal_fields[]; /* ends at .name == NULL */

/* Of "TYPE " and the payload: the first RECORD_DIGEST digits, and a NUL. */
must_check int record_digest(const char *type, const char *payload, size_t n,
			     char ret[static RECORD_DIGEST + 1]); /* -ENOMEM */

#endif
