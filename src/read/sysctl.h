/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running values: the catalogue's keys, and no others, read from proc/sys
 * below a root.  Reading some files under /proc/sys acts or gives away a
 * secret, so nothing is read by a name that the catalogue does not know.
 */
#ifndef TCPTUNE_READ_SYSCTL_H
#define TCPTUNE_READ_SYSCTL_H

#include "base/error.h"
#include "model/snapshot.h"

/*
 * Read every row of the catalogue.  proc_sys is the directory proc/sys, or -1
 * where there is no running layer.  *ret has catalogue_size() readings, to be
 * freed with the snapshot they go into.  Only ENOMEM fails.
 */
must_check int sysctl_read_all(int proc_sys, const struct host *h, struct reading **ret,
			       struct error *err);

#endif
