/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of a transaction, step by step: what apply, rollback, recover
 * and confirm tell.  Made by src/apply, shown by render.  Owns everything.
 */
#ifndef TCPTUNE_MODEL_OUTCOME_H
#define TCPTUNE_MODEL_OUTCOME_H

#include "base/strings.h"
#include "model/plan.h"

enum result {
	RESULT_CHANGED,
	RESULT_KEPT,     /* it was so already */
	RESULT_RESTORED, /* changed, and put back */
	RESULT_FOREIGN,  /* somebody else's value: left alone */
	RESULT_FAILED,
	RESULT_SKIPPED, /* its turn did not come, or it was not to be had here */
	RESULT_COUNT,
};

const char *result_name(enum result r); /* "changed", "kept", ... as in JSON */

struct change {
	enum step_kind kind;
	char *name;        /* key or path */
	char *before;      /* canonical text; files: NULL: absent, else a digest */
	char *after, *now; /* .now: RESULT_FOREIGN only */
	enum result result;
	char *message; /* or NULL */
};

enum txn_state {
	TXN_NOTHING, /* there was nothing to do */
	TXN_COMMITTED,
	TXN_PENDING, /* live, waits for confirm */
	TXN_ROLLED_BACK,
	TXN_STRANDED, /* a person must look */
	TXN_STATE_COUNT,
};

const char *txn_state_name(enum txn_state s); /* "nothing", "committed", "pending", ... */

struct outcome {
	char *id; /* NULL: there was no transaction */
	enum txn_state state;
	bool changed;          /* the host is not as it was before */
	bool undoes;           /* a rollback: each `before` is ours, each `after` was there first */
	int64_t confirm_until; /* TXN_PENDING: seconds since the epoch, for people; else 0 */
	struct {
		VEC(struct change);
	} changes; /* in the order of the steps */
	struct strings warnings;
	struct strings afterwards; /* commands that make it take effect */
};

void change_done(struct change *c);
void outcome_done(struct outcome *o);

#endif
