/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/root.h"
#include "base/text.h"

static size_t count(const struct run *r)
{
	return r->journal->steps.len;
}

static bool is_in(const struct step *s, enum part part)
{
	return part & (s->kind == STEP_SYSCTL ? PART_VALUES : PART_FILES);
}

bool run_interrupted(void)
{
	sigset_t waiting;

	return !sigpending(&waiting) &&
	       (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1 ||
		sigismember(&waiting, SIGHUP) == 1);
}

/* What a person compares: the value, or the digest of a file; NULL for none. */
static int describe(const struct step *s, const struct bytes *b, char **ret)
{
	char digest[DIGEST_SIZE];

	*ret = NULL;
	if (!b->data)
		return 0;
	if (s->kind == STEP_FILE)
		digest_of(b->data, b->len, digest);
	*ret = strdup(s->kind == STEP_FILE ? digest : b->data);
	return *ret ? 0 : -ENOMEM;
}

static int add_change(struct outcome *o, const struct step *s)
{
	struct change c = {.kind = s->kind, .result = RESULT_SKIPPED, .name = strdup(s->name)};

	if (!c.name || describe(s, &s->before, &c.before) || describe(s, &s->after, &c.after) ||
	    vec_push(&o->changes, c)) {
		change_done(&c);
		return -ENOMEM;
	}
	return 0;
}

static int init_action(struct run *r, size_t i)
{
	struct action *a = &r->actions[i];
	auto_text struct text mark = {0};

	a->step = &r->journal->steps.items[i];
	a->value.fd = a->file.dir = a->file.temp_dir = -1;
	a->is_wanted = true;
	journal_put_doing(&mark, i);
	a->mark_len = mark.len;
	if (text_take(&mark, &a->mark) || add_change(r->outcome, a->step))
		return -ENOMEM;
	return 0;
}

int run_init(struct run *r, const struct place *place, struct journal *journal,
	     struct outcome *outcome, const struct txn_options *o, struct error *err)
{
	*r = (struct run){
		.place = place,
		.options = o,
		.journal = journal,
		.disk = {.dir = -1, .fd = -1},
		.outcome = outcome,
		.actions = calloc(journal->steps.len + 1, sizeof(*r->actions)),
	};
	if (!r->actions)
		return error_set(err, ENOMEM, "prepare the transaction");
	for (size_t i = 0; i < count(r); i++) {
		if (init_action(r, i))
			return error_set(err, ENOMEM, "prepare the transaction");
	}
	for (size_t i = 0; i < count(r); i++)
		r->actions[i].change = &outcome->changes.items[i];

	journal_put_done(&r->done);
	journal_put_undoing(&r->undoing);
	journal_put_end(&r->committed, END_COMMITTED, &r->left);
	journal_put_end(&r->undone, END_ROLLED_BACK, &r->left);
	if (r->done.failed || r->undoing.failed || r->committed.failed || r->undone.failed)
		return error_set(err, ENOMEM, "prepare the transaction");
	return 0;
}

static void close_action(struct action *a)
{
	if (a->is_open && a->step->kind == STEP_SYSCTL)
		sysctl_write_done(&a->value);
	if (a->is_open && a->step->kind != STEP_SYSCTL)
		file_swap_close(&a->file);
	a->is_open = false;
}

void run_done(struct run *r)
{
	for (size_t i = 0; r->actions && i < count(r); i++) {
		close_action(&r->actions[i]);
		free(r->actions[i].mark);
	}
	free(r->actions);
	text_done(&r->done);
	text_done(&r->undoing);
	text_done(&r->committed);
	text_done(&r->undone);
	strings_done(&r->left);
	journal_file_close(&r->disk);
	r->actions = NULL;
}

/* Memory for a message is no reason to fail. */
void run_tell(struct action *a, enum result result, const char *message)
{
	free(a->change->message);
	a->change->message = message ? strdup(message) : NULL;
	a->change->result = result;
}

static void tell_foreign(struct action *a, const char *message)
{
	run_tell(a, RESULT_FOREIGN, message);
	if (a->step->kind == STEP_SYSCTL && a->value.buf && !a->change->now)
		a->change->now = strdup(a->value.buf);
}

int run_leave(struct run *r, struct action *a, const char *message, struct error *err)
{
	tell_foreign(a, message);
	a->is_wanted = false;
	if (strings_add(&r->left, "%s", a->step->name))
		return error_set(err, ENOMEM, "note that %s is somebody's", a->step->name);
	return 0;
}

/* What stands there: a value as it was read, or a whole file; no data where there is none. */
static int read_now(const struct run *r, struct action *a, struct bytes *ret)
{
	int code;

	if (a->step->kind == STEP_SYSCTL) {
		*ret = (struct bytes){strdup(a->value.buf), strlen(a->value.buf)};
		return ret->data ? 0 : -ENOMEM;
	}
	code = root_read(r->place->root, a->step->name, FILE_MAX, &ret->data, &ret->len, NULL);
	return code == -ENOENT ? 0 : code;
}

static int open_action(struct run *r, struct action *a, enum holds *ret, struct error *err);

/* Where others are overruled, what they have is what undoing goes back to. */
static int overrule(struct run *r, struct action *a, struct error *err)
{
	struct step *s = &r->journal->steps.items[a - r->actions];
	enum holds holds = HOLDS_OTHER;
	struct bytes now = {0};
	char *shown = NULL;
	int code = read_now(r, a, &now);

	if (code)
		return error_set(err, -code, "overrule %s", s->name);
	bytes_done(&s->before);
	s->before = now;
	if (describe(s, &s->before, &shown))
		return error_set(err, ENOMEM, "overrule %s", s->name);
	free(a->change->before);
	a->change->before = shown;

	close_action(a);
	code = open_action(r, a, &holds, err);
	if (!code && holds != HOLDS_BEFORE)
		code = error_say(err, ESTALE, "%s is being changed by somebody", s->name);
	return code;
}

static int meet_other(struct run *r, struct action *a, struct error *err)
{
	const bool is_value = a->step->kind == STEP_SYSCTL;
	struct error said = {0};
	int code = error_say(&said, ESTALE, "%s was changed by somebody since%s%s%s", a->step->name,
			     is_value ? ": it is '" : "", is_value ? a->value.buf : "",
			     is_value ? "' now" : "");

	if (r->options->foreign == FOREIGN_SKIP)
		return run_leave(r, a, said.text, err);
	if (r->options->foreign == FOREIGN_OVERWRITE && a->step->kind != STEP_DIR)
		return overrule(r, a, err);
	*err = said;
	return code;
}

/* Is the directory whose name these n bytes are made or removed? */
static bool has_dir(const struct journal *j, const char *name, size_t n)
{
	for (size_t i = 0; i < j->steps.len; i++) {
		const struct step *s = &j->steps.items[i];

		if (s->kind == STEP_DIR && strlen(s->name) == n && strncmp(s->name, name, n) == 0)
			return true;
	}
	return false;
}

unsigned run_dirs_above(const struct journal *j, const struct step *s)
{
	const char *slash = strrchr(s->name, '/');
	unsigned levels = 0;

	while (slash > s->name && has_dir(j, s->name, (size_t)(slash - s->name))) {
		levels++;
		slash = memrchr(s->name, '/', (size_t)(slash - s->name));
	}
	return levels;
}

static int open_action(struct run *r, struct action *a, enum holds *ret, struct error *err)
{
	struct step *s = &r->journal->steps.items[a - r->actions];
	struct meta meta = {0};
	int code;

	if (s->kind == STEP_SYSCTL) {
		code = sysctl_write_open(r->place, s, &a->value, err);
		if (!code) {
			a->is_open = true;
			code = sysctl_write_look(&a->value, ret, err);
		}
		return code;
	}
	code = file_swap_open(r->place, s, run_dirs_above(r->journal, s), &a->file, ret, &meta,
			      err);
	a->is_open = !code;
	if (!code) {
		meta_done(&s->before_meta);
		s->before_meta = meta;
	}
	return code;
}

/* Ours since it was written; what somebody made of it meanwhile stays, and is told. */
static int resume_value(struct run *r, struct action *a, enum holds holds, struct error *err)
{
	a->is_begun = r->journal->begun[a - r->actions];
	a->is_wanted = false;
	run_tell(a, a->is_begun ? RESULT_CHANGED : RESULT_KEPT, NULL);
	if (holds != HOLDS_AFTER &&
	    strings_add(&r->outcome->warnings, "%s was changed by somebody since: it is '%s' now",
			a->step->name, a->value.buf))
		return error_set(err, ENOMEM, "confirm");
	return 0;
}

static int look_before(struct run *r, struct action *a, enum preflight how, struct error *err)
{
	enum holds holds = HOLDS_OTHER;
	int code = open_action(r, a, &holds, err);

	if (code)
		return code;
	if (how == PREFLIGHT_RESUME && a->step->kind == STEP_SYSCTL)
		return resume_value(r, a, holds, err);
	if (holds == HOLDS_BEFORE)
		return 0;
	if (holds == HOLDS_AFTER) {
		a->is_wanted = false;
		run_tell(a, RESULT_KEPT, NULL);
		return 0;
	}
	return meet_other(r, a, err);
}

int run_preflight(struct run *r, enum preflight how, enum part part, struct error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < count(r); i++) {
		if (is_in(r->actions[i].step, part))
			code = look_before(r, &r->actions[i], how, err);
	}
	return code;
}

int run_stage(struct run *r, struct error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < count(r); i++) {
		struct action *a = &r->actions[i];

		if (a->step->kind != STEP_SYSCTL && a->is_wanted)
			code = file_swap_stage(&a->file, err);
	}
	return code;
}

/* What was not put back keeps its old bytes beside it. */
int run_unstage(struct run *r, struct error *err)
{
	struct error later;
	int code = 0;

	for (size_t i = 0; i < count(r); i++) {
		struct action *a = &r->actions[i];

		if (a->is_open && a->step->kind != STEP_SYSCTL &&
		    a->change->result != RESULT_FAILED) {
			int c = file_swap_done(&a->file, code ? &later : err);

			code = code ? code : c;
		}
	}
	return code;
}

bool run_removes_dir(const struct step *s, enum direction way)
{
	return s->kind == STEP_DIR && !(way == DIRECTION_DO ? &s->after : &s->before)->data;
}

/* What somebody has put in there is no value of ours that he has changed. */
static int keep_dir(struct run *r, struct action *a, struct error *err)
{
	run_tell(a, RESULT_KEPT, "it is not empty");
	if (strings_add(&r->left, "%s", a->step->name))
		return error_set(err, ENOMEM, "note that %s stays", a->step->name);
	return 0;
}

static int do_action(struct run *r, struct action *a, struct error *err)
{
	enum holds holds = HOLDS_OTHER;
	int code = journal_file_append(&r->disk, a->mark, a->mark_len, err);

	if (code)
		return code;
	a->is_begun = true;
	code = a->step->kind == STEP_SYSCTL
		       ? sysctl_write_swap(&a->value, DIRECTION_DO, &holds, err)
		       : file_swap_do(&a->file, err);
	if (!code) {
		run_tell(a, holds == HOLDS_AFTER ? RESULT_KEPT : RESULT_CHANGED, NULL);
		a->is_begun = holds != HOLDS_AFTER;
		return 0;
	}
	if (code == -ESTALE) {
		a->is_begun = false;
		if (run_removes_dir(a->step, DIRECTION_DO))
			return keep_dir(r, a, err);
		if (r->options->foreign == FOREIGN_SKIP)
			return run_leave(r, a, err->text, err);
		tell_foreign(a, err->text);
		return code;
	}
	run_tell(a, RESULT_FAILED, err->text);
	return code;
}

static bool is_to_be_synced(const struct action *a)
{
	return a->step->kind != STEP_SYSCTL && a->is_begun;
}

/* One sync is for all names in a directory: nothing is done between them. */
static bool was_synced(const struct run *r, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (is_to_be_synced(&r->actions[k]) &&
		    file_swap_is_beside(&r->actions[k].file, &r->actions[i].file))
			return true;
	}
	return false;
}

int run_sync(struct run *r, struct error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < count(r); i++) {
		if (is_to_be_synced(&r->actions[i]) && !was_synced(r, i))
			code = file_swap_sync(&r->actions[i].file, err);
	}
	return code;
}

static void report(const struct run *r, const struct step *s, size_t done)
{
	if (r->options && r->options->progress)
		r->options->progress(r->options->context, s, done, count(r));
}

int run_forward(struct run *r, enum part part, struct error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < count(r); i++) {
		struct action *a = &r->actions[i];

		if (!a->is_wanted || !is_in(a->step, part))
			continue;
		report(r, a->step, i);
		code = run_interrupted() ? error_say(err, EINTR, "interrupted by a signal")
					 : do_action(r, a, err);
	}
	report(r, NULL, count(r));
	if (!code && part & PART_FILES)
		code = run_sync(r, err);
	return code;
}

bool run_wants(const struct run *r, enum part part)
{
	for (size_t i = 0; i < count(r); i++) {
		if (r->actions[i].is_wanted && is_in(r->actions[i].step, part))
			return true;
	}
	return false;
}
