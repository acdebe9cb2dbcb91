/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing string.  Failure is sticky: add as much as you like and ask once,
 * with text_take() or text_ok().  Also the locale-free character tests and the
 * small string questions everybody has.
 */
#ifndef TCPTUNE_BASE_TEXT_H
#define TCPTUNE_BASE_TEXT_H

#include <stdarg.h>

#include "base/defs.h"

struct text {
	char *str; /* owned; NULL while empty, else NUL-terminated */
	size_t len, cap;
	bool failed; /* out of memory: what is in str is cut short */
};

#define auto_text __attribute__((cleanup(text_done)))

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *fmt, ...) printf_like(2, 3);
void text_addv(struct text *t, const char *fmt, va_list ap) printf_like(2, 0);
void text_clear(struct text *t);
void text_done(struct text *t);

/* Hand the string over (never NULL on success: "" when empty).  0 or -ENOMEM. */
must_check int text_take(struct text *t, char **ret);

/* A new string by format, the caller's to free, or NULL when memory is out. */
must_check char *text_format(const char *fmt, ...) printf_like(1, 2);

static inline bool char_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool char_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char char_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool text_equal(const char *a, const char *b); /* either may be NULL */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);

/*
 * How many single-character edits (insert, delete, replace, swap of
 * neighbours) make b of a, without regard to case; SIZE_MAX for names longer
 * than 96 bytes.  For "did you mean".
 */
size_t text_distance(const char *a, const char *b);

/* Shell-style glob: `*` and `?` and `[..]`, case counts, `*` also matches dots. */
bool text_glob(const char *pattern, const char *s);

#endif
