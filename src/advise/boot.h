/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the lines of sysctl.d come to: which writes a reader makes, in which
 * order, what the kernel holds afterwards, and what became of each line.
 * Pure: the lines and the settings that exist are read elsewhere.
 *
 * What newcomers get wrong: the last line need not win.  systemd writes one
 * value a key, so a bad last line leaves the kernel's default standing, while
 * procps writes every line, so a bad last line leaves the line before it.
 */
#ifndef TCPTUNE_ADVISE_BOOT_H
#define TCPTUNE_ADVISE_BOOT_H

#include "base/strings.h"
#include "model/boot.h"
#include "model/snapshot.h"

struct boot_options {
	const struct host *host; /* for defaults and the release */
	/*
	 * What runs now stands for a default that cannot be computed, or NULL: a
	 * line with fewer numbers than the key has leaves the others as they are.
	 */
	const struct snapshot *running;
	const char *const *prefixes;  /* systemd-sysctl --prefix, as paths; ends at NULL */
	const char *const *addressed; /* interfaces with an IPv4 address by then; NULL: lo */
	/*
	 * Modules that are there when the lines are read; NULL: not known.  The keys
	 * of others are not there yet, whatever runs now.
	 */
	const struct strings *modules;
	bool strict; /* systemd-sysctl --strict */
};

enum write_result {
	WRITE_DONE,
	WRITE_PARTIAL,    /* EINVAL, after the first numbers were taken */
	WRITE_REFUSED,    /* EINVAL */
	WRITE_UNKNOWN,    /* ENOENT from the setting itself: no such algorithm */
	WRITE_ABSENT,     /* ENOENT: no such setting */
	WRITE_TOO_EARLY,  /* ENOENT: its module is not loaded yet */
	WRITE_IMPOSSIBLE, /* ENOTDIR, ENAMETOOLONG: there can be no such setting */
	WRITE_DIRECTORY,  /* EISDIR */
	WRITE_TOP,        /* /proc/sys itself */
	WRITE_READ_ONLY,  /* EACCES */
	WRITE_INVALID,    /* ".." in the key: the reader does not even try */
	WRITE_RESULT_COUNT,
};

struct boot_write {
	size_t item;      /* the line it comes from */
	const char *key;  /* borrowed; as the reader names it, a path */
	const char *path; /* borrowed; the setting; NULL: there can be none */
	enum write_result result;
};

struct boot_kernel; /* what each key holds */

/* Lines and settings are borrowed and must outlive it. */
struct boot {
	const struct boot_lines *lines;
	const struct boot_present *present;
	struct {
		VEC(struct boot_write);
	} writes;                   /* in order */
	struct strings names;       /* owned; keys made of a glob and a prefix */
	struct line_fate *fates;    /* owned; of each item, before keys are looked at */
	size_t *first_write;        /* owned; of each item; those of one item are neighbours */
	struct boot_kernel *kernel; /* owned */
	int exit_status;            /* of the reader */
};

/* -ENOMEM. */
must_check int boot_predict(const struct boot_lines *lines, const struct boot_present *present,
			    const struct boot_options *options, struct boot *ret);
void boot_done(struct boot *b);

/* What the key (a path) will hold because of these lines; false: nothing sets it. */
bool boot_outcome(const struct boot *b, const char *path, struct boot_outcome *ret);

/* Every line about the key in the reader's order, files it does not read last.  -ENOMEM. */
must_check int boot_story(const struct boot *b, const char *path, struct boot_story *ret);

#endif
