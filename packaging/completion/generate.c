/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: generate bash|zsh|fish
 *
 * Writes the completion of a shell from the program's own tables of commands
 * and options, so that it cannot lag behind them.  What stands for something
 * on the host (profiles, keys, ...) the shell asks `tcptune complete` for.
 *
 * What newcomers get wrong: options may stand before the command, and without
 * a command it is `check`.  All three scripts therefore look for the first
 * word that is a command, wherever it stands.
 */
#include <errno.h>
#include <string.h>

#include "base/defs.h"
#include "cli/options.h"
#include "cli/session.h"

/* How each shell finds the words for an argument. */
static const struct {
	const char *bash, *zsh, *fish;
} ways[TAKES_COUNT] = {
	[TAKES_ANYTHING] = {"", " ", ""},
	[TAKES_PROFILE] = {"_tcptune_words profiles; _tcptune_files -f", "_tcptune_profiles",
			   "(tcptune complete profiles; __fish_complete_suffix .conf)"},
	[TAKES_KEY] = {"_tcptune_words keys", "_tcptune_words keys", "(tcptune complete keys)"},
	[TAKES_TERM] = {"_tcptune_words terms", "_tcptune_words terms", "(tcptune complete terms)"},
	[TAKES_READER] = {"_tcptune_words readers", "_tcptune_words readers",
			  "(tcptune complete readers)"},
	[TAKES_STATE] = {"_tcptune_words states", "_tcptune_words states",
			 "(tcptune complete states)"},
	[TAKES_USER] = {"_tcptune_files -u", "_users", "(__fish_complete_users)"},
	[TAKES_UNIT] = {"_tcptune_units", "_tcptune_units", "(__fish_systemctl_services)"},
	[TAKES_NETNS] = {"_tcptune_netns; _tcptune_files -f", "_tcptune_netns",
			 "(command ls /run/netns 2>/dev/null; __fish_complete_path)"},
	[TAKES_FILE] = {"_tcptune_files -f", "_files", "(__fish_complete_path)"},
	[TAKES_DIRECTORY] = {"_tcptune_files -d", "_files -/", "(__fish_complete_directories)"},
	[TAKES_TRANSACTION] = {"_tcptune_words transactions", "_tcptune_words transactions",
			       "(tcptune complete transactions)"},
	[TAKES_TRIAL] = {"_tcptune_words trials", "_tcptune_words trials",
			 "(tcptune complete trials)"},
};

/* The groups a row goes with are those of this command; none given means check. */
static bool command_takes(const struct command *c, const struct option_row *row)
{
	return row->group & c->options;
}

static void put_each_command(const char *format, const char *between)
{
	const char *before = "";

	for (const struct command *c = commands; c->name; c++) {
		if (c->hidden)
			continue;
		fputs(before, stdout);
		for (const char *p = format; *p; p++)
			*p == '@' ? fputs(c->name, stdout) : putchar(*p);
		before = between;
	}
}

/* Text inside quotes of the shell, these characters behind a backslash. */
static void put_escaped(const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(special, *text))
			putchar('\\');
		putchar(*text);
	}
}

static void put_words(const struct option_row *row, const struct command *c)
{
	auto_text struct text words = {0};

	options_words(row, c->options, &words);
	for (const char *p = words.str; p && *p; p++) {
		if (*p != ',')
			putchar(*p);
	}
}

/* bash */

static void put_bash_argument(const struct option_row *row)
{
	if (row->letter)
		printf("\t-%c | ", row->letter);
	else
		putchar('\t');
	printf("--%s) ", row->name);
	if (!row->words) {
		printf("%s ;;\n", *ways[row->takes].bash ? ways[row->takes].bash : ":");
		return;
	}

	if (!row->words[0].groups) {
		fputs("_tcptune_from '", stdout);
		put_words(row, commands);
		puts("' ;;");
		return;
	}

	puts("case ${command:-check} in");
	for (const struct command *c = commands; c->name; c++) {
		if (!command_takes(c, row))
			continue;
		printf("\t\t%s) _tcptune_from '", c->name);
		put_words(row, c);
		puts("' ;;");
	}
	puts("\t\tesac ;;");
}

static void put_bash_options(const struct command *c)
{
	printf("\t%s) _tcptune_from '", c->name);
	for (size_t i = 0; i < options_size(); i++) {
		const struct option_row *row = options_at(i);

		if (!command_takes(c, row))
			continue;
		printf("%s--%s", i ? " " : "", row->name);
		if (row->letter)
			printf(" -%c", row->letter);
	}
	puts("' ;;");
}

static void put_bash(void)
{
	fputs("# bash completion for tcptune(8)\n"
	      "\n"
	      "_tcptune_from()\n"
	      "{\n"
	      "\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
	      "}\n"
	      "\n"
	      "_tcptune_words()\n"
	      "{\n"
	      "\t_tcptune_from \"$(tcptune complete \"$1\" 2>/dev/null)\"\n"
	      "}\n"
	      "\n"
	      "_tcptune_files()\n"
	      "{\n"
	      "\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
	      "\t[ \"$1\" = -u ] || compopt -o filenames 2>/dev/null\n"
	      "}\n"
	      "\n"
	      "_tcptune_units()\n"
	      "{\n"
	      "\t_tcptune_from \"$(systemctl list-unit-files --no-legend --type=service \\\n"
	      "\t\t2>/dev/null | cut -d' ' -f1)\"\n"
	      "}\n"
	      "\n"
	      "_tcptune_netns()\n"
	      "{\n"
	      "\t_tcptune_from \"$(command ls /run/netns 2>/dev/null)\"\n"
	      "}\n"
	      "\n"
	      "_tcptune()\n"
	      "{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev='' command='' word i\n"
	      "\n"
	      "\tCOMPREPLY=()\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tword=${COMP_WORDS[i]}\n"
	      "\t\tcase $word in\n"
	      "\t\t=) ;; # bash splits --name=value there\n"
	      "\t\t",
	      stdout);
	put_each_command("@", " | ");
	fputs(") : \"${command:=$word}\"; prev=$word ;;\n"
	      "\t\t*) prev=$word ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\t[ \"$cur\" != = ] || cur=\n"
	      "\n"
	      "\tcase $prev in\n",
	      stdout);
	for (size_t i = 0; i < options_size(); i++) {
		if (options_at(i)->arg && !options_at(i)->optional)
			put_bash_argument(options_at(i));
	}
	puts("\t*) _tcptune_plain ;;\n"
	     "\tesac\n"
	     "}\n");
	puts("# What follows no option that takes an argument.\n"
	     "_tcptune_plain()\n"
	     "{\n"
	     "\tcase $cur in\n"
	     "\t-*) ;;\n"
	     "\t*) case $command in");
	for (const struct command *c = commands; c->name; c++) {
		if (!c->hidden && *ways[c->takes].bash)
			printf("\t\t%s) %s; return ;;\n", c->name, ways[c->takes].bash);
	}
	fputs("\t\t'') _tcptune_from '", stdout);
	put_each_command("@", " ");
	puts("' ;;\n"
	     "\t\tesac ;;\n"
	     "\tesac\n"
	     "\tcase ${command:-check} in");
	for (const struct command *c = commands; c->name; c++) {
		if (!c->hidden)
			put_bash_options(c);
	}
	puts("\tesac\n"
	     "}\n"
	     "\n"
	     "complete -F _tcptune tcptune");
}

/* zsh */

static void put_zsh_argument(const struct option_row *row, const struct command *c)
{
	if (!row->arg)
		return;
	fputs(row->optional ? "::" : ":", stdout);
	put_escaped(row->arg, ":");
	if (row->words) {
		fputs(":(", stdout);
		put_words(row, c);
		putchar(')');
	} else {
		printf(":%s", ways[row->takes].zsh);
	}
}

/* '(-p --profile)'{-p+,--profile=}'[help]:NAME:action' */
static void put_zsh_option(const struct option_row *row, const struct command *c)
{
	bool again = row->kind == OPTION_LIST || row->kind == OPTION_COUNT;

	fputs("\t\t", stdout);
	if (row->letter && again)
		printf("'*'{-%c,--%s}'", row->letter, row->name);
	else if (row->letter)
		printf("'(-%c --%s)'{-%c%s,--%s%s}'", row->letter, row->name, row->letter,
		       row->arg ? "+" : "", row->name, row->arg ? "=" : "");
	else
		printf("'%s--%s%s", again ? "*" : "", row->name,
		       row->optional ? "=-"
		       : row->arg    ? "="
				     : "");
	putchar('[');
	put_escaped(row->help, "[]:");
	putchar(']');
	put_zsh_argument(row, c);
	puts("' \\");
}

static void put_zsh_command(const struct command *c)
{
	printf("\t%s) _arguments -s -S \\\n", c->name);
	for (size_t i = 0; i < options_size(); i++) {
		if (command_takes(c, options_at(i)))
			put_zsh_option(options_at(i), c);
	}
	fputs("\t\t'1:command:_tcptune_commands'", stdout);
	if (c->args) {
		fputs(" \\\n\t\t'*:", stdout);
		put_escaped(c->args, ":");
		printf(":%s'", ways[c->takes].zsh);
	}
	puts(" ;;");
}

static void put_zsh(void)
{
	puts("#compdef tcptune\n"
	     "# zsh completion for tcptune(8)\n"
	     "\n"
	     "_tcptune_words()\n"
	     "{\n"
	     "\tlocal -a words_\n"
	     "\twords_=(${(f)\"$(_call_program words tcptune complete ${argv[-1]} 2>/dev/null)\"})\n"
	     "\tcompadd -a words_\n"
	     "}\n"
	     "\n"
	     "_tcptune_profiles()\n"
	     "{\n"
	     "\t_alternative 'profiles:profile:_tcptune_words profiles' 'files:file:_files -g \"*.conf\"'\n"
	     "}\n"
	     "\n"
	     "_tcptune_units()\n"
	     "{\n"
	     "\tlocal -a units\n"
	     "\tunits=(${${(f)\"$(_call_program units systemctl list-unit-files --no-legend "
	     "--type=service 2>/dev/null)\"}%% *})\n"
	     "\tcompadd -a units\n"
	     "}\n"
	     "\n"
	     "_tcptune_netns()\n"
	     "{\n"
	     "\t_alternative 'namespaces:network namespace:compadd /run/netns/*(N:t)' 'files:file:_files'\n"
	     "}\n"
	     "\n"
	     "_tcptune_commands()\n"
	     "{\n"
	     "\tlocal -a commands_\n"
	     "\tcommands_=(");
	for (const struct command *c = commands; c->name; c++) {
		if (c->hidden)
			continue;
		printf("\t\t'%s:", c->name);
		put_escaped(c->summary, "");
		puts("'");
	}
	fputs("\t)\n"
	      "\t_describe -t commands command commands_\n"
	      "}\n"
	      "\n"
	      "_tcptune()\n"
	      "{\n"
	      "\tlocal command=check word\n"
	      "\n"
	      "\tfor word in ${words[2,CURRENT-1]}; do\n"
	      "\t\tcase $word in\n"
	      "\t\t",
	      stdout);
	put_each_command("@", "|");
	puts(") command=$word; break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase $command in");
	for (const struct command *c = commands; c->name; c++) {
		if (!c->hidden)
			put_zsh_command(c);
	}
	puts("\tesac\n"
	     "}\n"
	     "\n"
	     "_tcptune \"$@\"");
}

/* fish */

static void put_fish_commands_of(const struct option_row *row, const char *words)
{
	for (const struct command *c = commands; c->name; c++) {
		auto_text struct text own = {0};

		if (c->hidden || !command_takes(c, row))
			continue;
		if (row->words)
			options_words(row, c->options, &own);
		if (!words || text_equal(own.str, words))
			printf(" %s", c->name);
	}
}

/* words: only for the commands that take these; NULL: for all. */
static void put_fish_option(const struct option_row *row, const char *words)
{
	fputs("complete -c tcptune -n '__tcptune_command", stdout);
	put_fish_commands_of(row, words);
	printf("' -l %s", row->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (row->arg && !row->optional)
		fputs(" -x", stdout);
	if (words) {
		fputs(" -a '", stdout);
		for (const char *p = words; *p; p++) {
			if (*p != ',')
				putchar(*p);
		}
		putchar('\'');
	} else if (*ways[row->takes].fish) {
		printf(" -a '%s'", ways[row->takes].fish);
	}
	fputs(" -d '", stdout);
	put_escaped(row->help, "");
	puts("'");
}

/* A line for each set of words that commands take of it. */
static void put_fish_word_option(const struct option_row *row)
{
	for (const struct command *c = commands; c->name; c++) {
		auto_text struct text own = {0};
		bool told = false;

		if (c->hidden || !command_takes(c, row))
			continue;
		options_words(row, c->options, &own);
		for (const struct command *before = commands; before < c && !told; before++) {
			auto_text struct text theirs = {0};

			if (!before->hidden && command_takes(before, row)) {
				options_words(row, before->options, &theirs);
				told = text_equal(own.str, theirs.str);
			}
		}
		if (!told && own.str)
			put_fish_option(row, own.str);
	}
}

static void put_fish(void)
{
	fputs("# fish completion for tcptune(8)\n"
	      "\n"
	      "# The command of this line is one of these; without one it is check.\n"
	      "function __tcptune_command\n"
	      "    set -l command check\n"
	      "    for word in (commandline -opc)[2..-1]\n"
	      "        if contains -- $word ",
	      stdout);
	put_each_command("@", " ");
	fputs("\n"
	      "            set command $word\n"
	      "            break\n"
	      "        end\n"
	      "    end\n"
	      "    contains -- $command $argv\n"
	      "end\n"
	      "\n"
	      "function __tcptune_no_command\n"
	      "    for word in (commandline -opc)[2..-1]\n"
	      "        contains -- $word ",
	      stdout);
	put_each_command("@", " ");
	puts("; and return 1\n"
	     "    end\n"
	     "    return 0\n"
	     "end\n"
	     "\n"
	     "complete -c tcptune -f");
	for (const struct command *c = commands; c->name; c++) {
		if (c->hidden)
			continue;
		printf("complete -c tcptune -n __tcptune_no_command -a %s -d '", c->name);
		put_escaped(c->summary, "");
		puts("'");
		if (*ways[c->takes].fish)
			printf("complete -c tcptune -n 'not __tcptune_no_command; and "
			       "__tcptune_command %s' -a '%s'\n",
			       c->name, ways[c->takes].fish);
	}
	for (size_t i = 0; i < options_size(); i++) {
		if (options_at(i)->words)
			put_fish_word_option(options_at(i));
		else
			put_fish_option(options_at(i), NULL);
	}
}

static const struct {
	const char *name;
	void (*put)(void);
} shells[] = {
	{"bash", put_bash},
	{"zsh", put_zsh},
	{"fish", put_fish},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < ARRAY_LEN(shells); i++) {
		if (strcmp(shells[i].name, argv[1]) != 0)
			continue;
		shells[i].put();
		if (fflush(stdout) == 0 && !ferror(stdout))
			return 0;
		fprintf(stderr, "generate: %s\n", strerror(errno));
		return 1;
	}
	fputs("usage: generate bash|zsh|fish\n", stderr);
	return 1;
}
