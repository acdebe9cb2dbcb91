/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `check` found as metrics, for the textfile collector of node_exporter.
 *
 * What newcomers get wrong: a series may stand in the text once only, so
 * findings of one rule are counted, not listed.  What is not known has no
 * sample: 0 would be an answer.
 */
#include <errno.h>
#include <string.h>

#include "render/check.h"

enum metric_id {
	METRIC_INFO,
	METRIC_COMPLIANT,
	METRIC_SETTINGS,
	METRIC_SETTING,
	METRIC_FINDINGS,
	METRIC_FINDING,
	METRIC_WARNINGS,
	METRIC_NOT_EVALUATED,
};

static const struct metric rows[] = {
	[METRIC_INFO] = {"tcptune_info", "version, profile, kernel",
			 "Always 1; the labels tell what was compared with what."},
	[METRIC_COMPLIANT] = {"tcptune_compliant", NULL,
			      "1: the host is as the profile wants it. 0: it is not. No sample: "
			      "nothing could be judged."},
	[METRIC_SETTINGS] = {"tcptune_settings", "verdict", "Settings of the profile, by verdict."},
	[METRIC_SETTING] = {"tcptune_setting_compliant", "key",
			    "1: this setting is as the profile wants it. 0: it is not. No sample: "
			    "it could not be judged here."},
	[METRIC_FINDINGS] = {"tcptune_findings", "severity",
			     "Diagnoses that hold on this host, by severity."},
	[METRIC_FINDING] = {"tcptune_finding", "id, severity, fixed_by",
			    "How often this diagnosis holds. No sample: it does not."},
	[METRIC_WARNINGS] = {"tcptune_warnings", NULL,
			     "What check says beside its verdict: files or processes not seen, "
			     "later writers."},
	[METRIC_NOT_EVALUATED] = {"tcptune_rules_not_evaluated", NULL,
				  "Diagnoses that could not be judged for lack of facts."},
};

size_t metrics_size(void)
{
	return ARRAY_LEN(rows);
}

const struct metric *metrics_at(size_t i)
{
	return &rows[i];
}

static void add_head(struct text *t, enum metric_id id)
{
	text_addf(t, "# HELP %s %s\n# TYPE %s gauge\n", rows[id].name, rows[id].help,
		  rows[id].name);
}

/* A label's value: UTF-8, with \ and " escaped; other controls are written out. */
static void add_label(struct text *t, const char *name, const char *value)
{
	auto_text struct text safe = {0};

	screen_safe(&safe, value);
	t->failed |= safe.failed;
	text_addf(t, "%s%s=\"", t->str && t->str[t->len - 1] == '{' ? "" : ",", name);
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.str[i] == '\\' || safe.str[i] == '"')
			text_add(t, "\\");
		text_add_bytes(t, &safe.str[i], 1);
	}
	text_add(t, "\"");
}

static void begin(struct text *t, enum metric_id id)
{
	text_addf(t, "%s{", rows[id].name);
}

static void end(struct text *t, size_t n)
{
	text_addf(t, "} %zu\n", n);
}

static void add_number(struct text *t, enum metric_id id, size_t n)
{
	add_head(t, id);
	text_addf(t, "%s %zu\n", rows[id].name, n);
}

static void add_info(struct text *t, const struct report *r)
{
	add_head(t, METRIC_INFO);
	begin(t, METRIC_INFO);
	add_label(t, "version", TCPTUNE_VERSION);
	add_label(t, "profile", r->profile->name);
	add_label(t, "kernel", r->snapshot->host.kernel);
	end(t, 1);
}

static void add_settings(struct text *t, const struct report *r)
{
	size_t n[VERDICT_COUNT] = {0};

	for (size_t i = 0; i < r->settings.len; i++)
		n[r->settings.items[i].verdict]++;

	add_head(t, METRIC_SETTINGS);
	for (enum verdict v = 0; v < VERDICT_COUNT; v++) {
		begin(t, METRIC_SETTINGS);
		add_label(t, "verdict", verdict_name(v));
		end(t, n[v]);
	}
}

static void add_each_setting(struct text *t, const struct report *r)
{
	add_head(t, METRIC_SETTING);
	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *s = &r->settings.items[i];

		if (!s->counts && s->verdict != VERDICT_OK)
			continue;
		begin(t, METRIC_SETTING);
		add_label(t, "key", s->key);
		end(t, !s->counts);
	}
}

static void add_severities(struct text *t, const struct report *r)
{
	size_t n[SEVERITY_COUNT] = {0};

	for (size_t i = 0; i < r->findings.len; i++)
		n[r->findings.items[i].severity]++;

	add_head(t, METRIC_FINDINGS);
	for (enum severity s = 0; s < SEVERITY_COUNT; s++) {
		begin(t, METRIC_FINDINGS);
		add_label(t, "severity", severity_name(s));
		end(t, n[s]);
	}
}

static bool same_series(const struct finding *a, const struct finding *b)
{
	return strcmp(a->id, b->id) == 0 && a->severity == b->severity &&
	       a->fixed_by == b->fixed_by;
}

/* How many findings from the i-th on are of its series; 0: an earlier one was, too. */
static size_t count_series(const struct findings *list, size_t i)
{
	size_t n = 0;

	for (size_t k = 0; k < list->len; k++) {
		if (!same_series(&list->items[k], &list->items[i]))
			continue;
		if (k < i)
			return 0;
		n++;
	}
	return n;
}

static void add_each_finding(struct text *t, const struct report *r)
{
	add_head(t, METRIC_FINDING);
	for (size_t i = 0; i < r->findings.len; i++) {
		const struct finding *f = &r->findings.items[i];
		size_t n = count_series(&r->findings, i);

		if (!n)
			continue;
		begin(t, METRIC_FINDING);
		add_label(t, "id", f->id);
		add_label(t, "severity", severity_name(f->severity));
		add_label(t, "fixed_by", fixed_by_name(f->fixed_by));
		end(t, n);
	}
}

int check_prometheus(const struct report *r, FILE *f, struct error *err)
{
	auto_text struct text t = {0};

	add_info(&t, r);
	if (r->judged)
		add_number(&t, METRIC_COMPLIANT, r->compliant);
	add_settings(&t, r);
	add_each_setting(&t, r);
	add_severities(&t, r);
	add_each_finding(&t, r);
	add_number(&t, METRIC_WARNINGS, r->warnings.len);
	add_number(&t, METRIC_NOT_EVALUATED, r->not_evaluated.len);
	if (t.failed)
		return error_set(err, ENOMEM, "make the metrics");

	errno = 0;
	if (fputs(t.str, f) == EOF)
		return error_set(err, errno ? errno : EIO, "write the metrics");
	return 0;
}
