/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * E. Myers, "An O(ND) difference algorithm and its variations": the furthest
 * reaching path on each diagonal for 0, 1, 2 .. edits.  Files here differ in
 * few lines; where they do not, everything is taken out and put in anew.
 */
#include "render/diff.h"

#include <string.h>

#include "base/vec.h"
#include "model/secret.h"

enum { EDITS_MAX = 400 };

struct line {
	const char *at;
	size_t len; /* with its newline */
};

struct line_list {
	VEC(struct line);
};

/* Kept, or taken out or put in: which lines of which file. */
struct edit {
	char mark; /* ' ', '-', '+' */
	const struct line *line;
};

struct script {
	VEC(struct edit);
};

static void line_list_done(struct line_list *l)
{
	vec_done(l);
}

static void script_done(struct script *s)
{
	vec_done(s);
}

static int split(const struct bytes *b, struct line_list *ret)
{
	const char *at = b->data, *end = b->data + b->len;

	while (at && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;

		if (vec_push(ret, (struct line){at, (size_t)(next - at)}))
			return -1;
		at = next;
	}
	return 0;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

/* ---- the way, found forwards and walked back ---- */

struct search {
	const struct line_list *a, *b;
	size_t max;    /* edits */
	size_t *reach; /* for each number of edits, 2 * max + 1 diagonals: how far in a */
};

static size_t *reach_of(const struct search *s, size_t edits, ptrdiff_t diagonal)
{
	return &s->reach[edits * (2 * s->max + 1) + (size_t)(diagonal + (ptrdiff_t)s->max)];
}

/* Does the best way to this diagonal come from the one above (a line put in)? */
static bool comes_from_above(const struct search *s, size_t edits, ptrdiff_t k)
{
	ptrdiff_t d = (ptrdiff_t)edits;

	return k == -d ||
	       (k != d && *reach_of(s, edits - 1, k - 1) < *reach_of(s, edits - 1, k + 1));
}

static size_t start_of(const struct search *s, size_t edits, ptrdiff_t k)
{
	if (!edits)
		return 0;
	return comes_from_above(s, edits, k) ? *reach_of(s, edits - 1, k + 1)
					     : *reach_of(s, edits - 1, k - 1) + 1;
}

static size_t slide(const struct search *s, size_t x, ptrdiff_t k)
{
	size_t y = (size_t)((ptrdiff_t)x - k);

	while (x < s->a->len && y < s->b->len && same(&s->a->items[x], &s->b->items[y])) {
		x++;
		y++;
	}
	return x;
}

/* How many edits it takes; s->max + 1 where they are too many. */
static size_t find(const struct search *s)
{
	for (size_t edits = 0; edits <= s->max; edits++) {
		for (ptrdiff_t k = -(ptrdiff_t)edits; k <= (ptrdiff_t)edits; k += 2) {
			size_t x = slide(s, start_of(s, edits, k), k);

			*reach_of(s, edits, k) = x;
			if (x >= s->a->len && (ptrdiff_t)x - k >= (ptrdiff_t)s->b->len)
				return edits;
		}
	}
	return s->max + 1;
}

static int push(struct script *script, char mark, const struct line *line)
{
	return vec_push(script, (struct edit){mark, line});
}

/* From the end to the start; turned round by the caller. */
static int walk_back(const struct search *s, size_t edits, struct script *script)
{
	size_t x = s->a->len, y = s->b->len;
	int r = 0;

	for (; !r; edits--) {
		ptrdiff_t k = (ptrdiff_t)x - (ptrdiff_t)y;
		size_t start = start_of(s, edits, k);

		for (; x > start && !r; y--)
			r = push(script, ' ', &s->a->items[--x]);
		if (!edits || r)
			break;
		if (comes_from_above(s, edits, k))
			r = push(script, '+', &s->b->items[--y]);
		else
			r = push(script, '-', &s->a->items[--x]);
	}
	return r;
}

static int replace_all(const struct line_list *a, const struct line_list *b, struct script *ret)
{
	int r = 0;

	for (size_t i = b->len; i-- > 0 && !r;)
		r = push(ret, '+', &b->items[i]);
	for (size_t i = a->len; i-- > 0 && !r;)
		r = push(ret, '-', &a->items[i]);
	return r;
}

static int make_script(const struct line_list *a, const struct line_list *b, struct script *ret)
{
	struct search s = {.a = a, .b = b, .max = a->len + b->len};
	auto_free size_t *reach = NULL;
	size_t edits;
	int r;

	if (s.max > EDITS_MAX)
		s.max = EDITS_MAX;
	reach = calloc((s.max + 1) * (2 * s.max + 1), sizeof(*reach));
	if (!reach)
		return -1;
	s.reach = reach;
	edits = find(&s);
	r = edits <= s.max ? walk_back(&s, edits, ret) : replace_all(a, b, ret);

	for (size_t i = 0; i < ret->len / 2; i++) {
		struct edit e = ret->items[i];

		ret->items[i] = ret->items[ret->len - 1 - i];
		ret->items[ret->len - 1 - i] = e;
	}
	return r;
}

/* ---- hunks ---- */

/* The end of the hunk that begins at `from`: no change for twice the context. */
static size_t hunk_end(const struct script *s, size_t from)
{
	size_t last = from, i;

	for (i = from; i < s->len && i - last <= 2 * (size_t)DIFF_CONTEXT + 1; i++) {
		if (s->items[i].mark != ' ')
			last = i;
	}
	return last + DIFF_CONTEXT + 1 < s->len ? last + DIFF_CONTEXT + 1 : s->len;
}

static size_t count(const struct script *s, size_t from, size_t to, char not )
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += s->items[i].mark != not ;
	return n;
}

/* "12,5"; a hunk without lines stands behind the line before it. */
static void add_range(struct text *out, size_t before, size_t n)
{
	text_addf(out, n == 1 ? "%zu" : "%zu,%zu", n ? before + 1 : before, n);
}

static void add_hunk(struct text *out, const struct script *s, size_t from, size_t to)
{
	text_add(out, "@@ -");
	add_range(out, count(s, 0, from, '+'), count(s, from, to, '+'));
	text_add(out, " +");
	add_range(out, count(s, 0, from, '-'), count(s, from, to, '-'));
	text_add(out, " @@\n");
	for (size_t i = from; i < to; i++) {
		const struct line *l = s->items[i].line;
		bool ends = l->at[l->len - 1] == '\n';

		text_add_bytes(out, &s->items[i].mark, 1);
		secret_mask(SECRET_WORDS, l->at, l->len - ends, out);
		text_add(out, ends ? "\n" : "\n\\ No newline at end of file\n");
	}
}

void diff_unified(struct text *out, const char *path, const struct bytes *before,
		  const struct bytes *after)
{
	auto_call(line_list_done) struct line_list a = {0}, b = {0};
	auto_call(script_done) struct script script = {0};
	size_t end;

	if (split(before, &a) || split(after, &b) || make_script(&a, &b, &script)) {
		out->failed = true;
		return;
	}

	text_addf(out, "--- %s\n", before->data ? path : "/dev/null");
	text_addf(out, "+++ %s\n", after->data ? path : "/dev/null");
	for (size_t i = 0; i < script.len; i = end) {
		if (script.items[i].mark == ' ') {
			end = i + 1;
			continue;
		}
		end = hunk_end(&script, i);
		add_hunk(out, &script, i > DIFF_CONTEXT ? i - DIFF_CONTEXT : 0, end);
	}
}
