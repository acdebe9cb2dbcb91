/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making and clearing the state directory; read/state.h tells what is in it.
 */
#ifndef TCPTUNE_APPLY_STATE_DIR_H
#define TCPTUNE_APPLY_STATE_DIR_H

#include "apply/txn.h"

/* Open a directory that is ours alone (0700), made if it is missing. */
must_check int state_dir_enter(int parent, const char *name, const char *path, int *ret_fd,
			       struct error *err);

/* /var/lib/tcptune, and the directory of transactions in it.  The caller's. */
must_check int state_dir_make(const struct place *place, int *ret_fd, struct error *err);
must_check int state_dir_transactions(const struct place *place, int *ret_fd, struct error *err);

/* Take transaction id out of the directory of transactions.  -errno; ENOENT is none. */
int state_dir_forget(int transactions, const char *id);

/* Take everything of ours out of a tree. */
void state_dir_clear(const struct place *place);

/*
 * Above it: how many of /var and /var/lib a tree does not have yet, and taking those
 * away again that are empty.
 */
unsigned state_dir_missing(const struct place *place);
void state_dir_unmake(const struct place *place, unsigned missing);

/* What such an errno means where a file cannot be written; NULL: what it always means. */
const char *why_not_written(int code);

/* Say that path cannot be written, and why.  -code. */
int say_not_written(const char *path, int code, struct error *err);

/* Whole and in one go or not at all; EINTR is retried.  -errno. */
must_check int write_whole(int fd, const char *data, size_t n);

#endif
