/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/planning_ask.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "advise/planner.h"
#include "apply/file_swap.h"
#include "apply/state_dir.h"
#include "apply/sysctl_write.h"
#include "base/root.h"
#include "base/text.h"
#include "model/key.h"
#include "model/own.h"

static int refuse_step(struct plan *plan, const struct step *s, int code, const char *why)
{
	bool value = s->kind == STEP_SYSCTL;
	const struct conflict_place place = {.key = value ? s->name : NULL,
					     .file = value ? NULL : s->name};

	if (!why)
		why = value ? sysctl_write_why(code) : why_not_written(code);
	return plan_refuse(plan, &place, "it cannot be written: %s", why ? why : strerror(code));
}

/* By asking, not by looking at modes: /proc/sys has rules of its own. */
static int ask_value(const struct session *session, const struct step *s, int *ret_code)
{
	auto_free char *path = strdup(s->name);

	if (!path)
		return -ENOMEM;
	key_to_path(path);
	*ret_code = faccessat(session->proc_sys, path, W_OK, AT_EACCESS) ? errno : 0;
	return 0;
}

static int ask_file(const struct session *session, const struct step *s, int *ret_code,
		    char why[static LOCKED_WHY_MAX], bool *ret_locked)
{
	const char *slash = strrchr(s->name, '/');
	auto_free char *dir = strndup(s->name, (size_t)(slash - s->name));
	auto_close int fd = -1;

	if (!dir)
		return -ENOMEM;
	fd = root_openat(session->root, *dir ? dir : "/", O_PATH | O_DIRECTORY);
	if (fd < 0) {
		*ret_code = fd == -ENOENT ? 0 : -fd; /* a step before this one makes it */
		return 0;
	}
	*ret_code = faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) ? errno : 0;
	*ret_locked = file_swap_is_locked(fd, slash + 1, why);
	return 0;
}

int planning_ask(const struct session *session, struct plan *plan, struct error *err)
{
	bool root = geteuid() == 0, values = false, files = false;
	size_t n = plan->steps.len;

	for (size_t i = 0; i < n; i++) {
		const struct step *s = &plan->steps.items[i];
		bool value = s->kind == STEP_SYSCTL;
		char why[LOCKED_WHY_MAX];
		bool locked = false;
		int code = 0, r = value ? ask_value(session, s, &code)
					: ask_file(session, s, &code, why, &locked);

		if (!r && ((code && root) || locked))
			r = refuse_step(plan, s, code, locked ? why : NULL);
		if (r)
			return error_set(err, ENOMEM, "plan");
		values |= code && value;
		files |= code && !value;
	}
	if ((!root && values &&
	     strings_add(&plan->unchecked, "whether the running values can be written")) ||
	    (!root && files && strings_add(&plan->unchecked, "whether the files can be written")))
		return error_set(err, ENOMEM, "plan");
	return 0;
}

static int add_once(struct strings *list, const char *text)
{
	return strings_has(list, text) ? 0 : strings_add(list, "%s", text);
}

static int add_commands(struct strings *list, const char *path, bool is_there)
{
	enum own_kind kind;
	auto_free char *restart = NULL;
	const char *unit;
	size_t n = 0;

	if (!own_path_kind(path, &kind))
		return 0;
	if (kind >= OWN_UNIT && add_once(list, "systemctl daemon-reload"))
		return -ENOMEM;
	if (kind == OWN_MODULES && is_there)
		return add_once(list, "systemctl restart systemd-modules-load");
	unit = own_path_unit(path, &n);
	if (!unit)
		return 0;
	restart = text_format("systemctl restart %.*s", (int)n, unit);
	return restart ? add_once(list, restart) : -ENOMEM;
}

int planning_afterwards(struct plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < plan->steps.len && !r; i++) {
		const struct step *s = &plan->steps.items[i];

		if (s->kind == STEP_FILE)
			r = add_commands(&plan->afterwards, s->name, s->after.data != NULL);
	}
	return r;
}

int planning_outcome_afterwards(struct outcome *o)
{
	int r = 0;

	for (size_t i = 0; i < o->changes.len && !r && o->state == TXN_COMMITTED; i++) {
		const struct change *c = &o->changes.items[i];

		if (c->kind == STEP_FILE && c->result == RESULT_CHANGED)
			r = add_commands(&o->afterwards, c->name, c->after != NULL);
	}
	return r;
}
