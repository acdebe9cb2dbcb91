/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an administrator wants to read first: one line that says whether the
 * host complies, then what differs, each with its reason, then the rest short.
 */
#include <string.h>

#include "render/check.h"

enum { INDENT_KEY = 2, INDENT_TEXT = 6, COLUMN_VALUE = 38 };

static const char *const op_words[OP_COUNT] = {
	[OP_EXACT] = "",
	[OP_AT_LEAST] = "at least ",
	[OP_AT_MOST] = "at most ",
	[OP_ONE_OF] = "",
};

static const char *const because_texts[BECAUSE_COUNT] = {
	[BECAUSE_NONE] = "absent",
	[BECAUSE_KERNEL] = "this kernel has no such key",
	[BECAUSE_HOST] = "belongs to the host, not to this network namespace",
	[BECAUSE_MODULE] = "its kernel module is not loaded",
};

static const char *shown(const char *value)
{
	return !value ? "-" : *value ? value : "(empty)";
}

/* "at least 4096", "1 or 2".  NULL: no memory. */
static char *wanted_phrase(const struct setting *set)
{
	auto_text struct text t = {0};
	char *made = NULL;

	text_add(&t, op_words[set->op]);
	for (const char *p = shown(set->wanted); *p; p++)
		text_add_bytes(&t, *p == '|' ? " or " : p, *p == '|' ? 4 : 1);
	return text_take(&t, &made) ? NULL : made;
}

static const char *colour_of(const struct style *style, enum severity severity)
{
	return severity == SEVERITY_CRITICAL  ? style->red
	       : severity == SEVERITY_WARNING ? style->yellow
					      : style->dim;
}

static size_t count_verdict(const struct report *r, enum verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < r->settings.len; i++)
		n += r->settings.items[i].verdict == v;
	return n;
}

static void put_headline(struct screen *s, const struct report *r)
{
	const char *host = r->snapshot->host.hostname;
	size_t differ = report_differences(r);

	host = *host ? host : r->snapshot->host.root;
	if (!r->judged)
		screen_mark(s, s->style->yellow, "NOT JUDGED");
	else if (r->compliant)
		screen_mark(s, s->style->green, "COMPLIANT");
	else
		screen_mark(s, s->style->red, "DIFFERS");

	if (!r->judged)
		screen_wrapf(s, INDENT_KEY, ": nothing of %s could be compared with profile %s",
			     host, r->profile->name);
	else if (r->compliant)
		screen_wrapf(s, INDENT_KEY, ": %s is as profile %s wants it (%zu settings)", host,
			     r->profile->name, r->settings.len);
	else
		screen_wrapf(s, INDENT_KEY, ": %s, profile %s: %zu of %zu settings", host,
			     r->profile->name, differ, r->settings.len);
}

static void put_finding(struct screen *s, const struct finding *f)
{
	screen_newline(s);
	screen_mark(s, colour_of(s->style, f->severity), severity_name(f->severity));
	screen_put(s, ": ");
	screen_wrap(s, INDENT_KEY, f->summary);
	for (size_t i = 0; i < f->evidence.len; i++) {
		screen_tab(s, INDENT_TEXT);
		screen_wrap(s, INDENT_TEXT, f->evidence.items[i]);
	}
	screen_tab(s, INDENT_TEXT);
	screen_wrapf(s, INDENT_TEXT, "Remedy (%s): %s", fixed_by_name(f->fixed_by), f->remedy);
}

static void put_findings(struct screen *s, const struct report *r, bool critical)
{
	for (size_t i = 0; i < r->findings.len; i++) {
		const struct finding *f = &r->findings.items[i];

		if ((f->severity == SEVERITY_CRITICAL) == critical)
			put_finding(s, f);
	}
}

/* "128 -> at least 4096", below the key where the line would be too long. */
static void put_values(struct screen *s, const struct setting *set)
{
	auto_free char *wanted = wanted_phrase(set);
	auto_free char *line = wanted ? text_format("%s -> %s", shown(set->running), wanted) : NULL;

	if (!line) {
		s->out.failed = true;
		return;
	}
	if (COLUMN_VALUE + screen_columns(line) > s->width) {
		screen_newline(s);
		screen_tab(s, INDENT_TEXT);
	} else {
		screen_tab(s, COLUMN_VALUE);
	}
	screen_mark(s, s->style->red, shown(set->running));
	screen_put(s, " -> ");
	screen_mark(s, s->style->green, wanted);
	screen_newline(s);
}

static void put_difference(struct screen *s, const struct setting *set)
{
	screen_tab(s, INDENT_KEY);
	screen_mark(s, s->style->bold, set->key);
	put_values(s, set);

	screen_tab(s, INDENT_TEXT);
	screen_wrap(s, INDENT_TEXT, set->why);
	for (size_t i = 0; i < set->evidence.len; i++) {
		screen_tab(s, INDENT_TEXT);
		screen_wrap(s, INDENT_TEXT, set->evidence.items[i]);
	}
	screen_tab(s, INDENT_TEXT);
	screen_wrapf(s, INDENT_TEXT, "Takes effect %s. Risk: %s.", set->takes_effect,
		     risk_name(set->risk));
}

static bool is_difference(const struct setting *s)
{
	return s->verdict == VERDICT_DIFFERS || s->verdict == VERDICT_BOOT_DIFFERS;
}

static void put_diff(struct screen *s, const struct report *r)
{
	enum topic last = TOPIC_COUNT;

	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];

		if (!is_difference(set))
			continue;
		if (set->topic != last) {
			screen_newline(s);
			screen_mark(s, s->style->bold, topic_title(set->topic));
			screen_newline(s);
		}
		last = set->topic;
		put_difference(s, set);
	}
}

static void put_missing(struct screen *s, const struct report *r)
{
	bool begun = false;

	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];

		if (set->verdict != VERDICT_ABSENT && set->verdict != VERDICT_UNREADABLE)
			continue;
		if (!begun) {
			screen_newline(s);
			screen_put(s, "Not to be had here:");
			screen_newline(s);
		}
		begun = true;
		screen_tab(s, INDENT_KEY);
		screen_put(s, set->key);
		screen_tab(s, COLUMN_VALUE);
		screen_wrap(s, COLUMN_VALUE,
			    set->verdict == VERDICT_UNREADABLE ? "could not be read"
							       : because_texts[set->because]);
	}
}

static void put_fine(struct screen *s, const struct report *r, enum detail detail)
{
	size_t fine = count_verdict(r, VERDICT_OK);

	if (!fine)
		return;

	screen_newline(s);
	screen_wrapf(s, 0, "%zu setting%s as wanted%s", fine, fine == 1 ? " is" : "s are",
		     detail == DETAIL_VERBOSE ? ":" : " (-v lists them).");
	for (size_t i = 0; detail == DETAIL_VERBOSE && i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];
		auto_free char *wanted = wanted_phrase(set);

		if (set->verdict != VERDICT_OK)
			continue;
		screen_tab(s, INDENT_KEY);
		screen_put(s, set->key);
		screen_tab(s, COLUMN_VALUE);
		screen_wrapf(s, COLUMN_VALUE, "%s (%s)", shown(set->running), wanted ? wanted : "");
	}
}

static const struct process *nearest_to_limit(const struct limits *l)
{
	const struct process *worst = NULL;

	for (size_t i = 0; i < l->processes.len; i++) {
		const struct process *p = &l->processes.items[i];

		if (!p->limit.known || !p->limit.soft || p->used == UINT64_MAX)
			continue;
		if (!worst ||
		    p->used / (double)p->limit.soft > worst->used / (double)worst->limit.soft)
			worst = p;
	}
	return worst;
}

static void put_process(struct screen *s, const struct process *p)
{
	screen_wrapf(s, INDENT_TEXT, "%s (pid %d%s%s) has %llu of %llu descriptors open", p->comm,
		     p->pid, p->unit ? ", " : "", p->unit ? p->unit : "",
		     (unsigned long long)p->used, (unsigned long long)p->limit.soft);
}

static void put_limits(struct screen *s, const struct report *r, enum detail detail)
{
	const struct limits *l = &r->snapshot->limits;
	const struct process *worst = nearest_to_limit(l);

	if (!worst)
		return;

	screen_newline(s);
	if (detail == DETAIL_NORMAL) {
		screen_put(s, "Open files: ");
		put_process(s, worst);
		return;
	}

	screen_put(s, "Open files of listening processes:");
	screen_newline(s);
	for (size_t i = 0; i < l->processes.len; i++) {
		screen_tab(s, INDENT_KEY);
		put_process(s, &l->processes.items[i]);
	}
}

static void put_unseen(struct screen *s, const struct report *r)
{
	const struct limits *l = &r->snapshot->limits;

	if (l->listeners_unseen && !r->snapshot->host.privileged)
		screen_wrapf(s, INDENT_KEY,
			     "Not seen without root: the processes behind %zu listening socket%s.",
			     l->listeners_unseen, l->listeners_unseen == 1 ? "" : "s");
	if (l->processes_left_out)
		screen_wrapf(
			s, INDENT_KEY,
			"Not looked at, time ran out: %zu processes (--full-walk looks at all).",
			l->processes_left_out);
	for (size_t i = 0; i < r->warnings.len; i++) {
		screen_mark(s, s->style->yellow, "warning");
		screen_wrapf(s, INDENT_KEY, ": %s", r->warnings.items[i]);
	}
}

void check_human(struct screen *s, const struct report *r, enum detail detail)
{
	put_headline(s, r);
	put_findings(s, r, /* critical= */ true);
	put_diff(s, r);
	put_missing(s, r);
	put_findings(s, r, /* critical= */ false);
	put_fine(s, r, detail);
	put_limits(s, r, detail);
	put_unseen(s, r);
}
