/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/plan.h"

#include "base/digest.h"
#include "render/diff.h"
#include "render/json.h"

static const char *const kind_names[STEP_KIND_COUNT] = {
	[STEP_SYSCTL] = "sysctl",
	[STEP_DIR] = "directory",
	[STEP_FILE] = "file",
};

static void put_name(struct json *j, json_t *o, enum step_kind kind, const char *name)
{
	json_put_text(j, o, "kind", kind_names[kind]);
	json_put_text(j, o, kind == STEP_SYSCTL ? "key" : "file", name);
}

static void put_change(struct json *j, json_t *list, const struct change *c)
{
	json_t *o = json_add_object(j, list);

	put_name(j, o, c->kind, c->name);
	json_put_text(j, o, "before", c->before);
	json_put_text(j, o, "after", c->after);
	json_put_text(j, o, "now", c->now);
	json_put_text(j, o, "result", result_name(c->result));
	json_put_text(j, o, "message", c->message);
}

/* Of a file its digest, as in the outcome; what changes in it is told beside. */
static void put_bytes(struct json *j, json_t *o, const char *key, const struct step *s,
		      const struct bytes *b)
{
	char digest[DIGEST_SIZE];

	if (s->kind != STEP_FILE || !b->data) {
		json_put_text(j, o, key, b->data);
		return;
	}
	digest_of(b->data, b->len, digest);
	json_put_text(j, o, key, digest);
}

static void put_diff(struct json *j, json_t *o, const struct step *s)
{
	auto_text struct text t = {0};

	diff_unified(&t, s->name, &s->before, &s->after);
	j->failed |= t.failed;
	json_put_text(j, o, "diff", t.str);
}

static void put_step(struct json *j, json_t *list, const struct step *s)
{
	json_t *o = json_add_object(j, list);

	put_name(j, o, s->kind, s->name);
	put_bytes(j, o, "before", s, &s->before);
	put_bytes(j, o, "after", s, &s->after);
	json_put_null(j, o, "now");
	json_put_text(j, o, "result", "planned");
	json_put_null(j, o, "message");
	if (s->kind == STEP_FILE)
		put_diff(j, o, s);
	if (s->kind == STEP_SYSCTL) {
		json_put_text(j, o, "risk", risk_name(s->risk));
		json_put_text(j, o, "why", s->why);
		json_put_text(j, o, "takes_effect", s->takes_effect);
	}
}

static void put_conflict(struct json *j, json_t *list, const struct conflict *c)
{
	json_t *o = json_add_object(j, list);

	json_put_text(j, o, "reason", c->reason);
	json_put_text(j, o, "key", c->key);
	json_put_text(j, o, "value", c->value);
	json_put_text(j, o, "file", c->file);
	if (c->line)
		json_put_int(j, o, "line", c->line);
	else
		json_put_null(j, o, "line");
	json_put_text(j, o, "text", c->text);
	json_put_text(j, o, "command", c->command);
}

static void put_skipped(struct json *j, json_t *list, const struct skipped *k)
{
	json_t *o = json_add_object(j, list);

	json_put_text(j, o, "key", k->name);
	json_put_text(j, o, "before", k->before);
	json_put_text(j, o, "ours", k->ours);
	json_put_text(j, o, "now", k->now);
	json_put_text(j, o, "reason", k->reason);
}

static void put_head(struct json *j, const struct plan *plan, const struct outcome *o)
{
	json_put_text(j, j->root, "id", o ? o->id : NULL);
	json_put_text(j, j->root, "profile", plan ? plan->profile : NULL);
	json_put_bool(j, j->root, "changed", o && o->changed);
	json_put_text(j, j->root, "state", o ? txn_state_name(o->state) : "planned");
	if (o && o->confirm_until)
		json_put_int(j, j->root, "confirm_until", o->confirm_until);
	else
		json_put_null(j, j->root, "confirm_until");
}

static void put_changes(struct json *j, const struct plan *plan, const struct outcome *o)
{
	json_t *list = json_put_array(j, j->root, "changes");

	for (size_t i = 0; o && i < o->changes.len; i++)
		put_change(j, list, &o->changes.items[i]);
	for (size_t i = 0; !o && plan && i < plan->steps.len; i++)
		put_step(j, list, &plan->steps.items[i]);
}

static void put_warnings(struct json *j, const struct plan *plan, const struct outcome *o)
{
	json_t *list = json_put_array(j, j->root, "warnings");

	/* The outcome begins with those of the plan. */
	for (size_t i = 0; !o && plan && i < plan->warnings.len; i++)
		json_add_text(j, list, plan->warnings.items[i]);
	for (size_t i = 0; o && i < o->warnings.len; i++)
		json_add_text(j, list, o->warnings.items[i]);
}

int change_json(const char *command, const struct plan *plan, const struct outcome *outcome,
		const struct error *failed, FILE *f, struct error *err)
{
	static const struct strings none = {0};
	auto_json struct json j = {0};
	json_t *list;

	json_begin(&j, command);
	put_head(&j, plan, outcome);
	put_changes(&j, plan, outcome);
	list = json_put_array(&j, j.root, "conflicts");
	for (size_t i = 0; plan && i < plan->conflicts.len; i++)
		put_conflict(&j, list, &plan->conflicts.items[i]);
	list = json_put_array(&j, j.root, "skipped");
	for (size_t i = 0; plan && i < plan->skipped.len; i++)
		put_skipped(&j, list, &plan->skipped.items[i]);
	json_put_strings(&j, j.root, "unchecked", plan ? &plan->unchecked : &none);
	json_put_strings(&j, j.root, "afterwards",
			 outcome ? &outcome->afterwards
			 : plan  ? &plan->afterwards
				 : &none);
	put_warnings(&j, plan, outcome);
	json_put_error(&j, failed);
	return json_write(&j, f, err);
}
