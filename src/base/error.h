/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, with its context, in a fixed buffer on the caller's stack:
 * it needs no memory, so reporting ENOMEM cannot fail.
 *
 * The lowest level says what (error_set), each level that knows more says
 * where (error_within); only src/cli prints.  Every function here returns
 * -code, so that `return error_set(err, errno, ...)` is the whole branch.
 * err may be NULL where the caller wants the code only.
 */
#ifndef TCPTUNE_BASE_ERROR_H
#define TCPTUNE_BASE_ERROR_H

#include "base/defs.h"

struct error {
	int code;       /* positive errno */
	bool is_busy;   /* error_busy() said so: the kernel has an EBUSY of its own */
	unsigned line;  /* 0: none */
	char file[256]; /* "" : none; the file the user must look at */
	char text[768];
};

/* "open /x: No such file or directory".  Returns -code. */
int error_set(struct error *err, int code, const char *fmt, ...) printf_like(3, 4);

/* As it stands, without the name of the errno: for what a person did wrong. */
int error_say(struct error *err, int code, const char *fmt, ...) printf_like(3, 4);

/* Somebody else is at work, and later it may go: EBUSY, as it stands. */
int error_busy(struct error *err, const char *fmt, ...) printf_like(2, 3);

/* A mistake in a file, with the place; line 0 means the file as a whole. */
int error_at(struct error *err, int code, const char *file, unsigned line, const char *fmt, ...)
	printf_like(5, 6);

/* Put "WHERE: " before what is there already; err must be there.  Returns -err->code. */
int error_within(struct error *err, const char *fmt, ...) printf_like(2, 3);

#endif
