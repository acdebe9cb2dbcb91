/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of pam_limits, as one build of it reads them: which, in which
 * order, and what it makes of each line.
 *
 * What newcomers get wrong: the order of lines hardly matters (classes do, see
 * advise/nofile.h), but one file that cannot be opened may refuse every login,
 * root's included; .fatal says so.
 */
#ifndef TCPTUNE_READ_LIMITS_CONF_H
#define TCPTUNE_READ_LIMITS_CONF_H

#include "base/tree.h"
#include "model/limits.h"
#include "model/limits_reader.h"

/*
 * conf: what the module's conf= argument says, then that file alone is read;
 * NULL: limits.conf and limits.d.  limits_conf_done() is the caller's.
 * Files that are not there are results; -EACCES, -EIO, -ENOMEM are errors.
 */
must_check int limits_conf_read(struct tree files, const struct pam_reader *reader,
				const char *conf, struct limits_conf *ret, struct error *err);

#endif
