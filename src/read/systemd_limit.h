/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What system.conf and unit files have in common: reading one file, and taking
 * a limit from an assignment.  For systemd_conf.c and systemd_unit.c alone.
 */
#ifndef TCPTUNE_READ_SYSTEMD_LIMIT_H
#define TCPTUNE_READ_SYSTEMD_LIMIT_H

#include "model/systemd.h"
#include "read/systemd_file.h"

enum { SYSTEMD_FILE_MAX = 16 * 1024 * 1024 };

/* Set *limit if systemd takes the value, else leave it and say so in *ignored.  -ENOMEM. */
must_check int systemd_limit_assign(const struct systemd_reader *reader, const char *file,
				    char *value, const struct logical_line *l,
				    struct systemd_limit *limit, struct problems *ignored);

#endif
