/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "advise/boot.h"
#include "model/key.h"

static bool is_about(const struct boot *b, const struct assignment *a, const char *path)
{
	const struct reader *r = b->lines->reader;

	if (!a->target)
		return false;
	if (strcmp(a->target, path) == 0)
		return true;
	if (!a->glob || !r->globs)
		return false;
	if (!a->value && r->exclusions == EXCLUDE_BY_GLOB)
		return fnmatch(a->key, path, 0) == 0;
	return key_glob(a->target, path);
}

static const struct boot_write *write_of(const struct boot *b, size_t item, const char *path)
{
	for (size_t i = b->first_write[item]; i < b->writes.len; i++) {
		const struct boot_write *w = &b->writes.items[i];

		if (w->item != item)
			break;
		if (w->path && strcmp(w->path, path) == 0)
			return w;
	}
	return NULL;
}

/* The line that keeps globs away from the path. */
static ssize_t shield_of(const struct boot *b, const char *path)
{
	for (size_t i = 0; i < b->lines->items.len; i++) {
		const struct assignment *a = boot_item(b->lines, i);
		bool in_force = b->fates[i].fate == FATE_WINS || b->fates[i].fate == FATE_EXCLUDES;

		if (boot_is_read(b->lines, i) && in_force && (!a->glob || !a->value) &&
		    is_about(b, a, path))
			return (ssize_t)i;
	}
	return NO_ITEM;
}

static enum fate fate_of_result(enum write_result result)
{
	static const enum fate fates[WRITE_RESULT_COUNT] = {
		[WRITE_DONE] = FATE_WINS,           [WRITE_PARTIAL] = FATE_PARTIAL,
		[WRITE_REFUSED] = FATE_REFUSED,     [WRITE_UNKNOWN] = FATE_REFUSED,
		[WRITE_ABSENT] = FATE_ABSENT,       [WRITE_DIRECTORY] = FATE_REFUSED,
		[WRITE_IMPOSSIBLE] = FATE_ABSENT,   [WRITE_TOP] = FATE_REFUSED,
		[WRITE_READ_ONLY] = FATE_REFUSED,   [WRITE_INVALID] = FATE_REFUSED,
		[WRITE_TOO_EARLY] = FATE_TOO_EARLY,
	};

	return fates[result];
}

/* What all lines about one key need to know of each other. */
struct key_view {
	const char *path;
	struct boot_outcome holds;
	bool held;
	ssize_t shield;
};

static struct line_fate fate_of_write(const struct key_view *v, size_t item,
				      const struct boot_write *w)
{
	struct line_fate f = {item, fate_of_result(w->result), NO_ITEM};

	if (f.fate == FATE_WINS && v->held && v->holds.item != item) {
		f.fate = FATE_OVERRIDDEN;
		f.by = (ssize_t)v->holds.item;
	}
	return f;
}

static struct line_fate fate_for(const struct boot *b, size_t item, const struct key_view *v)
{
	const struct boot_file *file = boot_file_of(b->lines, item);
	const struct boot_write *w = write_of(b, item, v->path);

	if (file->state == FILE_MASKED)
		return (struct line_fate){item, FATE_MASKED, NO_ITEM};
	if (file->state != FILE_READ)
		return (struct line_fate){item, FATE_UNREAD, NO_ITEM};
	if (b->fates[item].fate != FATE_WINS)
		return b->fates[item];
	if (w)
		return fate_of_write(v, item, w);
	if (v->shield != NO_ITEM && v->shield != (ssize_t)item)
		return (struct line_fate){item, FATE_SHIELDED, v->shield};
	return (struct line_fate){item, FATE_ABSENT, NO_ITEM};
}

int boot_story(const struct boot *b, const char *path, struct boot_story *ret)
{
	struct boot_story story = {0};
	struct key_view v = {.path = path, .shield = shield_of(b, path)};

	v.held = boot_outcome(b, path, &v.holds);
	for (size_t i = 0; i < b->lines->items.len; i++) {
		bool source = v.held && v.holds.side_effect && v.holds.item == i;
		struct line_fate f = {i, FATE_SIDE_EFFECT, NO_ITEM};

		if (!source && !is_about(b, boot_item(b->lines, i), path))
			continue;
		if (!source)
			f = fate_for(b, i, &v);
		if (vec_push(&story, f)) {
			vec_done(&story);
			return -ENOMEM;
		}
	}
	*ret = story;
	return 0;
}
