/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who we are and where: this boot, this network namespace, this user.
 */
#ifndef TCPTUNE_READ_IDENTITY_H
#define TCPTUNE_READ_IDENTITY_H

#include "base/error.h"
#include "model/identity.h"

/*
 * Of this process, which is in the namespace in question already; netns_name is
 * what --netns said, or NULL.  Below another root (is_here false) there is
 * neither boot nor namespace.
 */
must_check int identity_read(bool is_here, const char *netns_name, int argc, char *const *argv,
			     struct identity *ret, struct error *err);

/* Just the namespace this process is in: "4:4026531840:17".  NULL: no memory, or no /proc. */
must_check char *identity_netns(void);

#endif
