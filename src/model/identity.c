/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/identity.h"

#include <errno.h>
#include <string.h>

void identity_done(struct identity *who)
{
	free(who->boot_id);
	free(who->netns);
	free(who->netns_name);
	strings_done(&who->argv);
	*who = (struct identity){0};
}

int identity_copy(const struct identity *from, struct identity *ret)
{
	ret->boot_id = strdup(from->boot_id);
	ret->netns = strdup(from->netns);
	ret->netns_name = from->netns_name ? strdup(from->netns_name) : NULL;
	ret->uid = from->uid;
	ret->login_uid = from->login_uid;
	if (!ret->boot_id || !ret->netns || (from->netns_name && !ret->netns_name))
		return -ENOMEM;
	return strings_add_all(&ret->argv, &from->argv);
}

bool identity_same_place(const struct identity *a, const struct identity *b)
{
	return strcmp(a->boot_id, b->boot_id) == 0 && strcmp(a->netns, b->netns) == 0;
}
