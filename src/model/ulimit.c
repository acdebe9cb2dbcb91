/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/ulimit.h"

void ulimit_lines_done(struct ulimit_lines *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i].file);
		free(list->items[i].text);
	}
	vec_done(list);
}
