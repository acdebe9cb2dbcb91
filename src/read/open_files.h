/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits on open files that are not one process's own: the kernel's
 * ceiling (fs.nr_open), the whole host's (fs.file-max) and what is in use of
 * it, and RLIMIT_NOFILE of the shell that started us and of PID 1.
 */
#ifndef TCPTUNE_READ_OPEN_FILES_H
#define TCPTUNE_READ_OPEN_FILES_H

#include "model/snapshot.h"

/*
 * What cannot be read is left not known, which is no error.  On a captured host
 * the shell is the one the capture was made from.
 */
void open_files_read(const struct host *h, int root, struct limits *ret);

#endif
