/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/own.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static const char unit_dir[] = "/etc/systemd/system/";

/* Rows of OWN_UNIT and OWN_SYSCTL are told apart by hand: their names vary. */
static const struct {
	const char *prefix; /* of the key */
	const char *dir;
} kinds[OWN_KIND_COUNT] = {
	[OWN_MODULES] = {OWN_MODULE_PREFIX, "/etc/modules-load.d"},
	[OWN_SYSCTL] = {NULL, "/etc/sysctl.d"},
	[OWN_PAM] = {OWN_NOFILE_PREFIX "pam:", "/etc/security/limits.d"},
	[OWN_UNIT] = {OWN_NOFILE_PREFIX "unit:", NULL},
	[OWN_USER] = {OWN_NOFILE_PREFIX "systemd-user.", "/etc/systemd/user.conf.d"},
	[OWN_SYSTEM] = {OWN_NOFILE_PREFIX "systemd.", "/etc/systemd/system.conf.d"},
};

static void own_entry_done(struct own_entry *e)
{
	free(e->key);
	free(e->value);
}

void own_entries_done(struct own_entries *list)
{
	for (size_t i = 0; i < list->len; i++)
		own_entry_done(&list->items[i]);
	vec_done(list);
}

static struct own_entry *find(const struct own_entries *list, const char *key)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	}
	return NULL;
}

const char *own_entries_find(const struct own_entries *list, const char *key)
{
	const struct own_entry *e = find(list, key);

	return e ? e->value : NULL;
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct own_entry *)a)->key, ((const struct own_entry *)b)->key);
}

int own_entries_put(struct own_entries *list, const char *key, const char *value)
{
	struct own_entry *known = find(list, key);
	struct own_entry e = {.value = strdup(value)};

	if (!e.value)
		return -ENOMEM;
	if (known) {
		free(known->value);
		known->value = e.value;
		return 0;
	}

	e.key = strdup(key);
	if (!e.key || vec_push(list, e)) {
		own_entry_done(&e);
		return -ENOMEM;
	}
	qsort(list->items, list->len, sizeof(e), compare_keys);
	return 0;
}

void own_entries_drop(struct own_entries *list, const char *key)
{
	struct own_entry *e = find(list, key);
	struct own_entry *end = list->items + list->len;

	if (!e)
		return;
	own_entry_done(e);
	memmove(e, e + 1, (size_t)(end - (e + 1)) * sizeof(*e));
	list->len--;
}

enum own_kind own_kind_of(const char *key)
{
	for (enum own_kind k = 0; k < OWN_KIND_COUNT; k++) {
		if (kinds[k].prefix && text_starts(key, kinds[k].prefix))
			return k;
	}
	return OWN_SYSCTL;
}

const char *own_target(const char *key, size_t *ret_len)
{
	const char *start = key + strlen(OWN_NOFILE_PREFIX), *end;

	if (!text_starts(key, OWN_NOFILE_PREFIX))
		return NULL;
	end = strrchr(start, '.');
	if (!end)
		return NULL;
	*ret_len = (size_t)(end - start);
	return start;
}

char *own_nofile_key(const char *target, const char *field)
{
	return text_format(OWN_NOFILE_PREFIX "%s.%s", target, field);
}

/* A unit without a type is a service. */
static char *unit_path(const char *key)
{
	const char *unit = key + strlen(kinds[OWN_UNIT].prefix);
	const char *field = strrchr(unit, '.');
	size_t n = field ? (size_t)(field - unit) : strlen(unit);

	return text_format("%s%.*s%s.d/" OWN_NAME, unit_dir, (int)n, unit,
			   memchr(unit, '.', n) ? "" : ".service");
}

char *own_path(const char *key)
{
	enum own_kind k = own_kind_of(key);

	return k == OWN_UNIT ? unit_path(key) : text_format("%s/" OWN_NAME, kinds[k].dir);
}

const char *own_path_unit(const char *path, size_t *ret_len)
{
	const char *unit = path + strlen(unit_dir);

	if (!text_starts(path, unit_dir) || !text_ends(path, ".d/" OWN_NAME))
		return NULL;
	*ret_len = strlen(unit) - strlen(".d/" OWN_NAME);
	return memchr(unit, '/', *ret_len) || !*ret_len ? NULL : unit;
}

bool own_path_kind(const char *path, enum own_kind *ret)
{
	size_t n;

	for (enum own_kind k = 0; k < OWN_KIND_COUNT; k++) {
		const char *dir = kinds[k].dir;

		*ret = k;
		if (dir && text_starts(path, dir) && strcmp(path + strlen(dir), "/" OWN_NAME) == 0)
			return true;
	}
	*ret = OWN_UNIT;
	return own_path_unit(path, &n) != NULL;
}

void own_files_done(struct own_files *f)
{
	for (size_t i = 0; i < f->len; i++) {
		free(f->items[i].path);
		bytes_done(&f->items[i].bytes);
	}
	vec_done(f);
	own_entries_done(&f->entries);
}

const struct own_file *own_files_find(const struct own_files *f, const char *path)
{
	for (size_t i = 0; i < f->len; i++) {
		if (strcmp(f->items[i].path, path) == 0)
			return &f->items[i];
	}
	return NULL;
}
