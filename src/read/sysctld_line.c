/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The models of read_line_full() and parse_file() in systemd, and of Preload()
 * and parse_setting_line() in procps, with their quirks.
 */
#include "read/sysctld_line.h"

#include <errno.h>
#include <string.h>

#include "model/boot.h"
#include "model/key.h"

enum {
	SYSTEMD_LINE_MAX = 1024 * 1024,
	PROCPS_LINE_MAX = 64 * 1024 * 1024, /* ours: getline() would take more */
};

static int deliver(struct line_parser *p, enum statement_kind kind, const char *key,
		   const char *value, bool ignore)
{
	struct statement s = {
		.kind = kind,
		.line = p->number,
		.key = key,
		.value = value,
		.text = p->raw.str ? p->raw.str : "",
		.ignore = ignore,
	};

	if (p->raw.failed)
		return -ENOMEM;
	return p->each(p->context, &s);
}

/* ---- systemd ---- */

static bool systemd_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* strstrip(): in place, and returns where it begins. */
static char *systemd_strip(char *s)
{
	char *end = s + strlen(s);

	while (end > s && systemd_blank(end[-1]))
		end--;
	*end = '\0';
	while (systemd_blank(*s))
		s++;
	return s;
}

/* Nothing but separators is "/", which is another key than an empty one. */
static void systemd_key(char *s)
{
	key_to_path(s);
	if (*s != '/') {
		key_simplify(s);
		return;
	}
	key_simplify(s + 1);
	if (s[1])
		memmove(s, s + 1, strlen(s));
}

static int systemd_line(struct line_parser *p, char *line)
{
	char *s = systemd_strip(line), *equals;
	bool minus;

	if (!*s || *s == '#' || (*s == ';' && p->reader->semicolon_comments))
		return 0;

	minus = *s == '-';
	equals = strchr(s, '=');
	if (!equals && !minus)
		return deliver(p, STATEMENT_MISTAKE, NULL, NULL, false);

	if (equals)
		*equals = '\0';
	s = systemd_strip(s + minus);
	systemd_key(s);
	if (!equals)
		return deliver(p, STATEMENT_EXCLUDE, s, NULL, false);
	return deliver(p, STATEMENT_ASSIGN, s, systemd_strip(equals + 1), minus);
}

/* ---- procps 4 ---- */

static char *procps_lstrip(char *s)
{
	while (char_is_space(*s))
		s++;
	return s;
}

/* rstrip(): a string of blanks keeps its first. */
static void procps_rstrip(char *s)
{
	char *end = s + strlen(s);

	if (!*s)
		return;
	for (end--; end > s && char_is_space(*end);)
		end--;
	end[1] = '\0';
}

static int procps4_line(struct line_parser *p, char *line)
{
	char *s = procps_lstrip(line), *equals;
	bool minus;

	if (p->bytes < 2 || strlen(s) < 2 || *s == '#' || *s == ';')
		return 0;

	minus = *s == '-';
	equals = strchr(s, '=');
	if (!equals && !minus)
		return deliver(p, STATEMENT_MISTAKE, NULL, NULL, false);

	if (equals)
		*equals = '\0';
	s += minus;
	procps_rstrip(s);
	if (*s == '-') /* setting_new() takes off another */
		s++;
	key_to_path(s);
	if (!equals)
		return deliver(p, STATEMENT_EXCLUDE, s, NULL, false);

	equals = procps_lstrip(equals + 1);
	procps_rstrip(equals);
	return deliver(p, STATEMENT_ASSIGN, s, equals, minus);
}

/* ---- procps 3 ---- */

/* StripLeadingAndTrailingSpaces(): the first byte stays at the tail's side. */
static char *procps3_strip(char *s)
{
	char *end = s + strlen(s);

	if (!*s)
		return s;
	for (end--; end > s && systemd_blank(*end);)
		*end-- = '\0';
	return s + strspn(s, " \t");
}

/* is_deprecated(): with a dot before it only. */
static bool is_deprecated(const char *path)
{
	static const char *const names[] = {"base_reachable_time", "retrans_time"};
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; slash && i < ARRAY_LEN(names); i++) {
		if (strcmp(slash + 1, names[i]) == 0)
			return true;
	}
	return false;
}

static int procps3_line(struct line_parser *p, char *line)
{
	char *s = procps3_strip(line), *save = NULL, *name, *value;
	bool minus;

	if (p->bytes < 2 || strlen(s) < 2 || *s == '#' || *s == ';')
		return 0;

	name = strtok_r(s, "=", &save);
	if (name)
		(void)procps3_strip(name);
	value = name ? strtok_r(NULL, "\n\r", &save) : NULL;
	if (!value)
		return deliver(p, STATEMENT_MISTAKE, NULL, NULL, false);

	minus = *name == '-';
	name += minus;
	key_to_path(name);
	if (p->reader->skips_deprecated && is_deprecated(name))
		return deliver(p, STATEMENT_MISTAKE, NULL, NULL, false);
	return deliver(p, STATEMENT_ASSIGN, name, value + strspn(value, " \t"), minus);
}

/* ---- bytes to lines ---- */

typedef int line_fn(struct line_parser *p, char *line);

static line_fn *const line_readers[] = {
	[GRAMMAR_SYSTEMD] = systemd_line,
	[GRAMMAR_PROCPS4] = procps4_line,
	[GRAMMAR_PROCPS3] = procps3_line,
};

static void forget_line(struct line_parser *p)
{
	text_clear(&p->line);
	p->bytes = 0;
	p->ends = 0;
}

static int finish_line(struct line_parser *p)
{
	int r = 0;

	if (p->line.failed)
		return -ENOMEM;
	if (p->line.len) {
		const char *text = p->line.str + strspn(p->line.str, "\r\n");
		size_t shown = strcspn(text, "\r\n");

		text_clear(&p->raw);
		text_add_bytes(&p->raw, text, shown < LINE_TEXT_MAX ? shown : LINE_TEXT_MAX);
		r = line_readers[p->reader->grammar](p, p->line.str);
	}

	forget_line(p);
	return r;
}

static int too_long(struct line_parser *p)
{
	text_clear(&p->raw);
	text_add_bytes(&p->raw, p->line.str, LINE_TEXT_MAX);
	p->stopped = true;
	return deliver(p, STATEMENT_TOO_LONG, NULL, NULL, false);
}

static void begin_byte(struct line_parser *p)
{
	if (!p->bytes)
		p->number = p->newlines + 1;
	p->bytes++;
}

enum { END_LF = 1, END_CR = 2, END_NUL = 4 };

static unsigned line_end(char c)
{
	return c == '\n' ? END_LF : c == '\r' ? END_CR : c == '\0' ? END_NUL : 0;
}

/* How many bytes from s on are no line end. */
static size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && !line_end(s[i]))
		i++;
	return i;
}

static int systemd_text(struct line_parser *p, const char *s, size_t n)
{
	size_t room = SYSTEMD_LINE_MAX - p->line.len;

	begin_byte(p);
	text_add_bytes(&p->line, s, n < room ? n : room);
	if (p->line.failed)
		return -ENOMEM;
	return n < room ? 0 : too_long(p);
}

/* "\n", "\r", NUL, and "\r\n", "\n\r" with a NUL behind are one end each. */
static int systemd_end(struct line_parser *p, char c)
{
	unsigned end = line_end(c);

	if (p->ends & (end | END_NUL)) {
		int r = finish_line(p);

		if (r)
			return r;
	}
	begin_byte(p);
	p->ends |= end;
	p->newlines += c == '\n';
	return 0;
}

static int feed_systemd(struct line_parser *p, const char *s, size_t n)
{
	int r = 0;

	while (n && !r && !p->stopped) {
		size_t run = plain_run(s, n);

		if (run && p->ends)
			r = finish_line(p);
		if (!r)
			r = run ? systemd_text(p, s, run) : systemd_end(p, *s);
		run = run ? run : 1;
		s += run;
		n -= run;
	}
	return r;
}

/* What is past a NUL or past our limit does not count, but is a part of the line. */
static void procps_text(struct line_parser *p, const char *s, size_t n)
{
	size_t room = PROCPS_LINE_MAX - p->line.len;

	begin_byte(p);
	p->bytes += n - 1;
	if (p->ends & END_NUL)
		return;
	if (memchr(s, '\0', n)) {
		n = strlen(s);
		p->ends |= END_NUL;
	}
	text_add_bytes(&p->line, s, n < room ? n : room);
}

static int feed_procps(struct line_parser *p, const char *s, size_t n)
{
	while (n) {
		const char *newline = memchr(s, '\n', n);
		size_t run = newline ? (size_t)(newline - s) + 1 : n;

		procps_text(p, s, run);
		if (newline) {
			int r = finish_line(p);

			p->newlines++;
			if (r)
				return r;
		}
		s += run;
		n -= run;
	}
	return p->line.failed ? -ENOMEM : 0;
}

int line_parser_feed(struct line_parser *p, const char *bytes, size_t n)
{
	return p->reader->grammar == GRAMMAR_SYSTEMD ? feed_systemd(p, bytes, n)
						     : feed_procps(p, bytes, n);
}

int line_parser_end(struct line_parser *p)
{
	if (p->stopped)
		forget_line(p);
	return p->bytes ? finish_line(p) : 0;
}

void line_parser_done(struct line_parser *p)
{
	text_done(&p->line);
	text_done(&p->raw);
}
