/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/tcptune/pending: the plan of the unfinished transaction, on the file
 * system of the files it changes, so that a boot without /var can undo it.  The
 * directory is made if it is missing, and stays: it is where tcptune is configured.
 */
#ifndef TCPTUNE_APPLY_PENDING_H
#define TCPTUNE_APPLY_PENDING_H

#include "apply/txn.h"
#include "base/text.h"

/* On the disk, and synced. */
must_check int pending_put(const struct place *place, const struct journal *j, struct error *err);

/* A record more of it, synced; where there is none there is nothing to say.  Takes no memory. */
must_check int pending_append(const struct place *place, const struct text *record,
			      struct error *err);

/* Gone, and that synced; none is as good. */
must_check int pending_drop(const struct place *place, struct error *err);

#endif
