/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which services there are and which of them something starts: units of
 * systemd, scripts of init.d and runlevels.  Every directory is listed once;
 * what is asked for is then looked up among the names.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "read/owners.h"

static const struct unit_dir {
	const char *path, *suffix;
	bool wants; /* has NAME.wants and NAME.requires, which hold what is enabled */
} dirs[OWNER_UNIT_DIRS] = {
	{"/etc/systemd/system", ".service", true},
	{"/run/systemd/system", ".service", true},
	{"/usr/local/lib/systemd/system", ".service", true},
	{"/usr/lib/systemd/system", ".service", true},
	{"/lib/systemd/system", ".service", false}, /* the same, or it is an old host */
	{"/etc/init.d", "", false},
};

/* ---- enabled ---- */

static int add_enabled(struct owner_scan *s, const char *name)
{
	size_t n = strlen(name);

	if (text_ends(name, ".service"))
		n -= strlen(".service");
	return strings_add(&s->enabled, "%.*s", (int)n, name);
}

/* Links named after units. */
static int add_wanted(struct owner_scan *s, const char *dir)
{
	auto_call(names_done) struct names names = {0};
	int r = owner_list(s, dir, &names);

	for (size_t i = 0; i < names.len && i < OWNER_ENTRIES_MAX && !r; i++)
		r = add_enabled(s, names.items[i]);
	return r;
}

/* "multi-user.target.wants" and its like. */
static int add_wants(struct owner_scan *s, const struct unit_dir *dir, const struct names *names)
{
	size_t seen = 0;
	int r = 0;

	for (size_t i = 0; i < names->len && seen < OWNER_ENTRIES_MAX && !r; i++) {
		auto_free char *path = NULL;

		if (!text_ends(names->items[i], ".wants") &&
		    !text_ends(names->items[i], ".requires"))
			continue;
		path = text_format("%s/%s", dir->path, names->items[i]);
		r = path ? add_wanted(s, path) : -ENOMEM;
		seen++;
	}
	return r;
}

/* "S01docker" in /etc/rc2.d. */
static int add_sysv(struct owner_scan *s, const char *dir)
{
	auto_call(names_done) struct names names = {0};
	int r = owner_list(s, dir, &names);

	for (size_t i = 0; i < names.len && i < OWNER_ENTRIES_MAX && !r; i++) {
		const char *name = names.items[i];

		if (name[0] == 'S' && char_is_digit(name[1]) && char_is_digit(name[2]))
			r = add_enabled(s, name + 3);
	}
	return r;
}

int owner_units_read(struct owner_scan *s)
{
	static const struct {
		const char *dir;
		int (*add)(struct owner_scan *s, const char *dir);
	} others[] = {
		{"/etc/rcS.d", add_sysv},
		{"/etc/rc2.d", add_sysv},
		{"/etc/rc3.d", add_sysv},
		{"/etc/rc5.d", add_sysv},
		{"/etc/runlevels/boot", add_wanted},
		{"/etc/runlevels/default", add_wanted},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(dirs) && !r; i++) {
		r = owner_list(s, dirs[i].path, &s->units[i]);
		if (!r && dirs[i].wants)
			r = add_wants(s, &dirs[i], &s->units[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(others) && !r; i++)
		r = others[i].add(s, others[i].dir);
	return r;
}

bool owner_is_enabled(const struct owner_scan *s, const char *name)
{
	return strings_has(&s->enabled, name);
}

/* ---- present ---- */

static int compare_to_name(const void *key, const void *item)
{
	return strcmp(key, *(char *const *)item);
}

/* root_list() sorts. */
static bool is_among(const struct names *names, const char *name)
{
	return names->len && bsearch(name, names->items, names->len, sizeof(*names->items),
				     compare_to_name) != NULL;
}

int owner_unit_state(struct owner_scan *s, const char *name, enum owner_unit *ret, char **ret_file)
{
	*ret = UNIT_MISSING;
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		auto_free char *path = text_format("%s/%s%s", dirs[i].path, name, dirs[i].suffix);
		enum node_kind kind = NODE_MISSING;

		if (!path)
			return -ENOMEM;
		if (!is_among(&s->units[i], strrchr(path, '/') + 1))
			continue;
		if (owner_look_at(s, path, &kind))
			return -ENOMEM;
		if (kind == NODE_NULL)
			return 0;
		if (kind != NODE_FILE)
			continue;
		*ret = owner_is_enabled(s, name) ? UNIT_ENABLED : UNIT_PRESENT;
		if (ret_file)
			*ret_file = take(path);
		return 0;
	}
	return 0;
}
