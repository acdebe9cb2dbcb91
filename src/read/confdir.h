/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The "*.conf" of several directories as one list: the first directory that
 * has a name wins it whole, and all survivors are sorted by name, the
 * directories mixed.  limits.d, system.conf.d and the drop-ins of units all
 * work like this.
 *
 * What newcomers get wrong: an entry masks others by being there.  Whether it
 * is a file, a directory or a dangling link is looked at later.
 */
#ifndef TCPTUNE_READ_CONFDIR_H
#define TCPTUNE_READ_CONFDIR_H

#include "base/tree.h"
#include "base/vec.h"

struct confdir_entry {
	char *name; /* owned */
	char *path; /* owned; DIR/name */
};

struct confdir {
	VEC(struct confdir_entry); /* sorted by name */
};

enum confdir_loops {
	LOOPS_MASK, /* a link that leads to itself is an entry like any other */
	LOOPS_SKIP, /* it is as if it were not there */
};

/*
 * Add what this directory has and the list has not; hidden files are never
 * taken.  A directory that is missing adds nothing.  -EACCES, -ENOMEM.
 */
must_check int confdir_add(struct tree files, const char *dir, enum confdir_loops loops,
			   struct confdir *list, struct error *err);
void confdir_done(struct confdir *list);

#endif
