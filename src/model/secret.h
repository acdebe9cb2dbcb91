/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must not be shown of other people's text: the value of whatever is
 * named like a secret.  Readers mask a line or value where it enters the model,
 * so that nothing behind them, whatever it prints, ever has it.
 *
 * What newcomers get wrong: it is a guess, by names, and meant to err on the
 * side of hiding.  Nothing is decided by a value that is masked.  The one
 * exception is a glob that also stands for keys we know ("net.ipv4.tcp_*"): a
 * number under it is no secret, and the prediction needs it.
 */
#ifndef TCPTUNE_MODEL_SECRET_H
#define TCPTUNE_MODEL_SECRET_H

#include "base/text.h"

#define SECRET_MASK "MASKED"

/* Where in a line a value may stand. */
enum secret_form {
	SECRET_PAIRS,   /* NAME = VALUE and NAME: VALUE */
	SECRET_WORDS,   /* ... and NAME VALUE, where NAME begins the line or is a sysctl */
	SECRET_LINES,   /* ... and a comment goes, but for its sign */
	SECRET_SYSCTLS, /* as WORDS, of sysctls alone */
};

/* Copy a line (without its end) to out, values masked.  Masking twice is masking once. */
void secret_mask(enum secret_form form, const char *line, size_t n, struct text *out);

/* The line as SECRET_LINES; the caller's, or NULL: no memory. */
must_check char *secret_line(const char *line);

/*
 * What may be known of the value of a key, in any spelling; the caller's, or NULL:
 * no memory.  A comment after it is part of it: "1 # why" is what would be written.
 */
must_check char *secret_value(const char *key, const char *value);

/* Does this line of a script write a sysctl that is a secret, the value standing anywhere? */
bool secret_is_written(const char *line, size_t n);

#endif
