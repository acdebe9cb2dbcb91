/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/snapshot.h"

static const char *const because_names[BECAUSE_COUNT] = {
	[BECAUSE_KERNEL] = "kernel",
	[BECAUSE_HOST] = "host",
	[BECAUSE_MODULE] = "module",
};

const char *because_name(enum because b)
{
	return because_names[b];
}

static void readings_free(struct reading *readings)
{
	if (!readings)
		return;

	for (size_t i = 0; i < catalogue_size(); i++) {
		free(readings[i].text);
		value_done(&readings[i].value);
	}
	free(readings);
}

void snapshot_done(struct snapshot *s)
{
	readings_free(s->readings);
	for (size_t i = 0; i < s->limits.processes.len; i++) {
		free(s->limits.processes.items[i].comm);
		free(s->limits.processes.items[i].unit);
	}
	vec_done(&s->limits.processes);
	host_done(&s->host);
	*s = (struct snapshot){0};
}

const struct reading *snapshot_reading(const struct snapshot *s, const struct tunable *t)
{
	return &s->readings[catalogue_index(t)];
}
