/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies a manual page from stdin to stdout and puts the program's own tables
 * where the page says `.\" @NAME@`: commands, options, exit statuses and
 * tunables are written once, in the rows the program itself reads.
 *
 * What newcomers get wrong: in mdoc a line that begins with a full stop or an
 * apostrophe is a request and a backslash an escape, so text goes out through
 * put_text() only.
 */
#include <errno.h>
#include <string.h>

#include "base/defs.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/status.h"
#include "model/catalogue.h"
#include "render/check.h"
#include "render/explain_boot.h"

static void put_char(char c, bool first)
{
	if (first && (c == '.' || c == '\''))
		fputs("\\&", stdout);
	if (c == '\\')
		fputs("\\e", stdout);
	else if (c == '-')
		fputs("\\-", stdout);
	else
		putchar(c);
}

/* A line of text; a new line after the end of a sentence, as mdoc wants it. */
static void put_text(const char *s)
{
	bool first = true;

	for (; *s; s++) {
		put_char(*s, first);
		first = s[0] == '.' && s[1] == ' ' && s[2] >= 'A' && s[2] <= 'Z';
		if (first) {
			putchar('\n');
			s++;
		}
	}
	putchar('\n');
}

/* Words of a macro's line: a full stop or comma alone would be punctuation. */
static void put_words(const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			fputs(" | ", stdout);
		else
			put_char(*s, false);
	}
}

static void put_option(const struct option_row *row)
{
	printf("Fl ");
	put_words("-");
	put_words(row->name);
}

static void put_options(void)
{
	for (size_t i = 0; i < options_size(); i++) {
		const struct option_row *row = options_at(i);

		printf(".It ");
		if (row->letter)
			printf("Fl %c , ", row->letter);
		put_option(row);
		if (row->arg) {
			printf(row->optional ? " Ns Op = Ns Ar " : " Ar ");
			put_words(row->arg);
		}
		putchar('\n');
		put_text(row->help);
	}
}

/* Those it does not share with every command. */
static void put_own_options(const struct command *c)
{
	const char *before = ".Pp\nOptions of its own:\n.";

	for (size_t i = 0; i < options_size(); i++) {
		const struct option_row *row = options_at(i);

		if (row->group == OPT_COMMON || !(row->group & c->options))
			continue;
		fputs(before, stdout);
		put_option(row);
		before = " ,\n.";
	}
	if (before[0] == ' ')
		puts(" .");
}

static void put_commands(void)
{
	for (const struct command *c = commands; c->name; c++) {
		if (c->hidden)
			continue;
		printf(".It Cm %s", c->name);
		if (c->args) {
			printf(c->min_args ? " Ar " : " Op Ar ");
			put_words(c->args);
		}
		putchar('\n');
		put_text(c->summary);
		if (c->help) {
			puts(".Pp");
			put_text(c->help);
		}
		put_own_options(c);
	}
}

static void put_fates(void)
{
	for (enum fate f = 0; f < FATE_COUNT; f++) {
		printf(".It Cm ");
		put_words(fate_name(f));
		putchar('\n');
		put_text(fate_phrase(f));
	}
}

static void put_statuses(void)
{
	for (enum status i = 0; i < STATUS_COUNT; i++) {
		printf(".It %u\n", i);
		put_text(status_text(i));
	}
}

static void put_tunables(void)
{
	for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
		bool begun = false;

		for (size_t i = 0; i < catalogue_size(); i++) {
			const struct tunable *t = catalogue_at(i);

			if (t->topic != topic)
				continue;
			if (!begun) {
				printf(".Ss ");
				put_text(topic_title(topic));
				puts(".Bl -tag -width Ds -compact");
			}
			begun = true;
			printf(".It Va ");
			put_words(t->key);
			putchar('\n');
			put_text(t->what);
		}
		if (begun)
			puts(".El");
	}
}

static void put_metrics(void)
{
	for (size_t i = 0; i < metrics_size(); i++) {
		const struct metric *m = metrics_at(i);

		printf(".It Va %s", m->name);
		if (m->labels)
			printf(" Brq %s", m->labels);
		putchar('\n');
		put_text(m->help);
	}
}

static const struct {
	const char *name;
	void (*put)(void);
} tables[] = {
	{"commands", put_commands}, {"fates", put_fates},       {"metrics", put_metrics},
	{"options", put_options},   {"statuses", put_statuses}, {"tunables", put_tunables},
};

/* Is this line `.\" @NAME@`?  Then its table was put in its place. */
static bool put_table(const char *line)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		char mark[64];

		snprintf(mark, sizeof(mark), ".\\\" @%s@\n", tables[i].name);
		if (strcmp(line, mark))
			continue;
		tables[i].put();
		return true;
	}
	return false;
}

int main(void)
{
	auto_free char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) >= 0) {
		if (!put_table(line))
			fputs(line, stdout);
	}
	if (ferror(stdin) || fflush(stdout)) {
		fprintf(stderr, "man/tables: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
