/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/pending.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "apply/file_swap.h"
#include "apply/state_dir.h"
#include "base/root.h"
#include "read/state.h"

static int open_etc(const struct place *place, struct error *err)
{
	int fd = root_openat(place->root, "/etc", O_RDONLY | O_DIRECTORY);

	return fd < 0 ? error_set(err, -fd, "open /etc") : fd;
}

static int open_dir(int etc, int *ret_fd, struct error *err)
{
	if (!mkdirat(etc, STATE_NAME, 0755)) {
		if (fsync(etc))
			return error_set(err, errno, "make " PENDING_DIR);
	} else if (errno != EEXIST) {
		return say_not_written(PENDING_DIR, errno, err);
	}
	return state_open_dir(etc, STATE_NAME, PENDING_DIR, 0755, ret_fd, err);
}

static int put_temp(int dir, const char *temp, const struct text *t)
{
	auto_close int fd =
		openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : write_whole(fd, t->str, t->len);

	return !r && fsync(fd) ? -errno : r;
}

int pending_put(const struct place *place, const struct journal *j, struct error *err)
{
	static const char temp[] = "." PENDING_NAME ".aaaaa0~";
	auto_close int etc = open_etc(place, err), dir = -1;
	auto_text struct text t = {0};
	int r = etc < 0 ? etc : open_dir(etc, &dir, err);

	if (r)
		return r;
	journal_put_plan(&t, j);
	journal_put_ready(&t);
	if (t.failed)
		return error_set(err, ENOMEM, "write " PENDING_DIR "/" PENDING_NAME);

	r = file_sweep(dir, PENDING_NAME); /* ours alone, under the lock */
	if (!r)
		r = put_temp(dir, temp, &t);
	if (!r && (renameat(dir, temp, dir, PENDING_NAME) || fsync(dir)))
		r = -errno;
	if (!r)
		return 0;
	(void)unlinkat(dir, temp, 0);
	return say_not_written(PENDING_DIR "/" PENDING_NAME, -r, err);
}

int pending_append(const struct place *place, const struct text *record, struct error *err)
{
	auto_close int fd = root_openat(place->root, PENDING_DIR "/" PENDING_NAME,
					O_WRONLY | O_APPEND | O_NOFOLLOW);
	int r = fd < 0 ? fd : write_whole(fd, record->str, record->len);

	if (fd == -ENOENT)
		return 0;
	if (!r && fsync(fd))
		r = -errno;
	return r ? error_set(err, -r, "write " PENDING_DIR "/" PENDING_NAME) : 0;
}

int pending_drop(const struct place *place, struct error *err)
{
	auto_close int etc = open_etc(place, err);
	auto_close int dir = -1;

	if (etc < 0)
		return etc;
	dir = openat(etc, STATE_NAME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? 0 : error_set(err, errno, "open " PENDING_DIR);
	if (file_sweep(dir, PENDING_NAME))
		return error_set(err, EIO, "clear " PENDING_DIR);
	if (unlinkat(dir, PENDING_NAME, 0) && errno != ENOENT)
		return error_set(err, errno, "remove " PENDING_DIR "/" PENDING_NAME);
	return fsync(dir) ? error_set(err, errno, "sync " PENDING_DIR) : 0;
}
