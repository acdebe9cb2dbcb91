/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "advise/compare.h"
#include "advise/diagnose.h"
#include "advise/diagnose_boot.h"
#include "advise/drift.h"
#include "advise/join.h"
#include "cli/boot.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "render/check.h"

static bool wants(const void *context, const char *key)
{
	return session_wants(context, key);
}

static int show(struct session *s, const struct report *r, struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);

	if (s->options.quiet)
		return 0;
	if (s->options.json)
		return check_json(r, stdout, err);
	if (s->options.format == FORMAT_NAGIOS)
		return check_nagios(r, stdout, err);
	if (s->options.format == FORMAT_PROMETHEUS)
		return check_prometheus(r, stdout, err);

	check_human(&out, r, s->options.verbose ? DETAIL_VERBOSE : DETAIL_NORMAL);
	return screen_write(&out, stdout, err);
}

static bool judges_boot(const struct session *s)
{
	return s->options.layers != LAYERS_RUNTIME && !s->options.netns;
}

static int read_boot(const struct session *s, struct boot_layer *boot, struct findings *findings,
		     struct error *err)
{
	struct readers readers;
	int r = readers_choose(s, &readers, err);

	return r ? r : boot_layer_read(s, &readers, boot, findings, err);
}

/* The rules' findings, then those of the boot layer, most severe first. */
static int find(const struct session *s, const struct samples *samples,
		const struct boot_layer *boot, struct findings *early, struct report *report,
		struct error *err)
{
	const struct evidence evidence = samples_evidence(s, samples);
	int r = diagnose(&evidence, report, err);

	report->sockets = evidence.sockets;
	report->counters = evidence.counters;
	report->earlier = evidence.earlier;
	if (r)
		return r;
	if (findings_move(&report->findings, early) ||
	    (boot && (diagnose_boot(&s->snapshot, boot, report) ||
		      drift_find(&s->snapshot, boot, &report->findings))))
		return error_set(err, ENOMEM, "diagnose");

	findings_sort(&report->findings);
	return evidence_join(report, err);
}

static int make_report(struct session *s, struct boot_layer *boot, struct samples *samples,
		       struct report *report, struct error *err)
{
	auto_call(findings_done) struct findings early = {0};
	struct compare_scope scope = {
		.runtime = s->options.layers != LAYERS_PERSIST,
		.boot = judges_boot(s) ? boot : NULL,
		.wants = wants,
		.context = s,
	};
	int r = session_walk_processes(s, err);

	if (!r && scope.boot)
		r = read_boot(s, boot, &early, err);
	if (!r)
		r = samples_take(s, samples, &boot->warnings, err);
	if (!r)
		r = compare(&s->snapshot, &s->profile, &scope, report, err);
	if (r)
		return r;

	report->boot_limits = boot->limits;
	if (compare_unseen(&s->snapshot, report) ||
	    strings_add_all(&report->warnings, &boot->warnings))
		return error_set(err, ENOMEM, "check");
	r = find(s, samples, scope.boot, &early, report, err);
	return r || !scope.boot ? r : boot_owner_warnings(s, report, err);
}

static enum status plugin_status(const struct report *r)
{
	static const enum status statuses[ALERT_COUNT] = {
		[ALERT_NONE] = PLUGIN_OK,
		[ALERT_DRIFT] = PLUGIN_WARNING,
		[ALERT_CRITICAL] = PLUGIN_CRITICAL,
		[ALERT_UNKNOWN] = PLUGIN_UNKNOWN,
	};

	return statuses[check_alert(r)];
}

/* Findings count only where --fail-on says so. */
static bool fails_on(const struct session *s, const struct report *r)
{
	return s->options.fail_on && r->findings.len &&
	       (int)r->findings.items[0].severity >= s->options.fail_on - 1;
}

static enum status status_of(const struct session *s, const struct report *r)
{
	if (s->options.format == FORMAT_NAGIOS)
		return plugin_status(r);
	if (s->options.format == FORMAT_PROMETHEUS)
		return STATUS_OK; /* whoever collects the text would take more for a failure */
	if (!r->judged)
		return STATUS_FAILED;
	return r->compliant && !fails_on(s, r) ? STATUS_OK : STATUS_DIFFERS;
}

enum status cmd_check(struct session *s)
{
	auto_call(boot_layer_done) struct boot_layer boot = {0};
	auto_call(report_done) struct report report = {0};
	auto_call(samples_done) struct samples samples = {0};
	struct error err = {0};

	if (make_report(s, &boot, &samples, &report, &err) || show(s, &report, &err))
		return session_fail(s, &err);
	return status_of(s, &report);
}
