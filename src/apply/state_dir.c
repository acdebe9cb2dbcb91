/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/root.h"
#include "read/state.h"

const char *why_not_written(int code)
{
	switch (code) {
	case ENOSPC:
	case EDQUOT:
		return "the disk is full";
	case EFBIG:
		return "it is over the file size limit (ulimit -f)";
	case EROFS:
		return "its file system is read-only";
	case EPERM:
		return "its directory is immutable (see lsattr -d), or a security module forbids it";
	default:
		return NULL;
	}
}

int say_not_written(const char *path, int code, struct error *err)
{
	const char *why = why_not_written(code);

	return why ? error_say(err, code, "%s cannot be written: %s", path, why)
		   : error_set(err, code, "write %s", path);
}

int write_whole(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t put = TEMP_FAILURE_RETRY(write(fd, data, n));

		if (put <= 0)
			return put ? -errno : -EIO;
		data += put;
		n -= (size_t)put;
	}
	return 0;
}

int state_dir_enter(int parent, const char *name, const char *path, int *ret_fd, struct error *err)
{
	int r = state_open_dir(parent, name, path, 0700, ret_fd, NULL);

	if (r != -ENOENT)
		return r ? state_open_dir(parent, name, path, 0700, ret_fd, err) : 0;
	if (mkdirat(parent, name, 0700) && errno != EEXIST)
		return say_not_written(path, errno, err);
	if (fsync(parent))
		return error_set(err, errno, "make %s", path);
	return state_open_dir(parent, name, path, 0700, ret_fd, err);
}

unsigned state_dir_missing(const struct place *place)
{
	auto_close int lib = -1, var = -1;

	if (place->is_here)
		return 0;
	lib = root_openat(place->root, STATE_PARENT, O_PATH | O_DIRECTORY);
	if (lib != -ENOENT)
		return 0;
	var = root_openat(place->root, "/var", O_PATH | O_DIRECTORY);
	return var == -ENOENT ? 2 : 1;
}

void state_dir_unmake(const struct place *place, unsigned missing)
{
	auto_close int var =
		missing ? root_openat(place->root, "/var", O_RDONLY | O_DIRECTORY) : -1;

	if (var >= 0 && !unlinkat(var, "lib", AT_REMOVEDIR) && missing > 1)
		(void)unlinkat(place->root, "var", AT_REMOVEDIR);
}

/* A host has /var/lib; a tree may not yet. */
static int make_parent(const struct place *place, struct error *err)
{
	auto_close int var = -1;
	int fd;

	if (mkdirat(place->root, "var", 0755) && errno != EEXIST)
		return say_not_written("/var", errno, err);
	var = root_openat(place->root, "/var", O_RDONLY | O_DIRECTORY);
	if (var < 0)
		return error_set(err, -var, "open /var, where the state is kept");
	if (mkdirat(var, "lib", 0755) && errno != EEXIST)
		return say_not_written(STATE_PARENT, errno, err);
	fd = root_openat(place->root, STATE_PARENT, O_RDONLY | O_DIRECTORY);
	return fd < 0 ? error_set(err, -fd, "open " STATE_PARENT ", where the state is kept") : fd;
}

static int open_parent(const struct place *place, struct error *err)
{
	int fd = root_openat(place->root, STATE_PARENT, O_RDONLY | O_DIRECTORY);

	if (fd == -ENOENT && !place->is_here)
		return make_parent(place, err);
	return fd < 0 ? error_set(err, -fd, "open " STATE_PARENT ", where the state is kept") : fd;
}

int state_dir_make(const struct place *place, int *ret_fd, struct error *err)
{
	auto_close int parent = open_parent(place, err);

	if (parent < 0)
		return parent;
	return state_dir_enter(parent, STATE_NAME, STATE_DIR, ret_fd, err);
}

int state_dir_transactions(const struct place *place, int *ret_fd, struct error *err)
{
	auto_close int dir = -1;
	int r = state_dir_make(place, &dir, err);

	if (r)
		return r;
	return state_dir_enter(dir, STATE_TRANSACTIONS, STATE_DIR "/" STATE_TRANSACTIONS, ret_fd,
			       err);
}

/* Regular files of one directory, and the directory. */
static int remove_flat(int parent, const char *name)
{
	auto_call(names_done) struct names names = {0};
	auto_close int dir = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (dir < 0)
		return errno == ENOENT ? 0 : -errno;
	r = root_list(dir, ".", &names, NULL);
	for (size_t i = 0; !r && i < names.len; i++) {
		if (unlinkat(dir, names.items[i], 0) && errno != ENOENT)
			r = -errno;
	}
	if (!r && unlinkat(parent, name, AT_REMOVEDIR) && errno != ENOENT)
		r = -errno;
	return r;
}

/* The journal first: without it the rest is no transaction any more. */
int state_dir_forget(int transactions, const char *id)
{
	auto_close int dir =
		openat(transactions, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (dir < 0)
		return errno == ENOENT ? 0 : -errno;
	if (unlinkat(dir, STATE_JOURNAL, 0) && errno != ENOENT)
		return -errno;
	r = remove_flat(dir, STATE_FILES);
	return r ? r : remove_flat(transactions, id);
}

static void forget_all(int transactions)
{
	auto_call(names_done) struct names ids = {0};

	if (root_list(transactions, ".", &ids, NULL))
		return;
	for (size_t i = 0; i < ids.len; i++)
		(void)state_dir_forget(transactions, ids.items[i]);
}

void state_dir_clear(const struct place *place)
{
	auto_close int parent = root_openat(place->root, STATE_PARENT, O_RDONLY | O_DIRECTORY);
	auto_close int transactions = -1, dir = -1;

	if (parent < 0 || state_open_dir(parent, STATE_NAME, STATE_DIR, 0700, &dir, NULL))
		return;
	if (!state_open_dir(dir, STATE_TRANSACTIONS, STATE_TRANSACTIONS, 0700, &transactions, NULL))
		forget_all(transactions);
	(void)unlinkat(dir, STATE_TRANSACTIONS, AT_REMOVEDIR);
	(void)unlinkat(dir, "lock", 0);
	(void)unlinkat(parent, STATE_NAME, AT_REMOVEDIR);
}
