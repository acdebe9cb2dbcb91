/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a sysctl.d file as one reader understands them, statement by
 * statement.  Bytes may come in pieces of any size; one line is kept at a
 * time, and nothing else.
 *
 * What newcomers get wrong: the readers do not agree on what a line is.
 * systemd ends lines at \r and NUL too and gives up on the file at 1 MiB;
 * procps 4 takes \f and \v for blanks; procps 3 cannot set an empty value.
 */
#ifndef TCPTUNE_READ_SYSCTLD_LINE_H
#define TCPTUNE_READ_SYSCTLD_LINE_H

#include "base/text.h"
#include "model/reader.h"

enum statement_kind {
	STATEMENT_ASSIGN,
	STATEMENT_EXCLUDE,
	STATEMENT_MISTAKE,  /* neither, and not a comment: key and value are NULL */
	STATEMENT_TOO_LONG, /* the reader stops here and drops the rest of the file */
};

/* Everything is the parser's and valid during the call only. */
struct statement {
	enum statement_kind kind;
	unsigned line;     /* counted by '\n', from 1 */
	const char *key;   /* a path, as the reader takes it */
	const char *value; /* STATEMENT_ASSIGN */
	const char *text;  /* the line as it stands, without its end */
	bool ignore;       /* '-' before an assignment */
};

/* 0, or a negative errno that ends the parsing. */
typedef int statement_fn(void *context, const struct statement *s);

struct line_parser {
	const struct reader *reader;
	statement_fn *each;
	void *context;

	struct text line;
	struct text raw;   /* the head of the line, because parsing cuts it up */
	size_t bytes;      /* of this line so far, its end included */
	unsigned newlines; /* before the byte that comes next */
	unsigned number;   /* of this line */
	unsigned ends;     /* systemd: which line ends were seen */
	bool stopped;      /* after STATEMENT_TOO_LONG */
};

/* The callback's error, or -ENOMEM. */
must_check int line_parser_feed(struct line_parser *p, const char *bytes, size_t n);

/* The end of the file: a last line needs no newline. */
must_check int line_parser_end(struct line_parser *p);

void line_parser_done(struct line_parser *p);

#endif
