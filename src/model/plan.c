/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/plan.h"

#include <errno.h>
#include <string.h>

void bytes_done(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){0};
}

void step_done(struct step *s)
{
	free(s->name);
	bytes_done(&s->before);
	bytes_done(&s->after);
	meta_done(&s->before_meta);
	meta_done(&s->after_meta);
}

void conflict_done(struct conflict *c)
{
	free(c->reason);
	free(c->key);
	free(c->value);
	free(c->file);
	free(c->text);
	free(c->command);
}

void skipped_done(struct skipped *s)
{
	free(s->name);
	free(s->before);
	free(s->ours);
	free(s->now);
	free(s->reason);
}

void plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->steps.len; i++)
		step_done(&p->steps.items[i]);
	for (size_t i = 0; i < p->conflicts.len; i++)
		conflict_done(&p->conflicts.items[i]);
	for (size_t i = 0; i < p->skipped.len; i++)
		skipped_done(&p->skipped.items[i]);

	vec_done(&p->steps);
	vec_done(&p->conflicts);
	vec_done(&p->skipped);
	strings_done(&p->warnings);
	strings_done(&p->unchecked);
	strings_done(&p->afterwards);
	free(p->profile);
	*p = (struct plan){0};
}

int bytes_copy(const struct bytes *from, struct bytes *ret)
{
	if (!from->data)
		return 0;
	ret->data = malloc(from->len + 1);
	if (!ret->data)
		return -ENOMEM;
	memcpy(ret->data, from->data, from->len);
	ret->data[from->len] = '\0';
	ret->len = from->len;
	return 0;
}

bool bytes_equal(const struct bytes *a, const struct bytes *b)
{
	if (!a->data || !b->data)
		return !a->data && !b->data;
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

enum risk plan_risk(const struct plan *p)
{
	enum risk most = RISK_LOW;

	for (size_t i = 0; i < p->steps.len; i++)
		most = p->steps.items[i].risk > most ? p->steps.items[i].risk : most;
	return most;
}
