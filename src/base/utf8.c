/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/utf8.h"

struct span {
	uint32_t low, high; /* both included */
};

/* Sorted.  The marks of scripts that turn up in names; not all of Unicode's. */
static const struct span combining[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
	{0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
	{0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

static const struct span wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
	{0x4e00, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
	{0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
	{0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool is_within(uint32_t c, const struct span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= spans[i].low && c <= spans[i].high)
			return true;
	}
	return false;
}

/* How many bytes follow a first byte; -1 when none can start a character. */
static int followers(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first < 0xc2) /* a continuation, or overlong */
		return -1;
	if (first < 0xe0)
		return 1;
	if (first < 0xf0)
		return 2;
	return first < 0xf5 ? 3 : -1;
}

size_t utf8_decode(const char *s, uint32_t *ret)
{
	static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)s[0];
	int n = followers(first);
	uint32_t c;

	if (n < 0)
		return 0;

	c = n ? first & (0x3fU >> n) : first;
	for (int i = 1; i <= n; i++) {
		unsigned char next = (unsigned char)s[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (next & 0x3f);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;

	*ret = c;
	return (size_t)n + 1;
}

size_t utf8_columns(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (is_within(c, combining, ARRAY_LEN(combining)))
		return 0;
	return is_within(c, wide, ARRAY_LEN(wide)) ? 2 : 1;
}
