/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "apply/privilege.h"
#include "base/text.h"
#include "cli/changing.h"
#include "cli/cmd.h"
#include "cli/planning.h"
#include "cli/trial.h"
#include "read/identity.h"
#include "read/state.h"
#include "render/plan.h"

/* Words that make no sense together. */
static int check_words(const struct session *s, struct error *err)
{
	const struct options *o = &s->options;
	const struct {
		bool wrong;
		const char *why;
	} rules[] = {
		{o->none && o->profile, "--none and --profile exclude each other"},
		{o->confirm && o->dry_run, "--confirm and --dry-run exclude each other"},
		{o->confirm && o->layers == LAYERS_PERSIST,
		 "--confirm is about running values: it cannot go with --persist"},
		{o->confirm && o->root,
		 "--confirm needs the running host: it cannot go with --root"},
		{o->root && o->layers == LAYERS_RUNTIME,
		 "--runtime needs the running host: it cannot go with --root"},
		{o->netns && o->layers == LAYERS_PERSIST,
		 "--netns is about running values: it cannot go with --persist"},
		{o->keep_history && !o->root, "--keep-history goes with --root only"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (rules[i].wrong)
			return error_say(err, EINVAL, "%s (try 'tcptune apply --help')",
					 rules[i].why);
	}
	return 0;
}

/* The host, and the profile unless nothing is to remain. */
static int prepare(struct session *s, struct error *err)
{
	int r = session_prepare(s, s->options.none ? NEEDS_HOST : NEEDS_PROFILE, err);

	if (!r && s->options.none)
		r = session_read_conf(s, err);
	return r ? r : session_walk_processes(s, err);
}

static void refuse(const struct plan *plan, struct error *ret)
{
	const struct conflict *c = plan->conflicts.items;

	if (plan->conflicts.len)
		(void)error_say(ret, ECANCELED, "nothing is changed: %s%s%s", c->key ? c->key : "",
				c->key ? ": " : "", c->reason);
}

static int show_plan(const struct session *s, const struct plan *plan, enum plan_tense tense,
		     struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);
	struct error refused = {0};

	if (s->options.quiet)
		return 0;
	if (s->options.json) {
		refuse(plan, &refused);
		return change_json(s->command->name, plan, NULL, &refused, stdout, err);
	}

	plan_human(&out, plan, &s->snapshot.host, tense);
	return screen_write(&out, stdout, err);
}

/* ---- a dry run ---- */

/* What is in the way of any change, and is no conflict: apply would look at it first. */
static int note_unfinished(const struct history *h, struct plan *plan)
{
	const struct journal *j = history_unfinished(h);

	if (!j)
		return 0;
	if (journal_is_on_trial(j) && !j->overdue)
		return strings_add(&plan->warnings,
				   "transaction %s awaits confirmation: until then nothing else "
				   "can be changed",
				   j->id);
	return strings_add(&plan->warnings,
			   "transaction %s was left unfinished: apply would recover first", j->id);
}

/* An ordinary user may not look at what is ours. */
static int read_ours(const struct session *s, struct ours *ret, struct plan *notes,
		     struct error *err)
{
	auto_call(history_done) struct history history = {0};
	auto_call(identity_done) struct identity who = {0};
	int r = state_read(s->root, &history, err);

	if (!r)
		r = changing_expire(s, &history, &who, err);
	if (r == -EACCES && geteuid() != 0) {
		*err = (struct error){0};
		r = strings_add(&notes->unchecked,
				"what tcptune has changed before: " STATE_DIR " is root's alone");
	} else if (!r) {
		session_warn_damaged(s, &history);
		r = history_ours(&history, ret) ? -ENOMEM : note_unfinished(&history, notes);
	}
	return r == -ENOMEM ? error_set(err, ENOMEM, "plan") : r;
}

static int plan_dry(struct session *s, struct plan *plan, struct error *err)
{
	auto_call(ours_done) struct ours ours = {0};
	auto_call(plan_done) struct plan notes = {0};
	auto_free char *netns = s->options.root ? text_format("%s", "") : identity_netns();
	int r = privilege_narrow(err);

	if (!r)
		r = prepare(s, err);
	if (!r && !netns)
		r = error_set(err, ENOMEM, "plan");
	if (!r)
		r = read_ours(s, &ours, &notes, err);
	if (!r)
		r = planning_make(s, &ours, netns, plan, err);
	if (!r && (strings_add_all(&plan->warnings, &notes.warnings) ||
		   strings_add_all(&plan->unchecked, &notes.unchecked)))
		r = error_set(err, ENOMEM, "plan");
	return r;
}

static enum status dry_run(struct session *s)
{
	auto_call(plan_done) struct plan plan = {0};
	struct error err = {0};

	if (plan_dry(s, &plan, &err) || show_plan(s, &plan, PLAN_WOULD, &err))
		return session_fail(s, &err);
	if (plan.conflicts.len)
		return STATUS_FAILED;
	return plan.steps.len ? STATUS_DIFFERS : STATUS_OK;
}

/* ---- in earnest ---- */

/* What the executor calls back for. */
struct applying {
	const struct session *s;
	const struct plan *plan;
	struct trial trial;
	bool shows_progress;
};

static void progress(void *context, const struct step *step, size_t done, size_t all)
{
	const struct applying *a = context;
	auto_text struct text name = {0};

	if (!a->shows_progress)
		return;
	if (step)
		screen_safe(&name, step->name);
	if (step)
		fprintf(stderr, "\r\033[K[%zu/%zu] %s", done + 1, all, name.str ? name.str : "");
	else
		fputs("\r\033[K", stderr);
}

static int verify(void *context, struct error *err)
{
	const struct applying *a = context;

	return planning_verify(a->s, a->plan, err);
}

static int arm(void *context, const char *id, int64_t boottime, struct error *err)
{
	struct applying *a = context;

	return trial_arm(&a->trial, id, boottime, err);
}

static bool is_terminal(const struct session *s)
{
	return isatty(STDOUT_FILENO) && !s->options.quiet && !s->options.json;
}

/* Whoever came by the network may shut himself out. */
static void recommend_confirm(const struct session *s, const struct plan *plan)
{
	const char *ssh = getenv("SSH_CONNECTION");

	if (ssh && *ssh && !s->options.confirm && plan_risk(plan) > RISK_LOW)
		session_warn(s,
			     "some of this is of %s risk, and you are logged in over the network: "
			     "--confirm takes it back by itself unless you confirm it",
			     risk_name(plan_risk(plan)));
}

/* What the plan is made of is read under the lock. */
static int make_plan(struct session *s, const struct changing *c, struct plan *plan,
		     struct error *err)
{
	auto_call(ours_done) struct ours ours = {0};
	int r = prepare(s, err);

	if (!r && history_ours(txn_history(c->txn), &ours))
		r = error_set(err, ENOMEM, "plan");
	return r ? r : planning_make(s, &ours, c->who.netns, plan, err);
}

static enum status run(const struct session *s, struct changing *c, struct plan *plan)
{
	auto_call(outcome_done) struct outcome outcome = {0};
	struct applying applying = {
		.s = s,
		.plan = plan,
		.trial = {.s = s},
		.shows_progress = isatty(STDERR_FILENO) && !s->options.quiet,
	};
	struct txn_options options = {
		.command = s->command->name,
		.foreign = FOREIGN_FAIL,
		.confirm_seconds = s->options.confirm,
		.progress = progress,
		.verify = verify,
		.arm = s->options.confirm ? arm : NULL,
		.context = &applying,
	};
	struct error err = {0};
	enum status status;
	int r;

	if (is_terminal(s) && plan->steps.len) {
		if (show_plan(s, plan, PLAN_WILL, &err))
			return session_fail(s, &err);
		puts("");
		fflush(stdout);
		strings_done(&plan->warnings); /* said once is enough */
	}
	recommend_confirm(s, plan);
	r = txn_run(c->txn, plan, &options, &outcome, &err);
	status = changing_tell(s, c, plan, &outcome, r, &err);
	if (r || outcome.state != TXN_PENDING || !trial_has_terminal(s))
		return status;
	return trial_ask(&applying.trial, c, outcome.id, &options);
}

static enum status apply(struct session *s)
{
	auto_call(changing_done) struct changing c = {.place.proc_sys = -1};
	auto_call(plan_done) struct plan plan = {0};
	struct error err = {0};

	if (changing_begin(s, &c, &err))
		return changing_failed(s, &c, &err);
	if (make_plan(s, &c, &plan, &err))
		return session_fail(s, &err);
	if (!plan.conflicts.len)
		return run(s, &c, &plan);
	if (show_plan(s, &plan, PLAN_WILL, &err))
		return session_fail(s, &err);
	return STATUS_FAILED;
}

enum status cmd_apply(struct session *s)
{
	struct error err = {0};

	if (check_words(s, &err))
		return session_fail(s, &err);
	return s->options.dry_run ? dry_run(s) : apply(s);
}
