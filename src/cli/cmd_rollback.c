/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "advise/undo.h"
#include "base/text.h"
#include "cli/changing.h"
#include "cli/cmd.h"

/* One that awaits confirmation is not taken back but reverted: its files were never written. */
static int revert(const struct session *s, struct changing *c, const char *id, bool *ret_done,
		  struct outcome *ret, struct error *err)
{
	const struct journal *j;
	int r = changing_begin_pending(s, c, err);

	if (r)
		return r;
	j = history_unfinished(txn_history(c->txn));
	*ret_done = j && j->live && (!id || strcmp(id, j->id) == 0);
	if (*ret_done)
		return txn_revert(c->txn, j->id, ret, err);

	changing_done(c);
	*c = (struct changing){.place.proc_sys = -1};
	return 0;
}

static bool changed_host(const struct journal *j, const struct identity *now)
{
	bool same_boot = strcmp(j->who.boot_id, now->boot_id) == 0;

	if (journal_has_files(j))
		return true;
	for (size_t i = 0; same_boot && i < j->steps.len; i++) {
		if (tunable_is_hostwide(j->steps.items[i].tunable))
			return true;
	}
	return false;
}

/* The last of which anything is left: running values go with their boot and namespace. */
static int find_last(const struct changing *c, const struct journal **ret, struct error *err)
{
	const struct history *h = txn_history(c->txn);
	const struct journal *j = history_last(h, NULL);
	int r = 0;

	for (; j && !changed_host(j, &c->who); j = history_last(h, j)) {
		bool is_gone;

		r = txn_is_gone(c->txn, &j->who, &is_gone, err);
		if (r || !is_gone)
			break;
	}
	*ret = j;
	return r || j ? r : error_say(err, ENOENT, "there is nothing to roll back");
}

static int find(const struct changing *c, const char *id, const struct journal **ret,
		struct error *err)
{
	if (!id)
		return find_last(c, ret, err);
	*ret = history_find(txn_history(c->txn), id);
	return *ret ? 0
		    : error_say(err, ENOENT, "there is no transaction %s (see 'tcptune history')",
				id);
}

static enum undo_values values_left(const struct changing *c, const struct journal *j,
				    enum where where)
{
	if (!*j->who.boot_id || strcmp(j->who.boot_id, c->who.boot_id) != 0)
		return UNDO_NO_VALUES;
	return where == WHERE_HERE ? UNDO_EVERY_VALUE : UNDO_HOST_VALUES;
}

/* What was left to somebody the first time, if he is to be overruled now; else NULL. */
static const struct strings *leftovers(const struct session *s, const struct history *h,
				       const struct journal *j)
{
	const struct journal *by = history_undone_by(h, j->id);

	if (!s->options.force)
		return NULL;
	if (by && by->left.len)
		return &by->left;
	return j->end == END_STRANDED && j->left.len ? &j->left : NULL;
}

static int say_unknown(const struct journal *j, struct error *err)
{
	auto_free char *command = text_format("rollback %s --force", j->id);

	return command ? where_say_unknown(j->id, &j->who, command, err)
		       : error_set(err, ENOMEM, "roll back");
}

static int plan_one(const struct session *s, const struct changing *c, const struct journal *j,
		    struct plan *plan, struct error *err)
{
	struct txn *t = c->txn;
	const struct strings *only = leftovers(s, txn_history(t), j);
	enum where where;
	int r = only ? 0 : undo_check(txn_history(t), j, err);

	if (r)
		return r;
	where = txn_go(t, &j->who, err);
	if (where == WHERE_UNREACHABLE)
		return error_within(err, "transaction %s", j->id);
	if (where == WHERE_UNKNOWN && !s->options.force)
		return say_unknown(j, err);
	r = undo_plan(j, values_left(c, j, where), only, plan, err);
	if (!r && where == WHERE_UNKNOWN && where_note_gone(&j->who, &plan->warnings))
		r = error_set(err, ENOMEM, "roll back");
	return r;
}

static int roll_back(const struct session *s, const struct changing *c, const char *id,
		     struct outcome *ret, struct error *err)
{
	auto_call(plan_done) struct plan plan = {0};
	const struct txn_options o = {
		.command = "rollback",
		.undoes = id,
		.foreign = s->options.force ? FOREIGN_OVERWRITE : FOREIGN_SKIP,
	};
	const struct journal *j = NULL;
	int r = find(c, id, &j, err);

	if (!r)
		r = plan_one(s, c, j, &plan, err);
	if (r == -EXDEV)
		ret->state = TXN_STRANDED;
	return r ? r : txn_run(c->txn, &plan, &o, ret, err);
}

/* What cannot be told for want of memory is done all the same. */
static void add_outcome(const struct session *s, struct outcome *all, struct outcome *one)
{
	size_t told = 0;

	if (!all->changes.len && !all->id) {
		*all = *one;
		*one = (struct outcome){0};
		return;
	}
	if (one->state != TXN_NOTHING)
		all->state = one->state;
	all->changed |= one->changed;
	if (one->id) {
		free(all->id);
		all->id = take(one->id);
	}
	while (told < one->changes.len && !vec_push(&all->changes, one->changes.items[told]))
		one->changes.items[told++] = (struct change){0};
	if (told < one->changes.len || strings_add_all(&all->warnings, &one->warnings))
		session_warn(s, "not all of what was done can be told: out of memory");
}

/* Newest first, each a transaction of its own: where one fails, those before it stand. */
static int roll_back_all(const struct session *s, const struct changing *c,
			 const struct strings *ids, struct outcome *ret, struct error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < ids->len; i++) {
		auto_call(outcome_done) struct outcome one = {0};

		r = roll_back(s, c, ids->items[i], &one, err);
		add_outcome(s, ret, &one);
	}
	return r;
}

static int say_later(const struct journal *j, const struct strings *later, struct error *err)
{
	return error_say(err, EINVAL,
			 "transaction %s cannot be rolled back alone: %s changed the same after "
			 "it%s (--through rolls all of them back)",
			 j->id, later->items[0], later->len > 1 ? ", and others did" : "");
}

static int choose(const struct session *s, const struct changing *c, const char *id,
		  struct strings *ids, struct error *err)
{
	const struct journal *j = NULL;
	int r = find(c, id, &j, err);

	if (r)
		return r;
	if (undo_later(txn_history(c->txn), j, ids))
		return error_set(err, ENOMEM, "roll back");
	if (ids->len && !s->options.through)
		return say_later(j, ids, err);
	return strings_add(ids, "%s", j->id) ? error_set(err, ENOMEM, "roll back") : 0;
}

static int rollback(const struct session *s, struct changing *c, struct outcome *ret,
		    struct error *err)
{
	auto_call(strings_done) struct strings ids = {0};
	const char *id = s->args.len ? s->args.items[0] : NULL;
	bool is_done = false;
	int r = revert(s, c, id, &is_done, ret, err);

	if (r || is_done)
		return r;
	r = changing_begin(s, c, err);
	if (!r)
		r = choose(s, c, id, &ids, err);
	return r ? r : roll_back_all(s, c, &ids, ret, err);
}

enum status cmd_rollback(struct session *s)
{
	auto_call(changing_done) struct changing c = {.place.proc_sys = -1};
	auto_call(outcome_done) struct outcome out = {0};
	struct error err = {0};
	int r = rollback(s, &c, &out, &err);

	/* What stopped it was recovering: that is what became of the host. */
	if (r && !c.txn && c.recovered.id)
		return changing_tell(s, &c, NULL, &c.recovered, r, &err);
	return changing_tell(s, &c, NULL, &out, r, &err);
}
