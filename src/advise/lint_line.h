/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with one assignment to a key of the catalogue: the key, then
 * the value.  For lint.c alone.
 */
#ifndef TCPTUNE_ADVISE_LINT_LINE_H
#define TCPTUNE_ADVISE_LINT_LINE_H

#include "advise/lint.h"

struct linter {
	const struct lint_facts *facts;
	const struct boot_lines *lines;
	struct lint_list *list;
};

/* At most one thing a line, the worst.  -ENOMEM. */
must_check int lint_item(const struct linter *l, size_t item);

/* Values that are bad only together.  -ENOMEM. */
must_check int lint_together(const struct linter *l);

#endif
