/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many mistakes at once: a parser reports each with its place and goes on, so
 * that a person mends a file in one go.  They are kept by line, .max of them; what
 * comes after is counted only.
 */
#ifndef TCPTUNE_BASE_PROBLEM_H
#define TCPTUNE_BASE_PROBLEM_H

#include "base/error.h"
#include "base/vec.h"

enum {
	PROBLEMS_MAX = 20,    /* beside something else */
	PROBLEMS_ALL = 10000, /* where they are what was asked for: more than anybody reads */
};

struct problem {
	char *file;    /* owned */
	unsigned line; /* 0: the file as a whole */
	char *text;    /* owned; what is wrong and what was expected */
};

struct problems {
	VEC(struct problem);
	size_t max;  /* 0: PROBLEMS_MAX */
	size_t more; /* found, but not kept: too many, or no memory */
};

void problem_add(struct problems *list, const char *file, unsigned line, const char *fmt, ...)
	printf_like(4, 5);
void problems_done(struct problems *list);

/* The first of them as an error, with the number of others.  Returns -EINVAL, or 0 if none. */
must_check int problems_as_error(const struct problems *list, struct error *err);

#endif
