/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/seen.h"

#include <errno.h>
#include <string.h>
#include <uthash.h>

#include "base/text.h"
#include "base/vec.h"

/* A tree may have a million files as large as it likes. */
enum { FILE_HELD_MAX = 64 * 1024, HELD_MAX = 8 * 1024 * 1024 };

struct seen_path {
	char *path;
	bool is_resolved, is_listed;
	enum node_kind kind;
	char *real;
	int code; /* of listing it: 0, or -ENOENT */
	struct names names;
	bool is_read, is_large;
	int code_read; /* 0, or -ENOENT */
	char *data;    /* owned */
	size_t len;
	UT_hash_handle hh;
};

static void path_free(struct seen_path *p)
{
	if (!p)
		return;
	names_done(&p->names);
	free(p->data);
	free(p->real);
	free(p->path);
	free(p);
}

void seen_done(struct seen *s)
{
	struct seen_path *p, *next;

	HASH_ITER(hh, s->paths, p, next)
	{
		HASH_DEL(s->paths, p);
		path_free(p);
	}
	s->held = 0;
}

/* NULL: no memory. */
static struct seen_path *path_of(struct seen *s, const char *path)
{
	struct seen_path *p = NULL;

	HASH_FIND_STR(s->paths, path, p);
	if (p)
		return p;

	p = calloc(1, sizeof(*p));
	if (p)
		p->path = strdup(path);
	if (p && p->path)
		HASH_ADD_KEYPTR(hh, s->paths, p->path, strlen(p->path), p);
	if (!p || !p->path || !p->hh.tbl) {
		path_free(p);
		return NULL;
	}
	return p;
}

static int no_memory(const char *path, struct error *err)
{
	return error_set(err, ENOMEM, "look at %s", path);
}

/*
 * A directory that is known tells of what is in it: nothing if it is missing, and its
 * real name spares the links on the way.  False where it tells nothing.
 */
static bool look_from_parent(struct seen *s, int root, const char *path, char **ret_path,
			     bool *ret_missing)
{
	const char *slash = strrchr(path, '/');
	auto_free char *dir = slash && slash != path && slash[1] && !strstr(path, "/.")
				      ? strndup(path, (size_t)(slash - path))
				      : NULL;
	auto_free char *real = NULL;
	enum node_kind kind = NODE_LOOP;

	if (!dir || seen_resolve(s, root, dir, &kind, &real, NULL))
		return false;
	*ret_missing = kind == NODE_MISSING;
	if (kind == NODE_DIR && real)
		*ret_path = text_format("%s%s", strcmp(real, "/") ? real : "", slash);
	return *ret_missing || *ret_path;
}

static int look(struct seen *s, int root, struct seen_path *p, struct error *err)
{
	auto_free char *path = NULL;
	bool missing = false;

	if (!look_from_parent(s, root, p->path, &path, &missing))
		return root_resolve(root, p->path, &p->kind, &p->real, err);
	if (!missing)
		return root_resolve(root, path, &p->kind, &p->real, err);
	p->kind = NODE_MISSING;
	return 0;
}

int seen_resolve(struct seen *s, int root, const char *path, enum node_kind *ret_kind,
		 char **ret_real, struct error *err)
{
	struct seen_path *p = s ? path_of(s, path) : NULL;
	int r;

	if (!s)
		return root_resolve(root, path, ret_kind, ret_real, err);
	if (!p)
		return no_memory(path, err);
	if (!p->is_resolved) {
		r = look(s, root, p, err);
		if (r)
			return r;
		p->is_resolved = true;
	}
	*ret_kind = p->kind;
	*ret_real = p->real ? strdup(p->real) : NULL;
	return p->real && !*ret_real ? no_memory(path, err) : 0;
}

static int copy_names(const struct names *from, struct names *ret)
{
	auto_call(names_done) struct names list = {0};

	for (size_t i = 0; i < from->len; i++) {
		auto_free char *name = strdup(from->items[i]);

		if (!name || vec_push(&list, name))
			return -ENOMEM;
		name = NULL;
	}
	*ret = list;
	list = (struct names){0};
	return 0;
}

int seen_list(struct seen *s, int root, const char *path, struct names *ret, struct error *err)
{
	struct seen_path *p = s ? path_of(s, path) : NULL;
	int r;

	if (!s)
		return root_list(root, path, ret, err);
	if (!p)
		return no_memory(path, err);
	if (!p->is_listed) {
		r = root_list(root, path, &p->names, err);
		if (r && r != -ENOENT)
			return r;
		p->code = r;
		p->is_listed = true;
	}
	if (p->code)
		return error_set(err, -p->code, "open %s", path);
	return copy_names(&p->names, ret) ? no_memory(path, err) : 0;
}

int seen_bytes(struct seen *s, int root, const char *path, const char **ret, size_t *ret_len,
	       struct error *err)
{
	struct seen_path *p = s ? path_of(s, path) : NULL;

	if (!s)
		return 1;
	if (!p)
		return no_memory(path, err);
	if (!p->is_read && !p->is_large && s->held < HELD_MAX) {
		int r = root_read(root, path, FILE_HELD_MAX, &p->data, &p->len, err);

		if (r && r != -ENOENT && r != -EFBIG)
			return r;
		p->is_large = r == -EFBIG;
		p->is_read = !p->is_large;
		p->code_read = r;
		s->held += p->len;
	}
	if (!p->is_read)
		return 1;
	if (p->code_read)
		return error_set(err, -p->code_read, "open %s", path);
	*ret = p->data;
	*ret_len = p->len;
	return 0;
}
