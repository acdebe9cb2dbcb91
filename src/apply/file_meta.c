/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/file_meta.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/text.h"

enum { XATTRS_MAX = 64 * 1024, NANOSECONDS = 1000000000 };

static int read_xattr(int fd, const char *name, struct meta *m)
{
	ssize_t n = fgetxattr(fd, name, NULL, 0);
	struct xattr x = {0};

	if (n < 0)
		return errno == ENODATA ? 0 : -errno;
	x = (struct xattr){strdup(name), malloc((size_t)n + 1), (size_t)n};
	if (!x.name || !x.value || vec_push(&m->xattrs, x)) {
		xattr_done(&x);
		return -ENOMEM;
	}
	/* Changed in size meanwhile: then somebody is at work on it. */
	return fgetxattr(fd, name, x.value, (size_t)n) == n ? 0 : -EBUSY;
}

static int read_xattrs(int fd, struct meta *m)
{
	ssize_t n = flistxattr(fd, NULL, 0);
	auto_free char *names = NULL;
	int r = 0;

	if (n < 0)
		return errno == EOPNOTSUPP ? 0 : -errno;
	if (n > XATTRS_MAX)
		return -E2BIG;
	names = malloc((size_t)n + 1);
	if (!names)
		return -ENOMEM;
	n = flistxattr(fd, names, (size_t)n);
	if (n < 0)
		return -errno;
	names[n] = '\0';
	for (const char *p = names; !r && p < names + n; p += strlen(p) + 1)
		r = read_xattr(fd, p, m);
	return r;
}

int file_meta_read(int fd, const struct stat *st, struct meta *ret)
{
	struct meta m = {
		.known = true,
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.mtime = (int64_t)st->st_mtim.tv_sec * NANOSECONDS + st->st_mtim.tv_nsec,
	};
	int r = read_xattrs(fd, &m);

	if (r) {
		meta_done(&m);
		return r;
	}
	*ret = m;
	return 0;
}

static int write_xattr(int fd, const struct xattr *x)
{
	if (!fsetxattr(fd, x->name, x->value, x->len, 0))
		return 0;
	/* Inherited from the directory all the same, or of no meaning here. */
	if (text_starts(x->name, "security.") && (errno == EPERM || errno == EOPNOTSUPP))
		return 0;
	return -errno;
}

/* A directory's default gave it to what was made there, or it is an older one's. */
static int remove_access_lists(int fd)
{
	static const char *const names[] = {
		"system.posix_acl_access",
		"system.posix_acl_default",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (fremovexattr(fd, names[i]) && errno != ENODATA && errno != EOPNOTSUPP)
			return -errno;
	}
	return 0;
}

int file_meta_mode_only(int fd, mode_t mode)
{
	int r = remove_access_lists(fd);

	return !r && fchmod(fd, mode) ? -errno : r;
}

int file_meta_write(int fd, const struct meta *m)
{
	struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT},
		{.tv_sec = (time_t)(m->mtime / NANOSECONDS), .tv_nsec = m->mtime % NANOSECONDS},
	};
	int r = 0;

	if (times[1].tv_nsec < 0) {
		times[1].tv_nsec += NANOSECONDS;
		times[1].tv_sec--;
	}
	if (fchown(fd, m->uid, m->gid))
		return -errno;
	/* Before the mode, which would let in whoever an inherited list names. */
	r = file_meta_mode_only(fd, m->mode);
	for (size_t i = 0; !r && i < m->xattrs.len; i++)
		r = write_xattr(fd, &m->xattrs.items[i]);
	if (!r && m->mtime && futimens(fd, times))
		r = -errno;
	return r;
}
