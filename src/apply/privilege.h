/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities: what each kind of command keeps of them.
 */
#ifndef TCPTUNE_APPLY_PRIVILEGE_H
#define TCPTUNE_APPLY_PRIVILEGE_H

#include "base/error.h"

/*
 * Drop every capability but CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, which
 * reading other users' /proc/PID/fd takes, for good, and check that they are
 * gone.  After setns(2), which needs others.
 */
must_check int privilege_narrow(struct error *err);

/*
 * The same for commands that change the host: they keep what writing other
 * users' files and settings takes (CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_CHOWN,
 * CAP_NET_ADMIN) and CAP_SYS_ADMIN, for the network namespace of what they undo
 * and for labels of files.
 */
must_check int privilege_narrow_writer(struct error *err);

/* May this process look at every other one? */
bool privilege_sees_all(void);

#endif
