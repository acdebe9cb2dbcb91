/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mode, owner, times and extended attributes of an open file.
 */
#ifndef TCPTUNE_APPLY_FILE_META_H
#define TCPTUNE_APPLY_FILE_META_H

#include <sys/stat.h>

#include "base/error.h"
#include "model/meta.h"

/* The caller's, to be freed by meta_done().  -errno. */
must_check int file_meta_read(int fd, const struct stat *st, struct meta *ret);

/*
 * Give fd all of it.  The label of a security module that this kernel does not
 * run is kept where it can be; an access list or a user's attribute must be.
 */
must_check int file_meta_write(int fd, const struct meta *m);

#endif
