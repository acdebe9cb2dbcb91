/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was found at the paths below a root, so that whoever looks at the same
 * host again and again sees one host, and asks for each path but once.
 *
 * What newcomers get wrong: it never forgets.  Who wants to know what became of
 * the files meanwhile needs another one.
 */
#ifndef TCPTUNE_BASE_SEEN_H
#define TCPTUNE_BASE_SEEN_H

#include "base/root.h"

struct seen_path;

struct seen {
	struct seen_path *paths; /* owned */
	size_t held;             /* bytes of files */
};

void seen_done(struct seen *s);

/* As root_resolve() and root_list(); s NULL: nothing is remembered.  Errors never are. */
must_check int seen_resolve(struct seen *s, int root, const char *path, enum node_kind *ret_kind,
			    char **ret_real, struct error *err);
must_check int seen_list(struct seen *s, int root, const char *path, struct names *ret,
			 struct error *err);

/*
 * The bytes of a regular file, as root_read() reads them; borrowed from s.  1: they are
 * not remembered, because they are too many or s is NULL: read them yourself.
 */
must_check int seen_bytes(struct seen *s, int root, const char *path, const char **ret,
			  size_t *ret_len, struct error *err);

#endif
