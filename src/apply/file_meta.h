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
 * An access list that m does not have goes; labels of its own the kernel keeps.
 */
must_check int file_meta_write(int fd, const struct meta *m);

/* This mode and nothing else: no access list, its directory's default included.  -errno. */
must_check int file_meta_mode_only(int fd, mode_t mode);

#endif
