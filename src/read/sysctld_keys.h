/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys of sysctl.d matter: those of the catalogue, the members of its
 * families, one more if asked for, and the globs that may touch any of them.
 */
#ifndef TCPTUNE_READ_SYSCTLD_KEYS_H
#define TCPTUNE_READ_SYSCTLD_KEYS_H

#include "base/strings.h"

struct interest {
	struct strings keys;     /* paths, sorted */
	struct strings families; /* paths with one '*' */
};

/* extra is dotted and may be NULL.  -ENOMEM; then there is nothing to free. */
must_check int interest_init(struct interest *i, const char *extra);
void interest_done(struct interest *i);

/* Does a line about this path matter?  The path may be a glob. */
bool interest_has(const struct interest *i, const char *path);

#endif
