/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/systemd_file.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

enum { LONG_LINE_MAX = 1024 * 1024 };

static const char white[] = " \t\n\r";

/* ------------------------------------------------------------ physical lines */

struct cursor {
	char *at, *end;
	unsigned line;
};

/* Each kind of line end counts once in a run: "\r\n" is one end, "\n\n" two. */
static unsigned end_kind(char c)
{
	return c == '\n' ? 1 : c == '\r' ? 2 : c == '\0' ? 4 : 0;
}

static void skip_line_end(struct cursor *c)
{
	unsigned seen = 0;

	while (c->at < c->end && !(seen & 4)) {
		unsigned kind = end_kind(*c->at);

		if (!kind || (seen & kind))
			break;
		seen |= kind;
		c->line += *c->at == '\n';
		*c->at++ = '\0';
	}
}

/* 1 and the line, NUL-terminated; 0 at the end; -ENOBUFS when it is too long. */
static int next_line(struct cursor *c, char **ret, unsigned *ret_line)
{
	if (c->at == c->end)
		return 0;

	*ret = c->at;
	*ret_line = c->line;
	while (c->at < c->end && !end_kind(*c->at))
		c->at++;
	if (c->at - *ret >= LONG_LINE_MAX)
		return -ENOBUFS;

	skip_line_end(c);
	return 1;
}

/* -------------------------------------------------------------- logical lines */

struct parser {
	const struct systemd_reader *reader;
	const struct assignment_sink *sink;
	char *section; /* owned; NULL before the first header */
	struct text logical;
	struct {
		VEC(struct line_start);
	} starts;
	bool bom_seen;
};

static void parser_done(struct parser *p)
{
	free(p->section);
	text_done(&p->logical);
	vec_done(&p->starts);
}

unsigned logical_line_number(const struct logical_line *l, const char *where)
{
	size_t at = (size_t)(where - l->text);
	unsigned line = 0;

	for (size_t i = 0; i < l->n && l->starts[i].at <= at; i++)
		line = l->starts[i].line;
	return line;
}

static char *strip(char *s)
{
	size_t n;

	s += strspn(s, white);
	n = strlen(s);
	while (n && strchr(white, s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

/* systemd's idea of it: no noncharacters either. */
static bool is_clean_utf8(const char *s)
{
	while (*s) {
		uint32_t c = 0;
		size_t n = utf8_decode(s, &c);

		if (!n || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe)
			return false;
		s += n;
	}
	return true;
}

static bool is_safe_name(const char *s)
{
	for (; *s; s++) {
		if ((*s > 0 && *s < ' ') || strchr("\"'\\\x7f", *s))
			return false;
	}
	return true;
}

static int enter_section(struct parser *p, char *header)
{
	size_t n = strlen(header);
	char *name;

	if (n < 2 || header[n - 1] != ']')
		return 1;
	header[n - 1] = '\0';
	if (p->reader->strict_headers && !is_safe_name(header + 1))
		return 1;

	name = strdup(header + 1);
	if (!name)
		return -ENOMEM;
	free(p->section);
	p->section = name;
	return 0;
}

/* 0, 1 where the file ends early, -ENOMEM. */
static int parse_logical(struct parser *p)
{
	const struct logical_line l = {
		.text = p->logical.str,
		.starts = p->starts.items,
		.n = p->starts.len,
	};
	char *s = strip(p->logical.str);
	char *equals;

	if (!*s)
		return 0;
	if (!is_clean_utf8(s))
		return 1;
	if (*s == '[')
		return enter_section(p, s);

	equals = strchr(s, '=');
	if (!equals || equals == s || !p->section)
		return 0;
	*equals = '\0';
	return p->sink->assign(p->sink->context, p->section, strip(s), strip(equals + 1), &l);
}

static bool ends_escaped(const struct text *t)
{
	size_t n = 0;

	while (n < t->len && t->str[t->len - 1 - n] == '\\')
		n++;
	return n % 2;
}

static void begin_logical(struct parser *p)
{
	text_clear(&p->logical);
	p->starts.len = 0;
}

/* Add a line to the logical one; 1 when that makes it too long. */
static int append(struct parser *p, const char *line, unsigned number)
{
	if (p->starts.len && p->logical.len + strlen(line) > LONG_LINE_MAX)
		return 1;
	if (vec_push(&p->starts, (struct line_start){.at = p->logical.len, .line = number}))
		return -ENOMEM;
	text_add(&p->logical, line);
	return p->logical.failed ? -ENOMEM : 0;
}

static const char *skip_bom(struct parser *p, const char *line)
{
	static const char bom[] = "\xef\xbb\xbf";

	if (p->bom_seen || !text_starts(line, bom))
		return line;
	p->bom_seen = true;
	return line + strlen(bom);
}

static int parse_line(struct parser *p, const char *line, unsigned number)
{
	char first = line[strspn(line, white)];
	int r;

	/* A comment does not end a continued line; an empty line does. */
	if (first == '#' || first == ';')
		return 0;

	r = append(p, skip_bom(p, line), number);
	if (r)
		return r;
	if (ends_escaped(&p->logical)) {
		p->logical.str[p->logical.len - 1] = ' ';
		return 0;
	}
	/* An empty line adds nothing, and then there is no string to look at. */
	r = p->logical.str ? parse_logical(p) : 0;
	begin_logical(p);
	return r;
}

int systemd_file_parse(const struct systemd_reader *reader, char *data, size_t len,
		       const struct assignment_sink *sink)
{
	auto_call(parser_done) struct parser p = {.reader = reader, .sink = sink};
	struct cursor c = {.at = data, .end = data + len, .line = 1};
	unsigned number;
	char *line;
	int r;

	while ((r = next_line(&c, &line, &number)) > 0) {
		r = parse_line(&p, line, number);
		if (r)
			return r;
	}
	if (r < 0)
		return 1;
	return p.starts.len ? parse_logical(&p) : 0;
}

/* --------------------------------------------------------------------- values */

/*
 * The next word up to a colon; a backslash takes the character after it as it
 * is.  *p is NULL after the last word.  False when there is no word, or a
 * backslash with nothing after it.
 */
static bool next_word(char **p, char **ret)
{
	char *from = *p, *to = *p;

	if (!from)
		return false;

	*ret = from;
	while (*from && *from != ':') {
		if (*from == '\\' && !*++from)
			return false;
		*to++ = *from++;
	}
	*p = *from ? from + 1 : NULL;
	*to = '\0';
	return true;
}

/* What strtoull(3) takes in base 2 (bits is 1) or 8 (bits is 3). */
static bool parse_digits(const char *s, unsigned bits, uint64_t *ret)
{
	uint64_t v = 0;

	while (char_is_space(*s))
		s++;
	s += *s == '+';
	if (!*s)
		return false;
	for (; *s >= '0' && *s - '0' < 1 << bits; s++) {
		if (v >> (64 - bits))
			return false;
		v = v << bits | (uint64_t)(*s - '0');
	}
	*ret = v;
	return !*s;
}

static bool parse_number(const struct systemd_reader *reader, const char *s, uint64_t *ret)
{
	bool negative = false;
	const char *end;

	s += strspn(s, white);
	if (reader->number_bases && s[0] == '0' && char_lower(s[1]) == 'b')
		return parse_digits(s + 2, 1, ret);
	if (reader->number_bases && s[0] == '0' && char_lower(s[1]) == 'o')
		return parse_digits(s + 2, 3, ret);

	while (char_is_space(*s))
		s++;
	return number_scan_c(s, &end, &negative, ret) == 0 && !*end && !(negative && *ret);
}

static bool parse_one(const struct systemd_reader *reader, const char *s, uint64_t *ret)
{
	if (strcmp(s, "infinity") == 0) {
		*ret = UINT64_MAX;
		return true;
	}
	return parse_number(reader, s, ret) && *ret < UINT64_MAX;
}

bool systemd_limit_parse(const struct systemd_reader *reader, char *value, uint64_t *ret_soft,
			 uint64_t *ret_hard, const char **ret_hard_at)
{
	char *rest = value, *word;
	uint64_t soft, hard;

	if (!next_word(&rest, &word) || !parse_one(reader, word, &soft))
		return false;

	hard = soft;
	if (rest && (!next_word(&rest, &word) || !parse_one(reader, word, &hard)))
		return false;
	/* A colon at the very end is forgiven. */
	if ((rest && *rest) || soft > hard)
		return false;

	*ret_soft = soft;
	*ret_hard = hard;
	*ret_hard_at = word + strspn(word, white);
	return true;
}
