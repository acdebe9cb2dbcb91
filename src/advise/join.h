/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings and findings know of each other: what was found about a key is
 * evidence for its setting, and a profile's `gate` names the diagnosis that
 * would make an entry needed.  Words only: no verdict changes.
 */
#ifndef TCPTUNE_ADVISE_JOIN_H
#define TCPTUNE_ADVISE_JOIN_H

#include "base/error.h"
#include "model/report.h"

/* Once, when all findings are there.  Only ENOMEM fails. */
must_check int evidence_join(struct report *report, struct error *err);

#endif
