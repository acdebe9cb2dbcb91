/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/export.h"

#include <errno.h>
#include <string.h>

#include "advise/planner.h"

/* What the host has, where that will do; NULL: it does not, or has nothing. */
static const char *has(const struct setting *s)
{
	if (s->runs_as_wanted)
		return s->running;
	return s->verdict == VERDICT_OK && !s->set ? s->boot.text : NULL;
}

static bool can_be_had(const struct setting *s)
{
	if (s->verdict == VERDICT_ABSENT)
		return s->counts && s->set;
	return s->verdict != VERDICT_UNREADABLE && (s->set || has(s));
}

/* As if the host had nothing of it: then the planner puts it into the files. */
static int choose(struct setting *s)
{
	char *value;

	if (!can_be_had(s)) {
		free(s->set);
		s->set = NULL;
		return 0;
	}
	value = strdup(has(s) ? has(s) : s->set);
	if (!value)
		return -ENOMEM;
	free(s->set);
	s->set = value;
	s->verdict = VERDICT_BOOT_DIFFERS;
	s->counts = true;
	return 0;
}

int export_entries(struct report *report, const struct boot_layer *boot, struct own_entries *ret)
{
	const struct plan_request all = {.profile = report->profile};
	const struct own_entries none = {0};
	const struct strings no_modules = {0};

	for (size_t i = 0; i < report->settings.len; i++) {
		if (choose(&report->settings.items[i]))
			return -ENOMEM;
	}
	return plan_entries(&all, report, boot, &no_modules, &none, ret);
}
