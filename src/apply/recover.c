/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recovery needs the journal only, and asks the host what it has: a step is
 * undone if what it wrote is there, and is done with if what was before is
 * there.  So it does not matter where the crash was, and a crash in here is
 * recovered by the next.
 *
 *   forward   the journal says `done` and not `undoing`: all that is missing is
 *             the last record
 *   back      anything else; what is on trial has done nothing but values
 *
 * What the host has does not tell which: a file may have been the new one
 * before, and half of what was undone may look done.
 */
#include "apply/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "apply/finish.h"
#include "apply/lock.h"
#include "apply/pending.h"
#include "apply/state_dir.h"
#include "apply/where.h"
#include "base/root.h"
#include "base/text.h"
#include "read/state.h"

static const struct txn_options no_options = {.command = "recover"};

/*
 * What a crash left of a file that was about to be written: beside it, or
 * further up if its directory was to be made.
 */
static int sweep(const struct place *place, const char *path)
{
	auto_free char *parent = strdup(path);
	const char *name = strrchr(path, '/') + 1;
	int r = parent ? 0 : -ENOMEM;

	for (char *slash; !r && (slash = strrchr(parent, '/')) && slash != parent;) {
		auto_close int dir = -1;

		*slash = '\0';
		dir = root_openat(place->root, parent, O_RDONLY | O_DIRECTORY);
		if (dir != -ENOENT)
			r = dir < 0 ? dir : file_sweep(dir, name);
	}
	return r;
}

static int sweep_all(const struct place *place, const struct journal *j, struct error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < j->steps.len; i++) {
		if (j->steps.items[i].kind == STEP_FILE)
			r = sweep(place, j->steps.items[i].name);
		if (r)
			return error_set(err, -r, "remove what was left beside %s",
					 j->steps.items[i].name);
	}
	return 0;
}

static int open_disk(struct txn *t, struct run *r, struct error *err)
{
	if (!history_find(&t->history, r->journal->id))
		return 0; /* all that is known is /etc/tcptune/pending */
	return journal_file_open(t->transactions, r->journal, &r->disk, err);
}

static void all_results(struct outcome *o, enum result result)
{
	for (size_t i = 0; i < o->changes.len; i++)
		o->changes.items[i].result = result;
}

enum aim { AIM_EITHER, AIM_BACK };

static int finish(struct txn *t, struct run *r, bool values_here, enum aim aim, struct error *err)
{
	int code = open_disk(t, r, err);

	/* Recovering writes what it needs anew. */
	if (!code)
		code = sweep_all(&t->place, r->journal, err);
	if (code)
		return code;
	if (aim == AIM_EITHER && r->journal->done && !r->journal->undoing) {
		all_results(r->outcome, RESULT_CHANGED);
		code = finish_commit(r, err);
	} else {
		run_open_back(r, values_here);
		finish_undo(r);
	}
	if (code)
		return code;
	finish_tidy(r);
	return r->outcome->state == TXN_STRANDED
		       ? error_say(err, ESTALE,
				   "transaction %s could not be undone in full: `tcptune history "
				   "%s` says what is left to look at",
				   r->journal->id, r->journal->id)
		       : 0;
}

static bool has_values(const struct journal *j)
{
	for (size_t i = 0; i < j->steps.len; i++) {
		if (j->steps.items[i].kind == STEP_SYSCTL && j->begun[i])
			return true;
	}
	return false;
}

/* A person who says so answers for it: what is not there cannot be written, either. */
static int forget_unknown(const struct txn *t, const struct journal *j, enum aim aim,
			  struct outcome *ret, struct error *err)
{
	auto_free char *command =
		aim == AIM_BACK ? text_format("rollback %s --force", j->id) : NULL;

	if (!t->place.forgets_unknown)
		return where_say_unknown(j->id, &j->who, command ? command : "recover --force",
					 err);
	return where_note_gone(&j->who, &ret->warnings) ? error_set(err, ENOMEM, "recover") : 0;
}

static int recover_one(struct txn *t, struct journal *j, enum aim aim, struct outcome *ret,
		       struct error *err)
{
	enum where where = WHERE_GONE;
	struct run run = {0};
	int back = -1, r = 0;

	outcome_done(ret);
	ret->id = strdup(j->id);
	ret->state = TXN_STRANDED;
	if (has_values(j))
		where = where_go(&j->who, t->place.who, &back, err);
	if (where == WHERE_UNREACHABLE)
		return error_within(err, "transaction %s", j->id);
	if (where == WHERE_UNKNOWN)
		r = forget_unknown(t, j, aim, ret, err);
	if (r)
		return r;

	r = run_init(&run, &t->place, j, ret, &no_options, err);
	if (!r)
		r = finish(t, &run, where == WHERE_HERE && t->place.proc_sys >= 0, aim, err);
	run_done(&run);
	if (where_return(&back, err) && !r)
		r = -err->code;
	return r;
}

int recover_back(struct txn *t, struct journal *j, struct outcome *ret, struct error *err)
{
	int r = txn_need_state(t, err);

	return r ? r : recover_one(t, j, AIM_BACK, ret, err);
}

static bool still_waits(const struct txn *t, const struct journal *j)
{
	struct timespec now;

	if (!journal_is_on_trial(j) || clock_gettime(CLOCK_BOOTTIME, &now) ||
	    strcmp(j->who.boot_id, t->place.who->boot_id) != 0)
		return false;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec < j->confirm_boottime;
}

static int say_waits(const struct journal *j, struct error *err)
{
	const time_t until = (time_t)j->confirm_until;
	struct tm tm;
	char buf[32] = "soon";

	if (localtime_r(&until, &tm))
		(void)strftime(buf, sizeof(buf), "%H:%M:%S", &tm);
	return error_busy(err,
			  "transaction %s awaits `tcptune confirm` until %s; `tcptune rollback "
			  "%s` reverts it at once",
			  j->id, buf, j->id);
}

/* What a `confirm` left that had not begun with the files. */
static int sweep_confirm(struct txn *t, const struct journal *j, struct error *err)
{
	int r = sweep_all(&t->place, j, err);

	return r || !t->place.is_here ? r : pending_drop(&t->place, err);
}

/* A journal that was not ready: nothing was changed because of it. */
static int forget_unready(struct txn *t, struct error *err)
{
	for (size_t i = t->history.len; i-- > 0;) {
		struct journal *j = &t->history.items[i];
		int r;

		if (j->ready)
			continue;
		r = txn_need_state(t, err);
		if (r)
			return r;
		r = sweep_all(&t->place, j, err);
		if (r)
			return r;
		r = state_dir_forget(t->transactions, j->id);
		if (!r && t->place.is_here)
			r = pending_drop(&t->place, NULL);
		if (r)
			return error_set(err, -r, "forget transaction %s, which did nothing",
					 j->id);
		journal_done(j);
		memmove(j, j + 1, (t->history.len - i - 1) * sizeof(*j));
		t->history.len--;
	}
	return 0;
}

/* What only /etc/tcptune/pending knows of: /var was lost, or is another's. */
static int recover_pending(struct txn *t, struct outcome *ret, struct error *err)
{
	auto_call(journal_done) struct journal j = {0};
	const struct journal *known;
	int r;

	if (!t->place.is_here)
		return 0;
	r = state_pending(t->place.root, &j, err);
	if (r)
		return r == -ENOENT ? 0 : r;

	/* Numbers start anew with a new /var. */
	known = history_find(&t->history, j.id);
	known = known && known->time == j.time ? known : NULL;
	if (known && known->ready && !known->end)
		return 0; /* it awaits confirmation */
	if (known) {
		r = sweep_all(&t->place, known, err);
		return r ? r : pending_drop(&t->place, err);
	}
	/* Nobody marked what was begun. */
	for (size_t i = 0; i < j.steps.len; i++)
		j.begun[i] = true;
	return recover_one(t, &j, AIM_EITHER, ret, err);
}

int recover_all(struct txn *t, struct outcome *ret, struct error *err)
{
	int r = forget_unready(t, err);

	for (size_t i = t->history.len; !r && i-- > 0;) {
		struct journal *j = &t->history.items[i];

		if (j->end)
			continue;
		if (still_waits(t, j)) {
			r = sweep_confirm(t, j, err);
			return r ? r : say_waits(j, err);
		}
		r = txn_need_state(t, err);
		if (!r)
			r = recover_one(t, j, AIM_EITHER, ret, err);
	}
	return r ? r : recover_pending(t, ret, err);
}

/* The boot unit's: files, by what /etc says; it is told of in /var later. */
int txn_recover_early(const struct place *place, struct outcome *ret, struct error *err)
{
	auto_call(journal_done) struct journal j = {0};
	struct txn t = {.place = *place, .lock = -1, .transactions = -1};
	int r;

	*ret = (struct outcome){0};
	t.place.proc_sys = -1;
	r = state_pending(place->root, &j, err);
	if (r)
		return r == -ENOENT ? 0 : r;
	r = lock_take(place, &t.lock, err);
	if (r)
		return r;
	for (size_t i = 0; i < j.steps.len; i++)
		j.begun[i] = j.steps.items[i].kind != STEP_SYSCTL;
	r = recover_one(&t, &j, AIM_EITHER, ret, err);
	close_indirect(&t.lock);
	return r;
}
