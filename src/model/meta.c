/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/meta.h"

#include <errno.h>
#include <string.h>

void xattr_done(struct xattr *x)
{
	free(x->name);
	free(x->value);
}

void meta_done(struct meta *m)
{
	for (size_t i = 0; i < m->xattrs.len; i++)
		xattr_done(&m->xattrs.items[i]);
	vec_done(&m->xattrs);
	*m = (struct meta){0};
}

static int add_copy(struct meta *m, const struct xattr *from)
{
	struct xattr x = {
		.name = strdup(from->name),
		.value = malloc(from->len + 1),
		.len = from->len,
	};

	if (!x.name || !x.value || vec_push(&m->xattrs, x)) {
		xattr_done(&x);
		return -ENOMEM;
	}
	memcpy(x.value, from->value, from->len);
	x.value[from->len] = '\0';
	return 0;
}

int meta_copy(const struct meta *from, struct meta *ret)
{
	*ret = *from;
	ret->xattrs.items = NULL;
	ret->xattrs.len = ret->xattrs.cap = 0;
	for (size_t i = 0; i < from->xattrs.len; i++) {
		if (add_copy(ret, &from->xattrs.items[i])) {
			meta_done(ret);
			return -ENOMEM;
		}
	}
	return 0;
}
