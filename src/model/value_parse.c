/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as people mean them.  The kernel takes much that nobody means ("010"
 * is 8, "4096" for a triple changes one field, 9 8 7 is a fine tcp_rmem); here
 * each such thing is refused with its reason.
 */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "model/ports.h"
#include "model/value.h"

enum { WORD_MAX = 63 };

static int refuse_number(const char *word, struct error *err)
{
	const char *digits = word + (*word == '-'), *end;
	uint64_t v = 0;
	bool negative;

	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
		return error_say(err, EINVAL, "\"%s\" is hexadecimal: write it in decimal", word);
	if (digits[0] == '0' && char_is_digit(digits[1])) {
		if (number_scan_c(digits, &end, &negative, &v) || *end)
			return error_say(err, EINVAL,
					 "\"%s\" begins with 0, which the kernel reads as octal: "
					 "write it without",
					 word);
		return error_say(err, EINVAL,
				 "\"%s\" begins with 0, which the kernel reads as octal (%llu): "
				 "write it without",
				 word, (unsigned long long)v);
	}
	return error_say(err, EINVAL, "\"%s\" is not a whole decimal number", word);
}

static bool begins_octal(const char *word)
{
	word += *word == '-';
	return word[0] == '0' && word[1] != '\0';
}

static int parse_number(const char *word, int64_t *ret, struct error *err)
{
	int r = begins_octal(word) ? -EINVAL : number_parse_i64(word, ret);

	if (r == -ERANGE)
		return error_say(err, EINVAL, "\"%s\" does not fit in 64 bits", word);
	return r ? refuse_number(word, err) : 0;
}

static int wrong_count(const struct tunable *t, unsigned got, struct error *err)
{
	unsigned want = tunable_fields(t);

	if (want == 1)
		return error_say(err, EINVAL, "expected one number, found %u", got);
	return error_say(err, EINVAL, "expected %u numbers (%s), found %u", want,
			 t->field_names ? t->field_names : "all fields", got);
}

static int parse_numbers(const struct tunable *t, const char *text, struct value *v,
			 struct error *err)
{
	auto_free char *copy = strdup(text);
	unsigned n = 0;
	char *save = NULL;

	if (!copy)
		return error_set(err, ENOMEM, "parse a value");

	for (char *w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save), n++) {
		int64_t number = 0;
		int r = parse_number(w, &number, err);

		if (r)
			return r;
		if (n < FIELDS_MAX)
			v->num[n] = number;
	}
	if (n != tunable_fields(t))
		return wrong_count(t, n, err);
	v->n = n;
	return 0;
}

/* Every number of the list must be plain decimal, as everywhere else. */
static int parse_ports(const char *text, struct value *v, struct error *err)
{
	int r;

	for (const char *p = text; *p; p += strcspn(p, ",-"), p += strspn(p, ",-")) {
		if (p[0] == '0' && p[1] && !strchr(",-", p[1]))
			return error_say(err, EINVAL,
					 "\"%s\" has a number that begins with 0, which the kernel "
					 "reads as octal or hexadecimal",
					 text);
	}

	r = ports_parse(text, &v->ports, &v->n, NULL);
	if (r == -EINVAL)
		return error_say(
			err, EINVAL,
			"\"%s\" is not a list of ports like \"8080,9000-9010\" (0 to 65535, "
			"no blanks)",
			text);
	return r ? error_set(err, -r, "parse a value") : 0;
}

static bool is_word_char(char c)
{
	return char_is_digit(c) || (char_lower(c) >= 'a' && char_lower(c) <= 'z') || c == '_' ||
	       c == '-' || c == '.';
}

static int parse_words(const struct tunable *t, const char *text, struct value *v,
		       struct error *err)
{
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		bool parting = *p == ' ' && t->type == TYPE_WORDS;

		if (!is_word_char(*p) && !parting)
			return error_say(err, EINVAL, "\"%s\" is not a %s", text,
					 type_name(t->type));
		n = parting ? 0 : n + 1;
		if (n > WORD_MAX)
			return error_say(err, EINVAL, "a name in \"%s\" is too long", text);
	}
	if (!*text)
		return error_say(err, EINVAL, "expected a %s, found nothing", type_name(t->type));

	v->words = strdup(text);
	return v->words ? 0 : error_set(err, ENOMEM, "parse a value");
}

static int check_choice(const struct tunable *t, int64_t n, struct error *err)
{
	auto_text struct text known = {0};

	for (const struct tunable_choice *c = t->choices; c->means; c++) {
		if (c->value == n)
			return 0;
		text_addf(&known, "%s%lld (%s)", known.len ? ", " : "", (long long)c->value,
			  c->means);
	}
	return error_say(err, EINVAL, "%lld is none of %s", (long long)n,
			 known.str ? known.str : "the known values");
}

static int check_bitmap(const struct tunable *t, int64_t n, struct error *err)
{
	int64_t known = 0;

	for (const struct tunable_choice *c = t->choices; c->means; c++)
		known |= c->value;
	if (n >= 0 && !(n & ~known))
		return 0;
	return error_say(err, EINVAL, "%lld has bits nobody knows (known: 0x%llx)", (long long)n,
			 (unsigned long long)known);
}

static int check_range(const struct tunable *t, int64_t n, struct error *err)
{
	if (n >= t->min && n <= t->max)
		return 0;
	return error_say(err, EINVAL, "%lld is outside the sane range %lld to %lld%s%s",
			 (long long)n, (long long)t->min, (long long)t->max, t->unit ? " " : "",
			 t->unit ? t->unit : "");
}

static int check_number(const struct tunable *t, int64_t n, struct error *err)
{
	switch (t->type) {
	case TYPE_BOOL:
		return n == 0 || n == 1
			       ? 0
			       : error_say(err, EINVAL, "%lld is neither 0 (off) nor 1 (on)",
					   (long long)n);
	case TYPE_ENUM:
		return check_choice(t, n, err);
	case TYPE_BITMAP:
		return check_bitmap(t, n, err);
	default:
		return check_range(t, n, err);
	}
}

static int check_port_range(const struct value *v, struct error *err)
{
	if (v->num[0] >= v->num[1])
		return error_say(err, EINVAL, "the low end %lld must be below the high end %lld",
				 (long long)v->num[0], (long long)v->num[1]);
	if ((v->num[0] ^ v->num[1]) & 1)
		return 0;
	return error_say(err, EINVAL,
			 "one end must be even and the other odd, or the kernel wastes the last "
			 "port of %lld to %lld",
			 (long long)v->num[0], (long long)v->num[1]);
}

static int check_order(const struct value *v, struct error *err)
{
	if (v->num[0] <= v->num[1] && v->num[1] <= v->num[2])
		return 0;
	return error_say(err, EINVAL, "the three numbers must not descend: %lld %lld %lld",
			 (long long)v->num[0], (long long)v->num[1], (long long)v->num[2]);
}

/*
 * Above 60 an orphan lives 2 * (value - 60) seconds, so 61 to 119 is shorter
 * than 60 and beyond 120 is longer than it says (__tcp_close() and
 * tcp_keepalive_timer(); experiment E18).
 */
static int check_fin_timeout(const struct value *v, struct error *err)
{
	if (v->num[0] <= 60 || v->num[0] == 120)
		return 0;
	return error_say(
		err, EINVAL,
		"%lld would mean %lld seconds: above 60 the kernel waits twice the excess; "
		"use at most 60, or 120",
		(long long)v->num[0], (long long)(2 * (v->num[0] - 60)));
}

static int check_fields_together(const struct tunable *t, const struct value *v, struct error *err)
{
	if (v->n == 2)
		return check_port_range(v, err);
	if (v->n == 3)
		return check_order(v, err);
	if (strcmp(t->key, "net.ipv4.tcp_fin_timeout") == 0)
		return check_fin_timeout(v, err);
	return 0;
}

int value_check(const struct tunable *t, const struct value *v, struct error *err)
{
	if (t->type == TYPE_PORTS || t->type == TYPE_WORD || t->type == TYPE_WORDS)
		return 0;

	for (unsigned i = 0; i < v->n; i++) {
		int r = check_number(t, v->num[i], err);

		if (r)
			return r;
	}
	return check_fields_together(t, v, err);
}

int value_parse(const struct tunable *t, const char *text, struct value *ret, struct error *err)
{
	auto_value struct value v = {.type = t->type};
	int r;

	if (t->type == TYPE_PORTS)
		r = parse_ports(text, &v, err);
	else if (t->type == TYPE_WORD || t->type == TYPE_WORDS)
		r = parse_words(t, text, &v, err);
	else
		r = parse_numbers(t, text, &v, err);
	if (!r)
		r = value_check(t, &v, err);
	if (r)
		return r;

	*ret = v;
	v = (struct value){0};
	return 0;
}
