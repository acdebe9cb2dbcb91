/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every rule against one host.  Findings never change a verdict or an exit
 * status by themselves: they explain, and they are the evidence that a
 * profile's `gate` asks for.
 */
#ifndef TCPTUNE_ADVISE_DIAGNOSE_H
#define TCPTUNE_ADVISE_DIAGNOSE_H

#include "advise/rule.h"
#include "base/error.h"
#include "model/report.h"

/*
 * Add to report->findings what came true, most severe first, and to
 * report->not_evaluated the rules whose facts cannot be had here.  Both must
 * be empty before.  Findings borrow from the rules only.  Only ENOMEM fails;
 * report then holds what was found until there, and is still report_done()'s.
 */
must_check int diagnose(const struct evidence *e, struct report *report, struct error *err);

/* All rules, in no order that matters.  NULL past the last. */
const struct rule *rule_at(size_t i);

/* The rule of this name, or NULL. */
const struct rule *rule_find(const char *id);

/* Is there a rule of this name?  What a profile's gate must name. */
bool rule_known(const char *id);

#endif
