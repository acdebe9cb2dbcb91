/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `check` found, for people and for programs.
 */
#ifndef TCPTUNE_RENDER_CHECK_H
#define TCPTUNE_RENDER_CHECK_H

#include "model/report.h"
#include "render/screen.h"

enum detail { DETAIL_NORMAL, DETAIL_VERBOSE };

/* Put the whole answer on a screen: the verdict first, then the diff. */
void check_human(struct screen *s, const struct report *r, enum detail detail);

/* The object of design: host, profile, settings, limits, findings.  -ENOMEM or errno. */
must_check int check_json(const struct report *r, FILE *f, struct error *err);

#endif
