/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian of a change on trial: a process of its own that takes it back
 * when its time is over, whatever has become of the terminal, the connection,
 * the shell and the process that made the change.
 *
 * What newcomers get wrong: it must not be a service or a timer of systemd.
 * Those run in the namespaces of PID 1, and would take back the values of the
 * wrong host.  A scope keeps the namespaces of whoever asks for it, and takes
 * the guardian out of the login session, which may end with everything in it.
 */
#ifndef TCPTUNE_APPLY_GUARDIAN_H
#define TCPTUNE_APPLY_GUARDIAN_H

#include "apply/txn.h"

/* What the guardian says on its standard output once it has its alarm clock. */
#define GUARDIAN_ARMED "armed"

/* The hidden command that is the guardian, and takes an ID. */
#define GUARDIAN_COMMAND "guard"

/*
 * Start it for a transaction whose journal is on the disk, and wait until it is
 * armed.  *ret_in_scope: it is in a scope of its own.
 */
must_check int guardian_start(const char *id, bool *ret_in_scope, struct error *err);

/* In the guardian: nothing that ends a login ends this process. */
void guardian_detach(void);

enum { GUARDIAN_NAP = 5 }; /* seconds */

/*
 * Wait for that moment of CLOCK_BOOTTIME, in nanoseconds (suspended time counts,
 * too), but no longer than a nap.  True: it has come.
 */
bool guardian_sleep(int64_t boottime);

/* CLOCK_BOOTTIME in so many seconds, in nanoseconds. */
int64_t guardian_in(unsigned seconds);

#define GUARDIAN_FOR_EVER INT64_MAX

/* txn_open_pending(), but waits until then for whoever holds the lock.  error_busy(): he still does. */
must_check int guardian_open(const struct place *place, int64_t until, struct txn **ret,
			     struct error *err);

/*
 * Take it back, unless there is nothing of that name to take back (then ret->id
 * is NULL): it ended meanwhile, or the history is not to be found.  Waits as above.
 */
must_check int guardian_revert(const struct place *place, int64_t until, const char *id,
			       struct outcome *ret, struct error *err);

#endif
