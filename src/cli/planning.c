/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/planning.h"

#include <errno.h>
#include <string.h>

#include "advise/comment_out.h"
#include "advise/compare.h"
#include "advise/planner.h"
#include "base/root.h"
#include "base/text.h"
#include "cli/boot.h"
#include "cli/planning_ask.h"
#include "cli/planning_conflict.h"
#include "cli/planning_later.h"
#include "read/modules.h"
#include "read/own_files.h"
#include "render/own_text.h"

/* Somebody's file in which lines are, or are to be, commented out. */
struct foreign_file {
	struct own_file now;
	struct bytes next; /* owned */
};

struct planning {
	const struct session *s;
	const struct ours *ours;
	const char *netns;
	struct plan_request request;
	struct readers readers;
	struct own_files own;
	struct {
		VEC(struct foreign_file);
	} foreign;
	struct own_entries entries;
	struct {
		VEC(struct planned_file);
	} files;              /* for each of own, in its order */
	struct strings reals; /* ... its real name */
	struct overlay over;
	struct plan *plan;
};

static void planning_done(struct planning *p)
{
	own_files_done(&p->own);
	for (size_t i = 0; i < p->foreign.len; i++) {
		free(p->foreign.items[i].now.path);
		bytes_done(&p->foreign.items[i].now.bytes);
		bytes_done(&p->foreign.items[i].next);
	}
	vec_done(&p->foreign);
	own_entries_done(&p->entries);
	for (size_t i = 0; i < p->files.len; i++)
		planned_file_done(&p->files.items[i]);
	vec_done(&p->files);
	strings_done(&p->reals);
	vec_done(&p->over);
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

/* ---- files as they are ---- */

/* The name a path really has, also where nothing is there yet. */
static int add_real(struct planning *p, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *dir = strndup(path, (size_t)(slash - path));
	auto_free char *real = NULL;
	enum node_kind kind = NODE_MISSING;
	int r = dir ? root_resolve(p->s->root, dir, &kind, &real, err) : no_memory(err);

	if (r && r != -EACCES)
		return r;
	*err = (struct error){0};
	if (strings_add(&p->reals, "%s%s", !r && kind == NODE_DIR ? real : dir, slash))
		return no_memory(err);
	return 0;
}

static int wanted_paths(const struct planning *p, struct strings *ret)
{
	const struct profile *profile = &p->s->profile;

	for (size_t i = 0; i < profile->nofile.len; i++) {
		auto_free char *key = own_nofile_key(profile->nofile.items[i].target, "hard");
		auto_free char *path = key ? own_path(key) : NULL;

		if (!path || strings_add(ret, "%s", path))
			return -ENOMEM;
	}
	return 0;
}

static int read_own(struct planning *p, struct error *err)
{
	auto_call(strings_done) struct strings paths = {0};
	int r = wanted_paths(p, &paths)
			? no_memory(err)
			: own_files_read(p->s->root, &paths, own_text_state, &p->own, err);

	for (size_t i = 0; !r && i < p->own.len; i++) {
		const struct own_file *f = &p->own.items[i];

		r = add_real(p, f->path, err);
		if (!r && (f->state == OWN_UNTOUCHED || f->state == OWN_EDITED) &&
		    own_text_parse(&f->bytes, f->path, &p->own.entries))
			r = no_memory(err);
	}
	return r;
}

static int copy(const struct bytes *from, struct bytes *ret)
{
	ret->data = malloc(from->len + 1);
	if (!ret->data)
		return -ENOMEM;
	memcpy(ret->data, from->data, from->len);
	ret->data[from->len] = '\0';
	ret->len = from->len;
	return 0;
}

/*
 * *ret is NULL where there is no regular file to be changed.  Without a filter
 * every line we took out is put back first: what must go is found anew.
 */
static int foreign_get(struct planning *p, const char *path, struct foreign_file **ret,
		       struct error *err)
{
	struct foreign_file f = {0};
	int r;

	*ret = NULL;
	for (size_t i = 0; i < p->foreign.len; i++) {
		if (strcmp(p->foreign.items[i].now.path, path) == 0) {
			*ret = &p->foreign.items[i];
			return 0;
		}
	}

	r = own_file_look(p->s->root, path, &f.now, err);
	if (!r && f.now.state == OWN_NOT_OURS && f.now.bytes.data) {
		r = copy(&f.now.bytes, &f.next) || vec_push(&p->foreign, f) ? no_memory(err) : 0;
		if (!r) {
			*ret = &p->foreign.items[p->foreign.len - 1];
			if (!p->request.filtered)
				comment_unmark(&(*ret)->next);
			return 0;
		}
	}
	free(f.now.path);
	bytes_done(&f.now.bytes);
	bytes_done(&f.next);
	return r;
}

static int read_foreign(struct planning *p, struct error *err)
{
	struct foreign_file *f;
	int r = 0;

	for (size_t i = 0; i < p->ours->files.len && !r; i++) {
		if (p->ours->files.items[i].foreign)
			r = foreign_get(p, p->ours->files.items[i].path, &f, err);
	}
	return r;
}

/* ---- files as they would be ---- */

static int lay(struct planning *p, const char *path, const struct bytes *b)
{
	return vec_push(&p->over,
			(struct overlay_file){.path = path, .data = b->data, .len = b->len});
}

static int lay_foreign(struct planning *p)
{
	for (size_t i = 0; i < p->foreign.len; i++) {
		if (lay(p, p->foreign.items[i].now.path, &p->foreign.items[i].next))
			return -ENOMEM;
	}
	return 0;
}

/* Our files away; what is not ours, or in our place and nothing we may replace, stays. */
static int lay_without(struct planning *p)
{
	static const struct bytes none = {0};

	p->over.len = 0;
	for (size_t i = 0; i < p->own.len; i++) {
		enum own_state state = p->own.items[i].state;

		if ((state == OWN_UNTOUCHED || state == OWN_EDITED) &&
		    lay(p, p->reals.items[i], &none))
			return -ENOMEM;
	}
	return lay_foreign(p);
}

static int lay_with(struct planning *p)
{
	p->over.len = 0;
	for (size_t i = 0; i < p->own.len; i++) {
		const struct planned_file *f = &p->files.items[i];
		enum own_state state = f->now->state;
		bool ours = f->after.data || state == OWN_UNTOUCHED || state == OWN_EDITED;

		if (ours && lay(p, p->reals.items[i], &f->after))
			return -ENOMEM;
	}
	return lay_foreign(p);
}

/* The next boot with the files as laid, judged. */
static int predict(struct planning *p, struct boot_layer *layer, struct report *report,
		   struct error *err)
{
	auto_call(findings_done) struct findings findings = {0};
	struct compare_scope scope = {.boot = layer, .wants = wants, .context = p->s};
	int r;

	p->readers.files.over = &p->over;
	r = boot_layer_read(p->s, &p->readers, layer, &findings, err);
	return r ? r : compare(&p->s->snapshot, &p->s->profile, &scope, report, err);
}

static int choose_entries(struct planning *p, struct error *err)
{
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	auto_call(report_done) struct report report = {0};
	auto_call(strings_done) struct strings modules = {0};
	int r = lay_without(p) ? no_memory(err) : 0;

	if (!r && p->request.profile)
		r = predict(p, &layer, &report, err);
	if (!r)
		r = modules_at_boot(p->readers.files, &p->s->snapshot.host, &modules, err);
	if (r)
		return r;
	if (plan_entries(&p->request, p->request.profile ? &report : NULL, &layer, &modules,
			 &p->own.entries, &p->entries))
		return no_memory(err);

	return plan_skips(&report, p->plan) ? no_memory(err) : 0;
}

/* An entry may be for a file nobody looked at yet: that of a unit named by an alias, say. */
static int look_at_new_paths(struct planning *p, struct error *err)
{
	for (size_t i = 0; i < p->entries.len; i++) {
		auto_free char *path = own_path(p->entries.items[i].key);
		struct own_file f = {0};
		int r;

		if (!path)
			return no_memory(err);
		if (own_files_find(&p->own, path))
			continue;
		r = own_file_look(p->s->root, path, &f, err);
		if (!r)
			r = add_real(p, path, err);
		if (!r && f.state == OWN_NOT_OURS)
			f.state = own_text_state(&f.bytes);
		if (!r && vec_push(&p->own, f))
			r = no_memory(err);
		if (r) {
			free(f.path);
			bytes_done(&f.bytes);
			return r;
		}
	}
	return 0;
}

static int make_texts(struct planning *p, struct error *err)
{
	const char *profile = p->request.profile ? p->request.profile->name : NULL;
	int r = look_at_new_paths(p, err);

	for (size_t i = 0; i < p->own.len && !r; i++) {
		struct planned_file f = {.now = &p->own.items[i]};

		if (own_text(&p->entries, profile, f.now->path, &f.after) ||
		    vec_push(&p->files, f)) {
			bytes_done(&f.after);
			r = no_memory(err);
		}
	}
	return r;
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

	r = foreign_get(p, set->boot.file, &f, err);
	if (r || !f ||
	    (!p->s->options.comment_out && !comment_is_marked(&f->now.bytes, set->boot.line)))
		return r;
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
		r = lay_with(p) ? no_memory(err) : predict(p, layer, report, err);
		for (size_t i = 0; !r && i < report->settings.len; i++)
			r = comment_out(p, &report->settings.items[i], &changed, err);
	}
	return r;
}

/* ---- steps ---- */

/* The topmost directory on the way that is not there. */
static int find_missing(int root, const char *path, char **ret, struct error *err)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		auto_free char *dir = strndup(path, (size_t)(slash - path));
		auto_free char *real = NULL;
		enum node_kind kind = NODE_FILE;
		int r = dir ? root_resolve(root, dir, &kind, &real, err) : no_memory(err);

		if (r)
			return r == -EACCES ? 0 : r;
		if (kind == NODE_MISSING) {
			*ret = take(dir);
			return 0;
		}
	}
	return 0;
}

static int plan_one(struct planning *p, struct planned_file *f, struct error *err)
{
	auto_free char *missing = NULL;
	int r = find_missing(p->s->root, f->now->path, &missing, err);

	if (r)
		return r;
	f->missing = missing;
	r = plan_file(&p->request, f, p->plan);
	f->missing = NULL;
	return r ? no_memory(err) : 0;
}

static int plan_kind(struct planning *p, enum own_kind kind, bool remove, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < p->files.len && !r; i++) {
		struct planned_file *f = &p->files.items[i];
		enum own_kind k;

		if (own_path_kind(f->now->path, &k) && k == kind && !f->after.data == remove)
			r = plan_one(p, f, err);
	}
	return r;
}

static int plan_foreign(struct planning *p, bool remove, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < p->foreign.len && !r; i++) {
		struct foreign_file *f = &p->foreign.items[i];
		struct planned_file planned = {.now = &f->now, .foreign = true};

		if ((f->next.len < f->now.bytes.len) != remove)
			continue;
		planned.after = f->next;
		f->next = (struct bytes){0};
		r = plan_one(p, &planned, err);
		planned_file_done(&planned);
	}
	return r;
}

/*
 * What is taken back, backwards, then what is new: our own files before the
 * lines that beat them go, so that no value is without a line in between.
 */
static int plan_files(struct planning *p, struct error *err)
{
	int r = plan_foreign(p, true, err);

	for (enum own_kind k = OWN_KIND_COUNT; k-- > 0 && !r;)
		r = plan_kind(p, k, true, err);
	for (enum own_kind k = 0; k < OWN_KIND_COUNT && !r; k++)
		r = plan_kind(p, k, false, err);
	return r ? r : plan_foreign(p, false, err);
}

/* ---- the whole ---- */

static int plan_boot(struct planning *p, struct boot_layer *layer, struct error *err)
{
	auto_call(report_done) struct report report = {0};
	int r = read_own(p, err);

	if (!r)
		r = read_foreign(p, err);
	if (!r)
		r = choose_entries(p, err);
	if (!r)
		r = make_texts(p, err);
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
	return r ? r : plan_files(p, err);
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
		.plan = &plan,
	};
	int r;

	if (p.request.profile && !(plan.profile = strdup(s->profile.name)))
		return no_memory(err);
	r = make(&p, err);
	if (r)
		return r;

	*ret = plan;
	plan = (struct plan){0};
	return 0;
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
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	auto_call(report_done) struct report report = {0};
	auto_call(plan_done) struct plan again = {0};
	struct planning p = {.s = s};
	const struct conflict *c;
	int r;

	if (s->options.none || !changes_files(plan))
		return 0;
	r = readers_choose(s, &p.readers, err);
	if (!r)
		r = predict(&p, &layer, &report, err);
	if (!r && plan_conflicts(&report, &again))
		r = no_memory(err);
	if (r || !again.conflicts.len)
		return r;

	c = &again.conflicts.items[0];
	return error_say(err, EIO,
			 "%s would be %s after the next boot, although the files are written",
			 c->key, c->value ? c->value : "unknown");
}
