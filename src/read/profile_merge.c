/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/profile_merge.h"

#include <errno.h>
#include <string.h>

static void take_out_sysctl(struct profile *p, const struct tunable *t)
{
	for (size_t i = 0; i < p->sysctls.len; i++) {
		if (p->sysctls.items[i].tunable != t)
			continue;
		sysctl_entry_done(&p->sysctls.items[i]);
		p->sysctls.items[i] = p->sysctls.items[--p->sysctls.len];
		return;
	}
}

static void take_out_nofile(struct profile *p, const char *target)
{
	for (size_t i = 0; i < p->nofile.len; i++) {
		if (strcmp(p->nofile.items[i].target, target) != 0)
			continue;
		nofile_entry_done(&p->nofile.items[i]);
		p->nofile.items[i] = p->nofile.items[--p->nofile.len];
		return;
	}
}

static int add_sysctls(struct profile *p, struct layer *l)
{
	for (size_t i = 0; i < l->sysctls.len; i++) {
		struct layer_sysctl *s = &l->sysctls.items[i];

		take_out_sysctl(p, s->entry.tunable);
		if (s->drop)
			continue;
		if (vec_push(&p->sysctls, s->entry))
			return -ENOMEM;
		s->entry = (struct sysctl_entry){.set.type = TYPE_COUNT};
	}
	return 0;
}

static int add_nofile(struct profile *p, struct layer *l)
{
	for (size_t i = 0; i < l->nofile.len; i++) {
		struct layer_nofile *s = &l->nofile.items[i];

		take_out_nofile(p, s->entry.target);
		if (s->drop)
			continue;
		if (vec_push(&p->nofile, s->entry))
			return -ENOMEM;
		s->entry = (struct nofile_entry){0};
	}
	return 0;
}

int profile_add_layer(struct profile *p, struct layer *l)
{
	if (strings_add(&p->layers, "%s", l->name) || add_sysctls(p, l) || add_nofile(p, l))
		return -ENOMEM;
	return 0;
}

static int by_catalogue(const void *a, const void *b)
{
	size_t x = catalogue_index(((const struct sysctl_entry *)a)->tunable);
	size_t y = catalogue_index(((const struct sysctl_entry *)b)->tunable);

	return (x > y) - (x < y);
}

static int by_target(const void *a, const void *b)
{
	return strcmp(((const struct nofile_entry *)a)->target,
		      ((const struct nofile_entry *)b)->target);
}

void profile_sort(struct profile *p)
{
	if (p->sysctls.len)
		qsort(p->sysctls.items, p->sysctls.len, sizeof(*p->sysctls.items), by_catalogue);
	if (p->nofile.len)
		qsort(p->nofile.items, p->nofile.len, sizeof(*p->nofile.items), by_target);
}
