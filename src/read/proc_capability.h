/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process could be allowed to do at most, from /proc/PID/status.
 */
#ifndef TCPTUNE_READ_PROC_CAPABILITY_H
#define TCPTUNE_READ_PROC_CAPABILITY_H

#include "base/error.h"

/*
 * The capability bounding set in a status file below dir ("proc/1/status"):
 * bit N is capability N.  -errno of the file; -ENODATA: it does not say.
 */
must_check int proc_capability_read(int dir, const char *path, uint64_t *ret);

#endif
