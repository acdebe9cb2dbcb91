/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot layer's part of `explain nofile`: who gets how many open files, and
 * which line says so.
 */
#ifndef TCPTUNE_RENDER_EXPLAIN_NOFILE_H
#define TCPTUNE_RENDER_EXPLAIN_NOFILE_H

#include "model/nofile_answer.h"
#include "render/json.h"
#include "render/screen.h"

void explain_nofile(struct screen *s, const struct nofile_answer *a);

/*
 * Puts "pam" (null when no user was asked about), "systemd" and "nofile" into
 * the document.  No limit is the word "infinity", for null is "not known".
 */
void explain_nofile_json(struct json *j, const struct nofile_answer *a);

#endif
