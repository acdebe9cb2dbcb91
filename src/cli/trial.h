/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change on trial, seen from the terminal of whoever made it: he has so long
 * to say the word that keeps it.
 */
#ifndef TCPTUNE_CLI_TRIAL_H
#define TCPTUNE_CLI_TRIAL_H

#include "cli/changing.h"

/* For txn_options.arm: starts the guardian; context is a struct trial. */
struct trial {
	const struct session *s;
	int64_t boottime; /* set by trial_arm(): when the time is over */
};

must_check int trial_arm(struct trial *t, const char *id, int64_t boottime, struct error *err);

/* Can somebody be asked? */
bool trial_has_terminal(const struct session *s);

/*
 * Wait for the word, on the terminal, and keep the change or take it back.  The
 * lock was let go by changing_tell(), so that `tcptune confirm` elsewhere is heard, too.
 * options.verify is asked before it is kept.  The status.
 */
enum status trial_ask(const struct trial *t, struct changing *c, const char *id,
		      const struct txn_options *options);

#endif
