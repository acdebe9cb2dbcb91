/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of one unit of the system manager say about open files: its
 * own file and all drop-ins that apply to it.
 *
 * What newcomers get wrong: drop-ins of "service.d" and "foo-.service.d" are
 * sorted together with those of the unit itself, by file name; and a drop-in
 * directory named after an alias counts for the unit.
 */
#ifndef TCPTUNE_READ_SYSTEMD_UNIT_H
#define TCPTUNE_READ_SYSTEMD_UNIT_H

#include "base/tree.h"
#include "model/limits_reader.h"
#include "model/systemd.h"

/*
 * name: "nginx.service", "user@1000.service"; without a type it is a service.
 * A unit that is not there is a result (.fragment NULL).  -EINVAL: that is no
 * unit name; -EACCES, -ENOMEM.  systemd_unit_done() is the caller's.
 */
must_check int systemd_unit_read(struct tree files, const struct systemd_reader *reader,
				 const char *name, struct systemd_unit *ret, struct error *err);

#endif
