/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is there, and could it be replaced?  The first part of file_swap.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "apply/file_meta.h"
#include "apply/file_swap.h"
#include "base/file.h"
#include "base/root.h"

enum { ROOM_SPARE = 64 * 1024 };

struct node_id node_id_of(const struct stat *st)
{
	return (struct node_id){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = st->st_size,
		.mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
	};
}

/* Away from what is made or removed itself: so many directories up. */
static int move_temp_above(struct file_swap *f, const char *parent, unsigned levels,
			   struct error *err)
{
	auto_free char *above = strdup(parent);
	int fd;

	if (!above)
		return error_set(err, ENOMEM, "open the directory above %s", parent);
	for (char *slash; levels && (slash = strrchr(above, '/')) && above[1]; levels--)
		slash[slash == above] = '\0';
	fd = root_openat(f->root, above, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return error_set(err, -fd, "open %s", above);
	f->temp_dir = fd;
	return 0;
}

/* The directory of path, or the nearest above it that is there. */
static int open_dirs(struct file_swap *f, const char *path, unsigned levels, struct error *err)
{
	auto_free char *parent = strndup(path, (size_t)(f->name - path));
	size_t n;

	if (!parent)
		return error_set(err, ENOMEM, "open the directory of %s", path);
	for (bool is_first = true;; is_first = false) {
		n = strlen(parent);
		while (n > 1 && parent[n - 1] == '/')
			parent[--n] = '\0';
		f->temp_dir = root_openat(f->root, parent, O_RDONLY | O_DIRECTORY);
		if (f->temp_dir >= 0) {
			f->dir = is_first ? f->temp_dir : -1;
			return levels && is_first ? move_temp_above(f, parent, levels, err) : 0;
		}
		if (f->temp_dir != -ENOENT || strcmp(parent, "/") == 0)
			return error_set(err, -f->temp_dir, "open %s", parent);
		*(strrchr(parent, '/') + 1) = '\0';
	}
}

static int check_room(const struct file_swap *f, const char *path, struct error *err)
{
	uint64_t needed = f->step->after.len + ROOM_SPARE, room;
	struct statvfs fs;

	if (!file_may_grow(f->step->after.len))
		return error_say(err, EFBIG,
				 "%s cannot be written: its %zu bytes are over the file size "
				 "limit (ulimit -f)",
				 path, f->step->after.len);
	if (fstatvfs(f->temp_dir, &fs))
		return error_set(err, errno, "look at the file system of %s", path);
	if (fs.f_flag & ST_RDONLY)
		return error_say(err, EROFS, "%s cannot be written: its file system is read-only",
				 path);
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room < needed)
		return error_say(err, ENOSPC,
				 "%s cannot be written: the disk is full (%llu bytes are needed, "
				 "%llu are free)",
				 path, (unsigned long long)needed, (unsigned long long)room);
	if (fs.f_files && !fs.f_favail)
		return error_say(err, ENOSPC, "%s cannot be written: no inode is free", path);
	return 0;
}

bool file_swap_is_locked(int dir, const char *name, char why[static LOCKED_WHY_MAX])
{
	const char *own = *name ? file_attribute(dir, name) : NULL;
	const char *found = own ? own : file_attribute(dir, "");

	if (!found)
		return false;
	(void)snprintf(why, LOCKED_WHY_MAX, "%s is %s (see lsattr and chattr)",
		       own ? "it" : "its directory", found);
	return true;
}

static int check_attributes(const struct file_swap *f, const char *path, struct error *err)
{
	const bool is_there = f->dir >= 0;
	char why[LOCKED_WHY_MAX];

	return file_swap_is_locked(is_there ? f->dir : f->temp_dir, is_there ? f->name : "", why)
		       ? error_say(err, EPERM, "%s cannot be written: %s", path, why)
		       : 0;
}

static int check_dir(const struct place *place, const struct file_swap *f, const char *path,
		     struct error *err)
{
	struct statfs fs;
	struct stat st;
	int r;

	if (fstat(f->temp_dir, &st))
		return error_set(err, errno, "look at the directory of %s", path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return error_say(err, EPERM,
				 "%s is not written: its directory belongs to user %u, who could "
				 "replace it",
				 path, (unsigned)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH) && !(st.st_mode & S_ISVTX))
		return error_say(err, EPERM,
				 "%s is not written: its directory is writable by others (mode "
				 "%04o)",
				 path, (unsigned)(st.st_mode & 07777));
	if (place->is_here && !fstatfs(f->temp_dir, &fs) &&
	    (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC))
		return error_say(err, EROFS,
				 "%s is not written: its file system lives in memory, and it "
				 "would be gone at the next boot",
				 path);
	r = check_attributes(f, path, err);
	return r ? r : check_room(f, path, err);
}

/* What is there: *ret_fd is -1 where nothing is. */
static int open_node(const struct file_swap *f, int flags, int *ret_fd, struct stat *ret,
		     struct error *err)
{
	auto_close int fd =
		f->dir < 0 ? -1
			   : openat(f->dir, f->name,
				    flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 && (f->dir < 0 || errno == ENOENT)) {
		*ret_fd = -1;
		return 0;
	}
	if (fd < 0 && errno == ELOOP)
		return error_say(err, ELOOP, "%s is a link: it is not replaced", f->step->name);
	if (fd < 0)
		return error_set(err, errno, "open %s", f->step->name);
	if (fstat(fd, ret))
		return error_set(err, errno, "look at %s", f->step->name);
	*ret_fd = take_fd(fd);
	return 0;
}

static enum holds judge(const struct step *s, const struct bytes *now)
{
	if (bytes_equal(now, &s->before))
		return HOLDS_BEFORE;
	return bytes_equal(now, &s->after) ? HOLDS_AFTER : HOLDS_OTHER;
}

/* A mount point cannot be renamed.  A kernel before 5.8 does not say: then writing fails. */
static bool is_mount(int fd)
{
	struct statx sx;

	return !statx(fd, "", AT_EMPTY_PATH, 0, &sx) && sx.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

static int look_at_file(struct file_swap *f, enum holds *ret, struct meta *ret_meta,
			struct error *err)
{
	auto_close int fd = -1;
	auto_free char *data = NULL;
	struct bytes now = {0};
	struct stat st = {0};
	int r = open_node(f, O_RDONLY, &fd, &st, err);

	if (r)
		return r;
	if (fd >= 0) {
		if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
			return error_say(err, EPERM,
					 "%s is not a regular file with one name: it is not "
					 "replaced",
					 f->step->name);
		if (is_mount(fd))
			return error_say(err, ENOTSUP,
					 "%s is a mount point: it cannot be replaced, change what "
					 "is mounted there",
					 f->step->name);
		r = file_read_fd(fd, (size_t)st.st_size, FILE_MAX, &data, &now.len);
		if (!r)
			r = file_meta_read(fd, &st, ret_meta);
		if (r)
			return error_set(err, -r, "read %s", f->step->name);
		now.data = data;
		f->was = node_id_of(&st);
	}
	*ret = judge(f->step, &now);
	return 0;
}

static int look_at_dir(struct file_swap *f, enum holds *ret, struct meta *ret_meta,
		       struct error *err)
{
	auto_close int fd = -1;
	char empty[] = "";
	struct bytes now = {0};
	struct stat st;
	int r = open_node(f, O_RDONLY, &fd, &st, err);

	if (r)
		return r;
	if (fd >= 0 && !S_ISDIR(st.st_mode))
		return error_say(err, ENOTDIR, "%s is no directory", f->step->name);
	if (fd >= 0) {
		r = file_meta_read(fd, &st, ret_meta);
		if (r)
			return error_set(err, -r, "look at %s", f->step->name);
		now.data = empty;
	}
	*ret = judge(f->step, &now);
	return 0;
}

int file_swap_open(const struct place *place, const struct step *s, unsigned levels,
		   struct file_swap *ret, enum holds *ret_holds, struct meta *ret_meta,
		   struct error *err)
{
	const char *slash = strrchr(s->name, '/');
	struct file_swap f = {.step = s, .root = place->root, .dir = -1, .temp_dir = -1};
	int r;

	if (!slash || !slash[1] || strlen(slash + 1) > FILE_NAME_MAX - RANDOM_LEN - 3)
		return error_say(err, EINVAL, "%s is no name of a file", s->name);
	f.name = slash + 1;
	r = open_dirs(&f, s->name, levels, err);
	if (!r)
		r = s->kind == STEP_DIR ? look_at_dir(&f, ret_holds, ret_meta, err)
					: look_at_file(&f, ret_holds, ret_meta, err);
	if (!r && *ret_holds == HOLDS_BEFORE)
		r = check_dir(place, &f, s->name, err);
	if (r) {
		file_swap_close(&f);
		return r;
	}
	*ret = f;
	return 0;
}
