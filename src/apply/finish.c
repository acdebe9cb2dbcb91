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
	int code = run_back(r, &err);
	const bool is_stranded = r->has_failed || r->left.len || code;

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
