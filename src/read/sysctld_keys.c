/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sysctld_keys.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/text.h"
#include "model/catalogue.h"
#include "model/key.h"

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add(struct interest *i, const char *name)
{
	struct strings *to = strchr(name, '*') ? &i->families : &i->keys;
	int r = strings_add(to, "%s", name);

	if (!r)
		key_to_path(to->items[to->len - 1]);
	return r;
}

/* What conf/default is set to reaches interfaces, too. */
static int add_with_default(struct interest *i, const char *name)
{
	static const char conf[] = "net/ipv4/conf/";
	auto_free char *path = strdup(name), *standard = NULL;
	const char *leaf;

	if (!path || add(i, name))
		return -ENOMEM;
	key_to_path(path);
	leaf = text_starts(path, conf) ? strchr(path + strlen(conf), '/') : NULL;
	if (!leaf)
		return 0;
	standard = text_format("%sdefault%s", conf, leaf);
	return standard ? add(i, standard) : -ENOMEM;
}

int interest_init(struct interest *i, const char *extra)
{
	int r = extra ? add_with_default(i, extra) : 0;

	for (size_t n = 0; n < catalogue_size() && !r; n++)
		r = add(i, catalogue_at(n)->key);
	if (r) {
		interest_done(i);
		return r;
	}
	if (i->keys.len)
		qsort(i->keys.items, i->keys.len, sizeof(*i->keys.items), compare);
	return 0;
}

void interest_done(struct interest *i)
{
	strings_done(&i->keys);
	strings_done(&i->families);
}

static bool is_member(const char *family, const char *path)
{
	size_t head = strcspn(family, "*"), n = strlen(path);
	const char *tail = family + head + 1;

	return strncmp(family, path, head) == 0 && n > head + strlen(tail) && text_ends(path, tail);
}

/* Cheap and generous: the parts of both before their first wildcards agree. */
static bool heads_agree(const char *a, const char *b)
{
	size_t n = strcspn(a, "*?[\\"), m = strcspn(b, "*?[\\");

	return strncmp(a, b, n < m ? n : m) == 0;
}

/* '/' is matched by '*' here, because an exclusion of procps may do so. */
static bool glob_touches(const char *glob, const char *key)
{
	if (!heads_agree(glob, key))
		return false;
	return strchr(key, '*') || fnmatch(glob, key, 0) == 0;
}

static bool glob_touches_any(const char *glob, const struct strings *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (glob_touches(glob, list->items[i]))
			return true;
	}
	return false;
}

bool interest_has(const struct interest *i, const char *path)
{
	if (key_is_glob(path))
		return glob_touches_any(path, &i->keys) || glob_touches_any(path, &i->families);
	if (i->keys.len && bsearch(&path, i->keys.items, i->keys.len, sizeof(path), compare))
		return true;

	for (size_t n = 0; n < i->families.len; n++) {
		if (is_member(i->families.items[n], path))
			return true;
	}
	return false;
}
