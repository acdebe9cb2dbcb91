/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term.h"

#include "base/text.h"
#include "model/term_rows.h"

static const struct term_rows *const groups[] = {
	[TERM_STATE] = &term_states,        [TERM_ERROR] = &term_errors,
	[TERM_OPTION] = &term_options,      [TERM_CONCEPT] = &term_concepts,
	[TERM_ELSEWHERE] = &term_elsewhere, [TERM_DIAGNOSIS] = &term_findings,
};

static const char *const kind_names[TERM_KIND_COUNT] = {
	[TERM_STATE] = "state",     [TERM_ERROR] = "error",         [TERM_OPTION] = "option",
	[TERM_CONCEPT] = "concept", [TERM_ELSEWHERE] = "elsewhere", [TERM_DIAGNOSIS] = "diagnosis",
};

size_t term_size(void)
{
	size_t n = 0;

	for (size_t g = 0; g < ARRAY_LEN(groups); g++)
		n += groups[g]->n;
	return n;
}

const struct term *term_at(size_t i)
{
	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		if (i < groups[g]->n)
			return &groups[g]->rows[i];
		i -= groups[g]->n;
	}
	return NULL;
}

static const char *skip_separators(const char *s)
{
	while (*s == '-' || *s == '_' || char_is_space(*s))
		s++;
	return s;
}

bool term_same(const char *a, const char *b)
{
	for (;; a++, b++) {
		a = skip_separators(a);
		b = skip_separators(b);
		if (char_lower(*a) != char_lower(*b))
			return false;
		if (!*a)
			return true;
	}
}

static bool is_called(const struct term *t, const char *query)
{
	if (term_same(t->name, query))
		return true;

	for (const char *const *a = t->aliases; a && *a; a++) {
		if (term_same(*a, query))
			return true;
	}
	return false;
}

const struct term *term_find(const char *query)
{
	for (size_t i = 0; i < term_size(); i++) {
		if (is_called(term_at(i), query))
			return term_at(i);
	}
	return NULL;
}

const char *term_kind_name(enum term_kind kind)
{
	return kind_names[kind];
}
