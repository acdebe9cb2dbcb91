/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "advise/boot_answer.h"
#include "advise/diagnose.h"
#include "cli/boot.h"
#include "cli/cmd.h"
#include "cli/explain_nofile.h"
#include "model/default.h"
#include "model/key.h"
#include "model/lookup.h"
#include "read/owners.h"
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

/* What the files say about one key, under both kinds of reader. */
struct key_boot {
	struct sysctl_boot by[READER_KIND_COUNT];
	struct boot_layer layer;
	struct lint_list lint;
	struct owners owners;
	struct boot_answer answer;
};

static void key_boot_done(struct key_boot *k)
{
	boot_answer_done(&k->answer);
	owners_done(&k->owners);
	lint_list_done(&k->lint);
	boot_layer_done(&k->layer);
	for (enum reader_kind i = 0; i < READER_KIND_COUNT; i++)
		sysctl_boot_done(&k->by[i]);
}

/* What is wrong with its lines, and who else sets the key. */
static int key_boot_mark(const struct session *s, enum reader_kind boots, struct key_boot *k,
			 struct error *err)
{
	int r = sysctl_boot_lint(s, &k->by[boots], &k->lint, err);

	if (!r)
		r = owners_read(s->root, &k->owners, err);
	for (size_t i = 0; i < k->answer.lines.len && !r; i++) {
		struct boot_line *line = &k->answer.lines.items[i];
		const struct lint *lint = lint_find(&k->lint, line->file, line->line);

		line->wrong = lint ? lint->wrong : NULL;
	}
	k->answer.owners = &k->owners;
	return r;
}

static int key_boot_read(const struct session *s, const char *key, struct key_boot *ret,
			 struct error *err)
{
	const struct boot *boots[READER_KIND_COUNT];
	struct readers readers;
	int r = readers_choose(s, &readers, err);

	for (enum reader_kind k = 0; !r && k < READER_KIND_COUNT; k++) {
		r = sysctl_boot_read(s, &readers, readers.sysctl[k], key, &ret->by[k], err);
		boots[k] = &ret->by[k].boot;
	}
	if (r)
		return r;

	if (boot_layer_fill(boots[readers.boot->kind], &s->snapshot.host, &readers.pid1,
			    &ret->layer) ||
	    boot_answer_make(key, boots, readers.boot->kind, &ret->answer))
		return error_set(err, ENOMEM, "predict the next boot");
	for (size_t i = 0; i < ret->layer.warnings.len; i++)
		session_warn(s, "%s", ret->layer.warnings.items[i]);
	return key_boot_mark(s, readers.boot->kind, ret, err);
}

static int show_key(const struct session *s, const struct lookup *l, struct error *err)
{
	auto_call(key_boot_done) struct key_boot boot = {0};
	auto_screen struct screen screen = SCREEN_INIT(&s->style);
	auto_json struct json json = {0};
	auto_free char *usual = NULL;
	bool family = tunable_is_pattern(l->tunable);
	struct explained_key k = {
		.tunable = l->tunable,
		.key = l->key,
		.host = &s->snapshot.host,
		.reading = family ? NULL : snapshot_reading(&s->snapshot, l->tunable),
	};
	int r = default_text(l->tunable, k.host, &usual, err);

	if (!r)
		r = key_boot_read(s, l->key, &boot, err);
	if (r)
		return r;

	k.default_text = usual;
	k.boot = &boot.answer;
	k.next = family ? NULL : boot_layer_value(&boot.layer, l->tunable);
	json_begin(&json, s->command->name);
	explain_key_json(&json, &k);
	explain_key(&screen, &k);
	return write_out(s, &screen, &json, err);
}

static bool is_nofile(const struct lookup *l)
{
	return l->tunable && strcmp(l->tunable->key, "nofile") == 0;
}

/* RLIMIT_NOFILE has no file: what runs is what the shell that called us has. */
static int shells_limit(const struct nofile *shell, struct reading *ret, struct error *err)
{
	if (!shell->known)
		return 0;
	ret->text = text_format("%" PRIu64 " %" PRIu64, shell->soft, shell->hard);
	if (!ret->text)
		return error_set(err, ENOMEM, "explain nofile");
	ret->state = READING_PRESENT;
	return 0;
}

static int show_nofile(struct session *s, const struct lookup *l, struct error *err)
{
	auto_call(nofile_report_done) struct nofile_report report = {0};
	auto_screen struct screen screen = SCREEN_INIT(&s->style);
	auto_json struct json json = {0};
	struct reading shell = {.state = READING_OFFLINE};
	auto_free char *usual = NULL, *running = NULL;
	struct explained_key k = {
		.tunable = l->tunable,
		.key = l->key,
		.host = &s->snapshot.host,
		.reading = &shell,
		.nofile = &report.answer,
	};
	int r = session_walk_processes(s, err);

	if (!r)
		r = nofile_report_read(s, &report, err);
	if (!r)
		r = default_text(l->tunable, k.host, &usual, err);
	if (!r)
		r = shells_limit(&s->snapshot.limits.shell, &shell, err);
	if (r)
		return r;

	running = shell.text;
	k.default_text = usual;
	json_begin(&json, s->command->name);
	explain_key_json(&json, &k);
	explain_key(&screen, &k);
	return write_out(s, &screen, &json, err);
}

static bool looks_like_sysctl(const char *query)
{
	static const char *const tops[] = {"net", "fs",   "kernel", "vm",     "dev",
					   "abi", "user", "debug",  "crypto", "sunrpc"};

	for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
		size_t n = strlen(tops[i]);

		if (strncmp(query, tops[i], n) == 0 && (query[n] == '.' || query[n] == '/'))
			return true;
	}
	return false;
}

/*
 * A sysctl that is not in the catalogue: its value is not read, for reading
 * some of them acts, but the files that speak of it are.  -ENOENT: none does,
 * and the kernel has no such key.
 */
static int show_foreign_key(const struct session *s, const char *query, struct error *err)
{
	auto_call(key_boot_done) struct key_boot boot = {0};
	auto_screen struct screen screen = SCREEN_INIT(&s->style);
	auto_json struct json json = {0};
	auto_free char *key = strdup(query);
	int r = key ? 0 : error_set(err, ENOMEM, "explain %s", query);

	if (!r) {
		key_to_path(key);
		key_simplify(key);
		key_to_dotted(key);
		r = key_boot_read(s, key, &boot, err);
	}
	if (r)
		return r;
	if (!boot.answer.exists && !boot.answer.lines.len)
		return -ENOENT;

	json_begin(&json, s->command->name);
	explain_foreign_key_json(&json, &boot.answer);
	explain_foreign_key(&screen, &boot.answer);
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

/* "{s}" and "{a}" stand for what only a host can tell. */
static int rule_summary(const struct rule *rule, char **ret, struct error *err)
{
	auto_text struct text t = {0};

	for (const char *p = rule->summary; *p; p++) {
		if (*p != '{') {
			text_add_bytes(&t, p, 1);
			continue;
		}
		text_add(&t, char_is_digit(p[1]) ? "(its value)" : p[1] == 's' ? "X" : "N");
		p += 2;
	}
	return text_take(&t, ret) ? error_set(err, ENOMEM, "explain %s", rule->id) : 0;
}

/* A finding in general: not one that this host has. */
static int show_diagnosis(const struct session *s, struct term *t, enum severity severity,
			  enum fixed_by fixed_by, struct error *err)
{
	auto_free char *means = text_format("A finding of severity %s. What can mend it: %s.",
					    severity_name(severity), fixed_by_name(fixed_by));

	if (!means)
		return error_set(err, ENOMEM, "explain %s", t->name);
	t->kind = TERM_DIAGNOSIS;
	t->means = means;
	return show_term(s, t, err);
}

static int show_rule(const struct session *s, const struct rule *rule, struct error *err)
{
	const char *keys[FINDING_KEYS_MAX + 1] = {0};
	auto_free char *summary = NULL;
	struct term t = {.name = rule->id, .remedy = rule->remedy};
	int r = rule_summary(rule, &summary, err);

	if (r)
		return r;
	for (size_t i = 0; i < FINDING_KEYS_MAX; i++)
		keys[i] = rule->keys[i];
	t.summary = summary;
	t.see_also = keys[0] ? keys : NULL;
	return show_diagnosis(s, &t, rule->severity, rule->fixed_by, err);
}

static int show_lint(const struct session *s, const struct lint_kind *k, struct error *err)
{
	struct term t = {.name = k->id, .summary = k->one, .remedy = k->remedy};

	return show_diagnosis(s, &t, k->severity, FIXED_BY_CONFIG, err);
}

static int unknown_term(const char *query, const struct lookup *l, struct error *err)
{
	auto_text struct text near = {0};

	for (size_t i = 0; i < l->n_near; i++)
		text_addf(&near, "%s%s", i ? ", " : "", l->near[i]);
	return error_say(
		err, EINVAL, "%s '%s'%s%s%s",
		looks_like_sysctl(query)
			? "neither this kernel, nor a file read at boot, nor the catalogue has"
			: "nothing is known of",
		query, near.len ? "; did you mean " : "", near.len ? near.str : "",
		near.len ? "?" : "");
}

static int explain(struct session *s, const char *query, struct error *err)
{
	struct lookup l = {0};
	int r = -ENOENT;

	lookup(query, &l);
	if (is_nofile(&l))
		return show_nofile(s, &l, err);
	if (s->options.user || s->options.unit)
		return error_say(err, EINVAL, "--%s goes with 'explain nofile' only",
				 s->options.user ? "user" : "unit");
	if (rule_find(query))
		return show_rule(s, rule_find(query), err);
	if (lint_kind_find(query))
		return show_lint(s, lint_kind_find(query), err);
	if (l.tunable)
		return show_key(s, &l, err);
	if (l.term)
		return show_term(s, l.term, err);
	if (looks_like_sysctl(query))
		r = show_foreign_key(s, query, err);
	return r == -ENOENT ? unknown_term(query, &l, err) : r;
}

enum status cmd_explain(struct session *s)
{
	auto_free char *query = NULL;
	struct error err = {0};

	if (join_args(&s->args, &query, &err) || explain(s, query, &err))
		return session_fail(s, &err);
	return STATUS_OK;
}
