/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line.  Options are rows of one table, from which the parser,
 * --help, the man page and shell completion are made.  Any order goes:
 * `tcptune --json check` and `tcptune check --json` are the same.
 */
#ifndef TCPTUNE_CLI_OPTIONS_H
#define TCPTUNE_CLI_OPTIONS_H

#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"

/* With OPTION_DURATION: more than a day is a slip of the pen. */
enum { DURATION_MAX = 24 * 60 * 60 };
enum { CONFIRM_DEFAULT = 2 * 60 }; /* seconds */

enum layers { LAYERS_BOTH, LAYERS_RUNTIME, LAYERS_PERSIST };
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What --format names; each command takes some of them. */
enum format {
	FORMAT_OWN, /* none was named */
	FORMAT_JSON,
	FORMAT_PROMETHEUS,
	FORMAT_NAGIOS,
	FORMAT_SYSCTL,
	FORMAT_LIMITS,
	FORMAT_SYSTEMD,
	FORMAT_ANSIBLE,
};

struct words {
	VEC(const char *); /* borrowed from argv */
};

struct option_row;

struct options {
	const char *profile;  /* NAME or FILE; NULL: the configured default */
	const char *root;     /* NULL: this host */
	const char *netns;    /* NULL: ours */
	const char *validate; /* profiles --validate FILE */
	const char *user;     /* explain nofile --user NAME */
	const char *unit;     /* explain nofile --unit UNIT */
	struct words only, except;
	struct words readers; /* oracle names, at most one of each kind */
	int layers;           /* enum layers */
	int color;            /* enum color */
	int format;           /* enum format; FORMAT_JSON sets .json, too */
	int fail_on;          /* 0: never, else 1 + enum severity */
	int sockets;          /* enum sockets_method */
	int by;               /* enum sockets_by */
	const char *state;    /* sockets --state NAME */
	const char *top;      /* sockets --top N */
	uint64_t interval;    /* seconds between two samples; 0: one sample */
	bool json, quiet, help, version;
	bool through, at_boot, current;
	bool full_walk, anonymize, diagram;
	bool none, dry_run, force, strict, comment_out, detailed_exitcode, keep_history;
	uint64_t confirm; /* seconds; 0: not given */
	unsigned verbose;
	uint64_t given;                   /* a bit for each row of the table that was given */
	const struct option_row *unknown; /* of a word that no command takes, or NULL */
	const char *unknown_word;
};

/* Which commands an option belongs to: a command lists the groups it takes. */
enum option_group {
	OPT_COMMON = 1 << 0,
	OPT_HOST = 1 << 1, /* --root */
	OPT_NETNS = 1 << 2,
	OPT_PROFILE = 1 << 3,
	OPT_FILTER = 1 << 4, /* --only, --except */
	OPT_LAYERS = 1 << 5, /* --runtime, --persist */
	OPT_WALK = 1 << 6,   /* --full-walk */
	OPT_VALIDATE = 1 << 7,
	OPT_CAPTURE = 1 << 8,
	OPT_READER = 1 << 9,
	OPT_WHOSE = 1 << 10,    /* --user, --unit */
	OPT_MONITOR = 1 << 11,  /* --format, for monitoring */
	OPT_EXPORT = 1 << 12,   /* --format, of configuration files */
	OPT_EVIDENCE = 1 << 13, /* --interval, --fail-on */
	OPT_SOCKETS = 1 << 14,  /* --sockets */
	OPT_APPLY = 1 << 15,
	OPT_FORCE = 1 << 16,
	OPT_ROLLBACK = 1 << 17, /* --through */
	OPT_RECOVER = 1 << 18,  /* --boot */
	OPT_HISTORY = 1 << 19,  /* --current */
	OPT_TABLES = 1 << 20,   /* --by, --state, --top, --diagram */
};

enum option_kind {
	OPTION_FLAG,     /* bool */
	OPTION_COUNT,    /* unsigned, one more each time */
	OPTION_TEXT,     /* const char *, the same each time */
	OPTION_LIST,     /* struct words, each one counts */
	OPTION_VALUE,    /* int set to .value */
	OPTION_WORD,     /* int, one of .words */
	OPTION_DURATION, /* uint64_t, whole seconds, at least one */
};

struct option_word {
	const char *word;
	int value;
	unsigned groups; /* only commands with one of these take it; 0: all do */
};

/* What an argument stands for: what a shell offers while it is typed. */
enum takes {
	TAKES_ANYTHING,
	TAKES_PROFILE, /* the name of one, or a file */
	TAKES_KEY,
	TAKES_TERM,
	TAKES_READER,
	TAKES_STATE,
	TAKES_USER,
	TAKES_UNIT,
	TAKES_NETNS,
	TAKES_FILE,
	TAKES_DIRECTORY,
	TAKES_TRANSACTION, /* the ID of one */
	TAKES_TRIAL,       /* the ID of one that awaits confirmation */
	TAKES_COUNT,
};

struct option_row {
	const char *name; /* without the dashes */
	char letter;      /* '\0': none */
	const char *arg;  /* name of its argument; NULL: takes none */
	bool optional;    /* OPTION_DURATION: the argument may be left out, .value is taken then */
	enum takes takes; /* what the argument stands for */
	enum option_kind kind;
	size_t offset;                   /* in struct options */
	int value;                       /* OPTION_VALUE */
	const struct option_word *words; /* OPTION_WORD; ends at NULL */
	enum option_group group;
	const char *help;
};

size_t options_size(void);
const struct option_row *options_at(size_t i);

/*
 * Parse argv.  *ret_rest gets what is no option, in order, without argv[0].
 * Even on failure *ret tells whether --json was given, so that the error can
 * be shown in the form asked for.
 */
must_check int options_parse(int argc, char **argv, struct options *ret, struct words *ret_rest,
			     struct error *err);

/* The words of a row that a command with these groups takes: "auto, always, never". */
void options_words(const struct option_row *row, unsigned groups, struct text *ret);

/* Was a word given that none of these groups takes?  -EINVAL: *err says which do. */
must_check int options_check_words(const struct options *o, unsigned groups, struct error *err);

/* Was any option given that none of these groups has?  Its row, or NULL. */
const struct option_row *options_foreign(const struct options *o, unsigned groups);

void options_done(struct options *o);

#endif
