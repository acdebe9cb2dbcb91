/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/tcptune/pending: the plan of the unfinished transaction, on the file
 * system of the files it changes, so that a boot without /var can undo it.
 */
#ifndef TCPTUNE_APPLY_PENDING_H
#define TCPTUNE_APPLY_PENDING_H

#include "apply/txn.h"

/* On the disk, and synced. */
must_check int pending_put(const struct place *place, const struct journal *j, struct error *err);

/* Gone, and that synced; none is as good.  The directory, too, if we made it. */
must_check int pending_drop(const struct place *place, bool made_dir, struct error *err);

#endif
