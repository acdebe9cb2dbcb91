/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Undoing: in the process that did it, where the old files lie beside the new
 * ones; and after a crash, where all that is left is the journal.
 */
#include <errno.h>
#include <string.h>

#include "apply/run.h"

static struct step reverse(const struct step *s)
{
	struct step r = *s;

	r.before = s->after;
	r.after = s->before;
	r.before_meta = s->after_meta;
	r.after_meta = s->before_meta;
	return r;
}

/* Marks are not synced, and running values not asked about after a boot. */
static bool was_begun(const struct run *r, size_t i)
{
	const struct journal *j = r->journal;
	const bool same_boot =
		*j->who.boot_id && strcmp(j->who.boot_id, r->place->who->boot_id) == 0;

	return j->begun[i] || (!same_boot && j->steps.items[i].kind != STEP_SYSCTL);
}

static int open_reversed(struct run *r, struct action *a, enum holds *ret, struct error *err)
{
	struct meta meta = {0};
	int code = file_swap_open(r->place, &a->reversed, run_dirs_above(r->journal, a->step),
				  &a->file, ret, &meta, err);

	a->is_open = !code;
	meta_done(&meta);
	return code;
}

static int open_back(struct run *r, struct action *a, struct error *err)
{
	enum holds holds;
	int code;

	if (a->step->kind != STEP_SYSCTL) {
		a->is_reversed = true;
		a->reversed = reverse(a->step);
		return open_reversed(r, a, &holds, err);
	}
	code = sysctl_write_open(r->place, a->step, &a->value, err);
	a->is_open = !code;
	return code;
}

/* What all namespaces of a host share lives as long as the boot, whoever is gone. */
static bool outlives(const struct run *r, const struct step *s)
{
	const char *boot_id = r->journal->who.boot_id;

	return r->place->proc_sys >= 0 && *boot_id && tunable_is_hostwide(s->tunable) &&
	       strcmp(boot_id, r->place->who->boot_id) == 0;
}

/* Under net.* what is the host's is not to be seen from a child namespace: not gone. */
static bool is_gone(const struct run *r, const struct step *s)
{
	return s->kind == STEP_SYSCTL && (!tunable_is_hostwide(s->tunable) ||
					  strcmp(r->journal->who.netns, r->place->who->netns) == 0);
}

static void open_one_back(struct run *r, size_t i, bool with_values)
{
	struct action *a = &r->actions[i];
	struct error err = {0};
	int code;

	a->is_begun = was_begun(r, i);
	if (a->is_begun && a->step->kind == STEP_SYSCTL && !with_values && !outlives(r, a->step)) {
		a->is_begun = false;
		run_tell(a, RESULT_SKIPPED, "it went with the boot or the network namespace");
	}
	code = a->is_begun ? open_back(r, a, &err) : 0;
	if (!code)
		return;
	a->is_begun = false;
	if (code == -ENOENT && is_gone(r, a->step)) {
		run_tell(a, RESULT_SKIPPED, "the kernel has it no more");
		return;
	}
	run_tell(a, RESULT_FAILED, err.text);
	r->has_failed = true;
}

void run_open_back(struct run *r, bool with_values)
{
	struct action *last = NULL;

	for (size_t i = 0; i < r->journal->steps.len; i++) {
		open_one_back(r, i, with_values);
		last = r->actions[i].is_begun ? &r->actions[i] : last;
	}
	if (last && last->is_open && last->step->kind == STEP_SYSCTL)
		last->value.is_torn = true;
}

static int value_back(struct action *a, enum result *ret, struct error *err)
{
	enum holds holds = HOLDS_OTHER;
	int code = sysctl_write_swap(&a->value, DIRECTION_BACK, &holds, err);

	*ret = holds == HOLDS_BEFORE ? RESULT_KEPT : RESULT_RESTORED;
	return code;
}

/* After a crash the old bytes come from the journal: there and back is one way. */
static int file_back_reversed(struct run *r, struct action *a, enum result *ret, struct error *err)
{
	enum holds holds;
	int code;

	file_swap_close(&a->file);
	a->is_open = false;
	code = open_reversed(r, a, &holds, err);
	if (code)
		return code;
	*ret = RESULT_KEPT;
	if (holds == HOLDS_AFTER)
		return 0;
	if (holds != HOLDS_BEFORE)
		return error_say(err, ESTALE, "%s was changed by somebody", a->step->name);
	*ret = RESULT_RESTORED;
	code = file_swap_stage(&a->file, err);
	return code ? code : file_swap_do(&a->file, err);
}

static int action_back(struct run *r, struct action *a, enum result *ret, struct error *err)
{
	if (!a->is_open)
		return error_say(err, EIO, "%s could not be opened", a->step->name);
	if (a->step->kind == STEP_SYSCTL)
		return value_back(a, ret, err);
	if (a->is_reversed)
		return file_back_reversed(r, a, ret, err);
	*ret = a->file.is_done ? RESULT_RESTORED : RESULT_KEPT;
	return file_swap_back(&a->file, err);
}

static int back_one(struct run *r, struct action *a, struct error *err)
{
	enum result result = RESULT_RESTORED;
	struct error why = {0};
	auto_free char *first = NULL;
	int code = action_back(r, a, &result, &why);

	if (!code) {
		/* The reason why it had to be undone stays with the step. */
		first = take(a->change->message);
		run_tell(a, result, first);
		return 0;
	}
	if (code == -ESTALE && run_removes_dir(a->step, DIRECTION_BACK)) {
		run_tell(a, RESULT_KEPT, "it is not empty");
		return 0;
	}
	if (code == -ESTALE)
		return run_leave(r, a, why.text, err);
	run_tell(a, RESULT_FAILED, why.text);
	r->has_failed = true;
	return 0;
}

int run_back(struct run *r, struct error *err)
{
	struct error ignored;
	int code = 0;

	for (size_t i = r->journal->steps.len; i-- > 0;) {
		struct action *a = &r->actions[i];
		int c = a->is_begun ? back_one(r, a, err) : 0;

		code = code ? code : c;
	}
	if (run_sync(r, &ignored))
		r->has_failed = true;
	return code;
}
