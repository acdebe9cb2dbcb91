/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/host.h"

void host_done(struct host *h)
{
	free(h->hostname);
	free(h->kernel);
	free(h->root);
	free(h->netns);
	free(h->boot_id);
	*h = (struct host){0};
}
