/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/pam_service.h"

#include <string.h>

void pam_services_done(struct pam_services *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i].service);
		free(list->items[i].file);
		free(list->items[i].conf);
	}
	vec_done(list);
	problems_done(&list->problems);
}

const struct pam_service *pam_services_find(const struct pam_services *list, const char *service)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].service, service) == 0)
			return &list->items[i];
	}
	return NULL;
}
