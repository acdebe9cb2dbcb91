/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands that set sysctls, found in a line of shell or of something that
 * holds shell.  Quotes, separators and redirections are understood, because
 * keys and values stand between them; variables, conditions and functions are
 * not, so a line that never runs is found, too.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

enum { DEPTH_MAX = 3 };

#define PROC_SYS "/proc/sys/"

/* ---- words ---- */

enum word { WORD_END, WORD_TEXT, WORD_BREAK, WORD_PIPE, WORD_REDIRECT };

struct words {
	char *p;
	char pending; /* the separator that ended the last word, overwritten by its NUL */
	enum owner_syntax syntax;
	char *text; /* of WORD_TEXT */
};

static bool parts_words(const struct words *w, char c)
{
	return char_is_space(c) || (w->syntax == SYNTAX_LISTS && c && strchr(",[]", c));
}

static bool ends_word(const struct words *w, char c)
{
	return !c || parts_words(w, c) || strchr(";&|<>()", c);
}

static enum word separator(char c)
{
	return c == '|' ? WORD_PIPE : c == '>' ? WORD_REDIRECT : WORD_BREAK;
}

static void read_word(struct words *w)
{
	char *to = w->text = w->p, quote = '\0';

	for (; *w->p && (quote || !ends_word(w, *w->p)); w->p++) {
		char c = *w->p;

		if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else {
			if (c == '\\' && quote != '\'' && w->p[1])
				c = *++w->p;
			*to++ = c;
		}
	}
	w->pending = *w->p;
	if (*w->p)
		w->p++;
	*to = '\0';
}

static enum word next_word(struct words *w)
{
	char c = w->pending;

	w->pending = '\0';
	if (!c || parts_words(w, c)) {
		while (*w->p && parts_words(w, *w->p))
			w->p++;
		c = *w->p;
		if (!c || c == '#')
			return WORD_END;
		if (!strchr(";&|<>(){}`", c)) {
			read_word(w);
			return WORD_TEXT;
		}
		w->p++;
	}
	return separator(c);
}

/* ---- commands ---- */

enum program {
	PROGRAM_OTHER,
	PROGRAM_SYSCTL,
	PROGRAM_SYSTEMD_SYSCTL,
	PROGRAM_ECHO,
	PROGRAM_TEE,
	PROGRAM_ULIMIT,
	PROGRAM_PRLIMIT,
};

static const struct {
	const char *name;
	enum program program;
} programs[] = {
	{"sysctl", PROGRAM_SYSCTL},
	{"systemd-sysctl", PROGRAM_SYSTEMD_SYSCTL},
	{"systemd-sysctl.service", PROGRAM_SYSTEMD_SYSCTL},
	{"echo", PROGRAM_ECHO},
	{"printf", PROGRAM_ECHO},
	{"tee", PROGRAM_TEE},
	{"ulimit", PROGRAM_ULIMIT},
	{"prlimit", PROGRAM_PRLIMIT},
};

struct command {
	struct owner_scan *scan;
	const struct owner_source *source;
	const char *file;
	unsigned line, depth;
	enum owner_syntax syntax;

	enum program program;
	bool redirected;  /* the next word is where the output goes */
	bool files;       /* sysctl -p: further words are files */
	bool done;        /* sysctl -p FILE, systemd-sysctl --prefix: nothing by default */
	bool open_files;  /* ulimit -n */
	struct text said; /* what echo writes */
};

static int scan(struct command *outer, char *text);

/* "RUN+=/sbin/sysctl", "-/usr/sbin/sysctl" and "sysctl" name the same program. */
static enum program program_of(const char *word)
{
	const char *slash = strrchr(word, '/'), *name = slash ? slash + 1 : word;

	if (!slash) {
		const char *equals = strrchr(word, '=');

		name = equals ? equals + 1 : word;
	}
	name += strspn(name, "-@:+!");
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (strcmp(name, programs[i].name) == 0)
			return programs[i].program;
	}
	return PROGRAM_OTHER;
}

static int claim(struct command *c, const char *key, const char *value)
{
	return owner_claim(c->scan, c->source, c->file, c->line, key, value);
}

static int claim_repeat(struct command *c, const char *key)
{
	struct owner_source repeat = *c->source;

	repeat.repeats = true;
	c->done = true;
	return owner_claim(c->scan, &repeat, c->file, c->line, key, NULL);
}

static int load_file(struct command *c, const char *path)
{
	c->done = true;
	return path[0] == '/' ? owner_sysctl_file(c->scan, c->source, path) : 0;
}

static int sysctl_option(struct command *c, const char *word)
{
	const char *p;

	if (strcmp(word, "--system") == 0)
		return claim_repeat(c, NULL);
	if (text_starts(word, "--load=") || text_starts(word, "--file="))
		return load_file(c, strchr(word, '=') + 1);
	if (strcmp(word, "--load") == 0 || strcmp(word, "--file") == 0)
		c->files = true;
	if (word[1] == '-')
		return 0;

	p = strpbrk(word, "pf");
	if (p && p[1])
		return load_file(c, p + 1);
	c->files |= p != NULL;
	return 0;
}

static int sysctl_word(struct command *c, char *word)
{
	char *equals = strchr(word, '=');

	if (word[0] == '-' && word[1])
		return sysctl_option(c, word);
	if (c->files)
		return load_file(c, word);
	if (!equals)
		return 0;
	*equals = '\0';
	return claim(c, word, equals + 1);
}

static int systemd_sysctl_word(struct command *c, const char *word)
{
	auto_free char *key = NULL;

	if (!text_starts(word, "--prefix="))
		return word[0] == '/' ? load_file(c, word) : 0;

	key = text_format("%s/*", word + strlen("--prefix="));
	return key ? claim_repeat(c, key) : -ENOMEM;
}

static int limit_word(struct command *c, const char *word)
{
	if (word[0] == '-' && strchr(word, 'n')) {
		c->open_files = true;
		return 0;
	}
	if (!c->open_files || !(char_is_digit(word[0]) || strcmp(word, "unlimited") == 0))
		return 0;
	return claim(c, "nofile", word);
}

static int prlimit_word(struct command *c, const char *word)
{
	if (text_starts(word, "--nofile="))
		return claim(c, "nofile", word + strlen("--nofile="));
	if (text_starts(word, "-n") && word[2])
		return claim(c, "nofile", word + 2 + (word[2] == '='));
	return 0;
}

static int output_word(struct command *c, const char *word)
{
	if (!text_starts(word, PROC_SYS))
		return 0;
	return claim(c, word + strlen(PROC_SYS), c->said.str);
}

static int echo_word(struct command *c, const char *word)
{
	if (word[0] == '-' && !char_is_digit(word[1]) && !c->said.len)
		return 0;
	text_addf(&c->said, "%s%s", c->said.len ? " " : "", word);
	return c->said.failed ? -ENOMEM : 0;
}

/* sh -c "sysctl ...", RUN+="/sbin/sysctl ...", - 'sysctl ...' */
static bool is_nested(const struct command *c, const char *word)
{
	return c->program == PROGRAM_OTHER && strpbrk(word, " \t;") &&
	       (strstr(word, "sysctl") || strstr(word, PROC_SYS) || strstr(word, "limit"));
}

static int on_word(struct command *c, char *word)
{
	if (c->redirected) {
		c->redirected = false;
		return output_word(c, word);
	}
	if (is_nested(c, word))
		return scan(c, word);

	switch (c->program) {
	case PROGRAM_OTHER:
		c->program = program_of(word);
		return 0;
	case PROGRAM_SYSCTL:
		return sysctl_word(c, word);
	case PROGRAM_SYSTEMD_SYSCTL:
		return systemd_sysctl_word(c, word);
	case PROGRAM_ECHO:
		return echo_word(c, word);
	case PROGRAM_TEE:
		return output_word(c, word);
	case PROGRAM_ULIMIT:
		return limit_word(c, word);
	case PROGRAM_PRLIMIT:
		return prlimit_word(c, word);
	}
	return 0;
}

/* What a command without further words does. */
static int on_end(struct command *c)
{
	int r = 0;

	if (c->program == PROGRAM_SYSCTL && c->files && !c->done)
		r = load_file(c, "/etc/sysctl.conf");
	if (c->program == PROGRAM_SYSTEMD_SYSCTL && !c->done)
		r = claim_repeat(c, NULL);

	c->program = PROGRAM_OTHER;
	c->redirected = c->files = c->done = c->open_files = false;
	return r;
}

static int scan(struct command *outer, char *text)
{
	struct command c = {
		.scan = outer->scan,
		.source = outer->source,
		.file = outer->file,
		.line = outer->line,
		.depth = outer->depth + 1,
		.syntax = outer->syntax,
	};
	struct words w = {.p = text, .syntax = outer->syntax};
	enum word kind;
	int r = 0;

	if (c.depth > DEPTH_MAX)
		return 0;

	do {
		kind = next_word(&w);
		if (kind == WORD_TEXT) {
			r = on_word(&c, w.text);
		} else if (kind == WORD_REDIRECT) {
			c.redirected = true;
		} else {
			r = on_end(&c);
			if (kind != WORD_PIPE)
				text_clear(&c.said);
		}
	} while (!r && kind != WORD_END);

	text_done(&c.said);
	return r;
}

int owner_command(struct owner_scan *s, const struct owner_source *source, const char *file,
		  unsigned line, enum owner_syntax syntax, char *text)
{
	struct command outer = {
		.scan = s, .source = source, .file = file, .line = line, .syntax = syntax};

	return scan(&outer, text);
}
