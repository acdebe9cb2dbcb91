/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/planning.h"

#include <errno.h>
#include <string.h>

#include "advise/comment_out.h"
#include "advise/compare.h"
#include "base/text.h"
#include "cli/boot.h"
#include "cli/planning_ask.h"
#include "cli/planning_conflict.h"
#include "cli/planning_files.h"
#include "cli/planning_later.h"
#include "read/modules.h"

struct planning {
	const struct session *s;
	const struct ours *ours;
	const char *netns;
	struct plan_request request;
	struct readers readers;
	struct seen seen; /* of the host, while the plan is made */
	struct planning_files files;
	struct own_entries entries;
	struct reading *firsts; /* owned; the readings, with what was there before us */
	struct plan *plan;
};

/* Those that are not the snapshot's own. */
static void firsts_free(struct reading *firsts, const struct snapshot *now)
{
	for (size_t i = 0; firsts && i < catalogue_size(); i++) {
		if (firsts[i].text == now->readings[i].text)
			continue;
		free(firsts[i].text);
		value_done(&firsts[i].value);
	}
	free(firsts);
}

static void planning_done(struct planning *p)
{
	planning_files_done(&p->files);
	seen_done(&p->seen);
	own_entries_done(&p->entries);
	firsts_free(p->firsts, &p->s->snapshot);
}

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "plan");
}

static bool wants(const void *context, const char *key)
{
	return session_wants(context, key);
}

static bool plans_files(const struct session *s)
{
	return s->options.layers != LAYERS_RUNTIME && !s->options.netns;
}

/* An image, a capture: its values run nowhere, or on another host. */
static bool plans_values(const struct session *s)
{
	return s->options.layers != LAYERS_PERSIST && s->snapshot.host.online && !s->options.root;
}

/* The next boot with the files as laid, judged. */
static int predict(struct planning *p, const struct snapshot *snapshot, struct boot_layer *layer,
		   struct report *report, struct error *err)
{
	auto_call(findings_done) struct findings findings = {0};
	struct compare_scope scope = {.boot = layer, .wants = wants, .context = p->s};
	int r;

	p->readers.files.over = &p->files.over;
	r = boot_layer_read(p->s, &p->readers, layer, &findings, err);
	return r ? r : compare(snapshot, &p->s->profile, &scope, report, err);
}

static int put_first(struct reading *r, const struct tunable *t, const char *text)
{
	struct value v = {.type = TYPE_COUNT};
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	if (value_read(t, text, &v) == -ENOMEM) {
		free(copy);
		return -ENOMEM;
	}
	r->text = copy;
	r->value = v;
	return 0;
}

/*
 * Where nobody knows what the next boot brings, what runs is taken for it; what
 * we have put there is no answer.
 */
static int read_firsts(struct planning *p, struct snapshot *ret, struct error *err)
{
	const struct snapshot *now = &p->s->snapshot;
	int r = 0;

	p->firsts = malloc(catalogue_size() * sizeof(*p->firsts));
	if (!p->firsts)
		return no_memory(err);
	memcpy(p->firsts, now->readings, catalogue_size() * sizeof(*p->firsts));
	for (size_t i = 0; i < p->ours->values.len && !r; i++) {
		const struct our_value *v = &p->ours->values.items[i];
		const struct tunable *t = catalogue_find(v->key);
		bool here = our_value_is_in(v, now->host.boot_id, p->netns);

		if (t && here && snapshot_reading(now, t)->state == READING_PRESENT)
			r = put_first(&p->firsts[catalogue_index(t)], t, v->first);
	}
	if (r)
		return no_memory(err);
	*ret = *now;
	ret->readings = p->firsts;
	return 0;
}

static int choose_entries(struct planning *p, struct error *err)
{
	struct snapshot before;
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	auto_call(report_done) struct report report = {0};
	auto_call(strings_done) struct strings modules = {0};
	int r = planning_files_lay_without(&p->files, err);

	if (!r)
		r = read_firsts(p, &before, err);
	if (!r && p->request.profile)
		r = predict(p, &before, &layer, &report, err);
	if (!r)
		r = modules_at_boot(p->readers.files, &p->s->snapshot.host, &modules, err);
	if (r)
		return r;
	if (plan_entries(&p->request, p->request.profile ? &report : NULL, &layer, &modules,
			 &p->files.own.entries, &p->entries))
		return no_memory(err);

	return plan_skips(&report, p->plan) ? no_memory(err) : 0;
}

/* ---- conflicts ---- */

/* Take out the line that beats ours, if that was asked for, or if we did so before. */
static int comment_out(struct planning *p, const struct setting *set, bool *ret_changed,
		       struct error *err)
{
	struct foreign_file *f = NULL;
	enum own_kind kind;
	int r;

	if (!set->counts || set->verdict != VERDICT_BOOT_DIFFERS || !set->boot.file ||
	    !set->boot.line || !text_starts(set->boot.file, "/etc/") ||
	    own_path_kind(set->boot.file, &kind))
		return 0;

	r = planning_files_foreign(&p->files, set->boot.file, &f, err);
	if (r || !f ||
	    (!p->s->options.comment_out && !comment_is_marked(&f->now.bytes, set->boot.line)))
		return r;
	/* Both limits of a session may be decided by one line. */
	if (comment_is_marked(&f->next, set->boot.line))
		return 0;
	r = comment_mark(&f->next, set->boot.line);
	*ret_changed |= !r;
	return r == -ENOMEM ? no_memory(err) : 0;
}

/* Taking one line out may let another win that was beaten before: until none is left. */
static int predict_with(struct planning *p, struct boot_layer *layer, struct report *report,
			struct error *err)
{
	enum { ROUNDS_MAX = 200 };
	bool changed = true;
	int r = 0;

	for (unsigned round = 0; !r && changed && round < ROUNDS_MAX; round++) {
		changed = false;
		boot_layer_done(layer);
		report_done(report);
		*report = (struct report){0};
		r = planning_files_lay_with(&p->files, err);
		if (!r)
			r = predict(p, &p->s->snapshot, layer, report, err);
		for (size_t i = 0; !r && i < report->settings.len; i++)
			r = comment_out(p, &report->settings.items[i], &changed, err);
	}
	return r;
}

/* ---- the whole ---- */

static int plan_boot(struct planning *p, struct boot_layer *layer, struct error *err)
{
	auto_call(report_done) struct report report = {0};
	const char *name = p->request.profile ? p->request.profile->name : NULL;
	int r = planning_files_read(&p->files, &p->s->profile, p->ours, err);

	if (!r)
		r = choose_entries(p, err);
	if (!r)
		r = planning_files_make(&p->files, &p->entries, name, err);
	if (!r)
		r = p->request.profile ? predict_with(p, layer, &report, err) : 0;
	if (!r && p->request.profile)
		r = planning_later(p->s, &p->readers, &p->request, &report, p->plan, err);
	if (!r && p->request.profile && plan_conflicts(&report, p->plan))
		r = no_memory(err);
	for (size_t i = 0; i < p->plan->conflicts.len && !r; i++)
		r = conflict_explain(p->readers.files, &p->plan->conflicts.items[i])
			    ? no_memory(err)
			    : 0;
	p->readers.files.over = NULL; /* the bytes go into the steps now */
	return r ? r : planning_files_steps(&p->files, &p->request, p->plan, err);
}

static int plan_running(struct planning *p, struct error *err)
{
	auto_call(report_done) struct report report = {0};
	struct compare_scope scope = {.runtime = true, .wants = wants, .context = p->s};
	bool any = p->request.profile != NULL;
	int r = any ? compare(&p->s->snapshot, &p->s->profile, &scope, &report, err) : 0;

	if (r)
		return r;
	if (plan_values(&p->request, any ? &report : NULL, &p->s->snapshot, p->ours, p->netns,
			p->plan) ||
	    plan_skips(&report, p->plan) || strings_add_all(&p->plan->warnings, &report.warnings))
		return no_memory(err);
	return 0;
}

static int make(struct planning *p, struct error *err)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	int r = readers_choose(p->s, &p->readers, err);

	p->readers.files.seen = &p->seen;
	if (!r && plans_values(p->s))
		r = plan_running(p, err);
	if (!r && plans_files(p->s))
		r = plan_boot(p, &layer, err);
	if (!r && plan_check(&p->s->snapshot, &p->entries, layer.values ? &layer : NULL, p->plan))
		r = no_memory(err);
	if (!r)
		r = planning_ask(p->s, p->plan, err);
	if (!r && !p->s->options.root && planning_afterwards(p->plan))
		r = no_memory(err);
	return r;
}

static struct plan_request request_of(const struct session *s)
{
	return (struct plan_request){
		.profile = s->options.none ? NULL : &s->profile,
		.filtered = s->options.only.len || s->options.except.len,
		.selects = wants,
		.context = s,
		.force = s->options.force,
		.strict = s->options.strict,
	};
}

int planning_make(const struct session *s, const struct ours *ours, const char *netns,
		  struct plan *ret, struct error *err)
{
	auto_call(plan_done) struct plan plan = {0};
	auto_call(planning_done) struct planning p = {
		.s = s,
		.ours = ours,
		.netns = netns,
		.request = request_of(s),
		.files = {.root = s->root, .seen = &p.seen},
		.plan = &plan,
	};
	int r;

	p.files.keeps_marks = p.request.filtered;
	if (p.request.profile && !(plan.profile = strdup(s->profile.name)))
		return no_memory(err);
	r = make(&p, err);
	if (r)
		return r;

	*ret = plan;
	plan = (struct plan){0};
	return 0;
}

int planning_verify_boot(const struct session *s, struct error *err)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	auto_call(report_done) struct report report = {0};
	auto_call(plan_done) struct plan again = {0};
	auto_call(planning_done) struct planning p = {.s = s};
	const struct conflict *c;
	int r;

	r = readers_choose(s, &p.readers, err);
	p.readers.files.seen = &p.seen; /* nothing that was seen before we wrote */
	if (!r)
		r = predict(&p, &s->snapshot, &layer, &report, err);
	if (!r && plan_conflicts(&report, &again))
		r = no_memory(err);
	if (r || !again.conflicts.len)
		return r;

	c = &again.conflicts.items[0];
	return error_say(err, EIO,
			 "%s would be %s after the next boot, although the files are written",
			 c->key, c->value ? c->value : "unknown");
}

static bool changes_files(const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		if (plan->steps.items[i].kind == STEP_FILE)
			return true;
	}
	return false;
}

int planning_verify(const struct session *s, const struct plan *plan, struct error *err)
{
	return s->options.none || !changes_files(plan) ? 0 : planning_verify_boot(s, err);
}
