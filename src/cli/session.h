/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of the program: what the command line said, and what was set up for
 * the command because its row asked for it.  Passed down as an argument; there
 * are no globals.
 */
#ifndef TCPTUNE_CLI_SESSION_H
#define TCPTUNE_CLI_SESSION_H

#include "base/problem.h"
#include "cli/options.h"
#include "cli/status.h"
#include "model/history.h"
#include "model/profile.h"
#include "model/snapshot.h"
#include "read/processes.h"
#include "read/profile_search.h"
#include "read/tcptune_conf.h"
#include "render/screen.h"

struct command;

struct session {
	const struct command *command;
	struct options options;
	int argc; /* the command line as a whole */
	char **argv;
	struct words args;  /* what follows the command word */
	struct style style; /* of standard output */
	int root;           /* the host's root directory */
	int proc_sys;       /* -1: offline */
	struct snapshot snapshot;
	struct holders holders; /* of listeners, after session_walk_processes() */
	struct profile profile;
	struct tcptune_conf conf;
	struct problems problems; /* mistakes found in the files that were read */
	unsigned prepared;        /* enum needs */
};

/* What main() sets up before a command runs; each includes those before it. */
enum needs {
	NEEDS_NOTHING,
	NEEDS_ROOT,    /* .root is open, the namespace entered, privileges as .writes says */
	NEEDS_HOST,    /* .snapshot: who the host is, and every running value */
	NEEDS_PROFILE, /* .profile */
};

struct command {
	const char *name, *args, *summary;
	enum takes takes; /* what its arguments are */
	bool hidden;      /* for programs only: in no help and no manual */
	enum needs needs;
	bool writes;      /* takes and keeps what changing a host needs */
	unsigned options; /* groups of enum option_group */
	unsigned min_args, max_args;
	const char *help; /* a paragraph more for `COMMAND --help`, or NULL */
	enum status (*run)(struct session *s);
};

/* The table of main.c; ends at .name == NULL. */
extern const struct command commands[];

/* Read .conf; NEEDS_PROFILE has it already. */
must_check int session_read_conf(struct session *s, struct error *err);

/* Where profiles are looked for, and whose are trusted. */
struct profile_search session_search(const struct session *s);

/* Set up what is needed, as far as that was not done before. */
must_check int session_prepare(struct session *s, enum needs needs, struct error *err);
void session_done(struct session *s);

/* The processes that listen, into .snapshot.limits: as far as time allows, or --full-walk says. */
must_check int session_walk_processes(struct session *s, struct error *err);

/* Say what went wrong, on stderr or with --json on stdout; returns STATUS_FAILED. */
enum status session_fail(const struct session *s, const struct error *err);

/* A line on stderr that is no failure: "tcptune: warning: ...". */
void session_warn(const struct session *s, const char *fmt, ...) printf_like(2, 3);

/* Tell of the transactions that could not be read. */
void session_warn_damaged(const struct session *s, const struct history *h);

/* Does --only / --except (and the standing exceptions) let this key through? */
bool session_wants(const struct session *s, const char *key);

#endif
