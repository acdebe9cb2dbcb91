/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about the chain fs.nr_open >= hard >= soft.
 *
 * What newcomers get wrong: fs.nr_open counts as it will be at the next boot,
 * not as it is now; a line in sysctl.d that lowers it breaks logins and
 * services that work today.
 */
#ifndef TCPTUNE_ADVISE_NOFILE_CHAIN_H
#define TCPTUNE_ADVISE_NOFILE_CHAIN_H

#include "model/finding.h"
#include "model/nofile.h"

/* Add what is wrong with the session of this user, if anything.  -ENOMEM. */
must_check int nofile_chain_session(const struct nr_open_fact *nr_open, const char *user,
				    const struct nofile_session *session, struct findings *list);

/* The same for a service; unit: its name, or NULL for all that have the manager's default. */
must_check int nofile_chain_service(const struct nr_open_fact *nr_open, const char *unit,
				    const struct nofile_service *service, struct findings *list);

#endif
