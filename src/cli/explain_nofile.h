/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `explain nofile` asks the boot layer for: everybody's limits after the
 * next boot.
 */
#ifndef TCPTUNE_CLI_EXPLAIN_NOFILE_H
#define TCPTUNE_CLI_EXPLAIN_NOFILE_H

#include "cli/boot.h"
#include "cli/boot_nofile.h"
#include "model/nofile_answer.h"

/* The answer, and what its strings belong to.  The parts point at each other: do not copy. */
struct nofile_report {
	struct nofile_answer answer;
	struct readers readers;
	struct sysctl_boot boot;
	struct boot_layer layer;
	struct nofile_world world;
	struct ulimit_lines ulimits;
	struct owners owners;
	struct systemd_unit unit;
	struct limits_conf unit_limits; /* of the PAM service the unit names */
};

void nofile_report_done(struct nofile_report *r);

/*
 * As --user and --unit say.  s->snapshot.limits is shown as it is.  -ENOENT:
 * there is no such user; -EINVAL: that is no unit name; -EACCES, -ENOMEM.
 */
must_check int nofile_report_read(const struct session *s, struct nofile_report *ret,
				  struct error *err);

#endif
