/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "advise/planner.h"
#include "base/text.h"

static bool is_below(const char *dir, const char *path)
{
	return text_starts(path, dir) && path[strlen(dir)] == '/';
}

static const struct step *find_step(const struct plan *plan, enum step_kind kind, const char *name)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		const struct step *s = &plan->steps.items[i];

		if (s->kind == kind && strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

/* Does the plan remove a file in there, and write none? */
static bool empties(const struct plan *plan, const char *dir)
{
	bool removes = false;

	for (size_t i = 0; i < plan->steps.len; i++) {
		const struct step *s = &plan->steps.items[i];

		if (s->kind == STEP_SYSCTL || !is_below(dir, s->name))
			continue;
		if (s->after.data)
			return false;
		removes |= s->kind == STEP_FILE;
	}
	return removes;
}

static bool keeps_file(const struct ours *ours, const struct plan *plan, const char *dir)
{
	for (size_t i = 0; i < ours->files.len; i++) {
		const char *path = ours->files.items[i].path;

		if (is_below(dir, path) && !find_step(plan, STEP_FILE, path))
			return true;
	}
	return false;
}

static int remove_dir(const char *path, struct plan *plan)
{
	struct step s = {.kind = STEP_DIR, .name = strdup(path), .before.data = strdup("")};

	if (s.name && s.before.data && !vec_push(&plan->steps, s))
		return 0;
	step_done(&s);
	return -ENOMEM;
}

/* By path, backwards: what is in a directory goes before it. */
int plan_dirs(const struct ours *ours, struct plan *plan)
{
	for (size_t i = ours->dirs.len; i-- > 0;) {
		const char *dir = ours->dirs.items[i];

		if (find_step(plan, STEP_DIR, dir) || !empties(plan, dir) ||
		    keeps_file(ours, plan, dir))
			continue;
		if (remove_dir(dir, plan))
			return -ENOMEM;
	}
	return 0;
}
