/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tcptune knows besides sysctl keys: TCP states, socket errors, socket
 * options, the notions behind them, and what belongs to other tools.  One row
 * a term; a row belongs to the file of its kind (term_*.c).
 *
 * What newcomers get wrong: `never` is not decoration.  It names what people
 * turn for this trouble and what cannot help; a key may stand in both lists
 * (raising tcp_max_tw_buckets may help, lowering it never does).
 */
#ifndef TCPTUNE_MODEL_TERM_H
#define TCPTUNE_MODEL_TERM_H

#include "base/defs.h"

enum term_kind {
	TERM_STATE,
	TERM_ERROR,
	TERM_OPTION,
	TERM_CONCEPT,
	TERM_ELSEWHERE, /* not ours: `instead` names the tool */
	TERM_DIAGNOSIS, /* those of rules and bad lines are made when they are asked for */
	TERM_KIND_COUNT,
};

struct term_lever {
	const char *name; /* a catalogue key, the name of a term, or a habit in plain words */
	const char *how;  /* one clause */
};

/* Lists end at NULL (levers: at .name == NULL); a list that is NULL is empty. */
struct term {
	const char *name; /* as it is shown: "CLOSE-WAIT" */
	const char *const *aliases;
	enum term_kind kind;
	const char *summary; /* one line */
	const char *means;
	const char *figure; /* lines to show as they are, or NULL */
	const char *const *causes;
	const struct term_lever *helps, *never;
	const char *remedy;          /* TERM_DIAGNOSIS */
	const char *application;     /* what to change in the program, or NULL */
	const char *snippet;         /* complete C functions, where code is the cure; or NULL */
	const char *instead;         /* TERM_ELSEWHERE: the tool for it */
	const char *const *look;     /* command lines that show it */
	const char *const *see_also; /* names of terms, and catalogue keys */
	const char *source;
};

/* What check says of the finding, too (term_findings.c). */
extern const char remedy_login_refused[], remedy_service_fails[];

size_t term_size(void);
const struct term *term_at(size_t i); /* i < term_size() */

/* By name or alias; case, '-', '_' and blanks do not matter.  NULL if none. */
const struct term *term_find(const char *query);

/* The comparison term_find() makes: "close_wait" is "CLOSE-WAIT" is "closewait". */
bool term_same(const char *a, const char *b);

const char *term_kind_name(enum term_kind kind); /* "state", "error", "option", ... */

#endif
