/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files by descriptor: reading one whole.
 */
#ifndef TCPTUNE_BASE_FILE_H
#define TCPTUNE_BASE_FILE_H

#include "base/error.h"

/*
 * Everything from fd, at most max bytes (EFBIG beyond).  size is what fstat(2)
 * says, which saves a read; 0, as for files of /proc: not known.
 * NUL-terminated, the caller's; *ret_len does not count that NUL.  -errno.
 */
must_check int file_read_fd(int fd, size_t size, size_t max, char **ret, size_t *ret_len);

/*
 * One value below an open directory, by one read(2): a value in /proc must not
 * change between two.  The trailing newline is cut.  -errno; EFBIG where it
 * does not fit, EBADMSG for a NUL byte, behind which something could hide, EISDIR
 * and ENXIO for what is no regular file, ELOOP for a link.
 */
must_check int file_read_value(int dir, const char *path, char *buf, size_t size);

/*
 * "immutable" or "append-only", as chattr(1) makes what is called so in dir ("": dir
 * itself); NULL for neither, and where its file system or the kernel does not say.
 */
const char *file_attribute(int dir, const char *name);

/* May this process write files of so many bytes?  Over `ulimit -f` it may not. */
bool file_may_grow(uint64_t size);

#endif
