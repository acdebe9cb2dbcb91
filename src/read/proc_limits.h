/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RLIMIT_NOFILE out of the text of a /proc/PID/limits file.  Everybody may
 * read that file, while prlimit(2) asks for the same owner or a capability; so
 * this is the way for other processes, captured ones included.
 */
#ifndef TCPTUNE_READ_PROC_LIMITS_H
#define TCPTUNE_READ_PROC_LIMITS_H

#include "base/error.h"
#include "model/snapshot.h"

/* The line "Max open files".  -ENODATA: no such line; -EINVAL: it makes no sense. */
must_check int proc_limits_parse(const char *text, struct nofile *ret);

/*
 * The same from a file below dir ("self/limits" in /proc, "limits" in
 * /proc/PID).  -errno of the file as well; *ret is .known only on success.
 */
must_check int proc_limits_read(int dir, const char *path, struct nofile *ret);

#endif
