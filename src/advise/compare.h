/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One host against one profile: a verdict for each entry, with what would have
 * to be set.  Pure; what counts and what does not is design, said at the rule.
 */
#ifndef TCPTUNE_ADVISE_COMPARE_H
#define TCPTUNE_ADVISE_COMPARE_H

#include "base/error.h"
#include "model/report.h"

struct compare_scope {
	bool runtime;                  /* judge what runs */
	const struct boot_layer *boot; /* judge this, too; NULL: not the next boot */
	/* Is this key wanted?  NULL: all are. */
	bool (*wants)(const void *context, const char *key);
	const void *context;
};

/*
 * Judge every entry of the profile.  snapshot and profile must outlive the
 * report, which borrows from both.  Only ENOMEM fails.
 */
must_check int compare(const struct snapshot *snapshot, const struct profile *profile,
		       const struct compare_scope *scope, struct report *ret, struct error *err);

/*
 * Add to the warnings which processes could not be looked at: for whoever shows
 * what they have.  -ENOMEM.
 */
must_check int compare_unseen(const struct snapshot *snapshot, struct report *report);

#endif
