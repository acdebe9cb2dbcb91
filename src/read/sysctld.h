/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl.d and its relatives below a root, as one reader would read them.
 *
 * Files are streamed: of a million lines only those stay in memory that are
 * about a key of the catalogue or the key asked for.
 *
 * What newcomers get wrong: names decide, not directories.  All files are read
 * in the order of their base names, and a name in /etc hides the same name in
 * /usr/lib even if it is a dangling link.
 */
#ifndef TCPTUNE_READ_SYSCTLD_H
#define TCPTUNE_READ_SYSCTLD_H

#include "base/tree.h"
#include "model/boot.h"

struct sysctld_want {
	const struct reader *reader;
	const char *key;        /* dotted; keep this one, too; may be NULL */
	const char *credential; /* the file of sysctl.extra; NULL: where systemd finds it */
	bool everything;        /* keep every key */
	bool strays;            /* tell of lines that are about no known key, too */
	bool hidden;            /* read masked and unread files, too: for explanations */
};

/*
 * Missing files and directories are no errors, and neither are files we may
 * not read (FILE_UNREADABLE).  -ENOMEM, -EIO.
 */
must_check int sysctld_read(struct tree files, const struct sysctld_want *want,
			    struct boot_lines *ret, struct error *err);

/*
 * Which settings exist below proc/sys of the root: those the lines name, those
 * their globs match, and what they change on the side.  Nothing is opened but
 * directories and the list of congestion controls.  -ENOMEM.
 */
must_check int sysctld_present(int root, const struct boot_lines *lines, const char *key,
			       struct boot_present *ret, struct error *err);

#endif
