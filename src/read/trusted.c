/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/root.h"
#include "base/text.h"

void trusted_file_done(struct trusted_file *f)
{
	free(f->text);
	*f = (struct trusted_file){0};
}

static int check_node(const char *name, const struct stat *st, uid_t owner, struct error *err)
{
	bool sticky = S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX;

	if (st->st_uid != 0 && st->st_uid != owner)
		return error_say(err, EPERM,
				 "%s belongs to user %u: as root only files and "
				 "directories of root are used",
				 name, (unsigned)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH) && !sticky)
		return error_say(err, EPERM,
				 "%s is writable by others than root (mode %04o): as "
				 "root it is not used",
				 name, (unsigned)(st->st_mode & 07777));
	return 0;
}

/* What the kernel calls the file that is open. */
static int real_path(int fd, char *buf, size_t size, struct error *err)
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buf, size - 1);
	if (n < 0)
		return error_set(err, errno, "find out where the file really is (%s)", link);
	if ((size_t)n == size - 1)
		return error_set(err, ENAMETOOLONG, "find out where the file really is");

	buf[n] = '\0';
	return 0;
}

static int check_directory(int fd, const char *name, uid_t owner, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return error_set(err, errno, "look at %s", name);
	return check_node(name, &st, owner, err);
}

/* From / down to the directory of path; *ret_fd is that directory, O_PATH. */
static int check_directories(char *path, uid_t owner, int *ret_fd, struct error *err)
{
	auto_close int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (at < 0)
		return error_set(err, errno, "open /");
	r = check_directory(at, "/", owner, err);

	for (char *name = path + 1, *slash; !r && (slash = strchr(name, '/')); name = slash + 1) {
		int next;

		*slash = '\0';
		next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return error_set(err, errno, "open %s", path);
		(void)close(at);
		at = next;
		r = check_directory(at, path, owner, err);
		*slash = '/';
	}
	if (r)
		return r;

	*ret_fd = take_fd(at);
	return 0;
}

static int check_trust(int fd, const char *name, const struct stat *st, uid_t owner,
		       struct error *err)
{
	char path[PATH_MAX];
	auto_close int dir = -1;
	struct stat there;
	int r = check_node(name, st, owner, err);

	if (r)
		return r;
	r = real_path(fd, path, sizeof(path), err);
	if (r)
		return r;
	if (path[0] != '/')
		return error_say(err, EPERM, "%s is not below /", name);
	r = check_directories(path, owner, &dir, err);
	if (r)
		return r;

	if (fstatat(dir, strrchr(path, '/') + 1, &there, AT_SYMLINK_NOFOLLOW) ||
	    there.st_dev != st->st_dev || there.st_ino != st->st_ino)
		return error_say(err, EPERM, "%s was replaced while it was being read", name);
	return 0;
}

static int open_file(int root, const char *path, int flags)
{
	int fd;

	/* openat2(2) takes no others beside O_PATH. */
	flags |= flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	if (root != AT_FDCWD)
		return root_openat(root, path, flags);

	fd = open(path, flags);
	return fd < 0 ? -errno : fd;
}

/* Nothing there, or a link to nothing?  Whoever made the link meant something. */
static int say_missing(int root, const char *path, struct error *err)
{
	auto_close int fd = open_file(root, path, O_PATH | O_NOFOLLOW);

	if (fd >= 0)
		return error_say(err, ENOLINK, "%s is a link that leads nowhere", path);
	return error_set(err, ENOENT, "open %s", path);
}

int trusted_read(int root, const char *path, size_t max, uid_t owner, struct trusted_file *ret,
		 struct error *err)
{
	auto_close int fd = open_file(root, path, O_RDONLY);
	struct trusted_file f = {0};
	struct stat st;
	int r;

	if (fd == -ENOENT)
		return say_missing(root, path, err);
	if (fd < 0)
		return error_set(err, -fd, "open %s", path);
	if (fstat(fd, &st))
		return error_set(err, errno, "open %s", path);
	if (S_ISDIR(st.st_mode))
		return error_set(err, EISDIR, "read %s", path);
	if (!S_ISREG(st.st_mode))
		return error_say(err, ENXIO, "%s is not a regular file", path);

	r = owner == TRUST_ANYBODY ? 0 : check_trust(fd, path, &st, owner, err);
	if (r)
		return r;

	r = file_read_fd(fd, (size_t)st.st_size, max, &f.text, &f.len);
	if (r == -EFBIG)
		return error_say(err, EFBIG, "%s is larger than %zu bytes", path, max);
	if (r)
		return error_set(err, -r, "read %s", path);

	f.id = (struct file_id){.dev = st.st_dev, .ino = st.st_ino};
	*ret = f;
	return 0;
}
