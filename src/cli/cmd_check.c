/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/compare.h"
#include "cli/cmd.h"
#include "read/processes.h"
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

	check_human(&out, r, s->options.verbose ? DETAIL_VERBOSE : DETAIL_NORMAL);
	return screen_write(&out, stdout, err);
}

/* A walk over /proc may take long on a big host; what it leaves out is said. */
static int walk_processes(struct session *s, struct error *err)
{
	unsigned deadline = s->options.full_walk ? 0 : PROCESSES_DEADLINE_MS;

	if (!s->snapshot.host.online)
		return 0;
	return processes_read(&s->snapshot.host, s->root, deadline, &s->snapshot.limits, err);
}

enum status cmd_check(struct session *s)
{
	auto_call(report_done) struct report report = {0};
	struct error err = {0};
	struct compare_scope scope = {
		.runtime = s->options.layers != LAYERS_PERSIST,
		.boot = s->options.layers != LAYERS_RUNTIME && !s->options.netns,
		.wants = wants,
		.context = s,
	};

	if (walk_processes(s, &err) || compare(&s->snapshot, &s->profile, &scope, &report, &err) ||
	    show(s, &report, &err))
		return session_fail(s, &err);
	if (!report.judged)
		return STATUS_FAILED;
	return report.compliant ? STATUS_OK : STATUS_DIFFERS;
}
