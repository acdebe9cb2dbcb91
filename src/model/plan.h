/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a transaction is to do, complete before its first write: the ordered
 * steps, with the final bytes of each file.  Made by advise and render (apply)
 * or of a journal (rollback); carried out by src/apply, which formats and
 * judges nothing; shown by render.  Owns everything but what is said to be
 * borrowed.
 *
 * What newcomers get wrong: `before` is no decoration.  A step is carried out
 * only while the host still has it (compare and swap); what somebody else has
 * put there meanwhile is his.
 */
#ifndef TCPTUNE_MODEL_PLAN_H
#define TCPTUNE_MODEL_PLAN_H

#include "base/strings.h"
#include "model/catalogue.h"
#include "model/meta.h"

enum step_kind {
	STEP_SYSCTL, /* a running value */
	STEP_DIR,    /* make a directory (after), or remove an empty one (before) */
	STEP_FILE,   /* create, replace or remove a regular file */
	STEP_KIND_COUNT,
};

struct bytes {
	char *data; /* owned; NULL: there is none (absent) */
	size_t len;
};

struct step {
	enum step_kind kind;
	const struct tunable *tunable; /* STEP_SYSCTL; static */
	char *name;                    /* "net.ipv4.tcp_rmem"; else the path as the host names it */
	struct bytes before, after;    /* STEP_SYSCTL: canonical text; STEP_DIR: "" or absent */
	struct meta before_meta;       /* of files; src/apply looks where it is not known */
	struct meta after_meta;        /* not known: a file of ours, or as it was if foreign */
	bool foreign;                  /* STEP_FILE: somebody's, in which lines are commented out */
	enum risk risk;
	const char *why;          /* borrowed from catalogue or profile; NULL for files */
	const char *takes_effect; /* borrowed; NULL for files */
};

/* Why this cannot be done: FILE:LINE would beat us at boot, or something else is in the way. */
struct conflict {
	char *reason;  /* one clause */
	char *key;     /* as in the profile; NULL: it is about a file of ours */
	char *value;   /* what the next boot would bring; NULL: not known */
	char *file;    /* NULL: no line of a file does it */
	unsigned line; /* 0: the file as a whole */
	char *text;    /* the line as it stands, or NULL */
	char *command; /* what mends it, ready to be typed */
	bool kept;     /* a line that --comment-out leaves; the reason says why */
};

/* A key that is left alone, and why. */
struct skipped {
	char *name;
	char *before, *ours, *now; /* somebody changed it: all three; else NULL */
	char *reason;
};

struct plan {
	char *profile; /* name; NULL: nothing of ours is to remain (--none) */
	struct {
		VEC(struct step);
	} steps; /* in the order they are carried out in */
	struct {
		VEC(struct conflict);
	} conflicts; /* any of them refuses the plan */
	struct {
		VEC(struct skipped);
	} skipped;
	struct strings warnings;
	struct strings unchecked; /* what only root could have made sure of */
	struct strings
		afterwards; /* commands that make it take effect: "systemctl daemon-reload" */
};

void bytes_done(struct bytes *b);
void step_done(struct step *s);
void conflict_done(struct conflict *c);
void skipped_done(struct skipped *s);
void plan_done(struct plan *p);

/* -ENOMEM, then *ret is as it was. */
must_check int bytes_copy(const struct bytes *from, struct bytes *ret);
bool bytes_equal(const struct bytes *a, const struct bytes *b);

/* The highest risk of any step. */
enum risk plan_risk(const struct plan *p);

#endif
