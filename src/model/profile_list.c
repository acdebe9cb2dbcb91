/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/profile_list.h"

void profile_info_done(struct profile_info *i)
{
	free(i->name);
	free(i->file);
	free(i->summary);
	free(i->problem);
	strings_done(&i->layers);
	strings_done(&i->shadows);
}

void profile_list_done(struct profile_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		profile_info_done(&list->items[i]);
	vec_done(list);
}
