/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words to calls: what a command needs is set up here, so that a command itself
 * reads like its page in the manual.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/help.h"
#include "cli/session.h"
#include "render/json.h"

static const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

static int unknown_command(const char *word, struct error *err)
{
	const char *best = NULL;
	size_t least = 3;

	for (const struct command *c = commands; c->name; c++) {
		size_t d = c->hidden ? SIZE_MAX : text_distance(word, c->name);

		if (d < least) {
			least = d;
			best = c->name;
		}
	}
	return error_say(err, EINVAL, "unknown command '%s'%s%s%s (try 'tcptune --help')", word,
			 best ? "; did you mean '" : "", best ? best : "", best ? "'?" : "");
}

/* The first word is the command; none means check. */
static int choose_command(struct session *s, struct error *err)
{
	struct words *args = &s->args;

	if (!args->len) {
		s->command = s->options.help ? NULL : find_command("check");
		return 0;
	}

	s->command = find_command(args->items[0]);
	if (!s->command)
		return unknown_command(args->items[0], err);

	memmove(args->items, args->items + 1, --args->len * sizeof(*args->items));
	return 0;
}

static int check_usage(const struct session *s, struct error *err)
{
	const struct command *c = s->command;
	const struct option_row *foreign = options_foreign(&s->options, c->options);

	if (foreign)
		return error_say(err, EINVAL,
				 "option '--%s' does not go with '%s' (try 'tcptune %s --help')",
				 foreign->name, c->name, c->name);
	if (options_check_words(&s->options, c->options, err))
		return -EINVAL;
	if (s->options.json && s->options.format && s->options.format != FORMAT_JSON)
		return error_say(err, EINVAL, "--json and --format exclude each other");
	if (s->args.len < c->min_args)
		return error_say(err, EINVAL, "'%s' needs %s (try 'tcptune %s --help')", c->name,
				 c->args, c->name);
	if (s->args.len > c->max_args)
		return error_say(err, EINVAL, "'%s' does not take '%s' (try 'tcptune %s --help')",
				 c->name, s->args.items[c->max_args], c->name);
	return 0;
}

static bool wants_colour(const struct options *o)
{
	const char *off = getenv("NO_COLOR"), *term = getenv("TERM");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && !(off && *off) && !(term && strcmp(term, "dumb") == 0);
}

static enum status print_version(const struct session *s)
{
	auto_json struct json j = {0};
	struct error err = {0};

	if (!s->options.json) {
		puts("tcptune " TCPTUNE_VERSION);
		return STATUS_OK;
	}
	json_begin(&j, NULL);
	return json_write(&j, stdout, &err) ? session_fail(s, &err) : STATUS_OK;
}

/* getopt_long(3) puts the words in another order; history tells them as they were. */
static int parse(struct session *s, struct error *err)
{
	auto_free char **words = calloc((size_t)s->argc + 1, sizeof(*words));

	if (!words)
		return error_set(err, ENOMEM, "read the command line");
	memcpy(words, s->argv, (size_t)s->argc * sizeof(*words));
	return options_parse(s->argc, words, &s->options, &s->args, err);
}

static enum status run(struct session *s, int argc, char **argv)
{
	struct error err = {0};

	s->argc = argc;
	s->argv = argv;
	if (parse(s, &err))
		return session_fail(s, &err);

	s->style = wants_colour(&s->options) ? style_colour : style_none;
	if (s->options.version)
		return print_version(s);
	if (choose_command(s, &err))
		return session_fail(s, &err);
	if (s->options.help)
		return help_print(s);
	if (check_usage(s, &err) || session_prepare(s, s->command->needs, &err))
		return session_fail(s, &err);
	return s->command->run(s);
}

/* A descriptor 0, 1 or 2 that is closed would be the next file we open. */
static bool fill_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	return fd >= 0 && !close(fd);
}

int main(int argc, char **argv)
{
	struct session s = {.root = -1, .proc_sys = -1};
	enum status status;

	if (!fill_standard_descriptors())
		return STATUS_FAILED;
	(void)setlocale(LC_CTYPE, "");
	(void)umask(022); /* what is made has the mode that is said where it is made */
	(void)signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(2) */
	(void)signal(SIGXFSZ, SIG_IGN); /* and so is a file larger than `ulimit -f` */

	status = run(&s, argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "tcptune: write to standard output: %s\n", strerror(errno));
		if (s.options.format == FORMAT_NAGIOS)
			status = PLUGIN_UNKNOWN;
		else if (status == STATUS_OK || status == STATUS_DIFFERS)
			status = STATUS_FAILED;
	}
	session_done(&s);
	return (int)status;
}
