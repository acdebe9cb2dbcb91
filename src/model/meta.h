/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a file has beside its bytes: what must be put back with them.  Owns its
 * strings.
 */
#ifndef TCPTUNE_MODEL_META_H
#define TCPTUNE_MODEL_META_H

#include <sys/types.h>

#include "base/vec.h"

struct xattr {
	char *name;  /* "security.selinux"; ACLs are two of them */
	char *value; /* any bytes */
	size_t len;
};

struct meta {
	bool known; /* false: nobody has looked, or there is no file */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	int64_t mtime; /* nanoseconds since the epoch */
	struct {
		VEC(struct xattr);
	} xattrs; /* by name */
};

void xattr_done(struct xattr *x);
void meta_done(struct meta *m);

/* -ENOMEM, then *ret is empty. */
must_check int meta_copy(const struct meta *from, struct meta *ret);

#endif
