/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"

#include <errno.h>

int vec_grow(void **items, size_t *cap, size_t len, size_t size)
{
	size_t want = *cap ? *cap * 2 : 8;
	void *grown;

	if (len < *cap)
		return 0;

	grown = reallocarray(*items, want, size);
	if (!grown)
		return -ENOMEM;

	*items = grown;
	*cap = want;
	return 0;
}
