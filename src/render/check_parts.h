/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts check_human() puts together, for its own files alone.
 */
#ifndef TCPTUNE_RENDER_CHECK_PARTS_H
#define TCPTUNE_RENDER_CHECK_PARTS_H

#include "render/check.h"

enum { INDENT_KEY = 2, INDENT_TEXT = 6 };

size_t check_count(const struct report *r, enum verdict v);
void check_put_diff(struct screen *s, const struct report *r);
bool check_is_difference(const struct setting *s);
void check_put_missing(struct screen *s, const struct report *r);
void check_put_fine(struct screen *s, const struct report *r, enum detail detail);

#endif
