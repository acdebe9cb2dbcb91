/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is it still what was written?  SHA-256, so that a person who doubts can ask
 * sha256sum(1); no secret depends on it.  It needs no memory and cannot fail.
 */
#ifndef TCPTUNE_BASE_DIGEST_H
#define TCPTUNE_BASE_DIGEST_H

#include "base/defs.h"

enum { DIGEST_SIZE = 65 }; /* 64 hexadecimal digits and a NUL */

/* In lower case, as sha256sum(1) prints it.  data may be NULL if n is 0. */
void digest_of(const void *data, size_t n, char ret[static DIGEST_SIZE]);

#endif
