/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs that read sysctl.d at boot or when somebody asks them to, and
 * what each version of them does differently: one row a version, so that
 * nothing else compares version numbers.
 *
 * What newcomers get wrong: under systemd `sysctl --system` does not run at
 * boot.  procps' rows say what that command would do, and what happens on
 * hosts that boot without systemd; the two disagree on order, comments, globs,
 * /etc/sysctl.conf and duplicates.
 */
#ifndef TCPTUNE_MODEL_READER_H
#define TCPTUNE_MODEL_READER_H

#include "base/defs.h"

enum reader_kind { READER_SYSTEMD, READER_PROCPS, READER_KIND_COUNT };

/* How a file is cut into lines and a line into key and value. */
enum reader_grammar {
	GRAMMAR_SYSTEMD, /* \n, \r and NUL end lines; 1 MiB is the longest */
	GRAMMAR_PROCPS4, /* getline(), isspace(); NUL cuts the line short */
	GRAMMAR_PROCPS3, /* strtok(): leading '=' skipped, values end at \r, none is empty */
};

/* What an exclusion ("-net.ipv4.conf.all.rp_filter" without '=') may be. */
enum reader_exclusions {
	EXCLUDE_NOTHING,  /* a line without '=' is a mistake */
	EXCLUDE_THIS_KEY, /* the key as written */
	EXCLUDE_BY_GLOB,  /* ... or every key its glob matches, '/' included */
};

/* What '-' before an assignment keeps out of the exit status. */
enum reader_minus { MINUS_SPARES_NOTHING, MINUS_SPARES_REFUSALS, MINUS_SPARES_ALL };

struct reader {
	const char *name;    /* "sd252" */
	const char *program; /* for people: "systemd-sysctl 252" */
	enum reader_kind kind;
	unsigned since; /* the first version that behaves so; VERSION() for procps */
	enum reader_grammar grammar;

	/* Which files. */
	bool reads_lib;        /* /lib/sysctl.d, after /usr/lib/sysctl.d */
	bool reads_dot_files;  /* ".x.conf", ".conf" */
	bool reads_etc_conf;   /* /etc/sysctl.conf, after everything else, once more */
	bool reads_credential; /* sysctl.extra, last */
	bool resolves_dirs;    /* a directory and a link to it are one, read once */
	bool loop_masks;       /* a link to itself hides its namesakes further down */

	/* What a line means. */
	bool semicolon_comments; /* "; text" */
	bool refuses_odd_keys;   /* key_is_odd() */
	bool skips_deprecated;   /* neigh base_reachable_time and retrans_time are never set */

	/* What becomes of several lines. */
	bool merges; /* one entry a key, the last; else every line is written in turn */
	bool globs;
	enum reader_exclusions exclusions;
	bool prefix_in_pattern; /* --prefix is put into the glob before it is expanded */

	bool saves_equal_writes; /* a setting that reads so already is not written */

	/* Exit status. */
	int unopened_exit;         /* a file that cannot be opened */
	bool dangling_fails;       /* ... even if it is only a dangling link */
	bool file_directory_fails; /* a directory where a file should be */
	bool mistake_fails;        /* a line that makes no sense */
	bool refusal_fails;        /* a value the kernel refuses */
	bool enoent_is_refusal;    /* ... also where it answers ENOENT */
	enum reader_minus minus;
	bool key_directory_fails; /* a key that is a directory */
	bool top_fails;           /* an empty key, which is /proc/sys itself */
	bool read_only_fails;     /* a key that nobody may write */
};

#define VERSION(major, minor, patch) ((major)*10000u + (minor)*100u + (patch))

size_t reader_count(void);
const struct reader *reader_at(size_t i); /* i < reader_count(); oldest first in a kind */

/* The row of that name ("pp402"), or NULL. */
const struct reader *reader_find(const char *name);

/*
 * How the given version behaves: the last row whose `since` is not newer.
 * 0 means "not known" and is the newest row.  Never NULL.
 */
const struct reader *reader_for(enum reader_kind kind, unsigned version);

/* "systemd" or "procps". */
const char *reader_kind_name(enum reader_kind kind);

#endif
