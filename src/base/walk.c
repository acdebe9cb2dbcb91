/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"

enum { LINKS_MAX = 40 };

/*
 * A walk through a path, one component at a time, that never lets the kernel
 * follow a link: so it needs neither openat2(2) nor trust in the tree.
 */
struct walk {
	int root;
	int at;                  /* O_PATH of the directory reached; -1: the root itself */
	struct text real;        /* its name: "" or "/usr/lib" */
	char todo[PATH_MAX * 2]; /* what is still to be walked */
	unsigned links;
};

static void walk_done(struct walk *w)
{
	if (w->at >= 0)
		(void)close(w->at);
	text_done(&w->real);
}

static int here(const struct walk *w)
{
	return w->at >= 0 ? w->at : w->root;
}

/* Take the first component off w->todo; false at the end. */
static bool next_component(struct walk *w, char name[static NAME_MAX + 1])
{
	const char *p = w->todo + strspn(w->todo, "/");
	size_t n = strcspn(p, "/");

	if (!n || n > NAME_MAX)
		return false;

	memcpy(name, p, n);
	name[n] = '\0';
	memmove(w->todo, p + n, strlen(p + n) + 1);
	return true;
}

static bool nothing_left(const struct walk *w)
{
	return w->todo[strspn(w->todo, "/")] == '\0';
}

static void back_to_root(struct walk *w)
{
	if (w->at >= 0)
		(void)close(w->at);
	w->at = -1;
	text_clear(&w->real);
}

static int enter(struct walk *w, const char *name)
{
	int fd = openat(here(w), name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	if (w->at >= 0)
		(void)close(w->at);
	w->at = fd;
	text_addf(&w->real, "/%s", name);
	return w->real.failed ? -ENOMEM : 0;
}

/* "..": walk the real name, which has no links in it, again without its last part. */
static int go_up(struct walk *w)
{
	char *slash = w->real.str ? strrchr(w->real.str, '/') : NULL;
	auto_free char *parent = NULL;
	char *save = NULL;

	if (!slash)
		return 0;

	*slash = '\0';
	parent = strdup(w->real.str);
	if (!parent)
		return -ENOMEM;

	back_to_root(w);
	for (char *c = strtok_r(parent, "/", &save); c; c = strtok_r(NULL, "/", &save)) {
		int r = enter(w, c);

		if (r)
			return r;
	}
	return 0;
}

/* Put what a link says before what is still to be walked. */
static int follow(struct walk *w, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(here(w), name, target, sizeof(target) - 1);
	size_t left = strlen(w->todo);

	if (n < 0)
		return -errno;
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)n + left + 2 > sizeof(w->todo))
		return -ENAMETOOLONG;

	memmove(w->todo + n + 1, w->todo, left + 1);
	memcpy(w->todo, target, (size_t)n);
	w->todo[n] = '/';
	if (target[0] == '/')
		back_to_root(w);
	return 0;
}

enum node_kind walk_kind(mode_t mode)
{
	return S_ISREG(mode) ? NODE_FILE : S_ISDIR(mode) ? NODE_DIR : NODE_OTHER;
}

/* Is what is left just this one component? */
static bool is_all_that_is_left(const struct walk *w, const char *name)
{
	const char *p = w->todo + strspn(w->todo, "/");
	size_t n = strlen(name);

	return strncmp(p, name, n) == 0 && p[n + strspn(p + n, "/")] == '\0';
}

/*
 * At "null" in /dev, or at a "dev" that "null" comes after: DIR/dev may be
 * missing in a captured tree, and the mask must hold all the same.
 */
static bool is_null_device(const struct walk *w, const char *name)
{
	if (!w->real.len)
		return strcmp(name, "dev") == 0 && is_all_that_is_left(w, "null");
	return strcmp(w->real.str, "/dev") == 0 && strcmp(name, "null") == 0 && nothing_left(w);
}

/*
 * Walk to the end.  On NODE_FILE and NODE_OTHER w->at is the parent directory
 * and last the name in it; on NODE_DIR w->at is the directory and last "".
 */
static int walk_to(struct walk *w, const char *path, enum node_kind *ret,
		   char last[static NAME_MAX + 1])
{
	struct stat st;
	int r = 0;

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(w->todo, path);

	while (next_component(w, last)) {
		if (strcmp(last, ".") == 0)
			continue;
		if (strcmp(last, "..") == 0) {
			r = go_up(w);
			if (r)
				return r;
			continue;
		}
		if (is_null_device(w, last)) {
			*ret = NODE_NULL;
			return 0;
		}
		if (fstatat(here(w), last, &st, AT_SYMLINK_NOFOLLOW))
			return -errno;

		if (S_ISLNK(st.st_mode))
			r = follow(w, last);
		else if (S_ISDIR(st.st_mode))
			r = enter(w, last);
		else if (nothing_left(w)) {
			*ret = walk_kind(st.st_mode);
			return 0;
		} else
			r = -ENOTDIR;
		if (r)
			return r;
	}

	if (!nothing_left(w))
		return -ENAMETOOLONG;
	last[0] = '\0';
	*ret = NODE_DIR;
	return 0;
}

int walk_resolve(int root, const char *path, enum node_kind *ret_kind, char **ret_real,
		 struct error *err)
{
	auto_call(walk_done) struct walk w = {.root = root, .at = -1};
	char last[NAME_MAX + 1] = "";
	enum node_kind kind = NODE_MISSING;
	int r = walk_to(&w, path, &kind, last);

	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP) {
		*ret_kind = r == -ELOOP ? NODE_LOOP : NODE_MISSING;
		*ret_real = NULL;
		return 0;
	}
	if (r)
		return error_set(err, -r, "look at %s", path);

	if (kind == NODE_NULL) {
		text_clear(&w.real);
		text_add(&w.real, "/dev/null");
	} else if (last[0]) {
		text_addf(&w.real, "/%s", last);
	} else if (!w.real.len) {
		text_add(&w.real, "/");
	}
	if (text_take(&w.real, ret_real))
		return error_set(err, ENOMEM, "look at %s", path);
	*ret_kind = kind;
	return 0;
}

int walk_open(int root, const char *path, int flags)
{
	auto_call(walk_done) struct walk w = {.root = root, .at = -1};
	char last[NAME_MAX + 1] = "";
	enum node_kind kind = NODE_MISSING;
	int r = walk_to(&w, path, &kind, last);
	int fd;

	if (r)
		return r;
	if (kind == NODE_NULL)
		return -ENXIO;

	fd = openat(here(&w), last[0] ? last : ".", flags | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
