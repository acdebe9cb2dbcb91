/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of /etc/profile and /etc/profile.d that call `ulimit -n`, in the
 * order a login shell runs them.  A shell is not emulated: what stands in an
 * `if` or after `&&` is marked, and a value that is not a literal is unknown.
 */
#ifndef TCPTUNE_READ_PROFILE_D_H
#define TCPTUNE_READ_PROFILE_D_H

#include "base/error.h"
#include "model/ulimit.h"

/* ulimit_lines_done() is the caller's.  Missing files are none; -EACCES, -ENOMEM. */
must_check int profile_d_read(int root, struct ulimit_lines *ret, struct error *err);

#endif
