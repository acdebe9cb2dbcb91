/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/vec.h"
#include "base/walk.h"

int root_open(const char *dir, int *ret_fd, struct error *err)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "open the root directory %s", dir);

	*ret_fd = fd;
	return 0;
}

/*
 * While somebody renames or mounts anything anywhere, a path that leads through
 * ".." (as /etc/sysctl.d/99-sysctl.conf does) may get EAGAIN: openat2(2).
 */
static int open_in_root(int root, const char *path, int flags, unsigned long long resolve)
{
	enum { TRIES_MAX = 100 };
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
	};
	long fd = -1;

	errno = EAGAIN;
	for (unsigned i = 0; i < TRIES_MAX && fd < 0 && errno == EAGAIN; i++)
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
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

/* The name of a path that has no link and no ".." in it, or NULL without memory. */
static char *name_as_given(const char *path)
{
	char *name = malloc(strlen(path) + 2), *end = name;

	if (!name)
		return NULL;

	for (const char *p = path; *(p += strspn(p, "/"));) {
		size_t n = strcspn(p, "/");

		if (n != 1 || *p != '.') {
			*end++ = '/';
			end = mempcpy(end, p, n);
		}
		p += n;
	}
	if (end == name)
		*end++ = '/';
	*end = '\0';
	return name;
}

static bool answer(int fd, char *real, enum node_kind *ret_kind, char **ret_real)
{
	struct stat st;

	if (!real || fstat(fd, &st)) {
		free(real);
		return false;
	}
	*ret_kind = strcmp(real, "/dev/null") == 0 ? NODE_NULL : walk_kind(st.st_mode);
	*ret_real = real;
	return true;
}

/* Most paths have no link in them: one look tells, and the name is known. */
static bool resolve_without_links(int root, const char *path, enum node_kind *ret_kind,
				  char **ret_real)
{
	auto_close int fd = open_in_root(root, path, O_PATH, RESOLVE_NO_SYMLINKS);

	if (fd == -ENOENT && !strstr(path, "null")) {
		*ret_kind = NODE_MISSING;
		*ret_real = NULL;
		return true;
	}
	return fd >= 0 && answer(fd, name_as_given(path), ret_kind, ret_real);
}

/*
 * Let the kernel walk and ask it for the name.  False where that gives no
 * certain answer: no openat2(2), no /proc, nothing there, because a link may
 * lead to a null device that is not there either.
 */
static bool resolve_by_kernel(int root, const char *path, enum node_kind *ret_kind, char **ret_real)
{
	auto_close int fd = open_in_root(root, path, O_PATH, 0);
	char buf[PATH_MAX];
	const char *real = fd < 0 ? NULL : name_below(root, fd, buf);

	return real && answer(fd, strdup(real), ret_kind, ret_real);
}

int root_resolve(int root, const char *path, enum node_kind *ret_kind, char **ret_real,
		 struct error *err)
{
	if (*path && !strstr(path, "..") && resolve_without_links(root, path, ret_kind, ret_real))
		return 0;
	if (*path && resolve_by_kernel(root, path, ret_kind, ret_real))
		return 0;
	return walk_resolve(root, path, ret_kind, ret_real, err);
}

/* Kernels before 5.6 answer ENOSYS, and so does a filter, or EPERM. */
int root_openat(int root, const char *path, int flags)
{
	int fd = open_in_root(root, path, flags, 0);

	return fd == -ENOSYS || fd == -EPERM ? walk_open(root, path, flags) : fd;
}

int root_open_file(int root, const char *path, int *ret_fd, struct stat *ret, struct error *err)
{
	auto_close int fd = root_openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return error_set(err, -fd, "open %s", path);
	if (fstat(fd, ret))
		return error_set(err, errno, "open %s", path);
	if (S_ISDIR(ret->st_mode))
		return error_set(err, EISDIR, "read %s", path);
	if (!S_ISREG(ret->st_mode))
		return error_say(err, ENXIO, "%s is not a regular file", path);

	*ret_fd = take_fd(fd);
	return 0;
}

int root_read(int root, const char *path, size_t max, char **ret, size_t *ret_len,
	      struct error *err)
{
	auto_close int fd = -1;
	auto_free char *buf = NULL;
	size_t len = 0;
	struct stat st;
	int r = root_open_file(root, path, &fd, &st, err);

	if (r)
		return r;

	r = file_read_fd(fd, (size_t)st.st_size, max, &buf, &len);
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

static int collect(int fd, struct names *list)
{
	const char *entry;
	struct dir dir;

	dir_init(&dir, fd);
	while ((entry = dir_next(&dir))) {
		auto_free char *name = strdup(entry);

		if (!name || vec_push(list, name))
			return -ENOMEM;
		name = NULL;
	}
	return dir.error;
}

int root_list(int root, const char *path, struct names *ret, struct error *err)
{
	auto_call(names_done) struct names list = {0};
	auto_close int fd = root_openat(root, path, O_RDONLY | O_DIRECTORY);
	int r;

	if (fd < 0)
		return error_set(err, -fd, "open %s", path);

	r = collect(fd, &list);
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
