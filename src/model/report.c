/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/report.h"

static const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_OK] = "ok",
	[VERDICT_DIFFERS] = "differs",
	[VERDICT_BOOT_DIFFERS] = "boot-differs",
	[VERDICT_ABSENT] = "absent",
	[VERDICT_UNREADABLE] = "unreadable",
};

const char *verdict_name(enum verdict v)
{
	return verdict_names[v];
}

const char *setting_because(const struct setting *s)
{
	if (s->verdict == VERDICT_UNREADABLE)
		return s->boot.unread ? "its next boot could not be read" : "could not be read";
	if (!s->tunable)
		return "PID 1 may not raise limits: sessions get no more than its own";
	return because_text(s->because);
}

void setting_done(struct setting *s)
{
	free(s->key);
	free(s->running);
	boot_value_done(&s->boot);
	free(s->wanted);
	free(s->set);
	strings_done(&s->evidence);
}

void report_done(struct report *r)
{
	for (size_t i = 0; i < r->settings.len; i++)
		setting_done(&r->settings.items[i]);
	vec_done(&r->settings);
	findings_done(&r->findings);
	for (size_t i = 0; i < r->not_evaluated.len; i++)
		free(r->not_evaluated.items[i].reason);
	vec_done(&r->not_evaluated);
	strings_done(&r->warnings);
}

size_t report_differences(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->settings.len; i++)
		n += r->settings.items[i].counts;
	return n;
}

size_t report_judged(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *s = &r->settings.items[i];

		n += s->counts || s->runs_as_wanted ||
		     (s->verdict != VERDICT_ABSENT && s->verdict != VERDICT_UNREADABLE);
	}
	return n;
}
