/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What awaits confirmation: its running values are live, its files are not.
 * Confirming goes on where apply stopped, in the same journal.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "apply/finish.h"
#include "apply/pending.h"
#include "apply/recover.h"
#include "apply/where.h"

static struct journal *find_pending(const struct txn *t, const char *id)
{
	for (size_t i = t->history.len; i-- > 0;) {
		struct journal *j = &t->history.items[i];

		if (j->ready && !j->end && j->confirm_boottime && (!id || strcmp(j->id, id) == 0))
			return j;
	}
	return NULL;
}

static int no_such(const char *id, struct error *err)
{
	if (id)
		return error_say(err, ENOENT, "transaction %s does not await confirmation", id);
	return error_say(err, ENOENT, "nothing awaits confirmation");
}

int txn_open_pending(const struct place *place, struct txn **ret, struct error *err)
{
	return txn_begin(place, ret, err);
}

static bool is_too_late(const struct journal *j)
{
	struct timespec now;

	return clock_gettime(CLOCK_BOOTTIME, &now) ||
	       (int64_t)now.tv_sec * 1000000000 + now.tv_nsec >= j->confirm_boottime;
}

static int persist(struct txn *t, struct run *r, struct error *err)
{
	const struct txn_options *o = r->options;
	int code = run_preflight(r, PREFLIGHT_RESUME, PART_FILES, err);

	if (!code && is_too_late(r->journal))
		code = error_say(err, ETIMEDOUT, "the time to confirm transaction %s is over",
				 r->journal->id);
	if (!code)
		code = run_stage(r, err);
	if (!code && t->place.is_here && run_wants(r, PART_FILES))
		code = pending_put(&t->place, r->journal, err);
	if (!code)
		code = run_forward(r, PART_FILES, err);
	if (!code)
		code = finish_done(r, err);
	if (!code && o->verify)
		code = o->verify(o->context, err);
	return code ? code : finish_commit(r, err);
}

static int confirm(struct txn *t, struct journal *j, const struct txn_options *o,
		   struct outcome *ret, struct error *err)
{
	struct run run = {0};
	int r = run_init(&run, &t->place, j, ret, o, err);

	if (!r)
		r = journal_file_open(t->transactions, j, &run.disk, err);
	if (!r)
		r = run_preflight(&run, PREFLIGHT_RESUME, PART_VALUES, err);
	ret->state = r ? TXN_PENDING : ret->state; /* nothing was done: it can be tried again */
	if (!r) {
		r = persist(t, &run, err);
		if (r)
			finish_undo(&run);
		finish_tidy(&run);
	}
	run_done(&run);
	return r;
}

/* Its values went with the boot.  Nothing is left to be kept, or to be looked at. */
static int say_rebooted(const struct journal *j, struct outcome *ret, struct error *err)
{
	ret->state = TXN_NOTHING;
	return error_say(err, ECANCELED,
			 "transaction %s was not confirmed before this host was booted anew, and "
			 "is not kept: `tcptune recover` ends it",
			 j->id);
}

int txn_confirm(struct txn *t, const char *id, const struct txn_options *o, struct outcome *ret,
		struct error *err)
{
	struct journal *j = find_pending(t, id);
	enum where where;
	int back = -1, r;

	*ret = (struct outcome){0};
	if (!j)
		return no_such(id, err);
	ret->id = strdup(j->id);
	ret->state = TXN_STRANDED;
	if (!journal_is_on_trial(j))
		return error_say(err, ESTALE,
				 "transaction %s was interrupted while it was written, confirmed "
				 "or taken back: `tcptune recover` ends it",
				 j->id);
	if (strcmp(j->who.boot_id, t->place.who->boot_id) != 0)
		return say_rebooted(j, ret, err);
	where = where_go(&j->who, t->place.who, &back, err);
	if (where == WHERE_UNKNOWN)
		return where_say_unknown(j->id, &j->who, "rollback --force", err);
	if (where != WHERE_HERE)
		return err->code ? -err->code
				 : error_say(err, EXDEV,
					     "transaction %s is of another network namespace: "
					     "`tcptune recover` ends it",
					     j->id);
	r = txn_need_state(t, err);
	if (!r)
		r = confirm(t, j, o, ret, err);
	if (where_return(&back, err) && !r)
		r = -err->code;
	return r;
}

int txn_revert(struct txn *t, const char *id, struct outcome *ret, struct error *err)
{
	struct journal *j = find_pending(t, id);

	*ret = (struct outcome){0};
	return j ? recover_back(t, j, ret, err) : no_such(id, err);
}
