/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/confdir.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct confdir_entry *)a)->name,
		      ((const struct confdir_entry *)b)->name);
}

static bool known(const struct confdir *list, size_t n, char *name)
{
	const struct confdir_entry key = {.name = name};

	return n && bsearch(&key, list->items, n, sizeof(key), compare_names);
}

static int loops(struct tree files, const char *path, bool *ret, struct error *err)
{
	auto_free char *real = NULL;
	enum node_kind kind;
	int r = tree_resolve(files, path, &kind, &real, err);

	if (!r)
		*ret = kind == NODE_LOOP;
	return r;
}

/* The entry takes the name over from *name, unless it is left out. */
static int add_entry(struct tree files, const char *dir, char **name, enum confdir_loops how,
		     struct confdir *list, struct error *err)
{
	auto_free char *path = text_format("%s/%s", dir, *name);
	bool left_out = false;

	if (!path)
		return error_set(err, ENOMEM, "list %s", dir);
	if (how == LOOPS_SKIP) {
		int r = loops(files, path, &left_out, err);

		if (r || left_out)
			return r;
	}
	if (vec_push(list, (struct confdir_entry){.name = *name, .path = path}))
		return error_set(err, ENOMEM, "list %s", dir);
	*name = NULL;
	path = NULL;
	return 0;
}

int confdir_add(struct tree files, const char *dir, enum confdir_loops how, struct confdir *list,
		struct error *err)
{
	auto_call(names_done) struct names found = {0};
	size_t before = list->len;
	int r = tree_list(files, dir, &found, err);

	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return 0;

	for (size_t i = 0; !r && i < found.len; i++) {
		char *name = found.items[i];

		if (name[0] == '.' || !text_ends(name, ".conf") || known(list, before, name))
			continue;
		r = add_entry(files, dir, &found.items[i], how, list, err);
	}

	if (list->len > before)
		qsort(list->items, list->len, sizeof(*list->items), compare_names);
	return r;
}

void confdir_done(struct confdir *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i].name);
		free(list->items[i].path);
	}
	vec_done(list);
}
