/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions, for people and for programs.
 */
#ifndef TCPTUNE_RENDER_HISTORY_H
#define TCPTUNE_RENDER_HISTORY_H

#include "model/history.h"
#include "render/screen.h"

void history_human(struct screen *s, const struct history *h);
void transaction_human(struct screen *s, const struct history *h, const struct journal *j);

/* here: the boot and network namespace of which nothing need be said. */
void current_human(struct screen *s, const struct ours *o, const struct identity *here);

/* only: this transaction alone; NULL: all.  current: NULL unless asked for. */
must_check int history_json(const struct history *h, const struct journal *only,
			    const struct ours *current, FILE *f, struct error *err);

#endif
