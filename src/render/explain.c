/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "model/key.h"
#include "render/explain_boot.h"
#include "render/explain_nofile.h"

enum { INDENT = 2, LABEL = 18, CODE = 4 };

static void heading(struct screen *s, const char *title)
{
	screen_newline(s);
	screen_mark(s, s->style->bold, title);
	screen_newline(s);
}

/* A section of one paragraph; left out when there is nothing to say. */
static void section(struct screen *s, const char *title, const char *text)
{
	if (!text)
		return;
	heading(s, title);
	screen_wrap(s, INDENT, text);
}

/* "  scope           each network namespace has its own" */
static void fact(struct screen *s, const char *label, const char *text)
{
	if (!text)
		return;
	screen_tab(s, INDENT);
	screen_put(s, label);
	screen_tab(s, LABEL);
	screen_wrap(s, LABEL, text);
}

static void bullets(struct screen *s, const char *title, const char *const *list)
{
	if (!list)
		return;
	heading(s, title);
	for (; *list; list++) {
		screen_put(s, "  - ");
		screen_wrap(s, 4, *list);
	}
}

static void levers(struct screen *s, const char *title, const char *colour,
		   const struct term_lever *list)
{
	if (!list)
		return;
	heading(s, title);
	for (; list->name; list++) {
		screen_tab(s, INDENT);
		screen_mark(s, colour, list->name);
		screen_newline(s);
		screen_wrap(s, 6, list->how);
	}
}

/* Lines to be copied: as they are, never wrapped. */
static void commands(struct screen *s, const char *title, const char *const *list)
{
	if (!list)
		return;
	heading(s, title);
	for (; *list; list++)
		screen_lines(s, CODE, *list);
}

static void see_also(struct screen *s, const char *const *list)
{
	auto_text struct text t = {0};

	if (!list)
		return;
	for (; *list; list++)
		text_addf(&t, "%s%s", t.len ? ", " : "", *list);
	s->out.failed |= t.failed;
	section(s, "See also", t.str);
}

static void verbatim(struct screen *s, const char *title, const char *lines)
{
	if (!lines)
		return;
	heading(s, title);
	screen_lines(s, CODE, lines);
}

static const char *const kind_titles[TERM_KIND_COUNT] = {
	[TERM_STATE] = "TCP state",         [TERM_ERROR] = "socket error",
	[TERM_OPTION] = "socket option",    [TERM_CONCEPT] = "about TCP on Linux",
	[TERM_ELSEWHERE] = "not tcptune's", [TERM_DIAGNOSIS] = "finding of tcptune check",
};

/* What "causes" answers depends on what is asked about. */
static const char *const cause_titles[TERM_KIND_COUNT] = {
	[TERM_STATE] = "What many of them mean", [TERM_ERROR] = "Usual causes",
	[TERM_OPTION] = "When it is used",       [TERM_CONCEPT] = "Usual causes",
	[TERM_ELSEWHERE] = "Usual causes",       [TERM_DIAGNOSIS] = "Usual causes",
};

void explain_term(struct screen *s, const struct term *t)
{
	screen_mark(s, s->style->bold, t->name);
	screen_putf(s, "  (%s)", kind_titles[t->kind]);
	screen_newline(s);
	screen_wrap(s, 0, t->summary);
	screen_newline(s);
	screen_wrap(s, 0, t->means);

	if (t->figure) {
		screen_newline(s);
		screen_lines(s, INDENT, t->figure);
	}
	bullets(s, cause_titles[t->kind], t->causes);
	levers(s, "Settings that help", s->style->green, t->helps);
	levers(s, "What never helps", s->style->red, t->never);
	section(s, "Remedy", t->remedy);
	section(s, "In the application", t->application);
	verbatim(s, "Code", t->snippet);
	section(s, "Use instead", t->instead);
	commands(s, "How to see it", t->look);
	see_also(s, t->see_also);
	section(s, "Source", t->source);
}

static const char *const scope_texts[SCOPE_COUNT] = {
	[SCOPE_NETNS] = "each network namespace has its own",
	[SCOPE_HOST_VISIBLE] =
		"one for the host; a child network namespace sees it and cannot change it",
	[SCOPE_HOST] = "one for the host",
	[SCOPE_PROCESS] = "each process has its own",
};

static const char *const absent_texts[BECAUSE_COUNT] = {
	[BECAUSE_NONE] = "absent",
	[BECAUSE_KERNEL] = "absent: this kernel has no such key",
	[BECAUSE_HOST] = "absent: it belongs to the first network namespace of the host",
	[BECAUSE_MODULE] = "absent: its module is not loaded",
};

static const char *unreadable_text(int code)
{
	switch (code) {
	case EISDIR:
	case ENOTDIR:
	case ENXIO:
	case ELOOP:
		return "there, but not as a file that can be read";
	case EBADMSG:
	case EFBIG:
		return "there, but what it holds is no value";
	default:
		return "there, but not readable for you";
	}
}

/* For the reader, where there is no value; NULL where there is one. */
static const char *no_value_text(const struct explained_key *k)
{
	const struct reading *r = k->reading;

	if (!r)
		return key_is_glob(k->key) ? "none: the name stands for a family of keys"
					   : "not read: single interfaces are not looked at";
	switch (r->state) {
	case READING_PRESENT:
		return NULL;
	case READING_ABSENT:
		return absent_texts[r->because];
	case READING_UNREADABLE:
		return unreadable_text(r->code);
	case READING_OFFLINE:
		break;
	}
	return "not known: this host is not running";
}

static void running_value(struct screen *s, const struct explained_key *k)
{
	const char *none = no_value_text(k);

	if (none)
		fact(s, "running value", none);
	else
		fact(s, "running value", *k->reading->text ? k->reading->text : "empty");
}

static void default_value_line(struct screen *s, const struct explained_key *k)
{
	auto_text struct text t = {0};
	char release[16];

	text_add(&t, !k->default_text ? "not known" : *k->default_text ? k->default_text : "empty");
	if (k->host->release)
		text_addf(&t, " (Linux %s)", release_text(k->host->release, release));
	if (k->tunable->scales)
		text_addf(&t, "; %s", k->tunable->scales);
	s->out.failed |= t.failed;
	fact(s, "default", t.str);
}

static bool is_gone(const struct explained_key *k)
{
	return k->reading && k->reading->state == READING_ABSENT && k->tunable->removed.at &&
	       k->reading->because == BECAUSE_KERNEL;
}

static void this_host(struct screen *s, const struct explained_key *k)
{
	heading(s, "This host");
	running_value(s, k);
	if (!is_gone(k))
		default_value_line(s, k);
	fact(s, "scope", scope_texts[k->tunable->scope]);
	if (k->tunable->read_only)
		fact(s, "writing", "nobody can: the kernel only shows it");
	if (k->tunable->never_write)
		fact(s, "writing", "tcptune explains this key and never reads or writes it");
}

/* "0 to 2147483647"; an end that is not known is left open. */
static void add_range(struct text *t, int64_t low, int64_t high)
{
	if (low == INT64_MIN)
		text_addf(t, "up to %" PRId64, high);
	else if (high == INT64_MAX)
		text_addf(t, "%" PRId64 " and more", low);
	else
		text_addf(t, "%" PRId64 " to %" PRId64, low, high);
}

static bool has_range(const struct tunable *t)
{
	return t->type == TYPE_INT && t->min <= t->max && (t->min != t->max || t->min) &&
	       !(t->min == INT64_MIN && t->max == INT64_MAX);
}

static void ranges(struct screen *s, const struct tunable *t)
{
	auto_text struct text sane = {0}, accepted = {0};
	char release[16];

	if (has_range(t)) {
		add_range(&sane, t->min, t->max);
		fact(s, "sensible", sane.str);
	}
	if (t->type != TYPE_INT || t->kernel_min >= t->kernel_max ||
	    (t->kernel_min == INT64_MIN && t->kernel_max == INT64_MAX))
		return;

	add_range(&accepted, t->kernel_min, t->kernel_max);
	if (t->bounded)
		text_addf(&accepted, " (since Linux %s)", release_text(t->bounded, release));
	s->out.failed |= sane.failed | accepted.failed;
	fact(s, "accepted", accepted.str);
}

static void values(struct screen *s, const struct tunable *t)
{
	auto_text struct text type = {0};

	heading(s, "Values");
	text_addf(&type, "%s%s%s", type_name(t->type), t->unit ? ", in " : "",
		  t->unit ? t->unit : "");
	if (t->field_names)
		text_addf(&type, "; fields: %s", t->field_names);
	s->out.failed |= type.failed;
	fact(s, "type", type.str);
	ranges(s, t);

	for (size_t i = 0; i < CHOICES_MAX && t->choices[i].means; i++) {
		screen_tab(s, INDENT);
		screen_putf(s, "%" PRId64, t->choices[i].value);
		screen_tab(s, LABEL);
		screen_wrap(s, LABEL, t->choices[i].means);
	}
}

/* "Linux 4.12", or "between 6.14 and 6.17" where the exact release is not known. */
static void event(struct screen *s, const char *label, const struct tunable_event *e)
{
	char at[16], before[16];

	if (!e->at)
		return;
	screen_tab(s, INDENT);
	screen_put(s, label);
	screen_tab(s, LABEL);
	if (e->not_before)
		screen_wrapf(s, LABEL, "after Linux %s, at the latest in %s",
			     release_text(e->not_before, before), release_text(e->at, at));
	else
		screen_wrapf(s, LABEL, "Linux %s", release_text(e->at, at));
}

static bool has_history(const struct tunable *t)
{
	return t->since.at || t->removed.at || t->dead.at || t->netns_since.at || t->module ||
	       t->config;
}

static void history(struct screen *s, const struct tunable *t)
{
	if (!has_history(t))
		return;
	heading(s, "Where it exists");
	event(s, "since", &t->since);
	event(s, "per namespace", &t->netns_since);
	event(s, "without effect", &t->dead);
	event(s, "removed", &t->removed);
	fact(s, "module", t->module);
	fact(s, "kernel option", t->config);
}

static void takes_effect(struct screen *s, const struct tunable *t)
{
	heading(s, "Takes effect");
	if (t->effect_note)
		screen_wrapf(s, INDENT, "%s; %s", effect_text(t->effect), t->effect_note);
	else
		screen_wrap(s, INDENT, effect_text(t->effect));
}

static void risk(struct screen *s, const struct tunable *t)
{
	heading(s, "Risk");
	if (t->risk_why)
		screen_wrapf(s, INDENT, "%s: %s", risk_name(t->risk), t->risk_why);
	else
		screen_wrap(s, INDENT, risk_name(t->risk));
}

/* Above everything else: a person who came to change it must not read on first. */
static void obituary(struct screen *s, const struct explained_key *k)
{
	const struct tunable *t = k->tunable;
	const char *verdict = NULL;

	if (tunable_presence(t, k->host->release) == PRESENCE_NO && t->removed.at)
		verdict = "This kernel no longer has it.";
	else if (tunable_is_dead(t, k->host->release))
		verdict = "It has no effect on this kernel.";
	if (!verdict)
		return;
	screen_mark(s, s->style->yellow, verdict);
	screen_newline(s);
}

void explain_key(struct screen *s, const struct explained_key *k)
{
	const struct tunable *t = k->tunable;

	screen_mark(s, s->style->bold, k->key);
	screen_newline(s);
	obituary(s, k);
	screen_wrap(s, 0, t->what);
	section(s, "Use instead", t->instead);

	this_host(s, k);
	if (k->boot)
		explain_boot(s, k->boot, is_gone(k) ? NULL : k->next);
	if (k->nofile)
		explain_nofile(s, k->nofile);
	takes_effect(s, t);
	section(s, "Why one changes it", t->why);
	section(s, "Often said, and wrong", t->myth);
	risk(s, t);
	section(s, "Together with", t->links);
	section(s, "When it matters", t->evidence);
	values(s, t);
	history(s, t);
	section(s, "Source", t->source);
}

static void list_json(struct json *j, json_t *object, const char *key, const char *const *list)
{
	json_put_texts(j, object, key, list, SIZE_MAX);
}

static void levers_json(struct json *j, json_t *object, const char *key,
			const struct term_lever *list)
{
	json_t *array = json_put_array(j, object, key);

	for (; list && list->name; list++) {
		json_t *item = json_add_object(j, array);

		json_put_text(j, item, "name", list->name);
		json_put_text(j, item, "how", list->how);
	}
}

void explain_term_json(struct json *j, const struct term *t)
{
	json_t *o;

	json_put_null(j, j->root, "sysctl");
	o = json_put_object(j, j->root, "term");
	json_put_text(j, o, "name", t->name);
	json_put_text(j, o, "kind", term_kind_name(t->kind));
	list_json(j, o, "aliases", t->aliases);
	json_put_text(j, o, "summary", t->summary);
	json_put_text(j, o, "means", t->means);
	json_put_text(j, o, "figure", t->figure);
	list_json(j, o, "causes", t->causes);
	levers_json(j, o, "helps", t->helps);
	levers_json(j, o, "never", t->never);
	json_put_text(j, o, "remedy", t->remedy);
	json_put_text(j, o, "application", t->application);
	json_put_text(j, o, "snippet", t->snippet);
	json_put_text(j, o, "instead", t->instead);
	list_json(j, o, "look", t->look);
	list_json(j, o, "see_also", t->see_also);
	json_put_text(j, o, "source", t->source);
}

static void release_json(struct json *j, json_t *o, const char *key, unsigned release)
{
	char text[16];

	json_put_text(j, o, key, release ? release_text(release, text) : NULL);
}

/* null, or { "after", "at" }: in one of the releases after the first, up to the second. */
static void event_json(struct json *j, json_t *object, const char *key,
		       const struct tunable_event *e)
{
	json_t *o;

	if (!e->at) {
		json_put_null(j, object, key);
		return;
	}
	o = json_put_object(j, object, key);
	release_json(j, o, "after", e->not_before);
	release_json(j, o, "at", e->at);
}

static const char *state_name(const struct reading *r)
{
	static const char *const names[] = {
		[READING_OFFLINE] = "offline",
		[READING_PRESENT] = "present",
		[READING_ABSENT] = "absent",
		[READING_UNREADABLE] = "unreadable",
	};

	return r ? names[r->state] : "family";
}

static void host_json(struct json *j, json_t *object, const struct explained_key *k)
{
	json_t *o = json_put_object(j, object, "host");
	const struct reading *r = k->reading;

	json_put_text(j, o, "kernel", *k->host->kernel ? k->host->kernel : NULL);
	json_put_text(j, o, "state", state_name(r));
	json_put_text(j, o, "because", r ? because_name(r->because) : NULL);
	json_put_text(j, o, "running", r ? r->text : NULL);
	json_put_text(j, o, "default", k->default_text);
}

static void values_json(struct json *j, json_t *o, const struct tunable *t)
{
	json_t *choices;

	json_put_text(j, o, "type", type_name(t->type));
	json_put_text(j, o, "unit", t->unit);
	json_put_text(j, o, "fields", t->field_names);
	if (has_range(t)) {
		json_put_int(j, o, "min", t->min);
		json_put_int(j, o, "max", t->max);
	} else {
		json_put_null(j, o, "min");
		json_put_null(j, o, "max");
	}

	choices = json_put_array(j, o, "choices");
	for (size_t i = 0; i < CHOICES_MAX && t->choices[i].means; i++) {
		json_t *c = json_add_object(j, choices);

		json_put_int(j, c, "value", t->choices[i].value);
		json_put_text(j, c, "means", t->choices[i].means);
	}
}

void explain_key_json(struct json *j, const struct explained_key *k)
{
	const struct tunable *t = k->tunable;
	json_t *o = json_put_object(j, j->root, "sysctl");

	json_put_text(j, o, "key", k->key);
	json_put_text(j, o, "topic", topic_title(t->topic));
	json_put_text(j, o, "what", t->what);
	json_put_text(j, o, "instead", t->instead);
	host_json(j, o, k);
	json_put_text(j, o, "scope", scope_name(t->scope));
	json_put_text(j, o, "takes_effect", effect_text(t->effect));
	json_put_text(j, o, "takes_effect_note", t->effect_note);
	json_put_text(j, o, "why", t->why);
	json_put_text(j, o, "myth", t->myth);
	json_put_text(j, o, "risk", risk_name(t->risk));
	json_put_text(j, o, "risk_why", t->risk_why);
	json_put_text(j, o, "links", t->links);
	json_put_text(j, o, "evidence", t->evidence);
	values_json(j, o, t);
	json_put_text(j, o, "default_scales", t->scales);
	json_put_bool(j, o, "writable", !t->read_only && !t->never_write);
	event_json(j, o, "since", &t->since);
	event_json(j, o, "removed", &t->removed);
	event_json(j, o, "without_effect", &t->dead);
	event_json(j, o, "per_namespace", &t->netns_since);
	json_put_text(j, o, "module", t->module);
	json_put_text(j, o, "kernel_option", t->config);
	json_put_text(j, o, "source", t->source);
	json_put_null(j, j->root, "term");
	if (k->boot)
		explain_boot_json(j, k->boot);
	if (k->nofile)
		explain_nofile_json(j, k->nofile);
}

void explain_foreign_key(struct screen *s, const struct boot_answer *a)
{
	screen_mark(s, s->style->bold, a->key);
	screen_newline(s);
	screen_wrap(s, 0,
		    "Not in the catalogue: tcptune reads no value of it, only what files say.");
	explain_boot(s, a, NULL);
}

void explain_foreign_key_json(struct json *j, const struct boot_answer *a)
{
	json_put_null(j, j->root, "sysctl");
	json_put_null(j, j->root, "term");
	explain_boot_json(j, a);
}
