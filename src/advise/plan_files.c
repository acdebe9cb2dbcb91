/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "advise/planner.h"
#include "base/text.h"

void planned_file_done(struct planned_file *f)
{
	bytes_done(&f->after);
}

int plan_refuse(struct plan *plan, const struct conflict_place *p, const char *reason, ...)
{
	auto_text struct text t = {0};
	struct conflict c = {.line = p->line};
	va_list ap;

	va_start(ap, reason);
	text_addv(&t, reason, ap);
	va_end(ap);

	c.key = p->key ? strdup(p->key) : NULL;
	c.value = p->value ? strdup(p->value) : NULL;
	c.file = p->file ? strdup(p->file) : NULL;
	c.text = p->text ? strdup(p->text) : NULL;
	if (!text_take(&t, &c.reason) && (c.key || !p->key) && (c.value || !p->value) &&
	    (c.file || !p->file) && (c.text || !p->text) && !vec_push(&plan->conflicts, c))
		return 0;
	conflict_done(&c);
	return -ENOMEM;
}

/* Why a file cannot be put in that place; NULL: it can. */
static const char *const refusals[OWN_STATE_COUNT] = {
	[OWN_EDITED] = "somebody edited this file of tcptune: move the lines to another file, or "
		       "overwrite them with --force",
	[OWN_NOT_OURS] = "this file has the name of ours but was not made by tcptune: move it away",
	[OWN_MASKED] = "an administrator has masked this file (it is empty, or a link to "
		       "/dev/null): remove it, if tcptune may write it",
	[OWN_LINK] = "a link stands in the place of our file: remove it",
	[OWN_HARD_LINKED] = "this file has other names (hard links), which would not change with "
			    "it: remove them",
	[OWN_NO_FILE] = "what stands in the place of our file is none: remove it",
	[OWN_UNREADABLE] = "this file cannot be read",
};

static bool may_replace(const struct plan_request *q, const struct own_file *f)
{
	return !refusals[f->state] || (f->state == OWN_EDITED && q->force);
}

/* What is nobody's of ours, and in whose place we want nothing, is left alone. */
static bool is_no_business(const struct planned_file *f)
{
	enum own_state s = f->now->state;

	return !f->after.data && s != OWN_UNTOUCHED && s != OWN_EDITED;
}

static bool differs(const struct planned_file *f)
{
	return f->now->state == OWN_ABSENT ? f->after.data != NULL
					   : !bytes_equal(&f->now->bytes, &f->after);
}

static bool plans_directory(const struct plan *plan, const char *path, size_t n)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		const struct step *s = &plan->steps.items[i];

		if (s->kind == STEP_DIR && strlen(s->name) == n && strncmp(s->name, path, n) == 0)
			return true;
	}
	return false;
}

/* Every directory from the topmost missing one down to where the file lies. */
static int add_directories(const char *path, const char *missing, struct plan *plan)
{
	const char *slash = path + strlen(missing);

	for (; slash && *slash == '/'; slash = strchr(slash + 1, '/')) {
		struct step s = {.kind = STEP_DIR};

		if (plans_directory(plan, path, (size_t)(slash - path)))
			continue;
		s.name = strndup(path, (size_t)(slash - path));
		s.after.data = strdup("");
		if (!s.name || !s.after.data || vec_push(&plan->steps, s)) {
			step_done(&s);
			return -ENOMEM;
		}
	}
	return 0;
}

static int add_file(struct planned_file *f, struct plan *plan)
{
	struct step s = {
		.kind = STEP_FILE,
		.name = strdup(f->now->path),
		.after = f->after,
		.foreign = f->foreign,
	};

	f->after = (struct bytes){0};
	if (s.name && !bytes_copy(&f->now->bytes, &s.before) && !vec_push(&plan->steps, s))
		return 0;
	step_done(&s);
	return -ENOMEM;
}

/* Drop-in directories are made for what is in them, by us as by `systemctl edit`. */
static int remove_directory(const char *path, struct plan *plan)
{
	struct step s = {
		.kind = STEP_DIR,
		.name = strndup(path, (size_t)(strrchr(path, '/') - path)),
		.before.data = strdup(""),
	};

	if (s.name && s.before.data && !vec_push(&plan->steps, s))
		return 0;
	step_done(&s);
	return -ENOMEM;
}

int plan_file(const struct plan_request *q, struct planned_file *f, struct plan *plan)
{
	const struct conflict_place place = {.file = f->now->path};
	bool empties = f->alone && !f->after.data;

	if (!f->foreign && is_no_business(f))
		return 0;
	if (f->now->state == OWN_UNREADABLE && !f->foreign)
		return strings_add(&plan->unchecked, "what is in %s, which cannot be read",
				   f->now->path);
	if (!differs(f))
		return 0;
	if (!f->foreign && !may_replace(q, f->now))
		return plan_refuse(plan, &place, "%s", refusals[f->now->state]);
	if (f->missing && add_directories(f->now->path, f->missing, plan))
		return -ENOMEM;
	if (add_file(f, plan))
		return -ENOMEM;
	return empties ? remove_directory(f->now->path, plan) : 0;
}

int plan_conflicts(const struct report *with, struct plan *plan)
{
	for (size_t i = 0; i < with->settings.len; i++) {
		const struct setting *s = &with->settings.items[i];
		const struct conflict_place place = {.key = s->key,
						     .value = s->boot.text,
						     .file = s->boot.file,
						     .line = s->boot.line};
		int r;

		if (!s->counts || s->verdict != VERDICT_BOOT_DIFFERS)
			continue;
		if (s->boot.file)
			r = plan_refuse(plan, &place, "another line wins at boot");
		else if (s->tunable && s->tunable->module)
			r = plan_refuse(plan, &place,
					"our line would come before the module of the key: name it "
					"in the profile's entry, module = \"%s\"",
					s->tunable->module);
		else
			r = plan_refuse(plan, &place,
					"our value would not stand after the next boot");
		if (r)
			return r;
	}
	return 0;
}
