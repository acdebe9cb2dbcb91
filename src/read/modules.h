/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which kernel modules are there when sysctl.d is read at boot: those built
 * into the kernel and those that systemd-modules-load loads before it.
 *
 * What newcomers get wrong: what is loaded now says nothing.  Most modules
 * come later, when something asks for them, and their keys with them.
 */
#ifndef TCPTUNE_READ_MODULES_H
#define TCPTUNE_READ_MODULES_H

#include "base/tree.h"
#include "base/strings.h"
#include "model/host.h"

/* Names with '_' for '-'.  Missing files are no errors.  -ENOMEM. */
must_check int modules_at_boot(struct tree files, const struct host *h, struct strings *ret,
			       struct error *err);

#endif
