/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Find who else on the host sets sysctls and open-file limits, from the files
 * below a root.  Nothing is ever run, and every file is read as a stranger's:
 * at most OWNER_FILE_MAX bytes of each, OWNER_BYTES_MAX of all together.
 *
 * What newcomers get wrong: shell scripts and YAML are searched for the few
 * words that matter, not understood.  A claim from there is a hint, and its
 * confidence says so.
 */
#ifndef TCPTUNE_READ_OWNERS_H
#define TCPTUNE_READ_OWNERS_H

#include "base/error.h"
#include "model/owner.h"

enum {
	OWNER_FILE_MAX = 1024 * 1024,
	OWNER_BYTES_MAX = 32 * 1024 * 1024,
	OWNER_ENTRIES_MAX = 1000, /* of one directory */
};

/* Missing files are no errors; unreadable ones are listed.  -ENOMEM. */
must_check int owners_read(int root, struct owners *ret, struct error *err);

#endif
