/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a transaction is to do, and what became of it, for people and for
 * programs.
 */
#ifndef TCPTUNE_RENDER_PLAN_H
#define TCPTUNE_RENDER_PLAN_H

#include "model/host.h"
#include "model/outcome.h"
#include "render/screen.h"

enum plan_tense {
	PLAN_WOULD, /* a dry run */
	PLAN_WILL,  /* before it is done */
};

/* The plan, conflicts first, with the differences of the files. */
void plan_human(struct screen *s, const struct plan *p, const struct host *h,
		enum plan_tense tense);

/* What became of it: one line, what deserves a look, what makes it take effect. */
void outcome_human(struct screen *s, const struct outcome *o);

/*
 * One object for apply, rollback, recover and confirm.  plan: NULL where there
 * is none to tell of; outcome: NULL for a dry run, whose changes are the plan's;
 * failed: NULL, or what went wrong.  -ENOMEM or errno.
 */
must_check int change_json(const char *command, const struct plan *plan,
			   const struct outcome *outcome, const struct error *failed, FILE *f,
			   struct error *err);

#endif
