/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/undo.h"

#include <errno.h>
#include <string.h>

static int add_reversed(const struct step *from, struct plan *p)
{
	struct step s = {
		.kind = from->kind,
		.tunable = from->tunable,
		.name = strdup(from->name),
		.foreign = from->foreign,
		.risk = from->risk,
	};

	if (!s.name || bytes_copy(&from->after, &s.before) || bytes_copy(&from->before, &s.after) ||
	    meta_copy(&from->before_meta, &s.after_meta) || vec_push(&p->steps, s)) {
		step_done(&s);
		return -ENOMEM;
	}
	return 0;
}

/* Was not carried out, or is somebody's: there is nothing to take back. */
static bool is_out(const struct journal *j, const struct step *s, const struct strings *only)
{
	return only ? !strings_has(only, s->name) : journal_left(j, s->name);
}

/* The one kind of key that a newer or older program may not know. */
static int note_unknown(const struct step *s, struct plan *p)
{
	return strings_add(&p->warnings,
			   "%s is not known to this version: its running value is left as it is",
			   s->name);
}

/* Files, whatever becomes of values. */
static bool is_there(const struct step *s, enum undo_values values)
{
	return s->kind != STEP_SYSCTL || values == UNDO_EVERY_VALUE ||
	       (values == UNDO_HOST_VALUES && tunable_is_hostwide(s->tunable));
}

static int add_all(const struct journal *j, bool is_value, enum undo_values values,
		   const struct strings *only, struct plan *p)
{
	int r = 0;

	for (size_t i = j->steps.len; !r && i-- > 0;) {
		const struct step *s = &j->steps.items[i];

		if ((s->kind == STEP_SYSCTL) != is_value || is_out(j, s, only) ||
		    !is_there(s, values))
			continue;
		r = is_value && !s->tunable ? note_unknown(s, p) : add_reversed(s, p);
	}
	return r;
}

int undo_plan(const struct journal *j, enum undo_values values, const struct strings *only,
	      struct plan *ret, struct error *err)
{
	struct plan p = {.profile = j->profile ? strdup(j->profile) : NULL};
	int r = j->profile && !p.profile ? -ENOMEM : 0;

	if (!r)
		r = add_all(j, true, values, only, &p);
	if (!r)
		r = add_all(j, false, values, only, &p);
	if (r) {
		plan_done(&p);
		return error_set(err, ENOMEM, "plan to take transaction %s back", j->id);
	}
	*ret = p;
	return 0;
}

/* A value of another boot or namespace is another value. */
static bool is_same(const struct journal *a, const struct step *s, const struct journal *b)
{
	return s->kind != STEP_SYSCTL || identity_same_place(&a->who, &b->who) ||
	       (tunable_is_hostwide(s->tunable) && strcmp(a->who.boot_id, b->who.boot_id) == 0);
}

static bool touches(const struct journal *j, const char *name)
{
	for (size_t i = 0; i < j->steps.len; i++) {
		if (j->steps.items[i].kind != STEP_DIR && strcmp(j->steps.items[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool overlap(const struct journal *a, const struct journal *b)
{
	for (size_t i = 0; i < a->steps.len; i++) {
		const struct step *s = &a->steps.items[i];

		if (s->kind != STEP_DIR && is_same(a, s, b) && touches(b, s->name))
			return true;
	}
	return false;
}

/*
 * A rollback is newer than j only if it took back what is older: what it took
 * back of later ones leaves j on top.  Nor does one whose transaction is forgotten
 * stand in the way: had that been older, j would have had to be taken back first.
 */
static bool takes_back_newer(const struct history *h, const struct journal *later,
			     const struct journal *j)
{
	const struct journal *undone = later->undoes ? history_find(h, later->undoes) : NULL;

	return later->undoes && (!undone || undone >= j);
}

int undo_later(const struct history *h, const struct journal *j, struct strings *ret)
{
	for (size_t i = h->len; i-- > 0 && &h->items[i] != j;) {
		const struct journal *later = &h->items[i];

		if (later->end != END_COMMITTED || takes_back_newer(h, later, j) ||
		    history_undone_by(h, later->id) || !overlap(later, j))
			continue;
		if (strings_add(ret, "%s", later->id))
			return -ENOMEM;
	}
	return 0;
}

int undo_check(const struct history *h, const struct journal *j, struct error *err)
{
	const struct journal *by = history_undone_by(h, j->id);

	if (by)
		return error_say(err, EINVAL, "transaction %s was rolled back already, by %s",
				 j->id, by->id);
	if (j->end == END_ROLLED_BACK)
		return error_say(err, EINVAL,
				 "transaction %s changed nothing: it was undone as it failed",
				 j->id);
	return 0;
}
