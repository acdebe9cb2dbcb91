/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitoring plugins' interface: one line that an operator reads in a
 * table or a text message, then a bar and figures.  A bar in the text would
 * end it, so there is none.
 */
#include <errno.h>

#include "render/check.h"

enum { KEYS_SHOWN = 4 };

static const char *const alert_words[ALERT_COUNT] = {
	[ALERT_NONE] = "OK",
	[ALERT_DRIFT] = "WARNING",
	[ALERT_CRITICAL] = "CRITICAL",
	[ALERT_UNKNOWN] = "UNKNOWN",
};

static size_t findings_of(const struct report *r, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < r->findings.len; i++)
		n += r->findings.items[i].severity == severity;
	return n;
}

enum alert check_alert(const struct report *r)
{
	if (findings_of(r, SEVERITY_CRITICAL))
		return ALERT_CRITICAL;
	if (!r->judged)
		return ALERT_UNKNOWN;
	return r->compliant ? ALERT_NONE : ALERT_DRIFT;
}

/* The critical ones come first in a report. */
static void add_critical(struct text *t, const struct report *r)
{
	size_t n = findings_of(r, SEVERITY_CRITICAL);

	if (!n)
		return;
	text_addf(t, "%s", r->findings.items[0].summary);
	if (n > 1)
		text_addf(t, " (and %zu more)", n - 1);
	text_add(t, "; ");
}

static void add_keys(struct text *t, const struct report *r)
{
	size_t shown = 0, all = report_differences(r);

	for (size_t i = 0; i < r->settings.len && shown < KEYS_SHOWN; i++) {
		if (r->settings.items[i].counts)
			text_addf(t, "%s%s", shown++ ? ", " : ": ", r->settings.items[i].key);
	}
	if (all > shown)
		text_addf(t, " and %zu more", all - shown);
}

static void add_verdict(struct text *t, const struct report *r)
{
	const char *host = r->snapshot->host.hostname, *profile = r->profile->name;
	size_t judged = report_judged(r), n = report_differences(r);

	host = *host ? host : r->snapshot->host.root;
	if (!r->judged)
		text_addf(t, "nothing of %s could be compared with profile %s", host, profile);
	else if (r->compliant)
		text_addf(t, "%s is as profile %s wants it (%zu setting%s)", host, profile, judged,
			  judged == 1 ? "" : "s");
	else
		text_addf(t, "%s, profile %s: %zu of %zu setting%s differ%s", host, profile, n,
			  judged, judged == 1 ? "" : "s", n == 1 ? "s" : "");
	add_keys(t, r);
}

static void add_figures(struct text *t, const struct report *r)
{
	text_addf(t, " | drift=%zu;0;;0;%zu critical=%zu;;0;0 warning=%zu;;;0 info=%zu;;;0\n",
		  report_differences(r), report_judged(r), findings_of(r, SEVERITY_CRITICAL),
		  findings_of(r, SEVERITY_WARNING), findings_of(r, SEVERITY_INFO));
}

static void add_line(struct text *t, enum alert alert, const struct text *said)
{
	auto_text struct text safe = {0};

	screen_safe(&safe, said->str ? said->str : "");
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.str[i] == '|')
			safe.str[i] = '/';
	}
	text_addf(t, "TCPTUNE %s: %s", alert_words[alert], safe.str ? safe.str : "");
	t->failed |= safe.failed || said->failed;
}

static int put(struct text *t, FILE *f, struct error *err)
{
	if (t->failed)
		return error_set(err, ENOMEM, "make the plugin's line");

	errno = 0;
	if (fputs(t->str, f) == EOF)
		return error_set(err, errno ? errno : EIO, "write the plugin's line");
	return 0;
}

int check_nagios(const struct report *r, FILE *f, struct error *err)
{
	auto_text struct text said = {0}, line = {0};

	add_critical(&said, r);
	add_verdict(&said, r);
	add_line(&line, check_alert(r), &said);
	add_figures(&line, r);
	return put(&line, f, err);
}

int check_nagios_unknown(const struct error *why, FILE *f, struct error *err)
{
	auto_text struct text said = {0}, line = {0};

	if (*why->file)
		text_addf(&said, why->line ? "%s:%u: " : "%s: ", why->file, why->line);
	text_add(&said, why->text);
	add_line(&line, ALERT_UNKNOWN, &said);
	text_add(&line, "\n");
	return put(&line, f, err);
}
