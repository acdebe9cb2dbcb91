/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file line by line, in a buffer of fixed size: the memory needed does not
 * depend on the file.  A line that does not fit comes in pieces, as fgets(3)
 * would give it, because for some readers each piece is a line of its own.
 */
#ifndef TCPTUNE_READ_LINES_H
#define TCPTUNE_READ_LINES_H

#include "base/tree.h"

struct lines {
	int fd;
	char *buf; /* owned */
	size_t cap;
	size_t max; /* longest piece */
	size_t start, len;
	size_t size, got; /* of the file, where its size is known; else 0 */
	bool end;
	char saved;     /* what stood where the piece given last was terminated */
	unsigned line;  /* number of the line the piece is of, from 1 */
	bool continues; /* the piece is not the first of its line */
	bool whole;     /* the last piece given ended its line */
};

#define auto_lines __attribute__((cleanup(lines_done)))

/*
 * A regular file below root, in pieces of at most max bytes.  -ENOENT, -EACCES,
 * -ELOOP, -EISDIR, -ENXIO (not a regular file), -ENOMEM.
 */
must_check int lines_open(int root, const char *path, size_t max, struct lines *ret,
			  struct error *err);
/* The same of a host's files as they would be. */
must_check int lines_open_in(struct tree files, const char *path, size_t max, struct lines *ret,
			     struct error *err);
void lines_done(struct lines *l);

/*
 * The next piece, without its newline and NUL-terminated; *ret_len also counts
 * NUL bytes inside.  It may be written to, and is gone at the next call.  1, 0
 * at the end, -errno.
 */
must_check int lines_next(struct lines *l, char **ret, size_t *ret_len);

#endif
