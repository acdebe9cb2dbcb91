/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Root's way of finding a path without openat2(2): one component at a time,
 * each link read and followed by us.  For base/root.c, which everybody else
 * uses; what newcomers get wrong is that it must answer as the kernel does,
 * but for /dev/null, which is there even when it is not.
 */
#ifndef TCPTUNE_BASE_WALK_H
#define TCPTUNE_BASE_WALK_H

#include "base/root.h"

enum node_kind walk_kind(mode_t mode);

/* As root_resolve() and root_openat(). */
must_check int walk_resolve(int root, const char *path, enum node_kind *ret_kind, char **ret_real,
			    struct error *err);
must_check int walk_open(int root, const char *path, int flags);

#endif
