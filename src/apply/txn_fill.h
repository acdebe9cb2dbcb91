/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a plan's journal says before anything is done.  For txn.c.
 */
#ifndef TCPTUNE_APPLY_TXN_FILL_H
#define TCPTUNE_APPLY_TXN_FILL_H

#include "apply/txn_open.h"

/* All but the ID: who, when, where, and copies of the steps. */
must_check int txn_fill_journal(const struct txn *t, const struct plan *plan,
				const struct txn_options *o, struct journal *j, struct error *err);

/* What is ours on the host once all of it is done. */
must_check int txn_fill_ours(const struct txn *t, struct journal *j, struct error *err);

#endif
