/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a journal's records and the fields in them: what journal.c
 * writes, journal_parse.c and journal_step.c read.  For those only.
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

/* What is left to be read of a journal or a payload. */
struct cursor {
	const char *at, *end;
};

struct field {
	char name[RECORD_TYPE_MAX + 1];
	const char *value;
	size_t len;
};

/* A word of at most max bytes that ends at `stop`, which is skipped; the next field. */
must_check bool cursor_word(struct cursor *c, char stop, char *ret, size_t max);
must_check bool cursor_field(struct cursor *c, struct field *ret);

bool field_is(const struct field *f, const char *name);

/* Its value in place of what was there.  -EBADMSG, -ENOMEM. */
must_check int field_text(const struct field *f, char **where);
must_check int field_bytes(const struct field *f, struct bytes *where);
must_check int field_int(const struct field *f, int64_t min, int64_t max, int64_t *ret);

/* The payload of a record `step`. */
must_check int journal_parse_step(struct journal *j, struct cursor c);

#endif
