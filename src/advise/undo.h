/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking back what a transaction did, as a plan: its steps the other way round,
 * last one first, but running values before files, as in every transaction.
 */
#ifndef TCPTUNE_ADVISE_UNDO_H
#define TCPTUNE_ADVISE_UNDO_H

#include "model/history.h"

enum undo_values {
	UNDO_NO_VALUES,   /* another boot: they went with theirs */
	UNDO_HOST_VALUES, /* the namespace is gone: what all of the host share is not */
	UNDO_EVERY_VALUE,
};

/*
 * What takes j back, without the values that are not to be had any more; only
 * (not NULL) names the steps.  -ENOMEM.
 */
must_check int undo_plan(const struct journal *j, enum undo_values values,
			 const struct strings *only, struct plan *ret, struct error *err);

/*
 * Later transactions that stand and change what j changed, or took back what was
 * before it: their IDs, newest first.  -ENOMEM.
 */
must_check int undo_later(const struct history *h, const struct journal *j, struct strings *ret);

/* May j be taken back now?  -EINVAL and why not. */
must_check int undo_check(const struct history *h, const struct journal *j, struct error *err);

#endif
