/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs that decide open-file limits, one row each: builds of
 * pam_limits, and systemd by version.  Whatever differs between two of them is
 * a field here, so that no other code compares versions or names.
 *
 * What newcomers get wrong: Debian's pam_limits is not upstream's.  Up to
 * Debian 12 it puts PID 1's limits on every session, whether a line says so or
 * not; in every Debian `*` and `@group` lines do not reach root.
 */
#ifndef TCPTUNE_MODEL_LIMITS_READER_H
#define TCPTUNE_MODEL_LIMITS_READER_H

#include "base/defs.h"

struct pam_reader {
	const char *name;  /* "deb12": what --reader takes */
	const char *title; /* for people */
	bool root_exempt;  /* `*`, `@group` and `%group` lines pass uid 0 by */
	bool always_set_all;
	/*
	 * set_all: PID 1's soft limit is cut to this; without /proc it is both
	 * limits.  0: neither.
	 */
	uint64_t set_all_cap;
	bool kernel_refusal_is_fatal; /* EPERM from setrlimit(2) denies the session */
	bool missing_file_is_fatal;   /* so does a limits file that is not there */
	bool infinity_is_nr_open;     /* else RLIM_INFINITY, which the kernel refuses */
	/* fgets(3) with a buffer of this size: a longer line is several lines.  0: whole lines. */
	size_t line_buffer;
	bool value_is_rest;     /* the fourth field is the rest of the line, not a word */
	const char *vendor_dir; /* limits.conf and limits.d to fall back to, or NULL */
};

/* Exactly this name; NULL if there is none. */
const struct pam_reader *pam_reader_find(const char *name);
const struct pam_reader *pam_reader_at(size_t i); /* NULL past the end */

/*
 * The reader a distribution installs, by ID, ID_LIKE and VERSION_ID of its
 * os-release (each may be NULL).  Never NULL: the newest upstream for what is
 * not known.  Red Hat's, SUSE's and Ubuntu's own patches are not modelled; the
 * row is that of the upstream or Debian release they start from.
 */
const struct pam_reader *pam_reader_for(const char *id, const char *id_like,
					const char *version_id);

/* What becomes of a configuration when one of its files is not a readable file. */
enum conf_fate {
	FATE_EMPTY,      /* as if it were empty */
	FATE_SKIPPED,    /* as if it were not there: does not even mask */
	FATE_LATER_LOST, /* files before it count, later ones are not read */
	FATE_ALL_LOST,   /* no file counts */
};

struct systemd_reader {
	const char *name; /* "sd252" */
	unsigned since;   /* the first version that behaves like this */
	bool main_all;    /* system.conf also in /run, /usr/local/lib, /usr/lib; the first counts */
	bool split_usr;   /* /lib is searched too */
	bool number_bases;              /* "0b101" and "0o17" are numbers */
	bool strict_headers;            /* quotes and controls in "[Section]" end the file */
	enum conf_fate dir, loop, null; /* a drop-in of system.conf that is one of these */
	bool loop_masks; /* a drop-in of a unit that is a looping link hides others */
};

const struct systemd_reader *systemd_reader_find(const char *name);
const struct systemd_reader *systemd_reader_at(size_t i);

/* By version number (252); 0, not known, is the newest.  Never NULL. */
const struct systemd_reader *systemd_reader_for(unsigned version);

#endif
