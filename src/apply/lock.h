/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One writer at a time.  The kernel releases the lock when the process ends,
 * however it ends, so there are no stale ones; and it tells who holds it.
 *
 * What newcomers get wrong: it is a POSIX lock, so a child made by fork(2) does
 * not have it, and closing any descriptor of the file gives it up: nobody else
 * opens that file.
 */
#ifndef TCPTUNE_APPLY_LOCK_H
#define TCPTUNE_APPLY_LOCK_H

#include "apply/txn.h"

/*
 * /run/tcptune/lock, or var/lib/tcptune/lock of a tree.  The descriptor is the
 * caller's: closing it unlocks.  error_busy() names the holder.
 */
must_check int lock_take(const struct place *place, int *ret_fd, struct error *err);

#endif
