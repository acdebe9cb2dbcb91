/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"

enum { LINKS_MAX = 40 };

int root_open(const char *dir, int *ret_fd, struct error *err)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "open the root directory %s", dir);

	*ret_fd = fd;
	return 0;
}

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

static enum node_kind kind_of(mode_t mode)
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
			*ret = kind_of(st.st_mode);
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

static int resolve_by_walking(int root, const char *path, enum node_kind *ret_kind, char **ret_real,
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

static int open_in_root(int root, const char *path, int flags, unsigned long long resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
	};
	long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	return fd >= 0 ? (int)fd : -errno;
}

/* What the kernel calls an open file, in our own terms. */
static bool name_of(int fd, char buf[static PATH_MAX])
{
	char link[32];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buf, PATH_MAX - 1);
	if (n <= 0 || n == PATH_MAX - 1)
		return false;
	buf[n] = '\0';
	return buf[0] == '/';
}

/* The same as seen below the root. */
static const char *name_below(int root, int fd, char buf[static PATH_MAX])
{
	char top[PATH_MAX];
	size_t n;

	if (!name_of(root, top) || !name_of(fd, buf))
		return NULL;

	n = strcmp(top, "/") == 0 ? 0 : strlen(top);
	if (strncmp(buf, top, n) != 0)
		return NULL;
	return buf[n] == '/' ? buf + n : buf[n] ? NULL : "/";
}

/*
 * Let the kernel walk and ask it for the name.  False where that gives no
 * certain answer: no openat2(2), no /proc, a link that may lead to a null
 * device that is not there.
 */
static bool resolve_by_kernel(int root, const char *path, enum node_kind *ret_kind, char **ret_real)
{
	auto_close int fd = open_in_root(root, path, O_PATH, 0);
	char buf[PATH_MAX];
	const char *real;
	struct stat st;

	if (fd == -ENOENT && !strstr(path, "null") &&
	    open_in_root(root, path, O_PATH, RESOLVE_NO_SYMLINKS) == -ENOENT) {
		*ret_kind = NODE_MISSING;
		*ret_real = NULL;
		return true;
	}
	if (fd < 0 || fstat(fd, &st))
		return false;

	real = name_below(root, fd, buf);
	if (!real)
		return false;
	*ret_real = strdup(real);
	*ret_kind = strcmp(real, "/dev/null") == 0 ? NODE_NULL : kind_of(st.st_mode);
	return *ret_real != NULL;
}

int root_resolve(int root, const char *path, enum node_kind *ret_kind, char **ret_real,
		 struct error *err)
{
	if (*path && resolve_by_kernel(root, path, ret_kind, ret_real))
		return 0;
	return resolve_by_walking(root, path, ret_kind, ret_real, err);
}

/* For kernels before 5.6, and where a filter answers ENOSYS or EPERM. */
static int open_by_walking(int root, const char *path, int flags)
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

int root_openat(int root, const char *path, int flags)
{
	int fd = open_in_root(root, path, flags, 0);

	return fd == -ENOSYS || fd == -EPERM ? open_by_walking(root, path, flags) : fd;
}

int root_read(int root, const char *path, size_t max, char **ret, size_t *ret_len,
	      struct error *err)
{
	auto_close int fd = root_openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	auto_free char *buf = NULL;
	size_t len = 0;
	struct stat st;
	int r;

	if (fd < 0)
		return error_set(err, -fd, "open %s", path);
	if (fstat(fd, &st))
		return error_set(err, errno, "open %s", path);
	if (S_ISDIR(st.st_mode))
		return error_set(err, EISDIR, "read %s", path);
	if (!S_ISREG(st.st_mode))
		return error_say(err, ENXIO, "%s is not a regular file", path);

	r = file_read_fd(fd, max, &buf, &len);
	if (r == -EFBIG)
		return error_say(err, EFBIG, "%s is larger than %zu bytes", path, max);
	if (r)
		return error_set(err, -r, "read %s", path);
	if (!ret_len && memchr(buf, '\0', len))
		return error_say(err, EBADMSG, "%s has a NUL byte in it", path);

	*ret = take(buf);
	if (ret_len)
		*ret_len = len;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int collect(DIR *dir, struct names *list)
{
	const struct dirent *d;

	for (errno = 0; (d = readdir(dir)); errno = 0) {
		auto_free char *name = NULL;

		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;

		name = strdup(d->d_name);
		if (!name || vec_push(list, name))
			return -ENOMEM;
		name = NULL;
	}
	return -errno;
}

int root_list(int root, const char *path, struct names *ret, struct error *err)
{
	auto_call(names_done) struct names list = {0};
	auto_close int fd = root_openat(root, path, O_RDONLY | O_DIRECTORY);
	auto_dir DIR *dir = NULL;
	int r;

	if (fd < 0)
		return error_set(err, -fd, "open %s", path);

	dir = fdopendir(fd);
	if (!dir)
		return error_set(err, errno, "list %s", path);
	fd = -1;

	r = collect(dir, &list);
	if (r)
		return error_set(err, -r, "list %s", path);

	if (list.len)
		qsort(list.items, list.len, sizeof(*list.items), compare_names);
	*ret = list;
	list = (struct names){0};
	return 0;
}

void names_done(struct names *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i]);
	vec_done(list);
}
