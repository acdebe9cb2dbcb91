/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "advise/compare.h"
#include "advise/export.h"
#include "cli/boot.h"
#include "cli/cmd.h"
#include "render/export.h"

static const unsigned file_kinds[] = {
	[FORMAT_OWN] = 1 << OWN_SYSCTL,
	[FORMAT_SYSCTL] = 1 << OWN_SYSCTL,
	[FORMAT_LIMITS] = 1 << OWN_PAM,
	[FORMAT_SYSTEMD] = 1 << OWN_UNIT | 1 << OWN_USER | 1 << OWN_SYSTEM,
};

static bool wants(const void *context, const char *key)
{
	return session_wants(context, key);
}

/* What runs and what the next boot brings, so that neither is exported worse than it is. */
static int judge(const struct session *s, struct boot_layer *boot, struct report *report,
		 struct error *err)
{
	auto_call(findings_done) struct findings findings = {0};
	const struct compare_scope scope = {
		.runtime = true,
		.boot = s->options.netns ? NULL : boot,
		.wants = wants,
		.context = s,
	};
	struct readers readers;
	int r = scope.boot ? readers_choose(s, &readers, err) : 0;

	if (!r && scope.boot)
		r = boot_layer_read(s, &readers, boot, &findings, err);
	return r ? r : compare(&s->snapshot, &s->profile, &scope, report, err);
}

/* What the text itself has no place for. */
static void say_left_out(const struct session *s, const struct report *r)
{
	for (size_t i = 0; i < s->conf.except.len; i++)
		session_warn(s, "tcptune.conf leaves \"%s\" alone", s->conf.except.items[i]);
	for (size_t i = 0; i < r->warnings.len; i++)
		session_warn(s, "%s", r->warnings.items[i]);
	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];

		if (!set->set)
			session_warn(s, "left out: %s (%s)", set->key, setting_because(set));
	}
}

static int show_files(const struct session *s, const struct exported *e, struct error *err)
{
	size_t n = 0;
	int r = export_files(e, file_kinds[s->options.format], stdout, &n, err);

	if (!r && !n)
		session_warn(s, "profile %s has nothing for this format", s->profile.name);
	return r;
}

static int show(const struct session *s, const struct exported *e, struct error *err)
{
	if (s->options.quiet)
		return 0;
	if (s->options.json)
		return export_json(e, stdout, err);

	say_left_out(s, e->report);
	if (s->options.format == FORMAT_ANSIBLE)
		return export_ansible(e, stdout, err);
	return show_files(s, e, err);
}

enum status cmd_export(struct session *s)
{
	auto_call(own_entries_done) struct own_entries entries = {0};
	auto_call(boot_layer_done) struct boot_layer boot = {0};
	auto_call(report_done) struct report report = {0};
	const struct exported e = {.report = &report, .entries = &entries};
	struct error err = {0};
	int r = judge(s, &boot, &report, &err);

	report.boot_limits = boot.limits;
	if (!r && export_entries(&report, &boot, &entries))
		r = error_set(&err, ENOMEM, "export profile %s", s->profile.name);
	if (!r)
		r = show(s, &e, &err);
	return r ? session_fail(s, &err) : STATUS_OK;
}
