/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a merged profile asks for that cannot be had together.  Each value by
 * itself was checked when its entry was read.
 */
#ifndef TCPTUNE_MODEL_PROFILE_CHECK_H
#define TCPTUNE_MODEL_PROFILE_CHECK_H

#include "base/problem.h"
#include "model/profile.h"

/* Add a problem for each contradiction, at the entry that is the better one to change. */
void profile_check(const struct profile *p, struct problems *list);

#endif
