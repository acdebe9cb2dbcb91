/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits on open files against each other: soft <= hard <= fs.nr_open, and all
 * open files below fs.file-max.
 */
#include <errno.h>

#include "advise/rule.h"
#include "base/text.h"

enum {
	FILES_FULL_PERCENT = 95,
	SELECT_MAX = 1024, /* FD_SETSIZE: select(2) writes beyond its sets from here on */
};

static bool is_above(const struct nofile *limit, int64_t nr_open)
{
	return limit->known && nr_open >= 0 && limit->hard > (uint64_t)nr_open;
}

static void note_limit(struct trial *t, const char *whose, int pid, uint64_t hard)
{
	if (hard == UINT64_MAX)
		trial_note(t, "%s (pid %d): hard limit unlimited", whose, pid);
	else
		trial_note(t, "%s (pid %d): hard limit %llu", whose, pid, (unsigned long long)hard);
	t->numbers[0]++;
}

/*
 * Only fs.nr_open lowered afterwards leaves such a limit behind: nobody can be
 * given one.  Whoever sets it again, as pam_limits does at each login, fails.
 */
static bool limits_are_above_nr_open(struct trial *t)
{
	const struct limits *l = &t->evidence->snapshot->limits;
	int64_t nr_open = trial_wide(t, 0, 0);

	if (is_above(&l->pid1, nr_open))
		note_limit(t, "the first process", 1, l->pid1.hard);
	for (size_t i = 0; i < l->processes.len; i++) {
		const struct process *p = &l->processes.items[i];

		if (p->pid != 1 && is_above(&p->limit, nr_open))
			note_limit(t, p->comm, p->pid, p->limit.hard);
	}
	if (is_above(&l->shell, nr_open)) {
		trial_note(t, "this session: hard limit above it too");
		t->numbers[0]++;
	}
	return t->numbers[0] > 0;
}

/* What the profile makes of fs.nr_open, which is `now`; -ENODATA, -ENOMEM. */
static int reach_nr_open(const struct sysctl_entry *e, const struct trial *t, int64_t *ret)
{
	auto_value struct value v = {.type = TYPE_COUNT};
	auto_call(wanted_done) struct wanted w = {0};
	int r = profile_resolve(e, &t->evidence->snapshot->host, &w);

	if (r)
		return r;
	if (value_satisfies(e->tunable, t->values[0], e->op, w.values, w.n))
		return 0;
	r = value_reach(e->tunable, t->values[0], e->op, &w.values[0], &v);
	if (!r)
		*ret = v.num[0];
	return r;
}

/* fs.nr_open as it will be once the profile is applied. */
static int64_t nr_open_wanted(struct trial *t)
{
	const struct profile *p = t->evidence->profile;
	int64_t nr_open = trial_wide(t, 0, 0);

	for (size_t i = 0; i < p->sysctls.len; i++) {
		const struct sysctl_entry *e = &p->sysctls.items[i];

		if (e->tunable == t->tunables[0] && reach_nr_open(e, t, &nr_open) == -ENOMEM)
			t->failed = true;
	}
	return nr_open;
}

/* systemd lowers what it cannot set; pam_limits refuses the login. */
static bool profile_would_refuse_logins(struct trial *t)
{
	const struct profile *p = t->evidence->profile;
	int64_t nr_open = nr_open_wanted(t);

	for (size_t i = 0; i < p->nofile.len; i++) {
		const struct nofile_entry *e = &p->nofile.items[i];
		uint64_t most = e->hard > e->soft ? e->hard : e->soft;

		if (!text_starts(e->target, "pam:") || nr_open < 0 || most <= (uint64_t)nr_open)
			continue;
		trial_note(t, "%s:%u wants %llu for %s", e->file, e->line, (unsigned long long)most,
			   e->target);
		t->numbers[0]++;
	}
	t->numbers[1] = nr_open;
	return t->numbers[0] > 0;
}

static bool files_run_out(struct trial *t)
{
	int64_t used = trial_wide(t, 0, 0), most = trial_wide(t, 1, 0);

	if (used <= 0 || most <= 0)
		return false;
	if (used > most)
		used = most;
	t->numbers[0] = (int64_t)((double)used * 100 / (double)most);
	return t->numbers[0] >= NOFILE_NEAR_PERCENT;
}

static void judge_process(struct trial *t, const struct process *p)
{
	int64_t percent = process_used_percent(p);
	char who[WHO_SIZE];

	if (percent < NOFILE_NEAR_PERCENT)
		return;
	process_who(p, who);
	trial_note(t, "%s: %llu of %llu descriptors open", who, (unsigned long long)p->used,
		   (unsigned long long)p->limit.soft);
	if (percent >= FILES_FULL_PERCENT)
		t->severity = SEVERITY_CRITICAL;
	if (percent <= t->numbers[0])
		return;
	t->numbers[0] = percent;
	trial_subject(t, "%s", who);
}

static bool process_runs_out(struct trial *t)
{
	const struct limits *l = &t->evidence->snapshot->limits;

	for (size_t i = 0; i < l->processes.len; i++)
		judge_process(t, &l->processes.items[i]);
	for (size_t i = 0; i < l->near.len; i++)
		judge_process(t, &l->near.items[i]);
	return t->numbers[0] > 0;
}

/* Sessions and services start programs of all kinds; a unit is one that somebody chose. */
static bool profile_endangers_select(struct trial *t)
{
	const struct profile *p = t->evidence->profile;

	for (size_t i = 0; i < p->nofile.len; i++) {
		const struct nofile_entry *e = &p->nofile.items[i];

		if (e->soft <= SELECT_MAX || text_starts(e->target, "unit:"))
			continue;
		trial_note(t, "%s:%u wants a soft limit of %llu for %s", e->file, e->line,
			   (unsigned long long)e->soft, e->target);
		trial_row(t, "nofile.%s.soft", e->target);
		t->numbers[0]++;
	}
	return t->numbers[0] > 0;
}

static const struct rule rows[] = {
	{
		.id = "descriptors-near",
		.severity = SEVERITY_WARNING, /* critical when nearly none is left */
		.fixed_by = FIXED_BY_LIMITS,
		.keys = {"nofile"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_LIMITS,
		.holds = process_runs_out,
		.summary = "{a} % of its open-file limit are used by {s}; at 100 % accept(), "
			   "socket() and open() fail with EMFILE.",
		.remedy =
			"Look for a leak first (CLOSE_WAIT). If the use is meant, raise the limit "
			"where the process gets it: LimitNOFILE= of its unit, or limits.conf for "
			"a session; then restart it.",
	},
	{
		.id = "select-hazard",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_CONFIG,
		.keys = {"nofile"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_PROFILE,
		.holds = profile_endangers_select,
		.summary = "The profile raises soft open-file limits above 1024: programs that use "
			   "select() can corrupt their memory.",
		.remedy = "Raise the hard limit only, and let programs that use poll() or epoll "
			  "raise their own soft limit; or start those that use select() with "
			  "ulimit -Sn 1024.",
	},

	{
		.id = "nofile-above-nr-open",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"fs.nr_open", "nofile"},
		.needs = 1,
		.holds = limits_are_above_nr_open,
		.summary =
			"Open-file limits in use can no longer be set: {a} are above fs.nr_open, "
			"which is {0}.",
		.remedy = "Raise fs.nr_open to the highest hard nofile limit in use. As long as it "
			  "is lower, logins that are given such a limit are refused, and daemons "
			  "that set it fail to start.",
	},
	{
		.id = "profile-nofile-above-nr-open",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_CONFIG,
		.keys = {"fs.nr_open", "nofile"},
		.needs = 1,
		.facts = FACT_PROFILE,
		.holds = profile_would_refuse_logins,
		.summary = "The profile would lock users out: it wants open-file limits above "
			   "fs.nr_open, which would be {b}.",
		.remedy = "Lower the nofile limits of the profile to fs.nr_open, or add fs.nr_open "
			  "to it. A login whose limit is above fs.nr_open is refused, that of root "
			  "too.",
	},
	{
		.id = "file-max-near",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"fs.file-nr", "fs.file-max"},
		.holds = files_run_out,
		.summary = "{a} % of the open files this host allows are in use; at 100 % every "
			   "open(), accept() and socket() fails with ENFILE.",
		.remedy = "Find the process that holds them first: a leak is cured in the "
			  "application only. Raise fs.file-max when the use is meant.",
	},
};

const struct rules rules_limits = {rows, ARRAY_LEN(rows)};
