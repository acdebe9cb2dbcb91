/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/plan.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "render/change.h"
#include "render/diff.h"

static size_t count_kind(const struct plan *p, enum step_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->steps.len; i++)
		n += p->steps.items[i].kind == kind;
	return n;
}

static void add_count(struct text *t, size_t n, const char *what)
{
	if (n)
		text_addf(t, "%s%zu %s%s", t->len ? " and " : "", n, what, n == 1 ? "" : "s");
}

static void put_headline(struct screen *s, const struct plan *p, const struct host *h,
			 enum plan_tense tense)
{
	auto_text struct text t = {0};
	const char *host = *h->hostname ? h->hostname : h->root;

	if (p->conflicts.len) {
		screen_mark(s, s->style->red, "REFUSED");
		screen_wrapf(s, CHANGE_INDENT,
			     ": nothing is changed, %zu thing%s in the way:", p->conflicts.len,
			     p->conflicts.len == 1 ? " stands" : "s stand");
		return;
	}
	if (!p->steps.len) {
		screen_mark(s, s->style->green, "NOTHING TO DO");
		if (p->profile)
			screen_wrapf(s, CHANGE_INDENT, ": %s is as profile %s wants it", host,
				     p->profile);
		else
			screen_wrapf(s, CHANGE_INDENT, ": nothing of tcptune is on %s", host);
		return;
	}

	add_count(&t, count_kind(p, STEP_SYSCTL), "running value");
	add_count(&t, count_kind(p, STEP_FILE), "file");
	s->out.failed |= t.failed;
	screen_mark(s, s->style->yellow, tense == PLAN_WOULD ? "WOULD CHANGE" : "CHANGING");
	screen_wrapf(s, CHANGE_INDENT, ": %s, %s%s: %s", host, p->profile ? "profile " : "",
		     p->profile ? p->profile : "no profile any more", t.str ? t.str : "");
}

static void put_conflict(struct screen *s, const struct conflict *c)
{
	screen_newline(s);
	screen_mark(s, s->style->red, "conflict");
	screen_putf(s, ": ");
	if (c->key)
		screen_putf(s, "%s: ", c->key);
	screen_wrap(s, CHANGE_INDENT, c->reason);
	if (c->file) {
		screen_tab(s, CHANGE_TEXT);
		if (c->line)
			screen_putf(s, "%s:%u", c->file, c->line);
		else
			screen_put(s, c->file);
		if (c->text)
			screen_putf(s, ": %s", c->text);
		screen_newline(s);
	}
	if (c->command) {
		screen_tab(s, CHANGE_TEXT);
		screen_putf(s, "Remedy: %s", c->command);
		screen_newline(s);
	}
}

/* What a person can do about a line in /etc without typing sed. */
static bool may_comment_out(const struct plan *p)
{
	for (size_t i = 0; i < p->conflicts.len; i++) {
		const struct conflict *c = &p->conflicts.items[i];

		if (c->line && c->file && text_starts(c->file, "/etc/") && c->command && !c->kept)
			return true;
	}
	return false;
}

static void put_conflicts(struct screen *s, const struct plan *p)
{
	for (size_t i = 0; i < p->conflicts.len; i++)
		put_conflict(s, &p->conflicts.items[i]);
	if (!may_comment_out(p))
		return;
	screen_newline(s);
	screen_wrap(s, 0,
		    "Lines below /etc can also be taken out, and put back by a rollback, with "
		    "--comment-out.");
}

static void put_value(struct screen *s, const struct step *step)
{
	const struct tunable *t = step->tunable;

	change_put(s, step->name, "", change_shown(step->before.data),
		   change_shown(step->after.data));
	if (step->why) {
		screen_tab(s, CHANGE_TEXT);
		screen_wrap(s, CHANGE_TEXT, step->why);
	}
	screen_tab(s, CHANGE_TEXT);
	if (step->risk == RISK_LOW || !t)
		screen_wrapf(s, CHANGE_TEXT, "Takes effect %s.", step->takes_effect);
	else
		screen_wrapf(s, CHANGE_TEXT, "Takes effect %s. Risk %s: %s.", step->takes_effect,
			     risk_name(step->risk), t->risk_why);
}

static void put_title(struct screen *s, const char *title)
{
	screen_newline(s);
	screen_mark(s, s->style->bold, title);
	screen_newline(s);
}

static const char *colour_of(const struct style *style, const char *line)
{
	static const struct {
		const char *start;
		size_t colour;
	} starts[] = {
		{"--- ", offsetof(struct style, bold)}, {"+++ ", offsetof(struct style, bold)},
		{"@@", offsetof(struct style, dim)},    {"-", offsetof(struct style, red)},
		{"+", offsetof(struct style, green)},
	};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		if (text_starts(line, starts[i].start))
			return *(const char *const *)((const char *)style + starts[i].colour);
	}
	return "";
}

/* Bytes of a file may be anything: each line is escaped on its way. */
static void put_diff(struct screen *s, const struct step *step)
{
	auto_text struct text t = {0};

	diff_unified(&t, step->name, &step->before, &step->after);
	s->out.failed |= t.failed;
	for (char *line = t.str, *end; line && *line; line = end + 1) {
		end = strchrnul(line, '\n');
		if (!*end) {
			screen_put(s, line);
			screen_newline(s);
			break;
		}
		*end = '\0';
		screen_mark(s, colour_of(s->style, line), line);
		screen_newline(s);
	}
}

static void put_file(struct screen *s, const struct step *step)
{
	if (step->kind == STEP_FILE) {
		put_diff(s, step);
		return;
	}
	screen_wrapf(s, CHANGE_INDENT, "%s %s", step->after.data ? "mkdir" : "rmdir", step->name);
}

static void put_steps(struct screen *s, const struct plan *p)
{
	bool values = count_kind(p, STEP_SYSCTL) > 0;

	if (values)
		put_title(s, "Running values");
	for (size_t i = 0; i < p->steps.len; i++) {
		if (p->steps.items[i].kind == STEP_SYSCTL)
			put_value(s, &p->steps.items[i]);
	}
	if (count_kind(p, STEP_FILE))
		put_title(s, "Files, for the next boot");
	for (size_t i = 0; i < p->steps.len; i++) {
		if (p->steps.items[i].kind != STEP_SYSCTL)
			put_file(s, &p->steps.items[i]);
	}
}

static void put_skipped(struct screen *s, const struct plan *p)
{
	if (p->skipped.len)
		put_title(s, "Left alone");
	for (size_t i = 0; i < p->skipped.len; i++) {
		const struct skipped *k = &p->skipped.items[i];

		screen_tab(s, CHANGE_INDENT);
		screen_put(s, k->name);
		screen_tab(s, CHANGE_COLUMN);
		if (k->before)
			screen_wrapf(s, CHANGE_COLUMN, "%s (before tcptune %s, set to %s, now %s)",
				     k->reason, change_shown(k->before), change_shown(k->ours),
				     change_shown(k->now));
		else
			screen_wrap(s, CHANGE_COLUMN, k->reason);
	}
}

static void put_list(struct screen *s, const char *code, const char *word,
		     const struct strings *list)
{
	if (list->len)
		screen_newline(s);
	for (size_t i = 0; i < list->len; i++) {
		screen_mark(s, code, word);
		screen_wrapf(s, CHANGE_INDENT, ": %s", list->items[i]);
	}
}

static void put_afterwards(struct screen *s, const struct strings *list)
{
	if (list->len)
		put_title(s, "To make it take effect");
	for (size_t i = 0; i < list->len; i++) {
		screen_tab(s, CHANGE_INDENT);
		screen_put(s, list->items[i]);
		screen_newline(s);
	}
}

void plan_human(struct screen *s, const struct plan *p, const struct host *h, enum plan_tense tense)
{
	put_headline(s, p, h, tense);
	put_conflicts(s, p);
	put_steps(s, p);
	put_skipped(s, p);
	if (tense == PLAN_WOULD && !p->conflicts.len)
		put_afterwards(s, &p->afterwards);
	put_list(s, s->style->yellow, "warning", &p->warnings);
	if (tense == PLAN_WOULD)
		put_list(s, s->style->dim, "not checked", &p->unchecked);
}

/* ---- afterwards ---- */

static size_t count_result(const struct outcome *o, enum result r, enum step_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < o->changes.len; i++)
		n += o->changes.items[i].result == r && o->changes.items[i].kind == kind;
	return n;
}

static void put_summary(struct screen *s, const struct outcome *o)
{
	static const struct {
		size_t colour;
		const char *word;
		enum result result;
		const char *rest;    /* of what is counted */
		const char *nothing; /* in its place, where there is nothing to be counted */
	} states[TXN_STATE_COUNT] = {
		[TXN_NOTHING] = {offsetof(struct style, green), "NOTHING DONE", RESULT_CHANGED, "",
				 "nothing was to be changed"},
		[TXN_COMMITTED] = {offsetof(struct style, green), "DONE", RESULT_CHANGED, "changed",
				   "no running value and no file was to be changed"},
		[TXN_PENDING] = {offsetof(struct style, yellow), "ON TRIAL", RESULT_CHANGED,
				 "changed until it is confirmed",
				 "nothing is changed yet: the files are written when it is "
				 "confirmed"},
		[TXN_ROLLED_BACK] = {offsetof(struct style, yellow), "RESTORED", RESULT_RESTORED,
				     "put back: the host is as it was before",
				     "the host is as it was before"},
		[TXN_STRANDED] = {offsetof(struct style, red), "STRANDED", RESULT_RESTORED,
				  "put back, but not all: a person must look",
				  "nothing was put back: a person must look"},
	};
	const char *code = *(const char *const *)((const char *)s->style + states[o->state].colour);
	enum result result = states[o->state].result;
	auto_text struct text t = {0};

	add_count(&t, count_result(o, result, STEP_SYSCTL), "running value");
	add_count(&t, count_result(o, result, STEP_FILE), "file");
	s->out.failed |= t.failed;
	screen_mark(s, code, states[o->state].word);
	if (o->id)
		screen_putf(s, " (%s)", o->id);
	screen_wrapf(s, CHANGE_INDENT, ": %s%s%s", t.len ? t.str : "", t.len ? " " : "",
		     t.len ? states[o->state].rest : states[o->state].nothing);
}

/* What went as it should needs no line of its own. */
static bool deserves_a_look(const struct change *c)
{
	return c->result == RESULT_FOREIGN || c->result == RESULT_FAILED || c->message;
}

/* The three values somebody needs who decides which of them is right. */
static void put_foreign_value(struct screen *s, const struct outcome *o, const struct change *c)
{
	const char *first = o->undoes ? c->after : c->before;
	const char *ours = o->undoes ? c->before : c->after;

	screen_wrapf(s, CHANGE_TEXT,
		     "somebody changed it, so it was left alone (before us %s, ours %s, now %s)",
		     change_shown(first), change_shown(ours), change_shown(c->now));
}

static void put_change(struct screen *s, const struct change *c, const struct outcome *o)
{
	const char *message = c->message;

	screen_tab(s, CHANGE_INDENT);
	screen_mark(s, s->style->bold, c->name);
	screen_put(s, ": ");
	if (c->result == RESULT_FOREIGN && c->kind == STEP_SYSCTL) {
		put_foreign_value(s, o, c);
		return;
	}
	screen_mark(s, c->result == RESULT_FAILED ? s->style->red : s->style->yellow,
		    result_name(c->result));
	if (message && text_starts(message, c->name))
		message += strlen(c->name) + strspn(message + strlen(c->name), ": ");
	if (message) {
		screen_put(s, ": ");
		screen_wrap(s, CHANGE_TEXT, message);
	} else {
		screen_newline(s);
	}
}

/* The clock of the wall is for people: the guardian has another. */
static void put_until(struct screen *s, const struct outcome *o)
{
	time_t until = (time_t)o->confirm_until;
	char clock[32] = "";
	struct tm tm;

	if (o->state != TXN_PENDING)
		return;
	if (localtime_r(&until, &tm))
		(void)strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	screen_tab(s, CHANGE_INDENT);
	screen_putf(s, "Keep it, before %s: tcptune confirm %s", clock, o->id);
	screen_newline(s);
}

void outcome_human(struct screen *s, const struct outcome *o)
{
	put_summary(s, o);
	put_until(s, o);
	for (size_t i = 0; i < o->changes.len; i++) {
		if (deserves_a_look(&o->changes.items[i]))
			put_change(s, &o->changes.items[i], o);
	}
	put_afterwards(s, &o->afterwards);
	put_list(s, s->style->yellow, "warning", &o->warnings);
}
