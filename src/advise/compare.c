/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/compare.h"

#include <errno.h>
#include <string.h>

#include "advise/compare_limits.h"
#include "base/text.h"
#include "model/default.h"

/* One entry of the profile on its way to a setting. */
struct judging {
	const struct snapshot *snapshot;
	const struct compare_scope *scope;
	const struct sysctl_entry *entry;
	const struct tunable *tunable;
	const struct reading *reading;
	struct wanted wanted;
	struct setting setting;
};

static void judging_done(struct judging *j)
{
	wanted_done(&j->wanted);
	setting_done(&j->setting);
}

static bool does(const struct judging *j, const struct value *have)
{
	return have->type == j->tunable->type &&
	       value_satisfies(j->tunable, have, j->entry->op, j->wanted.values, j->wanted.n);
}

/* What would have to be written while `have` stands there (NULL: nothing known). */
static int reach(const struct judging *j, const struct value *have, char **ret)
{
	auto_value struct value v = {0};
	const struct value *target = &j->wanted.values[0];

	if (j->entry->op == OP_ONE_OF && j->wanted.set.type != TYPE_COUNT)
		target = &j->wanted.set;
	if (value_reach(j->tunable, have, j->entry->op, target, &v))
		return -ENOMEM;

	free(*ret);
	*ret = value_text(&v);
	return *ret ? 0 : -ENOMEM;
}

static const struct value *running_value(const struct judging *j)
{
	const struct value *v = &j->reading->value;

	return j->reading->state == READING_PRESENT && v->type != TYPE_COUNT ? v : NULL;
}

/* What a child namespace sees of the host's keys it cannot write. */
static bool is_out_of_reach(const struct judging *j)
{
	return j->snapshot->host.child_netns && j->tunable->scope == SCOPE_HOST_VISIBLE;
}

static void set_absent(struct setting *s, enum because because)
{
	s->verdict = VERDICT_ABSENT;
	s->because = because;
}

/* Nothing runs, but the kernel that will may be known to have no such key. */
static void judge_offline(struct judging *j)
{
	if (tunable_presence(j->tunable, j->snapshot->host.release) == PRESENCE_NO)
		set_absent(&j->setting, BECAUSE_KERNEL);
}

static void judge_running(struct judging *j)
{
	struct setting *s = &j->setting;
	const struct value *have = running_value(j);

	switch (j->reading->state) {
	case READING_OFFLINE:
		return;
	case READING_ABSENT:
		set_absent(s, j->reading->because);
		return;
	case READING_UNREADABLE:
		s->verdict = VERDICT_UNREADABLE;
		s->counts = j->snapshot->host.privileged;
		return;
	case READING_PRESENT:
		break;
	}

	s->runs_as_wanted = have && does(j, have);
	if (s->runs_as_wanted)
		return;
	if (is_out_of_reach(j)) {
		set_absent(s, BECAUSE_HOST);
		return;
	}
	s->verdict = VERDICT_DIFFERS;
	s->counts = true;
}

/* The boot alone is judged: what this kernel or namespace has not got is no part of it. */
static void judge_presence(struct judging *j)
{
	struct setting *s = &j->setting;

	judge_running(j);
	s->runs_as_wanted = false;
	if (s->verdict == VERDICT_ABSENT)
		return;
	s->verdict = VERDICT_OK;
	s->counts = false;
}

static int fill_running(struct judging *j)
{
	const struct value *have = running_value(j);

	if (j->reading->state != READING_PRESENT)
		return 0;

	j->setting.running = have ? value_text(have) : strdup(j->reading->text);
	return j->setting.running ? 0 : -ENOMEM;
}

static int fill_wanted(struct judging *j)
{
	j->setting.wanted = wanted_text(&j->wanted);
	return j->setting.wanted ? 0 : -ENOMEM;
}

/* -ENOMEM.  *ret: would the next boot do? */
static int boot_does(struct judging *j, bool *ret)
{
	const struct boot_value *boot = boot_layer_value(j->scope->boot, j->tunable);
	auto_value struct value v = {.type = TYPE_COUNT};

	if (boot_value_copy(boot, &j->setting.boot))
		return -ENOMEM;
	if (boot->text && value_read(j->tunable, boot->text, &v) == -ENOMEM)
		return -ENOMEM;

	*ret = does(j, &v);
	if (*ret || j->setting.set || boot->unread)
		return 0;
	/* Where nobody knows what comes, at least what runs is not made worse. */
	return reach(j, v.type == TYPE_COUNT ? running_value(j) : &v, &j->setting.set);
}

/*
 * What is absent because the kernel or the namespace has no such key never
 * counts.  What waits for its module counts where the profile names the
 * module, because then apply can see to it.
 */
static int judge_boot(struct judging *j)
{
	struct setting *s = &j->setting;
	bool fine = false;
	int r = boot_does(j, &fine);

	if (r || fine)
		return r;

	if (s->verdict == VERDICT_OK && s->boot.unread) {
		s->verdict = VERDICT_UNREADABLE;
		s->counts = j->snapshot->host.privileged;
	} else if (s->verdict == VERDICT_OK) {
		s->verdict = VERDICT_BOOT_DIFFERS;
		s->counts = true;
	} else if (s->verdict == VERDICT_ABSENT) {
		s->counts = s->because == BECAUSE_MODULE && j->entry->module;
	}
	return 0;
}

static int begin_setting(struct judging *j)
{
	const struct tunable *t = j->tunable;
	const struct sysctl_entry *e = j->entry;

	j->setting = (struct setting){
		.tunable = t,
		.key = strdup(t->key),
		.topic = t->topic,
		.scope = t->scope,
		.op = e->op,
		.verdict = VERDICT_OK,
		.why = e->why ? e->why : t->why,
		.risk = t->risk,
		.takes_effect = effect_text(t->effect),
		.source = t->source,
		.gate = e->gate,
		.boot.from = BOOT_UNKNOWN,
	};
	return j->setting.key ? 0 : -ENOMEM;
}

/* Whose number is it that differs: nobody's, or somebody's? */
static int tell_origin(struct judging *j)
{
	auto_value struct value usual = {0};
	auto_free char *text = NULL;
	const struct value *have = running_value(j);
	int r = have ? default_value(j->tunable, &j->snapshot->host, &usual) : -ENODATA;

	if (r)
		return r == -ENOMEM ? r : 0;
	if (value_equal(have, &usual))
		return strings_add(&j->setting.evidence,
				   "This is the kernel's default: nobody has changed it.");

	text = value_text(&usual);
	return text ? strings_add(&j->setting.evidence,
				  "Somebody has changed it: the kernel's default is %s.", text)
		    : -ENOMEM;
}

/* -ENODATA: the wanted value scales with something not known here. */
static int judge(struct judging *j)
{
	int r = profile_resolve(j->entry, &j->snapshot->host, &j->wanted);

	if (r)
		return r;
	if (begin_setting(j) || fill_running(j) || fill_wanted(j))
		return -ENOMEM;

	if (j->reading->state == READING_OFFLINE)
		judge_offline(j);
	else if (j->scope->runtime)
		judge_running(j);
	else
		judge_presence(j);
	if (j->setting.verdict == VERDICT_DIFFERS &&
	    (tell_origin(j) || reach(j, running_value(j), &j->setting.set)))
		return -ENOMEM;
	return j->scope->boot ? judge_boot(j) : 0;
}

static int judge_entry(const struct snapshot *snapshot, const struct compare_scope *scope,
		       const struct sysctl_entry *e, struct report *report)
{
	auto_call(judging_done) struct judging j = {
		.snapshot = snapshot,
		.scope = scope,
		.entry = e,
		.tunable = e->tunable,
		.reading = snapshot_reading(snapshot, e->tunable),
	};
	int r = judge(&j);

	if (r == -ENODATA)
		return strings_add(&report->warnings,
				   "%s is not judged: it scales with what is not known of this "
				   "host",
				   e->tunable->key);
	if (r || vec_push(&report->settings, j.setting))
		return -ENOMEM;

	j.setting = (struct setting){0};
	return 0;
}

static int judge_all(const struct snapshot *snapshot, const struct profile *profile,
		     const struct compare_scope *scope, struct report *report)
{
	for (size_t i = 0; i < profile->sysctls.len; i++) {
		const struct sysctl_entry *e = &profile->sysctls.items[i];

		if (!compare_wants(scope, e->tunable->key))
			continue;
		if (judge_entry(snapshot, scope, e, report))
			return -ENOMEM;
	}
	return compare_limits(profile, scope, report);
}

/* What was there to be seen and was not: JSON and people are told alike. */
int compare_unseen(const struct snapshot *snapshot, struct report *report)
{
	const struct limits *l = &snapshot->limits;
	int r = 0;

	if (l->listeners_unseen)
		r = strings_add(&report->warnings,
				"the processes behind %zu listening socket%s could not be seen%s",
				l->listeners_unseen, l->listeners_unseen == 1 ? "" : "s",
				snapshot->host.privileged ? "" : " (root sees them)");
	if (!r && l->processes_left_out)
		r = strings_add(&report->warnings,
				"%zu processes were not looked at, time ran out (--full-walk looks "
				"at all)",
				l->processes_left_out);
	return r;
}

int compare(const struct snapshot *snapshot, const struct profile *profile,
	    const struct compare_scope *scope, struct report *ret, struct error *err)
{
	struct report report = {.snapshot = snapshot, .profile = profile};

	if (judge_all(snapshot, profile, scope, &report)) {
		report_done(&report);
		return error_set(err, ENOMEM, "compare with profile %s", profile->name);
	}
	report.judged = (snapshot->host.online || scope->boot) && report_judged(&report);
	report.compliant = report.judged && !report_differences(&report);
	*ret = report;
	return 0;
}
