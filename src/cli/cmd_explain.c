/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/text.h"
#include "cli/cmd.h"
#include "model/default.h"
#include "model/lookup.h"
#include "render/explain.h"

/* What was typed, as one query: explain too many open files. */
static int join_args(const struct words *args, char **ret, struct error *err)
{
	auto_text struct text t = {0};

	for (size_t i = 0; i < args->len; i++)
		text_addf(&t, "%s%s", i ? " " : "", args->items[i]);
	return text_take(&t, ret) ? error_set(err, ENOMEM, "read the command line") : 0;
}

static int default_text(const struct tunable *t, const struct host *h, char **ret,
			struct error *err)
{
	auto_value struct value v = {0};
	int r = default_value(t, h, &v);

	if (r == -ENODATA)
		return 0;
	if (!r)
		*ret = value_text(&v);
	return *ret ? 0 : error_set(err, ENOMEM, "compute a default");
}

static int write_out(const struct session *s, struct screen *screen, struct json *json,
		     struct error *err)
{
	if (s->options.quiet)
		return 0;
	return s->options.json ? json_write(json, stdout, err) : screen_write(screen, stdout, err);
}

static int show_key(const struct session *s, const struct lookup *l, struct error *err)
{
	auto_screen struct screen screen = SCREEN_INIT(&s->style);
	auto_json struct json json = {0};
	auto_free char *usual = NULL;
	struct explained_key k = {
		.tunable = l->tunable,
		.key = l->key,
		.host = &s->snapshot.host,
	};
	int r = default_text(l->tunable, k.host, &usual, err);

	if (r)
		return r;
	k.default_text = usual;
	if (!tunable_is_pattern(l->tunable))
		k.reading = snapshot_reading(&s->snapshot, l->tunable);

	json_begin(&json, s->command->name);
	explain_key_json(&json, &k);
	explain_key(&screen, &k);
	return write_out(s, &screen, &json, err);
}

static int show_term(const struct session *s, const struct term *t, struct error *err)
{
	auto_screen struct screen screen = SCREEN_INIT(&s->style);
	auto_json struct json json = {0};

	json_begin(&json, s->command->name);
	explain_term_json(&json, t);
	explain_term(&screen, t);
	return write_out(s, &screen, &json, err);
}

static int unknown_term(const char *query, const struct lookup *l, struct error *err)
{
	auto_text struct text near = {0};

	for (size_t i = 0; i < l->n_near; i++)
		text_addf(&near, "%s%s", i ? ", " : "", l->near[i]);
	return error_say(err, EINVAL, "nothing is known of '%s'%s%s%s", query,
			 near.len ? "; did you mean " : "", near.len ? near.str : "",
			 near.len ? "?" : "");
}

enum status cmd_explain(struct session *s)
{
	auto_free char *query = NULL;
	struct error err = {0};
	struct lookup l = {0};
	int r = join_args(&s->args, &query, &err);

	if (!r) {
		lookup(query, &l);
		if (l.tunable)
			r = show_key(s, &l, &err);
		else if (l.term)
			r = show_term(s, l.term, &err);
		else
			r = unknown_term(query, &l, &err);
	}
	return r ? session_fail(s, &err) : STATUS_OK;
}
