/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `apply` would do on this host: reads it, predicts its next boot without
 * our files and with the new ones, and has advise/planner.h judge.  Changes
 * nothing.
 *
 * What newcomers get wrong: the plan is made of the host as it is when it is
 * read.  Whoever means to carry it out must hold the lock before.
 */
#ifndef TCPTUNE_CLI_PLANNING_H
#define TCPTUNE_CLI_PLANNING_H

#include "cli/session.h"
#include "model/ours.h"
#include "model/plan.h"

/*
 * ours: what is ours so far; netns: the identity of this namespace ("" for
 * none).  -ENOMEM, or a host that cannot be read.  Conflicts are results.
 */
must_check int planning_make(const struct session *s, const struct ours *ours, const char *netns,
			     struct plan *ret, struct error *err);

/*
 * Once the files are written: does the next boot bring what the profile asks
 * for?  -EIO: no, and err says what.
 */
must_check int planning_verify(const struct session *s, const struct plan *plan, struct error *err);
must_check int planning_verify_boot(const struct session *s, struct error *err); /* of no plan */

#endif
