/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of one transaction, done and undone.  For txn.c and recover.c; the
 * invariants are at the head of txn.c.
 */
#ifndef TCPTUNE_APPLY_RUN_H
#define TCPTUNE_APPLY_RUN_H

#include "apply/file_swap.h"
#include "apply/journal_file.h"
#include "apply/sysctl_write.h"
#include "apply/txn.h"

struct action {
	const struct step *step;
	struct change *change;
	char *mark; /* owned; the journal's record that it begins */
	size_t mark_len;
	bool is_open;   /* .value or .file is */
	bool is_wanted; /* not: it is so already, or left to somebody */
	bool is_begun;
	struct sysctl_write value;
	struct file_swap file;
	struct step reversed; /* borrowed; .file is of this one: after a crash */
	bool is_reversed;
};

struct run {
	const struct place *place;
	const struct txn_options *options;
	struct journal *journal;
	struct journal_file disk;
	struct outcome *outcome;
	struct action *actions;
	struct text done, undoing, committed, undone; /* records, ready to be written */
	struct strings left;                          /* names of what somebody changed since */
	bool has_failed;                              /* restoring did */
};

/* Everything that takes memory: journal and outcome are the caller's, for as long. */
must_check int run_init(struct run *r, const struct place *place, struct journal *journal,
			struct outcome *outcome, const struct txn_options *o, struct error *err);
void run_done(struct run *r);

enum part { PART_VALUES = 1, PART_FILES = 2, PART_ALL = 3 };

enum preflight {
	PREFLIGHT_PLAN,   /* the host must have what the plan comes from */
	PREFLIGHT_RESUME, /* running values are ours since; the files are not */
};

/* Open every step of these and look; changes nothing. */
must_check int run_preflight(struct run *r, enum preflight how, enum part part, struct error *err);

/* The new files beside the old ones. */
must_check int run_stage(struct run *r, struct error *err);

/* What was needed of the other names goes.  The first that cannot be removed is the error. */
must_check int run_unstage(struct run *r, struct error *err);

/* Carry the steps out, up to the first that fails. */
must_check int run_forward(struct run *r, enum part part, struct error *err);

/* After a crash: open what is to be undone; values only if they are here. */
void run_open_back(struct run *r, bool with_values);

/*
 * Undo what has begun, last one first.  What cannot be put back is in the
 * outcome, and ->has_failed; what is somebody's in ->left.  ENOMEM only for the
 * names of those.
 */
must_check int run_back(struct run *r, struct error *err);

/* How many directories above this file, from its own on, are steps of their own. */
unsigned run_dirs_above(const struct journal *j, const struct step *s);

/* Is any step of one of these parts wanted? */
bool run_wants(const struct run *r, enum part part);

bool run_interrupted(void);

/* For run_back.c: what became of a step; memory for a message is no reason to fail. */
void run_tell(struct action *a, enum result result, const char *message);

/* It is somebody's, and left to him. */
must_check int run_leave(struct run *r, struct action *a, const char *message, struct error *err);

/* A directory that is not empty stays, with a note: that is no failure of this step. */
bool run_removes_dir(const struct step *s, enum direction way);

/* The directories of all files that have changed their names. */
must_check int run_sync(struct run *r, struct error *err);

#endif
