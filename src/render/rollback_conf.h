/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rollback file: how a person undoes a transaction where tcptune is gone.
 */
#ifndef TCPTUNE_RENDER_ROLLBACK_CONF_H
#define TCPTUNE_RENDER_ROLLBACK_CONF_H

#include "base/text.h"
#include "model/journal.h"

/*
 * Lines of sysctl.conf(5) that put the old running values back, last one first,
 * under a header that says what, when, who, where and how, and what to do with
 * the files.  Failure is out's.
 */
void rollback_conf(struct text *out, const struct journal *j);

/* What the copy of a step's old file is called in files/: "3-90-tcptune.conf". */
void rollback_copy_name(const struct journal *j, size_t step, char *buf, size_t size);

#endif
