/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a boot value comes from, in the words all renderers use.
 */
#ifndef TCPTUNE_RENDER_ORIGIN_H
#define TCPTUNE_RENDER_ORIGIN_H

#include "model/boot_layer.h"

enum { ORIGIN_MAX = 512 };

/* "/etc/sysctl.conf:3", "kernel command line", ...; buf may be what is returned. */
const char *origin_text(const struct boot_value *b, char buf[static ORIGIN_MAX]);

#endif
