/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/comment_out.h"

#include <errno.h>
#include <string.h>

enum {
	MARK_LEN = sizeof(COMMENT_MARK) - 1,
	LINE_MAX_BYTES = 1000, /* old pam_limits reads the tail of a longer one as a line */
};

/* From the start of one line to that of the next, or NULL. */
static const char *next_line(const char *at, const char *end)
{
	const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;

	return newline ? newline + 1 : NULL;
}

bool comment_line(const struct bytes *b, unsigned line, const char **ret, size_t *ret_len)
{
	const char *at = b->data, *end = b->data + b->len, *next;

	for (unsigned i = 1; at && i < line; i++)
		at = next_line(at, end);
	if (!at || at == end || !line)
		return false;

	next = next_line(at, end);
	*ret = at;
	*ret_len = (size_t)((next ? next - 1 : end) - at);
	return true;
}

static bool has_mark(const char *at, size_t n)
{
	return n >= MARK_LEN && memcmp(at, COMMENT_MARK, MARK_LEN) == 0;
}

bool comment_is_marked(const struct bytes *b, unsigned line)
{
	const char *at;
	size_t n;

	return comment_line(b, line, &at, &n) && has_mark(at, n);
}

bool comment_any(const struct bytes *b)
{
	const char *end = b->data + b->len;

	for (const char *at = b->data; at && at < end; at = next_line(at, end)) {
		if (has_mark(at, (size_t)(end - at)))
			return true;
	}
	return false;
}

/* Is it a line on its own, for every reader? */
static bool stands_alone(const char *at, size_t n)
{
	if (n && at[n - 1] == '\r')
		n--;
	return n + MARK_LEN < LINE_MAX_BYTES && !memchr(at, '\r', n) && !memchr(at, '\0', n) &&
	       !(n && at[n - 1] == '\\');
}

int comment_mark(struct bytes *b, unsigned line)
{
	const char *at, *before;
	size_t n, before_n, offset;
	char *data;

	if (!comment_line(b, line, &at, &n) || !stands_alone(at, n))
		return -EINVAL;
	if (line > 1 && comment_line(b, line - 1, &before, &before_n) &&
	    !stands_alone(before, before_n))
		return -EINVAL;

	offset = (size_t)(at - b->data);
	data = malloc(b->len + MARK_LEN + 1);
	if (!data)
		return -ENOMEM;
	memcpy(data, b->data, offset);
	memcpy(data + offset, COMMENT_MARK, MARK_LEN);
	memcpy(data + offset + MARK_LEN, at, b->len - offset);
	free(b->data);
	b->data = data;
	b->len += MARK_LEN;
	b->data[b->len] = '\0';
	return 0;
}

void comment_unmark(struct bytes *b)
{
	char *from = b->data, *to = b->data;
	const char *end, *next;

	if (!b->data)
		return;
	for (end = b->data + b->len; from < end; from += next - from) {
		next = next_line(from, end);
		next = next ? next : end;
		if (has_mark(from, (size_t)(next - from)))
			from += MARK_LEN;
		memmove(to, from, (size_t)(next - from));
		to += next - from;
	}
	b->len = (size_t)(to - b->data);
	b->data[b->len] = '\0';
}
