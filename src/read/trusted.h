/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading files that steer a run as root: such a file must belong to root and
 * nobody else may write it, nor any directory of its real path (sticky ones
 * excepted), else whoever can would be root.
 *
 * What newcomers get wrong: everything is checked on what was opened, never on
 * a name that may mean another file a moment later.  The directories are
 * walked from / without following a link, and at the end of the walk there
 * must be the file that is open.
 */
#ifndef TCPTUNE_READ_TRUSTED_H
#define TCPTUNE_READ_TRUSTED_H

#include <sys/types.h>

#include "base/error.h"

/* In place of a user: the file may be anybody's. */
#define TRUST_ANYBODY ((uid_t)-1)

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct trusted_file {
	char *text; /* owned; NUL-terminated, and a NUL may be in it */
	size_t len;
	struct file_id id;
};

void trusted_file_done(struct trusted_file *f);

/*
 * Read a regular file of at most max bytes.  Below the directory root, or with
 * root AT_FDCWD as this process sees it.  It must be root's or owner's (0 for
 * root alone), unless owner is TRUST_ANYBODY.
 *
 * ENOENT only if nothing has that name; ENOLINK: a link that leads nowhere;
 * EPERM: not trusted; EACCES, EISDIR, ENXIO, EFBIG, ENOMEM.
 */
must_check int trusted_read(int root, const char *path, size_t max, uid_t owner,
			    struct trusted_file *ret, struct error *err);

#endif
