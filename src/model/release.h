/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel releases as one comparable number.  Patch levels are kept, because
 * stable trees carry backports; what the catalogue says is per X.Y.
 */
#ifndef TCPTUNE_MODEL_RELEASE_H
#define TCPTUNE_MODEL_RELEASE_H

#include "base/defs.h"

#define KERNEL(major, minor) ((unsigned)(major) << 16 | (unsigned)(minor))

/* "6.1.0-28-cloud-amd64" -> KERNEL(6, 1).  0 when it is no release. */
unsigned release_parse(const char *text);

/* "6.1"; buf is returned. */
const char *release_text(unsigned release, char buf[static 16]);

#endif
