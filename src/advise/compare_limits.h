/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The open-file half of compare(): entries of a profile against the limits the
 * next boot will give.  For compare.c alone.
 */
#ifndef TCPTUNE_ADVISE_COMPARE_LIMITS_H
#define TCPTUNE_ADVISE_COMPARE_LIMITS_H

#include "advise/compare.h"

bool compare_wants(const struct compare_scope *scope, const char *key);

/* Add a setting for every number the profile asks for, if the boot is judged.  -ENOMEM. */
must_check int compare_limits(const struct profile *profile, const struct compare_scope *scope,
			      struct report *report);

#endif
