/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a transaction ends, well or not.  For txn.c and recover.c.
 */
#ifndef TCPTUNE_APPLY_FINISH_H
#define TCPTUNE_APPLY_FINISH_H

#include "apply/run.h"

/*
 * Every step is done: from here on a crash is recovered forward.  An error: it is
 * to be undone.
 */
must_check int finish_done(struct run *r, struct error *err);

/* The last record, synced: from here on it is done.  An error: it is not. */
must_check int finish_commit(struct run *r, struct error *err);

/*
 * Undo all that has begun and say so in the journal; outcome->state is
 * TXN_ROLLED_BACK or TXN_STRANDED.  Where the record cannot be written the state
 * of the host is right all the same, and recovering finds nothing to do.  That it
 * is being undone is on the disk first; if that cannot be had after finish_done(),
 * nothing is undone: the host is wholly new, and recovering says so.
 */
void finish_undo(struct run *r);

/* What is needed no more goes; what cannot be removed is a warning. */
void finish_tidy(struct run *r);

#endif
