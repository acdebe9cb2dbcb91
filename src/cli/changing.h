/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands that change a host have in common: who and where we are,
 * the lock, what a crash left behind, and telling what became of it all.
 */
#ifndef TCPTUNE_CLI_CHANGING_H
#define TCPTUNE_CLI_CHANGING_H

#include "apply/txn.h"
#include "cli/session.h"

struct changing {
	struct identity who;
	struct place place;
	struct txn *txn;          /* NULL: not begun */
	struct outcome recovered; /* of what was left unfinished; .id NULL: nothing was */
};

void changing_done(struct changing *c);

/* Who and where; needs the root.  .place borrows from *ret: do not copy. */
must_check int changing_place(const struct session *s, struct changing *ret, struct error *err);

/*
 * The same, and the lock; what was left unfinished is recovered and told on
 * stderr.  The host may have changed by that: read it afterwards.
 */
must_check int changing_begin(const struct session *s, struct changing *ret, struct error *err);

/* The same with what awaits confirmation left as it is: txn_open_pending(). */
must_check int changing_begin_pending(const struct session *s, struct changing *ret,
				      struct error *err);

/*
 * r, with what it takes in the message: root is told by trying, and whoever is not and
 * failed may not know.
 */
must_check int changing_name_root(int r, struct error *err);

/*
 * history_expire(), for those who only look: by the clock and the boot of this
 * host.  *ret is who and where we are; identity_done() it, with an error, too.
 */
must_check int changing_expire(const struct session *s, struct history *h, struct identity *ret,
			       struct error *err);

/* The status of what txn_open() said. */
enum status changing_failed(const struct session *s, const struct changing *c,
			    const struct error *err);

/*
 * Tell what became of it: on stdout, and what went wrong on stderr or in the
 * JSON.  code: of the call that made the outcome.  Lets go of the lock before:
 * nobody may read that pipe, and the guardian waits.  The status.
 */
enum status changing_tell(const struct session *s, struct changing *c, const struct plan *plan,
			  struct outcome *o, int code, const struct error *failed);

#endif
