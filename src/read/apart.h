/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may hang in the kernel, done in a process of its own.
 *
 * What newcomers get wrong: no timer and no signal, SIGKILL included, ends a
 * system call that waits for a socket's lock (__lock_sock()).  Who holds it may
 * be at a page fault that is never served, on FUSE or NFS or by intent.  So
 * whoever waits has to be somebody else, and have nothing of ours open.
 */
#ifndef TCPTUNE_READ_APART_H
#define TCPTUNE_READ_APART_H

#include "base/defs.h"

/*
 * Call run(arg) in a child; only memory that was mapped as shared shows what it
 * did.  -ETIMEDOUT when it has not ended within ms (it is killed, which works
 * once the kernel lets go of it), -EIO when run() did not return 0, -errno of
 * fork(2).
 */
must_check int apart_run(int (*run)(void *arg), void *arg, unsigned ms);

#endif
