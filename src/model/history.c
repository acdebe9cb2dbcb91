/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/history.h"

#include <errno.h>
#include <string.h>

void history_done(struct history *h)
{
	for (size_t i = 0; i < h->len; i++)
		journal_done(&h->items[i]);
	vec_done(h);
	strings_done(&h->damaged);
}

struct journal *history_find(const struct history *h, const char *id)
{
	for (size_t i = 0; i < h->len; i++) {
		if (strcmp(h->items[i].id, id) == 0)
			return &h->items[i];
	}
	return NULL;
}

/* Newest first, so that what is taken back twice ends here. */
const struct journal *history_undone_by(const struct history *h, const char *id)
{
	for (size_t i = h->len; i-- > 0;) {
		const struct journal *j = &h->items[i];

		if (j->undoes && strcmp(j->undoes, id) == 0 && j->end == END_COMMITTED &&
		    !history_undone_by(h, j->id))
			return j;
	}
	return NULL;
}

const struct journal *history_last(const struct history *h, const struct journal *before)
{
	for (size_t i = before ? (size_t)(before - h->items) : h->len; i-- > 0;) {
		const struct journal *j = &h->items[i];

		if (j->end == END_COMMITTED && !j->undoes && !history_undone_by(h, j->id))
			return j;
	}
	return NULL;
}

const struct journal *history_unfinished(const struct history *h)
{
	for (size_t i = h->len; i-- > 0;) {
		if (h->items[i].ready && !h->items[i].end)
			return &h->items[i];
	}
	return NULL;
}

void history_expire(struct history *h, const char *boot_id, int64_t boottime)
{
	for (size_t i = 0; i < h->len; i++) {
		struct journal *j = &h->items[i];

		j->overdue = journal_is_on_trial(j) && (strcmp(j->who.boot_id, boot_id) != 0 ||
							j->confirm_boottime <= boottime);
	}
}

enum txn_state history_state(const struct history *h, const struct journal *j)
{
	switch (j->end) {
	case END_COMMITTED:
		return history_undone_by(h, j->id) ? TXN_ROLLED_BACK : TXN_COMMITTED;
	case END_ROLLED_BACK:
		return TXN_ROLLED_BACK;
	case END_NONE:
		if (!j->ready)
			return TXN_NOTHING;
		return journal_is_on_trial(j) && !j->overdue ? TXN_PENDING : TXN_STRANDED;
	case END_STRANDED:
	case END_COUNT:
		break;
	}
	return TXN_STRANDED;
}

int history_ours(const struct history *h, struct ours *ret)
{
	for (size_t i = h->len; i-- > 0;) {
		if (h->items[i].end == END_COMMITTED)
			return journal_ours(&h->items[i], ret);
	}
	*ret = (struct ours){0};
	return 0;
}

static bool stands(const struct history *h, const struct journal *j)
{
	return j->end == END_COMMITTED && !j->undoes && !history_undone_by(h, j->id);
}

/* A value is that of its place: value (NULL: s is a file) says which. */
static bool changes(const struct journal *j, const struct step *s, const struct our_value *value)
{
	if (value && !our_value_is_in(value, j->who.boot_id, j->who.netns))
		return false;
	for (size_t i = 0; i < j->steps.len; i++) {
		const struct step *other = &j->steps.items[i];

		if (other->kind == s->kind && strcmp(other->name, s->name) == 0)
			return !journal_left(j, s->name);
	}
	return false;
}

/* Does what this step of j did stand, and no later one on top of it? */
static bool is_on_top(const struct history *h, const struct ours *now, const struct journal *j,
		      const struct step *s)
{
	const struct our_value *value = NULL;

	if (s->kind == STEP_SYSCTL)
		value = ours_value(now, s->name, j->who.boot_id, j->who.netns);
	if (!value && (s->kind != STEP_FILE || !ours_file(now, s->name)))
		return false;
	for (const struct journal *later = j + 1; later < h->items + h->len; later++) {
		if (stands(h, later) && changes(later, s, value))
			return false;
	}
	return !journal_left(j, s->name);
}

bool history_is_in_force(const struct history *h, const struct ours *now, const struct journal *j)
{
	for (size_t i = 0; stands(h, j) && i < j->steps.len; i++) {
		if (is_on_top(h, now, j, &j->steps.items[i]))
			return true;
	}
	return false;
}
