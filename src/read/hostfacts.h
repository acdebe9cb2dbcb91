/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which host this is: kernel, memory, CPUs, boot, namespace.  From files below
 * the root only, so that a capture of another host answers for that host and
 * not for ours.
 */
#ifndef TCPTUNE_READ_HOSTFACTS_H
#define TCPTUNE_READ_HOSTFACTS_H

#include "base/error.h"
#include "model/host.h"

/*
 * root: the root directory; name: as the user gave it ("/"); netns: as given
 * with --netns, or NULL.  *ret_proc_sys is proc/sys below it, the caller's, or
 * -1 when the host is offline.  What cannot be read stays "not known"; only
 * ENOMEM and a root that cannot be read at all fail.
 */
must_check int hostfacts_read(int root, const char *name, const char *netns, struct host *ret,
			      int *ret_proc_sys, struct error *err);

#endif
