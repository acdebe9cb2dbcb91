/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every transaction a host remembers, oldest first, and what they add up to.
 */
#ifndef TCPTUNE_MODEL_HISTORY_H
#define TCPTUNE_MODEL_HISTORY_H

#include "model/journal.h"
#include "model/outcome.h"

struct history {
	VEC(struct journal);
	struct strings damaged; /* finished ones that cannot be read: what is wrong with each */
};

void history_done(struct history *h);

struct journal *history_find(const struct history *h, const char *id); /* or NULL */

/* The transaction that took id back and stands, or NULL. */
const struct journal *history_undone_by(const struct history *h, const char *id);

/* The last apply that stands, of those before `before` (NULL: of all); or NULL. */
const struct journal *history_last(const struct history *h, const struct journal *before);

/* A transaction that is not finished: waits for confirm, or needs recovery.  NULL: none. */
const struct journal *history_unfinished(const struct history *h);

/*
 * Take note of what is on trial in vain at that moment (CLOCK_BOOTTIME, in
 * nanoseconds) of that boot: its time is over and nobody took it back.
 */
void history_expire(struct history *h, const char *boot_id, int64_t boottime);

enum txn_state history_state(const struct history *h, const struct journal *j);

/*
 * Is j the newest apply that stands of those that changed some value or file which
 * is ours now?  Then it is what a rollback of that would be of.
 */
bool history_is_in_force(const struct history *h, const struct ours *now, const struct journal *j);

/* What is ours now, by the last transaction that ended well.  -ENOMEM. */
must_check int history_ours(const struct history *h, struct ours *ret);

#endif
