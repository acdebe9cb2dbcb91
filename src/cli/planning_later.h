/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may change a value that our files win at boot: other programs that write
 * settings, `sysctl --system`, lines for single users.  Warnings, or with
 * --strict refusals.
 */
#ifndef TCPTUNE_CLI_PLANNING_LATER_H
#define TCPTUNE_CLI_PLANNING_LATER_H

#include "advise/planner.h"
#include "cli/readers.h"

/* readers: with the files as they would be; report: of the boot with them, which grows warnings. */
must_check int planning_later(const struct session *s, const struct readers *readers,
			      const struct plan_request *q, struct report *report,
			      struct plan *plan, struct error *err);

#endif
