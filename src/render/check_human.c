/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an administrator wants to read first: one line that says whether the
 * host complies, then what differs, each with its reason, then the rest short.
 */
#include <string.h>

#include "render/check_parts.h"

static const char *colour_of(const struct style *style, enum severity severity)
{
	return severity == SEVERITY_CRITICAL  ? style->red
	       : severity == SEVERITY_WARNING ? style->yellow
					      : style->dim;
}

/* ": 2 now, 1 after the next boot"; of one kind only its name, and none for "now". */
static void add_kinds(struct text *t, const struct report *r)
{
	const struct {
		size_t n;
		const char *words;
	} kinds[] = {
		{check_count(r, VERDICT_DIFFERS), "now"},
		{check_count(r, VERDICT_BOOT_DIFFERS), "after the next boot"},
		{check_count(r, VERDICT_ABSENT), "absent"},
		{check_count(r, VERDICT_UNREADABLE), "unreadable"},
	};
	size_t all = report_differences(r);
	const char *before = ": ";

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!kinds[i].n || (i == 0 && kinds[i].n == all))
			continue;
		if (kinds[i].n == all)
			text_addf(t, ", %s", kinds[i].words);
		else
			text_addf(t, "%s%zu %s", before, kinds[i].n, kinds[i].words);
		before = ", ";
	}
}

/* "2 settings, 16 not to be had here" */
static void add_total(struct text *t, const struct report *r)
{
	size_t judged = report_judged(r), rest = r->settings.len - judged;

	text_addf(t, "%zu setting%s", judged, judged == 1 ? "" : "s");
	if (rest)
		text_addf(t, ", %zu more not to be had here", rest);
}

static void put_verdict(struct screen *s, const char *code, const char *word, struct text *t)
{
	screen_mark(s, code, word);
	s->out.failed |= t->failed;
	screen_wrapf(s, INDENT_KEY, ": %s", t->str ? t->str : "");
}

static void put_headline(struct screen *s, const struct report *r)
{
	const char *host = r->snapshot->host.hostname, *profile = r->profile->name;
	auto_text struct text t = {0};

	host = *host ? host : r->snapshot->host.root;
	if (!r->judged) {
		text_addf(&t, "nothing of %s could be compared with profile %s", host, profile);
		put_verdict(s, s->style->yellow, "NOT JUDGED", &t);
	} else if (r->compliant) {
		text_addf(&t, "%s is as profile %s wants it (", host, profile);
		add_total(&t, r);
		text_add(&t, ")");
		put_verdict(s, s->style->green, "COMPLIANT", &t);
	} else {
		text_addf(&t, "%s, profile %s: %zu of ", host, profile, report_differences(r));
		add_total(&t, r);
		add_kinds(&t, r);
		put_verdict(s, s->style->red, "DIFFERS", &t);
	}
}

static void put_finding(struct screen *s, const struct finding *f, enum detail detail)
{
	screen_newline(s);
	screen_mark(s, colour_of(s->style, f->severity), severity_name(f->severity));
	screen_put(s, ": ");
	screen_wrap(s, INDENT_KEY, f->summary);
	for (size_t i = 0; i < f->evidence.len; i++) {
		if (strcmp(f->evidence.items[i], f->summary) == 0)
			continue;
		screen_tab(s, INDENT_TEXT);
		screen_wrap(s, INDENT_TEXT, f->evidence.items[i]);
	}
	screen_tab(s, INDENT_TEXT);
	screen_wrapf(s, INDENT_TEXT, "Remedy (%s): %s", fixed_by_name(f->fixed_by), f->remedy);
	if (detail == DETAIL_VERBOSE) {
		screen_tab(s, INDENT_TEXT);
		screen_wrapf(s, INDENT_TEXT, "More: tcptune explain %s", f->id);
	}
}

static bool differs(const struct report *r, const char *key)
{
	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *s = &r->settings.items[i];

		if (check_is_difference(s) && text_equal(s->key, key))
			return true;
	}
	return false;
}

/*
 * What the settings alone prove is said in a line below the setting that
 * differs; only what else was seen on the host is worth saying again.
 */
static bool is_said_already(const struct finding *f, const struct report *r, enum detail detail)
{
	size_t said = 0;

	if (f->live || f->severity == SEVERITY_CRITICAL || detail == DETAIL_VERBOSE)
		return false;
	for (size_t i = 0; i < f->about.len; i++)
		said += differs(r, f->about.items[i]);
	if (f->about.len)
		return said == f->about.len;

	for (size_t i = 0; i < FINDING_KEYS_MAX && f->keys[i]; i++) {
		if (differs(r, f->keys[i]))
			return true;
	}
	return false;
}

static void put_findings(struct screen *s, const struct report *r, enum severity severity,
			 enum detail detail)
{
	for (size_t i = 0; i < r->findings.len; i++) {
		const struct finding *f = &r->findings.items[i];

		if (f->severity == severity && !is_said_already(f, r, detail))
			put_finding(s, f, detail);
	}
}

/* What is worth knowing and no trouble: a line each, unless more is asked for. */
static void put_notes(struct screen *s, const struct report *r, enum detail detail)
{
	bool begun = false;

	if (detail == DETAIL_VERBOSE) {
		put_findings(s, r, SEVERITY_INFO, detail);
		return;
	}
	for (size_t i = 0; i < r->findings.len; i++) {
		const struct finding *f = &r->findings.items[i];

		if (f->severity != SEVERITY_INFO || is_said_already(f, r, detail))
			continue;
		if (!begun)
			screen_newline(s);
		begun = true;
		screen_mark(s, colour_of(s->style, f->severity), severity_name(f->severity));
		screen_put(s, ": ");
		screen_wrap(s, INDENT_KEY, f->summary);
	}
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
	const struct process *worst = limits_fullest(l);

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

/* Is this the first of its reason? */
static bool is_new_reason(const struct report *r, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(r->not_evaluated.items[k].reason, r->not_evaluated.items[i].reason) == 0)
			return false;
	}
	return true;
}

/* All rules that were not judged for the same reason as number i, which is their first. */
static void put_not_judged(struct screen *s, const struct report *r, size_t i, enum detail detail)
{
	const char *reason = r->not_evaluated.items[i].reason;
	auto_text struct text ids = {0};
	size_t n = 0;

	for (size_t k = i; k < r->not_evaluated.len; k++) {
		if (strcmp(r->not_evaluated.items[k].reason, reason) != 0)
			continue;
		text_addf(&ids, "%s%s", n++ ? ", " : "", r->not_evaluated.items[k].id);
	}
	screen_put(s, "Not judged: ");
	if (detail == DETAIL_VERBOSE && ids.str)
		screen_wrapf(s, INDENT_KEY, "%s: %s", ids.str, reason);
	else
		screen_wrapf(s, INDENT_KEY, "%zu rule%s: %s", n, n == 1 ? "" : "s", reason);
}

static void put_all_not_judged(struct screen *s, const struct report *r, enum detail detail)
{
	bool begun = false;

	for (size_t i = 0; i < r->not_evaluated.len; i++) {
		if ((detail != DETAIL_VERBOSE && !r->not_evaluated.items[i].lost) ||
		    !is_new_reason(r, i))
			continue;
		if (!begun)
			screen_newline(s);
		begun = true;
		put_not_judged(s, r, i, detail);
	}
}

static void put_interval(struct screen *s, const struct report *r)
{
	unsigned long long ms;

	if (!r->earlier)
		return;

	ms = counters_apart_ms(r->earlier, r->counters);
	screen_newline(s);
	screen_wrapf(s, 0, "Watched for %llu.%llu seconds what the kernel counts.", ms / 1000,
		     ms % 1000 / 100);
}

static void put_warnings(struct screen *s, const struct report *r)
{
	if (r->warnings.len)
		screen_newline(s);
	for (size_t i = 0; i < r->warnings.len; i++) {
		screen_mark(s, s->style->yellow, "warning");
		screen_wrapf(s, INDENT_KEY, ": %s", r->warnings.items[i]);
	}
}

void check_human(struct screen *s, const struct report *r, enum detail detail)
{
	put_headline(s, r);
	put_findings(s, r, SEVERITY_CRITICAL, detail);
	check_put_diff(s, r);
	check_put_missing(s, r);
	put_findings(s, r, SEVERITY_WARNING, detail);
	put_notes(s, r, detail);
	check_put_fine(s, r, detail);
	put_limits(s, r, detail);
	put_all_not_judged(s, r, detail);
	put_interval(s, r);
	put_warnings(s, r);
}
