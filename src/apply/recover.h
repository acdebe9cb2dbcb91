/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making good what a crash left behind.
 */
#ifndef TCPTUNE_APPLY_RECOVER_H
#define TCPTUNE_APPLY_RECOVER_H

#include "apply/txn_open.h"

/*
 * Whatever is unfinished, or only begun to be written down.  ret->id is NULL
 * where there was nothing.  error_busy(): one awaits confirmation and its time is not
 * over.  Other errors: it could not be done, and
 * ret->state is TXN_STRANDED if something is left to be done.
 */
must_check int recover_all(struct txn *t, struct outcome *ret, struct error *err);

/* Take back one that is unfinished, whatever it waits for. */
must_check int recover_back(struct txn *t, struct journal *j, struct outcome *ret,
			    struct error *err);

#endif
