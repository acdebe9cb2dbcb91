/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/limits.h"

#include <string.h>

void limits_conf_done(struct limits_conf *c)
{
	for (size_t i = 0; i < c->rules.len; i++)
		free(c->rules.items[i].domain);
	vec_done(&c->rules);
	strings_done(&c->files);
	problems_done(&c->ignored);
	free(c->fatal);
	c->fatal = NULL;
}

void account_done(struct account *a)
{
	for (size_t i = 0; i < a->groups.len; i++)
		free(a->groups.items[i].name);
	vec_done(&a->groups);
	free(a->name);
	a->name = NULL;
}

bool account_in_group(const struct account *a, const char *name)
{
	for (size_t i = 0; i < a->groups.len; i++) {
		if (strcmp(a->groups.items[i].name, name) == 0)
			return true;
	}
	return false;
}

bool account_in_gid(const struct account *a, uint32_t gid)
{
	for (size_t i = 0; i < a->groups.len; i++) {
		if (a->groups.items[i].gid == gid)
			return true;
	}
	return false;
}
