/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/key.h"

#include <fnmatch.h>
#include <limits.h>
#include <string.h>

bool key_is_glob(const char *key)
{
	return strpbrk(key, "*?[") != NULL;
}

static void swap_separators(char *s)
{
	for (; (s = strpbrk(s, "/.")); s++)
		*s = *s == '.' ? '/' : '.';
}

void key_to_path(char *name)
{
	const char *first = strpbrk(name, "/.");

	if (first && *first == '.')
		swap_separators(name);
}

void key_to_dotted(char *path)
{
	swap_separators(path);
}

/* The next component from *p on, its length in *len; NULL at the end. */
static const char *component(const char **p, size_t *len)
{
	const char *start = *p + strspn(*p, "/");

	*len = strcspn(start, "/");
	*p = start + *len;
	return *len ? start : NULL;
}

static bool component_is(const char *c, size_t len, const char *name)
{
	return len == strlen(name) && memcmp(c, name, len) == 0;
}

void key_simplify(char *path)
{
	const char *p = path, *c;
	char *to = path;
	size_t len;

	while ((c = component(&p, &len))) {
		if (component_is(c, len, "."))
			continue;
		if (to != path)
			*to++ = '/';
		memmove(to, c, len);
		to += len;
	}
	*to = '\0';
}

bool key_has_dot_dot(const char *path)
{
	const char *c;
	size_t len;

	while ((c = component(&path, &len))) {
		if (component_is(c, len, ".."))
			return true;
	}
	return false;
}

bool key_is_odd(const char *path)
{
	const char *c, *rest = path;
	size_t len;

	if (strlen(path) >= PATH_MAX || key_has_dot_dot(path))
		return true;
	while ((c = component(&rest, &len))) {
		if (len > NAME_MAX)
			return true;
	}
	return false;
}

/* The end of what is left when the last component of [path, end) goes; NULL: none to go. */
static char *parent(char *path, char *end)
{
	if (end == path)
		return NULL;
	while (end > path && end[-1] != '/')
		end--;
	return end > path ? end - 1 : end;
}

/*
 * Does the '/' at its end, if there is one, ask for a directory?  glob(3) only
 * marks directories then, but looks for nothing else where the last component
 * has wildcards.
 */
static bool wants_directory(const char *path)
{
	const char *last = path + strlen(path);

	if (last == path || last[-1] != '/')
		return false;
	while (last > path && last[-1] == '/')
		last--;
	while (last > path && last[-1] != '/')
		last--;
	return key_is_glob(last) || !key_is_glob(path);
}

bool key_resolve(char *path)
{
	bool inside = wants_directory(path);
	const char *p = path, *c;
	size_t len;
	char *to = path;

	while ((c = component(&p, &len))) {
		if (component_is(c, len, ".")) {
			inside |= !*p;
			continue;
		}
		if (component_is(c, len, "..")) {
			to = parent(path, to);
			if (!to)
				return false;
			continue;
		}
		if (to != path)
			*to++ = '/';
		memmove(to, c, len);
		to += len;
	}
	*to = '\0';
	return !inside || !*path;
}

bool key_is_below(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(path, prefix, n) == 0 && (!n || path[n] == '\0' || path[n] == '/');
}

bool key_glob(const char *pattern, const char *path)
{
	return fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
}
