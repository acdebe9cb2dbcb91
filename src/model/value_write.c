/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel makes of a write(2) to /proc/sys.  The model of
 * proc_get_long(), __do_proc_dointvec(), do_proc_douintvec() and
 * proc_do_large_bitmap() in kernel/sysctl.c, with the traps named on the way;
 * experiments "range" and E13.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "model/ports.h"
#include "model/value.h"

/* TMPBUFLEN - 1: a number of that many characters is refused unseen. */
enum { NUMBER_MAX = 21, CA_NAME_MAX = 15 };

static void note_base(const char *digits, unsigned *traps)
{
	if (digits[0] != '0')
		return;
	if (digits[1] == 'x' || digits[1] == 'X')
		*traps |= TRAP_HEX;
	else if (char_is_digit(digits[1]))
		*traps |= TRAP_OCTAL;
}

static bool ends_number(char c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\n';
}

/* proc_get_long(): -EINVAL when the kernel would say so. */
static int scan_number(const char **p, int64_t *ret, unsigned *traps)
{
	const char *start = *p, *digits = start + (*start == '-'), *end;
	bool negative = *start == '-', unused;
	uint64_t v = 0;

	if (!char_is_digit(*digits) || number_scan_c(digits, &end, &unused, &v))
		return -EINVAL;
	if (end - start >= NUMBER_MAX || !ends_number(*end))
		return -EINVAL;
	if (negative && v > INT64_MAX)
		return -EINVAL;

	note_base(digits, traps);
	*ret = v > INT64_MAX ? INT64_MAX : negative ? -(int64_t)v : (int64_t)v;
	*p = end;
	return 0;
}

/* Before a key got its bounds it was a plain int. */
static bool kernel_takes(const struct tunable *t, int64_t n, unsigned release)
{
	if (release && release < t->bounded)
		return n >= INT32_MIN && n <= INT32_MAX;
	if (!t->kernel_min && !t->kernel_max)
		return true;
	return n >= t->kernel_min && n <= t->kernel_max;
}

/* The kernel's isspace() (lib/ctype.c) takes Latin-1's no-break space for one, too. */
static const char *skip_blanks(const char *p)
{
	while (char_is_space(*p) || *p == '\xa0')
		p++;
	return p;
}

/*
 * Parse into v, which holds the old value where one is known.  Returns how
 * many fields were set before the end or the error.
 */
static unsigned write_fields(const struct tunable *t, const char *text, unsigned release,
			     struct value *v, unsigned *traps)
{
	const char *p = skip_blanks(text);
	unsigned n;

	for (n = 0; n < tunable_fields(t) && *p; n++, p = skip_blanks(p)) {
		int64_t number = 0;

		if (scan_number(&p, &number, traps) || !kernel_takes(t, number, release)) {
			*traps |= TRAP_REFUSED;
			return n;
		}
		v->num[n] = number;
	}

	if (!n)
		*traps |= TRAP_REFUSED;
	else if (n < tunable_fields(t))
		*traps |= TRAP_SHORT;
	else if (*p)
		*traps |= TRAP_TRAILING;
	return n;
}

static int keep(const struct value *before, struct value *ret)
{
	return before ? value_copy(before, ret) : -ENODATA;
}

static int write_numbers(const struct tunable *t, const struct value *before, const char *text,
			 unsigned release, struct value *ret, unsigned *traps)
{
	struct value v = {.type = t->type, .n = tunable_fields(t)};
	bool known = before && before->type == t->type && before->n == v.n;
	unsigned n;

	if (known)
		memcpy(v.num, before->num, sizeof(v.num));
	n = write_fields(t, text, release, &v, traps);

	/* A pair is a port range, which the kernel sets whole or not at all. */
	if (!(*traps & TRAP_REFUSED) && v.n == 2 && (known || n == 2) && v.num[0] > v.num[1])
		*traps |= TRAP_REFUSED;
	if (*traps & TRAP_REFUSED && (v.n == 2 || !n))
		return keep(before, ret);
	if (*traps & TRAP_REFUSED)
		*traps |= TRAP_PARTIAL;
	if (n < v.n && !known)
		return -ENODATA;

	*ret = v;
	return 0;
}

static int write_ports(const struct value *before, const char *text, struct value *ret,
		       unsigned *traps)
{
	struct value v = {.type = TYPE_PORTS};
	bool canonical = true;
	int r = ports_parse(text, &v.ports, &v.n, &canonical);

	if (r == -EINVAL) {
		*traps |= TRAP_REFUSED;
		return keep(before, ret);
	}
	if (r)
		return r;

	if (!canonical)
		*traps |= TRAP_REORDERED;
	*ret = v;
	return 0;
}

/* The name must be there to the letter: a blank or a comment makes it unknown (ENOENT). */
static int write_word(const struct tunable *t, const struct value *before, const char *text,
		      struct value *ret, unsigned *traps)
{
	if (t->type == TYPE_WORD &&
	    (strlen(text) > CA_NAME_MAX || strpbrk(text, " \t") || !*text)) {
		*traps |= TRAP_REFUSED;
		return keep(before, ret);
	}
	return value_read(t, text, ret);
}

int value_after_write(const struct tunable *t, const struct value *before, const char *text,
		      unsigned release, struct value *ret, unsigned *ret_traps)
{
	unsigned traps = 0;
	int r;

	if (t->type == TYPE_PORTS)
		r = write_ports(before, text, ret, &traps);
	else if (t->type == TYPE_WORD || t->type == TYPE_WORDS)
		r = write_word(t, before, text, ret, &traps);
	else
		r = write_numbers(t, before, text, release, ret, &traps);

	*ret_traps = traps;
	return r;
}
