/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/txn_fill.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"

static int copy_step(const struct step *from, struct journal *j)
{
	struct step s = *from;

	s.name = strdup(from->name);
	s.before = s.after = (struct bytes){0};
	s.before_meta = s.after_meta = (struct meta){0};
	if (!s.name || bytes_copy(&from->before, &s.before) || bytes_copy(&from->after, &s.after) ||
	    meta_copy(&from->before_meta, &s.before_meta) ||
	    meta_copy(&from->after_meta, &s.after_meta) || vec_push(&j->steps, s)) {
		step_done(&s);
		return -ENOMEM;
	}
	return 0;
}

static int set_deadline(struct journal *j, uint64_t seconds, struct error *err)
{
	struct timespec now;

	if (!seconds)
		return 0;
	if (seconds > INT32_MAX || clock_gettime(CLOCK_BOOTTIME, &now))
		return error_set(err, EINVAL, "set the time to confirm");
	j->confirm_until = j->time + (int64_t)seconds;
	j->confirm_boottime = ((int64_t)now.tv_sec + (int64_t)seconds) * 1000000000 + now.tv_nsec;
	return 0;
}

int txn_fill_journal(const struct txn *t, const struct plan *plan, const struct txn_options *o,
		     struct journal *j, struct error *err)
{
	int r;

	j->command = strdup(o->command);
	j->profile = plan->profile ? strdup(plan->profile) : NULL;
	j->undoes = o->undoes ? strdup(o->undoes) : NULL;
	j->time = time(NULL);
	r = !j->command || (plan->profile && !j->profile) || (o->undoes && !j->undoes);
	for (size_t i = 0; !r && i < plan->steps.len; i++)
		r = copy_step(&plan->steps.items[i], j);
	if (!r)
		j->begun = calloc(plan->steps.len + 1, sizeof(*j->begun));
	if (r || !j->begun || identity_copy(t->place.who, &j->who))
		return error_set(err, ENOMEM, "begin a transaction");
	return set_deadline(j, o->confirm_seconds, err);
}

static struct our_file *find_file(struct ours *o, const char *path)
{
	for (size_t i = 0; i < o->files.len; i++) {
		if (strcmp(o->files.items[i].path, path) == 0)
			return &o->files.items[i];
	}
	return NULL;
}

static void forget_file(struct ours *o, const char *path)
{
	struct our_file *f = find_file(o, path);

	if (!f)
		return;
	our_file_done(f);
	*f = o->files.items[--o->files.len];
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct our_file *)a)->path, ((const struct our_file *)b)->path);
}

static int note_file(struct ours *o, const struct step *s)
{
	char digest[DIGEST_SIZE];
	struct our_file f;

	forget_file(o, s->name);
	if (!s->after.data)
		return 0;
	digest_of(s->after.data, s->after.len, digest);
	f = (struct our_file){strdup(s->name), strdup(digest), s->foreign};
	if (!f.path || !f.digest || vec_push(&o->files, f)) {
		our_file_done(&f);
		return -ENOMEM;
	}
	qsort(o->files.items, o->files.len, sizeof(f), by_path);
	return 0;
}

/*
 * What was written in another boot is nobody's any more.  Whether a namespace is still
 * there is not asked: who is wrong about it would lose the first values for good.
 */
static void forget_boots(struct ours *o, const char *boot_id)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->values.len; i++) {
		if (strcmp(o->values.items[i].boot_id, boot_id) == 0)
			o->values.items[kept++] = o->values.items[i];
		else
			our_value_done(&o->values.items[i]);
	}
	o->values.len = kept;
}

/* A file that a rollback gives back whole is ours only if it was before. */
static bool was_ours_before(const struct txn *t, const struct journal *j, const char *path)
{
	const struct journal *last = NULL;
	bool ours;

	for (size_t i = 0; i < t->history.len && strcmp(t->history.items[i].id, j->undoes); i++) {
		if (t->history.items[i].end == END_COMMITTED)
			last = &t->history.items[i];
	}
	ours = last && ours_file(&last->ours, path) && !journal_left(last, path);
	return ours;
}

int txn_fill_ours(const struct txn *t, struct journal *j, struct error *err)
{
	int r = history_ours(&t->history, &j->ours);

	if (!r)
		forget_boots(&j->ours, j->who.boot_id);
	for (size_t i = 0; !r && i < j->steps.len; i++) {
		const struct step *s = &j->steps.items[i];

		if (s->kind == STEP_SYSCTL)
			r = ours_note(&j->ours, s->name, s->before.data, s->after.data,
				      j->who.boot_id, j->who.netns);
		else if (s->kind == STEP_FILE && s->foreign && j->undoes &&
			 !was_ours_before(t, j, s->name))
			forget_file(&j->ours, s->name);
		else if (s->kind == STEP_FILE)
			r = note_file(&j->ours, s);
	}
	return r ? error_set(err, ENOMEM, "begin a transaction") : 0;
}
