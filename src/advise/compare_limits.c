/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits are judged as they will be; a process that runs keeps what it has.
 */
#include "advise/compare_limits.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

bool compare_wants(const struct compare_scope *scope, const char *key)
{
	return !scope->wants || scope->wants(scope->context, key);
}

struct limit_kind {
	const char *field;
	uint64_t wanted;
	const struct boot_value *boot;
	const struct boot_value *nr_open; /* of the next boot */
};

static const char *when_limits_change(const char *target)
{
	if (text_starts(target, "pam:"))
		return "at the next login";
	if (text_starts(target, "unit:"))
		return "after systemctl daemon-reload, when the unit is restarted";
	return "after systemctl daemon-reload, for services started afterwards";
}

/*
 * A line that lowers fs.nr_open is read when PID 1 has taken its limits: they
 * are what they were, and nothing that is to have them starts (205/LIMITS).
 */
static bool is_above_ceiling(const struct boot_value *ceiling, uint64_t n)
{
	uint64_t most = 0;

	return (ceiling->from == BOOT_FILE || ceiling->from == BOOT_CMDLINE) && ceiling->text &&
	       !number_parse_u64(ceiling->text, &most) && n > most;
}

static bool limit_is(const struct limit_kind *k, uint64_t *ret)
{
	return k->boot && k->boot->text && !number_parse_u64(k->boot->text, ret);
}

static bool limit_does(const struct nofile_entry *e, const struct limit_kind *k)
{
	uint64_t have = 0;

	if (!limit_is(k, &have) || is_above_ceiling(k->nr_open, have))
		return false;
	return e->exact ? have == k->wanted : have >= k->wanted;
}

static int tell_ceiling(const struct limit_kind *k, struct setting *s)
{
	uint64_t have = 0;
	char buf[ORIGIN_MAX];

	if (!limit_is(k, &have) || !is_above_ceiling(k->nr_open, have))
		return 0;
	return strings_add(&s->evidence,
			   "Nothing can start with it: fs.nr_open will be only %s (%s).",
			   k->nr_open->text, boot_value_origin(k->nr_open, buf));
}

static int fill_limit(const struct nofile_entry *e, const struct limit_kind *k,
		      const struct boot_limits *limits, bool privileged, struct setting *s)
{
	*s = (struct setting){
		.key = text_format("nofile.%s.%s", e->target, k->field),
		.topic = TOPIC_FILES,
		.scope = SCOPE_PROCESS,
		.op = e->exact ? OP_EXACT : OP_AT_LEAST,
		.wanted = text_format("%" PRIu64, k->wanted),
		.why = e->why ? e->why : catalogue_find("nofile")->why,
		.risk = RISK_LOW,
		.takes_effect = when_limits_change(e->target),
		.source = "pam_limits(8), systemd.exec(5)",
		.boot = {.judged = true, .from = BOOT_UNKNOWN},
	};
	if (!s->key || !s->wanted || (k->boot && boot_value_copy(k->boot, &s->boot)))
		return -ENOMEM;
	if (limit_does(e, k))
		return 0;
	if (tell_ceiling(k, s))
		return -ENOMEM;
	if (text_starts(e->target, "pam:") && limits->session_ceiling &&
	    k->wanted > limits->session_ceiling) {
		s->verdict = VERDICT_ABSENT;
		s->because = BECAUSE_HOST;
		return 0;
	}

	if (s->boot.unread) {
		s->verdict = VERDICT_UNREADABLE;
		s->counts = privileged;
		return 0;
	}
	s->verdict = VERDICT_BOOT_DIFFERS;
	s->counts = true;
	s->set = strdup(s->wanted);
	return s->set ? 0 : -ENOMEM;
}

static int judge_limit(const struct nofile_entry *e, const struct limit_kind *k,
		       const struct compare_scope *scope, struct report *report)
{
	struct setting s;

	if (!k->wanted)
		return 0;
	if (fill_limit(e, k, &scope->boot->limits, report->snapshot->host.privileged, &s)) {
		setting_done(&s);
		return -ENOMEM;
	}
	if (!compare_wants(scope, s.key)) {
		setting_done(&s);
		return 0;
	}
	if (!vec_push(&report->settings, s))
		return 0;
	setting_done(&s);
	return -ENOMEM;
}

int compare_limits(const struct profile *profile, const struct compare_scope *scope,
		   struct report *report)
{
	for (size_t i = 0; scope->boot && i < profile->nofile.len; i++) {
		const struct nofile_entry *e = &profile->nofile.items[i];
		const struct boot_nofile *boot = boot_layer_nofile(scope->boot, e->target);
		const struct boot_value *most =
			boot_layer_value(scope->boot, catalogue_find("fs.nr_open"));
		const struct limit_kind soft = {"soft", e->soft, boot ? &boot->soft : NULL, most};
		const struct limit_kind hard = {"hard", e->hard, boot ? &boot->hard : NULL, most};

		if (judge_limit(e, &soft, scope, report) || judge_limit(e, &hard, scope, report))
			return -ENOMEM;
	}
	return 0;
}
