/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an open transaction holds.  For txn.c, confirm.c and recover.c.
 */
#ifndef TCPTUNE_APPLY_TXN_OPEN_H
#define TCPTUNE_APPLY_TXN_OPEN_H

#include "apply/run.h"

struct txn {
	struct place place;
	unsigned missing; /* state_dir_missing(), before */
	int lock;
	int transactions; /* the directory; -1 until it is needed */
	struct history history;
	bool has_history;      /* it could be read; else an empty one means nothing */
	struct identity moved; /* who we are after txn_go() */
};

/* Open the directory of transactions, made if it is missing. */
must_check int txn_need_state(struct txn *t, struct error *err);

/* The lock and the history, and nothing recovered yet. */
must_check int txn_begin(const struct place *place, struct txn **ret, struct error *err);

#endif
