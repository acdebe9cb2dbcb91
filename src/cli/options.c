/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/number.h"
#include "model/finding.h"
#include "model/sockets.h"
#include "render/sockets.h"

static const struct option_word color_words[] = {
	{.word = "auto", .value = COLOR_AUTO},
	{.word = "always", .value = COLOR_ALWAYS},
	{.word = "never", .value = COLOR_NEVER},
	{0},
};

static const struct option_word format_words[] = {
	{.word = "prometheus", .value = FORMAT_PROMETHEUS, .groups = OPT_MONITOR},
	{.word = "nagios", .value = FORMAT_NAGIOS, .groups = OPT_MONITOR},
	{.word = "sysctl", .value = FORMAT_SYSCTL, .groups = OPT_EXPORT},
	{.word = "limits", .value = FORMAT_LIMITS, .groups = OPT_EXPORT},
	{.word = "systemd", .value = FORMAT_SYSTEMD, .groups = OPT_EXPORT},
	{.word = "ansible", .value = FORMAT_ANSIBLE, .groups = OPT_EXPORT},
	{.word = "json", .value = FORMAT_JSON, .groups = OPT_MONITOR | OPT_EXPORT},
	{0},
};

static const struct option_word sockets_words[] = {
	{.word = "auto", .value = SOCKETS_AUTO},
	{.word = "summary", .value = SOCKETS_SUMMARY},
	{.word = "full", .value = SOCKETS_FULL},
	{0},
};

static const struct option_word by_words[] = {
	{.word = "state", .value = BY_STATE},
	{.word = "peer", .value = BY_PEER},
	{.word = "listener", .value = BY_LISTENER},
	{.word = "port", .value = BY_PORT},
	{.word = "unit", .value = BY_UNIT},
	{.word = "process", .value = BY_PROCESS},
	{0},
};

static const struct option_word fail_on_words[] = {
	{.word = "never", .value = 0},
	{.word = "info", .value = 1 + SEVERITY_INFO},
	{.word = "warning", .value = 1 + SEVERITY_WARNING},
	{.word = "critical", .value = 1 + SEVERITY_CRITICAL},
	{0},
};

#define FIELD(name) offsetof(struct options, name)

static const struct option_row rows[] = {
	{.name = "profile",
	 .letter = 'p',
	 .arg = "NAME|FILE",
	 .takes = TAKES_PROFILE,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(profile),
	 .group = OPT_PROFILE,
	 .help = "compare with this profile (default: server)"},
	{.name = "only",
	 .arg = "GLOB",
	 .takes = TAKES_KEY,
	 .kind = OPTION_LIST,
	 .offset = FIELD(only),
	 .group = OPT_FILTER,
	 .help = "only settings whose key matches; may be repeated"},
	{.name = "except",
	 .arg = "GLOB",
	 .takes = TAKES_KEY,
	 .kind = OPTION_LIST,
	 .offset = FIELD(except),
	 .group = OPT_FILTER,
	 .help = "leave out settings whose key matches; may be repeated"},
	{.name = "runtime",
	 .kind = OPTION_VALUE,
	 .offset = FIELD(layers),
	 .value = LAYERS_RUNTIME,
	 .group = OPT_LAYERS,
	 .help = "only what the kernel runs now"},
	{.name = "persist",
	 .kind = OPTION_VALUE,
	 .offset = FIELD(layers),
	 .value = LAYERS_PERSIST,
	 .group = OPT_LAYERS,
	 .help = "only what the next boot will set"},
	{.name = "reader",
	 .arg = "NAME",
	 .takes = TAKES_READER,
	 .kind = OPTION_LIST,
	 .offset = FIELD(readers),
	 .group = OPT_READER,
	 .help = "predict the boot as this program: sd252, pp402, deb12, ...; once for each kind"},
	{.name = "user",
	 .arg = "NAME",
	 .takes = TAKES_USER,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(user),
	 .group = OPT_WHOSE,
	 .help = "explain nofile: what a session of this user gets"},
	{.name = "unit",
	 .arg = "UNIT",
	 .takes = TAKES_UNIT,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(unit),
	 .group = OPT_WHOSE,
	 .help = "explain nofile: what this service of systemd gets"},
	{.name = "none",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(none),
	 .group = OPT_APPLY,
	 .help = "no profile: take everything away that tcptune has set"},
	{.name = "dry-run",
	 .letter = 'n',
	 .kind = OPTION_FLAG,
	 .offset = FIELD(dry_run),
	 .group = OPT_APPLY,
	 .help = "show what would be done; status 2 if anything would"},
	{.name = "confirm",
	 .arg = "DURATION",
	 .optional = true,
	 .kind = OPTION_DURATION,
	 .offset = FIELD(confirm),
	 .value = CONFIRM_DEFAULT,
	 .group = OPT_APPLY,
	 .help = "take it back unless `tcptune confirm` comes in time (default: 2min)"},
	{.name = "comment-out",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(comment_out),
	 .group = OPT_APPLY,
	 .help = "comment out the lines in other files below /etc that would win at boot"},
	{.name = "strict",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(strict),
	 .group = OPT_APPLY,
	 .help = "refuse what something else may change later, not only warn of it"},
	{.name = "force",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(force),
	 .group = OPT_FORCE,
	 .help = "overwrite what somebody else has changed since; recover: take for gone what "
		 "cannot be told"},
	{.name = "detailed-exitcode",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(detailed_exitcode),
	 .group = OPT_APPLY,
	 .help = "status 2 if anything was changed"},
	{.name = "keep-history",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(keep_history),
	 .group = OPT_APPLY,
	 .help = "with --root: leave the record of the change below DIR"},
	{.name = "through",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(through),
	 .group = OPT_ROLLBACK,
	 .help = "later transactions that changed the same are rolled back first"},
	{.name = "boot",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(at_boot),
	 .group = OPT_RECOVER,
	 .help = "files only, by what /etc says of them: early in the boot, without /var"},
	{.name = "current",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(current),
	 .group = OPT_HISTORY,
	 .help = "every key and file that is tcptune's now, with the value before"},
	{.name = "full-walk",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(full_walk),
	 .group = OPT_WALK,
	 .help = "look at every process, however long it takes"},
	{.name = "by",
	 .arg = "WHAT",
	 .kind = OPTION_WORD,
	 .offset = FIELD(by),
	 .words = by_words,
	 .group = OPT_TABLES,
	 .help = "a row for each state (default), peer, listener, port, unit or process"},
	{.name = "state",
	 .arg = "STATE",
	 .takes = TAKES_STATE,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(state),
	 .group = OPT_TABLES,
	 .help = "only sockets in this state: CLOSE_WAIT, close-wait, ..."},
	{.name = "top",
	 .arg = "N",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(top),
	 .group = OPT_TABLES,
	 .help = "so many rows, the heaviest (default: 20; 0: all)"},
	{.name = "diagram",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(diagram),
	 .group = OPT_TABLES,
	 .help = "draw the states of TCP with the numbers of this host"},
	{.name = "sockets",
	 .arg = "HOW",
	 .kind = OPTION_WORD,
	 .offset = FIELD(sockets),
	 .words = sockets_words,
	 .group = OPT_SOCKETS,
	 .help = "summary counts sockets, full looks at each; auto (default): full up to 200000"},
	{.name = "interval",
	 .arg = "DURATION",
	 .kind = OPTION_DURATION,
	 .offset = FIELD(interval),
	 .group = OPT_EVIDENCE,
	 .help = "count for so long (5s, 2min) and judge what happens now, not since boot"},
	{.name = "fail-on",
	 .arg = "LEVEL",
	 .kind = OPTION_WORD,
	 .offset = FIELD(fail_on),
	 .words = fail_on_words,
	 .group = OPT_EVIDENCE,
	 .help = "exit 2 for findings of this level and above: info, warning, critical, or never "
		 "(default)"},
	{.name = "validate",
	 .arg = "FILE",
	 .takes = TAKES_FILE,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(validate),
	 .group = OPT_VALIDATE,
	 .help = "report every mistake in a profile file"},
	{.name = "anonymize",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(anonymize),
	 .group = OPT_CAPTURE,
	 .help = "map addresses and names to others"},
	{.name = "root",
	 .arg = "DIR",
	 .takes = TAKES_DIRECTORY,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(root),
	 .group = OPT_HOST,
	 .help = "the host whose files lie below DIR (an image, a capture)"},
	{.name = "netns",
	 .arg = "NAME|PATH",
	 .takes = TAKES_NETNS,
	 .kind = OPTION_TEXT,
	 .offset = FIELD(netns),
	 .group = OPT_NETNS,
	 .help = "in this network namespace"},
	{.name = "format",
	 .arg = "FORMAT",
	 .kind = OPTION_WORD,
	 .offset = FIELD(format),
	 .words = format_words,
	 .group = OPT_MONITOR | OPT_EXPORT,
	 .help = "print it in this form"},
	{.name = "json",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(json),
	 .group = OPT_COMMON,
	 .help = "one JSON object on standard output"},
	{.name = "color",
	 .arg = "WHEN",
	 .kind = OPTION_WORD,
	 .offset = FIELD(color),
	 .words = color_words,
	 .group = OPT_COMMON,
	 .help = "auto (default), always or never"},
	{.name = "quiet",
	 .letter = 'q',
	 .kind = OPTION_FLAG,
	 .offset = FIELD(quiet),
	 .group = OPT_COMMON,
	 .help = "print nothing, only set the exit status"},
	{.name = "verbose",
	 .letter = 'v',
	 .kind = OPTION_COUNT,
	 .offset = FIELD(verbose),
	 .group = OPT_COMMON,
	 .help = "say more"},
	{.name = "help",
	 .letter = 'h',
	 .kind = OPTION_FLAG,
	 .offset = FIELD(help),
	 .group = OPT_COMMON,
	 .help = "show this help"},
	{.name = "version",
	 .letter = 'V',
	 .kind = OPTION_FLAG,
	 .offset = FIELD(version),
	 .group = OPT_COMMON,
	 .help = "show the version"},
};

enum { FIRST_LONG = 256, LETTERS_MAX = 2 * ARRAY_LEN(rows) + 3 };

_Static_assert(ARRAY_LEN(rows) <= 64, "struct options.given has a bit for each row");

size_t options_size(void)
{
	return ARRAY_LEN(rows);
}

const struct option_row *options_at(size_t i)
{
	return &rows[i];
}

static void *field(struct options *o, const struct option_row *row)
{
	return (char *)o + row->offset;
}

static bool takes_word(const struct option_word *w, unsigned groups)
{
	return !w->groups || w->groups & groups;
}

void options_words(const struct option_row *row, unsigned groups, struct text *ret)
{
	size_t begun = ret->len;

	for (const struct option_word *w = row->words; w->word; w++) {
		if (takes_word(w, groups))
			text_addf(ret, "%s%s", ret->len > begun ? ", " : "", w->word);
	}
}

/* Which words a command takes is not known before the command is. */
static void choose_word(struct options *o, const struct option_row *row, const char *arg)
{
	for (const struct option_word *w = row->words; w->word; w++) {
		if (strcmp(w->word, arg) == 0) {
			*(int *)field(o, row) = w->value;
			return;
		}
	}
	o->unknown = row;
	o->unknown_word = arg;
}

static int set_text(struct options *o, const struct option_row *row, const char *arg,
		    struct error *err)
{
	const char **text = field(o, row);

	if (*text && strcmp(*text, arg) != 0)
		return error_say(err, EINVAL, "--%s is given twice, as '%s' and '%s'", row->name,
				 *text, arg);
	*text = arg;
	return 0;
}

static int set_duration(const struct option_row *row, const char *arg, uint64_t *ret,
			struct error *err)
{
	uint64_t seconds;

	if (number_parse_duration(arg, &seconds) || !seconds || seconds > DURATION_MAX)
		return error_say(err, EINVAL,
				 "--%s takes a time from 1s to 1d (5s, 2min, 1h), not '%s'",
				 row->name, arg);
	*ret = seconds;
	return 0;
}

static int set_value(struct options *o, const struct option_row *row, int *ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool rival = rows[i].kind == OPTION_VALUE && rows[i].offset == row->offset &&
			     rows[i].value != row->value;

		if (rival && o->given >> i & 1)
			return error_say(err, EINVAL, "--%s and --%s exclude each other",
					 rows[i].name, row->name);
	}
	*ret = row->value;
	return 0;
}

static int store(struct options *o, const struct option_row *row, const char *arg,
		 struct error *err)
{
	o->given |= UINT64_C(1) << (row - rows);

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field(o, row) = true;
		return 0;
	case OPTION_COUNT:
		++*(unsigned *)field(o, row);
		return 0;
	case OPTION_TEXT:
		return set_text(o, row, arg, err);
	case OPTION_LIST:
		if (vec_push((struct words *)field(o, row), arg))
			return error_set(err, ENOMEM, "read the command line");
		return 0;
	case OPTION_VALUE:
		return set_value(o, row, field(o, row), err);
	case OPTION_WORD:
		choose_word(o, row, arg);
		return 0;
	case OPTION_DURATION:
		if (arg)
			return set_duration(row, arg, field(o, row), err);
		*(uint64_t *)field(o, row) = (uint64_t)row->value;
		return 0;
	}
	return 0;
}

/* getopt_long(3) finds rows by index, and letters by themselves. */
struct getopt_tables {
	struct option longs[ARRAY_LEN(rows) + 1];
	char letters[LETTERS_MAX];
};

static void make_tables(struct getopt_tables *t)
{
	char *p = t->letters;

	*t = (struct getopt_tables){0};
	*p++ = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		t->longs[i].name = rows[i].name;
		t->longs[i].has_arg = rows[i].optional ? optional_argument
				      : rows[i].arg    ? required_argument
						       : no_argument;
		t->longs[i].val = FIRST_LONG + (int)i;
		if (!rows[i].letter)
			continue;
		*p++ = rows[i].letter;
		if (rows[i].arg)
			*p++ = ':';
	}
}

static const struct option_row *row_of(int c)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (c == FIRST_LONG + (int)i || (c && c == rows[i].letter))
			return &rows[i];
	}
	return NULL;
}

static const char *nearest_option(const char *name)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t d = text_distance(name, rows[i].name);

		if (d < least) {
			least = d;
			best = rows[i].name;
		}
	}
	return best;
}

static int unknown_option(const char *word, struct error *err)
{
	auto_free char *name = NULL;
	const char *near;

	if (optopt && optopt < FIRST_LONG)
		return error_say(err, EINVAL, "unknown option '-%c'", optopt);
	if (optopt >= FIRST_LONG)
		return error_say(err, EINVAL, "option '--%s' takes no argument",
				 rows[optopt - FIRST_LONG].name);

	name = strndup(word + 2, strcspn(word + 2, "="));
	near = name ? nearest_option(name) : NULL;
	if (near)
		return error_say(err, EINVAL, "unknown option '--%s'; did you mean '--%s'?", name,
				 near);
	return error_say(err, EINVAL, "unknown option '%s'", word);
}

static int missing_argument(struct error *err)
{
	const struct option_row *row = row_of(optopt);

	return error_say(err, EINVAL, "option '--%s' needs %s", row ? row->name : "?",
			 row ? row->arg : "an argument");
}

int options_parse(int argc, char **argv, struct options *ret, struct words *ret_rest,
		  struct error *err)
{
	struct getopt_tables tables;
	struct error later;
	int first = 0, c;

	make_tables(&tables);
	opterr = 0;
	optind = 0; /* glibc: start anew, also when tests call us again */

	/* After the first mistake go on, to learn whether JSON is wanted. */
	while ((c = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		struct error *e = first ? &later : err;
		const struct option_row *row = c == '?' || c == ':' ? NULL : row_of(c);
		int r;

		if (row)
			r = store(ret, row, optarg, e);
		else
			r = c == ':' ? missing_argument(e) : unknown_option(argv[optind - 1], e);
		first = first ? first : r;
	}

	ret->json |= ret->format == FORMAT_JSON;
	for (; !first && optind < argc; optind++) {
		if (vec_push(ret_rest, argv[optind]))
			return error_set(err, ENOMEM, "read the command line");
	}
	return first;
}

/* A word that was chosen, by its value; NULL: none was, or it is for all. */
static const struct option_word *chosen_word(const struct options *o, const struct option_row *row)
{
	for (const struct option_word *w = row->words; w->word; w++) {
		if (w->value == *(const int *)((const char *)o + row->offset))
			return w;
	}
	return NULL;
}

static int refuse_word(const struct option_row *row, const char *word, unsigned groups,
		       struct error *err)
{
	auto_text struct text known = {0};

	options_words(row, groups, &known);
	return error_say(err, EINVAL, "--%s takes one of %s, not '%s'", row->name,
			 known.str ? known.str : "a few words", word);
}

int options_check_words(const struct options *o, unsigned groups, struct error *err)
{
	if (o->unknown)
		return refuse_word(o->unknown, o->unknown_word, groups, err);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct option_word *w;

		if (rows[i].kind != OPTION_WORD || !(o->given >> i & 1))
			continue;
		w = chosen_word(o, &rows[i]);
		if (w && !takes_word(w, groups))
			return refuse_word(&rows[i], w->word, groups, err);
	}
	return 0;
}

const struct option_row *options_foreign(const struct options *o, unsigned groups)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (o->given >> i & 1 && !(rows[i].group & groups))
			return &rows[i];
	}
	return NULL;
}

void options_done(struct options *o)
{
	vec_done(&o->only);
	vec_done(&o->except);
	vec_done(&o->readers);
}
