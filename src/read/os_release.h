/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which distribution a root directory holds: /etc/os-release, else
 * /usr/lib/os-release.
 */
#ifndef TCPTUNE_READ_OS_RELEASE_H
#define TCPTUNE_READ_OS_RELEASE_H

#include "base/error.h"

struct os_release {
	char *id, *id_like, *version_id; /* owned; NULL where the file does not say */
};

void os_release_done(struct os_release *o);

/* No such file is a result: all NULL.  -EACCES, -ENOMEM. */
must_check int os_release_read(int root, struct os_release *ret, struct error *err);

#endif
