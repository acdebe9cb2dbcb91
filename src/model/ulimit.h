/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A `ulimit -n` in a shell's start file.
 *
 * What newcomers get wrong: it runs after PAM, in login shells only (`su -`,
 * `bash -l`; not `ssh HOST COMMAND`, not plain `su`, no service), and without
 * -S or -H it lowers the hard limit as well, for good.
 */
#ifndef TCPTUNE_MODEL_ULIMIT_H
#define TCPTUNE_MODEL_ULIMIT_H

#include "base/vec.h"

enum ulimit_value {
	ULIMIT_NUMBER,
	ULIMIT_UNLIMITED,
	ULIMIT_SOFT,    /* the word "soft": the present soft limit */
	ULIMIT_HARD,    /* the word "hard" */
	ULIMIT_NOT_SET, /* no argument: the limit is printed */
	ULIMIT_UNKNOWN, /* a variable, or what else a shell works out */
};

struct ulimit_line {
	char *file; /* owned */
	unsigned line;
	char *text;      /* owned; the line, without blanks around it */
	unsigned fields; /* LIMIT_SOFT, LIMIT_HARD or both */
	enum ulimit_value value;
	uint64_t number;
	bool conditional; /* something stands before it: it may not run */
};

struct ulimit_lines {
	VEC(struct ulimit_line);
};

void ulimit_lines_done(struct ulimit_lines *list);

#endif
