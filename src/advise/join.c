/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/join.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* A finding about "nofile" is about "nofile.pam:*.soft" as well. */
static bool is_about(const struct finding *f, const struct setting *s)
{
	if (f->rows.len)
		return strings_has(&f->rows, s->key);
	return finding_concerns(f, s->key) || (!s->tunable && finding_concerns(f, "nofile"));
}

/* Of a list only what it says about this very setting. */
static int add_lines(struct setting *s, const struct finding *f)
{
	for (size_t i = 0; i < f->about.len && !f->in_rows; i++) {
		if (text_equal(f->about.items[i], s->key) &&
		    strings_add(&s->evidence, "Seen here: %s", f->evidence.items[i]))
			return -ENOMEM;
	}
	return 0;
}

static int add_findings(struct setting *s, const struct findings *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct finding *f = &list->items[i];

		if (f->about.len) {
			if (add_lines(s, f))
				return -ENOMEM;
		} else if (is_about(f, s) &&
			   strings_add(&s->evidence, "Seen here: %s", f->summary)) {
			return -ENOMEM;
		}
	}
	return 0;
}

/* NULL: it was judged. */
static const char *why_not_judged(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->not_evaluated.len; i++) {
		if (strcmp(r->not_evaluated.items[i].id, id) == 0)
			return r->not_evaluated.items[i].reason;
	}
	return NULL;
}

static bool differs(const struct setting *s)
{
	return s->verdict == VERDICT_DIFFERS || s->verdict == VERDICT_BOOT_DIFFERS;
}

static int add_gate(struct setting *s, const struct report *r)
{
	const char *reason;

	if (!s->gate || !differs(s) || findings_have(&r->findings, s->gate))
		return 0;

	reason = why_not_judged(r, s->gate);
	if (reason)
		return strings_add(&s->evidence,
				   "Wanted by the profile; whether this host needs it is not "
				   "known: %s.",
				   reason);
	return strings_add(&s->evidence,
			   "Wanted by the profile; nothing on this host needs it yet.");
}

int evidence_join(struct report *report, struct error *err)
{
	for (size_t i = 0; i < report->settings.len; i++) {
		struct setting *s = &report->settings.items[i];

		if (add_findings(s, &report->findings) || add_gate(s, report))
			return error_set(err, ENOMEM, "join findings and settings");
	}
	return 0;
}
