/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/help.h"

#include <string.h>

enum { COMMAND_COLUMN = 14, OPTION_COLUMN = 28 };

static void put_commands(struct screen *out)
{
	screen_put(out, "Commands:");
	screen_newline(out);
	for (const struct command *c = commands; c->name; c++) {
		if (c->hidden)
			continue;
		screen_put(out, "  ");
		screen_mark(out, out->style->bold, c->name);
		screen_tab(out, COMMAND_COLUMN);
		screen_wrap(out, COMMAND_COLUMN, c->summary);
	}
	screen_newline(out);
}

/* Where commands differ in the words they take: those of this one. */
static void put_words(struct screen *out, const struct option_row *row, unsigned groups)
{
	auto_text struct text words = {0};

	options_words(row, groups, &words);
	out->out.failed |= words.failed;
	screen_wrapf(out, OPTION_COLUMN, "%s: %s", row->help, words.str ? words.str : "");
}

static void put_option(struct screen *out, const struct option_row *row, unsigned groups)
{
	if (row->letter)
		screen_putf(out, "  -%c, ", row->letter);
	else
		screen_put(out, "      ");
	screen_putf(out, "--%s", row->name);
	if (row->arg)
		screen_putf(out, row->optional ? "[=%s]" : " %s", row->arg);
	screen_tab(out, OPTION_COLUMN);
	if (row->words && row->words[0].groups)
		put_words(out, row, groups);
	else
		screen_wrap(out, OPTION_COLUMN, row->help);
}

static void put_options(struct screen *out, unsigned groups)
{
	screen_put(out, "Options:");
	screen_newline(out);
	for (size_t i = 0; i < options_size(); i++) {
		if (options_at(i)->group & groups)
			put_option(out, options_at(i), groups);
	}
	screen_newline(out);
}

static void put_statuses(struct screen *out)
{
	screen_put(out, "Exit status:");
	screen_newline(out);
	for (enum status i = 0; i < STATUS_COUNT; i++) {
		screen_putf(out, "  %u  ", i);
		screen_wrap(out, 5, status_text(i));
	}
}

static void put_program(struct screen *out)
{
	screen_wrap(out, 0, "Usage: tcptune [COMMAND] [OPTION...]  (without a command: check)");
	screen_newline(out);
	screen_wrap(out, 0,
		    "Compares this host's TCP settings and open-file limits with a profile and "
		    "shows a diff in which every line has a reason on this host.");
	screen_newline(out);
	put_commands(out);
	put_options(out, OPT_COMMON);
	put_statuses(out);
	screen_newline(out);
	screen_wrap(out, 0,
		    "tcptune COMMAND --help shows the options of a command; the manual "
		    "is tcptune(8).");
}

static void put_usage(struct screen *out, const struct command *c)
{
	screen_putf(out, "Usage: tcptune %s", c->name);
	if (c->args)
		screen_putf(out, c->min_args ? " %s" : " [%s]", c->args);
	screen_put(out, " [OPTION...]");
	screen_newline(out);
}

static void put_command(struct screen *out, const struct command *c)
{
	put_usage(out, c);
	screen_newline(out);
	screen_wrapf(out, 0, "%c%s.", c->summary[0] - 'a' + 'A', c->summary + 1);
	if (c->help) {
		screen_newline(out);
		screen_wrap(out, 0, c->help);
	}
	screen_newline(out);
	put_options(out, c->options);
	put_statuses(out);
}

enum status help_print(const struct session *s)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);
	struct error err = {0};

	if (s->command)
		put_command(&out, s->command);
	else
		put_program(&out);
	return screen_write(&out, stdout, &err) ? session_fail(s, &err) : STATUS_OK;
}
