/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal on the disk, and what lies beside it.  A record is appended whole
 * or not at all; room for the last ones is set aside at the start, so that a
 * full disk keeps nobody from undoing.
 */
#ifndef TCPTUNE_APPLY_JOURNAL_FILE_H
#define TCPTUNE_APPLY_JOURNAL_FILE_H

#include "apply/txn.h"

struct journal_file {
	int dir, fd; /* -1: there is none (all that is known is /etc/tcptune/pending) */
	size_t good;
};

/*
 * A new transaction: its ID goes into j, its plan into the journal, rollback.conf
 * and the old files beside it.  These are synced, the plan is not.
 */
must_check int journal_file_create(int transactions, struct journal *j, struct journal_file *ret,
				   struct error *err);

/* That of j again, cut after its last whole record. */
must_check int journal_file_open(int transactions, const struct journal *j,
				 struct journal_file *ret, struct error *err);
void journal_file_close(struct journal_file *f);

must_check int journal_file_append(struct journal_file *f, const char *record, size_t n,
				   struct error *err);

/* The last record on the disk, or not there: it is cut off again if it cannot be synced. */
must_check int journal_file_end(struct journal_file *f, const char *record, size_t n,
				struct error *err);
must_check int journal_file_sync(const struct journal_file *f, struct error *err);

#endif
