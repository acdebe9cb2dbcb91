/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands at the paths of our own files now.  A link, a directory or a
 * hard link there is a result: it is for the planner to refuse.
 */
#ifndef TCPTUNE_READ_OWN_FILES_H
#define TCPTUNE_READ_OWN_FILES_H

#include "base/error.h"
#include "model/own.h"

enum { OWN_SIZE_MAX = 256 * 1024 };

/*
 * The usual paths, those of every unit that has a drop-in of our name, and
 * `more`, which may be NULL.  The states of regular files are told by `judge`.
 * own_files_done() is the caller's.  -ENOMEM.
 */
must_check int own_files_read(int root, const struct strings *more,
			      enum own_state (*judge)(const struct bytes *), struct own_files *ret,
			      struct error *err);

/* The bytes of a regular file by its real name, and what stands there.  -ENOMEM. */
must_check int own_file_look(int root, const char *path, struct own_file *ret, struct error *err);

#endif
