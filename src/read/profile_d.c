/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/profile_d.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"
#include "model/limits.h"
#include "model/secret.h"
#include "read/lines.h"

enum { SHELL_LINE_MAX = 64 * 1024, WORD_MAX = 64 };

/* ------------------------------------------------------------- one command */

static bool ends_word(char c)
{
	return !c || char_is_space(c) || strchr(";&|()<>", c);
}

/* "2>/dev/null": the number is no word of the command. */
static bool is_redirection(const char *p)
{
	size_t n = strspn(p, "0123456789");

	return n && (p[n] == '>' || p[n] == '<');
}

/* The next word of the command, quotes taken off; false at the command's end. */
static bool next_word(const char **p, char word[static WORD_MAX])
{
	size_t n = 0;

	while (char_is_blank(**p))
		(*p)++;
	if (ends_word(**p) || **p == '#' || is_redirection(*p))
		return false;

	for (; !ends_word(**p); (*p)++) {
		if (**p != '"' && **p != '\'' && n < WORD_MAX - 1)
			word[n++] = **p;
	}
	word[n] = '\0';
	return true;
}

static void take_value(const char *word, struct ulimit_line *u)
{
	static const struct {
		const char *word;
		enum ulimit_value value;
	} words[] = {
		{"unlimited", ULIMIT_UNLIMITED},
		{"soft", ULIMIT_SOFT},
		{"hard", ULIMIT_HARD},
	};

	u->value = number_parse_u64(word, &u->number) ? ULIMIT_UNKNOWN : ULIMIT_NUMBER;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(word, words[i].word) == 0)
			u->value = words[i].value;
	}
}

/*
 * Options may be bundled ("-SHn 4096") and several limits set by one command
 * ("-n 4096 -u 100"); a value is that of the resource named last before it.
 */
static bool parse_command(const char *p, struct ulimit_line *u)
{
	char word[WORD_MAX];
	char resource = 'f'; /* ulimit's own default: the file size */
	bool is_nofile = false;

	u->value = ULIMIT_NOT_SET;
	while (next_word(&p, word)) {
		if (word[0] != '-' || !word[1]) {
			if (resource == 'n')
				take_value(word, u);
			continue;
		}
		for (const char *c = word + 1; *c; c++) {
			if (*c == 'S' || *c == 'H')
				u->fields |= *c == 'S' ? LIMIT_SOFT : LIMIT_HARD;
			else
				resource = *c;
			is_nofile |= resource == 'n';
		}
	}
	if (!u->fields)
		u->fields = LIMIT_SOFT | LIMIT_HARD;
	return is_nofile && u->value != ULIMIT_NOT_SET;
}

/* The word "ulimit" as a command; NULL: there is none from here on. */
static const char *find_command(const char *line, const char *from)
{
	static const char name[] = "ulimit";
	const size_t n = sizeof(name) - 1;

	for (const char *p = from; (p = strstr(p, name)); p += n) {
		bool begins = p == line || ends_word(p[-1]) || p[-1] == '`';

		if (begins && char_is_blank(p[n]))
			return p + n;
	}
	return NULL;
}

/* ------------------------------------------------------------------- files */

/* How deep in if, case, for and while the line stands; functions count, too. */
static void follow_blocks(const char *line, int *depth)
{
	static const struct {
		const char *word;
		int change;
	} words[] = {
		{"if", 1},    {"fi", -1},   {"case", 1},  {"esac", -1}, {"for", 1},
		{"while", 1}, {"until", 1}, {"done", -1}, {"{", 1},     {"}", -1},
	};
	char word[WORD_MAX];

	while (*line) {
		if (!next_word(&line, word)) {
			if (*line == '#' || !*line)
				return;
			line++;
			continue;
		}
		for (size_t i = 0; i < ARRAY_LEN(words); i++) {
			if (strcmp(word, words[i].word) == 0)
				*depth += words[i].change;
		}
	}
}

static int add_line(const char *file, unsigned line, const char *text, struct ulimit_line u,
		    struct ulimit_lines *list)
{
	u.file = strdup(file);
	u.line = line;
	u.text = secret_line(text);
	if (u.file && u.text && !vec_push(list, u))
		return 0;
	free(u.file);
	free(u.text);
	return -ENOMEM;
}

static int scan_line(const char *file, unsigned number, char *line, int depth,
		     struct ulimit_lines *list)
{
	const char *at;
	int r = 0;

	while (char_is_space(*line))
		line++;
	if (*line == '#')
		return 0;
	for (size_t n = strlen(line); n && char_is_space(line[n - 1]); n--)
		line[n - 1] = '\0';

	for (at = line; !r && (at = find_command(line, at));) {
		struct ulimit_line u = {.conditional = depth > 0 || at - strlen("ulimit") != line};

		if (parse_command(at, &u))
			r = add_line(file, number, line, u, list);
	}
	return r;
}

static int scan_file(int root, const char *path, struct ulimit_lines *list, struct error *err)
{
	auto_lines struct lines l = {.fd = -1};
	int depth = 0;
	char *line;
	size_t n;
	int r = lines_open(root, path, SHELL_LINE_MAX, &l, err);

	if (r == -ENOMEM || r == -EACCES)
		return r;
	if (r)
		return 0; /* not there, or no file a shell could read */

	while ((r = lines_next(&l, &line, &n)) > 0) {
		r = scan_line(path, l.line, line, depth, list);
		if (r)
			break;
		follow_blocks(line, &depth);
	}
	return r ? error_set(err, -r, "read %s", path) : 0;
}

static int scan_dir(int root, const char *dir, struct ulimit_lines *list, struct error *err)
{
	auto_call(names_done) struct names names = {0};
	int r = root_list(root, dir, &names, err);

	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return 0;

	for (size_t i = 0; !r && i < names.len; i++) {
		auto_free char *path = text_format("%s/%s", dir, names.items[i]);

		if (!path)
			return error_set(err, ENOMEM, "list %s", dir);
		if (names.items[i][0] != '.' && text_ends(path, ".sh"))
			r = scan_file(root, path, list, err);
	}
	return r;
}

int profile_d_read(int root, struct ulimit_lines *ret, struct error *err)
{
	auto_call(ulimit_lines_done) struct ulimit_lines list = {0};
	int r = scan_file(root, "/etc/profile", &list, err);

	if (!r)
		r = scan_dir(root, "/etc/profile.d", &list, err);
	if (r)
		return r;

	*ret = list;
	list = (struct ulimit_lines){0};
	return 0;
}
