/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which TCP states a rule says are unhealthy, so that what draws them marks what
 * `check` finds, and nothing else.
 *
 * What newcomers get wrong: many rules about connections are of no state.  What
 * is sent again, or waits for a peer that does not read, can be in several, and
 * a share of what was sent is in none.
 */
#ifndef TCPTUNE_ADVISE_INDICT_H
#define TCPTUNE_ADVISE_INDICT_H

#include "model/sockets.h"

/* TCP_STATE_BIT()s; 0: none. */
uint32_t indicted_by(const char *rule);

/* The rows of the table, each with its rule; NULL past the last. */
const char *indicting_at(size_t i);

#endif
