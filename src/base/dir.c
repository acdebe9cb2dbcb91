/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/dir.h"

#include <errno.h>
#include <string.h>

void dir_init(struct dir *d, int fd)
{
	dir_init_few(d, fd, sizeof(d->entries));
}

void dir_init_few(struct dir *d, int fd, size_t bytes)
{
	d->fd = fd;
	d->error = 0;
	d->ask = bytes < sizeof(d->entries) ? bytes : sizeof(d->entries);
	d->at = d->len = 0;
}

static bool fill(struct dir *d)
{
	ssize_t n = getdents64(d->fd, d->entries, d->ask);

	d->at = 0;
	d->len = n > 0 ? (size_t)n : 0;
	d->error = n < 0 ? -errno : 0;
	return n > 0;
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

const char *dir_next(struct dir *d)
{
	while (d->at < d->len || fill(d)) {
		const struct dirent64 *e = (const void *)(d->entries + d->at);

		d->at += e->d_reclen;
		if (!is_dot(e->d_name))
			return e->d_name;
	}
	return NULL;
}
