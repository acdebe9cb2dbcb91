/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "advise/planner.h"
#include "base/text.h"
#include "model/order.h"

static const char goes_back[] = "No profile asks for it any more: it goes back to what it was "
				"before tcptune changed it.";

bool plan_goes_back(const struct step *s)
{
	return s->why == goes_back;
}

static int set_bytes(struct bytes *b, const char *text)
{
	b->data = strdup(text);
	b->len = strlen(text);
	return b->data ? 0 : -ENOMEM;
}

static int add_step(struct plan *plan, const struct tunable *t, const char *before,
		    const char *after, const char *why)
{
	struct step s = {
		.kind = STEP_SYSCTL,
		.tunable = t,
		.name = strdup(t->key),
		.risk = t->risk,
		.why = why,
		.takes_effect = effect_text(t->effect),
	};

	if (s.name && !set_bytes(&s.before, before) && !set_bytes(&s.after, after) &&
	    !vec_push(&plan->steps, s))
		return 0;
	step_done(&s);
	return -ENOMEM;
}

static bool is_skipped(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->skipped.len; i++) {
		if (strcmp(plan->skipped.items[i].name, name) == 0)
			return true;
	}
	return false;
}

static int skip(struct plan *plan, const char *name, const char *reason)
{
	struct skipped s = {.name = strdup(name), .reason = strdup(reason)};

	if (s.name && s.reason && !vec_push(&plan->skipped, s))
		return 0;
	skipped_done(&s);
	return -ENOMEM;
}

/* Somebody changed it since: three values, and it is his. */
static int leave(struct plan *plan, const struct our_value *v, const char *now)
{
	struct skipped s = {
		.name = strdup(v->key),
		.before = strdup(v->first),
		.ours = strdup(v->ours),
		.now = now ? strdup(now) : NULL,
		.reason = strdup("somebody else has changed it since: it is left alone"),
	};

	if (s.name && s.before && s.ours && (s.now || !now) && s.reason &&
	    !vec_push(&plan->skipped, s))
		return 0;
	skipped_done(&s);
	return -ENOMEM;
}

/* To leave out what is asked for and could be there would be half of the profile. */
static int refuse(struct plan *plan, const struct setting *s)
{
	struct conflict c = {
		.reason = text_format("its value cannot be read (%s)", setting_because(s)),
		.key = strdup(s->key),
	};

	if (c.reason && c.key && !vec_push(&plan->conflicts, c))
		return 0;
	conflict_done(&c);
	return -ENOMEM;
}

int plan_skips(const struct report *report, struct plan *plan)
{
	for (size_t i = 0; i < report->settings.len; i++) {
		const struct setting *s = &report->settings.items[i];
		bool absent = s->verdict == VERDICT_ABSENT && !s->counts;

		if (s->verdict == VERDICT_UNREADABLE && s->counts && refuse(plan, s))
			return -ENOMEM;
		if ((absent || (s->verdict == VERDICT_UNREADABLE && !s->counts)) &&
		    !is_skipped(plan, s->key) && skip(plan, s->key, setting_because(s)))
			return -ENOMEM;
	}
	return 0;
}

static bool is_in(const struct report *report, const char *key)
{
	for (size_t i = 0; report && i < report->settings.len; i++) {
		if (strcmp(report->settings.items[i].key, key) == 0)
			return true;
	}
	return false;
}

static int go_back(const struct our_value *v, const struct snapshot *snapshot, struct plan *plan)
{
	const struct tunable *t = catalogue_find(v->key);
	const struct reading *now = t ? snapshot_reading(snapshot, t) : NULL;
	auto_free char *text = NULL;

	/* What is gone with its module, or is read-only now, there is nothing to undo of. */
	if (!now || now->state != READING_PRESENT)
		return 0;
	text = now->value.type == TYPE_COUNT ? strdup(now->text) : value_text(&now->value);
	if (!text)
		return -ENOMEM;
	if (strcmp(text, v->first) == 0)
		return 0;
	return strcmp(text, v->ours) == 0 ? add_step(plan, t, text, v->first, goes_back)
					  : leave(plan, v, text);
}

static enum port_order ports_of(const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		const struct step *s = &plan->steps.items[i];

		if (strcmp(s->name, "net.ipv4.ip_unprivileged_port_start") == 0)
			return port_order_of(s->before.data, s->after.data);
	}
	return PORTS_START_FIRST;
}

static int by_order(const void *a, const void *b, void *ports)
{
	const struct step *x = a, *y = b;

	return write_order(x->name, y->name, *(enum port_order *)ports);
}

int plan_values(const struct plan_request *q, const struct report *report,
		const struct snapshot *snapshot, const struct ours *ours, const char *netns,
		struct plan *plan)
{
	const char *boot = snapshot->host.boot_id;
	enum port_order ports;

	for (size_t i = 0; report && i < report->settings.len; i++) {
		const struct setting *s = &report->settings.items[i];

		if (s->verdict == VERDICT_DIFFERS &&
		    add_step(plan, s->tunable, s->running ? s->running : "", s->set, s->why))
			return -ENOMEM;
	}
	for (size_t i = 0; i < ours->values.len; i++) {
		const struct our_value *v = &ours->values.items[i];

		if (!our_value_is_in(v, boot, netns) || is_in(report, v->key) ||
		    (q->filtered && !plan_selects(q, v->key)))
			continue;
		if (go_back(v, snapshot, plan))
			return -ENOMEM;
	}

	ports = ports_of(plan);
	if (plan->steps.len)
		qsort_r(plan->steps.items, plan->steps.len, sizeof(*plan->steps.items), by_order,
			&ports);
	return 0;
}
