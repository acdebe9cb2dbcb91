/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything is read relative to the root directory of the host in question,
 * which need not be ours: absolute links and ".." stay below it, as they would
 * on that host.  Paths are given as the host itself would name them; a leading
 * '/' is optional.
 *
 * What newcomers get wrong: a link that ends at /dev/null below the root is
 * the null device whether or not the node exists there (NODE_NULL), because
 * captured trees and images have no device nodes, and a mask must stay one.
 */
#ifndef TCPTUNE_BASE_ROOT_H
#define TCPTUNE_BASE_ROOT_H

#include <sys/stat.h>

#include "base/error.h"

enum node_kind {
	NODE_MISSING, /* ENOENT or ENOTDIR on the way: a dangling link, too */
	NODE_FILE,
	NODE_DIR,
	NODE_NULL,  /* ends at /dev/null */
	NODE_LOOP,  /* more than 40 links */
	NODE_OTHER, /* FIFO, socket, device: never opened */
};

/* Open DIR as a root.  The descriptor is the caller's. */
must_check int root_open(const char *dir, int *ret_fd, struct error *err);

/*
 * Follow every link of path and say what is at the end and what it is really
 * called there ("/usr/lib/sysctl.d/x.conf", malloc'ed; NULL for NODE_MISSING
 * and NODE_LOOP).  Missing and looping are answers; errors are ENOMEM, EACCES.
 */
must_check int root_resolve(int root, const char *path, enum node_kind *ret_kind, char **ret_real,
			    struct error *err);

/* open(2) below the root, O_CLOEXEC always.  A descriptor, or -errno. */
must_check int root_openat(int root, const char *path, int flags);

/*
 * Open a regular file to read it; never blocks on a FIFO.  The descriptor is
 * the caller's, *ret what fstat(2) says of it.  ENOENT, EACCES, EISDIR, ENXIO
 * (not a regular file).
 */
must_check int root_open_file(int root, const char *path, int *ret_fd, struct stat *ret,
			      struct error *err);

/*
 * Read a whole regular file of at most max bytes, opened as above.
 * *ret is NUL-terminated and the caller's; a NUL may also be inside, which
 * *ret_len tells (NULL: a file with a NUL byte in it is EBADMSG).
 * ENOENT, EACCES, EISDIR, ENXIO (not a regular file), EFBIG, ENOMEM, EBADMSG.
 */
must_check int root_read(int root, const char *path, size_t max, char **ret, size_t *ret_len,
			 struct error *err);

/*
 * The entries of a directory, sorted by byte value, without "." and "..".
 * Free with names_done().  ENOENT, ENOTDIR, EACCES, ENOMEM.
 */
struct names {
	char **items;
	size_t len, cap;
};

must_check int root_list(int root, const char *path, struct names *ret, struct error *err);
void names_done(struct names *list);

#endif
