/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Users and groups from etc/passwd and etc/group below the root, and from
 * nowhere else: NSS would ask this host about another one.  A user who comes
 * from LDAP or systemd-homed is therefore not found.
 */
#ifndef TCPTUNE_READ_ACCOUNTS_H
#define TCPTUNE_READ_ACCOUNTS_H

#include "base/tree.h"
#include "model/limits.h"

/*
 * The first user of this name with all groups; account_done() is the caller's.
 * -ENOENT with a text of its own: there is no such user.  A missing etc/group
 * is a host without groups.
 */
must_check int account_read(struct tree files, const char *name, struct account *ret,
			    struct error *err);

#endif
