/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/conf_file.h"

#include <errno.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"

struct conf {
	config_t config;
};

/* Walks the text as libconfig's scanner will: comments, strings and brackets. */
struct scan {
	const char *file;
	char *at;
	char *comma; /* the last token, if it was one */
	unsigned line, depth;
	unsigned last;      /* the line of the last token */
	bool line_is_blank; /* up to here */
	struct problems *problems;
	bool refused;
};

static void report(const struct scan *s, const char *why)
{
	problem_add(s->problems, s->file, s->line, "%s", why);
}

/* A mistake after which libconfig must not see the text, or would say nonsense about it. */
static void refuse(struct scan *s, unsigned line, const char *why)
{
	problem_add(s->problems, s->file, line, "%s", why);
	s->refused = true;
}

/* Step over one byte. */
static void step(struct scan *s)
{
	if (*s->at == '\n') {
		s->line++;
		s->line_is_blank = true;
	} else if ((unsigned char)*s->at > ' ') {
		s->line_is_blank = false;
	}
	s->at++;
}

static void scan_block_comment(struct scan *s)
{
	unsigned begun = s->line;

	for (s->at += 2; *s->at; step(s)) {
		if (s->at[0] == '*' && s->at[1] == '/') {
			s->at += 2;
			s->line_is_blank = false;
			return;
		}
	}
	refuse(s, begun, "the comment that begins here is not closed");
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Up to the closing quote.  What is in it goes into files and on terminals: no controls. */
static void scan_string(struct scan *s)
{
	for (step(s); *s->at && *s->at != '"'; step(s)) {
		if (*s->at == '\n') {
			/* What follows is inside out: nothing can be said about it. */
			refuse(s, s->line, "the string is not closed on its line");
			s->at += strlen(s->at);
			return;
		}
		if (is_control(*s->at))
			report(s, "there is a control character in the string");
		if (*s->at != '\\')
			continue;
		step(s);
		if (!*s->at)
			break;
		if (*s->at != '\\' && *s->at != '"')
			report(s, "in a string only \\\" and \\\\ may follow a backslash");
	}
	if (!*s->at) {
		refuse(s, s->line, "the string is not closed");
		return;
	}
	step(s);
}

/*
 * A comma after the last item is a slip nobody should have to look for, and
 * libconfig takes it since 1.7; 1.5 must not see it.
 */
static void scan_bracket(struct scan *s, char c)
{
	if (s->comma && strchr(")]", c))
		*s->comma = ' ';
	if (strchr("({[", c) && ++s->depth == CONF_DEPTH_MAX + 1)
		refuse(s, s->line, "too many brackets within brackets");
	if (strchr(")}]", c) && s->depth)
		s->depth--;
	step(s);
}

/* libconfig takes blanks before it; we take anything that shows nothing. */
static void scan_at_sign(struct scan *s)
{
	if (s->line_is_blank)
		refuse(s, s->line,
		       "\"@include\" is not allowed: name other profiles in \"inherits\"");
	step(s);
}

static void scan_token(struct scan *s)
{
	char c = *s->at;
	char *token = s->at;

	if (c == '#' || (c == '/' && s->at[1] == '/')) {
		s->at += strcspn(s->at, "\n");
		return;
	}
	if (c == '/' && s->at[1] == '*') {
		scan_block_comment(s);
		return;
	}

	if (!char_is_space(c))
		s->last = s->line;
	if (c == '"')
		scan_string(s);
	else if (strchr("({[)}]", c))
		scan_bracket(s, c);
	else if (c == '@')
		scan_at_sign(s);
	else
		step(s);

	if (!char_is_space(c))
		s->comma = c == ',' ? token : NULL;
}

static int check_text(struct scan *s, size_t len)
{
	const char *end = s->at + len;

	/* Some editors begin a file with it; libconfig 1.5 would stumble. */
	if (text_starts(s->at, "\xef\xbb\xbf")) {
		refuse(s, 1, "the file begins with a byte order mark: save it as plain UTF-8");
		return -EINVAL;
	}
	while (*s->at)
		scan_token(s);
	if (s->at < end && !s->refused)
		refuse(s, s->line, "there is a NUL byte");
	return s->refused ? -EINVAL : 0;
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	config_destroy(&c->config);
	free(c);
}

/* An end that comes too early is behind all lines for libconfig, and for nobody else. */
static void report_error(const struct scan *s, const config_t *config)
{
	const char *what = config_error_text(config);
	int line = config_error_line(config);

	if (line > 0 && (unsigned)line > s->last)
		problem_add(s->problems, s->file, s->last,
			    "syntax error: the file ends inside a %s",
			    s->depth ? "list or group" : "statement");
	else
		problem_add(s->problems, s->file, line > 0 ? (unsigned)line : 0, "%s",
			    what ? what : "syntax error");
}

static int parse(const struct scan *s, const char *text, struct conf **ret)
{
	auto_conf struct conf *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;

	config_init(&c->config);
	if (!config_read_string(&c->config, text)) {
		report_error(s, &c->config);
		return -EINVAL;
	}

	*ret = take(c);
	return 0;
}

int conf_parse(const char *file, const char *text, size_t len, struct conf **ret,
	       struct problems *problems)
{
	struct scan s = {.file = file, .line = 1, .line_is_blank = true, .problems = problems};
	auto_free char *copy = NULL;
	int r;

	if (len > CONF_SIZE_MAX) {
		problem_add(problems, file, 0, "larger than %d bytes", CONF_SIZE_MAX);
		return -EINVAL;
	}

	/* With a newline at its end, or libconfig stumbles over a last line that is a comment. */
	copy = malloc(len + 2);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, len);
	memcpy(copy + len, "\n", 2);

	s.at = copy;
	r = check_text(&s, len);
	return r ? r : parse(&s, copy, ret);
}

const struct config_setting_t *conf_root(const struct conf *c)
{
	return config_root_setting(&c->config);
}

size_t conf_len(const struct config_setting_t *node)
{
	return config_setting_is_aggregate(node) ? (size_t)config_setting_length(node) : 0;
}

const struct config_setting_t *conf_at(const struct config_setting_t *node, size_t i)
{
	return config_setting_get_elem(node, (unsigned)i);
}

enum conf_kind conf_kind(const struct config_setting_t *node)
{
	switch (config_setting_type(node)) {
	case CONFIG_TYPE_STRING:
		return CONF_STRING;
	case CONFIG_TYPE_BOOL:
		return CONF_BOOL;
	case CONFIG_TYPE_GROUP:
		return CONF_GROUP;
	case CONFIG_TYPE_LIST:
	case CONFIG_TYPE_ARRAY:
		return CONF_LIST;
	default:
		return CONF_NUMBER;
	}
}

const char *conf_kind_name(enum conf_kind kind)
{
	static const char *const names[] = {
		[CONF_STRING] = "a string in quotes", [CONF_BOOL] = "true or false",
		[CONF_NUMBER] = "a number",           [CONF_GROUP] = "a group { .. }",
		[CONF_LIST] = "a list ( .. )",
	};

	return names[kind];
}

const char *conf_name(const struct config_setting_t *node)
{
	return config_setting_name(node);
}

unsigned conf_line(const struct config_setting_t *node)
{
	return (unsigned)config_setting_source_line(node);
}

const char *conf_string(const struct config_setting_t *node)
{
	return config_setting_get_string(node);
}

bool conf_bool(const struct config_setting_t *node)
{
	return config_setting_get_bool(node);
}
