/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "render/json.h"
#include "render/profiles.h"

int profiles_json(const struct profile_list *list, const char *chosen, FILE *f, struct error *err)
{
	auto_json struct json j = {0};
	json_t *array;

	json_begin(&j, "profiles");
	json_put_text(&j, j.root, "default", chosen);
	array = json_put_array(&j, j.root, "profiles");
	for (size_t i = 0; i < list->len; i++) {
		const struct profile_info *info = &list->items[i];
		json_t *o = json_add_object(&j, array);

		json_put_text(&j, o, "name", info->name);
		json_put_text(&j, o, "file", info->file);
		json_put_text(&j, o, "summary", info->summary);
		json_put_strings(&j, o, "layers", &info->layers);
		json_put_strings(&j, o, "shadows", &info->shadows);
		json_put_text(&j, o, "problem", info->problem);
	}
	return json_write(&j, f, err);
}

/* A value, the caller's to free, as a field; NULL is null. */
static void put_value(struct json *j, json_t *o, const char *key, const struct value *v)
{
	auto_free char *text = value_text(v);

	if (!text)
		j->failed = true;
	json_put_text(j, o, key, text);
}

static void put_wanted(struct json *j, json_t *o, const struct sysctl_entry *e,
		       const struct host *h)
{
	auto_call(wanted_done) struct wanted w = {.set.type = TYPE_COUNT};
	int r = profile_resolve(e, h, &w);
	auto_free char *text = r ? NULL : wanted_text(&w);
	json_t *wanted = json_put_object(j, o, "wanted");

	if (r != -ENODATA && !text)
		j->failed = true;
	json_put_text(j, wanted, "op", op_name(e->op));
	json_put_text(j, wanted, "value", text);
	if (e->op == OP_ONE_OF && !r)
		put_value(j, o, "set", &w.set);
	else
		json_put_null(j, o, "set");
}

static void put_scale(struct json *j, json_t *o, const struct operand *operand)
{
	json_t *scale;

	if (operand->scale == SCALE_NONE) {
		json_put_null(j, o, "scale");
		return;
	}
	scale = json_put_object(j, o, "scale");
	json_put_int(j, scale, operand->scale == SCALE_PER_GIB ? "per_gib" : "per_cpu",
		     operand->per);
	json_put_int(j, scale, "min", operand->min);
	json_put_int(j, scale, "max", operand->max);
}

static void put_place(struct json *j, json_t *o, const char *layer, const char *file, unsigned line)
{
	json_put_text(j, o, "layer", layer);
	json_put_text(j, o, "file", file);
	json_put_int(j, o, "line", line);
}

static void put_entry(struct json *j, json_t *list, const struct sysctl_entry *e,
		      const struct host *h)
{
	const struct tunable *t = e->tunable;
	json_t *o = json_add_object(j, list);

	json_put_text(j, o, "kind", "sysctl");
	json_put_text(j, o, "key", t->key);
	put_wanted(j, o, e, h);
	put_scale(j, o, &e->operands.items[0]);
	json_put_text(j, o, "why", e->why ? e->why : t->why);
	json_put_text(j, o, "gate", e->gate);
	json_put_text(j, o, "module", e->module);
	json_put_text(j, o, "risk", risk_name(t->risk));
	json_put_text(j, o, "takes_effect", effect_text(t->effect));
	put_place(j, o, e->layer, e->file, e->line);
}

static void put_limit(struct json *j, json_t *list, const struct nofile_entry *e, const char *which,
		      uint64_t n)
{
	char key[320], value[24];
	json_t *o, *wanted;

	if (!n)
		return;

	(void)snprintf(key, sizeof(key), "nofile.%s.%s", e->target, which);
	(void)snprintf(value, sizeof(value), "%llu", (unsigned long long)n);
	o = json_add_object(j, list);
	json_put_text(j, o, "kind", "nofile");
	json_put_text(j, o, "key", key);
	wanted = json_put_object(j, o, "wanted");
	json_put_text(j, wanted, "op", op_name(e->exact ? OP_EXACT : OP_AT_LEAST));
	json_put_text(j, wanted, "value", value);
	json_put_null(j, o, "set");
	json_put_null(j, o, "scale");
	json_put_text(j, o, "why", e->why);
	json_put_null(j, o, "gate");
	json_put_null(j, o, "module");
	json_put_text(j, o, "risk", risk_name(RISK_LOW));
	json_put_text(j, o, "takes_effect", effect_text(EFFECT_NEW_PROCESS));
	put_place(j, o, e->layer, e->file, e->line);
}

int profile_json(const struct profile *p, const struct host *h, FILE *f, struct error *err)
{
	auto_json struct json j = {0};
	json_t *o, *list;

	json_begin(&j, "profiles");
	o = json_put_object(&j, j.root, "profile");
	json_put_text(&j, o, "name", p->name);
	json_put_text(&j, o, "file", p->file);
	json_put_text(&j, o, "summary", p->summary);
	json_put_strings(&j, o, "layers", &p->layers);

	list = json_put_array(&j, j.root, "settings");
	for (size_t i = 0; i < p->sysctls.len; i++)
		put_entry(&j, list, &p->sysctls.items[i], h);
	for (size_t i = 0; i < p->nofile.len; i++) {
		const struct nofile_entry *e = &p->nofile.items[i];

		put_limit(&j, list, e, "soft", e->soft);
		put_limit(&j, list, e, "hard", e->hard);
	}
	return json_write(&j, f, err);
}

int validation_json(const char *file, const struct problems *problems, FILE *f, struct error *err)
{
	auto_json struct json j = {0};
	json_t *list;

	json_begin(&j, "profiles");
	json_put_text(&j, j.root, "file", file);
	json_put_bool(&j, j.root, "valid", !problems->len && !problems->more);
	list = json_put_array(&j, j.root, "problems");
	for (size_t i = 0; i < problems->len; i++) {
		const struct problem *p = &problems->items[i];
		json_t *o = json_add_object(&j, list);

		json_put_text(&j, o, "file", p->file);
		if (p->line)
			json_put_int(&j, o, "line", p->line);
		else
			json_put_null(&j, o, "line");
		json_put_text(&j, o, "message", p->text);
	}
	json_put_count(&j, j.root, "more", problems->more);
	return json_write(&j, f, err);
}
