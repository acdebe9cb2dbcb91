/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * May the steps of a plan be done at all, and what is to be done by hand after
 * them.
 */
#ifndef TCPTUNE_CLI_PLANNING_ASK_H
#define TCPTUNE_CLI_PLANNING_ASK_H

#include "cli/session.h"
#include "model/outcome.h"

/*
 * For root what cannot be written is a refusal; anybody else is told what he
 * could not find out.  -ENOMEM.
 */
must_check int planning_ask(const struct session *session, struct plan *plan, struct error *err);

/* The commands that will make the files take effect.  -ENOMEM. */
must_check int planning_afterwards(struct plan *plan);

/* Those for the files that were written or removed: none while they wait.  -ENOMEM. */
must_check int planning_outcome_afterwards(struct outcome *o);

#endif
