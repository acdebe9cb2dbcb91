/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transaction changes several running values and files, or none.
 *
 *   (1) Preflight first: every key is opened to be written, every file looked at,
 *       every new file written beside the old one.  What fails so far has changed
 *       nothing.
 *   (2) No running value is written and no file takes its name before the old
 *       ones are in the journal and the journal is synced.  Each is looked at
 *       again right before; if somebody changed one meanwhile, all is undone.
 *   (3) Running values come first, then the files: a power cut before the files
 *       leaves a host that boots as before.
 *   (4) Any failure undoes every step done, last one first, and reads back what it
 *       restored.
 *   (5) The journal names the boot and the network namespace.  Running values are
 *       undone only there; they do not outlive a boot, files do.
 *   (6) Undoing restores only what still is as we wrote it.
 *   (7) Undoing twice is undoing once.
 *
 *   no journal --create--> PLANNED --ready--> OPEN --end--> COMMITTED
 *                             |                 |  \--live--> PENDING --confirm--> OPEN
 *                             |                 |                \--revert--> ROLLED BACK
 *                          forgotten            \--any failure--> ROLLED BACK
 *                                               \--it cannot be undone--> STRANDED
 *
 * Everything that takes memory, a descriptor or room on a disk is had before
 * the first write, as far as it can be: undoing takes none.
 */
#include "apply/txn.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "apply/finish.h"
#include "apply/lock.h"
#include "apply/pending.h"
#include "apply/recover.h"
#include "apply/state_dir.h"
#include "apply/txn_fill.h"
#include "read/state.h"

enum { HISTORY_KEPT = 50 };

int txn_need_state(struct txn *t, struct error *err)
{
	return t->transactions >= 0 ? 0 : state_dir_transactions(&t->place, &t->transactions, err);
}

void txn_close(struct txn *t)
{
	if (!t)
		return;
	if (t->has_history && !t->place.is_here && !t->place.keep_history && !t->history.len)
		state_dir_clear(&t->place);
	state_dir_unmake(&t->place, t->missing);
	history_done(&t->history);
	identity_done(&t->moved);
	close_indirect(&t->transactions);
	close_indirect(&t->lock);
	free(t);
}

const struct history *txn_history(const struct txn *t)
{
	return &t->history;
}

/* What is over is there still: else a tree has only what a crash left. */
static bool keeps_history(const struct history *h)
{
	for (size_t i = 0; i < h->len; i++) {
		if (h->items[i].end == END_COMMITTED || h->items[i].end == END_ROLLED_BACK)
			return true;
	}
	return false;
}

static void note_history(struct txn *t)
{
	t->place.keep_history = t->place.keep_history || keeps_history(&t->history);
}

static void block_signals(void)
{
	sigset_t late;

	(void)sigemptyset(&late);
	(void)sigaddset(&late, SIGINT);
	(void)sigaddset(&late, SIGTERM);
	(void)sigaddset(&late, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &late, NULL);
}

int txn_begin(const struct place *place, struct txn **ret, struct error *err)
{
	struct txn *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return error_set(err, ENOMEM, "begin a transaction");
	*t = (struct txn){.place = *place, .lock = -1, .transactions = -1};
	block_signals();
	t->missing = state_dir_missing(place);
	r = lock_take(place, &t->lock, err);
	if (!r)
		r = state_read(place->root, &t->history, err);
	t->has_history = !r;
	if (r) {
		txn_close(t);
		return r;
	}
	note_history(t);
	*ret = t;
	return 0;
}

int txn_open(const struct place *place, struct txn **ret, struct outcome *ret_recovered,
	     struct error *err)
{
	struct txn *t = NULL;
	int r;

	*ret_recovered = (struct outcome){0};
	*ret = NULL;
	r = txn_begin(place, &t, err);
	if (!r)
		r = recover_all(t, ret_recovered, err);
	if (r) {
		txn_close(t);
		return r;
	}
	note_history(t); /* what a crash left is part of it now */
	*ret = t;
	return 0;
}

/* The same person, with the same words, in another place. */
static int move(struct txn *t, const struct identity *there)
{
	struct identity now = *t->place.who, copy = {0};

	now.netns = there->netns;
	now.netns_name = there->netns_name;
	if (identity_copy(&now, &copy)) {
		identity_done(&copy);
		return -ENOMEM;
	}
	identity_done(&t->moved);
	t->moved = copy;
	t->place.who = &t->moved;
	return 0;
}

int txn_is_gone(const struct txn *t, const struct identity *there, bool *ret, struct error *err)
{
	struct error unreachable;
	int back = -1;

	*ret = where_go(there, t->place.who, &back, &unreachable) == WHERE_GONE;
	return where_return(&back, err);
}

enum where txn_go(struct txn *t, const struct identity *there, struct error *err)
{
	int back = -1;
	enum where where = where_go(there, t->place.who, &back, err);

	if (back < 0)
		return where;
	if (!move(t, there)) {
		close_indirect(&back);
		return WHERE_HERE;
	}
	if (!where_return(&back, err))
		(void)error_set(err, ENOMEM, "enter the network namespace");
	return WHERE_UNREACHABLE;
}

static int append(struct run *r, void (*put)(struct text *), struct error *err)
{
	auto_text struct text t = {0};

	put(&t);
	if (t.failed)
		return error_set(err, ENOMEM, "write the journal");
	return journal_file_append(&r->disk, t.str, t.len, err);
}

/* The journal is whole and on the disk, with the names that lead to it. */
static int make_ready(struct txn *t, struct run *r, struct error *err)
{
	int code = append(r, journal_put_ready, err);

	if (!code)
		code = journal_file_sync(&r->disk, err);
	if (!code && (fsync(r->disk.dir) || fsync(t->transactions)))
		code = error_set(err, errno, "sync the journal");
	return code;
}

static int prepare(struct txn *t, struct run *r, struct error *err)
{
	const bool persists = !r->options->confirm_seconds && run_wants(r, PART_FILES);
	struct journal *j = r->journal;
	int code = txn_need_state(t, err);

	if (!code)
		code = journal_file_create(t->transactions, j, &r->disk, err);
	if (code)
		return code;
	r->outcome->id = strdup(j->id);
	if (!r->outcome->id)
		return error_set(err, ENOMEM, "begin a transaction");
	if (persists)
		code = run_stage(r, err);
	if (!code && persists && t->place.is_here)
		code = pending_put(&t->place, j, err);
	if (!code)
		code = make_ready(t, r, err);
	if (!code && r->options->arm)
		code = r->options->arm(r->options->context, j->id, j->confirm_boottime, err);
	return code;
}

/* Nothing was written because of it: it leaves no trace. */
static void forget(struct txn *t, struct run *r)
{
	struct journal *j = r->journal;

	if (run_unstage(r, NULL))
		return; /* recovering sweeps it, and forgets the rest */
	if (r->disk.fd >= 0) {
		(void)state_dir_forget(t->transactions, j->id);
		if (t->place.is_here && pending_drop(&t->place, NULL))
			return; /* the next one drops it */
	}
	free(take(r->outcome->id));
	r->outcome->state = TXN_NOTHING;
}

static int go_live(struct run *r, struct error *err)
{
	int code = run_forward(r, PART_VALUES, err);

	if (!code)
		code = append(r, journal_put_live, err);
	if (code)
		return code;
	r->journal->live = true;
	r->outcome->state = TXN_PENDING;
	r->outcome->changed = true;
	r->outcome->confirm_until = r->journal->confirm_until;
	return 0;
}

static int carry_out(struct run *r, struct error *err)
{
	const struct txn_options *o = r->options;
	int code;

	if (o->confirm_seconds)
		return go_live(r, err);
	code = run_forward(r, PART_ALL, err);
	if (!code)
		code = finish_done(r, err);
	if (!code && o->verify)
		code = o->verify(o->context, err);
	if (!code && run_interrupted())
		code = error_say(err, EINTR, "interrupted by a signal");
	return code ? code : finish_commit(r, err);
}

static bool has_foreign(const struct outcome *o)
{
	for (size_t i = 0; i < o->changes.len; i++) {
		if (o->changes.items[i].result == RESULT_FOREIGN)
			return true;
	}
	return false;
}

static int preflight(struct run *r, struct error *err)
{
	int code = run_preflight(r, PREFLIGHT_PLAN, PART_ALL, err);

	if (code)
		return code;
	if (run_interrupted())
		return error_say(err, EINTR, "interrupted by a signal");
	if (has_foreign(r->outcome) && !run_wants(r, PART_ALL))
		return error_say(err, ESTALE,
				 "everything it would change was changed by somebody since");
	return 0;
}

static int execute(struct txn *t, struct run *r, struct error *err)
{
	int code = preflight(r, err);

	if (!code)
		code = prepare(t, r, err);
	if (code) {
		forget(t, r);
		return code;
	}
	code = carry_out(r, err);
	if (code)
		finish_undo(r);
	if (r->outcome->state != TXN_PENDING)
		finish_tidy(r);
	return code;
}

/*
 * Those that nobody could need any more: not the last, which tells what is ours,
 * and none that a rollback would be of, be it of another namespace.
 */
static void prune(struct txn *t)
{
	auto_call(ours_done) struct ours now = {0};
	size_t extra = t->history.len > HISTORY_KEPT ? t->history.len - HISTORY_KEPT : 0;
	const struct journal *last = NULL;

	if (extra && history_ours(&t->history, &now))
		return; /* the next one prunes */
	for (size_t i = 0; i < t->history.len; i++)
		last = t->history.items[i].end == END_COMMITTED ? &t->history.items[i] : last;
	for (size_t i = 0; i < extra; i++) {
		const struct journal *j = &t->history.items[i];
		bool is_over = j->end == END_COMMITTED || j->end == END_ROLLED_BACK;

		if (is_over && j != last && !history_is_in_force(&t->history, &now, j))
			(void)state_dir_forget(t->transactions, j->id);
	}
}

/* The history goes on in memory, for whoever runs several in a row. */
static void remember(struct txn *t, struct journal *j)
{
	bool is_over = j->end == END_COMMITTED || j->end == END_ROLLED_BACK;

	if (!t->place.is_here && !t->place.keep_history && is_over) {
		(void)state_dir_forget(t->transactions, j->id);
		return;
	}
	j->ready = true;
	if (vec_push(&t->history, *j))
		return;
	*j = (struct journal){0};
	prune(t);
}

static int run_plan(struct txn *t, const struct plan *plan, const struct txn_options *o,
		    struct outcome *ret, struct error *err)
{
	auto_call(journal_done) struct journal j = {0};
	struct run run = {0};
	int r = txn_fill_journal(t, plan, o, &j, err);

	if (!r)
		r = txn_fill_ours(t, &j, err);
	if (!r)
		r = run_init(&run, &t->place, &j, ret, o, err);
	if (!r)
		r = execute(t, &run, err);
	run_done(&run);
	if (ret->state != TXN_NOTHING)
		remember(t, &j);
	return r;
}

int txn_run(struct txn *t, const struct plan *plan, const struct txn_options *o,
	    struct outcome *ret, struct error *err)
{
	*ret = (struct outcome){.undoes = o->undoes != NULL};
	if (strings_add_all(&ret->warnings, &plan->warnings))
		return error_set(err, ENOMEM, "begin a transaction");
	return plan->steps.len ? run_plan(t, plan, o, ret, err) : 0;
}
