/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of each kind, for term.c alone, and what they are written with.
 */
#ifndef TCPTUNE_MODEL_TERM_ROWS_H
#define TCPTUNE_MODEL_TERM_ROWS_H

#include "model/term.h"

struct term_rows {
	const struct term *rows;
	size_t n;
};

extern const struct term_rows term_states, term_errors, term_options, term_concepts, term_elsewhere,
	term_findings;

/* Code that is the cure in more than one row (term_snippets.c). */
extern const char snippet_close_politely[], snippet_raise_nofile[], snippet_limit_silence[];

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define LEVERS(...) ((const struct term_lever[]){__VA_ARGS__, {NULL, NULL}})

#endif
