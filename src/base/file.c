/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* A file of a known size ends where the size says and a read comes back short. */
static bool is_whole(size_t len, size_t size, size_t asked, size_t got)
{
	return !got || (size && len == size && got < asked);
}

int file_read_fd(int fd, size_t size, size_t max, char **ret, size_t *ret_len)
{
	size_t len = 0, cap = size && size < max ? size + 2 : 4096, asked;
	auto_free char *buf = malloc(cap);
	ssize_t n;

	if (!buf)
		return -ENOMEM;

	do {
		if (cap - len < 2) {
			char *grown = realloc(buf, cap * 2);

			if (!grown)
				return -ENOMEM;
			buf = grown;
			cap *= 2;
		}

		asked = cap - len - 1;
		n = TEMP_FAILURE_RETRY(read(fd, buf + len, asked));
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
	} while (!is_whole(len, size, asked, (size_t)n));

	buf[len] = '\0';
	*ret = take(buf);
	*ret_len = len;
	return 0;
}

/* A FIFO without a writer would read like an empty file. */
static int check_regular(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISREG(st.st_mode))
		return 0;
	return S_ISDIR(st.st_mode) ? -EISDIR : -ENXIO;
}

int file_read_value(int dir, const char *path, char *buf, size_t size)
{
	auto_close int fd =
		openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	ssize_t n;
	int r;

	if (fd < 0)
		return -errno;
	r = check_regular(fd);
	if (r)
		return r;

	n = TEMP_FAILURE_RETRY(read(fd, buf, size));
	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -EFBIG;
	if (memchr(buf, '\0', (size_t)n))
		return -EBADMSG;

	while (n > 0 && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return 0;
}

bool file_may_grow(uint64_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY ||
	       size <= limit.rlim_cur;
}

const char *file_attribute(int dir, const char *name)
{
	struct statx sx;

	if (statx(dir, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, 0, &sx))
		return NULL;
	if (sx.stx_attributes & STATX_ATTR_IMMUTABLE)
		return "immutable";
	return sx.stx_attributes & STATX_ATTR_APPEND ? "append-only" : NULL;
}
