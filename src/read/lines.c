/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/lines.h"

#include <errno.h>
#include <string.h>

enum { READ_AHEAD = 64 * 1024 };

int lines_open(int root, const char *path, size_t max, struct lines *ret, struct error *err)
{
	auto_close int fd = -1;
	struct stat st;
	char *buf;
	int r = root_open_file(root, path, &fd, &st, err);

	if (r)
		return r;

	buf = malloc(READ_AHEAD + 1);
	if (!buf)
		return error_set(err, ENOMEM, "read %s", path);

	*ret = (struct lines){
		.fd = take_fd(fd),
		.buf = buf,
		.cap = READ_AHEAD,
		.max = max,
		.size = (size_t)st.st_size,
		.whole = true,
	};
	return 0;
}

/* Everything is read ahead already. */
static int open_bytes(const char *path, const char *data, size_t len, size_t max, struct lines *ret,
		      struct error *err)
{
	char *buf = malloc(len + 1);

	if (!buf)
		return error_set(err, ENOMEM, "read %s", path);

	memcpy(buf, data, len);
	*ret = (struct lines){
		.fd = -1,
		.buf = buf,
		.cap = len,
		.max = max,
		.len = len,
		.end = true,
		.whole = true,
	};
	return 0;
}

int lines_open_in(struct tree files, const char *path, size_t max, struct lines *ret,
		  struct error *err)
{
	const char *data = NULL;
	size_t len = 0;
	int r = tree_bytes(files, path, &data, &len, err);

	if (r)
		return r < 0 ? r : lines_open(files.root, path, max, ret, err);
	return open_bytes(path, data, len, max, ret, err);
}

void lines_done(struct lines *l)
{
	if (l->buf && l->fd >= 0)
		(void)close(l->fd);
	free(l->buf);
	*l = (struct lines){.fd = -1};
}

/* Only lines longer than what is read ahead need more than that. */
static int grow(struct lines *l)
{
	size_t cap = l->cap * 2;
	char *buf = realloc(l->buf, cap + 1); /* and a byte to terminate a full piece */

	if (!buf)
		return -ENOMEM;
	l->buf = buf;
	l->cap = cap;
	return 0;
}

static int fill(struct lines *l)
{
	size_t asked;
	ssize_t n;

	memmove(l->buf, l->buf + l->start, l->len);
	l->start = 0;
	if (l->len == l->cap) {
		int r = grow(l);

		if (r)
			return r;
	}

	asked = l->cap - l->len;
	n = TEMP_FAILURE_RETRY(read(l->fd, l->buf + l->len, asked));
	if (n < 0)
		return -errno;

	l->len += (size_t)n;
	l->got += (size_t)n;
	l->end = !n || (l->size && l->got == l->size && (size_t)n < asked);
	return 0;
}

int lines_next(struct lines *l, char **ret, size_t *ret_len)
{
	char *p, *newline;
	size_t n;

	if (!l->whole)
		l->buf[l->start] = l->saved;

	/* Never less than max and a newline ahead, so that a piece is cut where it must be. */
	while (!l->end && l->len <= l->max && !memchr(l->buf + l->start, '\n', l->len)) {
		int r = fill(l);

		if (r)
			return r;
	}
	if (!l->len)
		return 0;

	p = l->buf + l->start;
	n = l->len < l->max ? l->len : l->max;
	newline = memchr(p, '\n', n);
	if (newline)
		n = (size_t)(newline - p) + 1;

	l->continues = !l->whole;
	l->line += l->whole;
	l->whole = newline != NULL;
	l->start += n;
	l->len -= n;
	l->saved = p[n];
	*ret = p;
	*ret_len = newline ? n - 1 : n;
	p[*ret_len] = '\0';
	return 1;
}
