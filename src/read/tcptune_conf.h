/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/tcptune/tcptune.conf: what an administrator settles once for a host.
 *
 *	profile = "proxy";
 *	except  = ( "net.netfilter.*", "nofile.pam:*" );
 */
#ifndef TCPTUNE_READ_TCPTUNE_CONF_H
#define TCPTUNE_READ_TCPTUNE_CONF_H

#include <sys/types.h>

#include "base/problem.h"
#include "base/strings.h"

#define TCPTUNE_CONF "/etc/tcptune/tcptune.conf"
#define PROFILE_DEFAULT "server"

struct tcptune_conf {
	char *profile;         /* PROFILE_DEFAULT where the file names none */
	struct strings except; /* globs of keys */
};

void tcptune_conf_done(struct tcptune_conf *c);

/*
 * Below root; trusted as in trusted_read().  No file is an empty one.  All
 * mistakes go to problems, and then it fails with -EINVAL and err is the first.
 */
must_check int tcptune_conf_read(int root, uid_t trusted, struct tcptune_conf *ret,
				 struct problems *problems, struct error *err);

#endif
