/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/number.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static int digit_value(char c)
{
	if (char_is_digit(c))
		return c - '0';

	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Digits of one base until the first that is none; overflow is looked at in the end. */
static int scan_digits(const char *s, const char **end, unsigned base, uint64_t *ret)
{
	uint64_t v = 0;
	bool over = false;
	const char *p;

	for (p = s; digit_value(*p) < (int)base; p++) {
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit_value(*p), &v))
			over = true;
	}

	*end = p;
	if (p == s)
		return -EINVAL;
	if (over)
		return -ERANGE;
	*ret = v;
	return 0;
}

static int parse_whole(const char *s, unsigned base, uint64_t *ret)
{
	const char *end;
	uint64_t v = 0;
	int r = scan_digits(s, &end, base, &v);

	if (r == -EINVAL || *end)
		return -EINVAL;
	if (r)
		return r;

	*ret = v;
	return 0;
}

int number_parse_u64(const char *s, uint64_t *ret)
{
	return parse_whole(s, 10, ret);
}

int number_parse_hex(const char *s, uint64_t *ret)
{
	return parse_whole(s, 16, ret);
}

int number_parse_i64(const char *s, int64_t *ret)
{
	bool negative = *s == '-';
	uint64_t v = 0;
	int r = parse_whole(s + negative, 10, &v);

	if (r)
		return r;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;

	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

int number_scan_c(const char *s, const char **end, bool *negative, uint64_t *magnitude)
{
	unsigned base = 10;

	*negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit_value(s[2]) < 16) {
		base = 16;
		s += 2;
	} else if (s[0] == '0') {
		base = 8;
	}
	return scan_digits(s, end, base, magnitude);
}

static const struct {
	const char *name;
	unsigned seconds;
} duration_units[] = {
	{"", 1},     {"s", 1},       {"sec", 1},   {"m", 60},      {"min", 60},
	{"h", 3600}, {"hour", 3600}, {"d", 86400}, {"day", 86400},
};

int number_parse_duration(const char *s, uint64_t *ret_seconds)
{
	const char *end;
	uint64_t v = 0;
	int r = scan_digits(s, &end, 10, &v);

	if (r)
		return r;

	for (size_t i = 0; i < ARRAY_LEN(duration_units); i++) {
		if (strcmp(end, duration_units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(v, (uint64_t)duration_units[i].seconds, &v))
			return -ERANGE;
		*ret_seconds = v;
		return 0;
	}
	return -EINVAL;
}
