/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's default of a tunable on a given host: what stands when nobody
 * sets it.  Pure: the formulas need facts, not the running value, because that
 * may have been changed.
 */
#ifndef TCPTUNE_MODEL_DEFAULT_H
#define TCPTUNE_MODEL_DEFAULT_H

#include "model/catalogue.h"
#include "model/host.h"
#include "model/value.h"

/*
 * 0 and *ret, the caller's; -ENODATA where it cannot be computed for this
 * release or host; -ENOMEM.
 */
must_check int default_value(const struct tunable *t, const struct host *h, struct value *ret);

#endif
