/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/profile.h"

#include <errno.h>

#include "base/text.h"

void sysctl_entry_done(struct sysctl_entry *e)
{
	for (size_t i = 0; i < e->operands.len; i++)
		value_done(&e->operands.items[i].value);
	vec_done(&e->operands);
	value_done(&e->set);
	free(e->why);
	free(e->gate);
	free(e->module);
	free(e->layer);
	free(e->file);
	*e = (struct sysctl_entry){.set.type = TYPE_COUNT};
}

void nofile_entry_done(struct nofile_entry *e)
{
	free(e->target);
	free(e->why);
	free(e->layer);
	free(e->file);
	*e = (struct nofile_entry){0};
}

void profile_done(struct profile *p)
{
	free(p->name);
	free(p->file);
	free(p->summary);
	strings_done(&p->layers);
	for (size_t i = 0; i < p->sysctls.len; i++)
		sysctl_entry_done(&p->sysctls.items[i]);
	vec_done(&p->sysctls);
	for (size_t i = 0; i < p->nofile.len; i++)
		nofile_entry_done(&p->nofile.items[i]);
	vec_done(&p->nofile);
	*p = (struct profile){0};
}

void wanted_done(struct wanted *w)
{
	for (size_t i = 0; i < w->n; i++)
		value_done(&w->values[i]);
	value_done(&w->set);
	*w = (struct wanted){.set.type = TYPE_COUNT};
}

static int64_t clamp(uint64_t n, const struct operand *o)
{
	if (n > (uint64_t)o->max)
		return o->max;
	return (int64_t)n < o->min ? o->min : (int64_t)n;
}

/* Memory counts by the MiB, so that 1.5 GiB is more than 1; the loader sees to per, min, max > 0. */
static int scale_number(const struct operand *o, const struct host *h, int64_t *ret)
{
	bool by_memory = o->scale == SCALE_PER_GIB;
	uint64_t units = by_memory ? h->memory_bytes >> 20 : h->cpus, n;

	if (!units)
		return -ENODATA;

	if (__builtin_mul_overflow(units, (uint64_t)o->per, &n))
		n = UINT64_MAX;
	*ret = clamp(by_memory ? n >> 10 : n, o);
	return 0;
}

static int resolve_operand(const struct sysctl_entry *e, const struct operand *o,
			   const struct host *h, struct value *ret)
{
	struct value v = {.type = e->tunable->type, .n = 1};
	int r;

	if (o->scale == SCALE_NONE)
		return value_copy(&o->value, ret);

	r = scale_number(o, h, &v.num[0]);
	if (r)
		return r;

	*ret = v;
	return 0;
}

int profile_resolve(const struct sysctl_entry *e, const struct host *h, struct wanted *ret)
{
	struct wanted w = {.set.type = TYPE_COUNT};
	int r = 0;

	for (size_t i = 0; i < e->operands.len && i < WANTED_MAX && !r; i++) {
		r = resolve_operand(e, &e->operands.items[i], h, &w.values[i]);
		w.n += !r;
	}
	if (!r && e->op == OP_ONE_OF)
		r = value_copy(e->set.type == TYPE_COUNT ? &w.values[0] : &e->set, &w.set);
	if (r) {
		wanted_done(&w);
		return r;
	}

	*ret = w;
	return 0;
}

char *wanted_text(const struct wanted *w)
{
	auto_text struct text t = {0};
	char *made = NULL;

	for (size_t i = 0; i < w->n; i++) {
		auto_free char *one = value_text(&w->values[i]);

		if (!one)
			return NULL;
		text_addf(&t, "%s%s", i ? "|" : "", one);
	}
	return text_take(&t, &made) ? NULL : made;
}
