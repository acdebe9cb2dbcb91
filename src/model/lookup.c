/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/lookup.h"

#include <string.h>

#include "base/text.h"

/*
 * With dots, whatever it was written with.  As in sysctl(8), the separator that
 * comes first says which way round the key is written, and the other one then
 * stands for a dot or slash within a component: "net/ipv4/conf/eth0.7/rp_filter"
 * is "net.ipv4.conf.eth0/7.rp_filter".
 */
static bool with_dots(const char *query, char key[static LOOKUP_KEY_MAX])
{
	static const char proc[] = "/proc/sys/";
	size_t first;

	if (text_starts(query, proc))
		query += strlen(proc);
	if (strlen(query) >= LOOKUP_KEY_MAX)
		return false;

	strcpy(key, query);
	first = strcspn(key, "./");
	if (key[first] != '/')
		return true;

	for (char *p = key; *p; p++)
		*p = *p == '/' ? '.' : *p == '.' ? '/' : *p;
	return true;
}

static bool is_boundary(char c)
{
	return c == '.' || c == '_' || c == '-';
}

/* "tw_reuse", "tcp-tw-reuse", "ipv4.tcp_tw_reuse": the key ends in it, from a boundary on. */
static bool ends_in(const char *key, const char *query)
{
	for (const char *p = key; *p; p++) {
		if ((p == key || is_boundary(p[-1])) && !is_boundary(*p) && term_same(p, query))
			return true;
	}
	return false;
}

static bool last_part_is(const char *key, const char *query)
{
	const char *dot = strrchr(key, '.');

	return dot && strcmp(dot + 1, query) == 0;
}

/* The only row for which the question is answered with yes, or NULL. */
static const struct tunable *only_row(bool (*question)(const char *key, const char *query),
				      const char *query)
{
	const struct tunable *found = NULL;

	for (size_t i = 0; i < catalogue_size(); i++) {
		if (!question(catalogue_at(i)->key, query))
			continue;
		if (found)
			return NULL;
		found = catalogue_at(i);
	}
	return found;
}

enum { RANK_ENDS_IN = 1, RANK_HOLDS = 100, RANK_FAR = 1000 };

/* Edits allowed for a word of this length: a typing mistake, not another word. */
static size_t tolerance(size_t length)
{
	return 1 + length / 5;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool holds(const char *name, const char *query)
{
	return strlen(query) >= 3 && strcasestr(name, query);
}

static size_t rank_of(const char *name, const char *query)
{
	size_t distance = text_distance(name, query);

	if (distance <= tolerance(strlen(query)))
		return distance + RANK_ENDS_IN;
	return holds(name, query) ? (size_t)RANK_HOLDS : (size_t)RANK_FAR;
}

static size_t rank_of_key(const char *key, const char *query)
{
	const char *dot = strrchr(key, '.');

	if (ends_in(key, query))
		return RANK_ENDS_IN;
	return least(rank_of(key, query), rank_of(dot ? dot + 1 : key, query));
}

static size_t rank_of_term(const struct term *t, const char *query)
{
	size_t rank = rank_of(t->name, query);

	for (const char *const *a = t->aliases; a && *a; a++)
		rank = least(rank, rank_of(*a, query));
	return rank;
}

static bool is_listed(const struct lookup *l, const char *name)
{
	for (size_t i = 0; i < l->n_near; i++) {
		if (l->near[i] == name)
			return true;
	}
	return false;
}

/* The nearest name that is not in the list yet, or NULL.  Of equals, terms come first. */
static const char *nearest(const char *query, const struct lookup *listed)
{
	const char *best = NULL;
	size_t best_rank = RANK_FAR;

	for (size_t i = 0; i < term_size() + catalogue_size(); i++) {
		bool is_term = i < term_size();
		const char *name = is_term ? term_at(i)->name : catalogue_at(i - term_size())->key;
		size_t rank = is_term ? rank_of_term(term_at(i), query) : rank_of_key(name, query);

		if (rank < best_rank && !is_listed(listed, name)) {
			best = name;
			best_rank = rank;
		}
	}
	return best;
}

static void suggest(const char *query, struct lookup *ret)
{
	const char *name;

	while (ret->n_near < LOOKUP_NEAR_MAX && (name = nearest(query, ret)))
		ret->near[ret->n_near++] = name;
}

static const struct tunable *find_tunable(const char *query, struct lookup *ret)
{
	const struct tunable *t = NULL;

	if (with_dots(query, ret->key))
		t = catalogue_match(ret->key);
	if (!t) {
		t = only_row(last_part_is, query);
		if (t)
			(void)snprintf(ret->key, sizeof(ret->key), "%s", t->key);
	}
	return t;
}

void lookup(const char *query, struct lookup *ret)
{
	*ret = (struct lookup){0};

	ret->tunable = find_tunable(query, ret);
	if (ret->tunable)
		return;

	ret->term = term_find(query);
	if (ret->term)
		return;

	ret->tunable = only_row(ends_in, query);
	if (ret->tunable)
		(void)snprintf(ret->key, sizeof(ret->key), "%s", ret->tunable->key);
	else
		suggest(query, ret);
}
