/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

enum { USUAL_LEN = 48 };

static bool make_room(struct text *t, size_t more)
{
	size_t want = t->cap ? t->cap : 64;
	char *grown;

	if (t->failed)
		return false;
	if (more < t->cap - t->len)
		return true;

	while (want - t->len <= more) {
		if (want > SIZE_MAX / 2)
			return !(t->failed = true);
		want *= 2;
	}

	grown = realloc(t->str, want);
	if (!grown)
		return !(t->failed = true);

	t->str = grown;
	t->cap = want;
	return true;
}

void text_add_bytes(struct text *t, const char *s, size_t n)
{
	if (!make_room(t, n))
		return;

	memcpy(t->str + t->len, s, n);
	t->len += n;
	t->str[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_addv(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	/* What is printed is short as a rule: it fits at once. */
	if (!make_room(t, USUAL_LEN))
		return;
	room = t->cap - t->len;
	va_copy(again, ap);
	n = vsnprintf(t->str + t->len, room, fmt, again);
	va_end(again);

	if (n < 0 || ((size_t)n >= room && !make_room(t, (size_t)n))) {
		t->str[t->len] = '\0';
		return;
	}
	if ((size_t)n >= room)
		(void)vsnprintf(t->str + t->len, t->cap - t->len, fmt, ap);
	t->len += (size_t)n;
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(t, fmt, ap);
	va_end(ap);
}

void text_clear(struct text *t)
{
	t->len = 0;
	t->failed = false;
	if (t->str)
		t->str[0] = '\0';
}

void text_done(struct text *t)
{
	free(t->str);
	*t = (struct text){0};
}

int text_take(struct text *t, char **ret)
{
	if (!t->str)
		text_add(t, "");
	if (t->failed)
		return -ENOMEM;

	*ret = take(t->str);
	*t = (struct text){0};
	return 0;
}

char *text_format(const char *fmt, ...)
{
	auto_text struct text t = {0};
	char *made = NULL;
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	return text_take(&t, &made) ? NULL : made;
}

bool text_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

bool text_glob(const char *pattern, const char *s)
{
	return fnmatch(pattern, s, FNM_NOESCAPE) == 0;
}

enum { DISTANCE_MAX_LEN = 96 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau's distance (optimal string alignment) over three rows. */
size_t text_distance(const char *a, const char *b)
{
	size_t rows[3][DISTANCE_MAX_LEN + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > DISTANCE_MAX_LEN || m > DISTANCE_MAX_LEN)
		return SIZE_MAX;

	for (j = 0; j <= m; j++)
		above[j] = before[j] = j;

	for (i = 1; i <= n; i++) {
		size_t *recycled = before;

		row[0] = i;
		for (j = 1; j <= m; j++) {
			char x = char_lower(a[i - 1]), y = char_lower(b[j - 1]);

			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == char_lower(b[j - 2]) &&
			    y == char_lower(a[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = recycled;
	}
	return above[m];
}
