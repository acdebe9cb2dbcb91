/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

int file_read_fd(int fd, size_t max, char **ret, size_t *ret_len)
{
	auto_free char *buf = NULL;
	size_t len = 0, cap = 0;
	ssize_t n;

	do {
		if (cap - len < 2) {
			size_t want = cap ? cap * 2 : 4096;
			char *grown = realloc(buf, want);

			if (!grown)
				return -ENOMEM;
			buf = grown;
			cap = want;
		}

		n = TEMP_FAILURE_RETRY(read(fd, buf + len, cap - len - 1));
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
	} while (n > 0);

	buf[len] = '\0';
	*ret = take(buf);
	*ret_len = len;
	return 0;
}

int file_read_value(int dir, const char *path, char *buf, size_t size)
{
	auto_close int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return -errno;

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
