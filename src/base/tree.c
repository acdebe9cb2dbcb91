/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/tree.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

const struct overlay_file *tree_over(struct tree t, const char *real)
{
	const struct overlay_file *found = NULL;

	for (size_t i = 0; t.over && real && i < t.over->len; i++) {
		if (strcmp(t.over->items[i].path, real) == 0)
			found = &t.over->items[i];
	}
	return found;
}

/* The name of what lies directly in dir, or NULL. */
static const char *name_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (strncmp(path, dir, n) != 0 || path[n] != '/' || strchr(path + n + 1, '/'))
		return NULL;
	return path + n + 1;
}

/* Is some file of the overlay below this directory? */
static bool makes_directory(struct tree t, const char *dir)
{
	size_t n = strlen(dir);

	for (size_t i = 0; i < t.over->len; i++) {
		const char *path = t.over->items[i].path;

		if (tree_over(t, path)->data && strncmp(path, dir, n) == 0 && path[n] == '/')
			return true;
	}
	return false;
}

/* The real name of the entry itself, whatever it is: its directory's, and its own. */
static int name_of_entry(struct tree t, const char *path, char **ret, struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *dir = slash ? strndup(path, (size_t)(slash - path)) : NULL;
	auto_free char *real = NULL;
	enum node_kind kind = NODE_MISSING;
	int r;

	if (slash && !dir)
		return error_set(err, ENOMEM, "look at %s", path);
	r = dir && *dir ? seen_resolve(t.seen, t.root, dir, &kind, &real, err) : 0;
	if (r)
		return r;

	*ret = kind == NODE_DIR ? text_format("%s%s", real, slash) : strdup(path);
	return *ret ? 0 : error_set(err, ENOMEM, "look at %s", path);
}

/* *name is the real name of something, or NULL; it is handed on where there is an answer. */
static bool resolve_over(struct tree t, char **name, enum node_kind *ret_kind, char **ret_real)
{
	const struct overlay_file *over = tree_over(t, *name);

	if (over)
		*ret_kind = over->data ? NODE_FILE : NODE_MISSING;
	else if (*ret_kind == NODE_MISSING && *name && makes_directory(t, *name))
		*ret_kind = NODE_DIR;
	else
		return false;
	*ret_real = *ret_kind == NODE_MISSING ? NULL : take(*name);
	return true;
}

/* An overlay stands in the place of the entry, also where that is a link to elsewhere. */
static int resolve_in_overlay(struct tree t, const char *path, enum node_kind *ret_kind,
			      char **ret_real, struct error *err)
{
	auto_free char *entry = NULL, *real = NULL;
	enum node_kind kind;
	int r = name_of_entry(t, path, &entry, err);

	if (r)
		return r;
	*ret_kind = NODE_FILE;
	if (resolve_over(t, &entry, ret_kind, ret_real))
		return 0;

	r = seen_resolve(t.seen, t.root, path, &kind, &real, err);
	if (r)
		return r;
	*ret_kind = kind;
	if (!resolve_over(t, kind == NODE_MISSING ? &entry : &real, ret_kind, ret_real))
		*ret_real = take(real);
	return 0;
}

int tree_resolve(struct tree t, const char *path, enum node_kind *ret_kind, char **ret_real,
		 struct error *err)
{
	return t.over ? resolve_in_overlay(t, path, ret_kind, ret_real, err)
		      : seen_resolve(t.seen, t.root, path, ret_kind, ret_real, err);
}

static size_t find_name(const struct names *list, const char *name)
{
	size_t i = 0;

	while (i < list->len && strcmp(list->items[i], name) != 0)
		i++;
	return i;
}

static void drop_name(struct names *list, size_t i)
{
	free(list->items[i]);
	memmove(&list->items[i], &list->items[i + 1], (--list->len - i) * sizeof(*list->items));
}

static int add_name(struct names *list, const char *name)
{
	char *copy = strdup(name);

	if (copy && !vec_push(list, copy))
		return 0;
	free(copy);
	return -ENOMEM;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* *ret_there: the directory is there, if only by what the overlay puts into it. */
static int lay_over(struct tree t, const char *dir, struct names *list, bool *ret_there)
{
	for (size_t i = 0; i < t.over->len; i++) {
		const char *path = t.over->items[i].path, *name = name_in(path, dir);
		bool there = tree_over(t, path)->data;
		size_t at = name ? find_name(list, name) : 0;

		if (!name)
			continue;
		if (!there && at < list->len)
			drop_name(list, at);
		if (there && at == list->len && add_name(list, name))
			return -ENOMEM;
		*ret_there |= there;
	}
	if (list->len)
		qsort(list->items, list->len, sizeof(*list->items), compare_names);
	return 0;
}

int tree_list(struct tree t, const char *path, struct names *ret, struct error *err)
{
	auto_call(names_done) struct names list = {0};
	auto_free char *real = NULL;
	enum node_kind kind;
	bool there;
	int r;

	if (!t.over)
		return seen_list(t.seen, t.root, path, ret, err);

	r = tree_resolve(t, path, &kind, &real, err);
	if (r)
		return r;
	r = seen_list(t.seen, t.root, path, &list, err);
	there = !r;
	if (r && r != -ENOENT)
		return r;
	if (lay_over(t, real ? real : path, &list, &there))
		return error_set(err, ENOMEM, "list %s", path);
	if (!there)
		return r;

	*ret = list;
	list = (struct names){0};
	return 0;
}

int tree_bytes(struct tree t, const char *path, const char **ret, size_t *ret_len,
	       struct error *err)
{
	auto_free char *real = NULL;
	const struct overlay_file *over;
	enum node_kind kind;
	int r = t.over ? tree_resolve(t, path, &kind, &real, err) : 0;

	if (r)
		return r;
	if (t.over && kind == NODE_MISSING)
		return error_set(err, ENOENT, "open %s", path);
	over = tree_over(t, real);
	if (!over)
		return seen_bytes(t.seen, t.root, path, ret, ret_len, err);
	*ret = over->data;
	*ret_len = over->len;
	return 0;
}

static int copy_bytes(const char *path, const char *data, size_t len, size_t max, char **ret,
		      size_t *ret_len, struct error *err)
{
	char *copy;

	if (len > max)
		return error_say(err, EFBIG, "%s is larger than %zu bytes", path, max);
	if (!ret_len && len && memchr(data, '\0', len))
		return error_say(err, EBADMSG, "%s has a NUL byte in it", path);

	copy = malloc(len + 1);
	if (!copy)
		return error_set(err, ENOMEM, "read %s", path);
	if (len)
		memcpy(copy, data, len);
	copy[len] = '\0';
	*ret = copy;
	if (ret_len)
		*ret_len = len;
	return 0;
}

int tree_read(struct tree t, const char *path, size_t max, char **ret, size_t *ret_len,
	      struct error *err)
{
	const char *data = NULL;
	size_t len = 0;
	int r = tree_bytes(t, path, &data, &len, err);

	if (r)
		return r < 0 ? r : root_read(t.root, path, max, ret, ret_len, err);
	return copy_bytes(path, data, len, max, ret, ret_len, err);
}
