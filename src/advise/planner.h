/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what `check` found to what `apply` would do.  Pure: the host was read
 * and its next boot predicted before, three times:
 *
 *	without us   our files away, lines we took out of others' put back: what
 *	             our files are to say is judged against this (plan_entries)
 *	now          the running values, and the files as they are
 *	with us      the new files in place: does every value win (plan_conflicts)
 *
 * What newcomers get wrong: our files do not depend on what they say now.
 * They are a function of the profile and of the host without us; what is kept
 * of them is only what --only or --except leaves alone.
 */
#ifndef TCPTUNE_ADVISE_PLANNER_H
#define TCPTUNE_ADVISE_PLANNER_H

#include "model/ours.h"
#include "model/own.h"
#include "model/report.h"

struct plan_request {
	const struct profile *profile; /* NULL: nothing of ours is to remain */
	bool filtered;                 /* --only or --except: leave the rest as it is */
	bool (*selects)(const void *context, const char *key);
	const void *context;
	bool force;  /* overwrite a file of ours that somebody edited */
	bool strict; /* what may change a value later is a refusal */
};

/* Does the request speak of this key, or of what goes along with it? */
bool plan_selects(const struct plan_request *q, const char *key);

/*
 * What our files are to say.  without: the report on the boot alone, of the
 * keys the request selects, with layer, the prediction it was made of; both
 * NULL for a request without profile.  now: what our files say.  modules: there
 * at boot without us.  -ENOMEM.
 */
must_check int plan_entries(const struct plan_request *q, const struct report *without,
			    const struct boot_layer *layer, const struct strings *modules,
			    const struct own_entries *now, struct own_entries *ret);

/*
 * Add a step for each running value that is to change: those of the report (on
 * what runs alone; NULL without profile), and what left the profile goes back
 * to its first value, if it still is ours.  -ENOMEM.
 */
must_check int plan_values(const struct plan_request *q, const struct report *report,
			   const struct snapshot *snapshot, const struct ours *ours,
			   const char *netns, struct plan *plan);

/* Take note of what cannot be had here, each once.  -ENOMEM. */
must_check int plan_skips(const struct report *report, struct plan *plan);

/* Is this step one that undoes our own change? */
bool plan_goes_back(const struct step *s);

/* A file as it is to be. */
struct planned_file {
	const struct own_file *now;
	struct bytes after; /* owned; no data: it is to go */
	bool foreign;
	const char *missing; /* the topmost directory on its way that is not there; or NULL */
	bool alone;          /* nothing else is in its directory, which nobody needs empty */
};

void planned_file_done(struct planned_file *f);

/* Add the steps that make it so, its directories first, or why that is refused.  Takes f->after. */
must_check int plan_file(const struct plan_request *q, struct planned_file *f, struct plan *plan);

/* Add what does not win at boot, by the report on the boot with us.  -ENOMEM. */
must_check int plan_conflicts(const struct report *with, struct plan *plan);

/* Values that make no sense together, as they will stand: refusals.  -ENOMEM. */
must_check int plan_check(const struct snapshot *snapshot, const struct own_entries *entries,
			  const struct boot_layer *with, struct plan *plan);

/* A refusal.  reason is a format; the other strings are copied.  -ENOMEM. */
struct conflict_place {
	const char *key, *value, *file, *text;
	unsigned line;
};

must_check int plan_refuse(struct plan *plan, const struct conflict_place *place,
			   const char *reason, ...) printf_like(3, 4);

#endif
