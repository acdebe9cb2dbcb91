/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transaction changes several running values and files, or none:
 *
 *	txn_open(&place, &txn, &recovered, err)	the lock is ours, and what a crash
 *						left is made good
 *	... read the host, make a plan with txn_history(txn) ...
 *	txn_run(txn, &plan, &options, &outcome, err)
 *	txn_close(txn)
 *
 * What newcomers get wrong: the host may change in txn_open(), by recovering.
 * Read what the plan is made of afterwards.  And the error does not tell what
 * became of the host; outcome->state does, with or without an error:
 *
 *	TXN_NOTHING      nothing was changed
 *	TXN_COMMITTED    wholly new (rollback: but for what outcome calls foreign)
 *	TXN_PENDING      the values are live, the files wait for txn_confirm()
 *	TXN_ROLLED_BACK  wholly old again
 *	TXN_STRANDED     a person must look
 *
 * From txn_open() on SIGINT, SIGTERM and SIGHUP are blocked, for good: they are
 * looked at between steps, and are too late after the commit.
 */
#ifndef TCPTUNE_APPLY_TXN_H
#define TCPTUNE_APPLY_TXN_H

#include "apply/where.h"
#include "base/error.h"
#include "model/history.h"
#include "model/identity.h"
#include "model/outcome.h"
#include "model/plan.h"

/* How running values are read and written; NULL members: pread(2), pwrite(2). */
struct sysctl_io {
	ssize_t (*read)(int fd, void *buf, size_t n, off_t at);
	ssize_t (*write)(int fd, const void *buf, size_t n, off_t at);
};

/* The host that is written to, and who we are on it.  Everything is borrowed. */
struct place {
	int root;     /* its root directory */
	int proc_sys; /* -1: its running values are not ours to write */
	bool is_here; /* this host; else a tree: lock and state lie in it and go after commit */
	bool keep_history;    /* ... unless this is set, or the tree has a history already */
	bool forgets_unknown; /* a namespace of which one cannot tell is taken for gone */
	const struct identity *who;
	const struct sysctl_io *io; /* NULL: the kernel's */
};

/* What to do where the host does not have the value `before` any more. */
enum foreign {
	FOREIGN_FAIL,      /* apply: undo everything */
	FOREIGN_SKIP,      /* rollback: leave it and say so */
	FOREIGN_OVERWRITE, /* rollback --force */
};

struct txn_options {
	const char *command; /* "apply", "rollback" */
	const char *undoes;  /* rollback: an ID; else NULL */
	enum foreign foreign;
	uint64_t confirm_seconds; /* 0: persist at once */

	/* Before each step, and once with NULL at the end; may be NULL. */
	void (*progress)(void *context, const struct step *step, size_t done, size_t all);

	/*
	 * When all steps are done, before the commit: is it as it should be?  An
	 * error undoes everything.  May be NULL.
	 */
	int (*verify)(void *context, struct error *err);
	void *context;

	/*
	 * With confirm_seconds: called when the journal is safe and nothing is written
	 * yet, to arm the timer; an error ends it with nothing changed.
	 */
	int (*arm)(void *context, const char *id, int64_t boottime, struct error *err);
};

struct txn;

/*
 * Take the lock, look at the state directory and recover.  error_busy() names the
 * holder, or the transaction that awaits confirmation (then *ret is NULL and
 * nothing is recovered).  *ret_recovered is always set: .id is NULL where there
 * was nothing to recover.
 */
must_check int txn_open(const struct place *place, struct txn **ret, struct outcome *ret_recovered,
			struct error *err);
void txn_close(struct txn *t);

const struct history *txn_history(const struct txn *t);

/* Does nothing hold that place any more?  *ret is true for another boot, too. */
must_check int txn_is_gone(const struct txn *t, const struct identity *there, bool *ret,
			   struct error *err);

/*
 * Go where those running values were written, for the transactions that follow:
 * WHERE_HERE, with us in that namespace; else nothing has changed.
 */
must_check enum where txn_go(struct txn *t, const struct identity *there, struct error *err);

/*
 * Carry out the plan.  0: TXN_COMMITTED, TXN_PENDING, or TXN_NOTHING for an empty
 * plan; else -errno, and ret->state says what became of the host.
 */
must_check int txn_run(struct txn *t, const struct plan *plan, const struct txn_options *o,
		       struct outcome *ret, struct error *err);

/*
 * For what awaits confirmation, whose lock nobody holds: take the lock as
 * txn_open() does, but leave that transaction alone.  txn_confirm() persists it,
 * txn_revert() takes it back; ENOENT: id (NULL: any) does not wait for that.
 */
must_check int txn_open_pending(const struct place *place, struct txn **ret, struct error *err);
must_check int txn_confirm(struct txn *t, const char *id, const struct txn_options *o,
			   struct outcome *ret, struct error *err);
must_check int txn_revert(struct txn *t, const char *id, struct outcome *ret, struct error *err);

/*
 * The files only, of the transaction that /etc/tcptune/pending tells of: for the
 * boot unit, which has no /var.  Needs no txn; takes the lock itself.
 */
must_check int txn_recover_early(const struct place *place, struct outcome *ret, struct error *err);

#endif
