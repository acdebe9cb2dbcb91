/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with lines of sysctl.d, whoever wrote them: they do nothing,
 * or not what they say, or harm.  Made by advise/lint.h.
 *
 * What newcomers get wrong: this is about files, not about values.  A line may
 * be wrong while the key holds a good value for another reason.
 */
#ifndef TCPTUNE_MODEL_LINT_H
#define TCPTUNE_MODEL_LINT_H

#include "base/vec.h"
#include "model/catalogue.h"
#include "model/finding.h"

enum lint_id {
	LINT_HANGS,
	LINT_REMOVED,
	LINT_DEAD,
	LINT_TOO_NEW,
	LINT_MISSPELT,
	LINT_INTERFACE,
	LINT_NOT_A_KEY,
	LINT_NOT_AN_ASSIGNMENT,
	LINT_SEMICOLON,
	LINT_TOO_LONG,
	LINT_NOT_WRITABLE,
	LINT_MODULE,
	LINT_QUOTED,
	LINT_COMMENT,
	LINT_REFUSED,
	LINT_PARTIAL,
	LINT_OCTAL,
	LINT_HEX,
	LINT_ROUNDED,
	LINT_SHORT,
	LINT_TRAILING,
	LINT_RECIPE,
	LINT_INSANE,
	LINT_OURS_OVERRIDDEN,
	LINT_CONTRADICTION,
	LINT_NOT_READ,
	LINT_DANGLING,
	LINT_COUNT,
};

struct lint_kind {
	const char *id; /* stable; lower case, words apart by '-' */
	enum severity severity;
	const char *one, *many; /* a sentence; {n} is how many */
	const char *remedy;
};

const struct lint_kind *lint_kind(enum lint_id id);
const struct lint_kind *lint_kind_find(const char *id); /* NULL: none */

struct lint {
	enum lint_id id;
	char *file;                  /* owned; as the host names it */
	unsigned line;               /* 0: the file as a whole */
	char *text;                  /* owned; the line as it stands; "" with line 0 */
	char *wrong;                 /* owned; what is wrong, without a full stop */
	const struct tunable *about; /* NULL: no key of the catalogue */
};

enum { LINT_KEPT_MAX = 20 }; /* of one kind */

struct lint_list {
	VEC(struct lint);
	size_t kept[LINT_COUNT];
	size_t more[LINT_COUNT]; /* found, but not kept */
};

void lint_list_done(struct lint_list *list);

/* Add one, or only count it.  -ENOMEM. */
must_check int lint_add(struct lint_list *list, enum lint_id id, const char *file, unsigned line,
			const char *text, const struct tunable *about, const char *fmt, ...)
	printf_like(7, 8);

/* What is wrong with this line, or NULL. */
const struct lint *lint_find(const struct lint_list *list, const char *file, unsigned line);

/* One finding a kind, with its lines for evidence.  -ENOMEM. */
must_check int lint_findings(const struct lint_list *list, struct findings *ret);

#endif
