/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/boot.h"

#include <string.h>

static const char *const fate_names[FATE_COUNT] = {
	[FATE_WINS] = "wins",
	[FATE_SIDE_EFFECT] = "side-effect",
	[FATE_OVERRIDDEN] = "overridden",
	[FATE_REPEATED] = "repeated",
	[FATE_EXCLUDED] = "excluded",
	[FATE_EXCLUDES] = "exclusion",
	[FATE_NO_EFFECT] = "no-effect",
	[FATE_SHIELDED] = "shielded",
	[FATE_REFUSED] = "refused",
	[FATE_PARTIAL] = "partly-refused",
	[FATE_ABSENT] = "absent",
	[FATE_TOO_EARLY] = "module-not-loaded",
	[FATE_MASKED] = "masked",
	[FATE_UNREAD] = "not-read",
};

const char *fate_name(enum fate f)
{
	return fate_names[f];
}

void boot_file_done(struct boot_file *f)
{
	free(f->path);
	free(f->real);
	free(f->masked_by);
	*f = (struct boot_file){0};
}

void assignment_done(struct assignment *a)
{
	free(a->key);
	free(a->target);
	free(a->value);
	free(a->text);
	*a = (struct assignment){0};
}

void stray_done(struct stray *s)
{
	free(s->key);
	free(s->target);
	free(s->text);
	*s = (struct stray){0};
}

void boot_lines_done(struct boot_lines *lines)
{
	for (size_t i = 0; i < lines->files.len; i++)
		boot_file_done(&lines->files.items[i]);
	for (size_t i = 0; i < lines->items.len; i++)
		assignment_done(&lines->items.items[i]);
	for (size_t i = 0; i < lines->strays.len; i++)
		stray_done(&lines->strays.items[i]);
	vec_done(&lines->files);
	vec_done(&lines->items);
	vec_done(&lines->strays);
}

void boot_present_done(struct boot_present *p)
{
	for (size_t i = 0; i < p->len; i++)
		free(p->items[i].path);
	vec_done(p);
	free(p->algorithms);
	p->algorithms = NULL;
}

static int compare_path(const void *path, const void *setting)
{
	return strcmp(path, ((const struct boot_setting *)setting)->path);
}

const struct boot_setting *boot_present_find(const struct boot_present *p, const char *path)
{
	if (!p->len)
		return NULL;
	return bsearch(path, p->items, p->len, sizeof(*p->items), compare_path);
}

const struct boot_file *boot_unseen(const struct boot_lines *lines)
{
	for (size_t i = lines->files.len; i; i--) {
		if (lines->files.items[i - 1].state == FILE_UNREADABLE)
			return &lines->files.items[i - 1];
	}
	return NULL;
}

/* A glob gives way to a line of the key's own, wherever that stands. */
bool boot_is_certain(const struct boot_lines *lines, size_t i)
{
	const struct boot_file *unseen = boot_unseen(lines);
	const struct assignment *a = boot_item(lines, i);

	return !unseen || (boot_file_of(lines, i) > unseen && !a->glob);
}
