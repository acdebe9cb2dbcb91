/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a conflict looks like in the file: the line, and a command to mend it.
 */
#ifndef TCPTUNE_CLI_PLANNING_CONFLICT_H
#define TCPTUNE_CLI_PLANNING_CONFLICT_H

#include "base/tree.h"
#include "model/plan.h"

/* The line as it stands, and the command that takes it out.  -ENOMEM. */
must_check int conflict_explain(struct tree files, struct conflict *c);

#endif
