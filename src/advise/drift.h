/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs now and will be otherwise after the next boot, whether a profile
 * wants it or not: a number tried out by hand and forgotten, or a file edited
 * and never loaded.
 */
#ifndef TCPTUNE_ADVISE_DRIFT_H
#define TCPTUNE_ADVISE_DRIFT_H

#include "model/boot_layer.h"
#include "model/finding.h"
#include "model/snapshot.h"

/* Add the finding, if anything drifted.  -ENOMEM. */
must_check int drift_find(const struct snapshot *snapshot, const struct boot_layer *boot,
			  struct findings *list);

#endif
