/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host's files as they would be: those below its root, but for some that
 * have other bytes, or are not there.  So that the next boot can be predicted
 * before anything is written, by the very code that reads it afterwards.
 *
 * What newcomers get wrong: an overlay goes by real names.  Who changes
 * /etc/sysctl.conf changes what /etc/sysctl.d/99-sysctl.conf leads to.
 */
#ifndef TCPTUNE_BASE_TREE_H
#define TCPTUNE_BASE_TREE_H

#include "base/seen.h"
#include "base/vec.h"

struct overlay_file {
	const char *path; /* borrowed; the real name, as root_resolve() tells it */
	const char *data; /* borrowed; NULL: the file is not there */
	size_t len;
};

struct overlay {
	VEC(struct overlay_file); /* a later entry of a path counts */
};

struct tree {
	int root;
	const struct overlay *over; /* borrowed; NULL: everything is as it is */
	struct seen *seen;          /* borrowed; NULL: it is looked at each time */
};

static inline struct tree tree_of(int root)
{
	return (struct tree){.root = root};
}

/* What stands there instead of the file of this real name; NULL: the file itself. */
const struct overlay_file *tree_over(struct tree t, const char *real);

/*
 * As root_resolve(), root_list() and root_read().  A directory that is missing
 * is there as soon as a file of the overlay is in it.
 */
must_check int tree_resolve(struct tree t, const char *path, enum node_kind *ret_kind,
			    char **ret_real, struct error *err);
must_check int tree_list(struct tree t, const char *path, struct names *ret, struct error *err);
must_check int tree_read(struct tree t, const char *path, size_t max, char **ret, size_t *ret_len,
			 struct error *err);

/*
 * What is laid over the file, or remembered of it; borrowed from the tree.  1: neither,
 * it is to be read, by this very path.
 */
must_check int tree_bytes(struct tree t, const char *path, const char **ret, size_t *ret_len,
			  struct error *err);

#endif
