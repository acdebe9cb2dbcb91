/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/finish.h"

#include <errno.h>

#include "apply/pending.h"

static int write_end(struct run *r, enum journal_end end, const struct text *ready,
		     struct error *err)
{
	auto_text struct text with_names = {0};
	int code;

	if (r->left.len) {
		journal_put_end(&with_names, end, &r->left);
		if (with_names.failed)
			return error_set(err, ENOMEM, "write the journal");
		ready = &with_names;
	}
	code = journal_file_end(&r->disk, ready->str, ready->len, err);
	if (!code)
		r->journal->end = end;
	return code;
}

static bool any_result(const struct outcome *o, enum result result)
{
	for (size_t i = 0; i < o->changes.len; i++) {
		if (o->changes.items[i].result == result)
			return true;
	}
	return false;
}

static int tell_boot(const struct run *r, const struct text *record, struct error *err)
{
	return r->place->is_here && journal_has_files(r->journal)
		       ? pending_append(r->place, record, err)
		       : 0;
}

/*
 * The boot unit's pointer is the first to say done and the last to say undoing:
 * what it takes back at boot, or leaves, the journal agrees with later.
 */
int finish_done(struct run *r, struct error *err)
{
	int code = tell_boot(r, &r->done, err);

	if (!code)
		code = journal_file_end(&r->disk, r->done.str, r->done.len, err);
	if (!code)
		r->journal->done = true;
	return code;
}

/* 0, too, where it need not be said: not done is recovered backwards anyhow. */
static int say_undoing(struct run *r, struct error *err)
{
	struct error unsaid;
	int code;

	if (r->journal->undoing)
		return 0;
	code = journal_file_end(&r->disk, r->undoing.str, r->undoing.len, err);
	if (code && r->journal->done)
		return code;
	r->journal->undoing = !code;
	if (tell_boot(r, &r->undoing, &unsaid))
		return 0; /* then the boot unit leaves it to the journal */
	return 0;
}

int finish_commit(struct run *r, struct error *err)
{
	int code = write_end(r, END_COMMITTED, &r->committed, err);

	if (code)
		return code;
	r->outcome->state = TXN_COMMITTED;
	r->outcome->changed = any_result(r->outcome, RESULT_CHANGED);
	return 0;
}

static void warn(struct run *r, const struct error *err)
{
	int without_memory = strings_add(&r->outcome->warnings, "%s", err->text);

	(void)without_memory; /* then nobody is told, and nothing is lost */
}

void finish_undo(struct run *r)
{
	struct error err = {0};
	int code = say_undoing(r, &err);
	bool is_stranded;

	strings_done(&r->left); /* of the way there: what was not done is not undone either */

	if (code) {
		r->has_failed = true;
		warn(r, &err);
	} else {
		code = run_back(r, &err);
	}
	is_stranded = r->has_failed || r->left.len || code;
	r->outcome->state = is_stranded ? TXN_STRANDED : TXN_ROLLED_BACK;
	r->outcome->changed = is_stranded;
	if (code || r->has_failed)
		return; /* to be recovered: the journal stays open */
	if (write_end(r, is_stranded ? END_STRANDED : END_ROLLED_BACK, &r->undone, &err))
		warn(r, &err);
}

void finish_tidy(struct run *r)
{
	struct error err = {0};

	/* As long as /etc/tcptune/pending is there, recovering clears up. */
	if (run_unstage(r, &err)) {
		warn(r, &err);
		return;
	}
	if (r->has_failed || !r->place->is_here || !journal_has_files(r->journal))
		return;
	if (pending_drop(r->place, &err))
		warn(r, &err);
}
