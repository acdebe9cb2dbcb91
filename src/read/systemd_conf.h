/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The default open-file limits of a systemd manager: system.conf for PID 1,
 * user.conf for the managers of users, each with its drop-ins.
 *
 * What newcomers get wrong: one bad drop-in is not local.  Where it stops the
 * reading, the files after it, other people's included, do not count either.
 */
#ifndef TCPTUNE_READ_SYSTEMD_CONF_H
#define TCPTUNE_READ_SYSTEMD_CONF_H

#include "base/tree.h"
#include "model/limits_reader.h"
#include "model/systemd.h"

/* systemd_conf_done() is the caller's.  Bad files are results; -EACCES, -ENOMEM. */
must_check int systemd_conf_read_system(struct tree files, const struct systemd_reader *reader,
					struct systemd_conf *ret, struct error *err);

/* home: the user's home directory, whose .config/systemd comes first; or NULL. */
must_check int systemd_conf_read_user(struct tree files, const struct systemd_reader *reader,
				      const char *home, struct systemd_conf *ret,
				      struct error *err);

#endif
