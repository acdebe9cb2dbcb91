/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing array of one type:
 *
 *	struct names { VEC(char *); };
 *	if (vec_push(&names, name))
 *		return error_set(err, ENOMEM, "...");
 *
 * items[0 .. len) are valid; pointers into it die at the next push.
 * Whoever embeds it frees what the items own, then calls vec_done().
 */
#ifndef TCPTUNE_BASE_VEC_H
#define TCPTUNE_BASE_VEC_H

#include "base/defs.h"

#define VEC(type)                                                                                  \
	type *items;                                                                               \
	size_t len, cap

/* Room for one more item of `size` bytes.  0 or -ENOMEM, then nothing changed. */
must_check int vec_grow(void **items, size_t *cap, size_t len, size_t size);

/* 0 or -ENOMEM; on failure v is as it was and item stays the caller's. */
#define vec_push(v, ...)                                                                           \
	__extension__({                                                                            \
		int grown_ =                                                                       \
			vec_grow((void **)&(v)->items, &(v)->cap, (v)->len, sizeof(*(v)->items));  \
		if (!grown_)                                                                       \
			(v)->items[(v)->len++] = (__VA_ARGS__);                                    \
		grown_;                                                                            \
	})

#define vec_done(v)                                                                                \
	do {                                                                                       \
		free((v)->items);                                                                  \
		(v)->items = NULL;                                                                 \
		(v)->len = (v)->cap = 0;                                                           \
	} while (0)

#endif
