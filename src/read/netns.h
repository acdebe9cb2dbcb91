/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another network namespace: there is no /proc/PID/sys, so to read its
 * settings one has to enter it.  The process stays there.
 */
#ifndef TCPTUNE_READ_NETNS_H
#define TCPTUNE_READ_NETNS_H

#include "base/error.h"

/*
 * Enter the namespace of this name (as `ip netns` keeps them in /run/netns) or,
 * with a '/' in it, of this file.  ENOENT, EINVAL (not a network namespace),
 * EPERM (needs CAP_SYS_ADMIN).
 */
must_check int netns_enter(const char *name, struct error *err);

#endif
