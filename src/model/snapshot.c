/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/snapshot.h"

static const char *const because_names[BECAUSE_COUNT] = {
	[BECAUSE_KERNEL] = "kernel",
	[BECAUSE_HOST] = "host",
	[BECAUSE_MODULE] = "module",
};

static const char *const because_texts[BECAUSE_COUNT] = {
	[BECAUSE_NONE] = "absent",
	[BECAUSE_KERNEL] = "this kernel has no such key",
	[BECAUSE_HOST] = "belongs to the host, not to this network namespace",
	[BECAUSE_MODULE] = "its kernel module is not loaded",
};

const char *because_text(enum because b)
{
	return because_texts[b];
}

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

void process_done(struct process *p)
{
	free(p->comm);
	free(p->unit);
}

void processes_done(struct processes *list)
{
	for (size_t i = 0; i < list->len; i++)
		process_done(&list->items[i]);
	vec_done(list);
}

void snapshot_done(struct snapshot *s)
{
	readings_free(s->readings);
	processes_done(&s->limits.processes);
	processes_done(&s->limits.near);
	host_done(&s->host);
	*s = (struct snapshot){0};
}

const struct reading *snapshot_reading(const struct snapshot *s, const struct tunable *t)
{
	return &s->readings[catalogue_index(t)];
}

static bool knows_use(const struct process *p)
{
	return p->limit.known && p->limit.soft && p->used != UINT64_MAX;
}

unsigned process_used_percent(const struct process *p)
{
	if (!knows_use(p))
		return 0;
	return (unsigned)((double)p->used * 100 / (double)p->limit.soft);
}

static const struct process *fuller(const struct process *a, const struct process *b)
{
	if (!knows_use(b))
		return a;
	if (a && b->used / (double)b->limit.soft <= a->used / (double)a->limit.soft)
		return a;
	return b;
}

const struct process *limits_fullest(const struct limits *l)
{
	const struct process *worst = NULL;

	for (size_t i = 0; i < l->processes.len; i++)
		worst = fuller(worst, &l->processes.items[i]);
	for (size_t i = 0; i < l->near.len; i++)
		worst = fuller(worst, &l->near.items[i]);
	return worst;
}
