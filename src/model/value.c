/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/value.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "model/ports.h"

static const char *const op_names[OP_COUNT] = {
	[OP_EXACT] = "exact",
	[OP_AT_LEAST] = "at_least",
	[OP_AT_MOST] = "at_most",
	[OP_ONE_OF] = "one_of",
};

const char *op_name(enum op op)
{
	return op_names[op];
}

void value_done(struct value *v)
{
	free(v->ports);
	free(v->words);
	*v = (struct value){.type = TYPE_COUNT};
}

int value_copy(const struct value *from, struct value *ret)
{
	struct value v = *from;

	v.ports = NULL;
	v.words = from->words ? strdup(from->words) : NULL;
	if (from->ports && from->n) {
		v.ports = malloc(from->n * sizeof(*v.ports));
		if (v.ports)
			memcpy(v.ports, from->ports, from->n * sizeof(*v.ports));
	}

	if ((from->words && !v.words) || (from->ports && from->n && !v.ports)) {
		value_done(&v);
		return -ENOMEM;
	}
	*ret = v;
	return 0;
}

static bool holds_numbers(enum tunable_type type)
{
	return type == TYPE_INT || type == TYPE_BOOL || type == TYPE_ENUM || type == TYPE_BITMAP;
}

/* A port range is two numbers that stand for a set. */
static bool is_range(const struct tunable *t)
{
	return t->type == TYPE_INT && tunable_fields(t) == 2;
}

/* The words of text, apart by one blank.  NULL: no memory. */
static char *squeeze(const char *text)
{
	auto_text struct text t = {0};
	char *made = NULL;

	while (*(text += strspn(text, " \t\n"))) {
		size_t n = strcspn(text, " \t\n");

		if (t.len)
			text_add(&t, " ");
		text_add_bytes(&t, text, n);
		text += n;
	}
	return text_take(&t, &made) ? NULL : made;
}

/* Numbers as the kernel prints them: decimal, apart by blanks or tabs. */
static int read_numbers(const struct tunable *t, const char *text, struct value *v)
{
	auto_free char *copy = strdup(text);
	char *save = NULL;

	if (!copy)
		return -ENOMEM;

	for (char *w = strtok_r(copy, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
		int r;

		if (v->n == tunable_fields(t))
			return -EINVAL;
		r = number_parse_i64(w, &v->num[v->n]);
		if (r == -ERANGE && *w != '-')
			v->num[v->n] = INT64_MAX;
		else if (r)
			return -EINVAL;
		v->n++;
	}
	return v->n == tunable_fields(t) ? 0 : -EINVAL;
}

int value_read(const struct tunable *t, const char *text, struct value *ret)
{
	auto_value struct value v = {.type = t->type};
	int r = 0;

	if (holds_numbers(t->type)) {
		r = read_numbers(t, text, &v);
	} else if (t->type == TYPE_PORTS) {
		r = ports_parse(text, &v.ports, &v.n, NULL);
	} else {
		v.words = squeeze(text);
		r = v.words ? 0 : -ENOMEM;
	}
	if (r)
		return r;

	*ret = v;
	v = (struct value){0};
	return 0;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->type != b->type || a->n != b->n)
		return false;
	if (holds_numbers(a->type))
		return memcmp(a->num, b->num, a->n * sizeof(*a->num)) == 0;
	if (a->type == TYPE_PORTS)
		return ports_contain(a->ports, a->n, b->ports, b->n) &&
		       ports_contain(b->ports, b->n, a->ports, a->n);
	return text_equal(a->words, b->words);
}

bool value_reads_back(const struct tunable *t, const struct value *now, const struct value *written)
{
	enum { TICK_MAX_MS = 10 }; /* HZ=100, the slowest clock Linux has */

	if (value_equal(now, written))
		return true;
	return t->ticks && now->type == TYPE_INT && written->type == TYPE_INT && now->n == 1 &&
	       written->n == 1 && now->num[0] > written->num[0] && written->num[0] >= 0 &&
	       now->num[0] - written->num[0] < TICK_MAX_MS;
}

char *value_text(const struct value *v)
{
	auto_text struct text t = {0};
	char *made = NULL;

	if (holds_numbers(v->type)) {
		for (unsigned i = 0; i < v->n; i++)
			text_addf(&t, "%s%lld", i ? " " : "", (long long)v->num[i]);
	} else if (v->type == TYPE_PORTS) {
		ports_print(&t, v->ports, v->n);
	} else if (v->words) {
		text_add(&t, v->words);
	}
	return text_take(&t, &made) ? NULL : made;
}

static bool range_contains(const struct value *have, const struct value *want)
{
	return have->num[0] <= want->num[0] && have->num[1] >= want->num[1];
}

static bool every_field_at_least(const struct tunable *t, const struct value *have,
				 const struct value *want)
{
	for (unsigned i = 0; i < have->n; i++) {
		if (t->has_unlimited && have->num[i] == t->unlimited)
			continue;
		if (have->num[i] < want->num[i] ||
		    (t->has_unlimited && want->num[i] == t->unlimited))
			return false;
	}
	return true;
}

/* Does `have` hold at least what `want` does?  at_most is the same question turned round. */
static bool at_least(const struct tunable *t, const struct value *have, const struct value *want)
{
	if (have->type != want->type)
		return false;
	if (t->type == TYPE_PORTS)
		return ports_contain(have->ports, have->n, want->ports, want->n);
	if (t->type == TYPE_BITMAP)
		return (have->num[0] & want->num[0]) == want->num[0];
	if (is_range(t))
		return range_contains(have, want);
	return holds_numbers(t->type) && have->n == want->n && every_field_at_least(t, have, want);
}

/*
 * Below the sane range a ceiling does not hold: 0 keepalive probes are not "at
 * most 6", they end healthy connections.
 */
bool value_is_too_low(const struct tunable *t, const struct value *v)
{
	if (t->type != TYPE_INT || v->type != TYPE_INT || is_range(t))
		return false;
	for (unsigned i = 0; i < v->n; i++) {
		if (v->num[i] < t->min)
			return true;
	}
	return false;
}

bool value_satisfies(const struct tunable *t, const struct value *have, enum op op,
		     const struct value *want, size_t n)
{
	switch (op) {
	case OP_AT_LEAST:
		return at_least(t, have, want);
	case OP_AT_MOST:
		return (at_least(t, want, have) || value_reads_back(t, have, want)) &&
		       !value_is_too_low(t, have);
	case OP_EXACT:
		return value_reads_back(t, have, want);
	case OP_ONE_OF:
	case OP_COUNT:
		break;
	}

	for (size_t i = 0; i < n; i++) {
		if (value_reads_back(t, have, &want[i]))
			return true;
	}
	return false;
}

static int64_t pick(int64_t a, int64_t b, bool larger)
{
	return (a > b) == larger ? a : b;
}

/* Field by field the larger or the smaller; of a range, the one that is wider or narrower. */
static void pick_fields(const struct tunable *t, const struct value *have, bool more,
			struct value *v)
{
	if (t->type == TYPE_BITMAP) {
		v->num[0] = more ? v->num[0] | have->num[0] : v->num[0] & have->num[0];
		return;
	}
	for (unsigned i = 0; i < v->n; i++) {
		bool larger = is_range(t) && i == 0 ? !more : more;

		v->num[i] = pick(v->num[i], have->num[i], larger);
	}
	/* Of min, default and max what somebody had the wrong way round is no reason to keep it. */
	for (unsigned i = 1; more && tunable_fields(t) == 3 && i < v->n; i++)
		v->num[i] = pick(v->num[i], v->num[i - 1], true);
}

int value_reach(const struct tunable *t, const struct value *have, enum op op,
		const struct value *want, struct value *ret)
{
	auto_value struct value v = {0};
	bool more = op == OP_AT_LEAST;

	if (value_copy(want, &v))
		return -ENOMEM;

	if ((more || op == OP_AT_MOST) && have && have->type == v.type) {
		if (t->type == TYPE_PORTS && more) {
			if (ports_add(&v.ports, &v.n, have->ports, have->n))
				return -ENOMEM;
		} else if (holds_numbers(t->type) && have->n == v.n &&
			   (more || !value_is_too_low(t, have))) {
			pick_fields(t, have, more, &v);
		}
	}

	*ret = v;
	v = (struct value){0};
	return 0;
}
