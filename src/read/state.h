/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state directory, /var/lib/tcptune below the root: what transactions there
 * were.  It steers a run as root, so it must be root's own (or, for a user who
 * tries things out below --root, his): links, hard links and foreign owners are
 * refused, each on what was opened.
 */
#ifndef TCPTUNE_READ_STATE_H
#define TCPTUNE_READ_STATE_H

#include "base/error.h"
#include "model/history.h"

#define STATE_PARENT "/var/lib"
#define STATE_NAME "tcptune"
#define STATE_DIR STATE_PARENT "/" STATE_NAME
#define STATE_TRANSACTIONS "transactions"
#define STATE_JOURNAL "journal"
#define STATE_ROLLBACK "rollback.conf"
#define STATE_FILES "files"
#define PENDING_DIR "/etc/tcptune"
#define PENDING_NAME "pending"

/*
 * Every transaction below root, oldest first; none where there is no state
 * directory.  EACCES: an ordinary user may not look; EPERM: not to be trusted;
 * EBADMSG: a journal is damaged.  One before a committed one is finished, and what
 * is ours is told by the later: it is left out and told in .damaged.
 */
must_check int state_read(int root, struct history *ret, struct error *err);

/*
 * What is ours on the host below root, of the last transaction that ended well;
 * nothing where there is no state.  As above.
 */
must_check int state_ours(int root, struct ours *ret, struct error *err);

/* The unfinished transaction that /etc/tcptune/pending tells of; ENOENT: none. */
must_check int state_pending(int root, struct journal *ret, struct error *err);

/*
 * Open a directory below dir that nobody else may write: for src/apply, too.  mode is
 * what it should have, for who must be told.
 */
must_check int state_open_dir(int dir, const char *name, const char *path, mode_t mode, int *ret_fd,
			      struct error *err);

/* Is name the name of a transaction? */
bool state_is_id(const char *name);

#endif
