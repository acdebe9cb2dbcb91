/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/redact_pam.h"

#include <string.h>

#include "model/secret.h"

static bool is_any(const char *s, size_t n, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++) {
		if (n == strlen(words[i]) && strncasecmp(s, words[i], n) == 0)
			return true;
	}
	return false;
}

static bool starts(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

static bool ends(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(s + n - strlen(word), word, strlen(word)) == 0;
}

static bool is_type(struct pam_line *l, const char *s, size_t n)
{
	static const char *const at[] = {"@include"};
	static const char *const types[] = {"auth", "account", "password", "session"};
	size_t minus = *s == '-';

	l->at = is_any(s, n, at, ARRAY_LEN(at));
	return l->at || is_any(s + minus, n - minus, types, ARRAY_LEN(types));
}

static bool is_control(struct pam_line *l, const char *s, size_t n)
{
	static const char *const includes[] = {"include", "substack"};
	static const char *const others[] = {"required", "requisite", "sufficient", "optional"};

	l->include = is_any(s, n, includes, ARRAY_LEN(includes));
	return l->include || *s == '[' || is_any(s, n, others, ARRAY_LEN(others));
}

static bool is_module(struct pam_line *l, const char *s, size_t n)
{
	static const char limits[] = "pam_limits.so";

	l->limits = ends(s, n, limits) && (n == strlen(limits) || s[n - strlen(limits) - 1] == '/');
	return l->include || ends(s, n, ".so");
}

static bool is_limits_argument(const char *s, size_t n)
{
	static const char *const set_all[] = {"set_all"};

	return is_any(s, n, set_all, ARRAY_LEN(set_all)) || starts(s, n, "conf=") ||
	       starts(s, n, "[conf=");
}

static void add_word(struct pam_line *l, const char *s, size_t n, struct text *out)
{
	unsigned at = l->words++;

	if (at == 0)
		l->keeps = is_type(l, s, n);
	else if (at == 1)
		l->keeps = l->at || is_control(l, s, n);
	else if (at == 2)
		l->keeps = !l->at && is_module(l, s, n);
	else
		l->keeps = l->limits && is_limits_argument(s, n);

	l->drops = at == 0 && !l->keeps;
	if (l->keeps)
		text_add_bytes(out, s, n);
	else if ((at == 1 || at == 2) && !l->at)
		text_add(out, SECRET_MASK);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* How long the word is; a bracket that is not closed goes on in the next line. */
static size_t word_len(struct pam_line *l, const char *s, size_t n)
{
	size_t i = 0;

	l->bracket = l->bracket || *s == '[';
	while (i < n && l->bracket) {
		l->bracket = s[i] != ']';
		i += s[i] == '\\' && i + 1 < n ? 2 : 1;
	}
	while (i < n && !l->bracket && !is_blank(s[i]))
		i++;
	return i;
}

static void add_words(struct pam_line *l, const char *s, size_t n, struct text *out)
{
	const char *end = s + n;

	while (s < end && !l->drops) {
		bool goes_on = l->bracket;
		size_t len;

		if (!goes_on && is_blank(*s)) {
			text_add_bytes(out, s++, 1);
			continue;
		}
		len = word_len(l, s, (size_t)(end - s));
		if (!goes_on)
			add_word(l, s, len, out);
		else if (l->keeps)
			text_add_bytes(out, s, len);
		s += len;
	}
}

void redact_pam(struct pam_line *l, const char *s, size_t n, struct text *out)
{
	const char *sign;
	bool goes_on;

	n = strnlen(s, n); /* what is behind a NUL is not read */
	goes_on = n && s[n - 1] == '\\';
	n -= goes_on;
	sign = memchr(s, '#', n);

	if (!l->drops)
		add_words(l, s, sign ? (size_t)(sign - s) : n, out);
	if (sign && !l->drops) {
		text_add(out, "#");
		l->drops = true;
	}
	text_add(out, goes_on ? "\\" : "");
	if (!goes_on)
		*l = (struct pam_line){0};
}
