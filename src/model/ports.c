/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/ports.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"

enum { PORTS = 65536, WORD = 64 };

/* One bit a port: every operation on lists is one on these. */
struct port_set {
	uint64_t bits[PORTS / WORD];
};

static bool has(const struct port_set *s, unsigned port)
{
	return s->bits[port / WORD] >> (port % WORD) & 1;
}

static void put(struct port_set *s, unsigned low, unsigned high)
{
	for (unsigned p = low; p <= high; p++)
		s->bits[p / WORD] |= UINT64_C(1) << (p % WORD);
}

static void put_all(struct port_set *s, const struct port_range *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		put(s, list[i].low, list[i].high);
}

/*
 * The end of the run of equal bits that begins at `from`.  Most words are all
 * of one bit, and such a word is always come to at its start.
 */
static unsigned run_end(const struct port_set *s, unsigned from)
{
	const bool in = has(s, from);
	const uint64_t all = in ? UINT64_MAX : 0;
	unsigned p = from;

	while (p < PORTS && has(s, p) == in)
		p += s->bits[p / WORD] == all ? WORD : 1;
	return p;
}

static int list_of(const struct port_set *s, struct port_range **ret, unsigned *ret_n)
{
	struct port_range *list = NULL;
	size_t n = 0, cap = 0;

	for (unsigned p = 0, end; p < PORTS; p = end) {
		end = run_end(s, p);
		if (!has(s, p))
			continue;
		if (vec_grow((void **)&list, &cap, n, sizeof(*list))) {
			free(list);
			return -ENOMEM;
		}
		list[n++] = (struct port_range){(uint16_t)p, (uint16_t)(end - 1)};
	}
	*ret = list;
	*ret_n = (unsigned)n;
	return 0;
}

static int scan_port(const char **p, unsigned *ret)
{
	uint64_t v = 0;
	bool negative;

	if (!char_is_digit(**p) || number_scan_c(*p, p, &negative, &v) || v >= PORTS)
		return -EINVAL;

	*ret = (unsigned)v;
	return 0;
}

static int scan_range(const char **p, unsigned *low, unsigned *high)
{
	if (scan_port(p, low))
		return -EINVAL;

	*high = *low;
	if (**p == '-') {
		(*p)++;
		if (scan_port(p, high))
			return -EINVAL;
	}
	return *low <= *high ? 0 : -EINVAL;
}

static int scan_list(const char *text, struct port_set *s, bool *ret_sorted)
{
	const char *p = text + strspn(text, " \t\n");
	long last = -2;
	bool sorted = true;

	while (*p && *p != '\n') {
		unsigned low, high;

		if (scan_range(&p, &low, &high))
			return -EINVAL;
		put(s, low, high);
		sorted = sorted && (long)low > last + 1;
		last = high;
		if (*p == ',')
			p++;
		else
			break;
	}
	if (p[strspn(p, " \t\n")])
		return -EINVAL;
	*ret_sorted = sorted;
	return 0;
}

int ports_parse(const char *text, struct port_range **ret, unsigned *ret_n, bool *ret_canonical)
{
	auto_free struct port_set *s = calloc(1, sizeof(*s));
	bool sorted;
	int r;

	if (!s)
		return -ENOMEM;

	r = scan_list(text, s, &sorted);
	if (r)
		return r;
	if (ret_canonical)
		*ret_canonical = sorted;
	return list_of(s, ret, ret_n);
}

/* Both are sorted with gaps, so each range of b lies within one range of a or is not in it. */
bool ports_contain(const struct port_range *a, unsigned na, const struct port_range *b, unsigned nb)
{
	for (unsigned i = 0, j = 0; j < nb; j++) {
		while (i < na && a[i].high < b[j].low)
			i++;
		if (i == na || a[i].low > b[j].low || a[i].high < b[j].high)
			return false;
	}
	return true;
}

int ports_add(struct port_range **list, unsigned *n, const struct port_range *more, unsigned more_n)
{
	auto_free struct port_set *s = calloc(1, sizeof(*s));
	struct port_range *merged;
	int r;

	if (!s)
		return -ENOMEM;

	put_all(s, *list, *n);
	put_all(s, more, more_n);
	r = list_of(s, &merged, n);
	if (r)
		return r;

	free(*list);
	*list = merged;
	return 0;
}

unsigned ports_usable(unsigned low, unsigned high, const struct port_range *reserved, unsigned n)
{
	unsigned usable;

	if (low > high)
		return 0;
	if (high > low && (high - low + 1) % 2)
		high--;

	usable = high - low + 1;
	for (unsigned i = 0; i < n; i++) {
		unsigned from = reserved[i].low > low ? reserved[i].low : low;
		unsigned to = reserved[i].high < high ? reserved[i].high : high;

		if (from <= to)
			usable -= to - from + 1;
	}
	return usable;
}

void ports_print(struct text *t, const struct port_range *list, unsigned n)
{
	text_add(t, "");
	for (unsigned i = 0; i < n; i++) {
		text_addf(t, "%s%u", i ? "," : "", list[i].low);
		if (list[i].high != list[i].low)
			text_addf(t, "-%u", list[i].high);
	}
}
