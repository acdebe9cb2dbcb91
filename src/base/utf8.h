/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UTF-8, one character at a time.  Strict: overlong forms, surrogates and
 * values past U+10FFFF are not characters.  No locale is asked: a name in a
 * capture means the same wherever it is read.
 */
#ifndef TCPTUNE_BASE_UTF8_H
#define TCPTUNE_BASE_UTF8_H

#include "base/defs.h"

/*
 * The character at the start of a NUL-terminated string: its length in bytes
 * (1 to 4), or 0 where no valid one starts.  Never looks behind the NUL, which
 * is itself a character of one byte.
 */
size_t utf8_decode(const char *s, uint32_t *ret);

/*
 * Columns it takes on a terminal: 0 for combining marks, 2 for East Asian wide
 * characters and pictographs, else 1.  Of controls it says 1.
 */
size_t utf8_columns(uint32_t c);

#endif
