/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/identity.h"

#include <string.h>

void identity_done(struct identity *who)
{
	free(who->boot_id);
	free(who->netns);
	free(who->netns_name);
	strings_done(&who->argv);
	*who = (struct identity){0};
}

bool identity_same_place(const struct identity *a, const struct identity *b)
{
	return strcmp(a->boot_id, b->boot_id) == 0 && strcmp(a->netns, b->netns) == 0;
}
